import { prepareAccess } from "./access-index";
import { computeFleetState, type EvaluatedFleet } from "./evaluate-fleet";
import { type FleetGrant, type FleetState, insertGrant } from "./fleet-state";
import { type Company, firstActive, sweep, tallyCounts, tallyReach } from "./fleet-sweep";
import { type Grant, grantOfAssignment, grantOfEligibility } from "./grants";
import { lastSegment, normaliseScope } from "./scope";
import type { AccessChange, AccessInputs } from "./types";

function without<T extends { id: string }>(rows: readonly T[], id: string): T[] {
  return rows.filter((row) => row.id.toLowerCase() !== id.toLowerCase());
}

function afterRemoval(inputs: AccessInputs, assignmentId: string): AccessInputs {
  const id = assignmentId.toLowerCase();
  return {
    ...inputs,
    assignments: without(inputs.assignments, assignmentId),
    // The instance that stands for the same assignment would otherwise count on its own.
    activeInstances: inputs.activeInstances.filter(
      (row) => row.id.toLowerCase() !== id && lastSegment(row.originRoleAssignmentId ?? "") !== lastSegment(id),
    ),
  };
}

function afterChange(inputs: AccessInputs, change: AccessChange): AccessInputs {
  switch (change.kind) {
    case "add":
      return { ...inputs, assignments: [...inputs.assignments, change.assignment] };
    case "remove":
      return afterRemoval(inputs, change.assignmentId);
    case "addEligible":
      return { ...inputs, eligibleInstances: [...inputs.eligibleInstances, change.eligible] };
    case "removeEligible":
      return { ...inputs, eligibleInstances: without(inputs.eligibleInstances, change.eligibleId) };
    case "setRole": {
      const others = inputs.roleDefinitions.filter((role) => lastSegment(role.id) !== lastSegment(change.role.id));
      return { ...inputs, roleDefinitions: [...others, change.role] };
    }
  }
}

/** The inputs after changes, for `prepareAccess`: nothing is checked, as Azure is the one to refuse. */
export function applyChanges(inputs: AccessInputs, changes: readonly AccessChange[]): AccessInputs {
  let current = inputs;
  for (const change of changes) current = afterChange(current, change);
  return current;
}

/** Above this many people it is cheaper to sift each group's members than to collect each person's groups. */
const FEW = 64;

/** Many people: every node below, each holder's members sifted once. */
function manyAmong(state: FleetState, isIn: Uint8Array): Company {
  const lists = new Map<number, Int32Array>();
  const members = (holder: number) => {
    const list = lists.get(holder) ?? state.holders.members(holder).filter((leaf) => isIn[leaf] === 1);
    lists.set(holder, list);
    return list;
  };
  return { members, isIn, nodes: null };
}

/** Few people: only the nodes where they, their groups or a deny have something. */
function fewAmong(state: FleetState, leaves: Int32Array, isIn: Uint8Array): Company {
  const collected = new Map<number, number[]>();
  for (const leaf of leaves) {
    for (const identity of state.index.directory.groupsOf(state.leaves[leaf]?.id ?? "")) {
      const holder = state.holders.number(identity);
      const list = collected.get(holder);
      if (list === undefined) collected.set(holder, [leaf]);
      else list.push(leaf);
    }
  }
  const nodes = new Set(state.deniesAt.keys());
  const lists = new Map<number, Int32Array>();
  for (const [holder, list] of collected) {
    lists.set(holder, Int32Array.from(list));
    for (const row of state.grantsOf.get(holder) ?? []) nodes.add(row.node);
  }
  return { members: (holder) => lists.get(holder), isIn, nodes };
}

/** Counts the people of a grant out of its subtree, changes the tables, counts them in again. */
function recount(state: FleetState, row: FleetGrant, mutate: () => void): void {
  const leaves = state.holders.members(row.holder);
  const isIn = new Uint8Array(state.leaves.length);
  for (const leaf of leaves) isIn[leaf] = 1;
  const company = leaves.length > FEW ? manyAmong(state, isIn) : fewAmong(state, leaves, isIn);
  company.nodes?.add(row.node);
  const { reach } = state;
  sweep(state, row.node, company, tallyCounts(state, -1));
  if (reach !== null) sweep(state, row.node, company, tallyReach(state, reach, -1));
  mutate();
  sweep(state, row.node, company, tallyCounts(state, 1));
  if (reach !== null) sweep(state, row.node, company, tallyReach(state, reach, 1));
}

/** Takes one grant into an evaluated fleet. */
function addRow(state: FleetState, row: FleetGrant): void {
  recount(state, row, () => {
    insertGrant(state, row);
    const at = firstActive(state.activeNodes, row.node);
    if (state.activeNodes[at] !== row.node) state.activeNodes.splice(at, 0, row.node);
  });
}

function dropFrom(map: Map<number, FleetGrant[]>, key: number, row: FleetGrant): void {
  const rest = (map.get(key) ?? []).filter((other) => other !== row);
  if (rest.length === 0) map.delete(key);
  else map.set(key, rest);
}

/** Takes one grant out of an evaluated fleet. */
function removeRow(state: FleetState, row: FleetGrant): void {
  recount(state, row, () => {
    dropFrom(state.grantsAt, row.node, row);
    dropFrom(state.grantsOf, row.holder, row);
  });
}

const PROVIDER = "/providers/microsoft.authorization/";

function withId(rows: readonly FleetGrant[], id: string): FleetGrant[] {
  return rows.filter((row) => row.grant.id.length === id.length && row.grant.id.toLowerCase() === id);
}

/** Rows of grants by the id of their assignment, instance or eligibility. The id begins with the scope, so it is near. */
export function rowsOf(state: FleetState, id: string): FleetGrant[] {
  const wanted = id.toLowerCase();
  const end = wanted.lastIndexOf(PROVIDER);
  if (end === -1) return [...state.grantsAt.values()].flatMap((rows) => withId(rows, wanted));
  const node = state.tree.nodeOf(normaliseScope(wanted.slice(0, end)));
  return withId(state.grantsAt.get(node) ?? [], wanted);
}

/** The grant that a change adds; null for removals and role changes. */
export function addedGrant(change: AccessChange): Grant | null {
  if (change.kind === "add") return grantOfAssignment(change.assignment);
  return change.kind === "addEligible" ? grantOfEligibility(change.eligible) : null;
}

/** True when the numbers of the fleet still fit after the change, so that it can be counted in place. */
function fitsInPlace(state: FleetState, change: AccessChange): boolean {
  if (change.kind === "setRole") return false;
  const grant = addedGrant(change);
  return grant === null || state.index.directory.find(grant.principalId) !== undefined;
}

/**
 * Changes an evaluated fleet. One assignment costs what its people hold below its scope, not the size of the fleet; a role
 * definition, or a principal that no input named, makes everything be computed again.
 */
export function changeFleet(fleet: EvaluatedFleet, change: AccessChange): void {
  const { state } = fleet;
  fleet.applied.push(change);
  if (!fitsInPlace(state, change)) {
    fleet.state = computeFleetState(prepareAccess(applyChanges(state.index.inputs, fleet.applied), state.index.now));
    fleet.applied = [];
    return;
  }
  const grant = addedGrant(change);
  if (grant !== null) {
    const row = state.readGrant(grant);
    if (row !== null) addRow(state, row);
    return;
  }
  const id = change.kind === "remove" ? change.assignmentId : change.kind === "removeEligible" ? change.eligibleId : "";
  for (const row of rowsOf(state, id)) removeRow(state, row);
}
