import { accessTables } from "../core/access-tables.ts";
import type { Caller, EmulatorContext } from "../core/contract.ts";
import { isEffective } from "../world/assignment-life.ts";
import { managementGroupScope } from "../world/places.ts";
import type { RoleAssignment, World } from "../world/types.ts";

/** The principal itself and the groups that hold it, through any depth; cycles end. */
export function principalClosure(world: World, objectId: string): ReadonlySet<string> {
  return accessTables(world).principalIds(objectId);
}

/** Lower-case scopes from the root down to the target, the target included. */
export function scopeChain(world: World, scope: string): string[] {
  const target = trimScope(scope);
  const chain: string[] = ["/"];
  const subscriptionId = /^\/subscriptions\/([^/]+)/.exec(target)?.[1];
  const groupId = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)/.exec(target)?.[1];
  const start = groupId ?? world.subscriptions.find((sub) => sub.id === subscriptionId)?.managementGroupId ?? null;
  chain.push(...groupChain(world, start));
  if (subscriptionId !== undefined) {
    const parts = target.split("/");
    if (parts.length > 3) chain.push(parts.slice(0, 3).join("/"));
    if (parts.length > 5 && parts[3] === "resourcegroups") chain.push(parts.slice(0, 5).join("/"));
  }
  if (!chain.includes(target)) chain.push(target);
  return chain;
}

/** Scopes of a management group and everything above it, root first. */
function groupChain(world: World, start: string | null): string[] {
  const scopes: string[] = [];
  let current = start;
  while (current !== null) {
    const id: string = current.toLowerCase();
    scopes.unshift(managementGroupScope(id).toLowerCase());
    current = world.managementGroups.find((group) => group.id.toLowerCase() === id)?.parentId ?? null;
  }
  return scopes;
}

const SLASH = 47;

/** Lower case, without a slash at the end; the tenant root is "/". */
export function trimScope(scope: string): string {
  // Asked for every assignment of a tenant, so without a regular expression.
  let end = scope.length;
  while (end > 0 && scope.charCodeAt(end - 1) === SLASH) end -= 1;
  if (end === 0) return "/";
  const trimmed = scope.slice(0, end).toLowerCase();
  return trimmed.charCodeAt(0) === SLASH ? trimmed : `/${trimmed}`;
}

export type Relation = "above" | "at" | "below" | null;

/** A test for many scopes against one target: whether they lie at, above or below it. */
export function createRelation(world: World, target: string): (scope: string) => Relation {
  const wanted = trimScope(target);
  const chain = new Set(scopeChain(world, wanted));
  const prefix = wanted === "/" ? "/" : `${wanted}/`;
  const isContainer = wanted.startsWith("/providers/microsoft.management/managementgroups/");
  const inContainer = new Map<string, boolean>();
  const isInContainer = (scope: string): boolean => {
    const top = scope
      .split("/")
      .slice(0, scope.startsWith("/subscriptions/") ? 3 : 5)
      .join("/");
    const answer = inContainer.get(top) ?? scopeChain(world, top).includes(wanted);
    inContainer.set(top, answer);
    return answer;
  };
  return (scope) => {
    const at = trimScope(scope);
    if (at === wanted) return "at";
    if (chain.has(at)) return "above";
    if (at.startsWith(prefix)) return "below";
    return isContainer && isInContainer(at) ? "below" : null;
  };
}

/** Whether an assignment's scope lies at, above or below a target. */
export function relationOf(world: World, assignmentScope: string, target: string): Relation {
  return createRelation(world, target)(assignmentScope);
}

function assignmentsOf(ctx: EmulatorContext, caller: Caller): RoleAssignment[] {
  const tables = accessTables(ctx.world);
  const now = ctx.clock.nowMs();
  return [...tables.principalIds(caller.objectId)]
    .flatMap((id) => tables.assignmentsOf(id).map((row) => row.assignment))
    .filter((row) => row.tenantId === caller.tenantId && isEffective(row, now));
}

/** Any role at, above or below makes a subscription or management group visible, as in the portal's scope pickers. */
export function visibleScopes(ctx: EmulatorContext, caller: Caller, scopes: readonly string[]): string[] {
  const mine = assignmentsOf(ctx, caller);
  return scopes.filter((scope) => mine.some((row) => relationOf(ctx.world, row.scope, scope) !== null));
}

/** Assignments of the caller, groups included, that count at a scope. */
export function assignmentsCovering(ctx: EmulatorContext, caller: Caller, scope: string): RoleAssignment[] {
  const chain = new Set(scopeChain(ctx.world, scope));
  return assignmentsOf(ctx, caller).filter((row) => chain.has(trimScope(row.scope)));
}
