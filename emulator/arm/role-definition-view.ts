import type { RoleDefinition } from "../world/types.ts";
import type { Json } from "./request-reading.ts";
import { definitionId } from "./role-scopes.ts";

/** Wire form of a role definition as read through a scope. */
export function definitionBody(role: RoleDefinition, scope: string): Json {
  return {
    properties: {
      roleName: role.roleName,
      type: role.type,
      description: role.description,
      assignableScopes: role.assignableScopes,
      permissions: role.permissions,
      createdOn: role.createdOn,
      updatedOn: role.updatedOn,
      createdBy: null,
      updatedBy: null,
    },
    id: definitionId(scope, role.id),
    type: "Microsoft.Authorization/roleDefinitions",
    name: role.id,
  };
}
