import type { AccessIndex } from "./access-index";
import { CAPABILITY_IDS } from "./capabilities";
import type { Deny } from "./deny";
import type { Grant } from "./grants";
import { MACHINE_ATOMS, usableAtoms } from "./masks";
import { buildScopeTree, type ScopeTree } from "./scope-tree";
import type { AccessLane, PrincipalInput } from "./types";

/** Order of the lanes in every table of the fleet. */
export const LANES = ["standing", "active", "eligible", "depends", "now"] as const satisfies readonly AccessLane[];
export const LANE_COUNT = LANES.length;
export const CAPABILITY_COUNT = CAPABILITY_IDS.length;

/** A grant as the sweep sees it: at a node, atoms of one lane and atoms that depend on a condition. */
export type FleetGrant = { grant: Grant; node: number; slot: number; sure: number; depends: number };

/** A deny as the sweep sees it: everything but the atoms that its scope cannot take away is cut off. */
export type FleetDeny = { deny: Deny; node: number; sure: number; maybe: number; leaves: Int32Array };

/** Everything the sweep needs, numbered. Mutable: `changeFleet` keeps it true after a change. */
export type FleetState = {
  index: AccessIndex;
  tree: ScopeTree;
  leaves: readonly PrincipalInput[];
  leafNumber: ReadonlyMap<string, number>;
  usable: Int32Array;
  /** Leaves below a principal id, numbered; computed when first needed. */
  members(principalId: string): Int32Array;
  grantsAt: Map<number, FleetGrant[]>;
  grantsOf: Map<string, FleetGrant[]>;
  deniesAt: ReadonlyMap<number, readonly FleetDeny[]>;
  /** Nodes with grants or denies, ascending. */
  activeNodes: number[];
  /** Row of `counts` per node and lane, -1 = none. */
  rowOf: Int32Array;
  rows: number;
  /** Change of the count against the parent node: one row of CAPABILITY_COUNT numbers. */
  counts: Int32Array;
  /** Machines per leaf, lane and capability; null until somebody asks. */
  reach: Int32Array | null;
};

const SLOTS = { standing: 0, active: 1, eligible: 2 } as const;

/** The grant in numbers; null when its scope has no machine below, or its role nothing that counts. */
export function fleetGrant(index: AccessIndex, tree: ScopeTree, grant: Grant): FleetGrant | null {
  const node = tree.nodeOf(grant.scope);
  if (node === -1) return null;
  const place = tree.isMachine[node] === 1 ? MACHINE_ATOMS : -1;
  const masks = index.roles.masks(grant.roleId, grant.condition);
  const sure = masks.sure & place;
  const depends = masks.depends & place;
  return (sure | depends) === 0 ? null : { grant, node, slot: SLOTS[grant.kind.kind], sure, depends };
}

function fleetDenies(index: AccessIndex, tree: ScopeTree, leaves: readonly PrincipalInput[]): Map<number, FleetDeny[]> {
  const byNode = new Map<number, FleetDeny[]>();
  for (const deny of index.denies) {
    const node = tree.nodeOf(deny.scope);
    if (node === -1) continue;
    const isMachine = tree.isMachine[node] === 1;
    // At a scope above machines it would stop only calls at that very scope, and no capability is such a call.
    if (deny.input.doNotApplyToChildScopes && !isMachine) continue;
    const place = isMachine ? MACHINE_ATOMS : -1;
    const numbers: number[] = [];
    leaves.forEach((leaf, number) => {
      if (deny.appliesTo(index.directory.groupsOf(leaf.id))) numbers.push(number);
    });
    const row = { deny, node, sure: deny.sure & place, maybe: deny.maybe & place, leaves: Int32Array.from(numbers) };
    byNode.set(node, [...(byNode.get(node) ?? []), row]);
  }
  return byNode;
}

function createMembers(index: AccessIndex, leafNumber: ReadonlyMap<string, number>): (principalId: string) => Int32Array {
  const known = new Map<string, Int32Array>();
  return (principalId) => {
    const found = known.get(principalId);
    if (found !== undefined) return found;
    const numbers = index.directory.leavesOf(principalId).map((id) => leafNumber.get(id) ?? -1);
    const members = Int32Array.from(numbers.filter((number) => number !== -1));
    known.set(principalId, members);
    return members;
  };
}

function append<K>(map: Map<K, FleetGrant[]>, key: K, row: FleetGrant): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [row]);
  else list.push(row);
}

/** Takes a grant into the tables; the counts are the sweep's business. */
export function insertGrant(state: Pick<FleetState, "grantsAt" | "grantsOf">, row: FleetGrant): void {
  append(state.grantsAt, row.node, row);
  append(state.grantsOf, row.grant.principalId, row);
}

/** Numbers everything and leaves the counts at zero. */
export function createFleetState(index: AccessIndex): FleetState {
  const tree = buildScopeTree(index.inputs, index.scopes);
  const leaves = index.directory.leaves;
  const leafNumber = new Map(leaves.map((leaf, number) => [leaf.id.toLowerCase(), number]));
  const tables = { grantsAt: new Map<number, FleetGrant[]>(), grantsOf: new Map<string, FleetGrant[]>() };
  for (const grant of index.grants) {
    const row = fleetGrant(index, tree, grant);
    if (row !== null) insertGrant(tables, row);
  }
  const deniesAt = fleetDenies(index, tree, leaves);
  const activeNodes = [...new Set([...tables.grantsAt.keys(), ...deniesAt.keys()])].sort((a, b) => a - b);
  return {
    index,
    tree,
    leaves,
    leafNumber,
    usable: Int32Array.from(leaves, usableAtoms),
    members: createMembers(index, leafNumber),
    ...tables,
    deniesAt,
    activeNodes,
    rowOf: new Int32Array(tree.size * LANE_COUNT).fill(-1),
    rows: 0,
    counts: new Int32Array(0),
    reach: null,
  };
}
