import type { Caller, EmulatorContext, WireRequest } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { findMachine, machineResourceId } from "../world/ids.ts";
import type { MachineSpec, ResourceGroup, World } from "../world/types.ts";

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The signed-in caller; routes without a token never reach handlers that ask. */
export function callerOf(request: WireRequest): Caller {
  if (request.caller === null)
    throw armError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
  return request.caller;
}

export function param(request: WireRequest, name: string): string {
  return request.params[name] ?? "";
}

/** A query parameter by name without case, as ARM reads it. */
export function queryOf(request: WireRequest, name: string): string | null {
  for (const [key, value] of request.query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return null;
}

/** The body as an object; anything else is refused in ARM's words. */
export function bodyOf(request: WireRequest): Json {
  const body = request.json();
  if (isJson(body)) return body;
  const message = body === undefined ? "The request content is missing." : "The request content must be a JSON object.";
  throw armError(400, "InvalidRequestContent", `The request content was invalid and could not be deserialized: '${message}'`);
}

export function subscriptionScope(request: WireRequest): string {
  return `/subscriptions/${param(request, "subscriptionId")}`;
}

export function groupScope(request: WireRequest): string {
  return `${subscriptionScope(request)}/resourceGroups/${param(request, "resourceGroup")}`;
}

export function machineScope(request: WireRequest): string {
  return `${groupScope(request)}/providers/Microsoft.HybridCompute/machines/${param(request, "machine")}`;
}

export function extensionScope(request: WireRequest): string {
  return `${machineScope(request)}/extensions/${param(request, "extension")}`;
}

export function findGroup(world: World, subscriptionId: string, name: string): ResourceGroup | undefined {
  const [sub, group] = [subscriptionId.toLowerCase(), name.toLowerCase()];
  return world.resourceGroups.find((row) => row.subscriptionId === sub && row.name.toLowerCase() === group);
}

/** Text as recorded; source: azure-apis.md 1.3. */
export function requireGroup(ctx: EmulatorContext, request: WireRequest): ResourceGroup {
  const name = param(request, "resourceGroup");
  const group = findGroup(ctx.world, param(request, "subscriptionId"), name);
  if (group === undefined) throw armError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
  return group;
}

export function machineOf(ctx: EmulatorContext, request: WireRequest): MachineSpec | undefined {
  const [subscriptionId, resourceGroup, name] = ["subscriptionId", "resourceGroup", "machine"].map((key) => param(request, key));
  return findMachine(
    ctx.world,
    machineResourceId({ subscriptionId: subscriptionId ?? "", resourceGroup: resourceGroup ?? "", name: name ?? "" }),
  );
}

/** The machine or 404 ResourceNotFound in the recorded words. */
export function requireMachine(ctx: EmulatorContext, request: WireRequest): MachineSpec {
  requireGroup(ctx, request);
  const spec = machineOf(ctx, request);
  if (spec !== undefined) return spec;
  const message = `The Resource 'Microsoft.HybridCompute/machines/${param(request, "machine")}' under resource group '${param(request, "resourceGroup")}' was not found.`;
  throw armError(404, "ResourceNotFound", message);
}

/** The parent machine of an extension write or read; its absence has another code than the resource's own. */
export function requireParentMachine(ctx: EmulatorContext, request: WireRequest, verb: string): MachineSpec {
  requireGroup(ctx, request);
  const spec = machineOf(ctx, request);
  if (spec !== undefined) return spec;
  const message = `Failed to perform '${verb}' on resource(s) of type 'machines/extensions', because the parent resource '${machineScope(request)}' could not be found.`;
  throw armError(404, "ParentResourceNotFound", message);
}
