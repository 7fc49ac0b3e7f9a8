import { describe, expect, it } from "vitest";
import type { AzureFailure } from "../errors";
import { failedRules, REFUSAL_IDS, refusalOf, refusalOfStatus } from "./refusals";

function azure(code: string | null, message = "words", status: number | null = 400): AzureFailure {
  return { status, code, message, requestId: null, correlationId: null, retryAfterSeconds: null, service: "arm" };
}

describe("refusalOf", () => {
  it.each([
    ["RoleAssignmentRequestAcrsValidationFailed", "stepUpNeeded"],
    ["RoleAssignmentExists", "alreadyActive"],
    ["RoleAssignmentDoesNotExist", "notActive"],
    ["ActiveDurationTooShort", "tooSoonToEnd"],
    ["InvalidRoleAssignmentRequestSchedule", "scheduleInvalid"],
    ["RoleAssignmentRequestExists", "alreadyPending"],
    ["PendingRoleAssignmentRequest", "alreadyPending"],
    ["RequestConflict", "requestConflict"],
    ["InsufficientPermissions", "noPermission"],
    ["AuthorizationFailed", "noPermission"],
    ["RoleEligibilityScheduleRequestNotFound", "notFound"],
    ["RoleAssignmentScheduleRequestNotFound", "notFound"],
    ["SomeNewThingNotFound", "notFound"],
    ["AadPremiumLicenseRequired", "licenceMissing"],
    ["InvalidPolicy", "invalidPolicy"],
    ["ScopeLocked", "resourceLocked"],
  ])("%s means %s, whatever its case and HTTP status", (code, id) => {
    expect(refusalOf(azure(code)).id).toBe(id);
    expect(refusalOf(azure(code.toUpperCase(), "x", 409)).id).toBe(id);
  });

  it.each([
    ['["MfaRule"]', "mfaMissing"],
    ['["JustificationRule"]', "justificationMissing"],
    ['["ExpirationRule"]', "tooLong"],
    ['["TicketingRule"]', "ticketMissing"],
    ['["EligibilityRule"]', "notEligible"],
    ['["SomethingNewRule"]', "policyFailed"],
    ['["TicketingRule","EligibilityRule"]', "notEligible"],
    ['["JustificationRule","MfaRule"]', "mfaMissing"],
  ])("a policy check that names %s means %s first", (list, id) => {
    const message = `The following policy rules failed: ${list}`;
    expect(refusalOf(azure("RoleAssignmentRequestPolicyValidationFailed", message)).id).toBe(id);
  });

  it("names every rule that failed", () => {
    expect(failedRules('The following policy rules failed: ["MfaRule","JustificationRule"] .')).toEqual([
      "MfaRule",
      "JustificationRule",
    ]);
    expect(failedRules("The policy is not met.")).toEqual([]);
  });

  it.each([
    [null, "azureDown"],
    [500, "azureDown"],
    [503, "azureDown"],
    [429, "throttled"],
    [403, "noPermission"],
    [404, "notFound"],
    [409, "requestConflict"],
    [400, "unknown"],
    [418, "unknown"],
  ])("an unknown code with HTTP %s means %s", (status, id) => {
    expect(refusalOf(azure("Brand.New", "words", status)).id).toBe(id);
    expect(refusalOf(azure(null, "words", status)).id).toBe(id);
  });
});

describe("refusalOfStatus", () => {
  it.each([
    ["Denied", "denied"],
    ["AdminDenied", "denied"],
    ["TimedOut", "timedOut"],
    ["Failed", "evaluationFailed"],
    ["Invalid", "evaluationFailed"],
    ["FailedAsResourceIsLocked", "resourceLocked"],
    ["Provisioned", null],
    ["PendingApproval", null],
    ["Whatever", null],
  ])("%s means %s", (status, id) => {
    expect(refusalOfStatus(status)).toBe(id);
  });
});

it("lists every id once", () => {
  expect(new Set(REFUSAL_IDS).size).toBe(REFUSAL_IDS.length);
});
