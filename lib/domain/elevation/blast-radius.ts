import { reachClasses, reachSeverity, resourceTypeOf } from "../access/reach";
import { createScopeParents, lastSegment, normaliseScope } from "../access/scope";
import type { AccessInputs, MachineInput, RoleAssignmentInput } from "../access/types";
import type { BlastRadius } from "./api";

const LISTED = 10;
const SEVERITIES = ["critical", "high", "medium", "low"] as const;
type Severity = (typeof SEVERITIES)[number];

/** Groups that hold a machine's identity, directly or through groups, so that their assignments count as its own. */
function holdersOf(identities: ReadonlySet<string>, groups: AccessInputs["groups"]): Map<string, Set<string>> {
  const parents = new Map<string, string[]>();
  for (const { groupId, memberIds } of groups) {
    for (const member of memberIds) {
      const id = member.toLowerCase();
      parents.set(id, [...(parents.get(id) ?? []), groupId.toLowerCase()]);
    }
  }
  const holders = new Map<string, Set<string>>();
  for (const identity of identities) {
    const seen = new Set([identity]);
    // A Set hands out what is added while it is walked.
    for (const id of seen) for (const parent of parents.get(id) ?? []) seen.add(parent);
    for (const id of seen) holders.set(id, (holders.get(id) ?? new Set()).add(identity));
  }
  return holders;
}

/**
 * What the identities of these machines hold: whoever controls a machine holds it too. Grants are counted once per
 * assignment. Source: managed identities, "anything that runs as administrator can take the token".
 */
export function blastRadius(
  inputs: Pick<AccessInputs, "assignments" | "roleDefinitions" | "groups" | "managementGroups" | "subscriptions">,
  machines: readonly MachineInput[],
): BlastRadius {
  const identities = new Set(machines.flatMap(({ principalId }) => (principalId === null ? [] : [principalId.toLowerCase()])));
  if (identities.size === 0) return { identities: 0, grants: 0, targets: 0, gravest: [] };
  const holders = holdersOf(identities, inputs.groups);
  const roles = new Map(inputs.roleDefinitions.map((role) => [lastSegment(role.id), role]));
  const scopes = createScopeParents(inputs);
  const held = inputs.assignments.filter(({ principalId }) => holders.has(principalId.toLowerCase()));

  function severityOf(row: RoleAssignmentInput): Severity {
    const scope = scopes.describe(normaliseScope(row.scope), row.scope);
    const permissions = roles.get(lastSegment(row.roleDefinitionId))?.permissions ?? [];
    return reachSeverity(reachClasses(permissions, resourceTypeOf(row.scope)), scope.kind);
  }

  const grouped = Map.groupBy(held, (row) => `${normaliseScope(row.scope)}|${lastSegment(row.roleDefinitionId)}`);
  const rows = [...grouped.values()].flatMap((same) => {
    const [row] = same;
    if (row === undefined) return [];
    const who = new Set(same.flatMap(({ principalId }) => [...(holders.get(principalId.toLowerCase()) ?? [])]));
    return [
      {
        scope: scopes.describe(normaliseScope(row.scope), row.scope),
        roleName: roles.get(lastSegment(row.roleDefinitionId))?.name ?? lastSegment(row.roleDefinitionId),
        severity: severityOf(row),
        identities: who.size,
      },
    ];
  });
  rows.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.identities - a.identities);
  return {
    identities: identities.size,
    grants: held.length,
    targets: new Set(held.map(({ scope }) => normaliseScope(scope))).size,
    gravest: rows.slice(0, LISTED),
  };
}
