import type { RolloutPreflight, TargetVerdict } from "@/lib/domain/rollout/api";
import { VERDICTS } from "./preflight-model";

export type StaleDiff = {
  counts: { verdict: TargetVerdict; before: number; after: number }[];
  gone: string[];
  added: string[];
  /** Machines of another verdict than before. */
  moved: { name: string; before: TargetVerdict; after: TargetVerdict }[];
};

function verdicts(preflight: RolloutPreflight): Map<string, { name: string; verdict: TargetVerdict }> {
  const found = new Map<string, { name: string; verdict: TargetVerdict }>();
  for (const { verdict, members } of preflight.groups) {
    for (const member of members) {
      const target = preflight.targets[member];
      if (target !== undefined) found.set(target.machineId.toLowerCase(), { name: target.name, verdict });
    }
  }
  return found;
}

/** What is different between two checks of the same targets. */
export function staleDiff(before: RolloutPreflight, after: RolloutPreflight): StaleDiff {
  const [old, now] = [verdicts(before), verdicts(after)];
  const moved = [...now].flatMap(([id, { name, verdict }]) => {
    const known = old.get(id);
    return known === undefined || known.verdict === verdict ? [] : [{ name, before: known.verdict, after: verdict }];
  });
  const only = (mine: typeof old, other: typeof old) => [...mine].filter(([id]) => !other.has(id)).map(([, { name }]) => name);
  return {
    counts: VERDICTS.map((verdict) => ({ verdict, before: before.counts[verdict], after: after.counts[verdict] })).filter(
      (count) => count.before !== count.after,
    ),
    gone: only(old, now),
    added: only(now, old),
    moved,
  };
}
