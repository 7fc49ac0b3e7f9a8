import type { ChangeEffect, ChangeState, EffectState } from "../../access/api";
import type { PrincipalInput, ScopeRef } from "../../access/types";
import type { ExactRequest } from "../../api";
import type { AzureFailure, Problem } from "../../errors";
import type { Completeness } from "../../fleet-wire";
import type { PimRole } from "../api";
import type { GivenRule } from "../policy";
import type { StandingFact } from "./conversion-plan";
import type { PolicyProblem } from "./policy-preflight";
import type { FieldDifference, PolicySettings } from "./policy-settings";
import type { Ratio, RatioRow } from "./ratio";
import type { ManageRequest } from "./requests";
import type { ScheduleProblem } from "./schedule-form";

/** Bodies of the routes below /api/elevation/manage. Times are ISO 8601 in UTC. */

/** One eligibility or one assignment with an end, as an administrator sees it. */
export type ScheduleRow = {
  /** Id of the schedule instance: key of the row. */
  id: string;
  /** Name (GUID) of the schedule: what a change names. */
  scheduleId: string | null;
  of: "eligible" | "active";
  principal: PrincipalInput;
  role: PimRole;
  scope: ScopeRef;
  startsAt: string | null;
  /** null = no end. */
  endsAt: string | null;
  /** It has ended: only a renewal gives it back. */
  over: boolean;
};

/** A standing assignment with what decides whether it can be made eligible. */
export type StandingRow = StandingFact & { principal: PrincipalInput; description: string | null };

/** GET /api/elevation/manage */
export type ManageOverview = {
  schedules: ScheduleRow[];
  /** Ended by its date in the last 30 days and not held again, the latest first. */
  ended: ScheduleRow[];
  /** Given, and begins later; the soonest first. */
  coming: ScheduleRow[];
  /** Of people, groups and whoever cannot be converted; at most 2,000. */
  standing: StandingRow[];
  standingTotal: number;
  ratio: { all: Ratio; byScope: RatioRow<string>[]; byRole: RatioRow<string>[] };
  /** Ratio of earlier days, oldest first, one a day on which somebody looked. */
  history: { day: string; standing: number; timeBound: number; eligible: number }[];
  completeness: Completeness;
};

export type PolicyRow = {
  /** Role GUID and scope: key of the row. */
  key: string;
  policyId: string;
  role: PimRole;
  scope: ScopeRef;
  settings: PolicySettings;
  unknownRules: string[];
  /** People and groups that are eligible, standing assignments, activations that run. */
  use: { eligible: number; standing: number; running: number };
  lastModifiedAt: string | null;
  lastModifiedBy: string | null;
};

/** GET /api/elevation/manage/policies?all= : roles that somebody has or may activate; all = every role at those scopes. */
export type PolicyList = { rows: PolicyRow[]; completeness: Completeness };

/** GET /api/elevation/manage/rule?of=&scope=&roleId=: what the policy lets administrators give. null = could not be read. */
export type GivenRuleAnswer = { rule: GivenRule | null; problem: Problem | null };

export type ManageNames = { principal: string | null; role: string; scope: string };

/** Why a change is not sent, or what to look at before. `words` come by id from elevation-manage. */
export type ManageProblem =
  | ({ about: "policy" } & PolicyProblem)
  | ({ about: "schedule" } & Pick<ScheduleProblem, "id" | "values"> & { weight: "blocks" | "warns" })
  | { about: "state"; id: StateProblemId; weight: "blocks" | "typed" | "warns"; values: Record<string, string | number> };

export const STATE_PROBLEM_IDS = [
  "noRight",
  "rightUnknown",
  "gone",
  "scheduleGone",
  "notRenewable",
  "renewUnknown",
  "policyGone",
  "unchanged",
  "activatedByPim",
  "notAPersonOrGroup",
  "deleted",
  "condition",
  "lastWhoAssigns",
  "own",
  "alreadyEligible",
  "unknownPrincipal",
] as const;
export type StateProblemId = (typeof STATE_PROBLEM_IDS)[number];

export type PreviewItem = {
  index: number;
  request: ManageRequest;
  names: ManageNames;
  /** Every request in the order in which it is sent. */
  steps: ExactRequest[];
  commands: { azCli: string; powershell: string };
  /** Policies only: what changes. */
  differences: FieldDifference[];
  problems: ManageProblem[];
  /** unchanged: nothing to send. confirm: needs the typed words. */
  verdict: "ready" | "confirm" | "blocked" | "unchanged";
};

/** POST /api/elevation/manage/preview with { requests }, at most 100. */
export type ManagePreviewInput = { requests: ManageRequest[] };
export type ManagePreview = {
  items: PreviewItem[];
  /** What must be typed before anything is sent; null = nothing. */
  confirmText: string | null;
  /** Names the state that the preview was made from. */
  stamp: string;
  asOf: string;
};

/** POST /api/elevation/manage/changes. Items that are blocked or unchanged must not be among them. */
export type ManageInput = { setId: string; requests: ManageRequest[]; stamp: string; confirmText: string };

/** Error answer 409 of POST: what the preview showed has changed. */
export type StaleManagePreview = Problem & { preview: ManagePreview };

export type ManageItem = {
  index: number;
  request: ManageRequest;
  names: ManageNames;
  steps: ExactRequest[];
  state: ChangeState;
  azure: AzureFailure | null;
  detail: string;
  effect: ChangeEffect;
};

/** GET /api/elevation/manage/changes/{id} */
export type ManageSet = {
  id: string;
  operatorName: string;
  operatorObjectId: string;
  startedAt: string;
  endedAt: string | null;
  items: ManageItem[];
  counts: Record<ChangeState, number>;
  effects: Record<EffectState, number>;
  /** Requests that put back what was done, last first; [] when nothing was. */
  undo: ManageRequest[];
  /** The same requests anew for what was refused or failed; [] when nothing was. */
  retry: ManageRequest[];
  waitingFor: string | null;
};

/** GET /api/elevation/manage/changes: the newest sets of the operator. */
export type ManageSetList = { sets: ManageSet[]; asOf: string };
