import { type AccessIndex, atLeastReasons } from "./access-index";
import { type AccessCapabilityId, CAPABILITY_IDS } from "./capabilities";
import { CAPABILITY_COUNT, createFleetState, type FleetState, LANE_COUNT, LANES } from "./fleet-state";
import { everybody, masksAt, ofLane, sweep, tallyCounts, tallyReach } from "./fleet-sweep";
import { normaliseScope } from "./scope";
import { rangesOf, segmentsOf } from "./segments";
import type { AccessChange, AccessLane, FleetAccess } from "./types";

/** A fleet that can change: `state` is replaced or changed by `changeFleet` only. */
export type EvaluatedFleet = FleetAccess & { state: FleetState; applied: AccessChange[] };

const LANE_NUMBERS: ReadonlyMap<AccessLane, number> = new Map(LANES.map((lane, at) => [lane, at]));
const BIT_NUMBERS: ReadonlyMap<AccessCapabilityId, number> = new Map(CAPABILITY_IDS.map((id, at) => [id, at]));

function laneNumber(lane: AccessLane): number {
  return LANE_NUMBERS.get(lane) ?? -1;
}

function bitNumber(capability: AccessCapabilityId): number {
  return BIT_NUMBERS.get(capability) ?? -1;
}

/** Change of the count at a node against its parent. */
function deltaAt(state: FleetState, node: number, lane: number, bit: number): number {
  return ofLane(lane, (counted) => {
    const row = state.rowOf[node * LANE_COUNT + counted] ?? -1;
    return row === -1 ? 0 : (state.counts[row * CAPABILITY_COUNT + bit] ?? 0);
  });
}

function columnOf(state: FleetState, lane: number, bit: number): Int32Array {
  const { tree } = state;
  const totals = new Int32Array(tree.size);
  const column = new Int32Array(tree.machineAt.length);
  let position = 0;
  for (let node = 0; node < tree.size; node += 1) {
    const parent = tree.parent[node] ?? -1;
    const total = (parent === -1 ? 0 : (totals[parent] ?? 0)) + deltaAt(state, node, lane, bit);
    totals[node] = total;
    if (tree.isMachine[node] !== 1) continue;
    column[tree.machineAt[position] ?? 0] = total;
    position += 1;
  }
  return column;
}

function bitsOf(state: FleetState, leaf: number, lane: number, bit: number): Uint32Array {
  const { machineAt } = state.tree;
  const words = new Uint32Array(Math.ceil(machineAt.length / 32));
  const ranges = rangesOf(segmentsOf(state, leaf), lane, bit, state.tree.lastMachine[0] ?? 0);
  for (let at = 0; at < ranges.length; at += 2) {
    for (let position = ranges[at] ?? 0; position < (ranges[at + 1] ?? 0); position += 1) {
      const machine = machineAt[position] ?? 0;
      words[machine >>> 5] = ((words[machine >>> 5] ?? 0) | (1 << (machine & 31))) >>> 0;
    }
  }
  return words;
}

function atLeastColumn(state: FleetState): Uint8Array {
  const { index, tree } = state;
  const flagged = new Uint8Array(tree.size);
  const flag = (scope: string) => {
    const node = tree.nodeOf(scope);
    if (node !== -1) flagged[node] = 1;
  };
  for (const row of index.inputs.incomplete) {
    if (row.at === null) flagged[0] = 1;
    else if (row.source !== "groups" && row.source !== "principals") flag(normaliseScope(row.at));
    else {
      const holders = index.directory.groupsOf(row.at);
      for (const grant of index.grants) if (holders.has(grant.principalId)) flag(grant.scope);
    }
  }
  for (const grant of index.grants) {
    if (index.roles.find(grant.roleId) === undefined || index.directory.unreadBelow(grant.principalId).length > 0)
      flag(grant.scope);
  }
  const column = new Uint8Array(tree.machineAt.length);
  for (let node = 0; node < tree.size; node += 1) {
    const parent = tree.parent[node] ?? -1;
    if (parent !== -1 && flagged[parent] === 1) flagged[node] = 1;
  }
  tree.nodeOfMachine.forEach((node, machine) => {
    column[machine] = node === -1 ? 0 : (flagged[node] ?? 0);
  });
  return column;
}

function holdersAt(state: FleetState, machineIndex: number, lane: number, bit: number): Int32Array {
  const node = state.tree.nodeOfMachine[machineIndex] ?? -1;
  if (node === -1) return new Int32Array(0);
  const holders: number[] = [];
  masksAt(state, node, (leaf, masks) => {
    if ((((masks[lane] ?? 0) >>> bit) & 1) === 1) holders.push(leaf);
  });
  return Int32Array.from(holders);
}

function countAt(state: FleetState, machineIndex: number, lane: number, bit: number): number {
  let total = 0;
  let node = state.tree.nodeOfMachine[machineIndex] ?? -1;
  for (; node !== -1; node = state.tree.parent[node] ?? -1) total += deltaAt(state, node, lane, bit);
  return total;
}

/** Counts and reach of the whole fleet from nothing. */
export function computeFleetState(index: AccessIndex): FleetState {
  const state = createFleetState(index);
  sweep(state, 0, everybody(state), tallyCounts(state, 1));
  return state;
}

/** Worked out when it is asked for first, and kept up to date from then on. */
function reachOf(state: FleetState, leaf: number, lane: number, bit: number): number {
  if (state.reach === null) {
    const reach = new Int32Array(state.leaves.length * LANE_COUNT * CAPABILITY_COUNT);
    sweep(state, 0, everybody(state), tallyReach(state, reach, 1));
    state.reach = reach;
  }
  const { reach } = state;
  return ofLane(lane, (counted) => reach[(leaf * LANE_COUNT + counted) * CAPABILITY_COUNT + bit] ?? 0);
}

/**
 * Who has what on every machine of the inputs, as counts per machine and reach per principal. Every scope inherits from its
 * parents, so the scope tree is walked once and only differences are kept: cost is linear in machines and assignments.
 */
export function evaluateFleet(index: AccessIndex): EvaluatedFleet {
  const machineNumber = new Map<string, number>();
  const fleet: EvaluatedFleet = {
    state: computeFleetState(index),
    applied: [],
    machines: index.inputs.machines,
    get principals() {
      return fleet.state.leaves;
    },
    count: (capability, lane, machineIndex) => countAt(fleet.state, machineIndex, laneNumber(lane), bitNumber(capability)),
    column: (capability, lane) => columnOf(fleet.state, laneNumber(lane), bitNumber(capability)),
    reach: (principalIndex, capability, lane) => reachOf(fleet.state, principalIndex, laneNumber(lane), bitNumber(capability)),
    machineBits: (principalIndex, capability, lane) =>
      bitsOf(fleet.state, principalIndex, laneNumber(lane), bitNumber(capability)),
    holdersOf: (machineIndex, capability, lane) => holdersAt(fleet.state, machineIndex, laneNumber(lane), bitNumber(capability)),
    principalIndex: (objectId) => fleet.state.leafNumber.get(objectId.toLowerCase()) ?? -1,
    machineIndex: (machineId) => {
      if (machineNumber.size === 0) {
        for (const [number, machine] of index.inputs.machines.entries()) machineNumber.set(normaliseScope(machine.id), number);
      }
      return machineNumber.get(normaliseScope(machineId)) ?? -1;
    },
    atLeast: (machineIndex) => {
      const machine = index.inputs.machines[machineIndex];
      if (machine === undefined) return [];
      const { index: current } = fleet.state;
      const chain = current.scopes.chain(normaliseScope(machine.id));
      return atLeastReasons(
        current,
        chain,
        chain.flatMap((scope) => current.grantsAt(scope)),
      );
    },
    atLeastColumn: () => atLeastColumn(fleet.state),
  };
  return fleet;
}
