import "server-only";
import type { RolloutTaskRow } from "@/lib/db/rollouts";
import { setGrantDone } from "@/lib/db/rollouts";
import type { AzureFailure } from "@/lib/domain/errors";
import { AppError } from "@/lib/domain/errors";
import { namedOutcome } from "@/lib/domain/rollout/causes";
import type { TaskOutcome } from "@/lib/domain/rollout/types";
import { azureFailureOf, sentenceOf } from "./operation-record";
import { afterFailedCall, blockAfterThrottle, failTask, takeToken } from "./rollout-ends";
import { inLanes } from "./rollout-lanes";
import { afterMs, outcomePatch, type RolloutDeps, type RolloutWork, recordTask, recordTaskPatch } from "./rollout-record";
import type { TaskVerdict } from "./rollout-remote";
import { gridded } from "./rollout-timing";

/** The last steps of a task: the role of the plan, and whether a person can sign in. */

const LANES = 16;

type Granted =
  | { kind: "done" }
  | { kind: "refused"; failure: AzureFailure | null; sentence: string }
  | { kind: "later"; at: Date };

async function grantOnce(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<Granted> {
  const once = work.plan.grant?.at.kind === "scope";
  if (work.plan.grant === null || (once && work.rollout.grantState === "done")) return { kind: "done" };
  if (!(await takeToken(deps, work, row, "write"))) return { kind: "later", at: afterMs(deps, deps.timing.idleMs) };
  try {
    const failure = await work.remote.grant(work.rollout, row);
    if (failure !== null) return { kind: "refused", failure, sentence: failure.message };
  } catch (error) {
    if (error instanceof AppError && error.code === "throttled") {
      return { kind: "later", at: await blockAfterThrottle(deps, work, row, { error, class: "write" }) };
    }
    const isRefusal = error instanceof AppError && ["forbidden", "not_found", "conflict", "invalid_input"].includes(error.code);
    if (!isRefusal) throw error;
    return { kind: "refused", failure: azureFailureOf(error), sentence: sentenceOf(error) };
  }
  if (once) {
    await setGrantDone(deps.db, work.rollout.id);
    work.rollout.grantState = "done";
  }
  return { kind: "done" };
}

const grantFailed = (failure: AzureFailure | null): TaskOutcome => ({
  ...namedOutcome("grantFailed", { code: failure?.code ?? "" }),
  azure: failure,
});

/** The role of the plan's last step. Without it the machine is not ready, and the check still tells everything else. */
export async function stepGranting(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<void> {
  try {
    const granted = await grantOnce(deps, work, row);
    if (granted.kind === "later") {
      await recordTaskPatch(deps, row, { notBefore: granted.at, waitingFor: "throttled" });
      return;
    }
    const isDone = granted.kind === "done";
    const detail = isDone ? "The role of the plan stands." : `The role could not be assigned: ${granted.sentence}`;
    const outcome = isDone ? {} : outcomePatch(grantFailed(granted.failure));
    const notBefore = gridded(deps.now(), 0, deps.timing.gridMs);
    await recordTask(deps, { row, to: "checking", detail, patch: { ...outcome, waitingFor: null, polls: 0, notBefore } });
  } catch (error) {
    await afterFailedCall(deps, work, [row], error);
  }
}

const lacksGrant = (row: RolloutTaskRow) => row.code === "grantFailed";

/** A person asked for another check: the role that could not be assigned is tried once more. */
async function grantAgain(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow): Promise<RolloutTaskRow> {
  if (!lacksGrant(row) || row.polls > 0) return row;
  const granted = await grantOnce(deps, work, row);
  if (granted.kind !== "done") return row;
  return (await recordTaskPatch(deps, row, { outcome: null, cause: null, code: null }, "The role of the plan stands.")) ?? row;
}

async function conclude(deps: RolloutDeps, work: RolloutWork, row: RolloutTaskRow, verdict: TaskVerdict): Promise<void> {
  const checks = JSON.stringify(verdict.checks);
  const isLast = row.polls + 1 >= deps.timing.checks;
  const later = { polls: row.polls + 1, checks, notBefore: gridded(deps.now(), deps.timing.checkMs, deps.timing.gridMs) };
  if (verdict.state === "ready") {
    if (lacksGrant(row)) {
      await recordTask(deps, { row, to: "notReady", detail: "The role of the plan is missing.", patch: { checks } });
      return;
    }
    const patch = { ...outcomePatch(verdict.outcome), checks };
    await recordTask(deps, { row, to: "ready", detail: "Checked: the work has its effect.", patch });
    return;
  }
  if (verdict.state === "failed") {
    // Resource Graph may still show an older end: only the machine itself turns a success into a failure.
    const sighting = await work.remote.look(work.rollout, row);
    const hasFailed = sighting.seen === "failed" || sighting.seen === "gone" || sighting.seen === "nothing";
    if (!hasFailed && !isLast) {
      await recordTaskPatch(deps, row, later);
      return;
    }
    const outcome =
      sighting.seen === "gone" ? namedOutcome("machineGone") : sighting.seen === "failed" ? sighting.outcome : verdict.outcome;
    await failTask(deps, work, row, outcome, "Azure first reported success and then a failure.");
    return;
  }
  if (!isLast) {
    await recordTaskPatch(deps, row, later);
    return;
  }
  const outcome = lacksGrant(row) ? {} : outcomePatch(verdict.outcome);
  const detail = "Checked several times: Azure has done its part, and a person still cannot sign in.";
  await recordTask(deps, { row, to: "notReady", detail, patch: { ...outcome, checks } });
}

/** The check said nothing about this machine: asked again, and in the end nobody claims that it is ready. */
async function checkLater(deps: RolloutDeps, row: RolloutTaskRow): Promise<void> {
  if (row.polls + 1 < 2 * deps.timing.checks) {
    const notBefore = gridded(deps.now(), deps.timing.checkMs, deps.timing.gridMs);
    await recordTaskPatch(deps, row, { polls: row.polls + 1, notBefore });
    return;
  }
  const outcome = lacksGrant(row) ? {} : outcomePatch(namedOutcome("installedNotAllChecked"));
  await recordTask(deps, {
    row,
    to: "notReady",
    detail: "Whether the work has its effect could not be checked.",
    patch: outcome,
  });
}

/** Whether what was wanted has its effect, for many machines in one go. */
export async function stepChecking(deps: RolloutDeps, work: RolloutWork, rows: readonly RolloutTaskRow[]): Promise<void> {
  let verdicts: Map<number, TaskVerdict>;
  const held: RolloutTaskRow[] = [];
  try {
    for (const row of rows) held.push(await grantAgain(deps, work, row));
    verdicts = await work.remote.check(work.rollout, held);
  } catch (error) {
    return afterFailedCall(deps, work, rows, error);
  }
  await inLanes(held, LANES, async (row) => {
    const verdict = verdicts.get(row.position);
    try {
      if (verdict !== undefined) await conclude(deps, work, row, verdict);
      else await checkLater(deps, row);
    } catch (error) {
      await afterFailedCall(deps, work, [row], error);
    }
  });
}
