import "server-only";
import { upcomingTasks } from "@/lib/db/rollout-claim";
import type { RolloutTaskRow } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import { noteFailedCall, type RolloutDeps, type RolloutWork } from "./rollout-record";

/** How many machines of each subscription one question about their agents covers, and how long its answer is good for. */
const AHEAD = 250;
const GOOD_FOR_MS = 60_000;

type Answer = { connected: boolean | null; at: number };

/**
 * Which agents are connected right before something is sent to them. Asked for many machines of the wave in one go, because
 * Resource Graph allows a few questions a second and a steady roll-out claims a handful of machines several times a second.
 */
export class Presence {
  private readonly deps: RolloutDeps;
  private readonly known = new Map<string, Map<number, Answer>>();
  private readonly asking = new Map<string, Promise<void>>();

  constructor(deps: RolloutDeps) {
    this.deps = deps;
  }

  /** Positions of machines that are known not to be connected. What Azure does not tell stands in nobody's way. */
  async offline(work: RolloutWork, rows: readonly RolloutTaskRow[]): Promise<Set<number>> {
    const of = this.answersOf(work.rollout.id);
    const since = this.deps.now().getTime() - GOOD_FOR_MS;
    const isOld = (row: RolloutTaskRow) => (of.get(row.position)?.at ?? 0) <= since;
    // A question that is on its way mostly covers these machines too.
    for (let other = this.asking.get(work.rollout.id); other !== undefined && rows.some(isOld); ) {
      await other.catch(() => undefined);
      other = this.asking.get(work.rollout.id);
    }
    if (rows.some(isOld)) {
      const asked = this.ask(work, rows, of).finally(() => this.asking.delete(work.rollout.id));
      this.asking.set(work.rollout.id, asked);
      await asked;
    }
    return new Set(rows.flatMap((row) => (of.get(row.position)?.connected === false ? [row.position] : [])));
  }

  private answersOf(rolloutId: string): Map<number, Answer> {
    const known = this.known.get(rolloutId);
    if (known !== undefined) return known;
    // Few roll-outs run at a time; what an old one left is of no use.
    if (this.known.size > 20) this.known.clear();
    const fresh = new Map<number, Answer>();
    this.known.set(rolloutId, fresh);
    return fresh;
  }

  private async ask(work: RolloutWork, rows: readonly RolloutTaskRow[], into: Map<number, Answer>): Promise<void> {
    const ahead = await upcomingTasks(this.deps.db, work.rollout, AHEAD);
    const all = [...rows, ...ahead.filter((row) => !rows.some((one) => one.position === row.position))];
    const at = this.deps.now().getTime();
    try {
      const connected = await work.remote.connected(work.rollout, all);
      for (const row of all) into.set(row.position, { connected: connected.get(row.position) ?? null, at });
    } catch (error) {
      if (error instanceof AppError && error.code === "unauthenticated") work.signedOut();
      noteFailedCall(this.deps, "rollout.presence_unknown", error, { rolloutId: work.rollout.id });
      for (const row of rows) into.set(row.position, { connected: null, at });
    }
  }
}
