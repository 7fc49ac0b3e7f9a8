import type { RolloutPreflight, TargetVerdict } from "./api";
import type { RolloutPlan } from "./types";

/**
 * The verdicts of machines that a start works on. Blocked machines and those with nothing to do never are; machines to
 * confirm only by choice; machines that are offline only when the plan waits for them.
 */
export function includedVerdicts(includeConfirm: boolean, offline: RolloutPlan["offline"]): readonly TargetVerdict[] {
  return ["ready", ...(includeConfirm ? (["confirm"] as const) : []), ...(offline.kind === "wait" ? (["offline"] as const) : [])];
}

/** Positions in `targets` of the machines that a start works on, ascending: the order of the waves. */
export function includedTargets(
  preflight: Pick<RolloutPreflight, "groups">,
  includeConfirm: boolean,
  offline: RolloutPlan["offline"],
): number[] {
  const verdicts = includedVerdicts(includeConfirm, offline);
  return preflight.groups
    .filter(({ verdict }) => verdicts.includes(verdict))
    .flatMap(({ members }) => members)
    .sort((a, b) => a - b);
}
