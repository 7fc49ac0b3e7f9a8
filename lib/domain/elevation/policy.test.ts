import { describe, expect, it } from "vitest";
import { readPolicy } from "./policy";

const target = (caller: string, level: string) => ({ caller, operations: ["All"], level });

/** The rules of an Azure policy as the service sends them, most of them. */
const RULES = [
  {
    id: "Expiration_Admin_Eligibility",
    ruleType: "RoleManagementPolicyExpirationRule",
    isExpirationRequired: true,
    maximumDuration: "P365D",
  },
  { id: "Enablement_Admin_Eligibility", ruleType: "RoleManagementPolicyEnablementRule", enabledRules: [] },
  {
    id: "Expiration_Admin_Assignment",
    ruleType: "RoleManagementPolicyExpirationRule",
    isExpirationRequired: false,
    maximumDuration: "P180D",
  },
  {
    id: "Enablement_Admin_Assignment",
    ruleType: "RoleManagementPolicyEnablementRule",
    enabledRules: ["Justification", "MultiFactorAuthentication"],
  },
  {
    id: "Expiration_EndUser_Assignment",
    ruleType: "RoleManagementPolicyExpirationRule",
    isExpirationRequired: true,
    maximumDuration: "PT8H",
  },
  {
    id: "Enablement_EndUser_Assignment",
    ruleType: "RoleManagementPolicyEnablementRule",
    enabledRules: ["Justification", "Ticketing"],
  },
  {
    id: "Approval_EndUser_Assignment",
    ruleType: "RoleManagementPolicyApprovalRule",
    setting: {
      isApprovalRequired: true,
      isApprovalRequiredForExtension: false,
      approvalMode: "SingleStage",
      approvalStages: [
        {
          isApproverJustificationRequired: true,
          primaryApprovers: [
            { id: "ANN", description: "Ann", isBackup: false, userType: "User" },
            { id: "ops", description: "Ops leads", isBackup: true, userType: "Group" },
          ],
          isEscalationEnabled: false,
          escalationApprovers: [{ id: "never", userType: "User" }],
        },
      ],
    },
  },
  {
    id: "AuthenticationContext_EndUser_Assignment",
    ruleType: "RoleManagementPolicyAuthenticationContextRule",
    isEnabled: true,
    claimValue: "c1",
  },
  { id: "Notification_Admin_EndUser_Assignment", ruleType: "RoleManagementPolicyNotificationRule", notificationLevel: "All" },
];

function read(rules: readonly unknown[]) {
  return readPolicy({
    id: "/p",
    scope: "/subscriptions/s",
    roleDefinitionId: "/r",
    rules,
    lastModifiedAt: null,
    lastModifiedBy: null,
  });
}

describe("readPolicy", () => {
  it("reads every rule that decides", () => {
    const policy = read(RULES);
    expect(policy.activation).toEqual({
      maxMinutes: 480,
      justification: true,
      ticket: true,
      mfa: false,
      authenticationContext: "c1",
      approval: {
        required: true,
        requiredForExtension: false,
        mode: "SingleStage",
        approverReasonRequired: true,
        approvers: [
          { id: "ANN", kind: "user", name: "Ann", isBackup: false },
          { id: "ops", kind: "group", name: "Ops leads", isBackup: true },
        ],
      },
    });
    expect(policy.eligible).toEqual({ endRequired: true, maxMinutes: 525_600, justification: false, ticket: false, mfa: false });
    expect(policy.active).toEqual({ endRequired: false, maxMinutes: 259_200, justification: true, ticket: false, mfa: true });
    expect(policy.unknownRules).toEqual([]);
  });

  it("says the same whatever the order and the case of names", () => {
    const shouted = RULES.map((rule) => ({ ...rule, id: rule.id.toUpperCase(), ruleType: rule.ruleType.toUpperCase() }));
    expect(read(shouted.toReversed())).toEqual(read(RULES));
  });

  it("finds a rule by its target when its id is another one", () => {
    const renamed = RULES.map((rule) =>
      rule.id === "Expiration_EndUser_Assignment" ? { ...rule, id: "8f1c", target: target("EndUser", "Assignment") } : rule,
    );
    expect(read(renamed).activation.maxMinutes).toBe(480);
  });

  it("asks for nothing where a rule is missing, and calls the maximum unknown", () => {
    expect(read([]).activation).toMatchObject({
      maxMinutes: null,
      justification: false,
      mfa: false,
      authenticationContext: null,
    });
    expect(read([]).activation.approval).toMatchObject({ required: false, approvers: [] });
  });

  it("takes no context from a rule that is switched off or empty", () => {
    const off = (rule: object) =>
      read([{ id: "x_EndUser_Assignment", ruleType: "RoleManagementPolicyAuthenticationContextRule", ...rule }]);
    expect(off({ isEnabled: false, claimValue: "c1" }).activation.authenticationContext).toBeNull();
    expect(off({ isEnabled: true, claimValue: "" }).activation.authenticationContext).toBeNull();
  });

  it("names a rule of an unknown kind instead of dropping it", () => {
    const pimOnly = {
      id: "PimOnlyMode",
      ruleType: "RoleManagementPolicyPimOnlyModeRule",
      pimOnlyModeSettings: { mode: "Enabled" },
    };
    expect(read([...RULES, pimOnly]).unknownRules).toEqual([{ id: "PimOnlyMode", type: "RoleManagementPolicyPimOnlyModeRule" }]);
  });

  it("survives rules of any form", () => {
    const broken = [
      null,
      7,
      "x",
      [],
      {},
      { ruleType: 1 },
      {
        id: "Approval_EndUser_Assignment",
        ruleType: "RoleManagementPolicyApprovalRule",
        setting: { approvalStages: [null, { primaryApprovers: [{}, 3] }] },
      },
    ];
    expect(read(broken).activation.approval.approvers).toEqual([]);
  });
});

describe("the stamp of a policy", () => {
  const changed = (id: string, patch: object) => read(RULES.map((rule) => (rule.id === id ? { ...rule, ...patch } : rule))).stamp;

  it("changes with each rule that decides an activation", () => {
    const stamps = [
      read(RULES).stamp,
      changed("Expiration_EndUser_Assignment", { maximumDuration: "PT4H" }),
      changed("Enablement_EndUser_Assignment", { enabledRules: ["Justification"] }),
      changed("AuthenticationContext_EndUser_Assignment", { claimValue: "c2" }),
      changed("Approval_EndUser_Assignment", { setting: { isApprovalRequired: false } }),
    ];
    expect(new Set(stamps).size).toBe(stamps.length);
  });

  it("stays when only notifications or rules for administrators change", () => {
    expect(changed("Notification_Admin_EndUser_Assignment", { notificationLevel: "None" })).toBe(read(RULES).stamp);
    expect(changed("Expiration_Admin_Assignment", { maximumDuration: "P30D" })).toBe(read(RULES).stamp);
  });
});
