import "server-only";
import { bucketClassOf, principalOf, returnTokens } from "@/lib/db/rollout-budget";
import { moveTask } from "@/lib/db/rollout-moves";
import { type RolloutTaskRow, WAITING_FOR_OPERATOR } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import { namedOutcome } from "@/lib/domain/rollout/causes";
import { acceptedSentence, sentenceOf } from "./operation-record";
import { blockAfterThrottle, failTask } from "./rollout-ends";
import {
  afterMs,
  noteFailedCall,
  noteMove,
  outcomePatch,
  type RolloutDeps,
  type RolloutWork,
  recordTask,
  refusedOutcome,
} from "./rollout-record";
import type { TaskSighting } from "./rollout-remote";
import { lookDueAt, statusDueAt } from "./rollout-timing";
import { sendOutcome } from "./send-outcome";

/** Nothing was accepted: the request is no attempt and comes again later. */
const UNSENT = (row: RolloutTaskRow) => ({ attempt: Math.max(0, row.attempt - 1), sends: Math.max(0, row.sends - 1) });

/** Machines whose agent is not connected: left out, or looked at again until the plan's date. Their tokens go back. */
export async function setOfflineAside(deps: RolloutDeps, work: RolloutWork, rows: readonly RolloutTaskRow[]): Promise<void> {
  const { offline } = work.plan;
  for (const row of rows) {
    await returnTokens(
      deps.db.session,
      { principal: principalOf(work.rollout), subscriptionId: row.subscriptionId, class: bucketClassOf(work.rollout.kind) },
      1,
    );
    if (offline.kind === "wait" && Date.parse(offline.until) <= deps.now().getTime()) {
      const patch = { ...UNSENT(row), ...outcomePatch(namedOutcome("offlineTooLong", { until: offline.until })) };
      const detail = "The agent did not connect before the date of the plan. Nothing was sent.";
      await recordTask(deps, { row, to: "failed", detail, patch });
      continue;
    }
    const detail = "The agent is not connected. Nothing was sent.";
    const patch = { ...UNSENT(row), notBefore: afterMs(deps, deps.timing.offlineMs), waitingFor: "offline" };
    const moved = await deps.db.session.transaction(async (tx) => {
      const common = { at: deps.now(), detail, instance: deps.instance };
      const queued = await moveTask(tx, { ...common, row, to: "queued", patch });
      if (queued === null || offline.kind === "wait") return queued;
      return moveTask(tx, { ...common, row: queued, to: "skipped", patch: outcomePatch(namedOutcome("offlineSkipped")) });
    });
    noteMove(deps, { row, to: "queued" }, moved);
  }
}

/** Counted here and not where it is sent: a process that dies under a request says nothing about Azure. */
async function askLater(deps: RolloutDeps, row: RolloutTaskRow, detail: string): Promise<void> {
  const misses = row.misses + 1;
  await recordTask(deps, {
    row,
    to: "unknown",
    detail,
    patch: { misses, notBefore: lookDueAt(deps.timing, deps.now(), misses) },
  });
}

/** An earlier request of this attempt got no answer, and Azure says that something is at work there: it may have arrived late. */
function mayBeOurs(row: RolloutTaskRow, error: unknown): boolean {
  return row.sends > row.attempt && error instanceof AppError && error.azure?.status === 409;
}

async function afterFailedSend(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, error: unknown): Promise<void> {
  if (error instanceof AppError && (error.code === "throttled" || error.azure?.status === 429)) {
    const notBefore = await blockAfterThrottle(deps, work, row, { error, class: bucketClassOf(work.rollout.kind) });
    const detail = `Azure throttles writes to this subscription. Nothing was accepted; sent again after ${notBefore.toISOString()}.`;
    await recordTask(deps, { row, to: "queued", detail, patch: { ...UNSENT(row), notBefore, waitingFor: "throttled" } });
    return;
  }
  if (mayBeOurs(row, error)) return askLater(deps, row, `${sentenceOf(error)} That may be the earlier request; Azure is asked.`);
  switch (sendOutcome(error)) {
    case "notSent": {
      work.signedOut();
      const patch = { ...UNSENT(row), notBefore: afterMs(deps, deps.timing.signInMs), waitingFor: WAITING_FOR_OPERATOR };
      const detail = `${sentenceOf(error)} Nothing was accepted. Waiting for an operator to sign in.`;
      await recordTask(deps, { row, to: "queued", detail, patch });
      return;
    }
    case "refused":
      await failTask(deps, work, row, refusedOutcome(error), sentenceOf(error));
      return;
    case "unknown": {
      deps.log.error("rollout.unanswered", error, { rolloutId: row.rolloutId, position: row.position });
      await askLater(deps, row, `${sentenceOf(error)} Whether the request arrived is not known; Azure is asked.`);
    }
  }
}

/** What an earlier request of this task has left at the machine. False = nothing stands in the way of sending. */
async function foundBefore(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, sighting: TaskSighting): Promise<boolean> {
  if (sighting.seen === "gone") {
    await failTask(deps, work, row, namedOutcome("machineGone"), "Azure no longer has this machine.");
    return true;
  }
  if (sighting.seen === "nothing" || sighting.seen === "failed" || (sighting.seen === "succeeded" && !sighting.ours))
    return false;
  if (sighting.ours) {
    const detail = `An earlier request had arrived: Azure says ${sighting.azureStatus}.`;
    const patch = { acceptedAt: row.acceptedAt ?? deps.now(), azureStatus: sighting.azureStatus, notBefore: deps.now() };
    await recordTask(deps, { row, to: "provisioning", detail, patch });
    return true;
  }
  const detail = "Azure is still at work on this machine for somebody else. Nothing was sent.";
  const patch = { ...UNSENT(row), notBefore: afterMs(deps, deps.timing.busyMs), waitingFor: "otherWork" };
  await recordTask(deps, { row, to: "queued", detail, patch });
  return true;
}

/** Sends the request of a task in `submitting`, which is committed. What was sent before is looked for first. */
export async function sendTask(
  deps: RolloutDeps,
  work: RolloutWork,
  row: RolloutTaskRow,
  args: { lookFirst: boolean },
): Promise<void> {
  try {
    if (args.lookFirst && (await foundBefore(deps, work, row, await work.remote.look(work.rollout, row)))) return;
  } catch (error) {
    const signedOut = error instanceof AppError && error.code === "unauthenticated";
    if (signedOut) work.signedOut();
    noteFailedCall(deps, "rollout.look_failed", error, { rolloutId: row.rolloutId, position: row.position });
    const waitingFor = signedOut ? WAITING_FOR_OPERATOR : null;
    const patch = { ...UNSENT(row), notBefore: afterMs(deps, deps.timing.busyMs), waitingFor };
    await recordTask(deps, { row, to: "queued", detail: `${sentenceOf(error)} Nothing was sent.`, patch });
    return;
  }
  // A process that was frozen wakes up here: what it no longer holds it must not send.
  if (!work.maySend(row)) return;
  try {
    const start = await work.remote.send(work.rollout, row);
    if (start.remaining !== null) work.observed(row.subscriptionId, start.remaining);
    const now = deps.now();
    await recordTask(deps, {
      row,
      to: "provisioning",
      detail: acceptedSentence(start.requestId),
      patch: {
        operationUrl: start.operationUrl,
        locationUrl: start.locationUrl,
        requestId: start.requestId,
        acceptedAt: now,
        polls: 0,
        misses: 0,
        notBefore: statusDueAt(deps.timing, {
          now,
          acceptedAt: null,
          first: true,
          retryAfterSeconds: start.retryAfterSeconds,
        }),
      },
    });
  } catch (error) {
    await afterFailedSend(deps, work, row, error);
  }
}
