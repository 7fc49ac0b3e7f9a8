import type { RolloutSummary, TaskCounts } from "@/lib/domain/rollout/api";
import { WRITING_STATES } from "@/lib/domain/rollout/states";
import type { RolloutState, TaskState } from "@/lib/domain/rollout/types";

/** The states of tasks as an operator thinks of them, in the order of a bar: what is over first, what is to come last. */
export const TASK_GROUPS = ["ready", "notReady", "failed", "leftOut", "working", "queued"] as const;
export type TaskGroup = (typeof TASK_GROUPS)[number];

export const GROUP_STATES: Readonly<Record<TaskGroup, readonly TaskState[]>> = {
  ready: ["ready"],
  notReady: ["notReady"],
  failed: ["failed"],
  leftOut: ["skipped", "canceled"],
  working: [...WRITING_STATES, "checking"],
  queued: ["queued"],
};

export function groupCount(counts: TaskCounts, group: TaskGroup): number {
  // A portal of another version may not send every state.
  return GROUP_STATES[group].reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

export function isRolloutOver(state: RolloutState): boolean {
  return state === "finished" || state === "canceled";
}

/** Why a person is needed before a roll-out goes on; null = it goes on by itself or is over. */
export type RolloutNeed = "held" | "paused" | "awaitingGo" | "operator" | null;

export function needOf({ state, waitingFor }: Pick<RolloutSummary, "state" | "waitingFor">): RolloutNeed {
  if (state === "held" || state === "paused") return state;
  if (isRolloutOver(state) || waitingFor === null) return null;
  if (waitingFor === "go") return "awaitingGo";
  return waitingFor === "operator" ? "operator" : null;
}
