import { accessTables } from "../core/access-tables.ts";
import { resourceId } from "../world/ids.ts";
import { userById } from "../world/lookup.ts";
import type { RoleAssignment, RoleSchedule, World } from "../world/types.ts";
import type { Json } from "./request-reading.ts";
import { belowScope, definitionId } from "./role-scopes.ts";
import { trimScope } from "./visibility.ts";

export type ScheduleType =
  | "roleAssignmentSchedules"
  | "roleAssignmentScheduleInstances"
  | "roleEligibilitySchedules"
  | "roleEligibilityScheduleInstances";
export type MemberType = "Direct" | "Inherited" | "Group";

/** A standing assignment as the schedule that it is for Privileged Identity Management: from its creation, without end. */
export function standingSchedule(row: RoleAssignment): RoleSchedule {
  return {
    name: row.name,
    kind: "assignment",
    tenantId: row.tenantId,
    requestName: row.name,
    instanceName: row.name,
    scope: row.scope,
    roleDefinitionGuid: row.roleDefinitionGuid,
    principalId: row.principalId,
    principalType: row.principalType,
    assignmentType: "Assigned",
    startMs: Date.parse(row.createdOn),
    endMs: null,
    linkedEligibility: null,
    roleAssignmentName: row.name,
    condition: row.condition,
    conditionVersion: row.conditionVersion,
    createdOn: row.createdOn,
  };
}

/** Id, name and kind of a scope, as expandedProperties and policies show them. */
export function scopeFacts(world: World, scope: string): Json {
  const target = trimScope(scope);
  const parts = target.split("/");
  const last = scope.split("/").at(-1) ?? scope;
  if (target.startsWith("/providers/microsoft.management/")) {
    const group = world.managementGroups.find((row) => row.id.toLowerCase() === parts[4]);
    return { id: scope, displayName: group?.displayName ?? last, type: "managementgroup" };
  }
  if (parts.length === 3) {
    const subscription = world.subscriptions.find((row) => row.id === parts[2]);
    return { id: scope, displayName: subscription?.displayName ?? last, type: "subscription" };
  }
  if (parts.length === 5) return { id: scope, displayName: last, type: "resourcegroup" };
  const resource = world.resources.find((row) => resourceId(row).toLowerCase() === target);
  return {
    id: scope,
    displayName: last,
    type: resource?.type ?? (target === "/" ? "tenant" : "Microsoft.HybridCompute/machines"),
  };
}

type Held = Pick<RoleSchedule, "scope" | "roleDefinitionGuid" | "principalId" | "principalType">;

function principalFacts(world: World, row: Held): Json {
  const id = row.principalId;
  const user = row.principalType === "User" ? userById(world, id) : undefined;
  if (user !== undefined) {
    return { id, displayName: user.displayName, email: user.mail ?? user.userPrincipalName, type: "User" };
  }
  const group = row.principalType === "Group" ? world.groups.find((one) => one.id === id) : undefined;
  const displayName = group?.displayName ?? world.servicePrincipals.get(id)?.displayName;
  // Of a deleted principal only the id is left.
  return { id, ...(displayName === undefined ? {} : { displayName }), type: row.principalType };
}

/** Names of scope, role and principal beside their ids. */
export function expanded(world: World, row: Held): Json {
  const role = accessTables(world).role(row.roleDefinitionGuid);
  return {
    scope: scopeFacts(world, row.scope),
    roleDefinition: {
      id: definitionId(row.scope, row.roleDefinitionGuid),
      ...(role === undefined ? {} : { displayName: role.roleName, type: role.type }),
    },
    principal: principalFacts(world, row),
  };
}

/** An activation may be narrower than its eligibility, so the two have scopes of their own. */
function eligibilityScope(world: World, row: RoleSchedule): string {
  const wanted = row.linkedEligibility?.schedule;
  return world.roleSchedules.find((one) => one.kind === "eligibility" && one.name === wanted)?.scope ?? row.scope;
}

function links(world: World, row: RoleSchedule, type: ScheduleType): Json {
  const below = (scope: string, kind: string, name: string): string =>
    belowScope(scope, `/providers/Microsoft.Authorization/${kind}/${name}`);
  const at = (kind: string, name: string): string => below(row.scope, kind, name);
  const eligible = eligibilityScope(world, row);
  const kind = row.kind === "assignment" ? "RoleAssignment" : "RoleEligibility";
  const key = row.kind === "assignment" ? "roleAssignmentSchedule" : "roleEligibilitySchedule";
  const linked =
    row.kind === "eligibility"
      ? {}
      : {
          assignmentType: row.assignmentType,
          ...(row.linkedEligibility === null
            ? {}
            : { linkedRoleEligibilityScheduleId: below(eligible, "RoleEligibilitySchedules", row.linkedEligibility.schedule) }),
        };
  if (type.endsWith("Schedules")) {
    return { ...linked, [`${key}RequestId`]: at(`${kind}ScheduleRequests`, row.requestName), updatedOn: row.createdOn };
  }
  const instance =
    row.kind === "eligibility" || row.roleAssignmentName === null
      ? {}
      : {
          originRoleAssignmentId: at("roleAssignments", row.roleAssignmentName),
          ...(row.linkedEligibility === null
            ? {}
            : {
                linkedRoleEligibilityScheduleInstanceId: below(
                  eligible,
                  "RoleEligibilityScheduleInstances",
                  row.linkedEligibility.instance,
                ),
              }),
        };
  return { ...linked, ...instance, [`${key}Id`]: at(`${kind}Schedules`, row.name) };
}

/** Wire form: absent values are left out, type names have capitals (azure-apis.md 4.4, examples of 2020-10-01). */
export function scheduleBody(world: World, row: RoleSchedule, type: ScheduleType, memberType: MemberType): Json {
  const name = type.endsWith("Instances") ? row.instanceName : row.name;
  const wireType = `Microsoft.Authorization/${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  return {
    properties: {
      ...links(world, row, type),
      scope: row.scope,
      roleDefinitionId: definitionId(row.scope, row.roleDefinitionGuid),
      principalId: row.principalId,
      principalType: row.principalType,
      status: row.assignmentType === "Activated" || row.kind === "eligibility" ? "Provisioned" : "Accepted",
      startDateTime: new Date(row.startMs).toISOString(),
      ...(row.endMs === null ? {} : { endDateTime: new Date(row.endMs).toISOString() }),
      memberType,
      createdOn: row.createdOn,
      ...(row.condition === null ? {} : { condition: row.condition, conditionVersion: row.conditionVersion }),
      expandedProperties: expanded(world, row),
    },
    name,
    id: belowScope(row.scope, `/providers/${wireType}/${name}`),
    type: wireType,
  };
}
