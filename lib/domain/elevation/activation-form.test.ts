import { describe, expect, it } from "vitest";
import {
  type ActivateAction,
  type ActivationFacts,
  checkActivation,
  checkDecision,
  checkExtension,
  JUSTIFICATION_MAX,
} from "./activation-form";
import { readPolicy } from "./policy";

const NOW = new Date("2026-11-21T10:00:00Z");
const SCOPE = "/subscriptions/5e000000-0000-4000-8000-000000000001";
const at = (ms: number) => new Date(NOW.getTime() + ms).toISOString();

const POLICY = readPolicy({
  id: "/p",
  scope: SCOPE,
  roleDefinitionId: "/r",
  lastModifiedAt: null,
  lastModifiedBy: null,
  rules: [
    { id: "Expiration_EndUser_Assignment", ruleType: "RoleManagementPolicyExpirationRule", maximumDuration: "PT8H" },
    {
      id: "Enablement_EndUser_Assignment",
      ruleType: "RoleManagementPolicyEnablementRule",
      enabledRules: ["Justification", "Ticketing"],
    },
    { id: "Expiration_Admin_Eligibility", ruleType: "RoleManagementPolicyExpirationRule", maximumDuration: "P30D" },
  ],
});

const ACTION: ActivateAction = {
  kind: "activate",
  id: "11111111-1111-4111-8111-111111111111",
  eligibleScheduleId: "e",
  roleDefinitionId: "/r",
  eligibleScope: SCOPE,
  scope: SCOPE,
  minutes: 60,
  startsAt: null,
  justification: "INC1: disk full",
  ticket: { number: "INC1", system: "ServiceNow" },
  policyStamp: POLICY.stamp,
};
const FACTS: ActivationFacts = { policy: POLICY, eligibility: { scope: SCOPE, endsAt: null }, isActive: false, isPending: false };

const ids = (action: Partial<ActivateAction>, facts: Partial<ActivationFacts> = {}) =>
  checkActivation({ ...ACTION, ...action }, { ...FACTS, ...facts }, NOW).map(({ field, id }) => `${field}.${id}`);

describe("checkActivation", () => {
  it("finds nothing wrong with a form that fits the policy", () => {
    expect(ids({})).toEqual([]);
  });

  it("takes exactly the maximum and refuses a minute more, naming both", () => {
    expect(ids({ minutes: 480 })).toEqual([]);
    expect(checkActivation({ ...ACTION, minutes: 481 }, FACTS, NOW)).toEqual([
      { field: "minutes", id: "tooLong", blocks: true, values: { minutes: 481, maxMinutes: 480 } },
    ]);
  });

  it("takes five minutes and refuses four, and parts of a minute", () => {
    expect(ids({ minutes: 5 })).toEqual([]);
    expect(ids({ minutes: 4 })).toEqual(["minutes.tooShort"]);
    expect(ids({ minutes: 7.5 })).toEqual(["minutes.notWholeMinutes"]);
    expect(ids({ minutes: Number.NaN })).toEqual(["minutes.notWholeMinutes"]);
  });

  it("wants a justification of more than blanks, and not a book", () => {
    expect(ids({ justification: "   " })).toEqual(["justification.justificationMissing"]);
    expect(ids({ justification: "x".repeat(JUSTIFICATION_MAX) })).toEqual([]);
    expect(ids({ justification: "x".repeat(JUSTIFICATION_MAX + 1) })).toEqual(["justification.justificationTooLong"]);
  });

  it("wants a ticket when the policy does, and a number whenever there is a system", () => {
    expect(ids({ ticket: null })).toEqual(["ticket.ticketMissing"]);
    expect(ids({ ticket: { number: " ", system: "Jira" } })).toEqual(["ticket.ticketNumberMissing"]);
    expect(ids({ ticket: { number: "4711", system: "" } })).toEqual([]);
  });

  it("refuses a start that has passed by more than a minute, and one beyond a year", () => {
    expect(ids({ startsAt: at(-60_000) })).toEqual([]);
    expect(ids({ startsAt: at(-60_001) })).toEqual(["startsAt.startInPast"]);
    expect(ids({ startsAt: at(365 * 86_400_000) })).toEqual([]);
    expect(ids({ startsAt: at(365 * 86_400_000 + 1) })).toEqual(["startsAt.startTooFar"]);
  });

  it("refuses an activation that would outlast its eligibility, to the millisecond", () => {
    expect(ids({}, { eligibility: { scope: SCOPE, endsAt: at(3_600_000) } })).toEqual([]);
    expect(ids({}, { eligibility: { scope: SCOPE, endsAt: at(3_599_999) } })).toEqual(["minutes.pastEligibilityEnd"]);
  });

  it("takes a narrower scope whatever its case, and no neighbour with the same beginning", () => {
    expect(ids({ scope: `${SCOPE.toUpperCase()}/resourceGroups/rg` })).toEqual([]);
    expect(ids({ scope: `${SCOPE}9` })).toEqual(["scope.scopeOutside"]);
  });

  it("leaves what lies below a management group to Azure", () => {
    const group = "/providers/Microsoft.Management/managementGroups/mg-root";
    expect(ids({}, { eligibility: { scope: group, endsAt: null } })).toEqual([]);
  });

  it("says only that the eligibility has ended when it has", () => {
    expect(ids({ minutes: 9_999, justification: "" }, { eligibility: null })).toEqual(["role.eligibilityEnded"]);
  });

  it("says what is active or waiting already", () => {
    expect(ids({}, { isActive: true, isPending: true })).toEqual(["role.alreadyActive", "role.alreadyPending"]);
  });

  it("does not block for a policy that could not be read, and says so", () => {
    const problems = checkActivation(
      { ...ACTION, justification: "", ticket: null, minutes: 9_999 },
      { ...FACTS, policy: null },
      NOW,
    );
    expect(problems).toEqual([{ field: "role", id: "policyUnknown", blocks: false, values: {} }]);
  });
});

describe("checkExtension", () => {
  const extend = {
    kind: "extend",
    id: "i",
    of: "eligible",
    scheduleId: "s",
    roleDefinitionId: "/r",
    scope: SCOPE,
    justification: "still on call",
  } as const;
  const check = (endsAt: string, justification: string = extend.justification) =>
    checkExtension({ ...extend, endsAt, justification }, { endsAt: at(1_000), policy: POLICY }, NOW).map(({ id }) => id);

  it("wants an end that is later than the old one", () => {
    expect(check(at(1_000))).toEqual(["endNotLater"]);
    expect(check("never")).toEqual(["endNotLater"]);
    expect(check(at(1_001))).toEqual([]);
  });

  it("takes exactly the maximum of the policy", () => {
    expect(check(at(30 * 86_400_000))).toEqual([]);
    expect(check(at(30 * 86_400_000 + 1))).toEqual(["endTooLate"]);
  });

  it("wants a reason", () => {
    expect(check(at(5_000), " ")).toEqual(["justificationMissing"]);
  });
});

describe("checkDecision", () => {
  const decide = { kind: "decide", id: "i", requestId: "/r", approvalId: "/a" } as const;
  it.each([
    ["deny", "", false, ["reasonMissing"]],
    ["deny", "no", false, []],
    ["approve", "", true, ["reasonMissing"]],
    ["approve", " ", null, ["reasonMissing"]],
    ["approve", "", false, []],
  ] as const)("%s with %j when a reason is required: %s", (decision, reason, required, expected) => {
    expect(checkDecision({ ...decide, decision, reason }, required).map(({ id }) => id)).toEqual(expected);
  });
});
