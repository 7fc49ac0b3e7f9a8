import type { FleetState } from "./fleet-state";
import { LANE_COUNT } from "./fleet-state";
import { DENIED, DEPENDS, laneMasks, MAYBE_DENIED, SLOT_COUNT } from "./fleet-sweep";

/**
 * What one principal has along all machine positions: from `starts[i]` to the next start it has the capability masks
 * `masks[i]`, one per lane. The last segment ends with the machines.
 */
export type Segments = { starts: number[]; masks: Int32Array[] };

type Effect = { node: number; slot: number; mask: number };

/** Effects on one principal, ordered by node, so that outer scopes come before inner ones. */
function effectsOn(state: FleetState, leaf: number): Effect[] {
  const effects: Effect[] = [];
  const id = state.leaves[leaf]?.id ?? "";
  const form = state.counted[leaf] ?? 0;
  for (const identity of state.index.directory.groupsOf(id)) {
    for (const row of state.grantsOf.get(state.holders.number(identity)) ?? []) {
      effects.push({ node: row.node, slot: row.slot, mask: row.sure[form] ?? 0 });
      effects.push({ node: row.node, slot: DEPENDS, mask: row.depends[form] ?? 0 });
    }
  }
  for (const rows of state.deniesAt.values()) {
    for (const row of rows) {
      if (!row.leaves.includes(leaf)) continue;
      effects.push({ node: row.node, slot: DENIED, mask: row.sure }, { node: row.node, slot: MAYBE_DENIED, mask: row.maybe });
    }
  }
  return effects.sort((a, b) => a.node - b.node);
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a.every((value, at) => value === b[at]);
}

/** Collects boundaries; a later one at the same position replaces, an equal one is left out. */
function createCollector() {
  const segments: Segments = { starts: [0], masks: [new Int32Array(LANE_COUNT)] };
  return {
    segments,
    put: (position: number, masks: Int32Array) => {
      while (segments.starts.length > 0 && (segments.starts.at(-1) ?? 0) >= position) {
        segments.starts.pop();
        segments.masks.pop();
      }
      const last = segments.masks.at(-1);
      if (last !== undefined && same(last, masks)) return;
      segments.starts.push(position);
      segments.masks.push(masks);
    },
  };
}

/** Walks the grants and denies of one principal; work is linear in them, whatever the size of the fleet. */
export function segmentsOf(state: FleetState, leaf: number): Segments {
  const { tree } = state;
  const masksOf = (slots: Int32Array): Int32Array => {
    const masks = new Int32Array(LANE_COUNT);
    laneMasks(state, leaf, slots, 0, masks);
    return masks;
  };
  const collector = createCollector();
  let slots: Int32Array = new Int32Array(SLOT_COUNT);
  const open: { node: number; slots: Int32Array }[] = [];

  function close(before: number): void {
    for (let top = open.at(-1); top !== undefined && (tree.end[top.node] ?? 0) <= before; top = open.at(-1)) {
      slots = top.slots;
      open.pop();
      collector.put(tree.lastMachine[top.node] ?? 0, masksOf(slots));
    }
  }

  for (const effect of effectsOn(state, leaf)) {
    close(effect.node);
    if (open.at(-1)?.node !== effect.node) open.push({ node: effect.node, slots: slots.slice() });
    slots[effect.slot] = (slots[effect.slot] ?? 0) | effect.mask;
    collector.put(tree.firstMachine[effect.node] ?? 0, masksOf(slots));
  }
  close(Number.POSITIVE_INFINITY);
  return collector.segments;
}

/** Ranges of positions in which a bit of a lane is set: start and end (exclusive) in turn. */
export function rangesOf(segments: Segments, lane: number, bit: number, machineCount: number): number[] {
  const ranges: number[] = [];
  segments.starts.forEach((start, at) => {
    const end = segments.starts[at + 1] ?? machineCount;
    if ((((segments.masks[at]?.[lane] ?? 0) >>> bit) & 1) === 0 || start >= end) return;
    if (ranges.at(-1) === start) ranges[ranges.length - 1] = end;
    else ranges.push(start, end);
  });
  return ranges;
}
