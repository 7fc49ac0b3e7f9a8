import { isEffective } from "../world/assignment-life.ts";
import type { DenyAssignment, ManagementGroup, RoleAssignment, World } from "../world/types.ts";
import {
  accessTables,
  type CompiledPermission,
  compilePermission,
  lastSegment,
  normaliseScope,
  permits,
} from "./access-tables.ts";
import { type Attributes, conditionHolds, type Truth } from "./condition-evaluate.ts";
import type { Caller } from "./contract.ts";

export { normaliseScope };

type Principal = Pick<Caller, "tenantId" | "objectId">;
export type AccessQuestion = {
  principal: Principal;
  action: string;
  scope: string;
  dataAction?: boolean;
  /** Attributes of one request; absent = the question is about the right in general. */
  attributes?: Attributes;
};
/** `depends`: only through an assignment whose condition asks for attributes that the question does not give. */
export type AccessDecision = {
  outcome: "allowed" | "depends" | "denied";
  /** The assignment that allows, or the one with the open condition. */
  assignment: RoleAssignment | null;
  denyAssignment: DenyAssignment | null;
};

export type AccessEvaluator = {
  isAllowed(caller: Principal, action: string, scope: string, dataAction?: boolean): boolean;
  /** The principal itself and every group it is in, directly or through groups. */
  principalIds(objectId: string): ReadonlySet<string>;
};

const MANAGEMENT_GROUP_PREFIX = "/providers/microsoft.management/managementgroups/";
const EVERYBODY = "00000000-0000-0000-0000-000000000000";

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

/** Tenant that a scope lies in; null for the root and for what does not exist. */
function tenantOfScope(world: World, scope: string): string | null {
  const target = normaliseScope(scope);
  const parts = target.split("/");
  if (parts[1] === "subscriptions" && parts[2] !== undefined) {
    return world.subscriptions.find((row) => row.id.toLowerCase() === parts[2])?.tenantId ?? null;
  }
  if (!target.startsWith(MANAGEMENT_GROUP_PREFIX)) return null;
  const id = target.slice(MANAGEMENT_GROUP_PREFIX.length).split("/")[0] ?? "";
  return world.managementGroups.find((group) => lastSegment(group.id) === id)?.tenantId ?? null;
}

type Covers = (scope: string) => boolean;

const denyPermissions = new WeakMap<DenyAssignment, CompiledPermission[]>();

function denyingOf(world: World, question: AccessQuestion, held: ReadonlySet<string>, covers: Covers): DenyAssignment | null {
  const target = normaliseScope(question.scope);
  for (const row of world.denyAssignments) {
    if (row.tenantId !== question.principal.tenantId) continue;
    const scope = normaliseScope(row.scope);
    if (row.doNotApplyToChildScopes ? scope !== target : !covers(scope)) continue;
    if (!row.principals.some(({ id }) => id === EVERYBODY || held.has(id.toLowerCase()))) continue;
    if (row.excludePrincipals.some(({ id }) => held.has(id.toLowerCase()))) continue;
    const permissions = denyPermissions.get(row) ?? row.permissions.map(compilePermission);
    denyPermissions.set(row, permissions);
    if (permissions.some((entry) => permits(entry, question.action, question.dataAction === true))) return row;
  }
  return null;
}

function allowanceOf(permissions: readonly CompiledPermission[], question: AccessQuestion, condition: string | null): Truth {
  let best: Truth = false;
  for (const entry of permissions) {
    if (!permits(entry, question.action, question.dataAction === true)) continue;
    const results = [condition, entry.condition].map((text) =>
      text === null ? true : conditionHolds(text, question.action, question.attributes ?? null),
    );
    if (results.every((result) => result === true)) return true;
    if (!results.includes(false)) best = null;
  }
  return best;
}

/**
 * Role evaluation as the documentation words it: a deny assignment that applies ends it; else the sum over all assignments
 * of the principal and its groups, at the scope or above, of the roles' permission entries whose conditions hold.
 * Source: https://learn.microsoft.com/azure/role-based-access-control/overview
 */
export function decideAccess(world: World, nowMs: number, question: AccessQuestion): AccessDecision {
  const { principal, scope } = question;
  const target = normaliseScope(scope);
  const tenantId = tenantOfScope(world, target);
  if (tenantId !== null && tenantId !== principal.tenantId) return { outcome: "denied", assignment: null, denyAssignment: null };
  const above = scopesAbove(world, target);
  const covers = (row: string): boolean => row === target || above.has(row) || target.startsWith(`${row}/`);
  const tables = accessTables(world);
  const held = tables.principalIds(principal.objectId);
  let open: RoleAssignment | null = null;
  let given: RoleAssignment | null = null;
  for (const id of held) {
    for (const row of tables.assignmentsOf(id)) {
      const { assignment } = row;
      if (given !== null || !covers(row.scope) || !isEffective(assignment, nowMs)) continue;
      const allowed = allowanceOf(tables.permissionsOf(row.role) ?? [], question, assignment.condition);
      if (allowed === true) given = assignment;
      else if (allowed === null) open ??= assignment;
    }
  }
  const assignment = given ?? open;
  const denyAssignment = assignment === null ? null : denyingOf(world, question, held, covers);
  if (assignment === null || denyAssignment !== null) return { outcome: "denied", assignment: null, denyAssignment };
  return { outcome: given === null ? "depends" : "allowed", assignment, denyAssignment: null };
}

export function createAccessEvaluator(world: World, nowMs: () => number): AccessEvaluator {
  return {
    principalIds: (objectId) => accessTables(world).principalIds(objectId),
    isAllowed: (principal, action, scope, dataAction = false) =>
      decideAccess(world, nowMs(), { principal, action, scope, dataAction }).outcome === "allowed",
  };
}
