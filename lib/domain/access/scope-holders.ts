import type { AccessCapabilityId } from "./capabilities";
import { CAPABILITY_IDS } from "./capabilities";
import type { EvaluatedFleet } from "./evaluate-fleet";
import { LANES } from "./fleet-state";
import { rangesOf, segmentsOf } from "./segments";
import type { AccessLane } from "./types";

/**
 * How many different principals have a capability on at least one machine at or below each node of the fleet's scope tree,
 * in the order of its nodes. A principal counts once per node, however many machines it reaches there.
 */
export function holdersBelow(fleet: EvaluatedFleet, capability: AccessCapabilityId, lane: AccessLane): Int32Array {
  const { state } = fleet;
  const { tree } = state;
  const counts = new Int32Array(tree.size);
  const bit = CAPABILITY_IDS.indexOf(capability);
  const laneNumber = LANES.indexOf(lane);
  const machineCount = tree.lastMachine[0] ?? 0;
  state.leaves.forEach((_, leaf) => {
    if (fleet.reach(leaf, capability, lane) === 0) return;
    const ranges = rangesOf(segmentsOf(state, leaf), laneNumber, bit, machineCount);
    countNodes(tree, ranges, counts);
  });
  return counts;
}

type Tree = EvaluatedFleet["state"]["tree"];

/** Preorder walk that skips whole branches which no range touches. Ranges are ascending, so a pointer follows them. */
function countNodes(tree: Tree, ranges: readonly number[], counts: Int32Array): void {
  let at = 0;
  for (let node = 0; node < tree.size; ) {
    const first = tree.firstMachine[node] ?? 0;
    while (at < ranges.length && (ranges[at + 1] ?? 0) <= first) at += 2;
    if (at >= ranges.length) return;
    if ((ranges[at] ?? 0) < (tree.lastMachine[node] ?? 0)) {
      // Machines are asked one by one with `count`; leaving them out keeps the walk short.
      if (tree.isMachine[node] === 0) counts[node] = (counts[node] ?? 0) + 1;
      node = tree.isMachine[node] === 0 && onlyMachines(tree, node) ? (tree.end[node] ?? 0) : node + 1;
    } else {
      node = tree.end[node] ?? tree.size;
    }
  }
}

/** A resource group's nodes are all machines: none of them needs a visit. */
function onlyMachines(tree: Tree, node: number): boolean {
  const inside = (tree.end[node] ?? 0) - node - 1;
  return inside > 0 && inside === (tree.lastMachine[node] ?? 0) - (tree.firstMachine[node] ?? 0);
}
