import type { Caller } from "../core/contract.ts";
import { durationMs } from "../world/iso-duration.ts";
import { endOfExpiration } from "../world/pim-life.ts";
import { ruleOf } from "../world/pim-rules.ts";
import type { PimRequest, PolicyRule } from "../world/pim-types.ts";
import { SHORTEST_MS } from "./ask.ts";
import { refuse } from "./request-body.ts";

/** Which rules of a policy speak about a request. */
export type PolicyPart = "EndUser_Assignment" | "Admin_Assignment" | "Admin_Eligibility";

export function policyFailed(rules: readonly string[]): Error {
  const list = JSON.stringify(rules);
  return refuse(400, "RoleAssignmentRequestPolicyValidationFailed", `The following policy rules failed: ${list}`);
}

function isTooLong(draft: PimRequest, rules: readonly PolicyRule[], part: PolicyPart): boolean {
  const rule = ruleOf(rules, `Expiration_${part}`, "RoleManagementPolicyExpirationRule");
  const endMs = endOfExpiration(draft, draft.startMs);
  // Where an end is not required an administrator may choose any; people who activate always need one.
  const isBound = rule.isExpirationRequired || part === "EndUser_Assignment";
  if (endMs === null) return isBound;
  const length = endMs - draft.startMs;
  return length < SHORTEST_MS || (isBound && length > (durationMs(rule.maximumDuration) ?? 0));
}

/** Refuses a request that the policy does not allow, with the names of all rules that failed (azure-apis.md 4.7). */
export function requirePolicy(draft: PimRequest, rules: readonly PolicyRule[], part: PolicyPart, caller: Caller): void {
  const { enabledRules } = ruleOf(rules, `Enablement_${part}`, "RoleManagementPolicyEnablementRule");
  const failed: string[] = [];
  if (enabledRules.includes("MultiFactorAuthentication") && !caller.amr.includes("mfa")) failed.push("MfaRule");
  if (enabledRules.includes("Justification") && (draft.justification ?? "").trim() === "") failed.push("JustificationRule");
  if (isTooLong(draft, rules, part)) failed.push("ExpirationRule");
  const hasTicket = draft.ticketNumber !== null && draft.ticketSystem !== null;
  if (enabledRules.includes("Ticketing") && !hasTicket) failed.push("TicketingRule");
  if (failed.length > 0) throw policyFailed(failed);
}

/**
 * The challenge of an authentication context stands inside the message of an ordinary 400, with a client that can answer it or
 * not (azure-apis.md 4.8).
 */
export function requireContext(rules: readonly PolicyRule[], caller: Caller): void {
  const id = "AuthenticationContext_EndUser_Assignment";
  const rule = ruleOf(rules, id, "RoleManagementPolicyAuthenticationContextRule");
  if (!rule.isEnabled || (caller.canStepUp && caller.acrs.includes(rule.claimValue))) return;
  const claims = `{"access_token":{"acrs":{"essential":true, "value":"${rule.claimValue}"}}}`;
  throw refuse(400, "RoleAssignmentRequestAcrsValidationFailed", `&claims=${encodeURIComponent(claims)}`);
}
