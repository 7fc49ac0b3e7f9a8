import { stableGuid } from "./random.ts";
import type { ActivityEvent, RoleSchedule, World } from "./types.ts";

/** Application id of the service that writes assignments for Privileged Identity Management, the same in every tenant. */
export const PIM_SERVICE = "01fc33a7-78ba-4d2f-a4b7-768e336e890e";

function eventOf(world: World, row: RoleSchedule, verb: "write" | "delete", atMs: number): ActivityEvent {
  const key = `pim-activity:${row.requestName}:${verb}:${atMs}`;
  return {
    at: new Date(atMs).toISOString(),
    tenantId: row.tenantId,
    subscriptionId: /^\/subscriptions\/([^/]+)/i.exec(row.scope)?.[1]?.toLowerCase() ?? "",
    resourceId: `${row.scope}/providers/Microsoft.Authorization/roleAssignments/${row.roleAssignmentName}`,
    operationName: `Microsoft.Authorization/roleAssignments/${verb}`,
    status: "Succeeded",
    method: verb === "write" ? "PUT" : "DELETE",
    caller: PIM_SERVICE,
    callerObjectId: stableGuid(11, "sp:pim"),
    correlationId: stableGuid(world.seed, key),
    eventDataId: stableGuid(world.seed, `event:${key}`),
  };
}

/** The service itself writes the assignment when a schedule begins and deletes it when it ends; the future is left to the reader. */
export function assignmentsByPim(world: World): ActivityEvent[] {
  return world.roleSchedules.flatMap((row) => {
    if (row.kind !== "assignment" || row.roleAssignmentName === null || (row.endMs !== null && row.endMs <= row.startMs))
      return [];
    const begin = eventOf(world, row, "write", row.startMs);
    return row.endMs === null ? [begin] : [begin, eventOf(world, row, "delete", row.endMs)];
  });
}
