import "server-only";
import type { RolloutRow, RolloutTaskRow, SignInDemand } from "@/lib/db/rollouts";
import type { AzureFailure } from "@/lib/domain/errors";
import type { PostCheck, TaskOutcome } from "@/lib/domain/rollout/types";

/** What the roll-out engine needs of the world outside. It knows states and time, never Azure. */

export type TaskStart = {
  operationUrl: string | null;
  locationUrl: string | null;
  retryAfterSeconds: number | null;
  requestId: string | null;
  /** What ARM says is left of the write bucket; null when it did not say. */
  remaining: number | null;
};

/**
 * Target as Azure shows it now. `ours` = what stands there is what this task asks for. `nothing` = nothing of the task's request
 * can be seen, so for a removal an extension that still stands; its absence is `succeeded`. `gone` = the machine itself.
 */
export type TaskSighting =
  | { seen: "nothing" }
  | { seen: "gone" }
  | { seen: "running"; azureStatus: string; ours: boolean }
  | { seen: "succeeded"; azureStatus: string; ours: boolean }
  | { seen: "failed"; azureStatus: string; ours: boolean; outcome: TaskOutcome };

/** The check after success: verdict with everything that was looked at. */
export type TaskVerdict = { state: "ready" | "notReady" | "failed"; outcome: TaskOutcome; checks: PostCheck[] };

/** Calls of one roll-out with one person's rights, or with the portal's own identity. */
export type RolloutRemote = {
  /** Sends the task's request. Throws AppError: unauthenticated, throttled (retryAfterSeconds), forbidden, not_found, conflict, invalid_input, upstream. */
  send(rollout: RolloutRow, task: RolloutTaskRow): Promise<TaskStart>;
  /** One query for many: present state of each task's target, by position. Absent = Azure did not show it (lag is possible). */
  statusOf(rollout: RolloutRow, tasks: readonly RolloutTaskRow[]): Promise<Map<number, TaskSighting>>;
  /** One read of the target itself: the truth before a repeated request and before an end. */
  look(rollout: RolloutRow, task: RolloutTaskRow): Promise<TaskSighting>;
  /** How the accepted operation ended when its address still tells; null = running or no longer known. */
  ended(rollout: RolloutRow, task: RolloutTaskRow): Promise<TaskOutcome | "succeeded" | null>;
  /** Which of these machines are connected right now, by position; absent = not known. */
  connected(rollout: RolloutRow, tasks: readonly RolloutTaskRow[]): Promise<Map<number, boolean>>;
  /** Assigns the role of the last step for this task; already there is success. Null = done, else why not. */
  grant(rollout: RolloutRow, task: RolloutTaskRow): Promise<AzureFailure | null>;
  /** Can a person sign in: for many at once, by position. */
  check(rollout: RolloutRow, tasks: readonly RolloutTaskRow[]): Promise<Map<number, TaskVerdict>>;
  /** Removes what failed. Gone already is success. */
  remove(rollout: RolloutRow, task: RolloutTaskRow): Promise<TaskStart>;
};

export type RolloutCarriers = {
  /** Null = nobody who may carry this roll-out is signed in at this process. */
  rolloutRemoteFor(rollout: RolloutRow): RolloutRemote | null;
  /** The sign-in behind this remote was refused; a newer one of the same person stays. Gives what Azure demands of the next one. */
  forgetRolloutCarrier(rollout: RolloutRow, refused: RolloutRemote): SignInDemand | null;
};
