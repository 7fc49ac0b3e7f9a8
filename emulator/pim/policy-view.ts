import type { Json } from "../arm/request-reading.ts";
import { scopeFacts } from "../arm/role-schedule-view.ts";
import { belowScope, definitionId } from "../arm/role-scopes.ts";
import { relationOf } from "../arm/visibility.ts";
import { policyRecord, rulesOf } from "../world/pim-rules.ts";
import { stableGuid } from "../world/random.ts";
import type { RoleDefinition, World } from "../world/types.ts";

const PROVIDER = "/providers/Microsoft.Authorization";
/** Every role has a policy at every scope; no policy is older than this in an untouched tenant. */
const FIRST_POLICY = "2025-01-15T08:00:00.0000000Z";

/** Name of the policy of a role at a scope; the same in every run. */
export function policyName(scope: string, roleGuid: string): string {
  return stableGuid(11, `pim:policy:${scope.toLowerCase()}|${roleGuid}`);
}

export function policyAssignmentName(scope: string, roleGuid: string): string {
  return `${policyName(scope, roleGuid)}_${roleGuid}`;
}

/** Roles that can be assigned at a scope: each has a policy there. */
export function rolesWithPolicy(world: World, tenantId: string, scope: string): RoleDefinition[] {
  return world.roleDefinitions.filter(
    (role) =>
      (role.tenantId === null || role.tenantId === tenantId) &&
      role.assignableScopes.some((at) => at === "/" || ["at", "above"].includes(relationOf(world, at, scope) ?? "")),
  );
}

function modifier(world: World, id: string | null): Json {
  const user = id === null ? undefined : world.users.find((row) => row.id === id);
  if (user === undefined) return { id: null, displayName: "Admin", type: null, email: null };
  return { id, displayName: user.displayName, type: "User", email: user.mail ?? user.userPrincipalName };
}

function lastChange(world: World, scope: string, roleGuid: string): Json {
  const record = policyRecord(world, scope, roleGuid);
  return {
    lastModifiedBy: modifier(world, record?.modifiedById ?? null),
    lastModifiedDateTime: record === undefined ? FIRST_POLICY : new Date(record.modifiedMs).toISOString(),
  };
}

export function policyId(scope: string, roleGuid: string): string {
  return belowScope(scope, `${PROVIDER}/roleManagementPolicies/${policyName(scope, roleGuid)}`);
}

/** Wire form of the examples of 2020-10-01. */
export function policyBody(world: World, scope: string, roleGuid: string): Json {
  const rules = rulesOf(world, scope, roleGuid);
  return {
    properties: {
      scope,
      displayName: null,
      description: null,
      isOrganizationDefault: false,
      ...lastChange(world, scope, roleGuid),
      rules,
      effectiveRules: rules,
      policyProperties: { scope: scopeFacts(world, scope) },
    },
    id: policyId(scope, roleGuid),
    name: policyName(scope, roleGuid),
    type: "Microsoft.Authorization/RoleManagementPolicy",
  };
}

export function policyAssignmentBody(world: World, scope: string, role: RoleDefinition): Json {
  const name = policyAssignmentName(scope, role.id);
  const roleDefinitionId = definitionId(scope, role.id);
  return {
    properties: {
      scope,
      roleDefinitionId,
      policyId: policyId(scope, role.id),
      effectiveRules: rulesOf(world, scope, role.id),
      policyAssignmentProperties: {
        scope: scopeFacts(world, scope),
        roleDefinition: { id: roleDefinitionId, displayName: role.roleName, type: role.type },
        policy: { id: policyId(scope, role.id), ...lastChange(world, scope, role.id) },
      },
    },
    id: belowScope(scope, `${PROVIDER}/roleManagementPolicyAssignment/${name}`),
    name,
    type: "Microsoft.Authorization/RoleManagementPolicyAssignment",
  };
}
