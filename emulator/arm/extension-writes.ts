import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { WireError } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { textOf } from "../core/text.ts";
import { countWrite, noteChange, runningWrite } from "../world/extension-history.ts";
import { shownMachineId } from "../world/ids.ts";
import { decideOutcome } from "../world/outcome.ts";
import { applyOutcome, OPERATION_KINDS } from "../world/settle.ts";
import { isReachable } from "../world/status.ts";
import type { Extension, MachineSpec, Operation } from "../world/types.ts";
import { newestVersionOf } from "./extension-catalogue.ts";
import { accepted, startOperation } from "./operations.ts";
import { bodyOf, isJson, type Json, machineOf, param, requireGroup, requireParentMachine } from "./request-reading.ts";

/** Pattern of extension names; the length is that of ARM resource names. */
const NAME = /^[a-zA-Z0-9-_.]{1,260}$/;
const WRITE = "Microsoft.HybridCompute/machines/extensions/write";
const DELETE = "Microsoft.HybridCompute/machines/extensions/delete";

/** The one code of the service that is documented, with its target (azure-apis.md 2.4). */
export function hcrp400(target: string, message: string): WireError {
  return new WireError(400, { error: { code: "HCRP400", message, target } }, { "x-ms-failure-cause": "service" });
}

type Draft = Partial<
  Pick<
    Extension,
    | "publisher"
    | "type"
    | "typeHandlerVersion"
    | "autoUpgradeMinorVersion"
    | "enableAutomaticUpgrade"
    | "settings"
    | "protectedSettings"
    | "tags"
  >
>;

/** Reads what the service takes from a body; unknown properties are ignored, known ones must have the right type. */
function readDraft(body: Json): Draft {
  const properties = body.properties ?? {};
  if (!isJson(properties)) throw hcrp400("properties", "The property 'properties' must be an object.");
  const draft: Draft = {};
  for (const key of ["publisher", "type", "typeHandlerVersion"] as const) {
    const value = properties[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string") throw hcrp400(`properties.${key}`, `The property '${key}' must be a string.`);
    draft[key] = value;
  }
  for (const key of ["autoUpgradeMinorVersion", "enableAutomaticUpgrade"] as const) {
    const value = properties[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== "boolean") throw hcrp400(`properties.${key}`, `The property '${key}' must be true or false.`);
    draft[key] = value;
  }
  for (const key of ["settings", "protectedSettings"] as const) {
    const value = properties[key];
    if (value === undefined || value === null) continue;
    if (!isJson(value)) throw hcrp400(`properties.${key}`, `The property '${key}' must be an object.`);
    draft[key] = value;
  }
  if (isJson(body.tags)) draft.tags = Object.fromEntries(Object.entries(body.tags).map(([name, value]) => [name, textOf(value)]));
  return draft;
}

function checkLocation(body: Json, spec: MachineSpec): void {
  if (typeof body.location !== "string" || body.location === "") {
    throw armError(400, "LocationRequired", "The location property is required for this definition.");
  }
  const given = body.location.toLowerCase().replaceAll(" ", "");
  if (given === spec.location.toLowerCase()) return;
  throw hcrp400("location", `The extension location '${body.location}' must be the location of the machine, '${spec.location}'.`);
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw armError(
    400,
    "InvalidResourceName",
    `The extension name '${name.slice(0, 80)}' is not valid. It must match ${NAME.source}.`,
  );
}

/**
 * Two writes of one extension at a time are refused; Azure's code for it is not public, and whether it refuses at all is a
 * guess, so an option has the second one accepted.
 */
function refuseWhileRunning(ctx: EmulatorContext, spec: MachineSpec, resourceId: string): void {
  const running = runningWrite(ctx.world, resourceId) ?? runningUpgrade(ctx, spec);
  if (running === undefined || ctx.options.concurrentExtensionWrites === "accepted") return;
  countWrite(ctx.world, spec, shownMachineId(spec), "refused");
  const message = `Another operation (${running.id}) on the extension is in progress. Wait until it has ended and try again.`;
  throw armError(409, "Conflict", message, {}, "service");
}

function runningUpgrade(ctx: EmulatorContext, spec: MachineSpec): Operation | undefined {
  const running = runningWrite(ctx.world, shownMachineId(spec));
  return running?.kind === OPERATION_KINDS.extensionUpgrade ? running : undefined;
}

/** PUT: 202 with an empty body; the outcome is decided by the machine. */
export function putExtension(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const spec = requireParentMachine(ctx, request, "write");
  const name = param(request, "extension");
  checkName(name);
  const body = bodyOf(request);
  checkLocation(body, spec);
  const draft = readDraft(body);
  for (const key of ["publisher", "type"] as const) {
    if (draft[key] !== undefined && draft[key] !== "") continue;
    const message = "The request does not have sufficient information to process. Missing or invalid properties.";
    throw hcrp400(`properties.${key}`, message);
  }
  const existing = spec.extensions?.get(name.toLowerCase());
  const resourceId = `${shownMachineId(spec)}/extensions/${existing?.name ?? name}`;
  refuseWhileRunning(ctx, spec, resourceId);
  countWrite(ctx.world, spec, shownMachineId(spec), "puts");
  noteChange(spec, name, ctx.clock.nowMs());
  const extension = writeExtension(spec, existing, { ...draft, name: existing?.name ?? name });
  return accepted(request, ctx, startPut(request, ctx, spec, extension, resourceId));
}

/** Flags that a PUT leaves out get false and true, as recorded. */
function writeExtension(spec: MachineSpec, existing: Extension | undefined, draft: Draft & { name: string }): Extension {
  const publisher = draft.publisher ?? "";
  const type = draft.type ?? "";
  const extension: Extension = {
    name: draft.name,
    publisher,
    type,
    typeHandlerVersion: draft.typeHandlerVersion ?? existing?.typeHandlerVersion ?? newestVersionOf(publisher, type) ?? "1.0",
    autoUpgradeMinorVersion: draft.autoUpgradeMinorVersion ?? false,
    enableAutomaticUpgrade: draft.enableAutomaticUpgrade ?? true,
    settings: draft.settings ?? {},
    ...(draft.protectedSettings === undefined ? {} : { protectedSettings: draft.protectedSettings }),
    location: spec.location,
    provisioningState: existing === undefined ? "Creating" : "Updating",
    instanceView: existing?.instanceView ?? null,
    tags: draft.tags ?? existing?.tags ?? {},
    writes: (existing?.writes ?? 0) + 1,
  };
  spec.extensions ??= new Map();
  spec.extensions.set(draft.name.toLowerCase(), extension);
  return extension;
}

const JOINED = "Extension Message: Successfully joined the machine to Microsoft Entra ID.";

function startPut(
  request: WireRequest,
  ctx: EmulatorContext,
  spec: MachineSpec,
  extension: Extension,
  resourceId: string,
): Operation {
  const start = { kind: OPERATION_KINDS.extensionPut, resourceId, location: spec.location, operationName: WRITE };
  const operation = startOperation(request, ctx, start);
  operation.write = extension.writes;
  if (ctx.options.deviceRegistrationMs !== undefined) operation.deviceDelayMs = ctx.options.deviceRegistrationMs;
  if (extension.type.toLowerCase() === "aadloginforwindows") operation.resultMessage = JOINED;
  applyOutcome(operation, decideOutcome(ctx.world, spec, extension, ctx.clock.nowMs()));
  return operation;
}

function requireExtension(
  ctx: EmulatorContext,
  request: WireRequest,
): { spec: MachineSpec; extension: Extension; resourceId: string } {
  const spec = requireParentMachine(ctx, request, "write");
  const name = param(request, "extension");
  const extension = spec.extensions?.get(name.toLowerCase());
  if (extension === undefined) {
    const message = `The Resource 'Microsoft.HybridCompute/machines/${spec.name}/extensions/${name}' under resource group '${spec.resourceGroup}' was not found.`;
    throw armError(404, "ResourceNotFound", message);
  }
  return { spec, extension, resourceId: `${shownMachineId(spec)}/extensions/${extension.name}` };
}

/** PATCH: only what the body names changes; settings are replaced as a whole. */
export function patchExtension(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { spec, extension, resourceId } = requireExtension(ctx, request);
  const draft = readDraft(bodyOf(request));
  refuseWhileRunning(ctx, spec, resourceId);
  countWrite(ctx.world, spec, shownMachineId(spec), "patches");
  noteChange(spec, extension.name, ctx.clock.nowMs());
  Object.assign(extension, draft, { provisioningState: "Updating", writes: extension.writes + 1 });
  return accepted(request, ctx, startPut(request, ctx, spec, extension, resourceId));
}

/** DELETE: 202; 204 when there is none. Lists and monitor mode do not stop it, silence does. */
export function deleteExtension(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireGroup(ctx, request);
  const found = machineOf(ctx, request);
  const extension = found?.extensions?.get(param(request, "extension").toLowerCase());
  if (found === undefined || extension === undefined) return { status: 204 };
  const resourceId = `${shownMachineId(found)}/extensions/${extension.name}`;
  refuseWhileRunning(ctx, found, resourceId);
  countWrite(ctx.world, found, shownMachineId(found), "deletes");
  noteChange(found, extension.name, ctx.clock.nowMs());
  extension.provisioningState = "Deleting";
  const start = { kind: OPERATION_KINDS.extensionDelete, resourceId, location: found.location, operationName: DELETE };
  const operation = startOperation(request, ctx, start);
  if (!isReachable(found, ctx.clock.nowMs())) operation.outcome = "never";
  return accepted(request, ctx, operation);
}
