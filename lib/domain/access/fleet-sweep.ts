import { CAPABILITY_COUNT, type FleetState, LANE_COUNT } from "./fleet-state";
import { capabilitiesOfAtoms } from "./masks";

/** What a principal holds at the node where a sweep is: three lanes, undecided, denied, perhaps denied. */
export const SLOT_COUNT = 6;
export const DEPENDS = 3;
export const DENIED = 4;
export const MAYBE_DENIED = 5;

/**
 * Lanes as they are counted: the fifth is not "now" but "standing and active at once", which is rare; now = standing +
 * active - both. That holds for counts because a capability of two sets of atoms is a capability of one of them.
 */
const BOTH_LANE = 4;

/** Told of every change of a principal's capabilities at a node, against the node above. */
export type Tally = {
  change(node: number, leaf: number, lane: number, gained: number, lost: number): void;
  /** Called when the sweep is over. */
  finish(): void;
};

/** Members of a principal that take part in a sweep; undefined = none of them. */
export type Participants = (principalId: string) => Int32Array | undefined;

/** Capability masks of one principal from its slots: standing, active, eligible, depends, now. */
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
  out[4] = (out[0] ?? 0) | (out[1] ?? 0);
}

function countedMasks(slots: Int32Array, at: number, usable: number, out: Int32Array): void {
  laneMasks(slots, at, usable, out);
  out[BOTH_LANE] = (out[0] ?? 0) & (out[1] ?? 0);
}

function doubled(list: Int32Array): Int32Array {
  const wider = new Int32Array(list.length * 2);
  wider.set(list);
  return wider;
}

/** Slots of all principals along one way from the root, with the old values to go back. */
function createStack(state: FleetState, tally: Tally | null) {
  const { usable } = state;
  const slots = new Int32Array(state.leaves.length * SLOT_COUNT);
  let undoAt: Int32Array = new Int32Array(1024);
  let undoValue: Int32Array = new Int32Array(1024);
  let depth = 0;
  const before = new Int32Array(LANE_COUNT);
  const after = new Int32Array(LANE_COUNT);

  function write(at: number, value: number): void {
    if (depth === undoAt.length) {
      undoAt = doubled(undoAt);
      undoValue = doubled(undoValue);
    }
    undoAt[depth] = at;
    undoValue[depth] = slots[at] ?? 0;
    depth += 1;
    slots[at] = value;
  }

  function writeAndCompare(node: number, leaf: number, at: number, value: number, report: Tally): void {
    const base = leaf * SLOT_COUNT;
    countedMasks(slots, base, usable[leaf] ?? 0, before);
    write(at, value);
    countedMasks(slots, base, usable[leaf] ?? 0, after);
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      const had = before[lane] ?? 0;
      const has = after[lane] ?? 0;
      if (had !== has) report.change(node, leaf, lane, has & ~had, had & ~has);
    }
  }

  /** A sure grant where nothing is denied changes its own lane, and what standing and active have in common. */
  function reportPlain(node: number, leaf: number, slot: number, old: number, next: number, report: Tally): void {
    const allowed = usable[leaf] ?? 0;
    const had = capabilitiesOfAtoms(old & allowed);
    const gained = capabilitiesOfAtoms(next & allowed) & ~had;
    if (gained === 0) return;
    report.change(node, leaf, slot, gained, 0);
    if (slot > 1) return;
    const other = (slots[leaf * SLOT_COUNT + 1 - slot] ?? 0) & allowed;
    const both = other === 0 ? 0 : gained & capabilitiesOfAtoms(other);
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
    /** Adds atoms to one slot of some principals; `report` is null on the way down to the part that is counted. */
    add: (node: number, leaves: Int32Array, slot: number, mask: number, report: Tally | null = tally) => {
      if (mask === 0) return;
      for (let index = 0; index < leaves.length; index += 1) {
        const leaf = leaves[index] ?? 0;
        const base = leaf * SLOT_COUNT;
        const old = slots[base + slot] ?? 0;
        const next = old | mask;
        if (next === old) continue;
        if (report === null) write(base + slot, next);
        else if (slot < DEPENDS && ((slots[base + DENIED] ?? 0) | (slots[base + MAYBE_DENIED] ?? 0)) === 0) {
          write(base + slot, next);
          reportPlain(node, leaf, slot, old, next, report);
        } else writeAndCompare(node, leaf, base + slot, next, report);
      }
    },
  };
}

type Stack = ReturnType<typeof createStack>;

/** Who takes part: the members of each principal, and which leaves at all (null = all). */
export type Company = { members: Participants; isIn: Uint8Array | null };

function enter(state: FleetState, stack: Stack, node: number, company: Company, report: Tally | null): void {
  for (const row of state.grantsAt.get(node) ?? []) {
    const members = company.members(row.grant.principalId);
    if (members === undefined) continue;
    stack.add(node, members, row.slot, row.sure, report);
    stack.add(node, members, DEPENDS, row.depends, report);
  }
  for (const row of state.deniesAt.get(node) ?? []) {
    const { isIn } = company;
    const leaves = isIn === null ? row.leaves : row.leaves.filter((leaf) => isIn[leaf] === 1);
    stack.add(node, leaves, DENIED, row.sure, report);
    stack.add(node, leaves, MAYBE_DENIED, row.maybe, report);
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
export function sweep(state: FleetState, top: number, company: Company, tally: Tally): void {
  const stack = createStack(state, tally);
  for (const node of nodesAbove(state, top)) enter(state, stack, node, company, null);
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
    enter(state, stack, node, company, tally);
  }
  tally.finish();
}

/** What every principal has at one node, from the root down to it. */
export function masksAt(state: FleetState, node: number, visit: (leaf: number, masks: Int32Array) => void): void {
  const stack = createStack(state, null);
  const company = { members: state.members, isIn: null };
  for (const at of [...nodesAbove(state, node), node]) enter(state, stack, at, company, null);
  const masks = new Int32Array(LANE_COUNT);
  for (let leaf = 0; leaf < state.leaves.length; leaf += 1) {
    laneMasks(stack.slots, leaf * SLOT_COUNT, state.usable[leaf] ?? 0, masks);
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
