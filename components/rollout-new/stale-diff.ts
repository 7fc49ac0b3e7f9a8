import type { RolloutPreflight, TargetVerdict } from "@/lib/domain/rollout/api";
import type { RolloutTarget } from "@/lib/domain/rollout/types";
import { VERDICTS } from "./preflight-model";

export type StaleDiff = {
  counts: { verdict: TargetVerdict; before: number; after: number }[];
  gone: string[];
  added: string[];
  /** Machines of another verdict than before. */
  moved: { name: string; before: TargetVerdict; after: TargetVerdict }[];
};

/** The verdicts that the operator saw, as places of machines: short enough for the tab's memory with ten thousand of them. */
export type SeenVerdicts = Partial<Record<TargetVerdict, string[]>>;

const placeOf = ({ subscriptionId, resourceGroup, name }: RolloutTarget) => `${subscriptionId}/${resourceGroup}/${name}`;

export function seenVerdicts(preflight: RolloutPreflight): SeenVerdicts {
  const seen: SeenVerdicts = {};
  for (const { verdict, members } of preflight.groups) {
    const places = members.flatMap((member) => {
      const target = preflight.targets[member];
      return target === undefined ? [] : [placeOf(target)];
    });
    seen[verdict] = [...(seen[verdict] ?? []), ...places];
  }
  return seen;
}

export function isSeenVerdicts(value: unknown): value is SeenVerdicts {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(
    ([verdict, places]) =>
      VERDICTS.some((known) => known === verdict) && Array.isArray(places) && places.every((place) => typeof place === "string"),
  );
}

function byPlace(seen: SeenVerdicts): Map<string, { name: string; verdict: TargetVerdict }> {
  const found = new Map<string, { name: string; verdict: TargetVerdict }>();
  for (const verdict of VERDICTS) {
    for (const place of seen[verdict] ?? [])
      found.set(place.toLowerCase(), { name: place.slice(place.lastIndexOf("/") + 1), verdict });
  }
  return found;
}

/** What is different between two checks of the same targets. */
export function staleDiff(before: SeenVerdicts, after: SeenVerdicts): StaleDiff {
  const [old, now] = [byPlace(before), byPlace(after)];
  const moved = [...now].flatMap(([place, { name, verdict }]) => {
    const known = old.get(place);
    return known === undefined || known.verdict === verdict ? [] : [{ name, before: known.verdict, after: verdict }];
  });
  const only = (mine: typeof old, other: typeof old) =>
    [...mine].filter(([place]) => !other.has(place)).map(([, { name }]) => name);
  const counted = VERDICTS.map((verdict) => ({
    verdict,
    before: before[verdict]?.length ?? 0,
    after: after[verdict]?.length ?? 0,
  }));
  return {
    counts: counted.filter((count) => count.before !== count.after),
    gone: only(old, now),
    added: only(now, old),
    moved,
  };
}
