import type { RoleAssignment, RoleDefinition } from "../world/types.ts";
import type { Source } from "./kql-stage.ts";
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

const ASSIGNMENT = "microsoft.authorization/roleassignments";
const DEFINITION = "microsoft.authorization/roledefinitions";

/** Role assignments and definitions as rows of `authorizationresources`. Eligibilities are not in this table (azure-apis.md 5.3). */
export function authorizationSources(input: TableInput, wants: (type: string) => boolean): Source[] {
  const sources = wants(ASSIGNMENT) ? assignmentSources(input) : [];
  if (wants(DEFINITION)) for (const row of definitionRows(input)) sources.push({ cell: (column) => row[column] ?? null });
  return sources;
}

/** Rendered cell by cell: a query that counts 20,000 assignments never needs their properties. */
function assignmentSources(input: TableInput): Source[] {
  const { scope, index } = input;
  const inScope = createScopeTest(input);
  const canRead = createReadTest(input);
  // Most assignments share their scope with others.
  const shown = new Map<string, boolean>();
  const isShown = (at: string): boolean => {
    const known = shown.get(at) ?? (inScope(at) && canRead(at));
    shown.set(at, known);
    return known;
  };
  let last: RoleAssignment | null = null;
  let properties: Row = {};
  const propertiesOf = (row: RoleAssignment): Row => {
    if (last !== row) [last, properties] = [row, assignmentProperties(row)];
    return properties;
  };
  return index.roleAssignments
    .filter((row) => row.tenantId === scope.tenantId && isShown(row.scope))
    .map(
      (row): Source => ({
        cell: (column) => {
          switch (column) {
            case "id":
              return `${row.scope === "/" ? "" : row.scope}/providers/Microsoft.Authorization/RoleAssignments/${row.name}`;
            case "name":
              return row.name;
            case "type":
              return ASSIGNMENT;
            case "tenantId":
              return scope.tenantId;
            case "properties":
              return propertiesOf(row);
            case "subscriptionId":
            case "resourceGroup":
              return placeOf(row.scope)[column];
            default:
              return EMPTY[column as keyof typeof EMPTY] ?? null;
          }
        },
      }),
    );
}

/**
 * Who reads the assignments of a subscription or group reads those below it and those inherited from above, as in Resource
 * Manager; so most scopes need no question of their own.
 */
function createReadTest({ ctx, scope, readable }: TableInput): (scope: string) => boolean {
  const action = "Microsoft.Authorization/roleAssignments/read";
  const canRead = (at: string): boolean => readable.canReadScope(action, at);
  const groups = ctx.world.managementGroups;
  const inherited = new Set(["/"]);
  for (const { id, managementGroupId } of scope.subscriptions) {
    if (!canRead(`/subscriptions/${id}`)) continue;
    for (const name of chainOf(groups, managementGroupId)) inherited.add(MANAGEMENT_GROUP + name);
  }
  for (const { id } of scope.managementGroups) {
    if (!canRead(MANAGEMENT_GROUP + shortName(id))) continue;
    for (const name of chainOf(groups, id)) inherited.add(MANAGEMENT_GROUP + name);
  }
  if (inherited.size === 1) inherited.clear();
  return (at) => {
    const lower = at.toLowerCase();
    if (inherited.has(lower)) return true;
    const parts = lower.split("/");
    if (parts[1] !== "subscriptions") return canRead(lower);
    return [3, 5, parts.length].some((length) => canRead(parts.slice(0, length).join("/")));
  };
}

function assignmentProperties(row: RoleAssignment): Row {
  return {
    roleDefinitionId: `/providers/Microsoft.Authorization/RoleDefinitions/${row.roleDefinitionGuid}`,
    principalId: row.principalId,
    principalType: row.principalType,
    scope: row.scope,
    createdOn: row.createdOn,
    updatedOn: row.updatedOn ?? row.createdOn,
    createdBy: row.createdBy,
    updatedBy: row.updatedBy ?? row.createdBy,
    ...(row.condition === null ? {} : { condition: row.condition, conditionVersion: row.conditionVersion }),
    ...(row.description === null ? {} : { description: row.description }),
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
    type: DEFINITION,
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

function placeOf(scope: string): { subscriptionId: string; resourceGroup: string } {
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
