import { seedExtension } from "./extension-seeds.ts";
import { findMachine } from "./ids.ts";
import type { Extension, MachineSpec, Operation, World } from "./types.ts";

/** Changes kept per machine; older ones have reached every view long ago. */
const MOST_CHANGES = 24;

/** Remembers what stands under a name before it changes. Call it first, then change. */
export function noteChange(spec: MachineSpec, extensionName: string, atMs: number): void {
  const name = extensionName.toLowerCase();
  const standing = spec.extensions?.get(name);
  const changes = spec.extensionChanges ?? [];
  changes.push({ name, atMs, before: standing === undefined ? null : { ...standing } });
  if (changes.length > MOST_CHANGES) changes.shift();
  spec.extensionChanges = changes;
}

/** The extensions of a machine as they stood at a moment of the recent past. */
export function extensionsAt(spec: MachineSpec, atMs: number): ReadonlyMap<string, Extension> | null {
  const later = spec.extensionChanges?.filter((change) => change.atMs > atMs) ?? [];
  if (later.length === 0) return spec.extensions;
  const shown = new Map(spec.extensions ?? []);
  for (const { name, before } of later.toReversed()) {
    if (before === null) shown.delete(name);
    else shown.set(name, before);
  }
  return shown;
}

export type ExtensionPatch = { name: string; removed?: true } & Partial<
  Pick<Extension, "publisher" | "type" | "typeHandlerVersion" | "provisioningState" | "settings">
>;

/** A change by somebody else. A write that is under way no longer decides how the extension ends. */
export function patchExtensionOf(spec: MachineSpec, { name, removed, ...changes }: ExtensionPatch, atMs: number): void {
  noteChange(spec, name, atMs);
  const key = name.toLowerCase();
  const standing = spec.extensions?.get(key);
  spec.extensions ??= new Map();
  if (removed === true) spec.extensions.delete(key);
  else {
    const from = standing ?? seedExtension(spec.location, { name, ...SIGN_IN_TYPE });
    spec.extensions.set(key, { ...from, ...changes, writes: from.writes + 1 });
  }
}

const SIGN_IN_TYPE = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows", version: "2.2.0.0" };

const WRITES = ["extension.put", "extension.delete", "extension.upgrade"];

export function isExtensionWrite(operation: Operation): boolean {
  return WRITES.includes(operation.kind);
}

/** The unfinished write of one extension, or of any extension of a machine. */
export function runningWrite(world: World, resourceId: string): Operation | undefined {
  const wanted = resourceId.toLowerCase();
  const below = `${wanted}/extensions/`;
  for (const operation of openOperations(world)) {
    if (operation.finished || !isExtensionWrite(operation)) continue;
    const id = operation.resourceId.toLowerCase();
    if (id === wanted || id.startsWith(below)) return operation;
  }
  return undefined;
}

type Open = { size: number; list: Operation[] };
const open = new WeakMap<World["operations"], Open>();

/** Operations that have not ended. They are only ever added and ended, so the list is read again from where it was. */
export function openOperations(world: World): readonly Operation[] {
  const known = open.get(world.operations) ?? { size: 0, list: [] };
  open.set(world.operations, known);
  if (known.size !== world.operations.size) {
    let at = 0;
    for (const operation of world.operations.values()) {
      if (at >= known.size && !operation.finished) known.list.push(operation);
      at += 1;
    }
    known.size = world.operations.size;
  }
  known.list = known.list.filter((operation) => !operation.finished);
  return known.list;
}

/** Adds to what was written on a machine; the numbers are for comparisons with what a client claims. */
export function countWrite(
  world: World,
  spec: MachineSpec,
  machineId: string,
  kind: "puts" | "patches" | "deletes" | "upgrades" | "refused",
): void {
  const key = machineId.toLowerCase();
  const none = { machineId, puts: 0, patches: 0, deletes: 0, upgrades: 0, overlapping: 0, refused: 0 };
  const count = world.extensionWrites.get(key) ?? none;
  world.extensionWrites.set(key, count);
  if (kind !== "refused" && findMachine(world, machineId) === spec && runningWrite(world, machineId) !== undefined)
    count.overlapping += 1;
  count[kind] += 1;
}
