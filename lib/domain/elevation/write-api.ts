import type { EffectState } from "../access/api";
import type { ExactRequest } from "../api";
import type { AzureFailure, Problem } from "../errors";
import type { ElevationPolicy } from "./policy";
import type { RefusalId } from "./refusals";

/** Bodies of the routes that change something: what is sent, what became of it. The lists are in api.ts. */

/** A person or group as Azure names it in requests and policies; the name is the id when Azure gave none. */
export type PimPrincipal = { id: string; kind: "user" | "group" | "servicePrincipal" | "unknown"; name: string; detail: string };

/** The rules that decide an activation, or why they could not be read. Not readable never means that there are none. */
export type PolicyAnswer = { known: true; policy: ElevationPolicy; asOf: string } | { known: false; problem: Problem };

export type PimTicket = { number: string; system: string };

/**
 * One thing to send. `id` is a GUID that the browser chooses; it becomes the name of Azure's request, so the same id is the
 * same request, however often it comes.
 */
export type ElevationAction =
  | {
      kind: "activate";
      id: string;
      eligibleScheduleId: string;
      roleDefinitionId: string;
      /** Scope of the eligibility: its policy decides. */
      eligibleScope: string;
      /** Scope to activate at: the same or narrower. */
      scope: string;
      minutes: number;
      /** Portal-clock time at which it shall begin; null = now. */
      startsAt: string | null;
      justification: string;
      ticket: PimTicket | null;
      /** `stamp` of the policy that the form was filled in against; null when it could not be read. */
      policyStamp: string | null;
    }
  | { kind: "deactivate"; id: string; roleDefinitionId: string; scope: string; scheduleId: string | null; justification: string }
  | {
      kind: "extend";
      id: string;
      /** Eligibility schedule, or assignment schedule when `of` is active. */
      of: "eligible" | "active";
      scheduleId: string;
      roleDefinitionId: string;
      scope: string;
      endsAt: string;
      justification: string;
    }
  | { kind: "cancel"; id: string; requestId: string; of: "activation" | "eligibility" }
  | {
      kind: "decide";
      id: string;
      /** Full id of the request at Azure, from the inbox. */
      requestId: string;
      approvalId: string;
      decision: "approve" | "deny";
      reason: string;
    };
export type ElevationActionKind = ElevationAction["kind"];

/** POST /api/elevation/requests. At most 50 actions. */
export type ElevationInput = { batchId: string; actions: ElevationAction[] };

export const FORM_FIELDS = ["minutes", "startsAt", "justification", "ticket", "scope", "reason", "endsAt", "role"] as const;
export type FormField = (typeof FORM_FIELDS)[number];

export const FORM_PROBLEM_IDS = [
  "tooLong",
  "tooShort",
  "notWholeMinutes",
  "justificationMissing",
  "justificationTooLong",
  "ticketMissing",
  "ticketNumberMissing",
  "startInPast",
  "startTooFar",
  "pastEligibilityEnd",
  "scopeOutside",
  "reasonMissing",
  "alreadyActive",
  "alreadyPending",
  "eligibilityEnded",
  "endNotLater",
  "endTooLate",
  "policyUnknown",
] as const;
export type FormProblemId = (typeof FORM_PROBLEM_IDS)[number];

/** What is wrong with one field, with the values of its sentence. `blocks` = it is not sent while this stands. */
export type FormProblem = { field: FormField; id: FormProblemId; blocks: boolean; values: Record<string, string | number> };

/** Why something was not done, in the portal's words (by id) and in Azure's. */
export type ElevationRefusal = {
  id: RefusalId;
  values: Record<string, string | number>;
  azure: AzureFailure | null;
};

/**
 * planned: stored, nothing sent. stepUp: Azure wants a stronger sign-in first; nothing was sent or done. submitting: may be on
 * the wire. unknown: no answer, Azure is asked again. waiting: Azure has it and somebody or something must still decide.
 * scheduled: granted, begins later. done, refused, canceled, failed: final for the request.
 */
export const ITEM_STATES = [
  "planned",
  "stepUp",
  "submitting",
  "unknown",
  "waiting",
  "scheduled",
  "done",
  "refused",
  "canceled",
  "failed",
] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** As in access changes; "ended" = the activation is over, by its end or because somebody ended it. */
export type ElevationEffect = {
  state: EffectState | "ended";
  elapsedMs: number | null;
  seen: number;
  reads: number;
  lastReadAt: string | null;
  /** The action whose right was seen; null = the person had every right of the role before, so only PIM's list was read. */
  provenBy: string | null;
};

/** Who decided a request, what, when and why. */
export type DecisionOfOther = {
  person: PimPrincipal;
  decision: "approve" | "deny" | "unknown";
  at: string | null;
  reason: string;
};

export type ElevationItem = {
  id: string;
  index: number;
  kind: ElevationActionKind;
  action: ElevationAction;
  names: { role: string; scope: string; person: string | null };
  exact: ExactRequest;
  state: ItemState;
  /** Azure's status of the request; null before there is one. */
  status: string | null;
  refusal: ElevationRefusal | null;
  /** Form problems that the portal found before sending; then nothing was sent. */
  problems: FormProblem[];
  /** The policy changed between form and send; when the form still fits, it was sent all the same. */
  policyChanged: boolean;
  /** Authentication context that the step-up is for, for example c1. */
  authenticationContext: string | null;
  startsAt: string | null;
  endsAt: string | null;
  /** Decide: who had decided, and what, when somebody was faster. */
  decidedBy: DecisionOfOther | null;
  effect: ElevationEffect;
  updatedAt: string;
};

/**
 * POST answers 202 with this. 401 with a claims challenge while items wait for a step-up: sign in with the claims and send the
 * same body again; what is done stays done. GET /api/elevation/requests/{id} answers the same.
 */
export type ElevationBatch = {
  id: string;
  operatorName: string;
  operatorObjectId: string;
  startedAt: string;
  /** null while an item is open. */
  endedAt: string | null;
  items: ElevationItem[];
  counts: Record<ItemState, number>;
  /** Step-ups that are left, in the order in which they will be asked for. */
  stepUps: { context: string; items: number }[];
  /** Set while nobody is signed in who could carry it on. */
  waitingFor: string | null;
};

/** GET /api/elevation/requests: my newest batches, and how long activations of the tenant took to work. */
export type ElevationBatchList = {
  batches: ElevationBatch[];
  effectTimes: { count: number; medianMs: number | null; worstMs: number | null };
  asOf: string;
};

/** POST /api/elevation/check with { actions }: what would happen, without doing it. Asks Azure's own `validate` where it has one. */
export type ElevationCheckInput = { actions: ElevationAction[] };
export type ElevationCheck = {
  items: {
    id: string;
    exact: ExactRequest;
    /** The same in three forms of the command line. */
    commands: ElevationCommands;
    problems: FormProblem[];
    refusal: ElevationRefusal | null;
    /** What Azure would ask for: null = nothing more. */
    needs: { authenticationContext: string | null; mfa: boolean; approval: boolean };
    policy: PolicyAnswer | null;
  }[];
  asOf: string;
};
export type ElevationCommands = { azCli: string; powershell: string; http: string };
