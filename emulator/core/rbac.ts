import type { Group, ManagementGroup, RoleAssignment, RoleDefinition, World } from "../world/types.ts";
import type { Caller } from "./contract.ts";
import { compileActionPattern } from "./wildcard.ts";

type CompiledPermission = { allow: RegExp[]; deny: RegExp[]; dataAllow: RegExp[]; dataDeny: RegExp[] };
type IndexedAssignment = { scope: string; role: string; assignment: RoleAssignment };

/** Remembers derived tables of one world and drops them when the tables they come from change. */
export type AccessEvaluator = {
  isAllowed(caller: Pick<Caller, "tenantId" | "objectId">, action: string, scope: string, dataAction?: boolean): boolean;
  /** The principal itself and every group it is in, directly or through groups. */
  principalIds(objectId: string): ReadonlySet<string>;
};

const MANAGEMENT_GROUP_PREFIX = "/providers/microsoft.management/managementgroups/";

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

/** Lower case, one leading slash, none at the end; the tenant root is "/". */
export function normaliseScope(scope: string): string {
  const joined = scope.toLowerCase().split("/").filter(Boolean).join("/");
  return `/${joined}`;
}

function managementGroupChain(groups: readonly ManagementGroup[], startId: string): string[] {
  const chain: string[] = [];
  let current: string | null = lastSegment(startId);
  while (current !== null && !chain.includes(current)) {
    const id: string = current;
    chain.push(id);
    const parent = groups.find((group) => lastSegment(group.id) === id)?.parentId ?? null;
    current = parent === null ? null : lastSegment(parent);
  }
  return chain.map((id) => MANAGEMENT_GROUP_PREFIX + id);
}

/** The scopes above a target that are not plain prefixes of it: management groups and the root. */
function scopesAbove(world: World, target: string): Set<string> {
  const above = new Set<string>(["/"]);
  const parts = target.split("/");
  if (parts[1] === "subscriptions" && parts[2] !== undefined) {
    const id = parts[2];
    const subscription = world.subscriptions.find((row) => row.id.toLowerCase() === id);
    if (subscription !== undefined) {
      for (const scope of managementGroupChain(world.managementGroups, subscription.managementGroupId)) above.add(scope);
    }
  } else if (target.startsWith(MANAGEMENT_GROUP_PREFIX)) {
    const id = target.slice(MANAGEMENT_GROUP_PREFIX.length).split("/")[0] ?? "";
    for (const scope of managementGroupChain(world.managementGroups, id)) above.add(scope);
  }
  return above;
}

function tenantOfScope(world: World, target: string): string | null {
  const parts = target.split("/");
  if (parts[1] === "subscriptions" && parts[2] !== undefined) {
    return world.subscriptions.find((row) => row.id.toLowerCase() === parts[2])?.tenantId ?? null;
  }
  if (!target.startsWith(MANAGEMENT_GROUP_PREFIX)) return null;
  const id = target.slice(MANAGEMENT_GROUP_PREFIX.length).split("/")[0] ?? "";
  return world.managementGroups.find((group) => lastSegment(group.id) === id)?.tenantId ?? null;
}

function compileRole(role: RoleDefinition): CompiledPermission[] {
  return role.permissions.map((entry) => ({
    allow: entry.actions.map(compileActionPattern),
    deny: entry.notActions.map(compileActionPattern),
    dataAllow: entry.dataActions.map(compileActionPattern),
    dataDeny: entry.notDataActions.map(compileActionPattern),
  }));
}

function createRoleLookup(world: World) {
  const compiled = new WeakMap<RoleDefinition, CompiledPermission[]>();
  let roles: readonly RoleDefinition[] = [];
  let count = -1;
  let byId = new Map<string, RoleDefinition>();
  return (roleGuid: string, action: string, dataAction: boolean): boolean => {
    if (roles !== world.roleDefinitions || count !== world.roleDefinitions.length) {
      roles = world.roleDefinitions;
      count = roles.length;
      byId = new Map(roles.map((role) => [lastSegment(role.id), role]));
    }
    const role = byId.get(roleGuid);
    if (role === undefined) return false;
    const permissions = compiled.get(role) ?? compileRole(role);
    compiled.set(role, permissions);
    // notActions take away only from the entry they stand in, so another entry or role may still allow.
    return permissions.some((entry) => {
      const allow = dataAction ? entry.dataAllow : entry.allow;
      const deny = dataAction ? entry.dataDeny : entry.deny;
      return allow.some((pattern) => pattern.test(action)) && !deny.some((pattern) => pattern.test(action));
    });
  };
}

function createAssignmentLookup(world: World) {
  let list: readonly RoleAssignment[] = [];
  let count = -1;
  let last: RoleAssignment | undefined;
  let byPrincipal = new Map<string, IndexedAssignment[]>();
  return (principalId: string): readonly IndexedAssignment[] => {
    const now = world.roleAssignments;
    if (list !== now || count !== now.length || last !== now.at(-1)) {
      list = now;
      count = now.length;
      last = now.at(-1);
      byPrincipal = new Map();
      for (const assignment of now) {
        const key = assignment.principalId.toLowerCase();
        const rows = byPrincipal.get(key) ?? [];
        rows.push({ scope: normaliseScope(assignment.scope), role: lastSegment(assignment.roleDefinitionGuid), assignment });
        byPrincipal.set(key, rows);
      }
    }
    return byPrincipal.get(principalId) ?? [];
  };
}

function createGroupLookup(world: World) {
  let stamp = "";
  let list: readonly Group[] = [];
  let parents = new Map<string, string[]>();
  const closures = new Map<string, ReadonlySet<string>>();
  return (objectId: string): ReadonlySet<string> => {
    let members = 0;
    for (const group of world.groups) members += group.memberIds.length;
    const seen = `${world.groups.length}/${members}`;
    if (list !== world.groups || seen !== stamp) {
      list = world.groups;
      stamp = seen;
      closures.clear();
      parents = new Map();
      for (const group of world.groups) {
        for (const member of group.memberIds) {
          const key = member.toLowerCase();
          parents.set(key, [...(parents.get(key) ?? []), group.id.toLowerCase()]);
        }
      }
    }
    const start = objectId.toLowerCase();
    const known = closures.get(start);
    if (known !== undefined) return known;
    const closure = new Set([start]);
    for (const id of closure) for (const parent of parents.get(id) ?? []) closure.add(parent);
    closures.set(start, closure);
    return closure;
  };
}

/**
 * Role evaluation as the documentation words it: the sum over all assignments of the principal and its groups, at the scope
 * or above, of the roles' permission entries. Deny assignments and conditions are not part of local Azure yet.
 */
export function createAccessEvaluator(world: World, nowMs: () => number): AccessEvaluator {
  const roleAllows = createRoleLookup(world);
  const assignmentsOf = createAssignmentLookup(world);
  const principalIds = createGroupLookup(world);
  return {
    principalIds,
    isAllowed: (caller, action, scope, dataAction = false) => {
      const target = normaliseScope(scope);
      const tenantId = tenantOfScope(world, target);
      if (tenantId !== null && tenantId !== caller.tenantId) return false;
      const above = scopesAbove(world, target);
      const now = nowMs();
      for (const principal of principalIds(caller.objectId)) {
        for (const row of assignmentsOf(principal)) {
          if (row.assignment.effectiveFromMs > now) continue;
          const covers = row.scope === target || above.has(row.scope) || target.startsWith(`${row.scope}/`);
          if (covers && roleAllows(row.role, action, dataAction)) return true;
        }
      }
      return false;
    },
  };
}
