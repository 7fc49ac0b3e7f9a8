import { prepareAccess } from "@/lib/domain/access/access-index";
import type { AccessFinding, FindingSeverity } from "@/lib/domain/access/api";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { type EvaluatedFleet, evaluateFleet } from "@/lib/domain/access/evaluate-fleet";
import { evaluateMachine } from "@/lib/domain/access/evaluate-machine";
import type { AssembledInputs } from "@/lib/domain/access/inputs-codec";
import type { AtLeastReason, CapabilityAnswer, MachineInput } from "@/lib/domain/access/types";
import { findAccessProblems } from "@/lib/domain/findings/find";
import { AccessMatrix } from "./matrix";
import { AccessPeople } from "./people";
import { PersonMachines } from "./person-machines";
import { type RoleRow, roleRows } from "./roles";
import { AccessScopes } from "./scopes";

export type MachineHolders = { machine: MachineInput; answer: CapabilityAnswer; atLeast: readonly AtLeastReason[] };

/** Figures of the overview. People are users and guests; other principals are applications and machines. */
export type AccessSummary = {
  machines: number;
  /** People who can administer at least one machine now. */
  administrators: number;
  /** Of these, people with a standing way. */
  standing: number;
  /** People who cannot now but could after an activation. */
  eligibleOnly: number;
  /** Applications and managed identities that can administer at least one machine now. */
  identities: number;
  /** People who can sign in to at least one machine now. */
  signIn: number;
  widest: { name: string; id: string; machines: number } | null;
};

export type FindingCounts = Record<FindingSeverity, number>;

const PEOPLE = new Set(["user", "guest", "unknown"]);

/** One evaluated tenant, and the views over it. Made again, whole, whenever the inputs have been read again. */
export class AccessStore {
  readonly fleet: EvaluatedFleet;
  readonly matrix: AccessMatrix;
  readonly people: AccessPeople;
  readonly scopes: AccessScopes;
  readonly #subscriptionName: (id: string) => string;
  #findings: AccessFinding[] | null = null;
  #roles: RoleRow[] | null = null;
  #person: { id: string; machines: PersonMachines } | null = null;

  constructor({ inputs }: Pick<AssembledInputs, "inputs">, now: Date) {
    this.fleet = evaluateFleet(prepareAccess(inputs, now));
    const { scopes } = this.fleet.state.index;
    this.#subscriptionName = (id) => (id === "" ? "" : scopes.describe(`/subscriptions/${id.toLowerCase()}`).name);
    this.matrix = new AccessMatrix(this.fleet, this.#subscriptionName);
    this.people = new AccessPeople(this.fleet);
    this.scopes = new AccessScopes(this.fleet);
  }

  holders(machineId: string, capability: AccessCapabilityId): MachineHolders {
    const access = evaluateMachine(this.fleet.state.index, machineId, [capability]);
    return { machine: access.machine, answer: access.answers[capability], atLeast: access.atLeast };
  }

  findings(): AccessFinding[] {
    this.#findings ??= findAccessProblems(this.fleet.state.index);
    return this.#findings;
  }

  /** Apart from the summary: in a large tenant the rules take longer than all other figures together. */
  findingCounts(): FindingCounts {
    const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    for (const { severity } of this.findings()) counts[severity] += 1;
    return counts;
  }

  roles(): RoleRow[] {
    this.#roles ??= roleRows(this.fleet.state.index);
    return this.#roles;
  }

  personMachines(id: string): PersonMachines | null {
    if (this.#person?.id === id) return this.#person.machines;
    const place = this.people.place(id);
    if (place === null) return null;
    const machines = new PersonMachines(place, this.#subscriptionName);
    this.#person = { id, machines };
    return machines;
  }

  summary(): AccessSummary {
    const figures: AccessSummary = {
      machines: this.fleet.machines.length,
      administrators: 0,
      standing: 0,
      eligibleOnly: 0,
      identities: 0,
      signIn: 0,
      widest: null,
    };
    this.fleet.principals.forEach((principal, number) => {
      const reach = (capability: AccessCapabilityId, lane: "now" | "standing" | "eligible") =>
        this.fleet.reach(number, capability, lane);
      const administers = reach("becomeIdentity", "now");
      if (!PEOPLE.has(principal.kind)) {
        if (administers > 0) figures.identities += 1;
        return;
      }
      if (administers > 0) figures.administrators += 1;
      else if (reach("becomeIdentity", "eligible") > 0) figures.eligibleOnly += 1;
      if (reach("becomeIdentity", "standing") > 0) figures.standing += 1;
      if (reach("signInUser", "now") + reach("signInAdmin", "now") > 0) figures.signIn += 1;
      if (administers > (figures.widest?.machines ?? 0)) {
        figures.widest = { name: principal.displayName, id: principal.id, machines: administers };
      }
    });
    return figures;
  }
}
