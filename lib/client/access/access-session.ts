import type { IncompleteInput, InputSource } from "@/lib/domain/access/types";
import type { Problem } from "@/lib/domain/errors";
import type { Completeness } from "@/lib/domain/fleet-wire";
import type { WorkerBackend } from "../worker-backend";
import type { AccessFinish, AccessMethods, AccessProgress } from "./access-host";

export type AccessBackend = WorkerBackend<AccessMethods>;

export type AccessStatus = {
  /** ready: there is an evaluated tenant. failed: there is nothing to show. */
  phase: "idle" | "loading" | "refreshing" | "ready" | "failed";
  /** Rises with every evaluated read. */
  version: number;
  received: Partial<Record<InputSource, number>>;
  waiting: { ms: number; source: InputSource } | null;
  asOf: string | null;
  fromSnapshot: boolean;
  /** Why the last read failed or ended early. The answers of an earlier read stay. */
  problem: Problem | null;
  completeness: Completeness | null;
  incomplete: readonly IncompleteInput[];
  machines: number;
  evaluationMs: number | null;
};

export type AccessPorts = {
  openBackend: () => Promise<AccessBackend>;
  /** Opens the stream; throws what `toProblem` understands. */
  openStream: (options: { snapshot: boolean; signal: AbortSignal }) => Promise<ReadableStream<Uint8Array>>;
  toProblem: (error: unknown) => Problem;
  /** The stream ended early ("") or holds something that is no message. */
  brokenProblem: (reason: string) => Problem;
  nowMs: () => number;
};

export const IDLE_ACCESS: AccessStatus = {
  phase: "idle",
  version: 0,
  received: {},
  waiting: null,
  asOf: null,
  fromSnapshot: false,
  problem: null,
  completeness: null,
  incomplete: [],
  machines: 0,
  evaluationMs: null,
};

class BrokenAccessStream extends Error {}

/** Reads the inputs of access into the backend, which evaluates them, and tells the screens how far it is. One per tab. */
export class AccessSession {
  readonly #ports: AccessPorts;
  readonly #listeners = new Set<() => void>();
  #status: AccessStatus = IDLE_ACCESS;
  #backend: Promise<AccessBackend> | null = null;
  #reading: AbortController | null = null;
  #isOutdated = false;

  constructor(ports: AccessPorts) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getStatus = (): AccessStatus => this.#status;

  backend(): Promise<AccessBackend> {
    this.#backend ??= this.#ports.openBackend();
    return this.#backend;
  }

  /** Reads once per tab; later calls do nothing unless something was changed since. */
  start(): void {
    if (this.#status.phase === "idle") void this.#read(true);
    else if (this.#isOutdated) void this.#read(false);
  }

  /** Something was changed in Azure: the next page that shows access reads it again. */
  outdate(): void {
    this.#isOutdated = true;
  }

  /** Reads again from Azure; a read that is still under way is given up. Answers stay until the new ones are whole. */
  refresh(): Promise<void> {
    return this.#read(false);
  }

  async #read(snapshot: boolean): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#isOutdated = false;
    const { signal } = reading;
    const phase = this.#status.version > 0 ? "refreshing" : "loading";
    this.#publish({ phase, problem: null, waiting: null, received: {} });
    try {
      const backend = await this.backend();
      await backend.call("begin");
      const stream = await this.#ports.openStream({ snapshot, signal });
      const finish = await this.#consume(backend, stream, signal);
      if (signal.aborted) return;
      if (finish === null) throw new BrokenAccessStream("");
      this.#succeed(finish);
    } catch (error) {
      if (signal.aborted) return;
      const problem =
        error instanceof BrokenAccessStream ? this.#ports.brokenProblem(error.message) : this.#ports.toProblem(error);
      this.#publish({ phase: this.#status.version > 0 ? "ready" : "failed", problem, waiting: null });
      return;
    }
    // A stored read is only what access looked like; what it is must come from Azure.
    if (this.#status.fromSnapshot) await this.#read(false);
  }

  async #consume(backend: AccessBackend, stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<AccessFinish> {
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return null;
      if (done) {
        const { progress, finish } = await backend.call("finish", this.#ports.nowMs());
        if (!signal.aborted) this.#progress(progress);
        return finish;
      }
      const progress = await backend.call("feed", value);
      if (signal.aborted) return null;
      this.#progress(progress);
    }
  }

  #progress(progress: AccessProgress): void {
    if (progress.broken !== null) throw new BrokenAccessStream(progress.broken);
    this.#publish({ received: progress.received, waiting: progress.waiting });
  }

  #succeed(finish: NonNullable<AccessFinish>): void {
    this.#publish({
      phase: "ready",
      version: this.#status.version + 1,
      waiting: null,
      problem: null,
      asOf: finish.asOf,
      fromSnapshot: finish.fromSnapshot,
      completeness: finish.completeness,
      incomplete: finish.incomplete,
      machines: finish.machines,
      evaluationMs: finish.evaluationMs,
    });
  }

  #publish(changes: Partial<AccessStatus>): void {
    this.#status = { ...this.#status, ...changes };
    for (const listener of this.#listeners) listener();
  }
}
