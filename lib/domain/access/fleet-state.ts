import type { AccessIndex } from "./access-index";
import { CAPABILITY_IDS } from "./capabilities";
import type { Deny } from "./deny";
import type { Grant } from "./grants";
import { countedAs, formsOf, MACHINE_ATOMS, usableAtoms } from "./masks";
import type { GrantMasks } from "./roles";
import { buildScopeTree, type ScopeTree } from "./scope-tree";
import type { AccessLane, PrincipalInput } from "./types";

/** Order of the lanes in every table of the fleet. */
export const LANES = ["standing", "active", "eligible", "depends", "now"] as const satisfies readonly AccessLane[];
export const LANE_COUNT = LANES.length;
export const CAPABILITY_COUNT = CAPABILITY_IDS.length;

/**
 * A grant as the sweep sees it: at a node, atoms of one lane and atoms that depend on a condition, each in the forms of
 * COUNTED. `holder` is the number of the principal it names.
 */
export type FleetGrant = { grant: Grant; node: number; holder: number; slot: number; sure: Int32Array; depends: Int32Array };

/** A deny as the sweep sees it: everything but the atoms that its scope cannot take away is cut off. */
export type FleetDeny = { deny: Deny; node: number; sure: number; maybe: number; leaves: Int32Array };

/** Everything the sweep needs, numbered. Mutable: `changeFleet` keeps it true after a change. */
export type FleetState = {
  index: AccessIndex;
  tree: ScopeTree;
  leaves: readonly PrincipalInput[];
  leafNumber: ReadonlyMap<string, number>;
  usable: Int32Array;
  /** One of COUNTED per leaf. */
  counted: Uint8Array;
  holders: Holders;
  readGrant(grant: Grant): FleetGrant | null;
  grantsAt: Map<number, FleetGrant[]>;
  /** By the number of the holder. */
  grantsOf: Map<number, FleetGrant[]>;
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

type Forms = { sure: Int32Array; depends: Int32Array } | null;

/** Forms of a role under a condition, for scopes above machines and for machines themselves; remembered by the masks. */
function createForms(index: AccessIndex): (grant: Grant, isMachine: boolean) => Forms {
  const known = [new Map<GrantMasks, Forms>(), new Map<GrantMasks, Forms>()];
  return (grant, isMachine) => {
    const masks = index.roles.masks(grant.roleId, grant.condition);
    const found = known[isMachine ? 1 : 0]?.get(masks);
    if (found !== undefined) return found;
    const place = isMachine ? MACHINE_ATOMS : -1;
    const isNothing = ((masks.sure | masks.depends) & place) === 0;
    const forms = isNothing ? null : { sure: formsOf(masks.sure & place), depends: formsOf(masks.depends & place) };
    known[isMachine ? 1 : 0]?.set(masks, forms);
    return forms;
  };
}

/** The grant in numbers; null when its scope has no machine below, or its role nothing that counts. */
function createGrantReader(index: AccessIndex, tree: ScopeTree, holders: Holders): (grant: Grant) => FleetGrant | null {
  const formsOfGrant = createForms(index);
  return (grant) => {
    const node = tree.nodeOf(grant.scope);
    const forms = node === -1 ? null : formsOfGrant(grant, tree.isMachine[node] === 1);
    if (forms === null) return null;
    return { grant, node, holder: holders.number(grant.principalId), slot: SLOTS[grant.kind.kind], ...forms };
  };
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

/** Numbers of the principals that hold grants, groups and others alike, and the leaves below each. */
export type Holders = {
  number(principalId: string): number;
  /** Leaves below a holder, numbered; computed when first needed. */
  members(holder: number): Int32Array;
  /** Holders that a leaf is or is in, however deep; computed when first needed. */
  above(leaf: number): Int32Array;
};

function createHolders(index: AccessIndex, leafNumber: ReadonlyMap<string, number>): Holders {
  const { directory } = index;
  const above: (Int32Array | undefined)[] = [];
  const numbers = new Map<string, number>();
  const ids: string[] = [];
  const members: (Int32Array | undefined)[] = [];
  const number = (principalId: string): number => {
    const known = numbers.get(principalId);
    if (known !== undefined) return known;
    numbers.set(principalId, ids.length);
    return ids.push(principalId) - 1;
  };
  return {
    number,
    above: (leaf) => {
      const known = above[leaf];
      if (known !== undefined) return known;
      const list = Int32Array.from([...directory.groupsOf(directory.leaves[leaf]?.id ?? "")].map(number));
      above[leaf] = list;
      return list;
    },
    members: (holder) => {
      const known = members[holder];
      if (known !== undefined) return known;
      const leaves = directory.leavesOf(ids[holder] ?? "").map((id) => leafNumber.get(id) ?? -1);
      const list = Int32Array.from(leaves.filter((leaf) => leaf !== -1));
      members[holder] = list;
      return list;
    },
  };
}

function append(map: Map<number, FleetGrant[]>, key: number, row: FleetGrant): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [row]);
  else list.push(row);
}

/** Takes a grant into the tables; the counts are the sweep's business. */
export function insertGrant(state: Pick<FleetState, "grantsAt" | "grantsOf">, row: FleetGrant): void {
  append(state.grantsAt, row.node, row);
  append(state.grantsOf, row.holder, row);
}

/** Numbers everything and leaves the counts at zero. */
export function createFleetState(index: AccessIndex): FleetState {
  const tree = buildScopeTree(index.inputs, index.scopes);
  const leaves = index.directory.leaves;
  const leafNumber = new Map(leaves.map((leaf, number) => [leaf.id.toLowerCase(), number]));
  const holders = createHolders(index, leafNumber);
  const tables = { grantsAt: new Map<number, FleetGrant[]>(), grantsOf: new Map<number, FleetGrant[]>() };
  const readGrant = createGrantReader(index, tree, holders);
  const rows = index.grants.flatMap((grant) => readGrant(grant) ?? []).sort((a, b) => a.node - b.node);
  // The sweep meets the rows by node: copies made in that order lie together in memory.
  for (const row of rows) insertGrant(tables, { ...row });
  const deniesAt = fleetDenies(index, tree, leaves);
  const denied = new Set([...deniesAt.values()].flatMap((rows) => rows.flatMap((row) => [...row.leaves])));
  const activeNodes = [...Int32Array.from(new Set([...tables.grantsAt.keys(), ...deniesAt.keys()])).sort()];
  return {
    index,
    tree,
    leaves,
    leafNumber,
    usable: Int32Array.from(leaves, usableAtoms),
    counted: Uint8Array.from(leaves, (leaf, number) => countedAs(usableAtoms(leaf), denied.has(number))),
    holders,
    readGrant,
    ...tables,
    deniesAt,
    activeNodes,
    rowOf: new Int32Array(tree.size * LANE_COUNT).fill(-1),
    rows: 0,
    counts: new Int32Array(0),
    reach: null,
  };
}
