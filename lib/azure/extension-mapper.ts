import "server-only";
import { z } from "zod";
import type { MachineExtension } from "@/lib/domain/machine";
import { toBoolean, toText } from "@/lib/domain/machine-mapping";

const bag = z.record(z.string(), z.unknown()).nullish().catch(null);

const extensionWireSchema = z.looseObject({
  id: z.string(),
  name: z.unknown().optional(),
  location: z.unknown().optional(),
  properties: z.looseObject({ settings: bag, instanceView: bag }).nullish().catch(null),
});

function toInstanceView(view: Record<string, unknown> | null | undefined): MachineExtension["instanceView"] {
  if (view == null) return null;
  const status = bag.parse(view.status) ?? {};
  // The code is the handler's exit code, as text or, from some handlers, as a number.
  const code = typeof status.code === "number" ? String(status.code) : toText(status.code);
  return {
    code,
    level: toText(status.level),
    displayStatus: toText(status.displayStatus),
    message: toText(status.message),
    time: toText(status.time),
  };
}

/**
 * An extension of a machine as ARM or Resource Graph sends it; null when the object is none. The provisioning state is kept
 * as it came. Source: HybridCompute REST description, MachineExtension, and recorded answers.
 */
export function toMachineExtension(raw: unknown): MachineExtension | null {
  const wire = extensionWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const p = wire.data.properties ?? {};
  return {
    id: wire.data.id,
    name: toText(wire.data.name) ?? wire.data.id.slice(wire.data.id.lastIndexOf("/") + 1),
    publisher: toText(p.publisher) ?? "",
    type: toText(p.type) ?? "",
    typeHandlerVersion: toText(p.typeHandlerVersion),
    autoUpgradeMinorVersion: toBoolean(p.autoUpgradeMinorVersion),
    enableAutomaticUpgrade: toBoolean(p.enableAutomaticUpgrade),
    provisioningState: toText(p.provisioningState) ?? "Unknown",
    settings: bag.parse(p.settings) ?? null,
    instanceView: toInstanceView(bag.parse(p.instanceView)),
    location: toText(wire.data.location),
  };
}
