import { emptyPim } from "../world/pim-types.ts";
import type { RoleAssignment, RoleDefinition, World } from "../world/types.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "../world/types.ts";

export const SUBSCRIPTION = "10ca1a2e-0000-4000-8000-0000000000d1";
export const OTHER_SUBSCRIPTION = "10ca1a2e-0000-4000-8000-0000000000d2";
export const FOREIGN_SUBSCRIPTION = "10ca1a2e-0000-4000-8000-0000000000d3";

/** An empty cloud with a management group tree and three subscriptions, for tests that need exactly known rights. */
export function createTinyWorld(): World {
  const tenant = (id: string, name: string) => ({
    id,
    displayName: name,
    defaultDomain: `${name.toLowerCase()}.example`,
    countryCode: "NL",
  });
  const subscription = (id: string, managementGroupId: string, tenantId = CONTOSO_TENANT_ID) => ({
    id,
    tenantId,
    displayName: id,
    state: "Enabled" as const,
    managementGroupId,
  });
  return {
    seed: 1,
    cloud: "public",
    time: { nowMs: 0 },
    revision: 1,
    tenants: [tenant(CONTOSO_TENANT_ID, "Contoso"), tenant(FABRIKAM_TENANT_ID, "Fabrikam")],
    apps: [],
    users: [],
    groups: [],
    servicePrincipals: new Map(),
    devices: [],
    managementGroups: [
      { id: CONTOSO_TENANT_ID, tenantId: CONTOSO_TENANT_ID, displayName: "Root", parentId: null },
      { id: "landing-zones", tenantId: CONTOSO_TENANT_ID, displayName: "Landing zones", parentId: CONTOSO_TENANT_ID },
      { id: "production", tenantId: CONTOSO_TENANT_ID, displayName: "Production", parentId: "landing-zones" },
      { id: FABRIKAM_TENANT_ID, tenantId: FABRIKAM_TENANT_ID, displayName: "Root", parentId: null },
    ],
    subscriptions: [
      subscription(SUBSCRIPTION, "production"),
      subscription(OTHER_SUBSCRIPTION, "landing-zones"),
      subscription(FOREIGN_SUBSCRIPTION, FABRIKAM_TENANT_ID, FABRIKAM_TENANT_ID),
    ],
    resourceGroups: [],
    machines: [],
    roleDefinitions: [],
    roleAssignments: [],
    denyAssignments: [],
    roleSchedules: [],
    pim: emptyPim(),
    resources: [],
    vaultSecrets: new Map(),
    operations: new Map(),
    extensionWrites: new Map(),
    activity: [],
    machineById: new Map(),
    settle: () => undefined,
  };
}

type PermissionEntry = RoleDefinition["permissions"][number];

export function addRole(world: World, id: string, permissions: Partial<PermissionEntry>[]): void {
  world.roleDefinitions.push({
    id,
    tenantId: null,
    roleName: id,
    type: "BuiltInRole",
    description: "",
    assignableScopes: ["/"],
    permissions: permissions.map((entry) => ({ actions: [], notActions: [], dataActions: [], notDataActions: [], ...entry })),
    createdOn: "2026-01-01T00:00:00Z",
    updatedOn: "2026-01-01T00:00:00Z",
  });
}

export function assign(
  world: World,
  principalId: string,
  role: string,
  scope: string,
  changes: Partial<RoleAssignment> = {},
): void {
  world.roleAssignments.push({
    name: `assignment-${world.roleAssignments.length + 1}`,
    tenantId: CONTOSO_TENANT_ID,
    scope,
    roleDefinitionGuid: role,
    principalId,
    principalType: "User",
    condition: null,
    conditionVersion: null,
    description: null,
    createdOn: "2026-01-01T00:00:00Z",
    createdBy: null,
    effectiveFromMs: 0,
    ...changes,
  });
}
