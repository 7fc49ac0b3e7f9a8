import type { EmulatorContext } from "../core/contract.ts";
import type { RoleDefinition } from "../world/types.ts";
import { refuse } from "./role-assignment-body.ts";
import { relationOf } from "./visibility.ts";

/** The role to assign; refuses one that is not there or that may not be assigned at the scope. */
export function requireRole(ctx: EmulatorContext, tenantId: string, scope: string, guid: string): RoleDefinition {
  const role = ctx.world.roleDefinitions.find((row) => row.id === guid && (row.tenantId === null || row.tenantId === tenantId));
  if (role === undefined) {
    const message = `The specified role definition with ID '${guid.replaceAll("-", "")}' does not exist.`;
    throw refuse(404, "RoleDefinitionDoesNotExist", message);
  }
  const isAssignable = role.assignableScopes.some((at) => ["at", "above"].includes(relationOf(ctx.world, at, scope) ?? ""));
  if (!isAssignable) {
    const message = `The role definition '${role.roleName}' cannot be assigned at scope '${scope}', because its assignable scopes do not include it.`;
    throw refuse(400, "RoleDefinitionNotAssignableAtScope", message);
  }
  const hasData = role.permissions.some((entry) => entry.dataActions.length > 0);
  if (role.type === "CustomRole" && hasData && /^\/providers\/microsoft\.management\//i.test(scope)) {
    const message = `The custom role definition '${role.roleName}' has data actions and cannot be assigned at a management group.`;
    throw refuse(400, "RoleDefinitionNotAssignableAtScope", message);
  }
  return role;
}
