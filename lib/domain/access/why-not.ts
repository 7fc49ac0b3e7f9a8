import type { AccessIndex } from "./access-index";
import { ATOMS, type AtomId } from "./capabilities";
import { evaluateMachine, personBlocks } from "./evaluate-machine";
import { normaliseScope } from "./scope";
import type { AccessPath, AtLeastReason, BlockReason, PrincipalInput, ScopeRef } from "./types";

export type SignInCapability = "signInUser" | "signInAdmin";

/** One reason why a person cannot sign in to a server through Entra; all that hold are given. */
export type WhyNot =
  | BlockReason
  /** A role would give it, but only after it has been activated in PIM. */
  | { reason: "onlyEligible"; paths: readonly AccessPath[] }
  | { reason: "dependsOnCondition"; paths: readonly AccessPath[] }
  /** Roles that manage the machine without any sign-in right, such as Owner and Contributor alone. */
  | { reason: "managementRolesOnly"; roles: readonly string[] }
  /** A sign-in role exists, but only at scopes that do not reach this machine. */
  | { reason: "roleElsewhere"; scopes: readonly ScopeRef[] }
  | { reason: "noRole" };

export type SignInExplanation = {
  /** undefined: nothing that was read names this id. */
  principal: PrincipalInput | undefined;
  canSignIn: boolean;
  paths: readonly AccessPath[];
  reasons: readonly WhyNot[];
  atLeast: readonly AtLeastReason[];
};

/** Scopes at which the person has the sign-in right, outside the chain of the machine. */
function scopesElsewhere(index: AccessIndex, principalId: string, chain: readonly string[], atom: AtomId): ScopeRef[] {
  const identities = index.directory.groupsOf(principalId);
  const scopes = new Map<string, ScopeRef>();
  for (const grant of index.grants) {
    if (!identities.has(grant.principalId) || chain.includes(grant.scope)) continue;
    if (index.roles.decideAtom(grant.roleId, grant.condition, atom) !== null) {
      scopes.set(grant.scope, index.scopes.describe(grant.scope, grant.writtenScope));
    }
  }
  return [...scopes.values()];
}

function managementRoles(index: AccessIndex, principalId: string, chain: readonly string[], atom: AtomId): string[] {
  const identities = index.directory.groupsOf(principalId);
  const names = new Set<string>();
  for (const grant of chain.flatMap((scope) => index.grantsAt(scope))) {
    if (!identities.has(grant.principalId) || grant.kind.kind === "eligible") continue;
    const gives = index.roles.decide(grant.roleId, grant.condition, ATOMS.writeExtensions.action, false);
    const signsIn = index.roles.decideAtom(grant.roleId, grant.condition, atom);
    if (gives !== null && signsIn === null) names.add(index.roles.find(grant.roleId)?.name ?? grant.roleId);
  }
  return [...names];
}

/**
 * Why a person can or cannot sign in to a server (howto-arc-sign-in-windows: one of the two login roles, an enabled member
 * account of the tenant; Owner and Contributor do not give it). Says nothing of the extension or the network.
 */
export function explainSignIn(
  index: AccessIndex,
  principalId: string,
  machineId: string,
  capability: SignInCapability,
): SignInExplanation {
  const access = evaluateMachine(index, machineId, [capability]);
  const answer = access.answers[capability];
  const principal = index.directory.find(principalId);
  const isIt = (row: { principal: PrincipalInput }) => row.principal.id.toLowerCase() === principalId.toLowerCase();
  const paths = answer.holders.find(isIt)?.paths ?? [];
  const sure = paths.filter((path) => path.kind.kind !== "eligible" && path.condition.kind === "none");
  if (sure.length > 0) return { principal, canSignIn: true, paths, reasons: [], atLeast: access.atLeast };

  const blocks: BlockReason[] = principal === undefined ? [] : personBlocks(principal, capability);
  const denied = answer.blocked.find(isIt)?.blocked.filter((block) => block.reason === "denied") ?? [];
  const reasons: WhyNot[] = [...blocks, ...denied];
  const depends = paths.filter((path) => path.kind.kind !== "eligible");
  if (depends.length > 0) reasons.push({ reason: "dependsOnCondition", paths: depends });
  const eligible = paths.filter((path) => path.kind.kind === "eligible");
  if (eligible.length > 0) reasons.push({ reason: "onlyEligible", paths: eligible });
  const chain = index.scopes.chain(normaliseScope(machineId));
  const roles = managementRoles(index, principalId, chain, capability);
  if (roles.length > 0) reasons.push({ reason: "managementRolesOnly", roles });
  const scopes = scopesElsewhere(index, principalId, chain, capability);
  if (scopes.length > 0) reasons.push({ reason: "roleElsewhere", scopes });
  if (paths.length === 0 && denied.length === 0 && !answer.blocked.some(isIt) && roles.length + scopes.length === 0) {
    reasons.push({ reason: "noRole" });
  }
  return { principal, canSignIn: false, paths, reasons, atLeast: access.atLeast };
}
