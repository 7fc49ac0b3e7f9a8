/** What a delegate may assign and remove: these roles, and only to these kinds of principal when any is named. */
export type DelegateLimit = { roleIds: readonly string[]; principalTypes: readonly string[] };

const ATTRIBUTE = "Microsoft.Authorization/roleAssignments";

function clause(action: "write" | "delete", limit: DelegateLimit): string {
  // A new assignment is described by the request, one that is removed by the resource that is there.
  const source = action === "write" ? "@Request" : "@Resource";
  const roles = `${source}[${ATTRIBUTE}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${limit.roleIds.join(", ")}}`;
  const types = limit.principalTypes.map((type) => `'${type}'`).join(", ");
  const kinds = `${source}[${ATTRIBUTE}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {${types}}`;
  const tests = limit.principalTypes.length === 0 ? roles : `${roles}\n  AND\n  ${kinds}`;
  return `(\n (\n  !(ActionMatches{'${ATTRIBUTE}/${action}'})\n )\n OR\n (\n  ${tests}\n )\n)`;
}

/**
 * The condition that limits its holder to assigning and removing certain roles, in the form that Azure's own editor writes
 * (Delegate Azure access management to others: constrain roles, constrain roles and principal types). Version 2.0.
 */
export function delegateCondition(limit: DelegateLimit): string {
  return `${clause("write", limit)}\nAND\n${clause("delete", limit)}`;
}
