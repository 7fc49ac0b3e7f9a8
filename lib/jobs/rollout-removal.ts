import "server-only";
import type { RolloutTaskRow } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import { sentenceOf } from "./operation-record";
import { afterFailedCall, blockAfterThrottle, takeToken } from "./rollout-ends";
import { afterMs, noteFailedCall, type RolloutDeps, type RolloutWork, recordTask, recordTaskPatch } from "./rollout-record";
import type { TaskStart } from "./rollout-remote";
import { statusDueAt } from "./rollout-timing";

/** The removal of what failed. `polls` counts looks after Azure has taken it, `misses` what went wrong before. */

const nextLook = (deps: RolloutDeps, row: RolloutTaskRow): Date =>
  statusDueAt(deps.timing, { now: deps.now(), acceptedAt: row.acceptedAt, first: false });

async function waitForToken(deps: RolloutDeps, row: RolloutTaskRow, notBefore: Date): Promise<void> {
  await recordTaskPatch(deps, row, { notBefore, waitingFor: "throttled" });
}

async function send(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<void> {
  if (!work.maySend(row)) return;
  if (!(await takeToken(deps, work, row, "delete"))) return waitForToken(deps, row, afterMs(deps, deps.timing.idleMs));
  let start: TaskStart;
  try {
    start = await work.remote.remove(work.rollout, row);
  } catch (error) {
    const isThrottled = error instanceof AppError && (error.code === "throttled" || error.azure?.status === 429);
    if (!isThrottled) throw error;
    return waitForToken(deps, row, await blockAfterThrottle(deps, work, row, { error, class: "delete" }));
  }
  const { operationUrl, locationUrl } = start;
  const patch = { polls: row.polls + 1, notBefore: nextLook(deps, row), waitingFor: null, operationUrl, locationUrl };
  await recordTaskPatch(deps, row, patch, "Azure accepted the removal.");
}

/** What failed is removed; the task ends with its failure once nothing of it is left, or when that cannot be had. */
export async function stepRemoving(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<void> {
  const isLast = row.polls + row.misses >= deps.timing.removalLooks;
  try {
    const sighting = await work.remote.look(work.rollout, row);
    if (sighting.seen === "nothing" || sighting.seen === "gone") {
      await recordTask(deps, { row, to: "failed", detail: "What had failed was removed from the machine." });
      return;
    }
    if (isLast) {
      const why = row.polls === 0 ? "Azure took no request to remove it" : "its removal did not end";
      const detail = `What had failed still stands at the machine: ${why}.`;
      await recordTask(deps, { row, to: "failed", detail });
      return;
    }
    // Azure is at work: the removal of a process that ended before it could store the answer.
    if (row.polls === 0 && sighting.seen !== "running") return await send(deps, work, row);
    await recordTaskPatch(deps, row, { polls: row.polls + 1, notBefore: nextLook(deps, row), waitingFor: null });
  } catch (error) {
    // A missing right to remove must not keep the roll-out open: it counts, and the task ends with the failure that it has.
    const signedOut = error instanceof AppError && error.code === "unauthenticated";
    if (signedOut) return afterFailedCall(deps, work, [row], error);
    noteFailedCall(deps, "rollout.removal_failed", error, { rolloutId: row.rolloutId, position: row.position });
    if (isLast) {
      await recordTask(deps, { row, to: "failed", detail: `What had failed could not be removed: ${sentenceOf(error)}` });
      return;
    }
    await recordTaskPatch(deps, row, { misses: row.misses + 1, notBefore: nextLook(deps, row) });
  }
}
