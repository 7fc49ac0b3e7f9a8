import type { RolloutPreflight, TargetVerdict } from "./api";
import type { RolloutPlan } from "./types";

/**
 * Positions of the machines that the roll-out works on, in the order of its waves: connected ones first, in the order of the
 * list; machines that are offline come last and only where the plan waits for them.
 */
export function workableTargets(
  verdicts: readonly TargetVerdict[],
  plan: Pick<RolloutPlan, "offline">,
  includeConfirm: boolean,
): number[] {
  const at = (wanted: (verdict: TargetVerdict) => boolean) =>
    verdicts.flatMap((verdict, index) => (wanted(verdict) ? [index] : []));
  const now = at((verdict) => verdict === "ready" || (includeConfirm && verdict === "confirm"));
  return plan.offline.kind === "wait" ? [...now, ...at((verdict) => verdict === "offline")] : now;
}

/** The same positions from the groups of a preflight. */
export function includedTargets(
  preflight: Pick<RolloutPreflight, "groups">,
  includeConfirm: boolean,
  plan: Pick<RolloutPlan, "offline">,
): number[] {
  const verdicts: TargetVerdict[] = [];
  for (const { verdict, members } of preflight.groups) for (const member of members) verdicts[member] = verdict;
  return workableTargets(verdicts, plan, includeConfirm);
}
