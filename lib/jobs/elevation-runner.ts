import "server-only";
import type { Database } from "@/lib/db/database";
import {
  type ClaimedElevation,
  claimDueElevations,
  type ElevationBatchRow,
  freeElevationLeases,
  nextElevationDue,
  takeUnsentElevations,
} from "@/lib/db/elevation";
import { planBatch, type StepGroup } from "@/lib/domain/elevation/batch-plan";
import type { ElevationDeps } from "./elevation-record";
import type { ElevationCarriers, ElevationRemote } from "./elevation-remote";
import { advanceElevation, awaitStepUp, awaitTurn, type ChallengeMark, sendElevation } from "./elevation-steps";
import type { RunnerLog } from "./operation-record";
import { LEASE_MS, REST_MS, restUntil } from "./operation-timing";
import { RoundLoop } from "./round-loop";

/** Writes at the same time: PIM answers slowly, and one person's batch must not use up a subscription's writes. */
const LANES = 4;
const CLAIM_LIMIT = 24;
const BEAT_MS = 1_000;

export type ElevationRunnerArgs = { db: Database; now: () => Date; log: RunnerLog; access: ElevationCarriers; idleMs?: number };
export type ElevationListener = (batch: ElevationBatchRow) => void;

/** Carries requests of elevation from the store to their end and then watches until they work. */
export class ElevationRunner {
  private readonly deps: ElevationDeps;
  private readonly access: ElevationCarriers;
  private readonly beatMs: number;
  private readonly restMs: number;
  private readonly listeners = new Set<ElevationListener>();
  private readonly loop = new RoundLoop(() => this.round());

  constructor(args: ElevationRunnerArgs) {
    this.access = args.access;
    this.beatMs = args.idleMs ?? BEAT_MS;
    this.restMs = args.idleMs ?? REST_MS;
    const changed: ElevationListener = (batch) => {
      for (const listener of this.listeners) listener(batch);
    };
    this.deps = { db: args.db, now: args.now, log: args.log, changed };
  }

  /** Frees what a killed process held, where that is safe to know, and begins to work. */
  async start(): Promise<void> {
    if (this.deps.db.engine === "embedded") await freeElevationLeases(this.deps.db, this.deps.now());
    this.loop.start();
  }

  /** Something may be due now: a request was sent, a person has returned. */
  nudge(): void {
    this.loop.nudge();
  }

  /** Takes nothing new and returns when the running round has ended. */
  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** Told after each committed change of any batch of this process. Returns the way to stop listening. */
  onChange(listener: ElevationListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Sends what is not sent yet of a batch, in the caller's request: first what needs no step-up, then context by context.
   * Throws AppError unauthenticated at the first context that Azure asks for; what is left waits in the store for the next
   * call. `remote` carries the caller's own sign-in, which `mark` names: asked again after another one, an item is refused
   * instead of asked a third time.
   */
  async submit(batchId: string, remote: ElevationRemote, mark: string): Promise<void> {
    const claimed = await takeUnsentElevations(this.deps.db, batchId, this.lease());
    if (claimed.length === 0) return;
    const groups = planBatch(claimed.map((one) => ({ item: one, context: one.item.context })));
    let asked: unknown = null;
    for (const group of groups) {
      if (asked === null) asked = await this.sendGroup(group, remote, mark);
      else for (const one of group.items) await awaitTurn(this.deps, one);
    }
    this.nudge();
    if (asked !== null) throw asked;
  }

  /** One round: claim what is due and take each one step. Public for tests with a fake clock. */
  async tick(): Promise<number> {
    const { db } = this.deps;
    const claimed = await claimDueElevations(db, {
      carriers: this.access.carriers(),
      now: this.deps.now(),
      leaseUntil: this.lease(),
      limit: CLAIM_LIMIT,
    });
    // One remote a batch and round: it reads a list once for all items of the batch.
    const remotes = new Map(claimed.map(({ batch }) => [batch.id, this.access.elevationRemoteFor(batch)]));
    await Promise.all(
      claimed.map(async (one) => {
        const remote = remotes.get(one.batch.id) ?? null;
        if (remote !== null) await advanceElevation(this.deps, one, remote);
      }),
    );
    return claimed.length;
  }

  /** The error that asks for a sign-in, or null. With a context the first item finds out for the rest of its group. */
  private async sendGroup(group: StepGroup<ClaimedElevation>, remote: ElevationRemote, mark: string): Promise<unknown> {
    const asked: { error: unknown; context: string | null | undefined } = { error: null, context: undefined };
    const markFor: ChallengeMark = (context) => {
      // The first context that is asked for is the one that the page is sent to.
      if (asked.context === undefined) asked.context = context;
      return asked.context === context ? mark : null;
    };
    const send = async (one: ClaimedElevation): Promise<void> => {
      try {
        await sendElevation(this.deps, one, remote, markFor);
      } catch (error) {
        asked.error ??= error;
      }
    };
    const queue = [...group.items];
    if (group.context !== null) {
      const head = queue.shift();
      if (head !== undefined) await send(head);
    }
    const lane = async (): Promise<void> => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        // What needs no step-up goes on when one of its group turned out to need one.
        if (asked.error === null || (group.context === null && asked.context !== undefined)) await send(one);
        else if (group.context === asked.context) await awaitStepUp(this.deps, one, { mark });
        else await awaitTurn(this.deps, one);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return asked.error;
  }

  private lease(): Date {
    return new Date(this.deps.now().getTime() + LEASE_MS);
  }

  private async round(): Promise<number> {
    try {
      const worked = await this.tick();
      if (worked > 0) return worked >= CLAIM_LIMIT ? 0 : this.beatMs;
      const { db, now } = this.deps;
      return restUntil({
        due: await nextElevationDue(db, this.access.carriers()),
        now: now(),
        beatMs: this.beatMs,
        restMs: this.restMs,
      });
    } catch (error) {
      this.deps.log.error("elevation.round_failed", error);
      return this.beatMs;
    }
  }
}
