import { CAPABILITY_COUNT, type FleetState, LANE_COUNT } from "./fleet-state";
import { capabilitiesOfAtoms } from "./masks";

/** What a principal holds at the node where a sweep is: three lanes, undecided, denied, perhaps denied. */
const SLOT_COUNT = 6;
const DEPENDS = 3;
const DENIED = 4;
const MAYBE_DENIED = 5;
const NOW_LANE = 4;

/** Told of every change of a principal's capabilities at a node, against the node above. */
export type Emit = (node: number, leaf: number, lane: number, gained: number, lost: number) => void;

/** Members of a principal that take part in a sweep; undefined = none of them. */
export type Participants = (principalId: string) => ArrayLike<number> | undefined;

/** Capability masks of one principal in the order of the lanes, from its slots. */
export function laneMasks(slots: Int32Array, at: number, usable: number, out: Int32Array): void {
  const denied = slots[at + DENIED] ?? 0;
  const maybe = slots[at + MAYBE_DENIED] ?? 0;
  const standing = slots[at] ?? 0;
  const active = slots[at + 1] ?? 0;
  const eligible = slots[at + 2] ?? 0;
  const open = usable & ~(denied | maybe);
  out[0] = capabilitiesOfAtoms(standing & open);
  out[1] = capabilitiesOfAtoms(active & open);
  out[2] = capabilitiesOfAtoms(eligible & open);
  const depends = (slots[at + DEPENDS] ?? 0) | ((standing | active | eligible) & maybe);
  out[3] = capabilitiesOfAtoms(depends & ~denied & usable);
  out[4] = capabilitiesOfAtoms((standing | active) & open);
}

/** Slots of all principals along one way from the root, with the old values to go back. */
function createStack(state: FleetState, emit: Emit | null) {
  const slots = new Int32Array(state.leaves.length * SLOT_COUNT);
  let undoAt = new Int32Array(1024);
  let undoValue = new Int32Array(1024);
  let depth = 0;
  const before = new Int32Array(LANE_COUNT);
  const after = new Int32Array(LANE_COUNT);

  function remember(at: number, value: number): void {
    if (depth === undoAt.length) {
      const wider = new Int32Array(depth * 2);
      wider.set(undoAt);
      undoAt = wider;
      const widerValues = new Int32Array(depth * 2);
      widerValues.set(undoValue);
      undoValue = widerValues;
    }
    undoAt[depth] = at;
    undoValue[depth] = value;
    depth += 1;
  }

  function emitDifference(node: number, leaf: number, report: Emit): void {
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      const had = before[lane] ?? 0;
      const has = after[lane] ?? 0;
      if (had !== has) report(node, leaf, lane, has & ~had, had & ~has);
    }
  }

  /** Lanes that a sure grant changes when nothing is denied: its own, and "now" beside standing and active. */
  function emitPlain(node: number, leaf: number, slot: number, old: number, next: number, report: Emit): void {
    const usable = state.usable[leaf] ?? 0;
    const had = capabilitiesOfAtoms(old & usable);
    const has = capabilitiesOfAtoms(next & usable);
    if (had === has) return;
    report(node, leaf, slot, has & ~had, 0);
    if (slot > 1) return;
    const other = (slots[leaf * SLOT_COUNT + 1 - slot] ?? 0) & usable;
    const hadNow = other === 0 ? had : capabilitiesOfAtoms((old & usable) | other);
    const hasNow = other === 0 ? has : capabilitiesOfAtoms((next & usable) | other);
    if (hadNow !== hasNow) report(node, leaf, NOW_LANE, hasNow & ~hadNow, 0);
  }

  return {
    slots,
    depth: () => depth,
    backTo: (mark: number) => {
      while (depth > mark) {
        depth -= 1;
        slots[undoAt[depth] ?? 0] = undoValue[depth] ?? 0;
      }
    },
    /** Adds atoms to one slot of one principal. */
    add: (node: number, leaf: number, slot: number, mask: number, quiet: boolean) => {
      const base = leaf * SLOT_COUNT;
      const old = slots[base + slot] ?? 0;
      const next = old | mask;
      if (next === old) return;
      remember(base + slot, old);
      if (quiet || emit === null) {
        slots[base + slot] = next;
        return;
      }
      if (slot < DEPENDS && ((slots[base + DENIED] ?? 0) | (slots[base + MAYBE_DENIED] ?? 0)) === 0) {
        slots[base + slot] = next;
        emitPlain(node, leaf, slot, old, next, emit);
        return;
      }
      const usable = state.usable[leaf] ?? 0;
      laneMasks(slots, base, usable, before);
      slots[base + slot] = next;
      laneMasks(slots, base, usable, after);
      emitDifference(node, leaf, emit);
    },
  };
}

type Stack = ReturnType<typeof createStack>;

function enter(state: FleetState, stack: Stack, node: number, who: Participants, isIn: Uint8Array | null, quiet: boolean): void {
  for (const row of state.grantsAt.get(node) ?? []) {
    const members = who(row.grant.principalId);
    if (members === undefined) continue;
    for (let at = 0; at < members.length; at += 1) {
      const leaf = members[at] ?? 0;
      if (row.sure !== 0) stack.add(node, leaf, row.slot, row.sure, quiet);
      if (row.depends !== 0) stack.add(node, leaf, DEPENDS, row.depends, quiet);
    }
  }
  for (const row of state.deniesAt.get(node) ?? []) {
    for (const leaf of row.leaves) {
      if (isIn !== null && isIn[leaf] !== 1) continue;
      stack.add(node, leaf, DENIED, row.sure, quiet);
      stack.add(node, leaf, MAYBE_DENIED, row.maybe, quiet);
    }
  }
}

/** First position in the active nodes that is not before `node`. */
export function firstActive(activeNodes: readonly number[], node: number): number {
  let low = 0;
  let high = activeNodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((activeNodes[middle] ?? 0) < node) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers of the nodes from the root down to a node, itself excluded. */
function nodesAbove(state: FleetState, node: number): number[] {
  const above: number[] = [];
  for (let at = state.tree.parent[node] ?? -1; at !== -1; at = state.tree.parent[at] ?? -1) above.push(at);
  return above.reverse();
}

/**
 * Walks the subtree of a node once, in preorder, carrying what each participant holds; every scope inherits from its
 * parents, so a change is reported only at the node where it happens. Work: members of the grants met, nothing else.
 */
export function sweep(state: FleetState, top: number, who: Participants, isIn: Uint8Array | null, emit: Emit): void {
  const stack = createStack(state, emit);
  for (const node of nodesAbove(state, top)) enter(state, stack, node, who, isIn, true);
  const ends: number[] = [];
  const marks: number[] = [];
  const stop = state.tree.end[top] ?? 0;
  for (let at = firstActive(state.activeNodes, top); at < state.activeNodes.length; at += 1) {
    const node = state.activeNodes[at] ?? 0;
    if (node >= stop) break;
    while (ends.length > 0 && (ends[ends.length - 1] ?? 0) <= node) {
      ends.pop();
      stack.backTo(marks.pop() ?? 0);
    }
    ends.push(state.tree.end[node] ?? 0);
    marks.push(stack.depth());
    enter(state, stack, node, who, isIn, false);
  }
}

/** What every principal has at one node, from the root down to it. */
export function masksAt(state: FleetState, node: number, visit: (leaf: number, masks: Int32Array) => void): void {
  const stack = createStack(state, null);
  for (const at of [...nodesAbove(state, node), node]) enter(state, stack, at, state.members, null, true);
  const masks = new Int32Array(LANE_COUNT);
  for (let leaf = 0; leaf < state.leaves.length; leaf += 1) {
    laneMasks(stack.slots, leaf * SLOT_COUNT, state.usable[leaf] ?? 0, masks);
    visit(leaf, masks);
  }
}

/** Adds what a sweep reports to the counts and the reach, or takes it away again (`sign` -1). */
export function tally(state: FleetState, sign: 1 | -1): Emit {
  const { tree } = state;
  return (node, leaf, lane, gained, lost) => {
    const key = node * LANE_COUNT + lane;
    let row = state.rowOf[key] ?? -1;
    if (row === -1) {
      row = state.rows;
      state.rowOf[key] = row;
      state.rows += 1;
      if (state.rows * CAPABILITY_COUNT > state.counts.length) grow(state);
    }
    const machines = (tree.lastMachine[node] ?? 0) - (tree.firstMachine[node] ?? 0);
    addBits(state.counts, row * CAPABILITY_COUNT, gained, sign);
    addBits(state.reach, (leaf * LANE_COUNT + lane) * CAPABILITY_COUNT, gained, sign * machines);
    if (lost === 0) return;
    addBits(state.counts, row * CAPABILITY_COUNT, lost, -sign);
    addBits(state.reach, (leaf * LANE_COUNT + lane) * CAPABILITY_COUNT, lost, -sign * machines);
  };
}

function grow(state: FleetState): void {
  const wider = new Int32Array(Math.max(1024 * CAPABILITY_COUNT, state.counts.length * 2));
  wider.set(state.counts);
  state.counts = wider;
}

function addBits(table: Int32Array, at: number, mask: number, amount: number): void {
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const bit = 31 - Math.clz32(rest & -rest);
    table[at + bit] = (table[at + bit] ?? 0) + amount;
  }
}
