import "server-only";
import { type BucketClass, blockBucket, principalOf, takeTokens } from "@/lib/db/rollout-budget";
import { deferTasks } from "@/lib/db/rollout-moves";
import { type RolloutTaskRow, WAITING_FOR_OPERATOR } from "@/lib/db/rollouts";
import { retryAt, retryDecision } from "@/lib/domain/rollout/retry";
import type { TaskOutcome } from "@/lib/domain/rollout/types";
import { azureFailureOf, needsPerson, sentenceOf } from "./operation-record";
import {
  afterMs,
  noteFailedCall,
  outcomePatch,
  type RolloutDeps,
  type RolloutWork,
  recordTask,
  recordTaskPatch,
} from "./rollout-record";

/** Causes after which nothing of ours is left at the machine, or nothing may be touched there. */
const NOTHING_TO_REMOVE = ["machineGone", "changedByOthers", "timedOut", "denied", "policy"];

function mayRetry(work: RolloutWork, row: RolloutTaskRow, outcome: TaskOutcome): boolean {
  const goesOn = work.rollout.state === "running" || work.rollout.state === "paused" || work.rollout.state === "held";
  return goesOn && row.state !== "checking" && retryDecision(work.plan, outcome.cause, row.attempt) === "retry";
}

function mustRemove(work: RolloutWork, row: RolloutTaskRow, outcome: TaskOutcome): boolean {
  const installs = work.rollout.kind.endsWith(".install");
  const stands = outcome.cause === null || !NOTHING_TO_REMOVE.includes(outcome.cause);
  return work.plan.removeFailed && installs && row.state === "provisioning" && stands;
}

/** A machine has failed: another attempt by the plan's rule, the removal of what failed, or the end. */
export async function failTask(
  deps: RolloutDeps,
  work: RolloutWork,
  row: RolloutTaskRow,
  outcome: TaskOutcome,
  sentence: string,
): Promise<RolloutTaskRow | null> {
  const patch = { ...outcomePatch(outcome), operationUrl: null, locationUrl: null };
  if (mayRetry(work, row, outcome)) {
    const notBefore = retryAt(work.plan, row.attempt, deps.now());
    const detail = `${sentence} Attempt ${row.attempt} has failed; the next one is due at ${notBefore.toISOString()}.`;
    return recordTask(deps, { row, to: "queued", detail, patch: { ...patch, notBefore, waitingFor: "retry" } });
  }
  if (mustRemove(work, row, outcome)) {
    const detail = `${sentence} What failed is removed, as the plan says.`;
    return recordTask(deps, { row, to: "removing", detail, patch: { ...patch, polls: 0, misses: 0, notBefore: deps.now() } });
  }
  return recordTask(deps, { row, to: "failed", detail: sentence, patch });
}

/** Takes a token for one further write at the task's machine. False = none is left now. */
export async function takeToken(
  deps: RolloutDeps,
  work: RolloutWork,
  row: RolloutTaskRow,
  bucketClass: BucketClass,
): Promise<boolean> {
  const wanted = new Map([[row.subscriptionId, 1]]);
  const bucket = { principal: principalOf(work.rollout), class: bucketClass };
  const given = await deps.db.session.transaction((tx) => takeTokens(tx, { ...bucket, wanted, slots: 1, now: deps.now() }));
  return (given.get(row.subscriptionId) ?? 0) === 1;
}

/** ARM has throttled a write: nothing more of its class is sent on this subscription before the time that it named. */
export async function blockAfterThrottle(
  deps: RolloutDeps,
  work: RolloutWork,
  row: RolloutTaskRow,
  { error, class: bucketClass }: { error: unknown; class: BucketClass },
): Promise<Date> {
  const seconds = azureFailureOf(error)?.retryAfterSeconds ?? null;
  const until = afterMs(deps, seconds === null || seconds <= 0 ? deps.timing.throttledMs : seconds * 1000);
  const bucket = {
    principal: principalOf(work.rollout),
    subscriptionId: row.subscriptionId,
    class: bucketClass,
  };
  await blockBucket(deps.db.session, bucket, until);
  deps.log.warn("rollout.throttled", { rolloutId: row.rolloutId, subscriptionId: row.subscriptionId });
  return until;
}

/** Tasks wait for a person: the carrier's sign-in has ended, or has lost the right to look. */
async function awaitOperator(deps: RolloutDeps, rows: readonly RolloutTaskRow[], error: unknown): Promise<void> {
  for (const row of rows) {
    const detail = row.waitingFor === WAITING_FOR_OPERATOR ? undefined : `${sentenceOf(error)} Waiting for an operator.`;
    const patch = { waitingFor: WAITING_FOR_OPERATOR, notBefore: afterMs(deps, deps.timing.signInMs) };
    await recordTaskPatch(deps, row, patch, detail);
  }
}

/** A call that changes nothing has failed: the tasks stay as they are and are looked at again later. */
export async function afterFailedCall(
  deps: RolloutDeps,
  work: RolloutWork,
  rows: readonly RolloutTaskRow[],
  error: unknown,
): Promise<void> {
  if (needsPerson(error)) {
    if (error.code === "unauthenticated") work.signedOut();
    return awaitOperator(deps, rows, error);
  }
  noteFailedCall(deps, "rollout.call_failed", error, { rolloutId: work.rollout.id, tasks: rows.length });
  const asked = (azureFailureOf(error)?.retryAfterSeconds ?? 0) * 1000;
  await deferTasks(deps.db.session, rows, { at: deps.now(), notBefore: afterMs(deps, Math.max(asked, deps.timing.statusMs)) });
}
