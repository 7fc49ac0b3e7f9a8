import { readPolicy } from "../policy";
import { type PolicySettings, settingsOf } from "./policy-settings";

const target = (caller: string, level: string) => ({
  caller,
  operations: ["All"],
  level,
  targetObjects: [],
  inheritableSettings: [],
  enforcedSettings: [],
});

/** Rules of one policy in the form in which Azure sends them: what tests read and change. */
export const EXAMPLE_RULES: readonly Readonly<Record<string, unknown>>[] = [
  {
    id: "Expiration_EndUser_Assignment",
    ruleType: "RoleManagementPolicyExpirationRule",
    target: target("EndUser", "Assignment"),
    isExpirationRequired: true,
    maximumDuration: "PT8H",
  },
  {
    id: "Enablement_EndUser_Assignment",
    ruleType: "RoleManagementPolicyEnablementRule",
    target: target("EndUser", "Assignment"),
    enabledRules: ["Justification", "SomethingNew"],
  },
  {
    id: "Approval_EndUser_Assignment",
    ruleType: "RoleManagementPolicyApprovalRule",
    target: target("EndUser", "Assignment"),
    setting: {
      isApprovalRequired: false,
      isApprovalRequiredForExtension: false,
      isRequestorJustificationRequired: true,
      approvalMode: "SingleStage",
      approvalStages: [
        {
          approvalStageTimeOutInDays: 1,
          isApproverJustificationRequired: true,
          escalationTimeInMinutes: 0,
          isEscalationEnabled: false,
          primaryApprovers: [],
          escalationApprovers: [],
        },
      ],
    },
  },
  {
    id: "AuthenticationContext_EndUser_Assignment",
    ruleType: "RoleManagementPolicyAuthenticationContextRule",
    target: target("EndUser", "Assignment"),
    isEnabled: false,
    claimValue: "",
  },
  {
    id: "Expiration_Admin_Eligibility",
    ruleType: "RoleManagementPolicyExpirationRule",
    target: target("Admin", "Eligibility"),
    isExpirationRequired: false,
    maximumDuration: "P365D",
  },
  {
    id: "Expiration_Admin_Assignment",
    ruleType: "RoleManagementPolicyExpirationRule",
    target: target("Admin", "Assignment"),
    isExpirationRequired: true,
    maximumDuration: "P180D",
  },
  {
    id: "Enablement_Admin_Assignment",
    ruleType: "RoleManagementPolicyEnablementRule",
    target: target("Admin", "Assignment"),
    enabledRules: ["Justification"],
  },
  {
    id: "Notification_Admin_Admin_Eligibility",
    ruleType: "RoleManagementPolicyNotificationRule",
    target: target("Admin", "Eligibility"),
    notificationType: "Email",
    recipientType: "Admin",
    notificationLevel: "All",
    isDefaultRecipientsEnabled: true,
    notificationRecipients: ["soc@contoso.example"],
  },
  {
    id: "Notification_Requestor_EndUser_Assignment",
    ruleType: "RoleManagementPolicyNotificationRule",
    target: target("EndUser", "Assignment"),
    notificationType: "Email",
    recipientType: "Requestor",
    notificationLevel: "Critical",
    isDefaultRecipientsEnabled: false,
    notificationRecipients: [],
    somethingNew: "kept",
  },
];

/** The settings that a set of rules asks for. */
export function settingsOfRules(rules: readonly unknown[]): PolicySettings {
  const source = { id: "", scope: "/", roleDefinitionId: "", lastModifiedAt: null, lastModifiedBy: null };
  return settingsOf(readPolicy({ ...source, rules }));
}

export const EXAMPLE_SETTINGS: PolicySettings = settingsOfRules(EXAMPLE_RULES);

type ActivationPatch = Partial<Omit<PolicySettings["activation"], "approval">> & {
  approval?: Partial<PolicySettings["activation"]["approval"]>;
};

/** The example with other rules of activation. */
export function withActivation({ approval, ...patch }: ActivationPatch, from = EXAMPLE_SETTINGS): PolicySettings {
  const { activation } = from;
  return { ...from, activation: { ...activation, ...patch, approval: { ...activation.approval, ...approval } } };
}

/** An approver of the example: the id is a GUID made of one digit. */
export function approver(digit: string, name: string, kind: "user" | "group" = "user") {
  return { id: `${digit.repeat(8)}-0000-4000-8000-000000000000`, kind, name, isBackup: false };
}
