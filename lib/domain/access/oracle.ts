import { type AccessCapabilityId, ATOMS, type AtomId, CAPABILITIES, type CapabilityRule } from "./capabilities";
import type { AccessInputs, AccessLane, DenyAssignmentInput, PermissionInput, RoleDefinitionInput } from "./types";

/**
 * The slow and obvious second implementation, for tests only: one question at a time, written from the
 * documentation and from no code of the engine. What a condition means is told from outside, not read from its text.
 */
export type Meaning = true | false | "limited" | "unknown";
export type ConditionMeaning = (text: string, action: string) => Meaning;

type Way = {
  scope: string;
  roleId: string;
  principalId: string;
  kind: "standing" | "active" | "eligible";
  condition: string | null;
};

const EVERYONE = "00000000-0000-0000-0000-000000000000";

const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const lastPart = (id: string) => (id.split("/").at(-1) ?? "").toLowerCase();

const expressions = new Map<string, RegExp>();

export function oracleMatches(pattern: string, action: string): boolean {
  const known = expressions.get(pattern);
  if (known !== undefined) return known.test(action);
  const source = pattern
    .replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("/*/", "/(.*/)?")
    .replaceAll(/(?<!\.)\*(?!\/\)\?)/g, ".*");
  const expression = new RegExp(`^${source}$`, "i");
  expressions.set(pattern, expression);
  return expression.test(action);
}

function grants(entry: PermissionInput, action: string, isData: boolean): boolean {
  const [yes, no] = isData ? [entry.dataActions, entry.notDataActions] : [entry.actions, entry.notActions];
  return yes.some((p) => oracleMatches(p, action)) && !no.some((p) => oracleMatches(p, action));
}

function isMember(inputs: AccessInputs, person: string, groupId: string, seen: string[] = []): boolean {
  if (sameText(person, groupId)) return true;
  if (seen.includes(groupId.toLowerCase())) return false;
  return inputs.groups
    .filter((group) => sameText(group.groupId, groupId))
    .some((group) => group.memberIds.some((member) => isMember(inputs, person, member, [...seen, groupId.toLowerCase()])));
}

function parentOf(inputs: AccessInputs, scope: string): string | null {
  const group = inputs.managementGroups.find((row) => sameText(row.id, scope));
  if (group !== undefined) return group.parentId;
  const subscription = inputs.subscriptions.find((row) => sameText(`/subscriptions/${row.id}`, scope) || sameText(row.id, scope));
  if (subscription !== undefined) return subscription.managementGroupId;
  const resource = /^(?<group>\/subscriptions\/[^/]+\/resourcegroups\/[^/]+)\/providers\/.+$/i.exec(scope)?.groups?.group;
  return (
    resource ?? /^(?<subscription>\/subscriptions\/[^/]+)\/resourcegroups\/[^/]+$/i.exec(scope)?.groups?.subscription ?? null
  );
}

function isAtOrAbove(inputs: AccessInputs, upper: string, lower: string): boolean {
  if (upper === "/") return true;
  const seen: string[] = [];
  for (let at: string | null = lower; at !== null && !seen.includes(at.toLowerCase()); at = parentOf(inputs, at)) {
    if (sameText(upper, at)) return true;
    seen.push(at.toLowerCase());
  }
  return false;
}

export function waysIn(inputs: AccessInputs, now: Date): Way[] {
  const ways: Way[] = [];
  const used = new Set<unknown>();
  const over = (until: string | null) => until !== null && new Date(until) <= now;
  const isOf = (a: { scope: string; principalId: string; roleDefinitionId: string }, b: typeof a) =>
    sameText(a.scope, b.scope) &&
    sameText(a.principalId, b.principalId) &&
    lastPart(a.roleDefinitionId) === lastPart(b.roleDefinitionId);
  for (const row of inputs.assignments) {
    const named = inputs.activeInstances.filter(
      (one) => one.originRoleAssignmentId !== null && lastPart(one.originRoleAssignmentId) === lastPart(row.id),
    );
    const instances = named.length > 0 ? named : inputs.activeInstances.filter((one) => isOf(one, row));
    for (const one of instances) used.add(one);
    const base = {
      scope: row.scope,
      roleId: lastPart(row.roleDefinitionId),
      principalId: row.principalId,
      condition: row.condition,
    };
    if (instances.length === 0 || instances.some((one) => one.until === null)) ways.push({ ...base, kind: "standing" });
    else if (instances.some((one) => !over(one.until))) ways.push({ ...base, kind: "active" });
  }
  for (const row of inputs.activeInstances) {
    if (used.has(row) || over(row.until)) continue;
    const base = {
      scope: row.scope,
      roleId: lastPart(row.roleDefinitionId),
      principalId: row.principalId,
      condition: row.condition,
    };
    ways.push({ ...base, kind: row.until === null ? "standing" : "active" });
  }
  for (const row of inputs.eligibleInstances) {
    if (over(row.until)) continue;
    ways.push({ ...row, roleId: lastPart(row.roleDefinitionId), kind: "eligible" });
  }
  return ways;
}

/** How an action comes out of a role under a condition of the assignment. */
function roleGives(
  roles: readonly RoleDefinitionInput[],
  way: Way,
  action: string,
  isData: boolean,
  meaning: ConditionMeaning,
): Meaning {
  const role = roles.findLast((one) => lastPart(one.id) === way.roleId);
  const results = (role?.permissions ?? [])
    .filter((entry) => grants(entry, action, isData))
    .map((entry): Meaning => {
      const parts = [entry.condition ?? null, way.condition].map((text) => (text === null ? true : meaning(text, action)));
      if (parts.includes(false)) return false;
      if (parts.includes("unknown")) return "unknown";
      return parts.includes("limited") ? "limited" : true;
    });
  return ([true, "limited", "unknown"] as const).find((wanted) => results.includes(wanted)) ?? false;
}

/** Whether deny assignments stop the action: yes, no, or perhaps. */
function denied(
  inputs: AccessInputs,
  person: string,
  target: string,
  atom: AtomId,
  meaning: ConditionMeaning,
): boolean | "perhaps" {
  const { action, isDataAction, at } = ATOMS[atom];
  const names = (ids: readonly string[]) => ids.some((id) => id === EVERYONE || isMember(inputs, person, id));
  function reaches(row: DenyAssignmentInput): boolean {
    const own = sameText(row.scope, target);
    if (at === "resourceGroup" && own) return false;
    return row.doNotApplyToChildScopes ? own : isAtOrAbove(inputs, row.scope, target);
  }
  const verdicts = inputs.denyAssignments
    .filter(
      (row) => reaches(row) && names(row.principalIds) && !row.excludePrincipalIds.some((id) => isMember(inputs, person, id)),
    )
    .flatMap((row) =>
      row.permissions
        .filter((entry) => grants(entry, action, isDataAction))
        .map(() => (row.condition === null ? true : meaning(row.condition, action))),
    );
  if (verdicts.includes(true)) return true;
  return verdicts.some((verdict) => verdict !== false) ? "perhaps" : false;
}

const SIGN_IN: readonly AtomId[] = ["signInUser", "signInAdmin"];

/** All lanes in which a principal that is no group has a capability on a machine. */
export function oracleLanes(
  inputs: AccessInputs,
  now: Date,
  person: string,
  capability: AccessCapabilityId,
  machine: string,
  meaning: ConditionMeaning,
  ways: readonly Way[] = waysIn(inputs, now),
): AccessLane[] {
  const rule: CapabilityRule = CAPABILITIES[capability];
  const described = inputs.principals.findLast((row) => sameText(row.id, person));
  if (described?.enabled === false || described?.kind === "deleted") return [];
  const lanes = new Set<AccessLane>();
  for (const way of ways) {
    if (!isMember(inputs, person, way.principalId) || !isAtOrAbove(inputs, way.scope, machine)) continue;
    for (const atom of rule.anyOf) {
      if (SIGN_IN.includes(atom) && described !== undefined && described.kind !== "user" && described.kind !== "unknown")
        continue;
      if (ATOMS[atom].at === "resourceGroup" && sameText(way.scope, machine)) continue;
      const gives = roleGives(inputs.roleDefinitions, way, ATOMS[atom].action, ATOMS[atom].isDataAction, meaning);
      if (gives === false) continue;
      const stopped = denied(inputs, person, machine, atom, meaning);
      if (stopped === true) continue;
      if (atom === "assignRoles") {
        if (rule.limited === true && gives !== "limited") continue;
        if (rule.limited !== true && gives === "limited") continue;
      }
      lanes.add(gives === "unknown" || stopped === "perhaps" ? "depends" : way.kind);
    }
  }
  if (lanes.has("standing") || lanes.has("active")) lanes.add("now");
  return [...lanes].sort();
}
