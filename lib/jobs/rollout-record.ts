import "server-only";
import type { Database } from "@/lib/db/database";
import { moveTask, patchTask, type TaskPatch } from "@/lib/db/rollout-moves";
import type { RolloutRow, RolloutTaskRow } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import type { LogFields } from "@/lib/domain/log-fields";
import { failedOutcome, namedOutcome } from "@/lib/domain/rollout/causes";
import type { RolloutPlan, TaskOutcome, TaskState } from "@/lib/domain/rollout/types";
import { azureFailureOf, type RunnerLog } from "./operation-record";
import type { RolloutRemote } from "./rollout-remote";
import type { RolloutTiming } from "./rollout-timing";

export type RolloutDeps = {
  db: Database;
  now: () => Date;
  log: RunnerLog;
  instance: string;
  timing: RolloutTiming;
  /** Told after each committed change. */
  changed: (rolloutId: string) => void;
};

/** One roll-out as this round works on it, with the calls made in its carrier's name. */
export type RolloutWork = {
  rollout: RolloutRow;
  plan: RolloutPlan;
  remote: RolloutRemote;
  /** The carrier's sign-in was refused. */
  signedOut: () => void;
  /** What ARM says is left of the bucket of this subscription. */
  observed: (subscriptionId: string, remaining: number) => void;
  /** Whether this process may still send for the task: it holds it, for long enough. */
  maySend: (row: RolloutTaskRow) => boolean;
};

export const afterMs = (deps: RolloutDeps, ms: number): Date => new Date(deps.now().getTime() + ms);

export type RecordTask = { row: RolloutTaskRow; to: TaskState; detail: string; patch?: TaskPatch };

/** Moves a task. Null when another holder has taken it. */
export async function recordTask(deps: RolloutDeps, args: RecordTask): Promise<RolloutTaskRow | null> {
  const at = deps.now();
  const after = await deps.db.session.transaction((tx) => moveTask(tx, { ...args, at, instance: deps.instance }));
  noteMove(deps, args, after);
  return after;
}

/** Tells the log and the listeners of a move that was committed, or of one that was lost. */
export function noteMove(deps: RolloutDeps, args: Pick<RecordTask, "row" | "to">, after: RolloutTaskRow | null): void {
  const { rolloutId, position, state } = args.row;
  if (after === null) deps.log.warn("rollout.task_lost", { rolloutId, position, from: state, to: args.to });
  else deps.changed(rolloutId);
}

/** Changes a task within its state. Null when another holder has taken it. */
export async function recordTaskPatch(
  deps: RolloutDeps,
  row: RolloutTaskRow,
  patch: TaskPatch,
  detail?: string,
): Promise<RolloutTaskRow | null> {
  const at = deps.now();
  const after = await deps.db.session.transaction((tx) => patchTask(tx, { row, at, patch, instance: deps.instance, detail }));
  if (after !== null) deps.changed(row.rolloutId);
  return after;
}

/** A call has failed and its tasks go on later. What Azure said is a warning; a mistake of the portal itself is named. */
export function noteFailedCall(deps: RolloutDeps, event: string, error: unknown, fields: LogFields): void {
  if (error instanceof AppError) {
    deps.log.warn(event, { ...fields, reason: error.message, azureCode: azureFailureOf(error)?.code ?? null });
  } else deps.log.error(event, error, fields);
}

/** An outcome as the columns of a task hold it. */
export function outcomePatch(outcome: TaskOutcome): TaskPatch {
  return { outcome: JSON.stringify(outcome), cause: outcome.cause, code: outcome.code };
}

/** What Azure's refusal of a request means for the machine. */
export function refusedOutcome(error: unknown): TaskOutcome {
  const azure = azureFailureOf(error);
  if (azure !== null) return failedOutcome(null, azure);
  if (error instanceof AppError && error.code === "forbidden") return namedOutcome("noRight");
  if (error instanceof AppError && error.code === "not_found") return namedOutcome("machineGone");
  if (error instanceof AppError && error.code === "conflict") return namedOutcome("otherOperation");
  return failedOutcome(null, null);
}
