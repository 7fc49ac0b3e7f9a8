import "server-only";
import { progressFacts } from "@/lib/db/rollout-progress";
import type { RolloutRow, RolloutWaveRow } from "@/lib/db/rollouts";
import type { RolloutView, TaskCounts } from "@/lib/domain/rollout/api";
import { floorRate, rateOf } from "@/lib/domain/rollout/pace";
import { etaOf } from "@/lib/domain/rollout/progress";
import type { ServiceContext } from "../context";
import { storedPlan } from "./stored";

type Facts = { row: RolloutRow; waves: readonly RolloutWaveRow[]; counts: ReadonlyMap<number, TaskCounts>; now: Date };

/** Twice the time over which the rate is measured: what came before tells whether the half minute is full. */
const ACCEPTED_MS = 60_000;

/** How fast it goes and when it ends, from what the store knows. */
export async function progressOf(
  ctx: Pick<ServiceContext, "db">,
  { row, waves, counts, now }: Facts,
): Promise<Pick<RolloutView, "rate" | "eta">> {
  if (row.endedAt !== null) {
    return { rate: { perSecond: null, floorPerSecond: 0 }, eta: { at: null, reason: "ended" } };
  }
  const acceptedSince = new Date(now.getTime() - ACCEPTED_MS);
  const { acceptedAges, ...facts } = await progressFacts(ctx.db, row.id, { now, acceptedSince });
  const ended = [...counts.values()].reduce(
    (sum, { ready, notReady, failed, skipped, canceled }) => sum + ready + notReady + failed + skipped + canceled,
    0,
  );
  const eta = etaOf({
    ...facts,
    state: row.state,
    waitingFor: row.waitingFor,
    plan: storedPlan(row),
    waves: waves.map(({ number, state, dueAt }) => ({ number, state, dueAt, queued: counts.get(number)?.queued ?? 0 })),
    total: row.total,
    ended,
    now,
  });
  return {
    rate: { perSecond: rateOf(acceptedAges), floorPerSecond: floorRate(Math.max(1, facts.queuedPerSubscription.length)) },
    eta: { at: eta.at?.toISOString() ?? null, reason: eta.reason },
  };
}
