import type { RoleAssignment } from "../world/types.ts";
import type { Json } from "./request-reading.ts";
import { belowScope, definitionId } from "./role-scopes.ts";

/** Wire form; absent values are null, never left out (recorded). */
export function assignmentBody(row: RoleAssignment, { justCreated = false } = {}): Json {
  return {
    properties: {
      roleDefinitionId: definitionId(row.scope, row.roleDefinitionGuid),
      principalId: row.principalId,
      principalType: row.principalType,
      scope: row.scope,
      condition: row.condition,
      conditionVersion: row.conditionVersion,
      createdOn: row.createdOn,
      updatedOn: row.updatedOn ?? row.createdOn,
      createdBy: justCreated ? null : row.createdBy,
      updatedBy: row.updatedBy ?? row.createdBy,
      delegatedManagedIdentityResourceId: null,
      description: row.description,
    },
    id: belowScope(row.scope, `/providers/Microsoft.Authorization/roleAssignments/${row.name}`),
    type: "Microsoft.Authorization/roleAssignments",
    name: row.name,
  };
}
