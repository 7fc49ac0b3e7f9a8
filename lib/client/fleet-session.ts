import type { Problem } from "@/lib/domain/errors";
import type { Completeness, FleetHead, FleetTail } from "@/lib/domain/fleet-wire";
import type { FleetBackend } from "./fleet-backend";
import type { FeedResult } from "./fleet-host";
import type { FleetEvent } from "./fleet-reader";
import type { FleetCompleteness } from "./fleet-types";
import { hasSameFields } from "./same-fields";

export type FleetStatus = {
  /** ready: a read has ended and there are rows or there is a whole answer. failed: there is nothing to show. */
  phase: "idle" | "loading" | "refreshing" | "ready" | "failed";
  /** Rises whenever the rows may have changed; at most a few times a second while loading. 0 until there is something to ask. */
  version: number;
  received: number;
  expected: number | null;
  asOf: string | null;
  fromSnapshot: boolean;
  waiting: { ms: number; source: string } | null;
  /** Why the last read failed or ended early. Rows of an earlier read stay. */
  problem: Problem | null;
  completeness: FleetCompleteness | null;
  subscriptions: readonly { id: string; name: string }[];
};

export type FleetPorts = {
  openBackend: () => Promise<FleetBackend>;
  /** Opens the stream; throws what `toProblem` understands. */
  openStream: (options: { snapshot: boolean; signal: AbortSignal }) => Promise<ReadableStream<Uint8Array>>;
  toProblem: (error: unknown) => Problem;
  brokenProblem: (reason: string) => Problem;
  monotonicMs: () => number;
  /** Calls once, later, unless the returned function is called before. */
  after: (ms: number, call: () => void) => () => void;
};

type Marks = { head: FleetHead | null; tail: FleetTail | null };

export const IDLE_STATUS: FleetStatus = {
  phase: "idle",
  version: 0,
  received: 0,
  expected: null,
  asOf: null,
  fromSnapshot: false,
  waiting: null,
  problem: null,
  completeness: null,
  subscriptions: [],
};

const PUBLISH_EVERY_MS = 250;
/** Stored rows come all at once; drawn as soon as the first of them are there they would be drawn twice. */
const FIRST_ROWS_WAIT_MS = 80;

/** Reads the fleet into the backend and tells the screens how far it is. One per tab. */
export class FleetSession {
  readonly #ports: FleetPorts;
  readonly #listeners = new Set<() => void>();
  #status: FleetStatus = IDLE_STATUS;
  #backend: Promise<FleetBackend> | null = null;
  #reading: AbortController | null = null;
  #publishedAt = Number.NEGATIVE_INFINITY;
  #cancelPublish: (() => void) | null = null;
  /** What is known and not yet published. */
  #held: Partial<FleetStatus> = {};
  #storeVersion = 0;
  #hasRows = false;
  #rowsRead = 0;

  constructor(ports: FleetPorts) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getStatus = (): FleetStatus => this.#status;

  backend(): Promise<FleetBackend> {
    this.#backend ??= this.#ports.openBackend();
    return this.#backend;
  }

  /** Reads once per tab; later calls do nothing. */
  start(): void {
    if (this.#status.phase === "idle") void this.#read(true);
  }

  /** Reads again from Azure and merges; an earlier read that is still under way is given up. */
  refresh(): Promise<void> {
    return this.#read(false);
  }

  async #read(snapshot: boolean): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#rowsRead = 0;
    this.#dropHeld();
    this.#publish({ phase: this.#hasRows ? "refreshing" : "loading", problem: null, waiting: null, received: 0 });
    const seen: Marks = { head: null, tail: null };
    const note = (event: FleetEvent) => {
      if (event.type === "head") seen.head = event;
      if (event.type === "tail") seen.tail = event;
    };
    try {
      const backend = await this.backend();
      await backend.call("begin");
      const stream = await this.#ports.openStream({ snapshot, signal: reading.signal });
      await this.#consume(backend, stream, reading.signal, note);
    } catch (error) {
      if (reading.signal.aborted) return;
      await this.#finish(reading.signal, seen, this.#ports.toProblem(error));
      return;
    }
    if (reading.signal.aborted) return;
    const goesOn = await this.#finish(reading.signal, seen, null);
    if (goesOn && !reading.signal.aborted) await this.#read(false);
  }

  async #consume(
    backend: FleetBackend,
    stream: ReadableStream<Uint8Array>,
    signal: AbortSignal,
    note: (event: FleetEvent) => void,
  ): Promise<void> {
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      const result = done ? await backend.call("finish") : await backend.call("feed", value);
      if (signal.aborted) return;
      this.#progress(result, note);
      if (done) return;
    }
  }

  #progress(result: FeedResult, note: (event: FleetEvent) => void): void {
    this.#rowsRead = result.rowsRead;
    let changes: Partial<FleetStatus> = { received: result.rowsRead };
    if (result.rowsRead > 0) this.#hasRows = true;
    for (const event of result.events) {
      note(event);
      if (event.type === "broken") throw new BrokenStream(event.reason);
      changes = { ...changes, ...changesOf(event, this.#status) };
    }
    if (result.events.length === 0 && this.#status.waiting !== null && result.rowsRead > this.#status.received) {
      changes.waiting = null;
    }
    this.#held = { ...this.#held, ...changes };
    this.#storeVersion = result.version;
    // The end is told by what follows it.
    if (result.events.some(({ type }) => type !== "tail")) this.#publishHeld();
    if (this.#hasRows) this.#publishSoon();
  }

  #publishHeld(changes: Partial<FleetStatus> = {}): void {
    const held = this.#held;
    this.#held = {};
    this.#publish({ ...held, ...changes });
  }

  /** Each new version makes every screen ask again, so that they come one by one with some rest between. */
  #publishSoon(): void {
    if (this.#cancelPublish !== null) return;
    const publish = () => {
      this.#cancelPublish = null;
      this.#publishedAt = this.#ports.monotonicMs();
      this.#publishHeld({ version: this.#storeVersion });
    };
    const isFirst = this.#status.version === 0;
    const wait = isFirst ? FIRST_ROWS_WAIT_MS : this.#publishedAt + PUBLISH_EVERY_MS - this.#ports.monotonicMs();
    if (wait > 0) this.#cancelPublish = this.#ports.after(wait, publish);
    else publish();
  }

  #dropHeld(): void {
    this.#cancelPublish?.();
    this.#cancelPublish = null;
    this.#held = {};
  }

  /** True when the rows were stored ones, so that Azure must be asked now. */
  async #finish(signal: AbortSignal, { head, tail }: Marks, thrown: Problem | null): Promise<boolean> {
    const problem = thrown ?? (tail === null ? this.#ports.brokenProblem("") : null);
    const completeness = tail === null ? earlyEnd(head, this.#rowsRead, problem) : completenessOf(tail);
    const nothing = problem !== null && !this.#hasRows;
    const backend = await this.backend();
    const { version } = await backend.call("finish");
    if (signal.aborted) return false;
    this.#dropHeld();
    // Stored rows are only what the fleet looked like; what it looks like must come from Azure.
    const goesOn = thrown === null && head?.fromSnapshot === true;
    this.#publish({
      phase: nothing ? "failed" : goesOn ? "refreshing" : "ready",
      received: goesOn ? 0 : this.#rowsRead,
      version: Math.max(version, this.#status.version + 1),
      problem,
      waiting: null,
      completeness: nothing ? null : (completeness ?? this.#status.completeness),
      ...(tail === null || head === null ? {} : { asOf: head.asOf, fromSnapshot: head.fromSnapshot }),
    });
    return goesOn;
  }

  #publish(changes: Partial<FleetStatus>): void {
    const next = { ...this.#status, ...changes };
    if (hasSameFields(this.#status, next)) return;
    this.#status = next;
    for (const listener of this.#listeners) listener();
  }
}

/** The stream holds something that is no fleet message. */
export class BrokenStream extends Error {}

/** While reading again, as-of stays that of the rows on the screen until the new read has ended well. */
function changesOf(event: FleetEvent, { phase, subscriptions }: FleetStatus): Partial<FleetStatus> {
  switch (event.type) {
    case "head":
      return {
        expected: event.expected,
        ...(phase === "refreshing" ? {} : { asOf: event.asOf, fromSnapshot: event.fromSnapshot }),
        // The same array where nothing differs, so that no screen draws it again.
        subscriptions:
          JSON.stringify(event.subscriptions) === JSON.stringify(subscriptions) ? subscriptions : event.subscriptions,
        waiting: null,
      };
    case "progress":
      return {
        waiting: event.waitingForQuotaMs > 0 ? { ms: event.waitingForQuotaMs, source: event.source } : null,
        ...(event.expected === null ? {} : { expected: event.expected }),
      };
    default:
      return { waiting: null };
  }
}

function completenessOf(tail: FleetTail): FleetCompleteness {
  return { machines: tail.machines, certificates: tail.certificates, extensions: tail.extensions };
}

/** A stream without its end mark is never whole, whatever it brought. */
function earlyEnd(head: FleetHead | null, rowsRead: number, problem: Problem | null): FleetCompleteness | null {
  if (head === null) return null;
  const part = (received: number, expected: number | null): Completeness => ({
    expected,
    received,
    complete: false,
    missing: problem === null ? [] : [{ source: "portal", label: problem.title, problem }],
    asOf: head.asOf,
  });
  return { machines: part(rowsRead, head.expected), certificates: part(0, null), extensions: part(0, null) };
}
