import { roleDefinitionIdAt } from "../../access/write-request";
import { machineId } from "../../machine";
import type { WorkKind, WorkOf } from "./work-kind";

/** A role for one person, group or application at each machine. Source: Role Assignments - Create (2022-04-01). */

const API_VERSION = "2022-04-01";

/** The id of a role without the place where it was read. */
function roleGuid(roleDefinitionId: string): string {
  return roleDefinitionId.slice(roleDefinitionId.lastIndexOf("/") + 1);
}

export const roleAssign: WorkKind<WorkOf<"role.assign">> = {
  id: "role.assign",
  osFamily: "any",
  action: "Microsoft.Authorization/roleAssignments/write",
  checksSignIn: false,
  request: ({ cloud, target, work, assignmentName }) => {
    const scope = machineId(target);
    return {
      method: "PUT",
      url: `${cloud.arm}${encodeURI(scope)}/providers/Microsoft.Authorization/roleAssignments/${assignmentName}?api-version=${API_VERSION}`,
      body: {
        properties: {
          roleDefinitionId: roleDefinitionIdAt(scope, roleGuid(work.roleDefinitionId)),
          principalId: work.principal.id,
          principalType: work.principal.type,
        },
      },
    };
  },
  satisfied: ({ assigned }) => assigned === true,
  ours: ({ assigned }) => assigned === true,
};
