import { logActivity } from "../arm/activity.ts";
import { callerOf, param } from "../arm/request-reading.ts";
import { requireScope } from "../arm/scope-existence.ts";
import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { isPending, keptRequests, statusOf } from "../world/pim-life.ts";
import type { PimRequest } from "../world/pim-types.ts";
import type { RoleSchedule } from "../world/types.ts";
import { planActivation, planDeactivation } from "./activate.ts";
import { planAdmin } from "./admin.ts";
import { planAdminChange, planRemoval } from "./admin-change.ts";
import type { Ask, Plan } from "./ask.ts";
import { auditRequest } from "./audit.ts";
import { endSchedule } from "./provision.ts";
import { mayRead } from "./readers.ts";
import { readRequestBody, refuse, requireName } from "./request-body.ts";
import { NAMES, requestBody } from "./request-view.ts";
import { oddId, pimScopeOf } from "./scopes.ts";
import { planSelfProlong } from "./self-prolong.ts";

type Kind = RoleSchedule["kind"];

/** Headers of this service besides those of Resource Manager (azure-apis.md 4.4). */
export const HEADERS = { mspimslice: "PROD" };

function askOf(request: WireRequest, ctx: EmulatorContext, kind: Kind): Ask {
  const scope = pimScopeOf(request);
  const caller = callerOf(request);
  const input = readRequestBody(request);
  requireScope(ctx, scope);
  return { ctx, request, caller, kind, scope, name: requireName(param(request, "name")), input, nowMs: ctx.clock.nowMs() };
}

function planOf(ask: Ask): Plan {
  const { requestType } = ask.input;
  if (requestType === "AdminAssign") return planAdmin(ask);
  if (requestType === "AdminRemove") return planRemoval(ask);
  if (requestType.startsWith("Admin")) return planAdminChange(ask);
  if (requestType === "SelfExtend" || requestType === "SelfRenew") return planSelfProlong(ask);
  if (ask.kind === "eligibility") {
    const message = `The request type '${requestType}' is not valid for a role eligibility schedule request.`;
    throw refuse(400, "InvalidRequestContent", message);
  }
  return requestType === "SelfActivate" ? planActivation(ask) : planDeactivation(ask);
}

/** PUT: a name that was used once stays used, so that a repeated request never acts twice. */
export function putRequest(request: WireRequest, ctx: EmulatorContext, kind: Kind): WireResponse {
  const ask = askOf(request, ctx, kind);
  if (ctx.world.pim.requests.some((row) => row.name === ask.name)) {
    throw refuse(409, "RequestConflict", `A request with the name '${ask.name}' exists already.`);
  }
  const { draft, apply } = planOf(ask);
  apply();
  ctx.world.pim.requests.push(draft);
  ctx.world.revision += 1;
  auditRequest(ctx, request, draft);
  const names = NAMES[kind];
  const operationName = `Microsoft.Authorization/${names.requests}/write`;
  const resourceId = oddId(draft.scope, names.requests, draft.name).replace("/providers/Microsoft.Subscription", "");
  logActivity(request, ctx, { resourceId, operationName, status: "Succeeded" });
  return { status: 201, headers: HEADERS, body: requestBody(ctx.world, draft, ask.nowMs) };
}

/** POST validate: every check of the PUT and no effect. The two statuses: azure-apis.md 4.4. */
export function validateRequest(request: WireRequest, ctx: EmulatorContext, kind: Kind): WireResponse {
  const ask = askOf(request, ctx, kind);
  const { draft } = planOf(ask);
  const shown = { ...draft, approvalId: null };
  const status = draft.waitsFor === null ? "Granted" : "PendingEvaluation";
  return { status: 200, headers: HEADERS, body: requestBody(ctx.world, shown, ask.nowMs, status) };
}

/** The request that a path names; 404 when it is unknown or forgotten. */
export function requireRequest(request: WireRequest, ctx: EmulatorContext, kind: Kind): PimRequest {
  const name = param(request, "name").toLowerCase();
  const { tenantId } = callerOf(request);
  const row = keptRequests(ctx.world, ctx.clock.nowMs()).find(
    (one) => one.name === name && one.kind === kind && one.tenantId === tenantId,
  );
  if (row !== undefined) return row;
  const type = kind === "assignment" ? "RoleAssignmentScheduleRequest" : "RoleEligibilityScheduleRequest";
  throw refuse(404, `${type}NotFound`, `The ${type} '${name}' could not be found.`);
}

export function getRequest(request: WireRequest, ctx: EmulatorContext, kind: Kind): WireResponse {
  const row = requireRequest(request, ctx, kind);
  const caller = callerOf(request);
  if (!mayRead(ctx, caller, row)) {
    const message = `The requestor ${caller.objectId} does not have permissions for this request.`;
    throw refuse(403, "InsufficientPermissions", message);
  }
  return { status: 200, headers: HEADERS, body: requestBody(ctx.world, row, ctx.clock.nowMs()) };
}

/** POST cancel: whoever asked, and administrators, while nothing has begun. */
export function cancelRequest(request: WireRequest, ctx: EmulatorContext, kind: Kind): WireResponse {
  const row = requireRequest(request, ctx, kind);
  const caller = callerOf(request);
  const nowMs = ctx.clock.nowMs();
  const action = `Microsoft.Authorization/${NAMES[kind].requests}/cancel/action`;
  if (row.requestorId !== caller.objectId && !ctx.isAllowed(caller, action, row.scope)) {
    const message = `The requestor ${caller.objectId} does not have permissions for this request.`;
    throw refuse(403, "InsufficientPermissions", message);
  }
  const status = statusOf(ctx.world, row, nowMs);
  if (!isPending(status) && status !== "Granted" && status !== "ScheduleCreated") {
    throw refuse(400, "RequestCannotBeCancelled", `The request '${row.name}' is ${status} and cannot be cancelled.`);
  }
  const schedule = ctx.world.roleSchedules.find((one) => one.requestName === row.name);
  if (schedule !== undefined) endSchedule(ctx, schedule, nowMs, "Canceled");
  row.settled = { status: "Canceled", atMs: nowMs };
  ctx.world.revision += 1;
  auditRequest(ctx, request, row, "canceled");
  return { status: 200, headers: HEADERS };
}
