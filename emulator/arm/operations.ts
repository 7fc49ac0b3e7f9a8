import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { findMachine } from "../world/ids.ts";
import { renderExtension, wireTime } from "../world/render.ts";
import { OPERATION_KINDS } from "../world/settle.ts";
import type { Operation } from "../world/types.ts";
import { auditOf } from "./activity.ts";
import { operationHeaders, verifyOperationUrl } from "./operation-urls.ts";
import { param } from "./request-reading.ts";
import { HYBRID_COMPUTE } from "./versions.ts";

type Start = { kind: string; resourceId: string; location: string; operationName: string };

/** Registers a long-running operation that succeeds unless the caller changes its outcome. */
export function startOperation(request: WireRequest, ctx: EmulatorContext, start: Start): Operation {
  const operation: Operation = {
    id: ctx.newGuid(),
    kind: start.kind,
    resourceId: start.resourceId,
    location: start.location,
    startedAtMs: ctx.clock.nowMs(),
    queuedMs: ctx.options.extensionQueuedMs,
    runningMs: ctx.options.extensionRunningMs,
    outcome: "Succeeded",
    error: null,
    audit: auditOf(request, start.resourceId, start.operationName),
    finish: null,
    finished: false,
  };
  ctx.world.operations.set(operation.id, operation);
  ctx.world.activity.push({
    ...auditOf(request, start.resourceId, start.operationName),
    at: isoNow(ctx),
    status: "Accepted",
    eventDataId: ctx.newGuid(),
  });
  ctx.world.revision += 1;
  return operation;
}

function isoNow(ctx: EmulatorContext): string {
  return new Date(ctx.clock.nowMs()).toISOString();
}

/** 202 with both headers and no body, as recorded for extension PUT, PATCH and DELETE. */
export function accepted(request: WireRequest, ctx: EmulatorContext, operation: Operation): WireResponse {
  return { status: 202, headers: { ...operationHeaders(request, ctx, operation), "x-ms-request-id": operation.id } };
}

/** Status word of an operation at a moment. */
export function statusOf(operation: Operation, nowMs: number): string {
  if (operation.finished) return operation.outcome;
  if (operation.outcome === "never" || nowMs < operation.startedAtMs + operation.queuedMs) return "Queued";
  return "InProgress";
}

function requireOperation(request: WireRequest, ctx: EmulatorContext): Operation {
  verifyOperationUrl(request, ctx);
  const operation = ctx.world.operations.get(param(request, "operation"));
  if (operation === undefined) throw armError(404, "ResourceNotFound", "The operation was not found.", {}, "service");
  return operation;
}

function resultOf(ctx: EmulatorContext, operation: Operation): unknown {
  if (operation.kind === OPERATION_KINDS.extensionUpgrade) return upgradedBy(ctx, operation);
  if (operation.kind !== OPERATION_KINDS.extensionPut) return undefined;
  const [machineId = "", name = ""] = operation.resourceId.toLowerCase().split("/extensions/");
  const spec = findMachine(ctx.world, machineId);
  const extension = spec?.extensions?.get(name);
  return spec === undefined || extension === undefined ? undefined : renderExtension(spec, extension);
}

function upgradedBy(ctx: EmulatorContext, operation: Operation): unknown[] {
  const spec = findMachine(ctx.world, operation.resourceId);
  return (operation.upgrades ?? []).flatMap(({ name }) => {
    const extension = spec?.extensions?.get(name.toLowerCase());
    return spec === undefined || extension === undefined ? [] : [renderExtension(spec, extension)];
  });
}

function getStatus(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const operation = requireOperation(request, ctx);
  const status = statusOf(operation, ctx.clock.nowMs());
  const head = { name: operation.id, status, startTime: wireTime(operation.startedAtMs, 7) };
  if (!operation.finished) return { status: 200, headers: operationHeaders(request, ctx, operation), body: head };
  if (operation.outcome === "Failed") return { status: 200, body: { ...head, error: operation.error } };
  const properties = resultOf(ctx, operation);
  return { status: 200, body: properties === undefined ? head : { ...head, properties } };
}

function getResult(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const operation = requireOperation(request, ctx);
  if (!operation.finished) return { status: 202, headers: operationHeaders(request, ctx, operation) };
  if (operation.outcome === "Failed")
    throw armError(409, operation.error?.code ?? "Failed", operation.error?.message ?? "", {}, "service");
  const body = resultOf(ctx, operation);
  return body === undefined ? { status: 200 } : { status: 200, body };
}

const route = (kind: string, handle: Route["handle"]): Route => ({
  face: "arm",
  method: "GET",
  pattern: `/subscriptions/{subscriptionId}/providers/microsoft.hybridcompute/locations/{location}/${kind}/{operation}`,
  apiVersions: HYBRID_COMPUTE,
  query: ["t", "c", "s", "h"],
  right: null,
  source: "recording connectedmachine.2023-12.test_machine_and_extension",
  handle,
});

export const operationRoutes: Route[] = [route("operationstatus", getStatus), route("operationresults", getResult)];
