import type { CertificateKey, CertificateStateId } from "./certificate";
import type { CloudId } from "./clouds";
import type { AzureFailure, Problem } from "./errors";
import type { Completeness } from "./fleet-wire";
import type { JoinState, Machine, MachineExtension, SignInExtensionState } from "./machine";

/**
 * The shapes of the portal's own HTTP API. Server and browser both import them; nothing else is shared between the two.
 * Every error answer is a `Problem` (application/problem+json). Every time is ISO 8601 in UTC.
 */

/** Handed to the browser inside the page. Holds nothing secret. */
export type PublicConfig = {
  cloudId: CloudId;
  cloudLabel: string;
  /** True when the portal talks to local Azure; drives the permanent banner and colour. */
  localMode: boolean;
  clientId: string;
  /** Authority without tenant, for example https://login.microsoftonline.com */
  authority: string;
  tenantId: string;
  /** Tenants whose people may sign in. */
  allowedTenantIds: string[];
  /** The one scope the browser asks for. */
  apiScope: string;
  /** Http origin that really answers for the authority; only in local mode. */
  authorityWireOrigin: string | null;
  /** Whether roll-outs may act as the portal's managed identity; only Portal.Admin may start such a one. */
  rolloutIdentity: boolean;
  version: string;
};

/** GET /api/session */
export type SessionInfo = {
  operator: { objectId: string; tenantId: string; name: string; userPrincipalName: string; isGuest: boolean };
  /** Entra app roles of the portal: they decide about the portal's own data only. */
  portalRoles: ("Portal.Auditor" | "Portal.Admin")[];
  tenants: { tenantId: string; displayName: string; defaultDomain: string; current: boolean }[];
  subscriptions: { id: string; name: string; state: string }[];
  subscriptionsCompleteness: Completeness;
  /** What Graph lets this operator read; false explains estimates and missing names. */
  capabilities: { readCertificates: boolean; readPeople: boolean };
};

/** A fact with its source, or the reason why it is not known. Never a silent null. */
export type Known<T> =
  | { known: true; value: T; source: string; asOf: string }
  | { known: false; reason: string; problem?: Problem };

export type ServicePrincipalInfo = {
  id: string;
  appId: string;
  displayName: string;
  accountEnabled: boolean;
  alternativeNames: string[];
  createdAt: string | null;
  keys: CertificateKey[];
};

/** The verdict on the certificate with the rule in words. Computed by lib/domain/certificate-state.ts. */
export type CertificateVerdict = {
  state: CertificateStateId;
  /** Days left, negative when over; null when only an estimate or nothing is known. Fractional days are floored. */
  daysLeft: number | null;
  startsAt: string | null;
  endsAt: string | null;
  /** Range of the estimate when Graph may not be read. */
  estimate: { from: string; to: string } | null;
  /** One sentence: which rule gave this state. Message key plus values, so that it can be translated. */
  rule: { key: string; values: Record<string, string | number> };
  /** Set when ARM's status and the certificate dates contradict each other; both are shown. */
  disagreement: { arm: string; certificate: string } | null;
};

/** What the operator may do on this machine, from ARM's permissions call, with the action that decides it. */
export type OperatorPermission = { action: string; allowed: boolean | null /** Message key. */; reason: string };

export type OperatorPermissions = {
  readMachine: OperatorPermission;
  writeMachine: OperatorPermission;
  writeExtension: OperatorPermission;
  deleteExtension: OperatorPermission;
  readExtension: OperatorPermission;
  /** Data actions: can this operator sign in to the machine. */
  signInAsUser: OperatorPermission;
  signInAsAdministrator: OperatorPermission;
};

export type ActivityEntry = {
  at: string;
  operation: string;
  status: string;
  caller: string | null;
  correlationId: string | null;
  source: "azure" | "portal";
};

/** GET /api/machines/{subscriptionId}/{resourceGroup}/{name} */
export type MachineDetail = {
  machine: Machine;
  /** ARM's answer as it came, for the "raw" view. */
  raw: unknown;
  asOf: string;
  joinState: JoinState;
  subscriptionName: string | null;
  servicePrincipal: Known<ServicePrincipalInfo>;
  /** Whether resource name and service principal name are equal, as Azure makes them. */
  nameMatches: boolean | null;
  certificate: CertificateVerdict;
  extensions: Known<MachineExtension[]>;
  signIn: {
    state: SignInExtensionState;
    extension: MachineExtension | null;
    failure: ExtensionFailure | null;
    mdmIdMissing: boolean;
  };
  permissions: Known<OperatorPermissions>;
  activity: Known<ActivityEntry[]>;
  /** Operations of the portal on this machine that have not ended. */
  runningOperations: OperationView[];
};

/** What an earlier read of the fleet knew about a machine. Names of facts are columns of the fleet. */
export type LastKnownMachine = { name: string; at: string; facts: Record<string, string> };

/**
 * Error answer of GET /api/machines/...: a problem as everywhere, with what is known from the operator's stored fleet as an
 * extension member.
 */
export type MachineUnavailable = Problem & { lastKnown: LastKnownMachine | null };

/** A decoded extension failure, from reference data. Text parts are message keys or documented facts. */
export type ExtensionFailure = {
  exitCode: string | null;
  hex: string | null;
  /** Error name such as DSREG_AUTOJOIN_DISC_FAILED; null for a code the portal does not know. */
  name: string | null;
  /** Message key; so are all causes and fixes. */
  meaning: string;
  likelyCauses: string[];
  fixes: string[];
  confidence: "doc" | "doc-general" | "community" | "community-low" | "none";
  sources: string[];
  /** Azure's own words, always shown. */
  rawCode: string | null;
  rawMessage: string | null;
  /** What the portal can do itself. */
  actions: ("uninstall" | "retry" | "enableIdentity" | "repairSettings")[];
};

export type CheckVerdict = "pass" | "warn" | "ask" | "block" | "unknown";

export type PreflightCheck = {
  id: string;
  verdict: CheckVerdict;
  /** Message key of the title: signIn.preflight.<id>.title. */
  title: string;
  /** Message key of what was found, filled with `values`. */
  evidence: string;
  /** Message key of what to do, filled with `values`; empty when there is nothing to do. */
  fix: string;
  /** The facts found, for the texts above. */
  values: Record<string, string | number>;
  /** A blocking check that an operator may overrule with a typed confirmation. */
  overridable: boolean;
  source: string;
};

/** POST /api/machines/.../sign-in/preflight */
export type PreflightInput = { extensionName: string; mdmId: string };
export type PreflightResult = {
  checks: PreflightCheck[];
  verdict: "ready" | "confirm" | "blocked";
  asOf: string;
  /** The request exactly as it will be sent. */
  request: ExactRequest;
  templates: Templates;
};

export type ExactRequest = { method: "PUT" | "PATCH" | "POST" | "DELETE"; url: string; body: unknown };

/** The same change in the four forms operators use. */
export type Templates = { armJson: string; bicep: string; azCli: string; powershell: string };

/** POST /api/machines/.../sign-in/deployments */
export type DeployInput = {
  extensionName: string;
  mdmId: string;
  /** The operator ticked that the server becomes Entra joined. */
  consent: true;
  /** Ids of overruled blocking checks; each needs the machine's name typed. */
  overrides: string[];
  typedMachineName: string;
  /** Chosen by the browser, so that a repeated submit is the same operation. UUID. */
  operationId: string;
};

/** DELETE /api/machines/.../extensions/{name} */
export type UninstallInput = { typedMachineName: string; operationId: string };

/** PATCH /api/machines/.../identity */
export type EnableIdentityInput = { confirm: true; operationId: string };

export const OPERATION_KINDS = ["extension.deploy", "extension.uninstall", "extension.repair", "identity.enable"] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * planned: intent stored, nothing sent. submitting: the request may be on the wire. provisioning: Azure accepted it.
 * unknown: no answer; a sweep asks Azure again. succeeded, failed, canceled, refused: final.
 */
export const OPERATION_STATES = [
  "planned",
  "submitting",
  "provisioning",
  "unknown",
  "succeeded",
  "failed",
  "canceled",
  "refused",
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export type OperationEvent = { at: string; state: OperationState; detail: string };

/** GET /api/operations/{id} and each server-sent event of GET /api/operations/{id}/events */
export type OperationView = {
  id: string;
  kind: OperationKind;
  machineId: string;
  machineName: string;
  extensionName: string | null;
  state: OperationState;
  /** Azure's own status word of the long-running operation, as it came. */
  azureStatus: string | null;
  startedAt: string;
  endedAt: string | null;
  operatorName: string;
  operatorObjectId: string;
  events: OperationEvent[];
  failure: ExtensionFailure | null;
  azure: AzureFailure | null;
  /** Set while the operation cannot go on by itself, for example "waiting for an operator to sign in". */
  waitingFor: string | null;
  request: ExactRequest;
};

/** Actions of the audit: the kinds of operations, the changes of access, and elevation. */
export const AUDIT_ACTIONS = [
  ...OPERATION_KINDS,
  "access.assign",
  "access.remove",
  "access.defineRole",
  "pimAdmin.schedule",
  "pimAdmin.convert",
  "pimAdmin.restore",
  "pimAdmin.policy",
  "elevation.activate",
  "elevation.deactivate",
  "elevation.extend",
  "elevation.cancel",
  "elevation.decide",
  "notice.test",
  "notice.retry",
  "rollout.start",
  "rollout.wave",
  "rollout.end",
  "rollout.pause",
  "rollout.resume",
  "rollout.cancel",
  "rollout.go",
  "rollout.stopWave",
  "rollout.exclude",
  "rollout.retry",
  "rollout.recheck",
  "rollout.carry",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_OUTCOMES = ["intent", "done", "refused", "failed", "unknown"] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

export type AuditEntry = {
  seq: number;
  at: string;
  tenantId: string;
  operatorObjectId: string;
  operatorName: string;
  action: string;
  targetId: string;
  outcome: AuditOutcome;
  operationId: string | null;
  traceId: string;
  /** Details in facts: overrides, Azure code and request id, exit code. */
  detail: Record<string, unknown>;
  hash: string;
};

/** GET /api/audit?... */
export type AuditPage = { entries: AuditEntry[]; nextCursor: string | null; total: number; scope: "own" | "all"; asOf: string };

/** GET /api/audit/chain: the whole chain recomputed, and compared with the signed anchor outside the store. */
export type AuditChainState = {
  ok: boolean;
  entries: number;
  headHash: string;
  broken: { seq: number; reason: string } | null;
  anchor: { state: "none" | "genuine" | "forged" | "contradicts"; seq: number | null; sentence: string };
  checkedAt: string;
};

/** GET /api/operations?running=1 */
export type OperationList = { operations: OperationView[]; asOf: string };

/** GET /api/ready */
export type Readiness = { ready: boolean; checks: { name: string; ok: boolean; detail: string; ms: number }[] };

/** GET /api/health */
export type Health = { alive: true; version: string; node: string; startedAt: string };
