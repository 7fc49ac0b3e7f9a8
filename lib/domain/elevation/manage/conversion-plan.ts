import { lastSegment, normaliseScope } from "../../access/scope";
import type { PrincipalKind, ScopeRef } from "../../access/types";

/** A standing assignment with what is known around it. Ids as Azure wrote them. */
export type StandingFact = {
  assignmentId: string;
  scope: ScopeRef;
  roleId: string;
  roleName: string;
  principalId: string;
  kind: PrincipalKind;
  condition: string | null;
  /** Made by an activation of Privileged Identity Management. */
  activatedByPim: boolean;
  /** The role lets its holder assign roles: without a holder nobody can repair anything there. */
  assignsRoles: boolean;
};

export const CONVERSION_REASONS = [
  "activatedByPim",
  "notAPersonOrGroup",
  "deleted",
  "condition",
  "lastWhoAssigns",
  "own",
  "alreadyEligible",
] as const;
export type ConversionReason = (typeof CONVERSION_REASONS)[number];

/** blocked: not offered. confirm: converted only after its words are typed. ready: the rest. */
export type ConversionVerdict = { verdict: "ready" | "confirm" | "blocked"; reasons: ConversionReason[] };

const BLOCKING = new Set<ConversionReason>(["activatedByPim", "notAPersonOrGroup", "deleted", "condition"]);
const CONFIRMED = new Set<ConversionReason>(["lastWhoAssigns", "own"]);

const BLOCKED_KINDS: Partial<Record<PrincipalKind, ConversionReason>> = {
  servicePrincipal: "notAPersonOrGroup",
  managedIdentity: "notAPersonOrGroup",
  device: "notAPersonOrGroup",
  deleted: "deleted",
};

/** Key under which an eligibility replaces a standing assignment: the same person, role and scope. */
export function grantKey(of: { principalId: string; roleId: string; scope: string }): string {
  return [of.principalId.toLowerCase(), lastSegment(of.roleId), normaliseScope(of.scope)].join("|");
}

/** Scopes at which, after these conversions, nobody would hold a standing right to assign roles. */
function lastHolders(facts: readonly StandingFact[], chosen: ReadonlySet<string>): Set<string> {
  const scopes = new Map<string, { left: number; gone: string[] }>();
  for (const fact of facts.filter(({ assignsRoles }) => assignsRoles)) {
    const at = normaliseScope(fact.scope.id);
    const entry = scopes.get(at) ?? { left: 0, gone: [] };
    if (chosen.has(fact.assignmentId) && fact.kind !== "deleted") entry.gone.push(fact.assignmentId);
    else if (fact.kind !== "deleted" && !fact.activatedByPim) entry.left++;
    scopes.set(at, entry);
  }
  return new Set([...scopes.values()].filter(({ left }) => left === 0).flatMap(({ gone }) => gone));
}

/**
 * What becomes of each chosen standing assignment. `facts` holds all standing assignments that were read, so that the last
 * person who could repair a scope is recognised. Source: PIM eligibility is for users and groups; conditions on eligible
 * assignments are offered for blob data roles only (PIM, assign Azure resource roles).
 */
export function conversionPlan(args: {
  facts: readonly StandingFact[];
  chosen: ReadonlySet<string>;
  /** grantKey of every eligibility that exists. */
  eligible: ReadonlySet<string>;
  operatorId: string;
}): Map<string, ConversionVerdict> {
  const { facts, chosen, eligible } = args;
  const last = lastHolders(facts, chosen);
  const plan = new Map<string, ConversionVerdict>();
  for (const fact of facts) {
    if (!chosen.has(fact.assignmentId)) continue;
    const reasons: ConversionReason[] = [];
    if (fact.activatedByPim) reasons.push("activatedByPim");
    const kind = BLOCKED_KINDS[fact.kind];
    if (kind !== undefined) reasons.push(kind);
    if (fact.condition !== null) reasons.push("condition");
    if (last.has(fact.assignmentId)) reasons.push("lastWhoAssigns");
    if (fact.assignsRoles && fact.principalId.toLowerCase() === args.operatorId.toLowerCase()) reasons.push("own");
    if (eligible.has(grantKey({ ...fact, scope: fact.scope.id }))) reasons.push("alreadyEligible");
    const blocked = reasons.some((reason) => BLOCKING.has(reason));
    const confirm = reasons.some((reason) => CONFIRMED.has(reason));
    plan.set(fact.assignmentId, { verdict: blocked ? "blocked" : confirm ? "confirm" : "ready", reasons });
  }
  return plan;
}
