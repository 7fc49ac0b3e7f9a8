import type { AccessCapabilityId } from "../access/capabilities";
import type { ScopeRef } from "../access/types";
import type { Problem } from "../errors";
import type { Completeness } from "../fleet-wire";
import type { ApproverPeople, NamedApprover } from "./approvers";
import type { RequestPhase } from "./request-status";
import type { DecisionOfOther, ElevationEffect, ElevationRefusal, PimPrincipal, PimTicket, PolicyAnswer } from "./write-api";

/**
 * Lists of the elevation routes; what is sent is in write-api.ts. Addresses: lib/config/routes.ts (`api.elevation*`). Every
 * time is ISO 8601 in UTC and, unless named otherwise, of Azure's clock. Words of `RefusalId` and `FormProblemId`:
 * messages/en/elevation-refusals.ts.
 */

/** A role as the lists name it. `id` is the GUID in lower case, `definitionId` the full id as Azure wrote it. */
export type PimRole = { id: string; definitionId: string; name: string; type: string };

/** How far the portal's clock and Azure's are apart: positive = the portal is ahead. null = Azure sent no time. */
export type ClockSkew = { milliseconds: number | null; isLarge: boolean };

/** One thing that I may activate. Several eligibilities of one role at one scope stay several rows. */
export type EligibleRow = {
  /** Name of the eligibility schedule instance: key of the row. */
  id: string;
  /** Name (GUID) of the eligibility schedule: what an activation links to. */
  scheduleId: string;
  role: PimRole;
  scope: ScopeRef;
  /** The group through which I am eligible; null = I am named myself. */
  viaGroup: PimPrincipal | null;
  startsAt: string | null;
  /** End of the eligibility; null = no end. */
  endsAt: string | null;
  condition: string | null;
  conditionVersion: string | null;
  policy: PolicyAnswer;
  /** Id of the active row that this eligibility has now; null = not active. */
  activeId: string | null;
  /** Name of a request of mine on it that waits; null = none. */
  pendingRequestId: string | null;
  /** Extend is offered in the last 14 days, and never for eligibility through a group (PIM: renew and extend). */
  extend: { allowed: boolean; why: "inTime" | "tooEarly" | "noEnd" | "viaGroup" };
};

/** One role that I hold now with an end, or for a while that has not begun yet. Standing assignments are not in this list. */
export type ActiveRow = {
  /** Name of the assignment schedule instance: key of the row. */
  id: string;
  scheduleId: string | null;
  role: PimRole;
  scope: ScopeRef;
  viaGroup: PimPrincipal | null;
  /** activated: by me out of an eligibility. assigned: given with an end by an administrator. */
  kind: "activated" | "assigned";
  eligibleScheduleId: string | null;
  startsAt: string | null;
  endsAt: string | null;
  /** From this moment on Azure lets the activation be ended: five minutes after its start. null = cannot be ended here. */
  canEndFrom: string | null;
  /** How sure it is that the right works now: from the portal's own readings; null when another tool activated it. */
  effect: ElevationEffect | null;
  /** Item of the portal that activated it; null when another tool did. */
  itemId: string | null;
};

export type PendingRow = {
  /** Name (GUID) of the request at Azure: key of the row and the item's id when the portal sent it. */
  id: string;
  /** Full id, for `cancel`. */
  requestId: string;
  kind: "activation" | "eligibility";
  /** SelfActivate, SelfExtend, AdminAssign or whatever Azure sends. */
  requestType: string;
  role: PimRole;
  scope: ScopeRef;
  phase: RequestPhase;
  /** Azure's word, for example PendingApproval. */
  status: string;
  createdAt: string | null;
  startsAt: string | null;
  /** Minutes asked for; null when it is an end date or endless. */
  minutes: number | null;
  endsAt: string | null;
  justification: string;
  ticket: PimTicket | null;
  /** An approval must come within 24 hours; then the request is over. null when it does not wait for one. */
  expiresAt: string | null;
  canCancel: boolean;
};

/** GET /api/elevation/mine */
export type MyElevation = {
  eligible: EligibleRow[];
  active: ActiveRow[];
  pending: PendingRow[];
  clock: ClockSkew;
  /** Said once for the page: the tenant lacks the licence, or I may not read my requests. */
  notice: ElevationRefusal | null;
  completeness: Completeness;
};

/** POST /api/elevation/permits: what roles would let a person do, from the engine. At most 100 items. */
export type PermitsInput = {
  items: {
    /** Chosen by the browser: names the answer. */
    key: string;
    /** GUID of the role. */
    roleId: string;
    scope: string;
    /** Object id of the person; absent = the operator. */
    principalId?: string;
    condition?: string | null;
  }[];
};

export type PermittedCapability = {
  capability: AccessCapabilityId;
  risk: "low" | "medium" | "high" | "critical";
  machines: number;
  /** Of these, machines on which the person does not have the capability now. */
  gained: number;
};

export type Permits = {
  key: string;
  /** false: the engine does not know the role, so nothing can be said. */
  roleKnown: boolean;
  /** Gravest first. */
  capabilities: PermittedCapability[];
  /** Machines on which the role gives at least one capability. */
  machines: number;
  /** At most 50, by name. */
  machineNames: string[];
  machineIds: string[];
  /** Undecided conditions: the counts leave these machines out. */
  dependsOnCondition: number;
  blastRadius: BlastRadius;
};

/** What somebody reaches who controls these machines: their identities, and what those identities hold. */
export type BlastRadius = {
  /** Machines with an identity that the role lets its holder become. */
  identities: number;
  /** Role assignments that these identities hold. */
  grants: number;
  /** Different scopes of these assignments. */
  targets: number;
  /** The gravest, at most 10. */
  gravest: { scope: ScopeRef; roleName: string; severity: "critical" | "high" | "medium" | "low"; identities: number }[];
};

export type PermitsAnswer = {
  permits: Permits[];
  /** Empty = complete; otherwise numbers are at least these. */
  atLeast: { label: string; reason: string }[];
  asOf: string;
};

/** GET /api/elevation/scopes?scope=: where below an eligibility an activation may be narrowed to. At most 500. */
export type NarrowerScopes = { scopes: ScopeRef[]; total: number; completeness: Completeness };

export type ApprovalStage = {
  id: string;
  /** NotStarted, InProgress, Completed, Expired ... or whatever Azure sends. */
  status: string;
  assignedToMe: boolean;
  result: "approve" | "deny" | "open";
  reviewedBy: PimPrincipal | null;
  reviewedAt: string | null;
  justification: string;
};

/** What the requester did with this role before, newest first, at most 20; complete says how far that can be trusted. */
export type RequesterHistory = {
  rows: {
    id: string;
    at: string | null;
    status: string;
    phase: RequestPhase;
    minutes: number | null;
    justification: string;
    scope: ScopeRef;
  }[];
  total: number;
  /** portal: from the portal's own records. azure: from requests that Azure shows me as approver. */
  sources: ("azure" | "portal")[];
  missing: Problem | null;
};

export type ApprovalRow = {
  /** Name (GUID) of the request: key of the row. */
  id: string;
  requestId: string;
  approvalId: string;
  requester: PimPrincipal;
  /** Who asked for it, when somebody else did for the requester. */
  createdBy: string | null;
  role: PimRole;
  scope: ScopeRef;
  requestType: string;
  status: string;
  createdAt: string | null;
  startsAt: string | null;
  minutes: number | null;
  endsAt: string | null;
  justification: string;
  ticket: PimTicket | null;
  /** Undecided after 24 hours = over. */
  expiresAt: string | null;
  /** ownRequest: nobody decides for themselves. extension: Azure lets these be decided only in its own portal. notMine: not assigned to me (any more). */
  canDecide: { allowed: boolean; why: "yes" | "ownRequest" | "extension" | "notMine" | "decided" | "stagesUnreadable" };
  stages: ApprovalStage[];
  /** Who else may decide, from the policy. Groups are not resolved. */
  approvers: PimPrincipal[];
  reasonRequired: boolean | null;
  policy: PolicyAnswer;
  history: RequesterHistory;
};

/** A request that needs no decision any more, because an approver has decided it. */
export type DecidedRow = { id: string; requester: PimPrincipal; role: PimRole; scope: ScopeRef; by: DecisionOfOther };

/** GET /api/elevation/approvals: soonest end first. Their permits come from POST /api/elevation/permits. */
export type ApprovalInbox = {
  rows: ApprovalRow[];
  /** Decided by anybody in the last 24 hours, the newest first; at most a handful, and what could not be read is left out. */
  decided: DecidedRow[];
  clock: ClockSkew;
  notice: ElevationRefusal | null;
  completeness: Completeness;
};

/** GET /api/elevation/approvals/count, for the navigation. null = could not be read. */
export type ApprovalCount = { waiting: number | null; asOf: string };

/**
 * GET /api/elevation/events: server-sent events, one at once and one after each change. `stamp` changes when what it names has
 * changed: read that list again.
 */
export type ElevationEvent = {
  waiting: number | null;
  stamps: { approvals: string; mine: string };
  asOf: string;
};

/** One saved form for several roles. Times are not saved: an activation begins when it is sent. */
export type ElevationProfile = {
  id: string;
  name: string;
  items: { roleId: string; eligibleScope: string; scope: string; minutes: number; justification: string; ticketSystem: string }[];
};
/** GET and PUT /api/elevation/profiles; at most 30. */
export type ElevationProfiles = { profiles: ElevationProfile[] };

/** POST /api/elevation/approvers: who is behind the approvers of role settings. At most 100. */
export type ApproversInput = { approvers: NamedApprover[] };

export type ApproversAnswer = {
  /** In the order asked. At most 200 people each, the operator kept among them; `total` counts all that were read. */
  approvers: (ApproverPeople & { total: number })[];
  /** Object id of the operator, in lower case. */
  me: string;
  /** What the directory did not show, and why. */
  missing: { label: string; reason: string }[];
  asOf: string;
};
