import type { TaskCounts } from "./api";
import { ROLLOUT_STATES, type RolloutState, TASK_STATES, type TaskState, WAVE_STATES, type WaveState } from "./types";

/**
 * running, paused and held lead to one another; canceling waits for what Azure has accepted. finished > running and
 * canceled > running: a person retries what failed, as a further wave.
 */
export const ROLLOUT_TRANSITIONS: Readonly<Record<RolloutState, readonly RolloutState[]>> = {
  running: ["paused", "held", "canceling", "finished"],
  paused: ["running", "canceling"],
  held: ["running", "canceling"],
  canceling: ["canceled"],
  canceled: ["running"],
  finished: ["running"],
};

/** pending > awaitingGo: the wave before has ended and a person must say go. A held wave goes on when a person resumes. */
export const WAVE_TRANSITIONS: Readonly<Record<WaveState, readonly WaveState[]>> = {
  pending: ["awaitingGo", "running", "canceled"],
  awaitingGo: ["running", "canceled"],
  running: ["held", "stopping", "done"],
  held: ["running", "stopping", "done"],
  stopping: ["stopped"],
  stopped: [],
  done: [],
  canceled: [],
};

/**
 * submitting > queued: Azure took nothing (a stronger sign-in, a throttled request). unknown > submitting: Azure was asked and
 * shows nothing. Nothing leads from provisioning to submitting: a request that was accepted is never sent twice; provisioning >
 * queued is a new attempt after Azure reported an end. failed, notReady and skipped > queued only by a person.
 */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  queued: ["submitting", "checking", "failed", "skipped", "canceled"],
  submitting: ["queued", "unknown", "provisioning", "failed"],
  unknown: ["submitting", "provisioning", "granting", "checking", "queued", "failed", "canceled"],
  provisioning: ["granting", "checking", "removing", "queued", "failed"],
  granting: ["checking"],
  checking: ["ready", "notReady", "failed"],
  removing: ["failed"],
  ready: [],
  notReady: ["queued", "checking"],
  failed: ["queued"],
  skipped: ["queued"],
  canceled: ["queued"],
};

/** Whether a roll-out may go from one state to the other. Staying is not a transition. */
export function canRolloutMove(from: RolloutState, to: RolloutState): boolean {
  return ROLLOUT_TRANSITIONS[from].includes(to);
}

/** Whether a wave may go from one state to the other. */
export function canWaveMove(from: WaveState, to: WaveState): boolean {
  return WAVE_TRANSITIONS[from].includes(to);
}

/** Whether a task may go from one state to the other. */
export function canTaskMove(from: TaskState, to: TaskState): boolean {
  return TASK_TRANSITIONS[from].includes(to);
}

/** States in which a write to the machine may be under way: at most one task of a machine is in one of them. */
export const WRITING_STATES: readonly TaskState[] = ["submitting", "unknown", "provisioning", "granting", "removing"];

/** States that the engine still has to lead to an end. */
export const OPEN_STATES: readonly TaskState[] = ["queued", ...WRITING_STATES, "checking"];

/** States that end a task. */
export const END_STATES: readonly TaskState[] = TASK_STATES.filter((state) => !OPEN_STATES.includes(state));

/** No task in any state. */
export function emptyCounts(): TaskCounts {
  return Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as TaskCounts;
}

/** "from>to" of every transition, for the constraint of the store. */
export function transitionPairs(table: "rollout" | "wave" | "task"): string[] {
  const pairs = <State extends string>(states: readonly State[], of: Readonly<Record<State, readonly State[]>>) =>
    states.flatMap((from) => of[from].map((to) => `${from}>${to}`));
  if (table === "rollout") return pairs(ROLLOUT_STATES, ROLLOUT_TRANSITIONS);
  if (table === "wave") return pairs(WAVE_STATES, WAVE_TRANSITIONS);
  return pairs(TASK_STATES, TASK_TRANSITIONS);
}
