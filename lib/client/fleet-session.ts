import type { Problem } from "@/lib/domain/errors";
import type { Completeness, FleetHead, FleetTail } from "@/lib/domain/fleet-wire";
import type { FleetBackend } from "./fleet-backend";
import type { FeedResult } from "./fleet-host";
import type { FleetEvent } from "./fleet-reader";
import type { FleetCompleteness } from "./fleet-types";

export type FleetStatus = {
  /** ready: a read has ended and there are rows or there is a whole answer. failed: there is nothing to show. */
  phase: "idle" | "loading" | "refreshing" | "ready" | "failed";
  /** Rises whenever the rows may have changed; at most a few times a second while loading. */
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

/** Reads the fleet into the backend and tells the screens how far it is. One per tab. */
export class FleetSession {
  readonly #ports: FleetPorts;
  readonly #listeners = new Set<() => void>();
  #status: FleetStatus = IDLE_STATUS;
  #backend: Promise<FleetBackend> | null = null;
  #reading: AbortController | null = null;
  #publishedAt = 0;
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
      return this.#finish(reading.signal, seen, this.#ports.toProblem(error));
    }
    if (reading.signal.aborted) return;
    await this.#finish(reading.signal, seen, null);
    // Stored rows are only what the fleet looked like; what it looks like must come from Azure.
    if (seen.head?.fromSnapshot === true && !reading.signal.aborted) await this.#read(false);
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
      changes = { ...changes, ...changesOf(event, this.#status.phase === "refreshing") };
    }
    if (result.events.length === 0 && this.#status.waiting !== null && result.rowsRead > this.#status.received) {
      changes.waiting = null;
    }
    const now = this.#ports.monotonicMs();
    const due = now - this.#publishedAt >= PUBLISH_EVERY_MS || this.#status.version === 0;
    if (due) this.#publishedAt = now;
    if (due || result.events.length > 0) this.#publish({ ...changes, ...(due ? { version: result.version } : {}) });
  }

  async #finish(signal: AbortSignal, { head, tail }: Marks, thrown: Problem | null): Promise<void> {
    const problem = thrown ?? (tail === null ? this.#ports.brokenProblem("") : null);
    const completeness = tail === null ? earlyEnd(head, this.#rowsRead, problem) : completenessOf(tail);
    const nothing = problem !== null && !this.#hasRows;
    const backend = await this.backend();
    const { version } = await backend.call("finish");
    if (signal.aborted) return;
    this.#publish({
      phase: nothing ? "failed" : "ready",
      received: this.#rowsRead,
      version: Math.max(version, this.#status.version + 1),
      problem,
      waiting: null,
      completeness: nothing ? null : (completeness ?? this.#status.completeness),
      ...(tail === null || head === null ? {} : { asOf: head.asOf, fromSnapshot: head.fromSnapshot }),
    });
  }

  #publish(changes: Partial<FleetStatus>): void {
    this.#status = { ...this.#status, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

/** The stream holds something that is no fleet message. */
export class BrokenStream extends Error {}

/** While reading again, as-of stays that of the rows on the screen until the new read has ended well. */
function changesOf(event: FleetEvent, again: boolean): Partial<FleetStatus> {
  switch (event.type) {
    case "head":
      return {
        expected: event.expected,
        ...(again ? {} : { asOf: event.asOf, fromSnapshot: event.fromSnapshot }),
        subscriptions: event.subscriptions,
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
