import type { RoleAssignment, RoleDefinition } from "../world/types.ts";
import type { Value } from "./kql-values.ts";
import { chainOf, shortName } from "./scope.ts";
import type { TableInput } from "./tables.ts";

type Row = Record<string, Value>;

const EMPTY = {
  kind: "",
  location: "global",
  managedBy: "",
  sku: null,
  plan: null,
  tags: null,
  identity: null,
  zones: null,
  extendedLocation: null,
};
const MANAGEMENT_GROUP = "/providers/microsoft.management/managementgroups/";

/** Role assignments and definitions as rows of `authorizationresources`. Eligibilities are not in this table (azure-apis.md 5.3). */
export function authorizationRows(input: TableInput): Row[] {
  return [...assignmentRows(input), ...definitionRows(input)];
}

function assignmentRows(input: TableInput): Row[] {
  const { scope, readable, index } = input;
  const inScope = createScopeTest(input);
  return index.roleAssignments
    .filter((row) => row.tenantId === scope.tenantId && inScope(row.scope))
    .filter((row) => readable.canReadScope("Microsoft.Authorization/roleAssignments/read", row.scope))
    .map((row) => ({ ...EMPTY, ...placeOf(row.scope), ...assignmentOf(row), tenantId: scope.tenantId }));
}

function assignmentOf(row: RoleAssignment): Row {
  const prefix = row.scope === "/" ? "" : row.scope;
  return {
    id: `${prefix}/providers/Microsoft.Authorization/RoleAssignments/${row.name}`,
    name: row.name,
    type: "microsoft.authorization/roleassignments",
    properties: {
      roleDefinitionId: `/providers/Microsoft.Authorization/RoleDefinitions/${row.roleDefinitionGuid}`,
      principalId: row.principalId,
      principalType: row.principalType,
      scope: row.scope,
      createdOn: row.createdOn,
      updatedOn: row.createdOn,
      createdBy: row.createdBy,
      updatedBy: row.createdBy,
      ...(row.condition === null ? {} : { condition: row.condition, conditionVersion: row.conditionVersion }),
      ...(row.description === null ? {} : { description: row.description }),
    },
  };
}

function definitionRows({ ctx, scope, readable }: TableInput): Row[] {
  const anywhere = [
    "/",
    ...scope.managementGroups.map((group) => MANAGEMENT_GROUP + shortName(group.id)),
    ...scope.subscriptions.map(({ id }) => `/subscriptions/${id}`),
  ];
  if (!anywhere.some((place) => readable.canReadScope("Microsoft.Authorization/roleDefinitions/read", place))) return [];
  return ctx.world.roleDefinitions
    .filter((definition) => definition.tenantId === null || definition.tenantId === scope.tenantId)
    .map((definition) => ({ ...EMPTY, ...placeOf("/"), ...definitionOf(definition), tenantId: scope.tenantId }));
}

function definitionOf(definition: RoleDefinition): Row {
  return {
    id: `/providers/Microsoft.Authorization/RoleDefinitions/${definition.id}`,
    name: definition.id,
    type: "microsoft.authorization/roledefinitions",
    properties: {
      roleName: definition.roleName,
      type: definition.type,
      description: definition.description,
      isServiceRole: false,
      assignableScopes: definition.assignableScopes,
      permissions: definition.permissions.map(({ actions, notActions, dataActions, notDataActions }) => ({
        actions,
        notActions,
        dataActions,
        notDataActions,
      })),
      createdOn: definition.createdOn,
      updatedOn: definition.updatedOn,
    },
  };
}

function placeOf(scope: string): Row {
  const [, first, subscriptionId = "", , resourceGroup = ""] = scope.split("/");
  const inSubscription = first?.toLowerCase() === "subscriptions";
  return {
    subscriptionId: inSubscription ? subscriptionId : "",
    resourceGroup: inSubscription ? resourceGroup.toLowerCase() : "",
  };
}

/** Which assignment scopes the request's authorizationScopeFilter lets in. */
function createScopeTest({ ctx, scope }: TableInput): (assignmentScope: string) => boolean {
  const subscriptions = new Set(scope.subscriptions.map(({ id }) => id.toLowerCase()));
  const groups = ctx.world.managementGroups;
  const below = new Set(scope.managementGroups.map((group) => shortName(group.id)));
  const starts = scope.isTenant
    ? []
    : [...scope.managementGroups, ...scope.subscriptions.map((row) => ({ id: row.managementGroupId }))];
  const above = new Set(starts.flatMap((start) => chainOf(groups, start.id)));
  const isBelow = (parts: string[], name: string | null) => {
    if (name !== null) return below.has(name);
    return parts[1] === "subscriptions" ? subscriptions.has(parts[2] ?? "") : scope.isTenant;
  };
  return (assignmentScope) => {
    const lower = assignmentScope.toLowerCase();
    const parts = lower.split("/");
    const name = lower.startsWith(MANAGEMENT_GROUP) ? shortName(lower) : null;
    const atOrBelow = isBelow(parts, name);
    const isExact = atOrBelow && (parts[1] !== "subscriptions" || parts.length === 3);
    const isAbove = name === null ? lower === "/" : above.has(name) && !below.has(name);
    if (scope.filter === "AtScopeExact") return isExact;
    if (scope.filter === "AtScopeAndAbove") return isExact || isAbove;
    return scope.filter === "AtScopeAndBelow" ? atOrBelow : atOrBelow || isAbove;
  };
}
