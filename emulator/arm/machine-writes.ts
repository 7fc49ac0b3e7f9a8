import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { textOf } from "../core/text.ts";
import { shownMachineId } from "../world/ids.ts";
import { enableIdentity, removeMachinePrincipal } from "../world/principals.ts";
import { renderMachine } from "../world/render.ts";
import { OPERATION_KINDS, removeMachine } from "../world/settle.ts";
import type { MachineSpec } from "../world/types.ts";
import { logActivity } from "./activity.ts";
import { accepted, startOperation } from "./operations.ts";
import { bodyOf, isJson, type Json, machineOf, requireGroup, requireMachine } from "./request-reading.ts";
import { apiVersionOf, deletesAsynchronously } from "./versions.ts";

const IDENTITY_TYPES = ["None", "SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"];
/** Properties that MachineUpdate may carry (azure-apis.md 2.2); others are ignored as the service does. */
const WRITABLE = [
  "locationData",
  "osProfile",
  "cloudMetadata",
  "agentUpgrade",
  "parentClusterResourceId",
  "privateLinkScopeResourceId",
  "identityKeyStore",
  "tpmEkCertificate",
];
const MAX_TAGS = 50;
const MAX_TAG_NAME = 512;
const MAX_TAG_VALUE = 256;

function invalid(target: string, message: string): Error {
  return armError(400, "InvalidRequestContent", `The request content was invalid at '${target}': ${message}`);
}

function checkTags(tags: unknown): Record<string, string> {
  if (!isJson(tags)) throw invalid("tags", "tags must be an object.");
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) throw armError(400, "InvalidTags", `A resource can have at most ${MAX_TAGS} tags.`);
  const checked: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (typeof value !== "string") throw invalid(`tags.${name}`, "a tag value must be a string.");
    if (name.length > MAX_TAG_NAME || value.length > MAX_TAG_VALUE)
      throw armError(400, "InvalidTags", `The tag '${name.slice(0, 40)}' is too long.`);
    checked[name] = value;
  }
  return checked;
}

function checkIdentity(identity: unknown): string {
  if (!isJson(identity)) throw invalid("identity", "identity must be an object.");
  const type = IDENTITY_TYPES.find((known) => known.toLowerCase() === textOf(identity.type).toLowerCase());
  if (typeof identity.type !== "string" || type === undefined) {
    throw armError(
      400,
      "InvalidIdentityType",
      `The identity type '${textOf(identity.type)}' is not one of ${IDENTITY_TYPES.join("; ")}.`,
    );
  }
  return type;
}

/** PATCH of a machine: everything is checked before anything changes. */
export function patchMachineResource(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const spec = requireMachine(ctx, request);
  const body = bodyOf(request);
  const tags = body.tags === undefined || body.tags === null ? undefined : checkTags(body.tags);
  const identity = body.identity === undefined || body.identity === null ? undefined : checkIdentity(body.identity);
  const properties = body.properties ?? {};
  if (!isJson(properties)) throw invalid("properties", "properties must be an object.");

  if (tags !== undefined) setOverrides(spec, { tags }, "tags");
  if (identity !== undefined) setIdentity(ctx, spec, identity, isJson(body.identity) ? body.identity : {});
  for (const key of WRITABLE)
    if (key in properties) setOverrides(spec, { [`properties.${key}`]: properties[key] }, `properties.${key}`);
  if (typeof body.kind === "string") setOverrides(spec, { kind: body.kind }, "kind");
  ctx.world.revision += 1;
  logActivity(request, ctx, {
    resourceId: shownMachineId(spec),
    operationName: "Microsoft.HybridCompute/machines/write",
    status: "Succeeded",
  });
  return { status: 200, body: renderMachine(ctx.world, spec, ctx.clock, { apiVersion: apiVersionOf(request.query) }) };
}

/** Replaces what stood at and below the path, so that a later value is not mixed with an older override. */
function setOverrides(spec: MachineSpec, values: Json, path: string): void {
  const kept = Object.entries(spec.overrides).filter(([key]) => key !== path && !key.startsWith(`${path}.`));
  spec.overrides = { ...Object.fromEntries(kept), ...values };
}

/** Switching the identity off deletes its service principal; switching it on makes a new one with another id. */
function setIdentity(ctx: EmulatorContext, spec: MachineSpec, type: string, identity: Json): void {
  const wantsSystem = type.includes("SystemAssigned");
  if (!wantsSystem && spec.principalId !== null) {
    removeMachinePrincipal(ctx.world, spec);
    spec.principalId = null;
  }
  if (wantsSystem && spec.principalId === null) enableIdentity(ctx.world, spec, ctx.newGuid(), ctx.clock.nowMs());
  setOverrides(spec, {}, "identity");
  if (!type.includes("UserAssigned")) return;
  const given = isJson(identity.userAssignedIdentities) ? identity.userAssignedIdentities : {};
  const userAssigned: Json = {};
  for (const id of Object.keys(given)) userAssigned[id] = { principalId: ctx.newGuid(), clientId: ctx.newGuid() };
  setOverrides(spec, { "identity.type": type, "identity.userAssignedIdentities": userAssigned }, "identity");
}

/** DELETE: 200 before 2025-01-13, 202 and an operation since; 204 when there is nothing (azure-apis.md 2.2). */
export function deleteMachine(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireGroup(ctx, request);
  const spec = machineOf(ctx, request);
  if (spec === undefined) return { status: 204 };
  const resourceId = shownMachineId(spec);
  const operationName = "Microsoft.HybridCompute/machines/delete";
  if (!deletesAsynchronously(apiVersionOf(request.query))) {
    removeMachine(ctx.world, spec, ctx.clock.nowMs());
    logActivity(request, ctx, { resourceId, operationName, status: "Succeeded" });
    return { status: 200 };
  }
  setOverrides(spec, { "properties.provisioningState": "Deleting" }, "properties.provisioningState");
  const operation = startOperation(request, ctx, {
    kind: OPERATION_KINDS.machineDelete,
    resourceId,
    location: spec.location,
    operationName,
  });
  return accepted(request, ctx, operation);
}
