import type { FleetGrant, FleetState } from "./fleet-state";
import {
  BOTH_LANE,
  DEPENDS,
  firstActive,
  nodesAbove,
  type Participants,
  sweep,
  type Tally,
  tallyCounts,
  tallyReach,
} from "./fleet-sweep";
import { COUNTED } from "./masks";

/** Above this many people it is cheaper to sift each group's members than to collect each person's groups. */
const FEW = 64;

/** Some principals: their part in each holder, and the holders that they are or are in (null = look at every grant). */
type People = {
  members: (holder: number) => Iterable<number> | undefined;
  isIn: Uint8Array;
  holders: ReadonlyMap<number, readonly number[]> | null;
};

function peopleOf(state: FleetState, leaves: Int32Array): People {
  const isIn = new Uint8Array(state.leaves.length);
  for (const leaf of leaves) isIn[leaf] = 1;
  return leaves.length > FEW ? manyPeople(state, isIn) : fewPeople(state, leaves, isIn);
}

/** Many people: every node below, each holder's members sifted once. */
function manyPeople(state: FleetState, isIn: Uint8Array): People {
  const lists = new Map<number, Int32Array>();
  const members = (holder: number) => {
    const list = lists.get(holder) ?? state.holders.members(holder).filter((leaf) => isIn[leaf] === 1);
    lists.set(holder, list);
    return list;
  };
  return { members, isIn, holders: null };
}

/** Few people: only what names them or their groups. */
function fewPeople(state: FleetState, leaves: Int32Array, isIn: Uint8Array): People {
  const holders = new Map<number, number[]>();
  for (const leaf of leaves) {
    for (const holder of state.holders.above(leaf)) {
      const list = holders.get(holder);
      if (list === undefined) holders.set(holder, [leaf]);
      else list.push(leaf);
    }
  }
  return { members: (holder) => holders.get(holder), isIn, holders };
}

/**
 * What each member of a grant gets by it at its node, besides what others give there: numbers per leaf. HELD, OTHER and
 * HELD_OPEN go on growing on the way down and are undone on the way back.
 */
const CELLS = 5;
const GAINS = 0;
const GAINS_OPEN = 1;
/** From other grants: in the grant's own lane, in its counterpart of standing and active, and what depends on a condition. */
const HELD = 2;
const OTHER = 3;
const HELD_OPEN = 4;

type Effect = {
  row: FleetGrant;
  /** The members of the grant. */
  people: People;
  cells: Int32Array;
  /** Leaves that gain anything: counted in capabilities, and atom by atom. */
  plain: Int32Array;
  byAtoms: Int32Array;
  /** Everything that any plain leaf gains. */
  gains: number;
  gainsOpen: number;
};

/** Standing and active are counted together in "now"; the other lanes stand alone. */
function counterpart(slot: number): number {
  return slot > 1 ? -1 : 1 - slot;
}

/** What a grant changes at its own node. Whoever holds all of it already by another way is not in it. */
function effectOf(state: FleetState, row: FleetGrant): Effect {
  const { counted } = state;
  const members = state.holders.members(row.holder);
  const cells = new Int32Array(state.leaves.length * CELLS);
  const people = peopleOf(state, members);
  const other = counterpart(row.slot);
  const above = [...nodesAbove(state, row.node), row.node].flatMap((at) => state.grantsAt.get(at) ?? []);
  for (const near of above) {
    if (near === row) continue;
    const cell = near.slot === row.slot ? HELD : near.slot === other ? OTHER : -1;
    for (const leaf of people.members(near.holder) ?? []) {
      const form = counted[leaf] ?? 0;
      const at = leaf * CELLS;
      if (cell !== -1) cells[at + cell] = (cells[at + cell] ?? 0) | (near.sure[form] ?? 0);
      cells[at + HELD_OPEN] = (cells[at + HELD_OPEN] ?? 0) | (near.depends[form] ?? 0);
    }
  }
  const plain: number[] = [];
  const byAtoms: number[] = [];
  let [gains, gainsOpen] = [0, 0];
  for (const leaf of members) {
    const form = counted[leaf] ?? 0;
    const at = leaf * CELLS;
    const sure = (row.sure[form] ?? 0) & ~(cells[at + HELD] ?? 0);
    const open = (row.depends[form] ?? 0) & ~(cells[at + HELD_OPEN] ?? 0);
    if ((sure | open) === 0) continue;
    if (form === COUNTED.byAtoms) {
      byAtoms.push(leaf);
      continue;
    }
    cells[at + GAINS] = sure;
    cells[at + GAINS_OPEN] = open;
    plain.push(leaf);
    gains |= sure;
    gainsOpen |= open;
  }
  return { row, people, cells, plain: Int32Array.from(plain), byAtoms: Int32Array.from(byAtoms), gains, gainsOpen };
}

/** The rows ordered by node: sorting numbers costs less than comparing rows. */
function inPreorder(rows: readonly FleetGrant[]): FleetGrant[] {
  const places = Float64Array.from(rows, ({ node }, at) => node * rows.length + at).sort();
  return Array.from(places, (place) => rows[place % rows.length]).filter((row) => row !== undefined);
}

/** Visits the grants below the node that may take part in the difference, in preorder. */
function visitBelow(state: FleetState, effect: Effect, { holders }: People, visit: (row: FleetGrant) => void): void {
  const { node, slot } = effect.row;
  const other = counterpart(slot);
  const stop = state.tree.end[node] ?? 0;
  const counts = (row: FleetGrant): boolean =>
    (row.slot === slot || row.slot === other
      ? ((row.sure[COUNTED.fully] ?? 0) & effect.gains) | ((row.depends[COUNTED.fully] ?? 0) & effect.gainsOpen)
      : (row.depends[COUNTED.fully] ?? 0) & effect.gainsOpen) !== 0;
  if (holders !== null) {
    const rows: FleetGrant[] = [];
    for (const holder of holders.keys()) {
      for (const row of state.grantsOf.get(holder) ?? []) if (row.node > node && row.node < stop && counts(row)) rows.push(row);
    }
    inPreorder(rows).forEach(visit);
    return;
  }
  for (let at = firstActive(state.activeNodes, node + 1); at < state.activeNodes.length; at += 1) {
    const below = state.activeNodes[at] ?? 0;
    if (below >= stop) return;
    for (const row of state.grantsAt.get(below) ?? []) if (counts(row)) visit(row);
  }
}

/** The cells of an effect with a way back. */
function createTrail(cells: Int32Array) {
  const places: number[] = [];
  const values: number[] = [];
  return {
    depth: () => places.length,
    set(place: number, value: number) {
      places.push(place);
      values.push(cells[place] ?? 0);
      cells[place] = value;
    },
    backTo(mark: number) {
      while (places.length > mark) cells[places.pop() ?? 0] = values.pop() ?? 0;
    },
  };
}

type Told = (node: number, leaf: number, lane: number, mask: number, amount: 1 | -1) => void;

/** What one grant further down gives a leaf anyway: from there on it owes it to that grant and not to the changed one. */
function meet(effect: Effect, trail: ReturnType<typeof createTrail>, near: FleetGrant, leaf: number, form: number, tell: Told) {
  const { cells, row } = effect;
  const at = leaf * CELLS;
  const shared = (near.sure[form] ?? 0) & (cells[at + GAINS] ?? 0);
  const held = cells[at + HELD] ?? 0;
  const other = cells[at + OTHER] ?? 0;
  if (near.slot === row.slot) {
    const hit = shared & ~held;
    if (hit !== 0) {
      tell(near.node, leaf, row.slot, hit, -1);
      if ((hit & other) !== 0 && row.slot < 2) tell(near.node, leaf, BOTH_LANE, hit & other, -1);
      trail.set(at + HELD, held | hit);
    }
  } else if (near.slot === counterpart(row.slot)) {
    const met = shared & ~other;
    if (met !== 0) {
      if ((met & ~held) !== 0) tell(near.node, leaf, BOTH_LANE, met & ~held, 1);
      trail.set(at + OTHER, other | met);
    }
  }
  const open = (near.depends[form] ?? 0) & (cells[at + GAINS_OPEN] ?? 0) & ~(cells[at + HELD_OPEN] ?? 0);
  if (open === 0) return;
  tell(near.node, leaf, DEPENDS, open, -1);
  trail.set(at + HELD_OPEN, (cells[at + HELD_OPEN] ?? 0) | open);
}

/**
 * The difference that one grant makes to everybody who is counted in capabilities: what they gain at its node, less what
 * they would come to further down without it. One way down, past grants that give some of the same.
 */
function countPlain(state: FleetState, effect: Effect, tell: Told): void {
  const { row, cells, plain } = effect;
  const { end } = state.tree;
  for (const leaf of plain) {
    const at = leaf * CELLS;
    const gains = cells[at + GAINS] ?? 0;
    if (gains !== 0) tell(row.node, leaf, row.slot, gains, 1);
    const both = row.slot < 2 ? gains & (cells[at + OTHER] ?? 0) : 0;
    if (both !== 0) tell(row.node, leaf, BOTH_LANE, both, 1);
    const open = cells[at + GAINS_OPEN] ?? 0;
    if (open !== 0) tell(row.node, leaf, DEPENDS, open, 1);
  }
  // Fewer people meet fewer grants; a few are kept as they are.
  const people = effect.people.holders === null ? peopleOf(state, plain) : effect.people;
  const trail = createTrail(cells);
  const ends: number[] = [];
  const marks: number[] = [];
  let current = -1;
  visitBelow(state, effect, people, (near) => {
    if (near.node !== current) {
      while (ends.length > 0 && (ends[ends.length - 1] ?? 0) <= near.node) {
        ends.pop();
        trail.backTo(marks.pop() ?? 0);
      }
      ends.push(end[near.node] ?? 0);
      marks.push(trail.depth());
      current = near.node;
    }
    for (const leaf of people.members(near.holder) ?? []) meet(effect, trail, near, leaf, state.counted[leaf] ?? 0, tell);
  });
}

/** Hands differences to the counts, and to the reach when somebody has asked for it. */
function createTeller(state: FleetState, sign: 1 | -1): { tell: Told; finish: () => void } {
  const { reach } = state;
  const pair = (make: (amount: 1 | -1) => Tally) => ({ more: make(sign), less: make(sign === 1 ? -1 : 1) });
  const pairs = [pair((amount) => tallyCounts(state, amount))];
  if (reach !== null) pairs.push(pair((amount) => tallyReach(state, reach, amount)));
  return {
    tell(node, leaf, lane, mask, amount) {
      for (const { more, less } of pairs) (amount === 1 ? more : less).change(node, leaf, lane, mask, 0);
    },
    finish() {
      for (const { more, less } of pairs) {
        more.finish();
        less.finish();
      }
    },
  };
}

/** Counts some people in or out of a subtree, whole. */
function sweepPeople(state: FleetState, node: number, { members, isIn, holders }: People, sign: 1 | -1): void {
  const { reach } = state;
  const nodes = holders === null ? null : new Set([node, ...state.deniesAt.keys()]);
  for (const holder of holders?.keys() ?? []) for (const row of state.grantsOf.get(holder) ?? []) nodes?.add(row.node);
  const lists: Participants = (holder) => {
    const list = members(holder);
    return list === undefined ? undefined : Int32Array.from(list);
  };
  sweep(state, node, { members: lists, isIn, nodes }, tallyCounts(state, sign));
  if (reach !== null) sweep(state, node, { members: lists, isIn, nodes }, tallyReach(state, reach, sign));
}

/**
 * Takes one grant into the counts (`sign` 1) or out of them (-1); `mutate` puts it into the tables or takes it away. Work: what
 * its members hold near it and below, and only if the grant gives them something. Whom a deny names is counted anew, whole.
 */
export function recount(state: FleetState, row: FleetGrant, sign: 1 | -1, mutate: () => void): void {
  const effect = effectOf(state, row);
  const { byAtoms } = effect;
  if (byAtoms.length > 0) sweepPeople(state, row.node, peopleOf(state, byAtoms), -1);
  if (effect.plain.length > 0) {
    const { tell, finish } = createTeller(state, sign);
    countPlain(state, effect, tell);
    finish();
  }
  mutate();
  if (byAtoms.length > 0) sweepPeople(state, row.node, peopleOf(state, byAtoms), 1);
}
