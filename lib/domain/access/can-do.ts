import { type AccessIndex, atLeastReasons } from "./access-index";
import type { RoleRequest } from "./condition";
import { conditionUnderDeny, denyVerdict, pathOf, sortPaths } from "./paths";
import { normaliseScope } from "./scope";
import type { AccessPath, ActionAnswer, BlockReason } from "./types";

export type ActionQuestion = {
  principalId: string;
  action: string;
  isDataAction: boolean;
  scope: string;
  /** For assigning or removing roles: what exactly, so that conditions which limit roles are decided too. */
  request?: RoleRequest;
};

function verdictOf(paths: readonly AccessPath[]): ActionAnswer["verdict"] {
  const now = paths.filter((path) => path.kind.kind !== "eligible");
  if (now.some((path) => path.condition.kind === "none")) return "yes";
  if (now.length > 0) return "depends";
  return paths.length > 0 ? "eligible" : "no";
}

/** The principal may be a member all the same: members of the group, or of a group in it, could not be read. */
function mayHold(index: AccessIndex, groupId: string): boolean {
  if (index.directory.unreadBelow(groupId).length > 0) return true;
  return index.inputs.incomplete.some(
    ({ source, at }) => source === "groups" && at !== null && index.directory.groupsOf(at).has(groupId),
  );
}

/**
 * May a principal do an action at a scope: role assignments of the principal and its groups at the scope and above, minus
 * deny assignments (Steps to determine access). A group is asked like a person: as if it were one member of it.
 */
export function canDo(index: AccessIndex, question: ActionQuestion): ActionAnswer {
  const { action, isDataAction, request } = question;
  const target = normaliseScope(question.scope);
  const chain = index.scopes.chain(target);
  const principal = index.directory.find(question.principalId);
  const identities = index.directory.groupsOf(question.principalId);
  const onChain = chain.flatMap((scope) => index.grantsAt(scope));
  const grants = onChain.filter((grant) => identities.has(grant.principalId));
  const maybe = onChain.filter((grant) => !identities.has(grant.principalId) && mayHold(index, grant.principalId));
  const denies = chain
    .flatMap((scope) => index.deniesAt(scope))
    .filter((deny) => deny.reaches(target) && deny.appliesTo(identities));
  const verdict = denyVerdict(index, denies, action, isDataAction);
  const paths = grants.flatMap((grant) => {
    const decision = index.roles.decide(grant.roleId, grant.condition, action, isDataAction, request);
    if (decision === null) return [];
    const condition = conditionUnderDeny(decision.condition, verdict.maybeBy);
    const chain = index.directory.chain(question.principalId, grant.principalId);
    return [pathOf(index, { grant, decision, action, isDataAction }, chain, target, condition)];
  });
  const blocked: BlockReason[] = [...verdict.denied];
  if (principal?.kind === "deleted") blocked.unshift({ reason: "deleted" });
  else if (principal?.enabled === false) blocked.unshift({ reason: "disabled" });
  return {
    verdict: blocked.length > 0 ? "no" : verdictOf(paths),
    paths: sortPaths(paths),
    blocked: paths.length === 0 ? [] : blocked,
    atLeast: atLeastReasons(index, chain, [...grants, ...maybe]),
  };
}
