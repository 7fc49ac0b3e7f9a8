import { lowerMachineId } from "./ids.ts";
import { addMachinePrincipal } from "./principals.ts";
import { stableGuid } from "./random.ts";
import type { MachineSpec, World } from "./types.ts";

export type Wave = { subscriptionId: string; resourceGroup: string; count: number };

/**
 * Servers that were onboarded together: a new resource group with nothing in it but them, each with its identity. Gives their
 * names; null when the group exists or the subscription does not.
 */
export function onboardWave(world: World, { subscriptionId, resourceGroup, count }: Wave): string[] | null {
  const pattern = world.machines.find((spec) => spec.subscriptionId === subscriptionId);
  const taken = world.resourceGroups.some(
    (group) => group.subscriptionId === subscriptionId && group.name.toLowerCase() === resourceGroup.toLowerCase(),
  );
  if (pattern === undefined || taken) return null;
  const { nowMs } = world.time;
  world.resourceGroups.push({ subscriptionId, name: resourceGroup, location: pattern.location, tags: {} });
  const names: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const name = `${resourceGroup.replace(/^rg-/, "")}-${String(number).padStart(4, "0")}`;
    const spec: MachineSpec = {
      index: world.machines.length,
      subscriptionId,
      resourceGroup,
      name,
      location: pattern.location,
      archetype: "server2025",
      overrides: {},
      extensions: null,
      deletedAtMs: null,
      createdAtMs: nowMs,
      principalId: stableGuid(world.seed, `principal:${name}`),
      certificateStartMs: nowMs,
      renewalStuckSinceMs: null,
      offlineSinceMs: null,
      forcedStatus: null,
      extensionOutcome: null,
      registrationBlocked: false,
    };
    world.machines.push(spec);
    world.machineById.set(lowerMachineId(spec), spec.index);
    addMachinePrincipal(world, spec);
    names.push(name);
  }
  world.revision += 1;
  return names;
}
