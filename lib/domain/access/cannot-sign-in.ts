import type { CannotSignIn, CannotSignInReason } from "./api";
import { CAPABILITY_IDS } from "./capabilities";
import type { AccessPath, BlockReason, CapabilityAnswer, MachineAccess, PrincipalInput } from "./types";

const SIGN_IN = ["signInUser", "signInAdmin"] as const;
/** Rights to manage the machine that people take for a right to sign in. */
const MANAGES = ["indirectAdmin", "changeIdentity", "delete", "assignRoles"] as const;

type Person = { principal: PrincipalInput; reasons: Set<CannotSignInReason>; roles: Set<string>; canSignIn: boolean };

function isSure(path: AccessPath): boolean {
  return path.kind.kind !== "eligible" && path.condition.kind === "none";
}

function reasonOf(block: BlockReason): CannotSignInReason {
  return block.reason;
}

function addSignIn(people: Map<string, Person>, answer: CapabilityAnswer): void {
  for (const { principal, paths } of answer.holders) {
    const person = people.get(principal.id);
    if (person === undefined) continue;
    if (paths.some(isSure)) person.canSignIn = true;
    else if (paths.some((path) => path.kind.kind !== "eligible")) person.reasons.add("dependsOnCondition");
    else person.reasons.add("onlyEligible");
  }
  for (const { principal, blocked } of answer.blocked) {
    for (const block of blocked) people.get(principal.id)?.reasons.add(reasonOf(block));
  }
}

function addManagers(people: Map<string, Person>, answer: CapabilityAnswer): void {
  for (const { principal, paths } of answer.holders) {
    const person = people.get(principal.id);
    if (paths.some((path) => path.kind.kind !== "eligible")) person?.reasons.add("ownerOrContributorOnly");
  }
}

function isPerson({ kind }: PrincipalInput): boolean {
  return kind === "user" || kind === "guest" || kind === "deleted" || kind === "unknown";
}

/**
 * People who hold some role that reaches the machine and yet cannot sign in to it now, each with all reasons that hold.
 * Rules: howto-arc-sign-in-windows (one of the two login roles, an enabled member account; Owner and Contributor are none).
 */
export function cannotSignIn(access: MachineAccess): CannotSignIn[] {
  const people = new Map<string, Person>();
  for (const capability of CAPABILITY_IDS) {
    const answer = access.answers[capability];
    for (const { principal, paths } of [...answer.holders, ...answer.blocked]) {
      if (!isPerson(principal)) continue;
      const person = people.get(principal.id) ?? { principal, reasons: new Set(), roles: new Set(), canSignIn: false };
      for (const path of paths) person.roles.add(path.roleName);
      people.set(principal.id, person);
    }
  }
  for (const capability of SIGN_IN) addSignIn(people, access.answers[capability]);
  const without = [...people.values()].filter((person) => !person.canSignIn);
  const byId = new Map(without.filter(({ reasons }) => reasons.size === 0).map((person) => [person.principal.id, person]));
  for (const capability of MANAGES) addManagers(byId, access.answers[capability]);
  return without.map(({ principal, reasons, roles }) => ({
    principal,
    reasons: reasons.size === 0 ? ["noLoginRole"] : [...reasons],
    roles: [...roles].sort(),
  }));
}
