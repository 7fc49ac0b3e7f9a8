import { lowerMachineId } from "./ids.ts";
import type { MachineSpec, User, World } from "./types.ts";

type Index = { map: World["machineById"]; size: number; bySubscription: Map<string, MachineSpec[]> };

const indexes = new WeakMap<World, Index>();

/** Machines of a subscription that exist, ordered by lower-cased id. The list is shared: do not change it. */
export function machinesOfSubscription(world: World, subscriptionId: string): readonly MachineSpec[] {
  return indexOf(world).bySubscription.get(subscriptionId.toLowerCase()) ?? [];
}

/** Machines come and go only through machineById, so its identity and size tell whether an index still holds. */
function indexOf(world: World): Index {
  const known = indexes.get(world);
  if (known !== undefined && known.map === world.machineById && known.size === world.machineById.size) return known;
  const bySubscription = new Map<string, MachineSpec[]>();
  for (const id of [...world.machineById.keys()].sort()) {
    const spec = world.machines[world.machineById.get(id) ?? -1];
    if (spec === undefined) continue;
    const list = bySubscription.get(spec.subscriptionId);
    if (list === undefined) bySubscription.set(spec.subscriptionId, [spec]);
    else list.push(spec);
  }
  const index = { map: world.machineById, size: world.machineById.size, bySubscription };
  indexes.set(world, index);
  return index;
}

type People = { size: number; revision: number; byId: Map<string, User> };
const people = new WeakMap<readonly User[], People>();

/** A person by object id in any tenant. */
export function userById(world: World, id: string): User | undefined {
  const { users, revision } = world;
  const known = people.get(users);
  if (known !== undefined && known.size === users.length && known.revision === revision) return known.byId.get(id);
  const made = { size: users.length, revision, byId: new Map(users.map((user) => [user.id, user])) };
  people.set(users, made);
  return made.byId.get(id);
}

/** Machines of one resource group, ordered by id. */
export function machinesOfGroup(world: World, subscriptionId: string, resourceGroup: string): MachineSpec[] {
  const wanted = resourceGroup.toLowerCase();
  return machinesOfSubscription(world, subscriptionId).filter((spec) => spec.resourceGroup.toLowerCase() === wanted);
}

/** Adds a machine to the world and its index key. */
export function registerMachine(world: World, spec: MachineSpec): void {
  world.machineById.set(lowerMachineId(spec), spec.index);
  world.revision += 1;
}
