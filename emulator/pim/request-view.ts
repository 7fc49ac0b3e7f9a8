import type { Json } from "../arm/request-reading.ts";
import { expanded } from "../arm/role-schedule-view.ts";
import { belowScope, definitionId } from "../arm/role-scopes.ts";
import { statusOf } from "../world/pim-life.ts";
import type { PimRequest, PimRequestStatus } from "../world/pim-types.ts";
import type { RoleSchedule, World } from "../world/types.ts";
import { oddId } from "./scopes.ts";

/** Wire names of the two families. */
export const NAMES = {
  assignment: {
    requests: "roleAssignmentScheduleRequests",
    schedules: "roleAssignmentSchedules",
    target: "targetRoleAssignmentScheduleId",
  },
  eligibility: {
    requests: "roleEligibilityScheduleRequests",
    schedules: "roleEligibilitySchedules",
    target: "targetRoleEligibilityScheduleId",
  },
} as const satisfies Record<RoleSchedule["kind"], Record<string, string>>;

const utc = (ms: number, end: string): string => new Date(ms).toISOString().replace("Z", `0000${end}`);

function scheduleInfo({ startMs, expiration }: PimRequest): Json {
  const startDateTime = utc(startMs, "+00:00");
  if (expiration === null) return { startDateTime };
  const shown =
    expiration.type === "AfterDuration"
      ? { type: expiration.type, duration: expiration.duration }
      : expiration.type === "AfterDateTime"
        ? { type: expiration.type, endDateTime: utc(expiration.endMs, "+00:00") }
        : { type: expiration.type };
  return { startDateTime, expiration: shown };
}

const present = (fields: Record<string, unknown>): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

export function approvalIdOf(row: PimRequest): string | null {
  if (row.approvalId === null) return null;
  return belowScope(row.scope, `/providers/Microsoft.Authorization/roleAssignmentApprovals/${row.approvalId}`);
}

/** Wire form: absent values are left out, `ticketInfo` never is (recording pim.New-ScheduleRequests). */
export function requestBody(world: World, row: PimRequest, nowMs: number, shown?: PimRequestStatus): Json {
  const names = NAMES[row.kind];
  return {
    properties: {
      ...(row.targetSchedule === null ? {} : { [names.target]: oddId(row.scope, names.schedules, row.targetSchedule) }),
      scope: row.scope,
      roleDefinitionId: definitionId(row.scope, row.roleDefinitionGuid),
      principalId: row.principalId,
      principalType: row.principalType,
      requestType: row.requestType,
      status: shown ?? statusOf(world, row, nowMs),
      ...present({ approvalId: approvalIdOf(row) }),
      scheduleInfo: scheduleInfo(row),
      ...present({ linkedRoleEligibilityScheduleId: row.linkedEligibility }),
      ticketInfo: present({ ticketNumber: row.ticketNumber, ticketSystem: row.ticketSystem }),
      ...present({ justification: row.justification }),
      requestorId: row.requestorId,
      createdOn: utc(row.createdMs, "Z"),
      ...present({ condition: row.condition, conditionVersion: row.conditionVersion }),
      expandedProperties: expanded(world, row),
    },
    name: row.name,
    id: oddId(row.scope, names.requests, row.name),
    type: `Microsoft.Authorization/${names.requests}`,
  };
}
