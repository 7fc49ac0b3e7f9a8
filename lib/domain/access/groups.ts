import type { Grant } from "./grants";
import type { AccessInputs, PrincipalInput, PrincipalKind } from "./types";

/** A way from a member up to a group. `exact` is false when groups in between were not named by Azure. */
export type GroupChain = { groups: readonly PrincipalInput[]; exact: boolean };

/** Principals and memberships; ids in lower case. A cycle among groups is walked once, never endlessly. */
export type Directory = {
  /** Every principal that is no group: listed, a member of some group, or named by a grant. */
  leaves: readonly PrincipalInput[];
  /** Known and unknown principals alike; undefined only for ids that nothing names. */
  find(id: string): PrincipalInput | undefined;
  isGroup(id: string): boolean;
  /** The id itself and all groups it is in, directly or through groups. */
  groupsOf(id: string): ReadonlySet<string>;
  /** All principals below a group that are no groups; for anything else the id itself. */
  leavesOf(id: string): readonly string[];
  /** Shortest way from a member to a group, nearest group first; null when there is none, [] for the id itself. */
  chain(memberId: string, groupId: string): GroupChain | null;
  /** Groups at or below a group whose members were not read. */
  unreadBelow(groupId: string): readonly string[];
};

type Edges = Map<string, string[]>;

function push(edges: Edges, from: string, to: string): void {
  const list = edges.get(from);
  if (list === undefined) edges.set(from, [to]);
  else list.push(to);
}

function reach(start: string, edges: Edges): Set<string> {
  const seen = new Set([start]);
  // A Set hands out what is added while it is walked.
  for (const id of seen) for (const next of edges.get(id) ?? []) seen.add(next);
  return seen;
}

/** Steps of a breadth-first walk upwards: group -> the member it was reached from. */
function stepsUp(start: string, edges: Edges): Map<string, string> {
  const from = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const group of edges.get(id) ?? []) {
      if (group === start || from.has(group)) continue;
      from.set(group, id);
      queue.push(group);
    }
  }
  return from;
}

function walkBack(from: Map<string, string>, start: string, end: string): string[] | null {
  if (!from.has(end)) return null;
  const way = [end];
  for (let at = from.get(end); at !== undefined && at !== start; at = from.get(at)) way.push(at);
  return way.reverse();
}

const GROUP_TYPES = ["group", "foreigngroup"];

/** What an assignment's principalType says about a principal that no directory read described. */
function kindOfType(principalType: string | null): PrincipalKind {
  const type = principalType?.toLowerCase() ?? "";
  if (GROUP_TYPES.includes(type)) return "group";
  if (type === "serviceprincipal") return "servicePrincipal";
  return type === "device" ? "device" : "unknown";
}

function undescribed(id: string, kind: PrincipalKind): PrincipalInput {
  return { id, kind, displayName: id, detail: "", enabled: null, machineId: null };
}

function collectPrincipals(inputs: Pick<AccessInputs, "principals" | "groups">, grants: readonly Grant[]) {
  const known = new Map<string, PrincipalInput>();
  for (const principal of inputs.principals) known.set(principal.id.toLowerCase(), principal);
  for (const { groupId } of inputs.groups) {
    const id = groupId.toLowerCase();
    const before = known.get(id);
    if (before === undefined || before.kind === "unknown") known.set(id, undescribed(groupId, "group"));
  }
  for (const grant of grants) {
    const before = known.get(grant.principalId);
    if (before === undefined) known.set(grant.principalId, undescribed(grant.principalId, kindOfType(grant.principalType)));
    else if (before.kind === "unknown" && kindOfType(grant.principalType) !== "unknown") {
      known.set(grant.principalId, { ...before, kind: kindOfType(grant.principalType) });
    }
  }
  for (const { memberIds } of inputs.groups) {
    for (const memberId of memberIds) {
      const id = memberId.toLowerCase();
      if (!known.has(id)) known.set(id, undescribed(memberId, "unknown"));
    }
  }
  return known;
}

function createWays(directUp: Edges, anyUp: Edges) {
  const direct = new Map<string, Map<string, string>>();
  const any = new Map<string, Map<string, string>>();
  function steps(known: Map<string, Map<string, string>>, start: string, edges: Edges) {
    const found = known.get(start) ?? stepsUp(start, edges);
    known.set(start, found);
    return found;
  }
  return (start: string, end: string): { way: string[]; exact: boolean } | null => {
    if (start === end) return { way: [], exact: true };
    const exact = walkBack(steps(direct, start, directUp), start, end);
    if (exact !== null) return { way: exact, exact: true };
    const loose = walkBack(steps(any, start, anyUp), start, end);
    return loose === null ? null : { way: loose, exact: false };
  };
}

/** Memberships count through groups to any depth (Steps to list role assignments: transitive group membership). */
export function createDirectory(inputs: Pick<AccessInputs, "principals" | "groups">, grants: readonly Grant[]): Directory {
  const principals = collectPrincipals(inputs, grants);
  const isGroup = (id: string) => principals.get(id)?.kind === "group";
  const up: Edges = new Map();
  const directUp: Edges = new Map();
  const down: Edges = new Map();
  const read = new Set<string>();
  for (const { groupId, memberIds, transitive } of inputs.groups) {
    const group = groupId.toLowerCase();
    read.add(group);
    for (const memberId of memberIds) {
      const member = memberId.toLowerCase();
      push(up, member, group);
      if (!transitive) push(directUp, member, group);
      push(down, group, member);
    }
  }
  const groupsOf = new Map<string, ReadonlySet<string>>();
  const leavesOf = new Map<string, readonly string[]>();
  const ways = createWays(directUp, up);
  const chains = new Map<string, Map<string, GroupChain | null>>();
  const sameChains = new Map<string, GroupChain>();

  /** Members with the same way up share one object: a group may have 100,000 of them. */
  function findChain(member: string, group: string): GroupChain | null {
    const found = ways(member, group);
    if (found === null) return null;
    const key = `${found.exact} ${found.way.join(" ")}`;
    const same = sameChains.get(key);
    if (same !== undefined) return same;
    const chain = { groups: found.way.map((id) => principals.get(id) ?? undescribed(id, "group")), exact: found.exact };
    sameChains.set(key, chain);
    return chain;
  }

  return {
    leaves: [...principals.values()].filter((principal) => principal.kind !== "group"),
    find: (id) => principals.get(id.toLowerCase()),
    isGroup: (id) => isGroup(id.toLowerCase()),
    groupsOf: (id) => {
      const key = id.toLowerCase();
      const found = groupsOf.get(key) ?? reach(key, up);
      groupsOf.set(key, found);
      return found;
    },
    leavesOf: (id) => {
      const key = id.toLowerCase();
      const found = leavesOf.get(key) ?? (isGroup(key) ? [...reach(key, down)].filter((member) => !isGroup(member)) : [key]);
      leavesOf.set(key, found);
      return found;
    },
    chain: (memberId, groupId) => {
      const known = chains.get(memberId) ?? new Map<string, GroupChain | null>();
      chains.set(memberId, known);
      const chain = known.get(groupId) ?? findChain(memberId.toLowerCase(), groupId.toLowerCase());
      known.set(groupId, chain);
      return chain;
    },
    unreadBelow: (groupId) => {
      const group = groupId.toLowerCase();
      return isGroup(group) ? [...reach(group, down)].filter((id) => isGroup(id) && !read.has(id)) : [];
    },
  };
}
