import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { countWrite, noteChange, runningWrite } from "../world/extension-history.ts";
import { shownMachineId } from "../world/ids.ts";
import { OPERATION_KINDS } from "../world/settle.ts";
import { isReachable } from "../world/status.ts";
import type { Extension, MachineSpec } from "../world/types.ts";
import { findEntry } from "./extension-catalogue.ts";
import { hcrp400 } from "./extension-writes.ts";
import { accepted, startOperation } from "./operations.ts";
import { bodyOf, isJson, requireMachine } from "./request-reading.ts";

type Target = { extension: Extension; version: string };

/**
 * POST upgradeExtensions: 202 and in the end the extensions as they stand. Where the service names a wait it is 300 s; the
 * recording of 2023-12 has none. Which refusals the service gives is a guess.
 */
export function upgradeExtensions(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const spec = requireMachine(ctx, request);
  const targets = readTargets(request, spec);
  const resourceId = shownMachineId(spec);
  const running = runningWrite(ctx.world, resourceId);
  if (running !== undefined && ctx.options.concurrentExtensionWrites !== "accepted") {
    countWrite(ctx.world, spec, resourceId, "refused");
    const message = `Another operation (${running.id}) on the machine is in progress. Wait until it has ended and try again.`;
    throw armError(409, "Conflict", message, {}, "service");
  }
  countWrite(ctx.world, spec, resourceId, "upgrades");
  for (const { extension } of targets) {
    noteChange(spec, extension.name, ctx.clock.nowMs());
    Object.assign(extension, { provisioningState: "Updating", writes: extension.writes + 1 });
  }
  const operationName = "Microsoft.HybridCompute/machines/UpgradeExtensions/action";
  const start = { kind: OPERATION_KINDS.extensionUpgrade, resourceId, location: spec.location, operationName };
  const operation = startOperation(request, ctx, start);
  operation.upgrades = targets.map(({ extension, version }) => ({ name: extension.name, version }));
  if (!isReachable(spec, ctx.clock.nowMs())) operation.outcome = "never";
  const answer = accepted(request, ctx, operation);
  if (ctx.options.extensionRetryAfterSeconds === null) return answer;
  return { ...answer, headers: { ...answer.headers, "Retry-After": "300" } };
}

/** Keys are publisher and type joined by a dot; a target without a version takes the newest. */
function readTargets(request: WireRequest, spec: MachineSpec): Target[] {
  const { extensionTargets } = bodyOf(request);
  if (!isJson(extensionTargets) || Object.keys(extensionTargets).length === 0) {
    throw hcrp400("extensionTargets", "The property 'extensionTargets' must name at least one extension.");
  }
  return Object.entries(extensionTargets).map(([key, value]) => {
    const target = `extensionTargets['${key}']`;
    const extension = [...(spec.extensions?.values() ?? [])].find(
      (row) => `${row.publisher}.${row.type}`.toLowerCase() === key.toLowerCase(),
    );
    if (extension === undefined) throw hcrp400(target, `The extension '${key}' is not installed on the machine '${spec.name}'.`);
    const versions = findEntry(extension.publisher, extension.type)?.versions ?? [];
    const version = isJson(value) && typeof value.targetVersion === "string" ? value.targetVersion : versions[0];
    if (version === undefined || !versions.includes(version)) {
      throw hcrp400(target, `The version '${version ?? ""}' of '${key}' does not exist.`);
    }
    return { extension, version };
  });
}
