import { elevationPlaces, type PolicyKind } from "./elevation-seeds.ts";
import { personaId } from "./personas.ts";
import { defaultRules, policyKey, ruleOf } from "./pim-rules.ts";
import type { PolicyRecord, PolicyRule } from "./pim-types.ts";

const DAY_MS = 86_400_000;

/** Authentication contexts of the tenant (conditional access), as the portal of a real one would list them. */
export const AUTHENTICATION_CONTEXTS = [
  { id: "c1", displayName: "Strong sign-in", description: "Phishing-resistant second factor" },
  { id: "c2", displayName: "Managed device", description: "Second factor on a device of the company" },
  { id: "c3", displayName: "Payroll", description: "Used by another application" },
] as const;

function longest(maximumDuration: string): PolicyRule {
  const rule = ruleOf(defaultRules(), "Expiration_EndUser_Assignment", "RoleManagementPolicyExpirationRule");
  return { ...rule, maximumDuration };
}

function asks(...enabledRules: string[]): PolicyRule {
  return { ...ruleOf(defaultRules(), "Enablement_EndUser_Assignment", "RoleManagementPolicyEnablementRule"), enabledRules };
}

function context(claimValue: string): PolicyRule {
  const id = "AuthenticationContext_EndUser_Assignment";
  const rule = ruleOf(defaultRules(), id, "RoleManagementPolicyAuthenticationContextRule");
  return { ...rule, isEnabled: true, claimValue };
}

function approval(): PolicyRule {
  const rule = ruleOf(defaultRules(), "Approval_EndUser_Assignment", "RoleManagementPolicyApprovalRule");
  const people = [
    ["anton.approver", "Anton Approver"],
    ["ada.admin", "Ada Admin"],
  ] as const;
  const primaryApprovers = people.map(([key, description]) => ({
    id: personaId(key),
    description,
    isBackup: false,
    userType: "User" as const,
  }));
  const approvalStages = rule.setting.approvalStages.map((stage) => ({ ...stage, primaryApprovers }));
  return { ...rule, setting: { ...rule.setting, isApprovalRequired: true, approvalStages } };
}

function neverPermanent(): PolicyRule {
  const rule = ruleOf(defaultRules(), "Expiration_Admin_Eligibility", "RoleManagementPolicyExpirationRule");
  return { ...rule, isExpirationRequired: true, maximumDuration: "P30D" };
}

const RULES: Record<PolicyKind, () => PolicyRule[]> = {
  plain: () => [longest("PT8H"), asks()],
  ticket: () => [longest("PT4H"), asks("Justification", "Ticketing")],
  approval: () => [longest("PT2H"), asks("Justification"), approval()],
  strongSignIn: () => [longest("PT4H"), asks("Justification"), context("c1")],
  managedDevice: () => [longest("PT2H"), asks("Justification"), context("c2")],
  guarded: () => [longest("PT1H"), asks("Justification"), approval(), context("c1")],
  limited: () => [neverPermanent()],
};

export function elevationPolicies(nowMs: number): Map<string, PolicyRecord> {
  const policies = new Map<string, PolicyRecord>();
  for (const { role, scope, policy } of elevationPlaces()) {
    if (policy === null) continue;
    const facts = { scope, roleDefinitionGuid: role, modifiedById: personaId("ada.admin"), modifiedMs: nowMs - 90 * DAY_MS };
    policies.set(policyKey(scope, role), { ...facts, rules: RULES[policy]() });
  }
  return policies;
}
