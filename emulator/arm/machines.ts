import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { machinesOfGroup, machinesOfSubscription } from "../world/lookup.ts";
import { renderMachine } from "../world/render.ts";
import { deleteMachine, patchMachineResource } from "./machine-writes.ts";
import { pageOf } from "./paging.ts";
import { groupScope, machineScope, param, requireGroup, requireMachine, subscriptionScope } from "./request-reading.ts";
import { apiVersionOf, HYBRID_COMPUTE } from "./versions.ts";

const READ = "Microsoft.HybridCompute/machines/read";
const GROUP = "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroup}";
const MACHINES = `${GROUP}/providers/microsoft.hybridcompute/machines`;

function listInSubscription(request: WireRequest, ctx: EmulatorContext): WireResponse {
  return listOf(request, ctx, machinesOfSubscription(ctx.world, param(request, "subscriptionId")));
}

function listInGroup(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const group = requireGroup(ctx, request);
  return listOf(request, ctx, machinesOfGroup(ctx.world, group.subscriptionId, group.name));
}

function listOf(request: WireRequest, ctx: EmulatorContext, specs: Parameters<typeof pageOf>[2]): WireResponse {
  const apiVersion = apiVersionOf(request.query);
  return pageOf(request, ctx, specs as ReturnType<typeof machinesOfSubscription>, (spec) =>
    renderMachine(ctx.world, spec, ctx.clock, { apiVersion, list: true }),
  );
}

function getMachine(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const spec = requireMachine(ctx, request);
  return { status: 200, body: renderMachine(ctx.world, spec, ctx.clock, { apiVersion: apiVersionOf(request.query) }) };
}

const route = (method: string, pattern: string, handle: Route["handle"], right: Route["right"], query: string[] = []): Route => ({
  face: "arm",
  method,
  pattern,
  apiVersions: HYBRID_COMPUTE,
  query,
  right: right ?? null,
  source: "azure-apis.md 2.2 and 2.3; recordings connectedmachine.2023-12, connectedmachine.2021-03, pysdk.hybridcompute",
  handle,
});

export const machineRoutes: Route[] = [
  route(
    "GET",
    "/subscriptions/{subscriptionId}/providers/microsoft.hybridcompute/machines",
    listInSubscription,
    { action: READ, scope: subscriptionScope },
    ["$skiptoken", "$expand"],
  ),
  route("GET", MACHINES, listInGroup, { action: READ, scope: groupScope }, ["$skiptoken", "$expand"]),
  route("GET", `${MACHINES}/{machine}`, getMachine, { action: READ, scope: machineScope }, ["$expand"]),
  route("PATCH", `${MACHINES}/{machine}`, patchMachineResource, {
    action: "Microsoft.HybridCompute/machines/write",
    scope: machineScope,
  }),
  route("DELETE", `${MACHINES}/{machine}`, deleteMachine, {
    action: "Microsoft.HybridCompute/machines/delete",
    scope: machineScope,
  }),
];
