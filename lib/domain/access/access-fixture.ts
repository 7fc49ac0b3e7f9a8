import type {
  AccessInputs,
  DenyAssignmentInput,
  EligibleInstanceInput,
  InputSource,
  MachineInput,
  PermissionInput,
  PrincipalInput,
  PrincipalKind,
  RoleAssignmentInput,
  RoleDefinitionInput,
} from "./types";

/** A small tenant for tests: root > corp > prod > subscription s1 > groups g1, g2; subscription s2 hangs below the root. */
export const NOW = new Date("2026-11-21T12:00:00Z");
export const CORP = "/providers/Microsoft.Management/managementGroups/Corp";
export const PROD = "/providers/Microsoft.Management/managementGroups/prod";
export const S1 = "/subscriptions/00000000-0000-4000-8000-000000000001";
export const S2 = "/subscriptions/00000000-0000-4000-8000-000000000002";
export const G1 = `${S1}/resourceGroups/g1`;
export const G2 = `${S1}/resourceGroups/g2`;

export const MACHINE_1 = machineId(G1, "srv-1");
export const MACHINE_2 = machineId(G1, "srv-2");
export const MACHINE_3 = machineId(G2, "srv-3");
export const MACHINE_4 = machineId(`${S2}/resourceGroups/g1`, "srv-4");

export function machineId(group: string, name: string): string {
  return `${group}/providers/Microsoft.HybridCompute/machines/${name}`;
}

export function machine(id: string): MachineInput {
  return { id, name: id.slice(id.lastIndexOf("/") + 1), principalId: null };
}

export function role(
  id: string,
  permission: Partial<PermissionInput>,
  more: Partial<RoleDefinitionInput> = {},
): RoleDefinitionInput {
  const entry = { actions: [], notActions: [], dataActions: [], notDataActions: [], ...permission };
  return { id, name: id, type: "BuiltInRole", permissions: [entry], assignableScopes: ["/"], ...more };
}

export const ROLES = {
  owner: role("owner", { actions: ["*"] }),
  contributor: role("contributor", {
    actions: ["*"],
    notActions: ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
  }),
  reader: role("reader", { actions: ["*/read"] }),
  adminLogin: role("admin-login", {
    actions: ["Microsoft.HybridCompute/machines/*/read"],
    dataActions: ["Microsoft.HybridCompute/machines/login/action", "Microsoft.HybridCompute/machines/loginAsAdmin/action"],
  }),
  userLogin: role("user-login", { dataActions: ["Microsoft.HybridCompute/machines/login/action"] }),
  accessAdmin: role("access-admin", { actions: ["*/read", "Microsoft.Authorization/*"] }),
  runner: role("runner", { actions: ["Microsoft.HybridCompute/machines/runCommands/write"] }),
};

export function principal(id: string, kind: PrincipalKind = "user", more: Partial<PrincipalInput> = {}): PrincipalInput {
  return { id, kind, displayName: id, detail: "", enabled: true, machineId: null, ...more };
}

let serial = 0;

/** An assignment with a fresh id; principal, role and scope in one line. */
export function assign(
  principalId: string,
  roleDefinitionId: string,
  scope: string,
  more: Partial<RoleAssignmentInput> = {},
): RoleAssignmentInput {
  serial += 1;
  const id = `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/roleAssignments/a${serial}`;
  return { id, scope, roleDefinitionId, principalId, principalType: null, condition: null, createdOn: null, ...more };
}

export function eligible(
  principalId: string,
  roleDefinitionId: string,
  scope: string,
  more: Partial<EligibleInstanceInput> = {},
): EligibleInstanceInput {
  const { createdOn: _, ...row } = assign(principalId, roleDefinitionId, scope);
  return { ...row, until: null, approvalRequired: null, mfaRequired: null, authenticationContext: null, ...more };
}

export function deny(
  scope: string,
  permission: Partial<PermissionInput>,
  principalIds: string[],
  more: Partial<DenyAssignmentInput> = {},
): DenyAssignmentInput {
  serial += 1;
  const entry = { actions: [], notActions: [], dataActions: [], notDataActions: [], ...permission };
  return {
    id: `deny${serial}`,
    name: `deny ${serial}`,
    scope,
    doNotApplyToChildScopes: false,
    isSystemProtected: false,
    permissions: [entry],
    principalIds,
    excludePrincipalIds: [],
    condition: null,
    ...more,
  };
}

const READ_AT = "2026-11-21T11:59:00Z";

const AS_OF: Record<InputSource, string> = {
  scopes: READ_AT,
  machines: READ_AT,
  roleDefinitions: READ_AT,
  assignments: READ_AT,
  activeInstances: READ_AT,
  eligibleInstances: READ_AT,
  denyAssignments: READ_AT,
  principals: READ_AT,
  groups: READ_AT,
};

/** The small tenant with whatever a test brings. */
export function tenant(more: Partial<AccessInputs> = {}): AccessInputs {
  return {
    managementGroups: [
      { id: CORP, displayName: "Corp", parentId: null },
      { id: PROD, displayName: "Production", parentId: CORP },
    ],
    subscriptions: [
      { id: S1, displayName: "Subscription 1", managementGroupId: PROD },
      { id: S2, displayName: "Subscription 2", managementGroupId: null },
    ],
    machines: [MACHINE_1, MACHINE_2, MACHINE_3, MACHINE_4].map(machine),
    roleDefinitions: Object.values(ROLES),
    assignments: [],
    activeInstances: [],
    eligibleInstances: [],
    denyAssignments: [],
    principals: [],
    groups: [],
    asOf: AS_OF,
    incomplete: [],
    ...more,
  };
}
