import type { EmulatorContext } from "../core/contract.ts";
import { isIndexed } from "../world/assignment-life.ts";
import { extensionsAt } from "../world/extension-history.ts";
import { machinesOfSubscription } from "../world/lookup.ts";
import type { Extension, MachineSpec, RoleAssignment, World } from "../world/types.ts";

/** What the index knows: the live world, or its state when the index was last built. */
export type IndexView = {
  /** Extensions of a machine; those of the index may be behind. */
  extensionsOf: (spec: MachineSpec) => ReadonlyMap<string, Extension> | null;
  machinesOf: (subscriptionId: string) => readonly MachineSpec[];
  roleAssignments: readonly RoleAssignment[];
};

type Snapshot = { takenMs: number; view: IndexView };
const snapshots = new WeakMap<World, Snapshot>();

/** With a lag the index is rebuilt at most once per lag, so a write stays invisible until the next rebuild. */
export function currentIndex(ctx: EmulatorContext): IndexView {
  const { world } = ctx;
  const lagMs = ctx.options.resourceGraphLagMs ?? 0;
  if (lagMs <= 0) {
    snapshots.delete(world);
    const delayMs = ctx.options.extensionIndexDelayMs ?? 0;
    const shownMs = ctx.clock.nowMs() - delayMs;
    return {
      extensionsOf: (spec) => (delayMs === 0 ? spec.extensions : extensionsAt(spec, shownMs)),
      machinesOf: (subscriptionId) => machinesOfSubscription(world, subscriptionId),
      roleAssignments: indexedAssignments(ctx),
    };
  }
  const now = ctx.clock.nowMs();
  const known = snapshots.get(world);
  if (known && now >= known.takenMs && now - known.takenMs < lagMs) return known.view;
  const view = takeView(ctx);
  snapshots.set(world, { takenMs: now, view });
  return view;
}

function indexedAssignments(ctx: EmulatorContext): RoleAssignment[] {
  const nowMs = ctx.clock.nowMs();
  return ctx.world.roleAssignments.filter((row) => isIndexed(row, nowMs));
}

function takeView(ctx: EmulatorContext): IndexView {
  const { world } = ctx;
  const machines = new Map(world.subscriptions.map(({ id }) => [id, machinesOfSubscription(world, id).map(copyMachine)]));
  return {
    extensionsOf: (spec) => spec.extensions,
    machinesOf: (subscriptionId) => machines.get(subscriptionId) ?? [],
    roleAssignments: indexedAssignments(ctx).map((row) => ({ ...row })),
  };
}

function copyMachine(spec: MachineSpec): MachineSpec {
  const extensions =
    spec.extensions && new Map([...spec.extensions].map(([key, value]): [string, Extension] => [key, structuredClone(value)]));
  return { ...spec, extensions };
}
