import type { Tone } from "@/components/ui/badge";
import { formatDateTime } from "@/lib/client/format";
import type { PreflightGroup, RolloutPreflight, TargetVerdict } from "@/lib/domain/rollout/api";
import { t, tDynamic } from "@/messages/t";

/** In the order in which an operator decides: what will happen, what may, what will not. */
export const VERDICTS: readonly TargetVerdict[] = ["ready", "confirm", "offline", "blocked", "nothingToDo"];

export const VERDICT_TONES: Readonly<Record<TargetVerdict, Tone>> = {
  ready: "ok",
  confirm: "info",
  offline: "warn",
  blocked: "bad",
  nothingToDo: "quiet",
};

/** Groups by verdict, the larger first; a group without a machine is left out. */
export function sortedGroups(preflight: Pick<RolloutPreflight, "groups">): PreflightGroup[] {
  return preflight.groups
    .filter(({ members }) => members.length > 0)
    .toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || b.members.length - a.members.length);
}

export function groupTitle(group: PreflightGroup): string {
  if (group.reason !== null) return tDynamic(group.reason.title);
  if (group.verdict === "ready") return t("rolloutWizard.preflight.noReason.ready");
  return t(
    group.verdict === "nothingToDo" ? "rolloutWizard.preflight.noReason.nothingToDo" : "rolloutWizard.preflight.noReason.other",
  );
}

/** Times among the facts of a check are ISO text and are written for people. */
function readable(values: Record<string, string | number> | undefined): Record<string, string | number> {
  const entries = Object.entries(values ?? {}).map(([name, value]) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? [name, formatDateTime(value)] : [name, value],
  );
  return Object.fromEntries(entries);
}

/** What was found at one machine, with its own facts in the sentence. */
export function evidenceOf(preflight: RolloutPreflight, group: PreflightGroup, target: number): string {
  return group.reason === null ? groupTitle(group) : tDynamic(group.reason.evidence, readable(preflight.values[target]));
}

/** What to do, with the facts of the group's first machine; empty where nothing is to be done. */
export function fixOf(preflight: RolloutPreflight, group: PreflightGroup): string {
  const first = group.members[0];
  // The single machine's page can overrule this check; here the plan decides.
  if (group.verdict === "offline") return t("rolloutWizard.preflight.offlineFix");
  if (group.reason === null || group.reason.fix === "" || first === undefined) return "";
  return tDynamic(group.reason.fix, readable(preflight.values[first]));
}

/** True when the facts in the sentence are the same at every machine, so that it may be said of all. */
export function saysTheSame(preflight: RolloutPreflight, group: PreflightGroup): boolean {
  const [first, ...others] = group.members;
  if (first === undefined) return true;
  const sentence = evidenceOf(preflight, group, first);
  return others.every((target) => evidenceOf(preflight, group, target) === sentence);
}
