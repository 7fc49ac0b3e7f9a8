import "server-only";
import type {
  DenyAssignmentRow,
  DirectoryRow,
  PimInstanceRow,
  RoleAssignmentRow,
  RoleDefinitionRow,
} from "@/lib/azure/access-ports";
import type {
  AccessInputs,
  ActiveInstanceInput,
  DenyAssignmentInput,
  EligibleInstanceInput,
  PrincipalInput,
  PrincipalKind,
  RoleAssignmentInput,
  RoleDefinitionInput,
} from "@/lib/domain/access/types";

const MACHINE_ID = /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.hybridcompute\/machines\/[^/]+$/i;

export function toAssignmentInput(row: RoleAssignmentRow): RoleAssignmentInput {
  const { id, scope, roleDefinitionId, principalId, principalType, condition, createdAt } = row;
  return { id, scope, roleDefinitionId, principalId, principalType, condition, createdOn: createdAt };
}

export function toDefinitionInput(row: RoleDefinitionRow): RoleDefinitionInput {
  const { id, roleName, roleType, permissions, assignableScopes, description } = row;
  return { id, name: roleName, type: roleType, permissions, assignableScopes, description };
}

export function toDenyInput(row: DenyAssignmentRow): DenyAssignmentInput {
  const { id, name, scope, doNotApplyToChildScopes, isSystemProtected, permissions } = row;
  const conditions = [row.condition, ...permissions.map((permission) => permission.condition)];
  return {
    ...{ id, name, scope, doNotApplyToChildScopes, isSystemProtected, permissions },
    principalIds: row.principals.map((principal) => principal.id),
    excludePrincipalIds: row.excludePrincipals.map((principal) => principal.id),
    condition: conditions.find((condition) => condition !== null && condition !== "") ?? null,
  };
}

export function toActiveInput(row: PimInstanceRow): ActiveInstanceInput {
  const { id, scope, roleDefinitionId, principalId, principalType, condition, originRoleAssignmentId, linkedEligibilityId } = row;
  return {
    ...{ id, scope, roleDefinitionId, principalId, principalType, condition, originRoleAssignmentId, linkedEligibilityId },
    assignmentType: row.assignmentType ?? "Assigned",
    until: row.endsAt,
  };
}

export function toEligibleInput(row: PimInstanceRow): EligibleInstanceInput {
  const { id, scope, roleDefinitionId, principalId, principalType, condition, endsAt } = row;
  return {
    ...{ id, scope, roleDefinitionId, principalId, principalType, condition },
    until: endsAt,
    approvalRequired: null,
    mfaRequired: null,
    authenticationContext: null,
  };
}

function isGuest(row: DirectoryRow): boolean {
  // Old accounts carry no userType; a guest's name always holds its home address this way.
  return row.userType === null ? /#ext#/i.test(row.userPrincipalName ?? "") : row.userType.toLowerCase() === "guest";
}

function kindOf(row: DirectoryRow): PrincipalKind {
  switch (row.kind) {
    case "user":
      return isGuest(row) ? "guest" : "user";
    case "group":
      return "group";
    case "servicePrincipal":
      return row.servicePrincipalType?.toLowerCase() === "managedidentity" ? "managedIdentity" : "servicePrincipal";
    case "other":
      return "device";
  }
}

/** A directory object as the engine sees it. A managed identity names its machine in its alternative names. */
export function toPrincipal(row: DirectoryRow): PrincipalInput {
  const kind = kindOf(row);
  return {
    id: row.id,
    kind,
    displayName: row.displayName,
    detail: row.userPrincipalName ?? row.appId ?? "",
    enabled: kind === "group" ? null : row.accountEnabled,
    machineId: kind === "managedIdentity" ? (row.alternativeNames.find((name) => MACHINE_ID.test(name)) ?? null) : null,
  };
}

/** A principal of which only the id is known: `deleted` when the directory answered without it, else `unknown`. */
export function nameless(id: string, kind: "deleted" | "unknown" | "group"): PrincipalInput {
  return { id, kind, displayName: "", detail: "", enabled: null, machineId: null };
}

/** Every input read within one request. */
export function allAsOf(asOf: string): AccessInputs["asOf"] {
  return {
    scopes: asOf,
    machines: asOf,
    roleDefinitions: asOf,
    assignments: asOf,
    activeInstances: asOf,
    eligibleInstances: asOf,
    denyAssignments: asOf,
    principals: asOf,
    groups: asOf,
  };
}
