import type { ManagementGroup } from "../world/types.ts";
import type { Value } from "./kql-values.ts";
import { chainOf, shortName } from "./scope.ts";
import type { TableInput } from "./tables.ts";

type Row = Record<string, Value>;

const EMPTY = { kind: "", managedBy: "", sku: null, plan: null, tags: null, identity: null, zones: null, extendedLocation: null };

/** Subscriptions, resource groups and management groups as rows of `resourcecontainers`. */
export function containerRows(input: TableInput): Row[] {
  return [...managementGroupRows(input), ...subscriptionRows(input), ...resourceGroupRows(input)];
}

function managementGroupRows({ scope, readable, ctx }: TableInput): Row[] {
  return scope.managementGroups
    .filter((group) => readable.canReadScope("Microsoft.Management/managementGroups/read", managementGroupId(group)))
    .map((group) => ({
      ...EMPTY,
      id: managementGroupId(group),
      name: lastSegment(group.id),
      type: "microsoft.management/managementgroups",
      tenantId: scope.tenantId,
      location: "",
      resourceGroup: "",
      subscriptionId: "",
      properties: {
        displayName: group.displayName,
        tenantId: scope.tenantId,
        details: {
          managementGroupAncestorsChain: ancestors(ctx.world.managementGroups, group.parentId),
          parent: parentOf(ctx.world.managementGroups, group.parentId),
        },
      },
    }));
}

function subscriptionRows({ scope, readable, ctx }: TableInput): Row[] {
  return scope.subscriptions
    .filter(({ id }) => readable.canReadScope("Microsoft.Resources/subscriptions/read", `/subscriptions/${id}`))
    .map((subscription) => ({
      ...EMPTY,
      id: `/subscriptions/${subscription.id}`,
      name: subscription.displayName,
      type: "microsoft.resources/subscriptions",
      tenantId: scope.tenantId,
      location: "",
      resourceGroup: "",
      subscriptionId: subscription.id,
      properties: {
        state: subscription.state,
        managementGroupAncestorsChain: ancestors(ctx.world.managementGroups, subscription.managementGroupId),
        subscriptionPolicies: {
          locationPlacementId: "Public_2014-09-01",
          quotaId: "EnterpriseAgreement_2014-09-01",
          spendingLimit: "Off",
        },
        managedByTenants: [],
      },
    }));
}

function resourceGroupRows({ scope, readable, ctx }: TableInput): Row[] {
  const inScope = new Set(scope.subscriptions.map(({ id }) => id));
  return ctx.world.resourceGroups
    .filter((group) => inScope.has(group.subscriptionId))
    .map((group) => ({ group, id: `/subscriptions/${group.subscriptionId}/resourceGroups/${group.name}` }))
    .filter(({ id }) => readable.canReadScope("Microsoft.Resources/subscriptions/resourceGroups/read", id))
    .map(({ group, id }) => ({
      ...EMPTY,
      id,
      name: group.name,
      type: "microsoft.resources/subscriptions/resourcegroups",
      tenantId: scope.tenantId,
      location: group.location,
      resourceGroup: group.name.toLowerCase(),
      subscriptionId: group.subscriptionId,
      properties: { provisioningState: "Succeeded" },
      tags: group.tags,
    }));
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

export function managementGroupId(group: Pick<ManagementGroup, "id">): string {
  return `/providers/Microsoft.Management/managementGroups/${lastSegment(group.id)}`;
}

/** Nearest first, as the service lists them. */
function ancestors(groups: readonly ManagementGroup[], from: string | null): Value[] {
  if (from === null) return [];
  return chainOf(groups, from).map((name) => {
    const group = groups.find((candidate) => shortName(candidate.id) === name);
    return { displayName: group?.displayName ?? name, name: group ? lastSegment(group.id) : name };
  });
}

function parentOf(groups: readonly ManagementGroup[], parentId: string | null): Value {
  const parent = groups.find((group) => parentId !== null && shortName(group.id) === shortName(parentId));
  return parent ? { displayName: parent.displayName, id: managementGroupId(parent), name: lastSegment(parent.id) } : null;
}
