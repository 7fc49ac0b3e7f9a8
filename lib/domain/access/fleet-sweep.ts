import { CAPABILITY_COUNT, type FleetState, LANE_COUNT } from "./fleet-state";
import { COUNTED, capabilitiesOfAtoms } from "./masks";

/** What a principal holds at the node where a sweep is: three lanes, undecided, denied, perhaps denied. */
export const SLOT_COUNT = 6;
export const DEPENDS = 3;
export const DENIED = 4;
export const MAYBE_DENIED = 5;

/**
 * Lanes as they are counted: the fifth is not "now" but "standing and active at once", which is rare; now = standing +
 * active - both. That holds for counts because a capability of two sets of atoms is a capability of one of them.
 */
export const BOTH_LANE = 4;

/** Told of every change of a principal's capabilities at a node, against the node above. */
export type Tally = {
  change(node: number, leaf: number, lane: number, gained: number, lost: number): void;
  /** Called when the sweep is over. */
  finish(): void;
};

/** Members of a holder that take part in a sweep; undefined = none of them. */
export type Participants = (holder: number) => Int32Array | undefined;

/** Capability masks of one leaf from its slots: standing, active, eligible, depends, now. */
export function laneMasks(state: FleetState, leaf: number, slots: Int32Array, at: number, out: Int32Array): void {
  const standing = slots[at] ?? 0;
  const active = slots[at + 1] ?? 0;
  const eligible = slots[at + 2] ?? 0;
  if (state.counted[leaf] !== COUNTED.byAtoms) {
    out[0] = standing;
    out[1] = active;
    out[2] = eligible;
    out[3] = slots[at + DEPENDS] ?? 0;
  } else {
    const usable = state.usable[leaf] ?? 0;
    const denied = slots[at + DENIED] ?? 0;
    const maybe = slots[at + MAYBE_DENIED] ?? 0;
    const open = usable & ~(denied | maybe);
    out[0] = capabilitiesOfAtoms(standing & open);
    out[1] = capabilitiesOfAtoms(active & open);
    out[2] = capabilitiesOfAtoms(eligible & open);
    const depends = (slots[at + DEPENDS] ?? 0) | ((standing | active | eligible) & maybe);
    out[3] = capabilitiesOfAtoms(depends & ~denied & usable);
  }
  out[4] = (out[0] ?? 0) | (out[1] ?? 0);
}

function doubled(list: Int32Array): Int32Array {
  const wider = new Int32Array(list.length * 2);
  wider.set(list);
  return wider;
}

/** Slots of all leaves along one way from the root, with the old values to go back. */
function createStack(state: FleetState, tally: Tally | null) {
  const { counted } = state;
  const slots = new Int32Array(state.leaves.length * SLOT_COUNT);
  let undoAt: Int32Array = new Int32Array(1024);
  let undoValue: Int32Array = new Int32Array(1024);
  let depth = 0;
  const before = new Int32Array(LANE_COUNT);
  const after = new Int32Array(LANE_COUNT);

  function write(at: number, old: number, value: number): void {
    if (depth === undoAt.length) {
      undoAt = doubled(undoAt);
      undoValue = doubled(undoValue);
    }
    undoAt[depth] = at;
    undoValue[depth] = old;
    depth += 1;
    slots[at] = value;
  }

  function writeAndCompare(node: number, leaf: number, slot: number, value: number, report: Tally): void {
    const base = leaf * SLOT_COUNT;
    laneMasks(state, leaf, slots, base, before);
    write(base + slot, slots[base + slot] ?? 0, value);
    laneMasks(state, leaf, slots, base, after);
    before[BOTH_LANE] = (before[0] ?? 0) & (before[1] ?? 0);
    after[BOTH_LANE] = (after[0] ?? 0) & (after[1] ?? 0);
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      const had = before[lane] ?? 0;
      const has = after[lane] ?? 0;
      if (had !== has) report.change(node, leaf, lane, has & ~had, had & ~has);
    }
  }

  /** In capabilities a grant changes its own lane, and what standing and active have in common. */
  function writePlain(node: number, leaf: number, slot: number, old: number, value: number, report: Tally): void {
    const base = leaf * SLOT_COUNT;
    write(base + slot, old, value);
    const gained = value & ~old;
    report.change(node, leaf, slot, gained, 0);
    if (slot > 1) return;
    const both = gained & (slots[base + 1 - slot] ?? 0);
    if (both !== 0) report.change(node, leaf, BOTH_LANE, both, 0);
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
    /** Adds one of the forms to one slot of some leaves; `report` is null on the way down to the part that is counted. */
    add: (node: number, leaves: Int32Array, slot: number, forms: Int32Array, report: Tally | null = tally) => {
      if (forms[COUNTED.byAtoms] === 0) return;
      for (let index = 0; index < leaves.length; index += 1) {
        const leaf = leaves[index] ?? 0;
        const at = leaf * SLOT_COUNT + slot;
        const form = counted[leaf] ?? 0;
        const old = slots[at] ?? 0;
        const next = old | (forms[form] ?? 0);
        if (next === old) continue;
        if (report === null) write(at, old, next);
        else if (form === COUNTED.byAtoms) writeAndCompare(node, leaf, slot, next, report);
        else writePlain(node, leaf, slot, old, next, report);
      }
    },
  };
}

type Stack = ReturnType<typeof createStack>;

/** Who takes part: the members of each holder, which leaves at all, and at which nodes they have anything (null = all). */
export type Company = { members: Participants; isIn: Uint8Array | null; nodes: Set<number> | null };

/** Everybody at every node. */
export function everybody(state: FleetState): Company {
  return { members: state.holders.members, isIn: null, nodes: null };
}

function enter(state: FleetState, stack: Stack, node: number, company: Company, report: Tally | null): void {
  for (const row of state.grantsAt.get(node) ?? []) {
    const members = company.members(row.holder);
    if (members === undefined) continue;
    stack.add(node, members, row.slot, row.sure, report);
    stack.add(node, members, DEPENDS, row.depends, report);
  }
  for (const row of state.deniesAt.get(node) ?? []) {
    const { isIn } = company;
    const leaves = isIn === null ? row.leaves : row.leaves.filter((leaf) => isIn[leaf] === 1);
    stack.add(node, leaves, DENIED, Int32Array.of(0, 0, 0, row.sure), report);
    stack.add(node, leaves, MAYBE_DENIED, Int32Array.of(0, 0, 0, row.maybe), report);
  }
}

/** First position in ascending nodes that is not before `node`. */
export function firstActive(nodes: readonly number[], node: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((nodes[middle] ?? 0) < node) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers of the nodes from the root down to a node, itself excluded. */
export function nodesAbove(state: FleetState, node: number): number[] {
  const above: number[] = [];
  for (let at = state.tree.parent[node] ?? -1; at !== -1; at = state.tree.parent[at] ?? -1) above.push(at);
  return above.reverse();
}

/**
 * Walks the subtree of a node once, in preorder, carrying what each participant holds; every scope inherits from its
 * parents, so a change is reported only at the node where it happens. Work: members of the grants met, nothing else.
 */
export function sweep(state: FleetState, top: number, company: Company, tally: Tally): void {
  const stack = createStack(state, tally);
  for (const node of nodesAbove(state, top)) enter(state, stack, node, company, null);
  const ends: number[] = [];
  const marks: number[] = [];
  const stop = state.tree.end[top] ?? 0;
  const nodes = company.nodes === null ? state.activeNodes : [...company.nodes].sort((a, b) => a - b);
  for (let at = firstActive(nodes, top); at < nodes.length; at += 1) {
    const node = nodes[at] ?? 0;
    if (node >= stop) break;
    while (ends.length > 0 && (ends[ends.length - 1] ?? 0) <= node) {
      ends.pop();
      stack.backTo(marks.pop() ?? 0);
    }
    ends.push(state.tree.end[node] ?? 0);
    marks.push(stack.depth());
    enter(state, stack, node, company, tally);
  }
  tally.finish();
}

/** What every principal has at one node, from the root down to it. */
export function masksAt(state: FleetState, node: number, visit: (leaf: number, masks: Int32Array) => void): void {
  const stack = createStack(state, null);
  const company = everybody(state);
  for (const at of [...nodesAbove(state, node), node]) enter(state, stack, at, company, null);
  const masks = new Int32Array(LANE_COUNT);
  for (let leaf = 0; leaf < state.leaves.length; leaf += 1) {
    laneMasks(state, leaf, stack.slots, leaf * SLOT_COUNT, masks);
    visit(leaf, masks);
  }
}

function addBits(table: Int32Array, at: number, mask: number, amount: number): void {
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const index = at + 31 - Math.clz32(rest & -rest);
    table[index] = (table[index] ?? 0) + amount;
  }
}

/** The row of a node and lane in the counts, made when it is needed first. */
function rowFor(state: FleetState, key: number): number {
  const known = state.rowOf[key] ?? -1;
  if (known !== -1) return known;
  const row = state.rows;
  state.rowOf[key] = row;
  state.rows += 1;
  if (state.rows * CAPABILITY_COUNT > state.counts.length) {
    state.counts = state.counts.length === 0 ? new Int32Array(1024 * CAPABILITY_COUNT) : doubled(state.counts);
  }
  return row;
}

function addCounts(state: FleetState, key: number, mask: number, amount: number): void {
  // The row first: making it may replace the table.
  const row = rowFor(state, key);
  addBits(state.counts, row * CAPABILITY_COUNT, mask, amount);
}

/** Adds what a sweep reports to the counts, or takes it away again (`sign` -1). Members of a group mostly gain alike. */
export function tallyCounts(state: FleetState, sign: 1 | -1): Tally {
  let key = -1;
  let mask = 0;
  let run = 0;
  function finish(): void {
    if (run !== 0) addCounts(state, key, mask, run * sign);
    run = 0;
  }
  return {
    finish,
    change: (node, _leaf, lane, gained, lost) => {
      const nextKey = node * LANE_COUNT + lane;
      if (nextKey !== key || gained !== mask) {
        finish();
        key = nextKey;
        mask = gained;
      }
      run += 1;
      if (lost !== 0) addCounts(state, key, lost, -sign);
    },
  };
}

/** The same for the machines that each principal reaches. */
export function tallyReach(state: FleetState, reach: Int32Array, sign: 1 | -1): Tally {
  const { tree } = state;
  return {
    finish: () => {},
    change: (node, leaf, lane, gained, lost) => {
      const machines = sign * ((tree.lastMachine[node] ?? 0) - (tree.firstMachine[node] ?? 0));
      const at = (leaf * LANE_COUNT + lane) * CAPABILITY_COUNT;
      addBits(reach, at, gained, machines);
      if (lost !== 0) addBits(reach, at, lost, -machines);
    },
  };
}

/** A number kept per lane: "now" from the lanes as they are counted. */
export function ofLane(lane: number, read: (countedLane: number) => number): number {
  return lane === BOTH_LANE ? read(0) + read(1) - read(BOTH_LANE) : read(lane);
}
