import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { resourceId } from "../world/ids.ts";
import { param, requireGroup } from "./request-reading.ts";

/** Types besides machines, each with the versions that their descriptions have. */
const TYPES: readonly { type: string; versions: readonly string[] }[] = [
  { type: "Microsoft.KeyVault/vaults", versions: ["2019-09-01", "2022-07-01", "2023-07-01", "2024-11-01", "preview"] },
  { type: "Microsoft.Storage/storageAccounts", versions: ["2021-09-01", "2023-01-01", "2023-05-01", "2024-01-01"] },
  { type: "Microsoft.OperationalInsights/workspaces", versions: ["2020-08-01", "2022-10-01", "2023-09-01", "2025-02-01"] },
];

function idOf(request: WireRequest, type: string): string {
  const place = { subscriptionId: param(request, "subscriptionId"), resourceGroup: param(request, "resourceGroup") };
  return resourceId({ ...place, type, name: param(request, "name") });
}

function get(request: WireRequest, ctx: EmulatorContext, type: string): WireResponse {
  requireGroup(ctx, request);
  const wanted = idOf(request, type).toLowerCase();
  const row = ctx.world.resources.find((one) => resourceId(one).toLowerCase() === wanted);
  if (row === undefined) {
    const message = `The Resource '${type}/${param(request, "name")}' under resource group '${param(request, "resourceGroup")}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
    throw armError(404, "ResourceNotFound", message);
  }
  const { name, location, kind, sku, properties } = row;
  const extra = { ...(kind === null ? {} : { kind }), ...(sku === null ? {} : { sku }) };
  return { status: 200, body: { id: resourceId(row), name, type, location, tags: {}, ...extra, properties } };
}

/** One vault, storage account or workspace. */
export const resourceRoutes: Route[] = TYPES.map(
  ({ type, versions }): Route => ({
    face: "arm",
    method: "GET",
    pattern: `/subscriptions/{subscriptionId}/resourcegroups/{resourceGroup}/providers/${type.toLowerCase()}/{name}`,
    apiVersions: versions,
    query: [],
    right: { action: `${type}/read`, scope: (request) => idOf(request, type) },
    source: "https://learn.microsoft.com/rest/api/resources/resources/get",
    handle: (request, ctx) => get(request, ctx, type),
  }),
);
