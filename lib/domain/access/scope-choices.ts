import type { ManagementGroupInput, SubscriptionInput } from "./types";

/** A wide scope to choose. `depth` 0 = nothing readable above it. */
export type ScopeChoice = { id: string; kind: "managementGroup" | "subscription"; name: string; depth: number };

type Tree = { managementGroups: readonly ManagementGroupInput[]; subscriptions: readonly SubscriptionInput[] };

const lower = (text: string | null): string => text?.toLowerCase() ?? "";
const byName = <T extends { displayName: string; id: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => a.displayName.localeCompare(b.displayName, "en") || (a.id < b.id ? -1 : 1));

/**
 * Management groups and subscriptions as a tree to choose from: each group, what is in it, the next; by name within a group.
 * What has an unreadable parent stands at the top. Each comes once, also when parents go round in a circle.
 */
export function scopeChoices({ managementGroups, subscriptions }: Tree): ScopeChoice[] {
  const known = new Set(managementGroups.map(({ id }) => lower(id)));
  const parentOf = (id: string | null): string => (known.has(lower(id)) ? lower(id) : "");
  const groups = Map.groupBy(byName(managementGroups), ({ parentId }) => parentOf(parentId));
  const below = Map.groupBy(byName(subscriptions), ({ managementGroupId }) => parentOf(managementGroupId));
  const choices: ScopeChoice[] = [];
  const seen = new Set<string>();

  function addSubscriptions(parent: string, depth: number): void {
    for (const { id, displayName } of below.get(parent) ?? []) {
      const full = id.startsWith("/") ? id : `/subscriptions/${id}`;
      choices.push({ id: full, kind: "subscription", name: displayName, depth });
    }
  }
  function addGroup({ id, displayName }: ManagementGroupInput, depth: number): void {
    if (seen.has(lower(id))) return;
    seen.add(lower(id));
    choices.push({ id, kind: "managementGroup", name: displayName, depth });
    for (const group of groups.get(lower(id)) ?? []) addGroup(group, depth + 1);
    addSubscriptions(lower(id), depth + 1);
  }

  for (const group of groups.get("") ?? []) addGroup(group, 0);
  for (const group of byName(managementGroups)) addGroup(group, 0);
  addSubscriptions("", 0);
  return choices;
}
