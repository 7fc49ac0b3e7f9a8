import type { EmulatorContext } from "../core/contract.ts";
import { endOfExpiration } from "../world/pim-life.ts";
import type { PimRequest } from "../world/pim-types.ts";
import { stableGuid } from "../world/random.ts";
import type { RoleAssignment, RoleSchedule } from "../world/types.ts";

function assignmentOf(ctx: EmulatorContext, row: RoleSchedule, name: string): RoleAssignment {
  const { options } = ctx;
  return {
    name,
    tenantId: row.tenantId,
    scope: row.scope,
    roleDefinitionGuid: row.roleDefinitionGuid,
    principalId: row.principalId,
    principalType: row.principalType,
    condition: row.condition,
    conditionVersion: row.conditionVersion,
    description: null,
    createdOn: row.createdOn,
    createdBy: null,
    effectiveFromMs: row.startMs + options.replicationDelayMs,
    listedFromMs: row.startMs + options.roleListDelayMs,
    indexedFromMs: row.startMs + options.roleIndexDelayMs,
    ...(row.endMs === null ? {} : { endsAtMs: row.endMs }),
  };
}

/** Makes the schedule of a request and, for active ones, the role assignment that gives the right from start to end. */
export function provision(ctx: EmulatorContext, request: PimRequest): RoleSchedule {
  const { world } = ctx;
  const eligibility = world.roleSchedules.find((row) => row.kind === "eligibility" && row.name === request.linkedEligibility);
  const schedule: RoleSchedule = {
    name: request.targetSchedule ?? request.name,
    kind: request.kind,
    tenantId: request.tenantId,
    requestName: request.name,
    instanceName: stableGuid(world.seed, `pim:instance:${request.name}`),
    scope: request.scope,
    roleDefinitionGuid: request.roleDefinitionGuid,
    principalId: request.principalId,
    principalType: request.principalType,
    assignmentType: request.requestType === "SelfActivate" ? "Activated" : "Assigned",
    startMs: request.startMs,
    endMs: endOfExpiration(request, request.startMs),
    linkedEligibility: eligibility === undefined ? null : { schedule: eligibility.name, instance: eligibility.instanceName },
    roleAssignmentName: request.kind === "assignment" ? stableGuid(world.seed, `pim:assignment:${request.name}`) : null,
    condition: request.condition,
    conditionVersion: request.conditionVersion,
    createdOn: new Date(request.createdMs).toISOString(),
  };
  world.roleSchedules.push(schedule);
  if (schedule.roleAssignmentName !== null) {
    world.roleAssignments.push(assignmentOf(ctx, schedule, schedule.roleAssignmentName));
  }
  world.revision += 1;
  return schedule;
}

/** Takes a role assignment away at a moment; each view learns of it in its own time. */
export function removeAssignment(ctx: EmulatorContext, name: string, atMs: number): void {
  const row = ctx.world.roleAssignments.find((one) => one.name === name);
  if (row === undefined || row.removed !== undefined) return;
  const { options } = ctx;
  row.removed = {
    listedUntilMs: atMs + options.roleListDelayMs,
    effectiveUntilMs: atMs + options.replicationDelayMs,
    indexedUntilMs: atMs + options.roleIndexDelayMs,
  };
  ctx.world.revision += 1;
}

/** Ends a schedule before its time, and the request that made it with it. */
export function endSchedule(ctx: EmulatorContext, row: RoleSchedule, atMs: number, status: "Revoked" | "Canceled"): void {
  row.endMs = atMs;
  row.endedEarly = true;
  if (row.roleAssignmentName !== null) removeAssignment(ctx, row.roleAssignmentName, atMs);
  const origin = ctx.world.pim.requests.find((one) => one.name === row.requestName);
  if (origin !== undefined) origin.settled = { status, atMs };
  ctx.world.revision += 1;
}

/** Gives a schedule other times; the right follows. */
export function moveSchedule(ctx: EmulatorContext, row: RoleSchedule, startMs: number, endMs: number | null): void {
  row.startMs = startMs;
  row.endMs = endMs;
  const assignment = ctx.world.roleAssignments.find((one) => one.name === row.roleAssignmentName);
  if (assignment !== undefined) {
    assignment.effectiveFromMs = startMs + ctx.options.replicationDelayMs;
    if (endMs === null) delete assignment.endsAtMs;
    else assignment.endsAtMs = endMs;
  }
  ctx.world.revision += 1;
}
