import type { MachineRef } from "@/lib/domain/machine";

export type MachineParams = { subscription: string; group: string; name: string };

/** Next hands path segments over as they stand in the address, so escapes are resolved here; a broken one stays as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function machineRefOf(params: MachineParams): MachineRef {
  return { subscriptionId: decode(params.subscription), resourceGroup: decode(params.group), name: decode(params.name) };
}
