import type { PolicyRecord, PolicyRule } from "./pim-types.ts";
import type { World } from "./types.ts";

type Level = PolicyRule["target"]["level"];
type Caller = PolicyRule["target"]["caller"];
type Recipient = "Admin" | "Requestor" | "Approver";
type Part = "Admin_Eligibility" | "Admin_Assignment" | "EndUser_Assignment";

const PARTS: readonly Part[] = ["Admin_Eligibility", "Admin_Assignment", "EndUser_Assignment"];

function targetOf(part: Part): PolicyRule["target"] {
  const [caller, level] = part.split("_") as [Caller, Level];
  return { caller, operations: ["All"], level, targetObjects: null, inheritableSettings: null, enforcedSettings: null };
}

function expiration(part: Part, isExpirationRequired: boolean, maximumDuration: string): PolicyRule {
  const ruleType = "RoleManagementPolicyExpirationRule";
  return { isExpirationRequired, maximumDuration, id: `Expiration_${part}`, ruleType, target: targetOf(part) };
}

function enablement(part: Part, enabledRules: string[]): PolicyRule {
  return { enabledRules, id: `Enablement_${part}`, ruleType: "RoleManagementPolicyEnablementRule", target: targetOf(part) };
}

function notification(part: Part, recipientType: Recipient): PolicyRule {
  return {
    notificationType: "Email",
    recipientType,
    isDefaultRecipientsEnabled: true,
    notificationLevel: "All",
    notificationRecipients: [],
    id: `Notification_${recipientType}_${part}`,
    ruleType: "RoleManagementPolicyNotificationRule",
    target: targetOf(part),
  };
}

function noApproval(): PolicyRule {
  return {
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
          primaryApprovers: [],
          isEscalationEnabled: false,
          escalationApprovers: null,
        },
      ],
    },
    id: "Approval_EndUser_Assignment",
    ruleType: "RoleManagementPolicyApprovalRule",
    target: targetOf("EndUser_Assignment"),
  };
}

/** The 17 rules of a policy that nobody changed. Ids and kinds: azure-apis.md 4.6; the values are plausible, not recorded. */
export function defaultRules(): PolicyRule[] {
  return [
    expiration("Admin_Eligibility", false, "P365D"),
    enablement("Admin_Eligibility", []),
    expiration("Admin_Assignment", false, "P180D"),
    enablement("Admin_Assignment", ["Justification"]),
    expiration("EndUser_Assignment", true, "PT8H"),
    enablement("EndUser_Assignment", ["Justification"]),
    noApproval(),
    {
      isEnabled: false,
      claimValue: "",
      id: "AuthenticationContext_EndUser_Assignment",
      ruleType: "RoleManagementPolicyAuthenticationContextRule",
      target: targetOf("EndUser_Assignment"),
    },
    ...PARTS.flatMap((part) => (["Admin", "Requestor", "Approver"] as const).map((who) => notification(part, who))),
  ];
}

export function policyKey(scope: string, roleGuid: string): string {
  return `${scope.toLowerCase().replace(/\/+$/, "")}|${roleGuid.toLowerCase()}`;
}

/** Puts changed rules in the place of the rules with the same id. */
export function mergeRules(rules: readonly PolicyRule[], changed: readonly PolicyRule[]): PolicyRule[] {
  return rules.map((rule) => changed.find((one) => one.id === rule.id) ?? rule);
}

export function policyRecord(world: World, scope: string, roleGuid: string): PolicyRecord | undefined {
  return world.pim.policies.get(policyKey(scope, roleGuid));
}

/** The rules in force for a role at exactly this scope: settings are not inherited. */
export function rulesOf(world: World, scope: string, roleGuid: string): PolicyRule[] {
  return mergeRules(defaultRules(), policyRecord(world, scope, roleGuid)?.rules ?? []);
}

export type RuleOf<T extends PolicyRule["ruleType"]> = Extract<PolicyRule, { ruleType: T }>;

/** One rule by id and kind; every policy has it. */
export function ruleOf<T extends PolicyRule["ruleType"]>(rules: readonly PolicyRule[], id: string, ruleType: T): RuleOf<T> {
  const rule = rules.find((row): row is RuleOf<T> => row.id === id && row.ruleType === ruleType);
  if (rule === undefined) throw new Error(`a policy without the rule ${id}`);
  return rule;
}
