import type { CheckVerdict, ExactRequest, Templates } from "../api";
import type { AzureFailure, Problem } from "../errors";
import type { Completeness } from "../fleet-wire";
import type {
  CauseKind,
  PostCheck,
  RolloutPlan,
  RolloutState,
  RolloutTarget,
  TaskOutcome,
  TaskState,
  WaveState,
  Work,
  WorkKindId,
} from "./types";

/** The shapes of /api/rollouts. Times are ISO 8601 in UTC; errors are problem details. */

/** Machines by id (a selection or the filtered rows of the grid, frozen by the browser) or everything below a scope. */
export type TargetChoice = { by: "machines"; machineIds: string[]; describedAs: string } | { by: "scope"; scope: string };

/** POST /api/rollouts/preflight: all targets read from Resource Graph and judged. Changes nothing. */
export type RolloutPreflightInput = {
  work: Work;
  targets: TargetChoice;
  plan: RolloutPlan;
  /** Whose permissions are looked at; absent = the operator's own. */
  actsAs?: RolloutActor;
};

export type TargetVerdict = "ready" | "confirm" | "blocked" | "offline" | "nothingToDo";

/** One reason for a verdict: the check's id and what was found; texts as in the single preflight. */
export type PreflightReason = {
  checkId: string;
  verdict: CheckVerdict;
  /** Message keys with `values`, as PreflightCheck has them. */
  title: string;
  evidence: string;
  fix: string;
  source: string;
};

/** Machines with the same verdict for the same main reason. `members` index `targets`. */
export type PreflightGroup = { verdict: TargetVerdict; reason: PreflightReason | null; members: number[] };

export type RolloutPreflight = {
  targets: RolloutTarget[];
  groups: PreflightGroup[];
  /** Values of the main reason's texts per target, parallel to `targets`. */
  values: Record<string, string | number>[];
  counts: Record<TargetVerdict, number>;
  /** Ids asked for that Azure does not show to this operator. */
  unknown: string[];
  completeness: Completeness;
  /** Hash over targets and verdicts: given back when the roll-out is started; another one means that Azure has changed. */
  stamp: string;
  /** Waves as the plan makes them from the machines that can be worked on. */
  waves: { number: number; canary: boolean; size: number }[];
  /** The first machine's request; every other one differs only in address and location. */
  request: ExactRequest | null;
  /** How long issuing takes at least under ARM's limits, in seconds, per subscription and over all. */
  floorSeconds: number;
  asOf: string;
};

/** POST /api/rollouts. `id` is chosen by the browser: a repeated submit is the same roll-out. */
export type StartRolloutInput = {
  id: string;
  name: string;
  work: Work;
  targets: TargetChoice;
  plan: RolloutPlan;
  /** Of the preflight that the operator saw. */
  stamp: string;
  /** Verdict "confirm" is included only when this is true. */
  includeConfirm: boolean;
  /** The number of machines that `includedTargets` gives, typed by the operator. */
  typedCount: number;
  actsAs: RolloutActor;
};

export type RolloutActor = "operator" | "managedIdentity";

/** Body of the 409 of POST /api/rollouts when Azure has changed since the operator's preflight: it as it is now. */
export type StaleRolloutPreflight = Problem & { preflight: RolloutPreflight };

export type TaskCounts = Record<TaskState, number>;

export type WaveView = {
  number: number;
  kind: "canary" | "wave" | "retry";
  state: WaveState;
  counts: TaskCounts;
  size: number;
  /** A pending wave's earliest begin. */
  dueAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
};

/** A row of GET /api/rollouts */
export type RolloutSummary = {
  id: string;
  name: string;
  kind: WorkKindId;
  state: RolloutState;
  /** Why it is held or stopped, in a sentence; null otherwise. */
  stateReason: string | null;
  /** What it waits for while running: an operator's sign-in, the window, a go. */
  waitingFor: string | null;
  operatorName: string;
  operatorObjectId: string;
  actsAs: RolloutActor;
  createdAt: string;
  endedAt: string | null;
  total: number;
  counts: TaskCounts;
  wave: { number: number; of: number } | null;
};

export type RolloutList = {
  rollouts: RolloutSummary[];
  asOf: string;
  scope: "own" | "all";
  /** So many of the roll-outs that have ended are listed, and older ones are not; null = every roll-out is listed. */
  olderLeftOut: number | null;
};

/** Failures of the same cause and code, with what to do. */
export type CauseGroup = {
  cause: CauseKind;
  code: string;
  /** Message keys. */
  meaning: string;
  fixes: string[];
  /** States in which these machines are: failed or notReady. */
  state: "failed" | "notReady";
  count: number;
  /** One of them: what Azure or its extension said word for word, and Azure's refusal where there was one. */
  example: { machineName: string; said: string | null; azure: AzureFailure | null } | null;
  retryable: boolean;
  /** Where these machines are, the resource group with most of them first; at most ten. */
  groups: CauseResourceGroup[];
};

/** `count` machines of a cause; `queued` = machines of this roll-out in the group for which nothing was sent yet. */
export type CauseResourceGroup = { subscriptionId: string; resourceGroup: string; count: number; queued: number };

/** GET /api/rollouts/{id} and each event of /api/rollouts/{id}/events */
export type RolloutView = RolloutSummary & {
  work: Work;
  plan: RolloutPlan;
  describedAs: string;
  waves: WaveView[];
  causes: CauseGroup[];
  /** Requests accepted by ARM per second lately, and the rate that ARM's limits allow. */
  rate: { perSecond: number | null; floorPerSecond: number };
  /** When the work ends at the present pace; null with the reason while it cannot be told. */
  eta: { at: string | null; reason: "tooEarly" | "waiting" | "ended" | null };
  carrierName: string | null;
  /** Azure refuses the sign-in of whoever looks in the work of this roll-out, until the person confirms it: "resume" leads there. */
  confirmSignIn: boolean;
  /** `reason` is a message key of why the action is off. */
  controls: Record<RolloutAction, { allowed: boolean; reason: string | null }>;
  asOf: string;
};

/** POST /api/rollouts/{id}/actions. Every action may be sent twice: the second changes nothing and answers the same. */
export const ROLLOUT_ACTIONS = ["pause", "resume", "cancel", "go", "stopWave", "exclude", "retry", "recheck"] as const;
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

export type RolloutActionInput =
  | { action: "pause" | "resume" | "cancel" }
  | { action: "go" | "stopWave"; wave: number }
  /** Leaves machines out for which nothing was sent yet. */
  | { action: "exclude"; select: TaskSelect }
  | { action: "retry" | "recheck"; select: TaskSelect };

/** Which tasks: exact positions, or all of a cause, or all below a resource group. */
export type TaskSelect =
  | { by: "positions"; positions: number[] }
  | { by: "cause"; cause: CauseKind; code: string }
  | { by: "group"; subscriptionId: string; resourceGroup: string };

export type RolloutActionResult = { rollout: RolloutView; changed: number };

export type TaskView = {
  position: number;
  machineId: string;
  machineName: string;
  subscriptionId: string;
  resourceGroup: string;
  wave: number;
  state: TaskState;
  attempt: number;
  outcome: TaskOutcome | null;
  checks: PostCheck[];
  waitingFor: string | null;
  azureStatus: string | null;
  submittedAt: string | null;
  endedAt: string | null;
};

/** GET /api/rollouts/{id}/tasks?state=&cause=&code=&wave=&search=&cursor=; `state` may be several, separated by commas. */
export type TaskPage = { tasks: TaskView[]; total: number; nextCursor: string | null; asOf: string };

/** GET /api/rollouts/{id}/tasks/{position}: the log of one machine. */
export type TaskDetail = {
  task: TaskView;
  events: { at: string; state: TaskState; detail: string; instance: string }[];
  request: ExactRequest;
  /** Settings of the machine that the request keeps: none are, they stand in it as Azure has them now, or they could not be read. */
  kept: "nothing" | "shown" | "unread";
  asOf: string;
};

/** GET /api/rollouts/{id}/templates: the same work for the machines of the roll-out. */
export type RolloutTemplates = Templates & { machines: number };

/** GET /api/rollouts/{id}/report (JSON), ?format=csv: every machine with its verdict, never a shortened list. */
export type RolloutReport = { rollout: RolloutView; tasks: TaskView[]; actions: RolloutPersonAction[]; asOf: string };

/** What a person did, from the audit: the start and every action, oldest first. `changed` = machines; null = not recorded. */
export type RolloutPersonAction = { at: string; operatorName: string; action: "start" | RolloutAction; changed: number | null };
