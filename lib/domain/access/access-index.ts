import { createDenies, type Deny } from "./deny";
import { buildGrants, type Grant } from "./grants";
import { createDirectory, type Directory } from "./groups";
import { createRoleBook, type RoleBook } from "./roles";
import { createScopeParents, lastSegment, normaliseScope, type ScopeParents } from "./scope";
import type { AccessInputs, AtLeastReason, IncompleteInput, MachineInput } from "./types";

/** The inputs of one moment, ready to be asked about single machines, people and actions. */
export type AccessIndex = {
  inputs: AccessInputs;
  now: Date;
  scopes: ScopeParents;
  roles: RoleBook;
  directory: Directory;
  grants: readonly Grant[];
  denies: readonly Deny[];
  grantsAt(scope: string): readonly Grant[];
  deniesAt(scope: string): readonly Deny[];
  /** By ARM id, whatever its case. */
  machine(machineId: string): MachineInput | undefined;
};

/** Prepares inputs for `evaluateMachine`, `canDo` and `explainWhyNot`. Cost is linear in the inputs. */
export function prepareAccess(inputs: AccessInputs, now: Date): AccessIndex {
  const grants = buildGrants(inputs, now);
  const denies = createDenies(inputs);
  let byScope: Map<string, Grant[]> | null = null;
  const deniesByScope = Map.groupBy(denies, (deny) => deny.scope);
  let machines: Map<string, MachineInput> | null = null;
  return {
    inputs,
    now,
    scopes: createScopeParents(inputs),
    roles: createRoleBook(inputs.roleDefinitions),
    directory: createDirectory(inputs, grants),
    grants,
    denies,
    grantsAt: (scope) => {
      byScope ??= Map.groupBy(grants, (grant) => grant.scope);
      return byScope.get(scope) ?? [];
    },
    deniesAt: (scope) => deniesByScope.get(scope) ?? [],
    machine: (machineId) => {
      machines ??= new Map(inputs.machines.map((row) => [normaliseScope(row.id), row]));
      return machines.get(normaliseScope(machineId));
    },
  };
}

/** Whether an unreadable input can matter at a scope whose grants name `principals` (directly or through groups). */
function matters(index: AccessIndex, row: IncompleteInput, chain: readonly string[], grants: readonly Grant[]): boolean {
  if (row.at === null) return true;
  if (row.source !== "groups" && row.source !== "principals") return chain.includes(normaliseScope(row.at));
  const holders = index.directory.groupsOf(row.at);
  return grants.some((grant) => holders.has(grant.principalId));
}

/** Why what the grants of a chain of scopes say is only "at least": unread inputs, unknown roles, groups without members. */
export function atLeastReasons(index: AccessIndex, chain: readonly string[], grants: readonly Grant[]): AtLeastReason[] {
  const reasons: AtLeastReason[] = index.inputs.incomplete.filter((row) => matters(index, row, chain, grants));
  const said = new Set(reasons.map((row) => `${row.source}|${row.at?.toLowerCase() ?? ""}`));
  function add(reason: AtLeastReason & { at: string }): void {
    const key = `${reason.source}|${reason.at.toLowerCase()}`;
    if (!said.has(key)) reasons.push(reason);
    said.add(key);
  }
  for (const grant of grants) {
    if (index.roles.find(grant.roleId) === undefined) {
      add({ source: "roleDefinitions", at: lastSegment(grant.roleId), label: grant.id, reason: "unknownRole" });
    }
    for (const id of index.directory.unreadBelow(grant.principalId)) {
      add({ source: "groups", at: id, label: index.directory.find(id)?.displayName ?? id, reason: "membersNotRead" });
    }
  }
  return reasons;
}
