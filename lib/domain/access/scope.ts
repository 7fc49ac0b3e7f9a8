import type { AccessInputs, ScopeKind, ScopeRef } from "./types";

const MANAGEMENT_GROUP_PREFIX = "/providers/microsoft.management/managementgroups/";
const PIM_PREFIX = "/providers/microsoft.subscription";

/**
 * One spelling per scope: lower case, one slash in front, none behind, "/" for the tenant root. PIM answers put
 * /providers/Microsoft.Subscription before subscription scopes; it is taken off (roleAssignmentScheduleInstances API).
 */
export function normaliseScope(scope: string): string {
  let text = scope.trim().toLowerCase();
  if (!text.startsWith("/")) text = `/${text}`;
  while (text.length > 1 && text.endsWith("/")) text = text.slice(0, -1);
  return text.startsWith(`${PIM_PREFIX}/subscriptions/`) ? text.slice(PIM_PREFIX.length) : text;
}

/** The last part of an id in lower case: the GUID of a role definition or assignment, the name of a management group. */
export function lastSegment(id: string): string {
  const text = id.endsWith("/") ? id.slice(0, -1) : id;
  return text.slice(text.lastIndexOf("/") + 1).toLowerCase();
}

/** What kind of thing a normalised scope is; anything below a resource group that is no Arc machine is "other". */
export function scopeKind(scope: string): ScopeKind {
  if (scope === "/") return "root";
  const parts = scope.split("/");
  if (scope.startsWith(MANAGEMENT_GROUP_PREFIX)) return parts.length === 5 ? "managementGroup" : "other";
  if (parts[1] !== "subscriptions") return "other";
  if (parts.length === 3) return "subscription";
  if (parts[3] !== "resourcegroups") return "other";
  if (parts.length === 5) return "resourceGroup";
  const isMachine = parts.length === 9 && parts[6] === "microsoft.hybridcompute" && parts[7] === "machines";
  return isMachine ? "machine" : "other";
}

/** Parents above a scope's own path: management groups from near to far. */
export type ScopeParents = {
  /** Normalised ids of the management groups above a subscription or management group, nearest first. */
  managementGroupsAbove(scope: string): readonly string[];
  /** Every normalised scope whose assignments reach the scope, nearest first, ending with "/". Itself included. */
  chain(scope: string): string[];
  /** Whether an assignment at `scope` reaches `target` (Understand scope: parent-child inheritance). */
  covers(scope: string, target: string): boolean;
  /** Words for a normalised scope; `written` is how Azure wrote it, when something did. */
  describe(scope: string, written?: string): ScopeRef;
};

function pathPrefixes(scope: string): string[] {
  const prefixes: string[] = [];
  for (let end = scope.length; end > 0; end = scope.lastIndexOf("/", end - 1)) prefixes.push(scope.slice(0, end));
  return prefixes;
}

/** Looks up the hierarchy of a tenant; cycles among management groups end the chain instead of hanging. */
export function createScopeParents(inputs: Pick<AccessInputs, "managementGroups" | "subscriptions">): ScopeParents {
  const parentOf = new Map<string, string | null>();
  const labels = new Map<string, ScopeRef>();
  for (const group of inputs.managementGroups) {
    const id = normaliseScope(group.id);
    parentOf.set(id, group.parentId === null ? null : normaliseScope(group.parentId));
    labels.set(id, { id: group.id, kind: "managementGroup", name: group.displayName });
  }
  for (const subscription of inputs.subscriptions) {
    const guid = lastSegment(subscription.id);
    const id = `/subscriptions/${guid}`;
    parentOf.set(id, subscription.managementGroupId === null ? null : normaliseScope(subscription.managementGroupId));
    labels.set(id, { id, kind: "subscription", name: subscription.displayName });
  }

  function managementGroupsAbove(scope: string): string[] {
    const above: string[] = [];
    let current = parentOf.get(scope) ?? null;
    while (current !== null && current !== scope && !above.includes(current)) {
      above.push(current);
      current = parentOf.get(current) ?? null;
    }
    return above;
  }

  function chain(scope: string): string[] {
    if (scope === "/") return ["/"];
    const own = pathPrefixes(scope);
    const anchor = own.findLast((prefix) => parentOf.has(prefix)) ?? scope;
    return [...own, ...managementGroupsAbove(anchor), "/"];
  }

  return {
    managementGroupsAbove,
    chain,
    covers: (scope, target) =>
      scope === "/" || scope === target || target.startsWith(`${scope}/`) || chain(target).includes(scope),
    describe: (scope, written = scope) => labels.get(scope) ?? { id: written, kind: scopeKind(scope), name: scopeName(written) },
  };
}

function scopeName(scope: string): string {
  return scope === "/" ? "/" : scope.slice(scope.lastIndexOf("/", scope.length - 2) + 1);
}
