import { standingSchedule } from "../arm/role-schedule-view.ts";
import { isKept } from "../world/assignment-life.ts";
import { isOver } from "../world/pim-life.ts";
import type { RoleSchedule } from "../world/types.ts";
import type { Ask } from "./ask.ts";
import { sameScope } from "./scopes.ts";

type Wanted = Pick<Ask, "ctx" | "nowMs" | "scope" | "caller"> & {
  input: Pick<Ask["input"], "principalId" | "roleDefinitionGuid">;
};

/** Assignments of this principal to this role at exactly this scope, present and coming: activated, time-bound or standing. */
export function heldAt({ ctx, nowMs, scope, caller, input }: Wanted): RoleSchedule[] {
  const { world } = ctx;
  const same = (row: Pick<RoleSchedule, "tenantId" | "principalId" | "roleDefinitionGuid" | "scope">): boolean =>
    row.tenantId === caller.tenantId &&
    row.principalId.toLowerCase() === input.principalId &&
    row.roleDefinitionGuid.toLowerCase() === input.roleDefinitionGuid &&
    sameScope(row.scope, scope);
  const assignments = world.roleAssignments.filter((row) => same(row) && isKept(row, nowMs));
  const kept = new Set(assignments.map((row) => row.name));
  const schedules = world.roleSchedules.filter((row) => row.kind === "assignment" && same(row));
  const made = new Set(schedules.map((row) => row.roleAssignmentName));
  return [
    // A schedule whose assignment somebody deleted gives nothing any more.
    ...schedules.filter((row) => !isOver(row, nowMs) && kept.has(row.roleAssignmentName ?? "")),
    ...assignments.filter((row) => !made.has(row.name)).map(standingSchedule),
  ];
}

/** The eligibility of this principal for this role at exactly this scope, the newest first; those that are over too. */
export function eligibilitiesAt({ ctx, scope, caller, input }: Wanted): RoleSchedule[] {
  return ctx.world.roleSchedules
    .filter(
      (row) =>
        row.kind === "eligibility" &&
        row.tenantId === caller.tenantId &&
        row.principalId.toLowerCase() === input.principalId &&
        row.roleDefinitionGuid === input.roleDefinitionGuid &&
        sameScope(row.scope, scope),
    )
    .toReversed();
}
