import { prepareAccess } from "./access-index";
import { type AccessCapabilityId, CAPABILITY_IDS } from "./capabilities";
import { addedGrant, applyChanges, rowsOf } from "./change";
import { type EvaluatedFleet, evaluateFleet } from "./evaluate-fleet";
import { CAPABILITY_COUNT, type FleetState, LANE_COUNT, LANES } from "./fleet-state";
import { lastSegment } from "./scope";
import { type Segments, segmentsOf } from "./segments";
import type { AccessChange, AccessDiff, AccessDifference, AccessLane } from "./types";

/** Ranges of machine positions per lane and capability, for one direction. */
type Ranges = Map<number, number[]>;

function addRange(ranges: Ranges, key: number, start: number, end: number): void {
  const list = ranges.get(key);
  if (list === undefined) ranges.set(key, [start, end]);
  else if (list.at(-1) === start) list[list.length - 1] = end;
  else list.push(start, end);
}

function addMask(ranges: Ranges, lane: number, mask: number, start: number, end: number): void {
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    addRange(ranges, lane * CAPABILITY_COUNT + 31 - Math.clz32(rest & -rest), start, end);
  }
}

/** Walks two lists of segments together. */
function compareSegments(before: Segments, after: Segments, machineCount: number): { gained: Ranges; lost: Ranges } {
  const gained: Ranges = new Map();
  const lost: Ranges = new Map();
  const cuts = [...new Set([...before.starts, ...after.starts])].sort((a, b) => a - b);
  let atBefore = 0;
  let atAfter = 0;
  cuts.forEach((start, at) => {
    const end = cuts[at + 1] ?? machineCount;
    while ((before.starts[atBefore + 1] ?? Number.POSITIVE_INFINITY) <= start) atBefore += 1;
    while ((after.starts[atAfter + 1] ?? Number.POSITIVE_INFINITY) <= start) atAfter += 1;
    if (start >= end) return;
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      const had = before.masks[atBefore]?.[lane] ?? 0;
      const has = after.masks[atAfter]?.[lane] ?? 0;
      addMask(gained, lane, has & ~had, start, end);
      addMask(lost, lane, had & ~has, start, end);
    }
  });
  return { gained, lost };
}

/** Machine indexes of ranges; people with the same ranges share one array. */
function createMachineLists(state: FleetState): (ranges: readonly number[]) => Int32Array {
  const known = new Map<string, Int32Array>();
  return (ranges) => {
    const key = ranges.join(",");
    const found = known.get(key);
    if (found !== undefined) return found;
    const machines: number[] = [];
    for (let at = 0; at < ranges.length; at += 2) {
      for (let position = ranges[at] ?? 0; position < (ranges[at + 1] ?? 0); position += 1) {
        machines.push(state.tree.machineAt[position] ?? 0);
      }
    }
    const list = Int32Array.from(machines).sort();
    known.set(key, list);
    return list;
  };
}

function differences(
  ranges: Ranges,
  principalId: string,
  toMachines: (ranges: readonly number[]) => Int32Array,
): AccessDifference[] {
  const list: AccessDifference[] = [];
  for (const [key, positions] of ranges) {
    const lane = LANES[Math.floor(key / CAPABILITY_COUNT)];
    const capability = CAPABILITY_IDS[key % CAPABILITY_COUNT];
    if (lane === undefined || capability === undefined) continue;
    list.push({ principalId, capability, lane, machineIndexes: toMachines(positions) });
  }
  return list;
}

const NOTHING: Segments = { starts: [0], masks: [new Int32Array(LANE_COUNT)] };

function segmentsById(state: FleetState, id: string): Segments {
  const leaf = state.leafNumber.get(id);
  return leaf === undefined ? NOTHING : segmentsOf(state, leaf);
}

function diffOf(ids: Iterable<string>, before: (id: string) => Segments, after: FleetState): AccessDiff {
  const toMachines = createMachineLists(after);
  const gained: AccessDifference[] = [];
  const lost: AccessDifference[] = [];
  for (const id of ids) {
    const ranges = compareSegments(before(id), segmentsById(after, id), after.tree.lastMachine[0] ?? 0);
    gained.push(...differences(ranges.gained, id, toMachines));
    lost.push(...differences(ranges.lost, id, toMachines));
  }
  return { gained, lost };
}

/**
 * Who has gained and who has lost what on which machines between two evaluations of the same machines; principals are
 * named by their ids in lower case. Throws RangeError when the two are not of the same machines in the same order.
 */
export function diffFleets(before: EvaluatedFleet, after: EvaluatedFleet): AccessDiff {
  const left = before.state.tree.machineAt;
  const right = after.state.tree.machineAt;
  const isSame =
    before.machines.length === after.machines.length && left.every((machine, position) => machine === right[position]);
  if (!isSame || before.machines.some((machine, at) => machine.id !== after.machines[at]?.id)) {
    throw new RangeError("The two evaluations are not of the same machines");
  }
  const ids = new Set([...before.state.leafNumber.keys(), ...after.state.leafNumber.keys()]);
  return diffOf(ids, (id) => segmentsById(before.state, id), after.state);
}

/** Ids of the leaves whose access a change can touch. */
function affectedBy(state: FleetState, change: AccessChange): string[] {
  const leaves = (principalId: string) => state.index.directory.leavesOf(principalId);
  const grant = addedGrant(change);
  if (grant !== null) return [...leaves(grant.principalId)];
  if (change.kind === "remove") return rowsOf(state, change.assignmentId).flatMap((row) => leaves(row.grant.principalId));
  if (change.kind === "removeEligible") return rowsOf(state, change.eligibleId).flatMap((row) => leaves(row.grant.principalId));
  if (change.kind !== "setRole") return [];
  const role = lastSegment(change.role.id);
  const holders = new Set(state.index.grants.filter((row) => row.roleId === role).map((row) => row.principalId));
  return [...holders].flatMap(leaves);
}

/** What changes would do, without doing them to `fleet`. */
export type ChangePreview = { diff: AccessDiff; after: EvaluatedFleet };

/** Runs changes on a copy and tells who gains and who loses what on which machines. */
export function previewChanges(fleet: EvaluatedFleet, changes: readonly AccessChange[]): ChangePreview {
  const { state } = fleet;
  const inputs = applyChanges(state.index.inputs, [...fleet.applied, ...changes]);
  const after = evaluateFleet(prepareAccess(inputs, state.index.now));
  const ids = new Set(changes.flatMap((change) => [...affectedBy(state, change), ...affectedBy(after.state, change)]));
  return { diff: diffOf(ids, (id) => segmentsById(state, id), after.state), after };
}

/** People and machines behind one kind of difference, for sentences such as "3 people lose sign-in to 41 machines". */
export type DifferenceSummary = { principalIds: string[]; machines: number };

/** Sums up one direction of a diff for a capability and a lane. */
export function summariseDifferences(
  differencesOfOneDirection: readonly AccessDifference[],
  capability: AccessCapabilityId,
  lane: AccessLane = "now",
): DifferenceSummary {
  const rows = differencesOfOneDirection.filter((row) => row.capability === capability && row.lane === lane);
  const machines = new Set<number>();
  for (const list of new Set(rows.map((row) => row.machineIndexes))) for (const machine of list) machines.add(machine);
  return { principalIds: [...new Set(rows.map((row) => row.principalId))], machines: machines.size };
}
