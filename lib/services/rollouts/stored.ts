import "server-only";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { RolloutRow, RolloutTaskRow } from "@/lib/db/rollouts";
import type { PostCheck, RolloutPlan, RolloutTarget, TaskOutcome, Work } from "@/lib/domain/rollout/types";

/** Text columns of roll-outs and tasks as values again. They were written by this portal, perhaps by an older version of it. */

const named = (key: string) => (value: unknown) => typeof value === "object" && value !== null && key in value;
const workSchema = z.custom<Work>(named("kind"));
const planSchema = z.custom<RolloutPlan>(named("concurrency"));
const targetSchema = z.custom<RolloutTarget>(named("machineId"));
const outcomeSchema = z.custom<TaskOutcome>(named("code"));
const checksSchema = z.array(z.custom<PostCheck>(named("verdict")));

export function storedWork(row: Pick<RolloutRow, "work">): Work {
  return workSchema.parse(JSON.parse(row.work));
}

export function storedPlan(row: Pick<RolloutRow, "plan">): RolloutPlan {
  return planSchema.parse(JSON.parse(row.plan));
}

export function storedTarget(task: Pick<RolloutTaskRow, "target">): RolloutTarget {
  return targetSchema.parse(JSON.parse(task.target));
}

export function storedOutcome(task: Pick<RolloutTaskRow, "outcome">): TaskOutcome | null {
  return task.outcome === null ? null : outcomeSchema.parse(JSON.parse(task.outcome));
}

export function storedChecks(task: Pick<RolloutTaskRow, "checks">): PostCheck[] {
  return task.checks === null ? [] : checksSchema.parse(JSON.parse(task.checks));
}

/** A GUID that always comes out the same for the same text, so that a repeated assignment is the same assignment. */
function guidOf(text: string): string {
  const hex = createHash("sha256").update(text.toLowerCase()).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Name of the role assignment that a roll-out makes at a scope. */
export function assignmentNameOf(rolloutId: string, scope: string): string {
  return guidOf(`arcwarden/rollout/${rolloutId}/${scope}`);
}
