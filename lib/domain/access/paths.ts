import type { AccessIndex } from "./access-index";
import type { Deny } from "./deny";
import type { Grant } from "./grants";
import type { GroupChain } from "./groups";
import { CONDITION_RANK, type Decision } from "./roles";
import type { AccessPath, BlockReason, PathCondition } from "./types";

/** What a grant gives of one action, before it is known who of the group asks. */
export type GrantedAction = { grant: Grant; decision: Decision; action: string; isDataAction: boolean };

const KIND_RANK = { standing: 0, active: 1, eligible: 2 } as const;

function byStrength(a: AccessPath, b: AccessPath): number {
  return (
    KIND_RANK[a.kind.kind] - KIND_RANK[b.kind.kind] ||
    CONDITION_RANK[a.condition.kind] - CONDITION_RANK[b.condition.kind] ||
    a.groups.length - b.groups.length ||
    Number(a.inherited) - Number(b.inherited) ||
    (a.assignmentId < b.assignmentId ? -1 : Number(a.assignmentId > b.assignmentId))
  );
}

/** Best first: standing before active before eligible, without condition first, fewest groups first, nearest first. */
export function sortPaths(paths: readonly AccessPath[]): AccessPath[] {
  return paths.length < 2 ? [...paths] : paths.toSorted(byStrength);
}

/** The path by which a principal whose groups lead to the grant by `chain` has what the grant gives at `target`. */
export function pathOf(
  index: AccessIndex,
  granted: GrantedAction,
  chain: GroupChain | null,
  target: string,
  condition: PathCondition,
): AccessPath {
  const { grant, decision } = granted;
  const role = index.roles.find(grant.roleId);
  return {
    kind: grant.kind,
    groups: chain?.groups ?? [],
    groupsExact: chain?.exact ?? false,
    scope: index.scopes.describe(grant.scope, grant.writtenScope),
    inherited: grant.scope !== target,
    assignmentId: grant.id,
    roleId: grant.roleId,
    roleName: role?.name ?? grant.roleId,
    roleType: role?.type ?? "",
    action: granted.action,
    isDataAction: granted.isDataAction,
    pattern: decision.pattern,
    condition,
  };
}

/** What the deny assignments of a principal say about one action. */
export type DenyVerdict = { denied: BlockReason[]; maybeBy: Deny | null };

/** Denies that reach `target` and apply to the principal, for one action. */
export function denyVerdict(index: AccessIndex, denies: readonly Deny[], action: string, isDataAction: boolean): DenyVerdict {
  const verdict: DenyVerdict = { denied: [], maybeBy: null };
  for (const deny of denies) {
    const decided = deny.denies(action, isDataAction);
    if (decided === null) verdict.maybeBy = deny;
    if (decided !== true) continue;
    verdict.denied.push({
      reason: "denied",
      denyAssignmentId: deny.input.id,
      denyName: deny.input.name,
      scope: index.scopes.describe(deny.scope, deny.input.scope),
    });
  }
  return verdict;
}

/** An undecided deny makes an otherwise sure path depend on it. */
export function conditionUnderDeny(condition: PathCondition, maybeBy: Deny | null): PathCondition {
  if (maybeBy === null || condition.kind === "depends") return condition;
  return { kind: "depends", text: maybeBy.input.condition ?? maybeBy.input.name, why: "denyCondition" };
}
