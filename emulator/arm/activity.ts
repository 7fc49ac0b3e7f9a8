import type { EmulatorContext, WireRequest } from "../core/contract.ts";
import type { ActivityEvent } from "../world/types.ts";
import { callerOf } from "./request-reading.ts";

type Entry = {
  resourceId: string;
  operationName: string;
  status: "Started" | "Accepted" | "Succeeded" | "Failed";
  /** What the entry carries besides its status. */
  properties?: Record<string, string>;
};

/** Who did what, without time and outcome; operations keep it for their end. */
export function auditOf(
  request: WireRequest,
  resourceId: string,
  operationName: string,
): Omit<ActivityEvent, "at" | "status" | "eventDataId"> {
  const caller = callerOf(request);
  const name = caller.claims.upn ?? caller.claims.unique_name ?? caller.claims.preferred_username;
  return {
    tenantId: caller.tenantId,
    subscriptionId: /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1]?.toLowerCase() ?? "",
    resourceId,
    operationName,
    method: request.method,
    caller: typeof name === "string" ? name : caller.appId,
    callerObjectId: caller.objectId,
    correlationId: request.correlationId,
  };
}

/** Appends to the activity log. Every write of local Azure leaves at least one event. */
export function logActivity(request: WireRequest, ctx: EmulatorContext, entry: Entry): void {
  const { resourceId, operationName, status, properties } = entry;
  const at = new Date(ctx.clock.nowMs()).toISOString();
  const more = properties === undefined ? {} : { properties };
  ctx.world.activity.push({ ...auditOf(request, resourceId, operationName), at, status, eventDataId: ctx.newGuid(), ...more });
}
