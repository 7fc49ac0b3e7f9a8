import type { AzureFailure } from "../errors";

/** Reasons for which something of elevation is not done. Words: messages/en/elevation-refusals.ts, one block per id. */
export const REFUSAL_IDS = [
  // Azure's policy check, one id per failed rule.
  "mfaMissing",
  "justificationMissing",
  "ticketMissing",
  "tooLong",
  "notEligible",
  "policyFailed",
  // Azure's other refusals.
  "stepUpNeeded",
  "alreadyActive",
  "notActive",
  "tooSoonToEnd",
  "scheduleInvalid",
  "alreadyPending",
  "requestConflict",
  "noPermission",
  "notFound",
  "licenceMissing",
  "invalidPolicy",
  "resourceLocked",
  "throttled",
  "azureDown",
  "tenantMismatch",
  "unknown",
  // Outcomes of a request that Azure took.
  "denied",
  "timedOut",
  "evaluationFailed",
  "canceledByOther",
  // What the portal itself found, before or instead of sending.
  "stepUpRepeated",
  "stepUpMalformed",
  "policyChanged",
  "formInvalid",
  "ownRequest",
  "decidedByOther",
  "notApprover",
  "extensionNotDecidable",
  "requestGone",
  "eligibilityEnded",
  "signInNotConfirmed",
  "notSeenTooLate",
] as const;
export type RefusalId = (typeof REFUSAL_IDS)[number];

/**
 * The one table of PIM's error codes. Source: Authorization API 2020-10-01 and reports of public tools; codes not marked in
 * the documentation are matched all the same, because their names speak.
 */
const BY_CODE: Readonly<Record<string, RefusalId>> = {
  roleassignmentrequestacrsvalidationfailed: "stepUpNeeded",
  roleassignmentexists: "alreadyActive",
  roleassignmentdoesnotexist: "notActive",
  roleassignmentrequestnotfound: "notFound",
  activedurationtooshort: "tooSoonToEnd",
  invalidroleassignmentrequestschedule: "scheduleInvalid",
  roleassignmentrequestexists: "alreadyPending",
  pendingroleassignmentrequest: "alreadyPending",
  requestconflict: "requestConflict",
  insufficientpermissions: "noPermission",
  authorizationfailed: "noPermission",
  roleeligibilityschedulerequestnotfound: "notFound",
  roleeligibilityschedulenotfound: "notEligible",
  roleeligibilityscheduleinstancenotfound: "notEligible",
  roleassignmentschedulerequestnotfound: "notFound",
  roleassignmentschedulenotfound: "notFound",
  roleassignmentscheduleinstancenotfound: "notFound",
  roleassignmentapprovalnotfound: "requestGone",
  resourcenotfound: "notFound",
  subscriptionnotfound: "notFound",
  aadpremiumlicenserequired: "licenceMissing",
  invalidpolicy: "invalidPolicy",
  scopelocked: "resourceLocked",
  failedasresourceislocked: "resourceLocked",
  toomanyrequests: "throttled",
  invalidauthenticationtokentenant: "tenantMismatch",
};

/** Rules that a policy check names, gravest for the person first: the first one becomes the title. */
const BY_RULE: Readonly<Record<string, RefusalId>> = {
  eligibilityrule: "notEligible",
  mfarule: "mfaMissing",
  expirationrule: "tooLong",
  justificationrule: "justificationMissing",
  ticketingrule: "ticketMissing",
  acrsrule: "stepUpNeeded",
  authenticationcontextrule: "stepUpNeeded",
};

const RULE_LIST = /\[([^\]]*)\]\s*\.?\s*$/;

/** Names of the rules that a RoleAssignmentRequestPolicyValidationFailed message lists at its end; [] when it lists none. */
export function failedRules(message: string): string[] {
  const list = RULE_LIST.exec(message)?.[1] ?? "";
  return list
    .split(",")
    .map((name) => name.trim().replaceAll(/^["']|["']$/g, ""))
    .filter((name) => name !== "");
}

/**
 * What a refusal of PIM means: by Azure's code first, then by the rules it names, then by the HTTP status. Never throws; an
 * unknown code is `unknown` and keeps Azure's words.
 */
export function refusalOf(azure: AzureFailure): { id: RefusalId; rules: string[] } {
  const code = (azure.code ?? "").toLowerCase();
  if (code === "roleassignmentrequestpolicyvalidationfailed") {
    const rules = failedRules(azure.message);
    const named = new Set(rules.map((rule) => BY_RULE[rule.toLowerCase()]));
    const first = Object.values(BY_RULE).find((id) => named.has(id));
    return { id: first ?? "policyFailed", rules };
  }
  const known = BY_CODE[code];
  if (known !== undefined) return { id: known, rules: [] };
  if (code.endsWith("notfound")) return { id: "notFound", rules: [] };
  const { status } = azure;
  if (status === null || status >= 500) return { id: "azureDown", rules: [] };
  if (status === 429) return { id: "throttled", rules: [] };
  if (status === 403) return { id: "noPermission", rules: [] };
  if (status === 404) return { id: "notFound", rules: [] };
  if (status === 409) return { id: "requestConflict", rules: [] };
  return { id: "unknown", rules: [] };
}

/** Why a request that Azure had taken came to nothing, from its final status; null when the status is no such end. */
export function refusalOfStatus(status: string): RefusalId | null {
  switch (status.toLowerCase()) {
    case "denied":
    case "admindenied":
      return "denied";
    case "timedout":
      return "timedOut";
    case "failedasresourceislocked":
      return "resourceLocked";
    case "failed":
    case "invalid":
      return "evaluationFailed";
    default:
      return null;
  }
}
