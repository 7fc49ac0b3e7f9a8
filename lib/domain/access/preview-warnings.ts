import type { AccessChangeRequest, AssignmentView, PreviewWarning, PreviewWarningId } from "./api";
import type { ATOMS } from "./capabilities";
import { parseCondition } from "./condition-parse";
import { createRoleBook } from "./roles";
import { scopeKind } from "./scope";
import type { PrincipalInput, RoleDefinitionInput } from "./types";

/** Fixed by Azure: role assignments at and below one subscription, and at one management group. Source: troubleshoot-limits. */
export const SUBSCRIPTION_LIMIT = 4_000;
export const MANAGEMENT_GROUP_LIMIT = 500;
const NEAR = 0.8;
const ONBOARDING_ROLES = new Set(["b64e21ea-ac4e-4cdf-9dc9-5b892992bee7", "5d1e5ee4-7c68-4a71-ac8b-0739630a3dfb"]);

/** What is known of one change when its warnings are made. */
export type WarningFacts = {
  change: number;
  request: AccessChangeRequest;
  scope: string;
  principal: PrincipalInput | null;
  principalUnreadable: boolean;
  role: RoleDefinitionInput | null;
  /** A removal's assignment is gone. */
  isGone: boolean;
  duplicateId: string | null;
  activatedByPim: AssignmentView["activatedByPim"];
  machinesBelow: number;
  /** Assignments that count towards the limit of the scope now, with those that this request adds before this change. */
  assignmentsCounted: number;
  /** The operator could not undo this afterwards. */
  losesOwnRight: boolean;
  /** The operator's own right is limited by a condition that excludes this. */
  limitedByOwnCondition: boolean;
};

function warning(
  facts: WarningFacts,
  id: PreviewWarningId,
  blocks: boolean,
  values: PreviewWarning["values"] = {},
): PreviewWarning {
  return { id, change: facts.change, blocks, values };
}

function aboutPrincipal(facts: WarningFacts): PreviewWarning[] {
  const { principal } = facts;
  if (principal === null) return [warning(facts, "unknownPrincipal", !facts.principalUnreadable)];
  const name = { name: principal.displayName || principal.id };
  const found: PreviewWarning[] = [];
  if (principal.kind === "guest") found.push(warning(facts, "guest", false, name));
  if (principal.enabled === false) found.push(warning(facts, "disabledPrincipal", false, name));
  if (principal.kind === "user" || principal.kind === "guest") found.push(warning(facts, "directUser", false, name));
  return found;
}

function aboutRole(facts: WarningFacts, role: RoleDefinitionInput): PreviewWarning[] {
  const book = createRoleBook([role]);
  const isPerson = facts.principal?.kind !== "servicePrincipal" && facts.principal?.kind !== "managedIdentity";
  const gives = (atom: keyof typeof ATOMS) => book.decideAtom(role.id, null, atom) !== null;
  const found: PreviewWarning[] = [];
  const guid = role.id.slice(role.id.lastIndexOf("/") + 1).toLowerCase();
  if (ONBOARDING_ROLES.has(guid) && isPerson) found.push(warning(facts, "onboardingRoleToPerson", false, { role: role.name }));
  if (isPerson && gives("writeExtensions") && !gives("signInUser") && !gives("signInAdmin")) {
    found.push(warning(facts, "ownerDoesNotSignIn", false, { role: role.name }));
  }
  return found;
}

function aboutScope(facts: WarningFacts): PreviewWarning[] {
  const kind = scopeKind(facts.scope);
  const found: PreviewWarning[] = [];
  if (kind === "root" || kind === "managementGroup" || kind === "subscription") {
    found.push(warning(facts, "wideScope", false, { machines: facts.machinesBelow, scope: kind }));
  }
  const limit = kind === "root" || kind === "managementGroup" ? MANAGEMENT_GROUP_LIMIT : SUBSCRIPTION_LIMIT;
  const counted = { assignments: facts.assignmentsCounted, limit };
  if (facts.assignmentsCounted >= limit) found.push(warning(facts, "assignmentLimitReached", true, counted));
  else if (facts.assignmentsCounted >= limit * NEAR) found.push(warning(facts, "assignmentLimitNear", false, counted));
  return found;
}

function aboutCondition(facts: WarningFacts, condition: string | null): PreviewWarning[] {
  if (condition === null) return [];
  const parsed = parseCondition(condition);
  return parsed.ok ? [] : [warning(facts, "conditionUnreadable", true, { position: parsed.position, message: parsed.message })];
}

/** What an operator should know before a change is written; some of it stops the change. */
export function warningsOf(facts: WarningFacts): PreviewWarning[] {
  const found: PreviewWarning[] = [];
  const { request } = facts;
  if (request.kind === "assign") {
    const role = facts.role === null ? [warning(facts, "unknownRole", true)] : aboutRole(facts, facts.role);
    found.push(...aboutPrincipal(facts), ...role, ...aboutScope(facts));
    found.push(...aboutCondition(facts, request.condition));
    if (facts.duplicateId !== null) found.push(warning(facts, "duplicate", true, { assignment: facts.duplicateId }));
  }
  if (request.kind === "remove") {
    if (facts.isGone) found.push(warning(facts, "alreadyGone", true));
    if (facts.activatedByPim) found.push(warning(facts, "activatedByPim", true));
  }
  if (facts.losesOwnRight) found.push(warning(facts, "removesOwnRight", false));
  if (facts.limitedByOwnCondition) found.push(warning(facts, "limitedByYourCondition", false));
  return found;
}

/** Whether the changes may be written: not at all, after the warnings were read, or at once. */
export function previewVerdict(warnings: readonly PreviewWarning[]): "ready" | "confirm" | "blocked" {
  if (warnings.some(({ blocks }) => blocks)) return "blocked";
  return warnings.length > 0 ? "confirm" : "ready";
}
