import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { renderExtension } from "../world/render.ts";
import type { Extension } from "../world/types.ts";
import { upgradeExtensions } from "./extension-upgrades.ts";
import { deleteExtension, patchExtension, putExtension } from "./extension-writes.ts";
import { pageOf } from "./paging.ts";
import { extensionScope, machineScope, param, requireParentMachine } from "./request-reading.ts";
import { apiVersionOf, HYBRID_COMPUTE } from "./versions.ts";

const MACHINE =
  "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroup}/providers/microsoft.hybridcompute/machines/{machine}";
const EXTENSIONS = `${MACHINE}/extensions`;
const ACTION = "Microsoft.HybridCompute/machines";

function listExtensions(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const spec = requireParentMachine(ctx, request, "read");
  const apiVersion = apiVersionOf(request.query);
  const list: Extension[] = [...(spec.extensions?.values() ?? [])];
  return pageOf(request, ctx, list, (extension) => renderExtension(spec, extension, { apiVersion }));
}

function getExtension(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const spec = requireParentMachine(ctx, request, "read");
  const name = param(request, "extension");
  const extension = spec.extensions?.get(name.toLowerCase());
  if (extension === undefined) {
    const group = param(request, "resourceGroup");
    const message = `The Resource 'Microsoft.HybridCompute/machines/${spec.name}/extensions/${name}' under resource group '${group}' was not found.`;
    throw armError(404, "ResourceNotFound", message);
  }
  return { status: 200, body: renderExtension(spec, extension, { apiVersion: apiVersionOf(request.query) }) };
}

const route = (
  method: string,
  pattern: string,
  handle: Route["handle"],
  action: string,
  scope: (request: WireRequest) => string,
): Route => ({
  face: "arm",
  method,
  pattern,
  apiVersions: HYBRID_COMPUTE,
  query: method === "GET" ? ["$expand", "$skiptoken"] : [],
  right: { action: `${ACTION}/${action}`, scope },
  source: "azure-apis.md 2.4; recording connectedmachine.2023-12.test_machine_and_extension",
  handle,
});

export const extensionRoutes: Route[] = [
  route("GET", EXTENSIONS, listExtensions, "extensions/read", machineScope),
  route("GET", `${EXTENSIONS}/{extension}`, getExtension, "extensions/read", extensionScope),
  route("PUT", `${EXTENSIONS}/{extension}`, putExtension, "extensions/write", extensionScope),
  route("PATCH", `${EXTENSIONS}/{extension}`, patchExtension, "extensions/write", extensionScope),
  route("DELETE", `${EXTENSIONS}/{extension}`, deleteExtension, "extensions/delete", extensionScope),
  route("POST", `${MACHINE}/upgradeextensions`, upgradeExtensions, "UpgradeExtensions/action", machineScope),
];
