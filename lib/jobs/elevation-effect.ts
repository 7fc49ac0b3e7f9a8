import "server-only";
import type { ClaimedElevation, ElevationItemPatch } from "@/lib/db/elevation";
import { LATE_AFTER_MS, SIGHTINGS } from "./access-change-steps";
import { type ElevationDeps, moveElevation } from "./elevation-record";
import type { ElevationRemote } from "./elevation-remote";

/** Reading ends then; what was not seen stays late. */
const GIVE_UP_MS = 60 * 60_000;
const READ_EVERY_MS = 1_000;
const SLOWEST_READ_MS = 30_000;
/** An activation that was in force is looked at again when it must have ended. */
const AFTER_END_MS = 1_000;
const WATCH_EVERY_MS = 60_000;
const RECHECK_MS = 2_000;

function restMs(reads: number, waitedMs: number): number {
  if (waitedMs > GIVE_UP_MS) return 24 * 3_600_000;
  return Math.min(SLOWEST_READ_MS, READ_EVERY_MS * 1.2 ** Math.min(reads, 30));
}

/**
 * An activation in force is looked at every minute: somebody may end it before its time, and the portal's clock may lie. Before
 * its end one reading that misses it proves nothing, as replicas answer in turn; three in a row do.
 */
async function readOn(deps: ElevationDeps, claimed: ClaimedElevation, remote: ElevationRemote): Promise<void> {
  const { item } = claimed;
  const isStillThere = await remote.isInForce(item);
  const now = deps.now();
  const endMs = item.endsAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const isPastEnd = now.getTime() >= endMs;
  const seen = isStillThere ? SIGHTINGS : item.effectSeen - 1;
  const isEnded = !isStillThere && (isPastEnd || seen <= 0);
  const nextMs = now.getTime() + (isStillThere ? WATCH_EVERY_MS : RECHECK_MS);
  const patch: ElevationItemPatch = {
    effect: isEnded ? "ended" : "effective",
    effectSeen: Math.max(0, seen),
    effectReads: item.effectReads + 1,
    effectReadAt: now,
    notBefore: new Date(isPastEnd ? nextMs : Math.min(nextMs, endMs + AFTER_END_MS)),
  };
  await moveElevation(deps, claimed, patch, isEnded ? "It has ended." : "In force.");
}

/**
 * One reading of the real state. In force = seen three times in a row, because replicas answer in turn; timed from Azure's
 * acceptance to the first of them. Late after the ten minutes that Azure documents (RBAC troubleshooting).
 */
export async function readElevationEffect(
  deps: ElevationDeps,
  claimed: ClaimedElevation,
  remote: ElevationRemote,
): Promise<void> {
  const { item } = claimed;
  if (item.effect === "effective") return readOn(deps, claimed, remote);
  const isSeen = await remote.isInForce(item);
  const now = deps.now();
  const acceptedMs = (item.acceptedAt ?? now).getTime();
  const waitedMs = now.getTime() - acceptedMs;
  const seen = isSeen ? item.effectSeen + 1 : 0;
  const since = isSeen ? (item.effectSeen === 0 ? now : (item.effectSince ?? now)) : null;
  const common: ElevationItemPatch = {
    effectSeen: seen,
    effectReads: item.effectReads + 1,
    effectSince: since,
    effectReadAt: now,
  };
  if (seen >= SIGHTINGS && since !== null) {
    const next = Math.min(now.getTime() + WATCH_EVERY_MS, (item.endsAt?.getTime() ?? Number.POSITIVE_INFINITY) + AFTER_END_MS);
    const patch: ElevationItemPatch = {
      ...common,
      effect: "effective",
      effectMs: since.getTime() - acceptedMs,
      notBefore: new Date(next),
    };
    await moveElevation(deps, claimed, patch, "In force: seen three times in a row.");
    return;
  }
  const isOver = item.kind === "activate" && item.endsAt !== null && item.endsAt.getTime() <= now.getTime() && !isSeen;
  const effect = isOver ? "ended" : waitedMs > LATE_AFTER_MS ? "late" : "waiting";
  const notBefore = new Date(now.getTime() + (isSeen ? READ_EVERY_MS : restMs(item.effectReads, waitedMs)));
  await moveElevation(deps, claimed, { ...common, effect, notBefore }, "Read.");
}
