import "server-only";
import { acceptedSince } from "@/lib/db/rollout-read";
import type { RolloutRow, RolloutWaveRow } from "@/lib/db/rollouts";
import type { RolloutView, TaskCounts } from "@/lib/domain/rollout/api";
import type { ServiceContext } from "../context";

type Facts = { row: RolloutRow; waves: readonly RolloutWaveRow[]; counts: ReadonlyMap<number, TaskCounts>; now: Date };

const RATE_WINDOW_MS = 30_000;

/** How fast it goes and when it ends, from what the store knows. */
export async function progressOf(
  ctx: Pick<ServiceContext, "db">,
  { row, now }: Facts,
): Promise<Pick<RolloutView, "rate" | "eta">> {
  const accepted = await acceptedSince(ctx.db, row.id, new Date(now.getTime() - RATE_WINDOW_MS));
  const perSecond = row.endedAt === null ? accepted.length / (RATE_WINDOW_MS / 1000) : null;
  return {
    rate: { perSecond, floorPerSecond: 10 },
    eta: { at: null, reason: row.endedAt === null ? "tooEarly" : "ended" },
  };
}

/** Seconds that issuing takes at least: 200 requests at once, then ten a second, in each subscription at the same time. */
export function floorSeconds(machines: readonly number[]): number {
  return Math.max(0, ...machines.map((count) => Math.max(0, count - 200) / 10));
}
