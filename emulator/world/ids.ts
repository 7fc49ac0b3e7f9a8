import type { AzureResource, MachineSpec, World } from "./types.ts";

type MachinePlace = Pick<MachineSpec, "subscriptionId" | "resourceGroup" | "name">;

/** ARM id with the usual case. */
export function machineResourceId(place: MachinePlace): string {
  return `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/Microsoft.HybridCompute/machines/${place.name}`;
}

/** ARM id of a resource besides machines. */
export function resourceId(place: Pick<AzureResource, "subscriptionId" | "resourceGroup" | "type" | "name">): string {
  return `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/${place.type}/${place.name}`;
}

/** Key of World.machineById. */
export function lowerMachineId(place: MachinePlace): string {
  return machineResourceId(place).toLowerCase();
}

/** ARM id as the service prints it: old records have lower-case segments. */
export function shownMachineId(spec: MachineSpec): string {
  if (!spec.archetype.endsWith(":lowercaseid")) return machineResourceId(spec);
  return `/subscriptions/${spec.subscriptionId}/resourcegroups/${spec.resourceGroup}/providers/microsoft.hybridcompute/machines/${spec.name}`;
}

/** The machine at an ARM id in any case; undefined when it is not there or deleted. */
export function findMachine(world: World, resourceId: string): MachineSpec | undefined {
  const index = world.machineById.get(resourceId.toLowerCase());
  return index === undefined ? undefined : world.machines[index];
}
