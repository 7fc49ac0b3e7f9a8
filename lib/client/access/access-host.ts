import type { AccessFinding } from "@/lib/domain/access/api";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { createInputsAssembler } from "@/lib/domain/access/inputs-codec";
import type { AccessInputsMessage } from "@/lib/domain/access/inputs-wire";
import type { IncompleteInput, InputSource, PrincipalInput } from "@/lib/domain/access/types";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { type BrokenLine, JsonLines } from "../json-lines";
import { AccessStore, type AccessSummary, type FindingCounts, type MachineHolders } from "./access-store";
import type { MatrixQuery, MatrixRow, MatrixView } from "./matrix-types";
import type {
  PeopleQuery,
  PeopleView,
  PersonMachine,
  PersonMachinesQuery,
  PersonMachinesView,
  PersonRow,
  PersonView,
} from "./people-types";
import type { RoleRow } from "./roles";
import type { ScopeGrant, ScopeMachine, ScopeNode, ScopeQuery } from "./scope-types";

const TYPES: ReadonlySet<AccessInputsMessage["type"]> = new Set([
  "head",
  "machines",
  "assignments",
  "principals",
  "groups",
  "scopes",
  "roles",
  "active",
  "eligible",
  "deny",
  "progress",
  "tail",
]);

/** How far a read is: what has come of each input, and what it waits for. */
export type AccessProgress = {
  received: Partial<Record<InputSource, number>>;
  waiting: { ms: number; source: InputSource } | null;
  head: { asOf: string; fromSnapshot: boolean } | null;
  broken: string | null;
};

/** The end of a read; null when the stream ended before its end mark, and the store stays as it was. */
export type AccessFinish = {
  completeness: Completeness;
  incomplete: readonly IncompleteInput[];
  asOf: string;
  fromSnapshot: boolean;
  machines: number;
  evaluationMs: number;
} | null;

/** Everything that can be asked about access in the fleet, wherever it lives. Null: nothing has been read yet. */
export type AccessMethods = {
  begin: () => null;
  feed: (chunk: Uint8Array) => AccessProgress;
  finish: (nowMs: number) => { progress: AccessProgress; finish: AccessFinish };
  matrix: (query: MatrixQuery, from: number, size: number) => MatrixView | null;
  matrixRows: (from: number, size: number) => MatrixRow[];
  holders: (machineId: string, capability: AccessCapabilityId) => MachineHolders | null;
  people: (query: PeopleQuery, from: number, size: number) => PeopleView | null;
  peopleRows: (from: number, size: number) => PersonRow[];
  person: (id: string) => PersonView | null;
  personMachines: (id: string, query: PersonMachinesQuery, from: number, size: number) => PersonMachinesView | null;
  personMachineRows: (id: string, from: number, size: number) => PersonMachine[];
  scopeTree: (query: ScopeQuery) => ScopeNode[];
  scopeMachines: (groupScope: string, query: ScopeQuery) => ScopeMachine[];
  scopeGrants: (scope: string) => ScopeGrant[];
  roles: () => RoleRow[];
  findings: () => AccessFinding[];
  findingCounts: () => FindingCounts | null;
  summary: () => AccessSummary | null;
  findPeople: (text: string, limit: number) => PrincipalInput[];
};

export type AccessMethod = keyof AccessMethods;

const NOTHING: AccessProgress = { received: {}, waiting: null, head: null, broken: null };

/** The store with its reader, answering calls: the same object serves the worker and the main thread. */
export class AccessHost {
  readonly #lines = new JsonLines<AccessInputsMessage>(TYPES, "an access message");
  #assembler = createInputsAssembler();
  #progress: AccessProgress = NOTHING;
  #store: AccessStore | null = null;

  readonly methods: AccessMethods = {
    begin: () => {
      this.#lines.reset();
      this.#assembler = createInputsAssembler();
      this.#progress = NOTHING;
      return null;
    },
    feed: (chunk) => this.#take(this.#lines.push(chunk)),
    finish: (nowMs) => {
      const progress = this.#take(this.#lines.finish());
      return { progress, finish: progress.broken === null ? this.#evaluate(nowMs) : null };
    },
    matrix: (query, from, size) => this.#store?.matrix.query(query, from, size) ?? null,
    matrixRows: (from, size) => this.#store?.matrix.rows(from, size) ?? [],
    holders: (machineId, capability) => this.#store?.holders(machineId, capability) ?? null,
    people: (query, from, size) => this.#store?.people.query(query, from, size) ?? null,
    peopleRows: (from, size) => this.#store?.people.rows(from, size) ?? [],
    person: (id) => this.#store?.people.person(id) ?? null,
    personMachines: (id, query, from, size) => this.#store?.personMachines(id)?.query(query, from, size) ?? null,
    personMachineRows: (id, from, size) => this.#store?.personMachines(id)?.rows(from, size) ?? [],
    scopeTree: (query) => this.#store?.scopes.tree(query) ?? [],
    scopeMachines: (groupScope, query) => this.#store?.scopes.machines(groupScope, query) ?? [],
    scopeGrants: (scope) => this.#store?.scopes.grants(scope) ?? [],
    findingCounts: () => this.#store?.findingCounts() ?? null,
    findings: () => this.#store?.findings() ?? [],
    roles: () => this.#store?.roles() ?? [],
    summary: () => this.#store?.summary() ?? null,
    findPeople: (text, limit) => this.#store?.people.find(text, limit) ?? [],
  };

  #take(messages: readonly (AccessInputsMessage | BrokenLine)[]): AccessProgress {
    for (const message of messages) {
      if (message.type === "broken") {
        this.#progress = { ...this.#progress, broken: message.reason };
        break;
      }
      this.#assembler.push(message);
      this.#note(message);
    }
    return this.#progress;
  }

  #note(message: AccessInputsMessage): void {
    const { received } = this.#progress;
    if (message.type === "head") {
      this.#progress = { ...NOTHING, head: { asOf: message.asOf, fromSnapshot: message.fromSnapshot } };
    } else if (message.type === "progress") {
      const waiting = message.waitingForQuotaMs > 0 ? { ms: message.waitingForQuotaMs, source: message.source } : null;
      this.#progress = { ...this.#progress, waiting, received: { ...received, [message.source]: message.received } };
    } else if (message.type === "machines" || message.type === "assignments") {
      const rows = message.name.length;
      const before = this.#rowsOf.get(message.type) ?? 0;
      this.#rowsOf.set(message.type, before + rows);
      const counted = Math.max(received[message.type] ?? 0, before + rows);
      this.#progress = { ...this.#progress, waiting: null, received: { ...received, [message.type]: counted } };
    }
    if (message.type === "head") this.#rowsOf.clear();
  }

  readonly #rowsOf = new Map<string, number>();

  #evaluate(nowMs: number): AccessFinish {
    const assembled = this.#assembler.end();
    if (assembled === null) return null;
    const started = performance.now();
    this.#store = new AccessStore(assembled, new Date(nowMs));
    const { completeness, asOf, fromSnapshot, inputs } = assembled;
    // What was assembled lives on in the store only.
    this.#assembler = createInputsAssembler();
    const evaluationMs = performance.now() - started;
    return { completeness, incomplete: inputs.incomplete, asOf, fromSnapshot, machines: inputs.machines.length, evaluationMs };
  }

  /** For calls that arrive as data. The method name comes from AccessMethods, so the pair fits by construction. */
  call(method: string, args: readonly unknown[]): unknown {
    return (this.methods[method as AccessMethod] as (...values: readonly unknown[]) => unknown)(...args);
  }
}
