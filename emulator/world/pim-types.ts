/** What Privileged Identity Management keeps besides its schedules. Plain data, so that snapshots can copy it. */
import type { RoleAssignment, RoleSchedule } from "./types.ts";

export const REQUEST_TYPES = [
  "AdminAssign",
  "AdminRemove",
  "AdminUpdate",
  "AdminExtend",
  "AdminRenew",
  "SelfActivate",
  "SelfDeactivate",
  "SelfExtend",
  "SelfRenew",
] as const;
export type PimRequestType = (typeof REQUEST_TYPES)[number];

/** Statuses of the specification, 2020-10-01. */
export const REQUEST_STATUSES = [
  "Accepted",
  "PendingEvaluation",
  "Granted",
  "Denied",
  "PendingProvisioning",
  "Provisioned",
  "PendingRevocation",
  "Revoked",
  "Canceled",
  "Failed",
  "PendingApprovalProvisioning",
  "PendingApproval",
  "FailedAsResourceIsLocked",
  "PendingAdminDecision",
  "AdminApproved",
  "AdminDenied",
  "TimedOut",
  "ProvisioningStarted",
  "Invalid",
  "PendingScheduleCreation",
  "ScheduleCreated",
  "PendingExternalProvisioning",
] as const;
export type PimRequestStatus = (typeof REQUEST_STATUSES)[number];

export type PimExpiration =
  | { type: "AfterDuration"; duration: string; durationMs: number }
  | { type: "AfterDateTime"; endMs: number }
  | { type: "NoExpiration" };

export type PimRequest = {
  name: string;
  kind: RoleSchedule["kind"];
  tenantId: string;
  scope: string;
  roleDefinitionGuid: string;
  principalId: string;
  principalType: RoleAssignment["principalType"];
  requestType: PimRequestType;
  requestorId: string;
  createdMs: number;
  /** The service's own start: never before the request came. */
  startMs: number;
  /** Null: a removal, which has no schedule of its own. */
  expiration: PimExpiration | null;
  justification: string | null;
  ticketNumber: string | null;
  ticketSystem: string | null;
  /** Name of the eligibility that is activated. */
  linkedEligibility: string | null;
  /** Name of the schedule that the request makes, changes or ends. */
  targetSchedule: string | null;
  condition: string | null;
  conditionVersion: string | null;
  approvalId: string | null;
  /** Times of the way through the service; see statusOf in pim-life.ts. */
  evaluatedAtMs: number;
  provisionedAtMs: number;
  /** Waits for a person: an approver, or an administrator in the Azure portal. */
  waitsFor: "approver" | "admin" | null;
  /** Whoever decided, or the service, ended the way here. */
  settled: { status: PimRequestStatus; atMs: number } | null;
};

export type PimApproval = {
  id: string;
  stageId: string;
  tenantId: string;
  requestName: string;
  scope: string;
  createdMs: number;
  expiresMs: number;
  decision: { result: "Approve" | "Deny"; reviewerId: string; atMs: number; justification: string } | null;
};

type Target = {
  caller: "Admin" | "EndUser";
  operations: string[];
  level: "Eligibility" | "Assignment";
  targetObjects: null;
  inheritableSettings: null;
  enforcedSettings: null;
};
type Approver = { id: string; description: string; isBackup: boolean; userType: "User" | "Group" };
export type ApprovalStage = {
  approvalStageTimeOutInDays: number;
  isApproverJustificationRequired: boolean;
  escalationTimeInMinutes: number;
  primaryApprovers: Approver[];
  isEscalationEnabled: boolean;
  escalationApprovers: Approver[] | null;
};

export type PolicyRule = { id: string; target: Target } & (
  | { ruleType: "RoleManagementPolicyExpirationRule"; isExpirationRequired: boolean; maximumDuration: string }
  | { ruleType: "RoleManagementPolicyEnablementRule"; enabledRules: string[] }
  | { ruleType: "RoleManagementPolicyAuthenticationContextRule"; isEnabled: boolean; claimValue: string }
  | {
      ruleType: "RoleManagementPolicyNotificationRule";
      notificationType: "Email";
      recipientType: "Requestor" | "Approver" | "Admin";
      notificationLevel: "None" | "Critical" | "All";
      isDefaultRecipientsEnabled: boolean;
      notificationRecipients: string[];
    }
  | {
      ruleType: "RoleManagementPolicyApprovalRule";
      setting: {
        isApprovalRequired: boolean;
        isApprovalRequiredForExtension: boolean;
        isRequestorJustificationRequired: boolean;
        approvalMode: "SingleStage" | "Serial" | "Parallel" | "NoApproval";
        approvalStages: ApprovalStage[];
      };
    }
);

/** Rules of one role at one scope that somebody changed; the others are those of every policy. */
export type PolicyRecord = {
  scope: string;
  roleDefinitionGuid: string;
  rules: PolicyRule[];
  modifiedById: string | null;
  modifiedMs: number;
};

/** An entry of the directory's audit log. */
export type PimAudit = {
  id: string;
  tenantId: string;
  atMs: number;
  activity: string;
  operationType: string;
  result: "success" | "failure";
  reason: string | null;
  correlationId: string;
  /** Null: the service itself. */
  actorId: string | null;
  /** Null for changes of role settings. */
  requestName: string | null;
  scope: string;
  roleDefinitionGuid: string;
  principalId: string | null;
  justification: string | null;
  ticketNumber: string | null;
  ticketSystem: string | null;
  startMs: number | null;
  endMs: number | null;
};

export type PimState = {
  requests: PimRequest[];
  approvals: PimApproval[];
  /** `<lower-case scope>|<role guid>` */
  policies: Map<string, PolicyRecord>;
  audits: PimAudit[];
};

export function emptyPim(): PimState {
  return { requests: [], approvals: [], policies: new Map(), audits: [] };
}
