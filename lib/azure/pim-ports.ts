import type { CallOptions } from "./ports";

/** Rows of Privileged Identity Management as the portal needs them. Ids and scopes are without the prefix of its recordings. */
export type PimNames = {
  scope: string | null;
  role: string | null;
  roleType: string | null;
  principal: string | null;
  email: string | null;
};

export type PimScheduleRow = {
  id: string;
  /** GUID: the last segment of the id. */
  name: string;
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: string;
  /** Full id of the schedule behind this instance; null when Azure named none. */
  scheduleId: string | null;
  startsAt: string | null;
  endsAt: string | null;
  /** Direct, Group, Inherited or whatever Azure sends. */
  memberType: string | null;
  /** Activated or Assigned; null for eligibilities. */
  assignmentType: string | null;
  /** Eligibility schedule that an activation came from. */
  eligibleScheduleId: string | null;
  condition: string | null;
  conditionVersion: string | null;
  names: PimNames;
};

export type PimRequestKind = "activation" | "eligibility";

export type PimRequestRow = {
  id: string;
  name: string;
  kind: PimRequestKind;
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: string;
  requestType: string;
  status: string;
  /** Full id of the approval; null when none is needed. */
  approvalId: string | null;
  scheduleId: string | null;
  eligibleScheduleId: string | null;
  startsAt: string | null;
  endsAt: string | null;
  /** ISO 8601 duration; null when an end date or no end was asked for. */
  duration: string | null;
  justification: string;
  ticketNumber: string;
  ticketSystem: string;
  createdAt: string | null;
  requestorId: string | null;
  names: PimNames;
};

/** Body of a request; sent exactly as it is. Source: Role Assignment Schedule Requests - Create, 2020-10-01. */
export type PimRequestBody = {
  principalId: string;
  roleDefinitionId: string;
  requestType: string;
  justification?: string;
  ticketInfo?: { ticketNumber: string; ticketSystem: string };
  scheduleInfo?: {
    startDateTime?: string;
    expiration: { type: "AfterDuration" | "AfterDateTime" | "NoExpiration"; duration?: string; endDateTime?: string };
  };
  linkedRoleEligibilityScheduleId?: string;
  targetRoleAssignmentScheduleId?: string;
  targetRoleEligibilityScheduleId?: string;
  condition?: string;
  conditionVersion?: string;
};

export type PimPolicyRow = {
  policyId: string;
  scope: string;
  roleDefinitionId: string;
  /** As Azure sent them: kinds that this portal does not know are kept. */
  rules: unknown[];
  lastModifiedAt: string | null;
  lastModifiedBy: string | null;
};

export type PimStageRow = {
  /** Full id; null when Azure gave none. */
  id: string | null;
  name: string;
  status: string;
  assignedToMe: boolean;
  /** Approve, Deny, NotReviewed or whatever Azure sends. */
  reviewResult: string;
  justification: string;
  reviewedAt: string | null;
  reviewedBy: { id: string; name: string; userPrincipalName: string } | null;
};

export type PimChildRow = { id: string; name: string; type: string };

/** Azure's clock beside the portal's, from the newest answer that carried a time. */
export type ClockReading = { azure: Date; portal: Date };

export type PimPort = {
  /** Everything the caller is eligible for, on all scopes, through groups too. */
  myEligibilities(options?: CallOptions): Promise<PimScheduleRow[]>;
  /** Everything the caller holds now, on all scopes. Standing assignments are among them, without an end. */
  myAssignments(options?: CallOptions): Promise<PimScheduleRow[]>;
  /** Requests that the caller made, or may decide, on all scopes and of every status. */
  requests(kind: PimRequestKind, of: "asRequestor" | "asApprover", options?: CallOptions): Promise<PimRequestRow[]>;
  /** Requests of one person at one scope. Needs the right to read them there. */
  requestsOf(args: { kind: PimRequestKind; scope: string; principalId: string }, options?: CallOptions): Promise<PimRequestRow[]>;
  /** null when Azure answers 404. */
  request(args: { kind: PimRequestKind; scope: string; name: string }, options?: CallOptions): Promise<PimRequestRow | null>;
  putRequest(
    args: { kind: PimRequestKind; scope: string; name: string; body: PimRequestBody },
    options?: CallOptions,
  ): Promise<PimRequestRow>;
  /** What would become of a request, without making it. Throws what the request itself would be refused with. */
  validateRequest(
    args: { kind: PimRequestKind; scope: string; name: string; body: PimRequestBody },
    options?: CallOptions,
  ): Promise<{ status: string }>;
  cancelRequest(args: { kind: PimRequestKind; scope: string; name: string }, options?: CallOptions): Promise<void>;
  /** Policies of roles at exactly this scope; `roleDefinitionIds` asks for few of them with a filter each. */
  policies(args: { scope: string; roleDefinitionIds?: readonly string[] }, options?: CallOptions): Promise<PimPolicyRow[]>;
  /** Stages of an approval; null when Azure answers 404. */
  approvalStages(approvalId: string, options?: CallOptions): Promise<PimStageRow[] | null>;
  decide(
    args: { approvalId: string; stage: string; decision: "Approve" | "Deny"; justification: string },
    options?: CallOptions,
  ): Promise<void>;
  /** Subscriptions and resource groups below a scope on which the caller is eligible. */
  eligibleChildren(scope: string, options?: CallOptions): Promise<PimChildRow[]>;
  /** null until an answer carried a time. */
  clock(): ClockReading | null;
};
