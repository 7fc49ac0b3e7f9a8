import { prepareAccess } from "./access-index";
import { computeFleetState, type EvaluatedFleet } from "./evaluate-fleet";
import { recount } from "./fleet-recount";
import { type FleetGrant, type FleetState, insertGrant } from "./fleet-state";
import { firstActive } from "./fleet-sweep";
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

/** Takes one grant into an evaluated fleet. */
function addRow(state: FleetState, row: FleetGrant): void {
  recount(state, row, 1, () => {
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
  recount(state, row, -1, () => {
    dropFrom(state.grantsAt, row.node, row);
    dropFrom(state.grantsOf, row.holder, row);
  });
}

const PROVIDER = "/providers/microsoft.authorization/";

/** Ids differ at their ends; comparing those first spares hundreds of long texts in lower case. */
const END = 12;

function withId(rows: readonly FleetGrant[], id: string): FleetGrant[] {
  const end = id.slice(-END);
  return rows.filter(({ grant }) => {
    if (grant.id.length !== id.length || grant.id.slice(-END).toLowerCase() !== end) return false;
    return grant.id.toLowerCase() === id;
  });
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
