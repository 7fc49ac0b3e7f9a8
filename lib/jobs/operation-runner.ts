import "server-only";
import { EventEmitter } from "node:events";
import {
  claimDue,
  findOperation,
  freeLeases,
  markUnattended,
  nextDue,
  type OperationRow,
  takePlanned,
} from "@/lib/db/operations";
import { AppError } from "@/lib/domain/errors";
import { type RecordDeps, recordMove } from "./operation-record";
import type { RemoteAccess } from "./operation-remote";
import { advance, type StepDeps, sendNow, WAITING_FOR_OPERATOR } from "./operation-steps";
import { LEASE_MS, REST_MS, restUntil } from "./operation-timing";
import { RoundLoop } from "./round-loop";

export type RunnerArgs = Omit<RecordDeps, "changed"> & {
  access: RemoteAccess;
  /** Longest sleep between two looks at the store, in milliseconds. */
  idleMs?: number;
};

const CLAIM_LIMIT = 8;
const SHORTEST_NAP_MS = 100;
/** With several instances another one may hold the token: only what is overdue by this much is unattended. */
const SHARED_GRACE_MS = 30_000;

/** Carries operations from the store to their end. Knows states and time; everything outside comes through `access`. */
export class OperationRunner {
  private readonly deps: StepDeps;
  private readonly db: RunnerArgs["db"];
  private readonly idleMs: number;
  private readonly graceMs: number;
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly loop = new RoundLoop(() => this.round());

  constructor(args: RunnerArgs) {
    this.db = args.db;
    this.idleMs = args.idleMs ?? REST_MS;
    this.graceMs = args.db.engine === "server" ? SHARED_GRACE_MS : 0;
    this.deps = { db: args.db, now: args.now, log: args.log, access: args.access, changed: (id) => this.changes.emit(id) };
  }

  /** Frees what a killed process held, where that is safe to know, and begins to work. */
  async start(): Promise<void> {
    if (this.db.engine === "embedded") await freeLeases(this.db, this.deps.now());
    this.loop.start();
  }

  /** Takes nothing new and returns when the running round has ended. */
  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** Something may be due now: a request was sent, a person has returned. */
  nudge(): void {
    this.loop.nudge();
  }

  /** Calls back after each committed change of one operation, until the returned function is called. */
  onChange(operationId: string, listener: () => void): () => void {
    this.changes.on(operationId, listener);
    return () => this.changes.off(operationId, listener);
  }

  /**
   * Sends a planned operation now, in the caller's request. Past that state nothing is sent, whoever calls: the same id is
   * the same operation. Throws AppError unauthenticated when the sign-in must be repeated first.
   */
  async submit(operationId: string): Promise<OperationRow> {
    const taken = await takePlanned(this.db, operationId, new Date(this.deps.now().getTime() + LEASE_MS));
    if (taken !== null) {
      const remote = this.deps.access.remoteFor(taken);
      if (remote !== null) await sendNow(this.deps, taken, remote);
    }
    this.nudge();
    const row = await findOperation(this.db, operationId);
    if (row === null) throw new AppError({ code: "not_found", message: "There is no such operation." });
    return row;
  }

  /** Ends an operation of which nothing has reached Azure. False when it is past that point or ended already. */
  async abandon(operationId: string, detail: string): Promise<boolean> {
    const taken = await takePlanned(this.db, operationId, new Date(this.deps.now().getTime() + LEASE_MS));
    if (taken === null) return false;
    return (await recordMove(this.deps, { row: taken, to: "canceled", detail })) !== null;
  }

  /** One round: claim what is due, take each one step, mark what nobody carries. Public for tests with a fake clock. */
  async tick(): Promise<void> {
    const now = this.deps.now();
    const claimed = await claimDue(this.db, {
      carriers: this.deps.access.carriers(),
      now,
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      limit: CLAIM_LIMIT,
    });
    await Promise.all(claimed.map((row) => advance(this.deps, row)));
    const marked = await markUnattended(this.db, {
      before: new Date(now.getTime() - this.graceMs),
      at: now,
      waitingFor: WAITING_FOR_OPERATOR,
      detail: "Nobody is signed in whose rights could carry this on. It continues when an operator signs in.",
    });
    for (const id of marked) this.deps.changed(id);
  }

  private async round(): Promise<number> {
    try {
      await this.tick();
      const due = await nextDue(this.db, this.deps.access.carriers());
      return restUntil({ due, now: this.deps.now(), beatMs: SHORTEST_NAP_MS, restMs: this.idleMs });
    } catch (error) {
      this.deps.log.error("operation.round_failed", error);
      return this.idleMs;
    }
  }
}
