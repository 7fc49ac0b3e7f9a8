import "server-only";
import { takeForResend } from "@/lib/db/rollout-claim";
import { deferTasks } from "@/lib/db/rollout-moves";
import type { RolloutTaskRow } from "@/lib/db/rollouts";
import { namedOutcome } from "@/lib/domain/rollout/causes";
import { needsPerson, sentenceOf } from "./operation-record";
import { afterFailedCall, failTask } from "./rollout-ends";
import { inLanes } from "./rollout-lanes";
import {
  afterMs,
  noteFailedCall,
  outcomePatch,
  type RolloutDeps,
  type RolloutWork,
  recordTask,
  recordTaskPatch,
} from "./rollout-record";
import type { TaskSighting } from "./rollout-remote";
import { sendTask } from "./rollout-send";
import { gridded, statusDueAt } from "./rollout-timing";

/** The steps of a task between its request and its check. Each takes tasks that this process holds, and throws only when the store fails. */

/** Looks that one status query may lead to at the same time. */
const LOOKS = 16;

/** How long past the plan's time the read of a machine is still tried. */
const READ_GRACE_MS = 60 * 60_000;

/** Azure holds what the task asks for: on to the role of the plan, then to the check. */
async function succeeded(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, azureStatus: string): Promise<void> {
  const to = work.plan.grant === null ? "checking" : "granting";
  const detail =
    to === "granting"
      ? `Azure says ${azureStatus}. The role of the plan is assigned next.`
      : `Azure says ${azureStatus}. Next: whether it has the effect that is wanted.`;
  const notBefore = gridded(deps.now(), 0, to === "checking" ? deps.timing.gridMs : 1);
  const patch = { azureStatus, waitingFor: null, polls: 0, misses: 0, notBefore, outcome: null, cause: null, code: null };
  await recordTask(deps, { row, to, detail, patch });
}

async function resend(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<void> {
  const silentMs = deps.now().getTime() - (row.submittedAt ?? row.updatedAt).getTime();
  if (row.misses >= deps.timing.unanswered && silentMs >= deps.timing.silenceMs) {
    const sentence = `Azure gave no answer to ${row.misses} requests and shows nothing of them.`;
    await failTask(deps, work, row, namedOutcome("noAnswer", { requests: row.misses }), sentence);
    return;
  }
  const holder = { instance: deps.instance, now: deps.now(), leaseUntil: afterMs(deps, deps.timing.leaseMs) };
  const { kind, task } = await takeForResend(deps.db, row, holder);
  if (task !== null) {
    deps.changed(row.rolloutId);
    return sendTask(deps, work, task, { lookFirst: false });
  }
  if (kind === "noTokens") {
    await recordTaskPatch(deps, row, { notBefore: afterMs(deps, deps.timing.idleMs), waitingFor: "throttled" });
    return;
  }
  if (kind === "lost") return;
  const nothing = "Azure shows nothing of the request, and nothing further is sent now.";
  if (work.rollout.state === "canceling") {
    await recordTask(deps, { row, to: "canceled", detail: nothing, patch: outcomePatch(namedOutcome("canceled")) });
    return;
  }
  const patch = { attempt: Math.max(0, row.attempt - 1), notBefore: deps.now() };
  await recordTask(deps, { row, to: "queued", detail: nothing, patch });
}

/** A request without an answer: Azure is asked what became of it. */
export async function stepUnknown(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<void> {
  let sighting: TaskSighting;
  try {
    sighting = await work.remote.look(work.rollout, row);
  } catch (error) {
    return afterFailedLook(deps, work, row, error);
  }
  if (sighting.seen === "gone") {
    await failTask(deps, work, row, namedOutcome("machineGone"), "Azure no longer has this machine.");
    return;
  }
  if (sighting.seen === "nothing") return resend(deps, work, row);
  if (!sighting.ours) {
    if (sighting.seen !== "running") return resend(deps, work, row);
    await recordTaskPatch(deps, row, { waitingFor: "otherWork", notBefore: afterMs(deps, deps.timing.busyMs) });
    return;
  }
  if (sighting.seen === "succeeded") return succeeded(deps, work, row, sighting.azureStatus);
  if (sighting.seen === "failed") {
    await failTask(
      deps,
      work,
      row,
      sighting.outcome,
      `The request had arrived and has failed: Azure says ${sighting.azureStatus}.`,
    );
    return;
  }
  const acceptedAt = row.acceptedAt ?? row.submittedAt ?? deps.now();
  await recordTask(deps, {
    row,
    to: "provisioning",
    detail: `The request had arrived: Azure says ${sighting.azureStatus}.`,
    patch: {
      acceptedAt,
      azureStatus: sighting.azureStatus,
      waitingFor: null,
      misses: 0,
      notBefore: statusDueAt(deps.timing, { now: deps.now(), acceptedAt, first: true }),
    },
  });
}

function isOverdue(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, graceMs = 0): boolean {
  const since = row.acceptedAt ?? row.submittedAt;
  return since !== null && deps.now().getTime() - since.getTime() >= work.plan.giveUpAfterMinutes * 60_000 + graceMs;
}

const nextStatus = (deps: RolloutDeps, row: RolloutTaskRow): Date =>
  statusDueAt(deps.timing, { now: deps.now(), acceptedAt: row.acceptedAt, first: false });

/**
 * The read of one machine has failed. It is tried again, but not for ever: an hour past the plan's time a machine that cannot be
 * read would keep its roll-out open. Who may not read, or is signed out, is waited for.
 */
async function afterFailedLook(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, error: unknown): Promise<void> {
  if (needsPerson(error) || !isOverdue(deps, work, row, READ_GRACE_MS)) return afterFailedCall(deps, work, [row], error);
  noteFailedCall(deps, "rollout.call_failed", error, { rolloutId: work.rollout.id, tasks: 1 });
  const minutes = work.plan.giveUpAfterMinutes + READ_GRACE_MS / 60_000;
  const sentence = `The machine could not be read ${minutes} minutes after its request: ${sentenceOf(error)} What became of it is not known.`;
  const azureStatus = row.azureStatus ?? "unreadable";
  await failTask(deps, work, row, namedOutcome("timedOut", { minutes, azureStatus }), sentence);
}

/** The machine itself shows nothing of ours: the operation may still tell how it ended; else it is believed after some looks. */
async function stepVanished(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, isOther: boolean): Promise<void> {
  const ended = await work.remote.ended(work.rollout, row);
  if (ended !== null && ended !== "succeeded") {
    await failTask(deps, work, row, ended, "Azure reported that the operation has failed.");
    return;
  }
  if (row.misses + 1 >= deps.timing.missesBeforeEnd + deps.timing.missesBeforeLook || (isOther && ended === "succeeded")) {
    const what = isOther
      ? "What stands at the machine is not what was sent."
      : "Azure accepted the request, and nothing of it is left.";
    await failTask(deps, work, row, namedOutcome("changedByOthers"), what);
    return;
  }
  await recordTaskPatch(deps, row, { misses: row.misses + 1, polls: row.polls + 1, notBefore: nextStatus(deps, row) });
}

/** One read of the machine itself: only that ends a task. */
async function confirm(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<void> {
  const sighting = await work.remote.look(work.rollout, row);
  if (sighting.seen === "gone") {
    await failTask(deps, work, row, namedOutcome("machineGone"), "Azure no longer has this machine.");
    return;
  }
  if (sighting.seen === "running") {
    if (!isOverdue(deps, work, row)) {
      const patch = {
        azureStatus: sighting.azureStatus,
        waitingFor: null,
        polls: row.polls + 1,
        misses: 0,
        notBefore: nextStatus(deps, row),
      };
      await recordTaskPatch(deps, row, patch);
      return;
    }
    const minutes = work.plan.giveUpAfterMinutes;
    const sentence = `Azure still says ${sighting.azureStatus} after ${minutes} minutes. The portal no longer waits for it.`;
    await failTask(deps, work, row, namedOutcome("timedOut", { minutes, azureStatus: sighting.azureStatus }), sentence);
    return;
  }
  if (sighting.seen === "nothing" || !sighting.ours) return stepVanished(deps, work, row, sighting.seen !== "nothing");
  if (sighting.seen === "succeeded") return succeeded(deps, work, row, sighting.azureStatus);
  await failTask(deps, work, row, sighting.outcome, `Azure says ${sighting.azureStatus}.`);
}

function mustLook(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, seen: TaskSighting | undefined): boolean {
  if (isOverdue(deps, work, row)) return true;
  if (seen === undefined || seen.seen === "nothing") return row.misses + 1 >= deps.timing.missesBeforeLook;
  if (seen.seen === "gone") return true;
  // What Resource Graph shows as running may be long over: the machine itself is asked after 16 polls, 32, 64 ...
  if (seen.seen === "running") return row.polls + 1 >= 16 && Number.isInteger(Math.log2(row.polls + 1));
  return seen.ours || row.misses + 1 >= deps.timing.missesBeforeLook;
}

/** Accepted requests: one query for all of them; what has ended by it is confirmed machine by machine. */
export async function stepProvisioning(deps: RolloutDeps, work: RolloutWork, rows: readonly RolloutTaskRow[]): Promise<void> {
  let seen: Map<number, TaskSighting>;
  try {
    seen = await work.remote.statusOf(work.rollout, rows);
  } catch (error) {
    return afterFailedCall(deps, work, rows, error);
  }
  const looks = rows.filter((row) => mustLook(deps, work, row, seen.get(row.position)));
  const rest = rows.filter((row) => !looks.includes(row));
  const azureStatus = new Map<number, string>();
  const missed = new Set<number>();
  for (const row of rest) {
    const sighting = seen.get(row.position);
    if (sighting?.seen === "running") azureStatus.set(row.position, sighting.azureStatus);
    else missed.add(row.position);
  }
  const notBefore = rest[0] === undefined ? deps.now() : nextStatus(deps, rest[0]);
  await deferTasks(deps.db.session, rest, { at: deps.now(), notBefore, azureStatus, missed });
  if (rest.length > 0) deps.changed(work.rollout.id);
  await inLanes(looks, LOOKS, async (row) => {
    try {
      await confirm(deps, work, row);
    } catch (error) {
      await afterFailedLook(deps, work, row, error);
    }
  });
}
