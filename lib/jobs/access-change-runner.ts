import "server-only";
import { type ClaimedItem, claimDueItems, freeChangeLeases, nextItemDue, takePlannedItems } from "@/lib/db/access-changes";
import type { Database } from "@/lib/db/database";
import type { AccessChangeCarriers } from "./access-change-remote";
import { advanceItem, type ChangeDeps, sendItem } from "./access-change-steps";
import type { RunnerLog } from "./operation-record";
import { LEASE_MS, REST_MS, restUntil } from "./operation-timing";
import { RoundLoop } from "./round-loop";

/** Writes at the same time: Azure takes more, and a batch must not use up a subscription's writes. */
const LANES = 4;
const CLAIM_LIMIT = 16;
const BEAT_MS = 1_000;

export type ChangeRunnerArgs = { db: Database; now: () => Date; log: RunnerLog; access: AccessChangeCarriers; idleMs?: number };

/** Carries access changes from the store to their end and then watches until they are in force. */
export class AccessChangeRunner {
  private readonly deps: ChangeDeps;
  private readonly access: AccessChangeCarriers;
  private readonly beatMs: number;
  private readonly restMs: number;
  private readonly loop = new RoundLoop(() => this.round());

  constructor(args: ChangeRunnerArgs) {
    this.access = args.access;
    this.beatMs = args.idleMs ?? BEAT_MS;
    this.restMs = args.idleMs ?? REST_MS;
    this.deps = { db: args.db, now: args.now, log: args.log };
  }

  /** Frees what a killed process held, where that is safe to know, and begins to work. */
  async start(): Promise<void> {
    if (this.deps.db.engine === "embedded") await freeChangeLeases(this.deps.db, this.deps.now());
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

  /**
   * Sends the planned items of a set now, in the caller's request, at most four at a time. Past that state nothing is sent,
   * whoever calls. Throws AppError unauthenticated when the sign-in must be repeated first; the rest then stays planned.
   */
  async submit(setId: string): Promise<void> {
    const items = await takePlannedItems(this.deps.db, setId, this.lease());
    const refusal: { error: unknown } = { error: null };
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < items.length; at = next++) {
        const claimed = items[at];
        if (claimed === undefined || refusal.error !== null) return;
        await this.send(claimed).catch((error: unknown) => {
          refusal.error ??= error;
        });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    this.nudge();
    if (refusal.error !== null) throw refusal.error;
  }

  /** One round: claim what is due and take each one step. Public for tests with a fake clock. */
  async tick(): Promise<number> {
    const { db } = this.deps;
    const now = this.deps.now();
    const claimed = await claimDueItems(db, {
      carriers: this.access.carriers(),
      now,
      leaseUntil: this.lease(),
      limit: CLAIM_LIMIT,
    });
    // One remote a set and round: it reads a scope once for all items of the set.
    const remotes = new Map(claimed.map(({ set }) => [set.id, this.access.changeRemoteFor(set)]));
    await Promise.all(
      claimed.map(async (one) => {
        const remote = remotes.get(one.set.id) ?? null;
        if (remote !== null) await advanceItem(this.deps, one, remote);
      }),
    );
    return claimed.length;
  }

  private lease(): Date {
    return new Date(this.deps.now().getTime() + LEASE_MS);
  }

  private async send(claimed: ClaimedItem): Promise<void> {
    const remote = this.access.changeRemoteFor(claimed.set);
    if (remote !== null) await sendItem(this.deps, claimed, remote);
  }

  private async round(): Promise<number> {
    try {
      const worked = await this.tick();
      if (worked > 0) return worked >= CLAIM_LIMIT ? 0 : this.beatMs;
      const { db, now } = this.deps;
      return restUntil({
        due: await nextItemDue(db, this.access.carriers()),
        now: now(),
        beatMs: this.beatMs,
        restMs: this.restMs,
      });
    } catch (error) {
      this.deps.log.error("accessChange.round_failed", error);
      return this.beatMs;
    }
  }
}
