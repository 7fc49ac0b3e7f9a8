import { extensionMap } from "../world/blank-machine.ts";
import { seedExtension } from "../world/extension-seeds.ts";
import { lowerMachineId } from "../world/ids.ts";
import { addMachinePrincipal } from "../world/principals.ts";
import type { MachineSpec, World } from "../world/types.ts";

export const REPLAY_GROUP = "rg-replay";
const MACHINES = 14;
/** Makes the list of the group come in as many pages as the longest recorded one. */
export const REPLAY_PAGE_SIZE = 2;

/** Adds a group of plain Linux and Windows servers that recorded requests can be aimed at. */
export function addReplayMachines(world: World): MachineSpec[] {
  const model = world.machines.find((spec) => spec.name === "ams-app-0001");
  if (!model) throw new Error("the world begins with the machine that is ready for everything");
  world.resourceGroups.push({
    subscriptionId: model.subscriptionId,
    name: REPLAY_GROUP,
    location: model.location,
    tags: { purpose: "replay" },
  });
  return Array.from({ length: MACHINES }, (_, number): MachineSpec => {
    const spec: MachineSpec = {
      ...model,
      index: world.machines.length,
      resourceGroup: REPLAY_GROUP,
      name: `replay-${String(number + 1).padStart(2, "0")}`,
      principalId: `10ca1a2e-7000-4000-8000-${String(number + 1).padStart(12, "0")}`,
      extensions: null,
    };
    world.machines.push(spec);
    world.machineById.set(lowerMachineId(spec), spec.index);
    addMachinePrincipal(world, spec);
    return spec;
  });
}

/** Gives a machine the script extension that a recorded PATCH expects to find. */
export function addScriptExtension(spec: MachineSpec): void {
  const script = seedExtension(spec.location, {
    name: "customScript",
    publisher: "Microsoft.Azure.Extensions",
    type: "CustomScript",
    version: "2.1.3",
    settings: { commandToExecute: "ls" },
  });
  spec.extensions = extensionMap([script]);
}
