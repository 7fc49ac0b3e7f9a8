import { describe, expect, it } from "vitest";
import { MAIL_PLACES, MAIL_READERS } from "../mail-rules";
import { approver, EXAMPLE_RULES, EXAMPLE_SETTINGS, settingsOfRules, withActivation } from "./manage-fixture";
import {
  completeRules,
  POLICY_FIELDS,
  type PolicySettings,
  policyDifferences,
  rulesToSend,
  withoutMails,
} from "./policy-settings";

const ADA = approver("a", "Ada");
const BOB = approver("b", "Bob");

/** Azure after a PATCH: the rules that were sent take the place of their own. */
function patched(rules: readonly unknown[], sent: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  const byId = new Map(sent.map((rule) => [rule.id, rule]));
  const kept = (rules as Record<string, unknown>[]).filter(({ id }) => !byId.has(id));
  return [...kept, ...sent];
}

const CHANGES: [string, PolicySettings, string[]][] = [
  ["a shorter activation", withActivation({ maxMinutes: 90 }), ["Expiration_EndUser_Assignment"]],
  ["a ticket", withActivation({ ticket: true }), ["Enablement_EndUser_Assignment"]],
  ["a context", withActivation({ authenticationContext: "c1" }), ["AuthenticationContext_EndUser_Assignment"]],
  ["approval by two", withActivation({ approval: { required: true, approvers: [ADA, BOB] } }), ["Approval_EndUser_Assignment"]],
  [
    "no eternal eligibility, MFA for administrators",
    {
      ...EXAMPLE_SETTINGS,
      eligible: { ...EXAMPLE_SETTINGS.eligible, endRequired: true, maxMinutes: 90 * 1_440 },
      active: { ...EXAMPLE_SETTINGS.active, mfa: true },
    },
    ["Expiration_Admin_Eligibility", "Enablement_Admin_Assignment"],
  ],
];

describe("rulesToSend", () => {
  it.each(CHANGES)("sends only what %s changes, and Azure then asks for exactly that", (_, wanted, ids) => {
    const sent = rulesToSend(EXAMPLE_RULES, EXAMPLE_SETTINGS, wanted);
    expect(sent.map(({ id }) => id)).toEqual(ids);
    expect(policyDifferences(settingsOfRules(patched(EXAMPLE_RULES, sent)), wanted)).toEqual([]);
  });

  it("sends nothing when nothing changes", () => {
    expect(rulesToSend(EXAMPLE_RULES, EXAMPLE_SETTINGS, EXAMPLE_SETTINGS)).toEqual([]);
  });

  it("keeps what it does not know in a rule that it changes", () => {
    const [rule] = rulesToSend(EXAMPLE_RULES, EXAMPLE_SETTINGS, withActivation({ mfa: true }));
    expect(rule).toMatchObject({
      target: { caller: "EndUser", level: "Assignment" },
      enabledRules: ["MultiFactorAuthentication", "Justification", "SomethingNew"],
    });
  });

  describe("mails", () => {
    const mail = { place: "activation", to: "requestor", level: "All", defaults: true, others: ["soc@contoso.example"] } as const;
    const wanting = (patch: Partial<PolicySettings>): PolicySettings => ({ ...EXAMPLE_SETTINGS, ...patch });
    const only = (patch: object) => wanting({ mails: [{ ...mail, others: [...mail.others], ...patch }] });

    it("are not sent with another change, whether they are meant or not", () => {
      for (const mails of [null, EXAMPLE_SETTINGS.mails]) {
        const sent = rulesToSend(EXAMPLE_RULES, EXAMPLE_SETTINGS, { ...withActivation({ ticket: true }), mails });
        expect(sent.map(({ id }) => id)).toEqual(["Enablement_EndUser_Assignment"]);
      }
    });

    it("go out alone when one is changed, complete, with what the portal does not know", () => {
      const [rule, ...others] = rulesToSend(EXAMPLE_RULES, EXAMPLE_SETTINGS, only({}));
      expect(others).toEqual([]);
      expect(rule).toEqual({
        ...EXAMPLE_RULES.find(({ id }) => id === "Notification_Requestor_EndUser_Assignment"),
        notificationLevel: "All",
        isDefaultRecipientsEnabled: true,
        notificationRecipients: ["soc@contoso.example"],
      });
      const after = settingsOfRules(patched(EXAMPLE_RULES, rule === undefined ? [] : [rule]));
      expect(policyDifferences(after, only({}))).toEqual([]);
      expect(policyDifferences(EXAMPLE_SETTINGS, after).map(({ field }) => field)).toEqual(["mailActivationRequestor"]);
    });

    it("that Azure does not have are made with their place and reader", () => {
      const [rule] = rulesToSend([], settingsOfRules([]), { ...settingsOfRules([]), mails: only({}).mails });
      expect(rule).toMatchObject({
        ...{ id: "Notification_Requestor_EndUser_Assignment", ruleType: "RoleManagementPolicyNotificationRule" },
        ...{ notificationType: "Email", recipientType: "Requestor", target: { caller: "EndUser", level: "Assignment" } },
      });
    });

    it.each<[string, object, number]>([
      ["level", { level: "None" }, 1],
      ["own recipients of Azure", { defaults: false }, 1],
      ["addresses", { others: ["soc@contoso.example", "b@contoso.example"] }, 1],
      ["only the case and order of addresses", { others: ["SOC@contoso.example"] }, 0],
    ])("differ by their %s", (_, patch, count) => {
      expect(policyDifferences(only({}), only(patch))).toHaveLength(count);
    });

    it("say nothing while one side does not mean them, and one that is not named is not taken away", () => {
      expect(policyDifferences(EXAMPLE_SETTINGS, wanting({ mails: null }))).toEqual([]);
      expect(policyDifferences(wanting({ mails: null }), EXAMPLE_SETTINGS)).toEqual([]);
      expect(policyDifferences(EXAMPLE_SETTINGS, wanting({ mails: [] }))).toEqual([]);
    });
  });

  it("makes a rule that Azure did not send, with its target", () => {
    const [rule] = rulesToSend([], settingsOfRules([]), withActivation({ maxMinutes: 120 }, settingsOfRules([])));
    expect(rule).toEqual({
      id: "Expiration_EndUser_Assignment",
      ruleType: "RoleManagementPolicyExpirationRule",
      target: expect.objectContaining({ caller: "EndUser", level: "Assignment" }),
      isExpirationRequired: true,
      maximumDuration: "PT2H",
    });
  });

  it("writes whole days as days and the rest as hours and minutes", () => {
    const maximum = (maxMinutes: number) =>
      rulesToSend(EXAMPLE_RULES, EXAMPLE_SETTINGS, withActivation({ maxMinutes }))[0]?.maximumDuration;
    expect([1_439, 1_440, 1_441, 30].map(maximum)).toEqual(["PT23H59M", "P1D", "PT24H1M", "PT30M"]);
  });
});

it("completeRules asks for the settings without anything of Azure's", () => {
  const wanted = withActivation({ authenticationContext: "c3", approval: { required: true, approvers: [ADA] } });
  const rules = completeRules(wanted);
  expect(policyDifferences(settingsOfRules(rules), withoutMails(wanted))).toEqual([]);
  expect(rules.filter(({ id }) => String(id).startsWith("Notification"))).toEqual([]);
});

describe("policyDifferences", () => {
  it("names field, old and new value in a fixed order", () => {
    const wanted = withActivation({ maxMinutes: 60, approval: { required: true, approvers: [ADA] } });
    expect(policyDifferences(EXAMPLE_SETTINGS, wanted)).toEqual([
      { field: "activationMax", before: { kind: "minutes", minutes: 480 }, after: { kind: "minutes", minutes: 60 } },
      { field: "approval", before: { kind: "flag", on: false }, after: { kind: "flag", on: true } },
      {
        field: "approvers",
        before: { kind: "people", people: [] },
        after: { kind: "people", people: [{ id: ADA.id, name: "Ada" }] },
      },
    ]);
  });

  it("takes approvers as the same whatever their order, names and case of ids", () => {
    const left = withActivation({ approval: { required: true, approvers: [ADA, BOB] } });
    const shouted = { ...ADA, id: ADA.id.toUpperCase(), name: "Ada L." };
    const right = withActivation({ approval: { required: true, approvers: [BOB, shouted] } });
    expect(policyDifferences(left, right)).toEqual([]);
  });

  it("says nothing about approvers while no approval is asked for", () => {
    expect(policyDifferences(EXAMPLE_SETTINGS, withActivation({ approval: { approvers: [ADA] } }))).toEqual([]);
  });

  it("finds a change of every field", () => {
    const found = new Set<string>();
    const { eligible, active } = EXAMPLE_SETTINGS;
    const flipped = <T extends PolicySettings["active"]>(rule: T): T => ({
      ...rule,
      endRequired: !rule.endRequired,
      maxMinutes: 5,
      justification: !rule.justification,
      mfa: !rule.mfa,
    });
    const other = withActivation({
      ...{ maxMinutes: 1, justification: false, ticket: true, mfa: true, authenticationContext: "c9" },
      approval: { required: true, approverReasonRequired: false, approvers: [ADA] },
    });
    const mails = MAIL_PLACES.flatMap((place) =>
      MAIL_READERS.map((to) => ({ place, to, level: "None", defaults: false, others: [] })),
    );
    const wanted = { ...other, eligible: flipped(eligible), active: flipped(active), mails };
    for (const { field } of policyDifferences(EXAMPLE_SETTINGS, wanted)) found.add(field);
    expect([...found]).toEqual([...POLICY_FIELDS]);
  });
});
