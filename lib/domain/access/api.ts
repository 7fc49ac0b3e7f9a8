import type { ExactRequest, Templates } from "../api";
import type { AzureFailure, Problem } from "../errors";
import type { Completeness } from "../fleet-wire";
import type { MachineStatus, OsFamily } from "../machine";
import type { AccessCapabilityId } from "./capabilities";
import type { ScopeChoice } from "./scope-choices";
import type {
  AccessLane,
  AtLeastReason,
  CapabilityAnswer,
  DenyAssignmentInput,
  MachineAccess,
  MachineInput,
  PrincipalInput,
  ScopeRef,
} from "./types";

/** Bodies of the access routes. Addresses are in lib/config/routes.ts (`api.access*`, `api.machineAccess`, `api.principals`). */

/** What the signed-in operator may do at a scope, by the action that decides it. */
export type OperatorRight = {
  action: string;
  /** null when Azure could not say: the control stays on and Azure decides. */
  allowed: boolean | null;
  /** The built-in role that has the action and gives least besides; null when none is known. */
  smallestRole: { id: string; name: string } | null;
};
export type AccessRights = {
  scope: string;
  assignRoles: OperatorRight;
  removeRoles: OperatorRight;
  defineRoles: OperatorRight;
  readAssignments: OperatorRight;
  asOf: string;
};

/** POST /api/access/rights with { scopes }: the same at each of at most 100 scopes, in their order. Writes nothing. */
export type AccessRightsInput = { scopes: string[] };
export type AccessRightsList = { rights: AccessRights[] };

/** One role assignment as tables show it. */
export type AssignmentView = {
  id: string;
  scope: ScopeRef;
  principal: PrincipalInput;
  roleId: string;
  roleName: string;
  roleType: string;
  condition: string | null;
  description: string | null;
  createdAt: string | null;
  createdBy: string | null;
  /** Made by an activation: ends by itself and must be ended in Privileged Identity Management, not removed here. */
  activatedByPim: boolean;
  /** Capabilities on machines that the role gives at this scope. */
  capabilities: AccessCapabilityId[];
};

/** Why somebody who has a role on the machine cannot sign in to it. */
export type CannotSignInReason =
  | "guest"
  | "disabled"
  | "deleted"
  | "notAPerson"
  | "denied"
  | "dependsOnCondition"
  | "onlyEligible"
  | "noLoginRole"
  | "ownerOrContributorOnly";
export type CannotSignIn = { principal: PrincipalInput; reasons: CannotSignInReason[]; roles: string[] };

/** GET /api/machines/{s}/{g}/{n}/access */
export type MachineAccessView = {
  machine: MachineInput & { status: MachineStatus; osFamily: OsFamily };
  access: MachineAccess;
  assignments: AssignmentView[];
  denyAssignments: DenyAssignmentInput[];
  cannotSignIn: CannotSignIn[];
  rights: AccessRights;
  completeness: Completeness;
};

export const REACH_CLASSES = [
  "secrets",
  "certificates",
  "keys",
  "blobs",
  "logs",
  "machineControl",
  "assignRoles",
  "write",
  "read",
  "other",
] as const;
/** What a role lets an identity do at its target, by representative actions. */
export type ReachClass = (typeof REACH_CLASSES)[number];

export type ReachGrant = {
  assignmentId: string;
  scope: ScopeRef;
  /** Resource type at the scope, lower case, for example microsoft.keyvault/vaults; null above resources. */
  resourceType: string | null;
  roleId: string;
  roleName: string;
  classes: ReachClass[];
  actions: string[];
  dataActions: string[];
  /** The group through which the identity has it; null = its own assignment. */
  viaGroup: PrincipalInput | null;
  condition: string | null;
  severity: "critical" | "high" | "medium" | "low";
};

/** GET /api/machines/{s}/{g}/{n}/reach */
export type MachineReachView = {
  machine: MachineInput;
  /** null: the machine has no identity, so it reaches nothing with one. */
  identity: { principalId: string; displayName: string; groups: PrincipalInput[] } | null;
  grants: ReachGrant[];
  /** Who can become this machine's identity and thereby reach all of the above, with the paths. */
  becomeIdentity: CapabilityAnswer;
  /** Other machines that this identity may control, with what. At most 200 are named. */
  controls: { machineId: string; capabilities: AccessCapabilityId[] }[];
  controlsTotal: number;
  atLeast: readonly AtLeastReason[];
  completeness: Completeness;
};

export const FINDING_RULE_IDS = [
  "R01",
  "R02",
  "R03",
  "R05",
  "R06",
  "R07",
  "R08",
  "R15",
  "R16",
  "R18",
  "R19",
  "R24",
  "R25",
  "R26",
  "R30",
  "R31",
  "R54",
  "R55",
  "R57",
] as const;
export type FindingRuleId = (typeof FINDING_RULE_IDS)[number];
export type FindingSeverity = "critical" | "high" | "medium" | "low" | "info";

export type AccessFinding = {
  /** Stable for the same facts: rule, subject and scope. */
  id: string;
  ruleId: FindingRuleId;
  severity: FindingSeverity;
  /** The person, group or identity it is about; null for findings about a role or a subscription. */
  principal: PrincipalInput | null;
  scope: ScopeRef;
  roleId: string | null;
  roleName: string | null;
  /** Assignments that are the evidence. */
  assignmentIds: string[];
  /** Facts for the sentence: counts, names, actions. */
  values: Record<string, string | number>;
  machines: number;
  /** At most 20 of them. */
  machineIds: string[];
  /** A change that repairs it, for the same preview and write as every other change; null when a person must decide. */
  fix: AccessChangeRequest[] | null;
};

/** GET /api/access/findings: at most 200 of each rule, those that concern most machines. */
export type AccessFindings = {
  findings: AccessFinding[];
  /** How many each rule found where not all of them are listed. */
  shortened?: { ruleId: FindingRuleId; found: number }[];
  atLeast: readonly AtLeastReason[];
  completeness: Completeness;
};

/** GET /api/principals?search=text */
export type PrincipalSearch = { principals: PrincipalInput[]; asOf: string };

/** A resource that a role can be given on. */
export type FoundResource = {
  id: string;
  name: string;
  /** As Azure writes it, for example microsoft.keyvault/vaults. */
  type: string;
  resourceGroup: string;
  subscriptionId: string;
  /** For vaults: false = it uses access policies, so a role on it does nothing. null = no vault, or it does not say. */
  usesRoles: boolean | null;
};

/** GET /api/resources?search=text&type=type: at most 20 that the operator may read, and how many there are. */
export type ResourceSearch = { resources: FoundResource[]; total: number; asOf: string };

/** GET /api/access/roles: every definition the operator can see, as Azure has it now. */
export type RoleView = {
  id: string;
  name: string;
  type: string;
  description: string;
  assignableScopes: string[];
  permissions: { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] }[];
  capabilities: AccessCapabilityId[];
  assignments: number;
  /** Capabilities that the definition has or lacks against the documented one; null when it is as documented or not known. */
  drift: { added: string[]; removed: string[] } | null;
};
export type RoleCatalogue = { roles: RoleView[]; completeness: Completeness };

/** GET /api/access/scopes: management groups and subscriptions that the operator can see, as a tree in the order to draw it. */
export type ScopeList = { scopes: ScopeChoice[]; asOf: string };

/**
 * One wanted change. `assignmentName` and `roleId` of a new thing are GUIDs that the browser chooses: sending the same
 * change twice is then the same change.
 */
export type AccessChangeRequest =
  | {
      kind: "assign";
      assignmentName: string;
      principalId: string;
      /** GUID of the role definition. */
      roleId: string;
      scope: string;
      condition: string | null;
      description: string | null;
    }
  | { kind: "remove"; assignmentId: string }
  | {
      kind: "defineRole";
      roleId: string;
      roleName: string;
      description: string;
      permissions: { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] };
      assignableScopes: string[];
    };

export const PREVIEW_WARNINGS = [
  "guest",
  "disabledPrincipal",
  "ownerDoesNotSignIn",
  "assignmentLimitNear",
  "assignmentLimitReached",
  "duplicate",
  "alreadyGone",
  "onboardingRoleToPerson",
  "wideScope",
  "activatedByPim",
  "removesOwnRight",
  "conditionUnreadable",
  "unknownPrincipal",
  "unknownRole",
  "directUser",
  "limitedByYourCondition",
] as const;
export type PreviewWarningId = (typeof PREVIEW_WARNINGS)[number];
export type PreviewWarning = {
  id: PreviewWarningId;
  /** Position of the change in the request. */
  change: number;
  /** Nothing is written while one of these stands. */
  blocks: boolean;
  values: Record<string, string | number>;
};

/** Who gains or loses what. Machines are counted and at most 50 named. */
export type PreviewDifference = {
  principal: PrincipalInput;
  capability: AccessCapabilityId;
  lane: AccessLane;
  machines: number;
  machineIds: string[];
  machineNames: string[];
};

export type PreviewedChange = {
  request: AccessChangeRequest;
  /** What it is about, in names; null where Azure does not know it. */
  principal: PrincipalInput | null;
  role: { id: string; name: string; type: string } | null;
  scope: ScopeRef;
  /** The request exactly as it will be sent, and the same change in four other forms. */
  exact: ExactRequest;
  templates: Templates;
  right: OperatorRight;
};

/** POST /api/access/preview with { changes } */
export type AccessPreviewInput = { changes: AccessChangeRequest[] };
export type AccessPreview = {
  changes: PreviewedChange[];
  gained: PreviewDifference[];
  lost: PreviewDifference[];
  /** People who gain or lose anything, and machines on which somebody does. */
  totals: { peopleGaining: number; peopleLosing: number; machines: number };
  warnings: PreviewWarning[];
  verdict: "ready" | "confirm" | "blocked";
  /** Names the state the preview was made from. Send it with the write: when the state is another, nothing is written. */
  stamp: string;
  atLeast: readonly AtLeastReason[];
  completeness: Completeness;
};

/** POST /api/access/changes. The set's id is chosen by the browser: the same id is the same set, however often it comes. */
export type AccessChangeInput = {
  changeSetId: string;
  changes: AccessChangeRequest[];
  stamp: string;
  /** The operator has read the warnings of a preview with verdict "confirm". */
  confirmed: boolean;
};

/** Error answer 409 of POST /api/access/changes when the state has changed: a problem with the preview as it is now. */
export type StalePreview = Problem & { preview: AccessPreview };

/**
 * planned: stored, nothing sent. submitting: the request may be on the wire. unknown: no answer, Azure is asked again.
 * done, refused, failed: final.
 */
export const CHANGE_STATES = ["planned", "submitting", "unknown", "done", "refused", "failed"] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

/**
 * none: not written, or nothing to wait for. waiting: written, not yet seen in force. effective: seen three times in a row.
 * late: not seen within Azure's documented 10 minutes; reading goes on.
 */
export const EFFECT_STATES = ["none", "waiting", "effective", "late"] as const;
export type EffectState = (typeof EFFECT_STATES)[number];

export type ChangeEffect = {
  state: EffectState;
  /** From Azure's acceptance to the first of the sightings in a row; so far while waiting. Milliseconds. */
  elapsedMs: number | null;
  /** Sightings in a row, of three. */
  seen: number;
  reads: number;
  lastReadAt: string | null;
};

export type ChangeItem = {
  index: number;
  request: AccessChangeRequest;
  /** Names when the change was decided; null where Azure did not know one. */
  names: { principal: string | null; role: string | null };
  exact: ExactRequest;
  state: ChangeState;
  /** Azure's refusal, word for word. */
  azure: AzureFailure | null;
  detail: string;
  effect: ChangeEffect;
};

/** GET /api/access/changes/{id} */
export type AccessChangeSet = {
  id: string;
  operatorName: string;
  operatorObjectId: string;
  startedAt: string;
  /** When the last item ended; null while one is open. */
  endedAt: string | null;
  items: ChangeItem[];
  counts: Record<ChangeState, number>;
  effects: Record<EffectState, number>;
  /** Changes that put back what this set changed; [] when nothing of it was done. Preview and write them like any other. */
  undo: AccessChangeRequest[];
  /** Set while nobody is signed in who could carry it on. */
  waitingFor: string | null;
};

/** GET /api/access/changes: the newest sets of the operator, and how long changes of the tenant took to take effect. */
export type AccessChangeList = {
  sets: AccessChangeSet[];
  effectTimes: { count: number; medianMs: number | null; worstMs: number | null };
  asOf: string;
};
