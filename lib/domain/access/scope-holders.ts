import { type AccessCapabilityId, CAPABILITY_IDS } from "./capabilities";
import type { EvaluatedFleet } from "./evaluate-fleet";
import { LANES } from "./fleet-state";
import type { ScopeTree } from "./scope-tree";
import { rangesOf, segmentsOf } from "./segments";
import type { AccessLane } from "./types";

/**
 * How many different principals have each capability on at least one machine at or below each node of the fleet's scope
 * tree: one column per capability, in the order of the nodes. A principal counts once per node. Nodes of machines stay 0;
 * `count` answers for them.
 */
export function holdersBelow(fleet: EvaluatedFleet, capabilities: readonly AccessCapabilityId[], lane: AccessLane): Int32Array[] {
  const { state } = fleet;
  const { tree } = state;
  const columns = capabilities.map(() => new Int32Array(tree.size));
  const laneNumber = LANES.indexOf(lane);
  const machineCount = tree.lastMachine[0] ?? 0;
  state.leaves.forEach((_, leaf) => {
    if (capabilities.every((capability) => fleet.reach(leaf, capability, lane) === 0)) return;
    const segments = segmentsOf(state, leaf);
    columns.forEach((column, at) => {
      const bit = CAPABILITY_IDS.indexOf(capabilities[at] ?? "read");
      countNodes(tree, rangesOf(segments, laneNumber, bit, machineCount), column);
    });
  });
  return columns;
}

/** Preorder walk that skips whole branches which no range touches. Ranges are ascending, so a pointer follows them. */
function countNodes(tree: ScopeTree, ranges: readonly number[], counts: Int32Array): void {
  let at = 0;
  for (let node = 0; node < tree.size; ) {
    const first = tree.firstMachine[node] ?? 0;
    while (at < ranges.length && (ranges[at + 1] ?? 0) <= first) at += 2;
    if (at >= ranges.length) return;
    const isTouched = (ranges[at] ?? 0) < (tree.lastMachine[node] ?? 0);
    if (isTouched && tree.isMachine[node] === 0) counts[node] = (counts[node] ?? 0) + 1;
    node = isTouched && !onlyMachines(tree, node) ? node + 1 : (tree.end[node] ?? tree.size);
  }
}

/** A resource group's nodes are all machines: none of them needs a visit. */
function onlyMachines(tree: ScopeTree, node: number): boolean {
  const inside = (tree.end[node] ?? 0) - node - 1;
  return inside === (tree.lastMachine[node] ?? 0) - (tree.firstMachine[node] ?? 0);
}
