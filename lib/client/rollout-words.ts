import type { CauseKind, WorkKindId } from "@/lib/domain/rollout/types";
import { tDynamic } from "@/messages/t";

/** Days of a window as the plan counts them, Monday first. */
export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function dayWords(day: number): string {
  return tDynamic(`rollout.day.d${day}`);
}

export function kindWords(kind: WorkKindId): string {
  return tDynamic(`rollout.kind.${kind}`);
}

/** Why machines fail, as an operator would say it. */
export function causeWords(cause: CauseKind): string {
  return tDynamic(`rollout.cause.${cause}`);
}
