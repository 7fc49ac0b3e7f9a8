/**
 * The contract between the parts of local Azure. The composition (emulator/core) knows sockets; faces know only this.
 * Wire constants are repeated here on purpose: local Azure shares no code with the portal.
 */
import type { World } from "../world/types.ts";

export type Face = "entra" | "arm" | "resourceGraph" | "graph" | "himds" | "keyVault";

/** Who a verified access token speaks for. */
export type Caller = {
  tenantId: string;
  /** Object id in that tenant (a guest's differs from the home tenant's). */
  objectId: string;
  kind: "user" | "servicePrincipal";
  appId: string;
  /** Delegated scopes of a Graph or API token. */
  scopes: string[];
  acrs: string[];
  amr: string[];
  /** xms_cc holds cp1: the client can answer claims challenges. */
  canStepUp: boolean;
  issuedAtMs: number;
  claims: Record<string, unknown>;
};

export type WireRequest = {
  face: Face;
  method: string;
  /** Scheme and host that the client used (x-forwarded-host where a proxy kept it): base of every absolute URL in answers. */
  origin: string;
  /** Percent-decoded segments, repeated slashes collapsed, case kept. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  bodyText: string;
  /** Undefined when there is no body; throws WireError 400 when it is not JSON. */
  json(): unknown;
  /** Named segments of the matched route, case kept. */
  params: Record<string, string>;
  caller: Caller | null;
  requestId: string;
  correlationId: string;
};

export type WireResponse = {
  status: number;
  headers?: Record<string, string>;
  /** Objects are serialised as JSON; strings go out as they are with the given content type. */
  body?: unknown;
};

export type RequiredRight = {
  action: string;
  dataAction?: boolean;
  /** ARM scope at which the right is needed, from the request. */
  scope: (request: WireRequest) => string;
};

export type Route = {
  face: Face;
  method: string;
  /** Lower-case template with {names}, for example /subscriptions/{subscriptionId}/resourcegroups. `{+scope}` matches several segments. */
  pattern: string;
  /** Accepted api-versions (ARM). "preview" accepts any *-preview. Absent for Entra and Graph. */
  apiVersions?: readonly string[];
  /** Parameters that may stand in the query besides api-version; anything else is refused. */
  query?: readonly string[];
  /** null = signed-in is enough; undefined = no token needed. */
  right?: RequiredRight | null;
  /** Documentation page or recording this route follows. */
  source: string;
  handle: (request: WireRequest, ctx: EmulatorContext) => WireResponse | Promise<WireResponse>;
};

export type EmulatorClock = {
  nowMs(): number;
  /** Sets the clock; it goes on running from there. */
  set(ms: number): void;
  advance(ms: number): void;
};

/** Knobs of the control API that handlers read. Times in ms of the settable clock. */
export type EmulatorOptions = {
  /** How long an extension operation is Queued, then InProgress. */
  extensionQueuedMs: number;
  extensionRunningMs: number;
  /** Wall-clock latency added to every ARM, Resource Graph and Graph answer. */
  latencyMs: number;
  /** Page sizes of ARM lists, used in turn (real services vary them). */
  armPageSizes: number[];
  /** Enforce ARM buckets, Resource Graph and Graph quotas. */
  enforceQuotas: boolean;
  /** How long a changed role assignment needs until it counts, until Resource Manager lists it, until Resource Graph shows it. */
  replicationDelayMs: number;
  roleListDelayMs: number;
  roleIndexDelayMs: number;
  /** A principal younger than this is only assignable when the request names its type. */
  principalReplicationMs: number;
  /** Assignments at and below one subscription. */
  roleAssignmentLimit: number;
  /** How long a request to Privileged Identity Management is PendingEvaluation, then PendingProvisioning; absent = not at all. */
  pimEvaluationMs?: number;
  pimProvisioningMs?: number;
  /** User principal names that may not read the directory. */
  directoryReadDeniedTo: string[];
  /** User principal names that hold a directory role which reads the audit log. */
  auditReaders: string[];
  /** Retry-After on extension operations in seconds; null = header absent, as recorded in 2024. */
  extensionRetryAfterSeconds: number | null;
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  /** Authentication contexts demanded per resource audience on write calls, for example {"arm": "c1"}; empty = none. */
  requireAcrs: Partial<Record<"arm" | "graph" | "api", string>>;
  /** How long after a join the directory shows the device; absent = at once. */
  deviceRegistrationMs?: number;
  /** Resource Graph shows a changed extension this much later than Resource Manager; absent = at once. */
  extensionIndexDelayMs?: number;
  /** A further write of an extension while one runs: 409, or accepted so that it replaces the first; absent = refused. */
  concurrentExtensionWrites?: "refused" | "accepted";
  /** Signed operation URLs padded to about 3 KB. */
  longOperationUrls: boolean;
  /** Page sizes of Resource Graph, used in turn and never above $top; absent or empty = always $top. */
  resourceGraphPageSizes?: number[];
  /** The Resource Graph index is rebuilt at most once in this time, so that it lags behind writes; absent = never lags. */
  resourceGraphLagMs?: number;
};

export type EmulatorContext = {
  world: World;
  clock: EmulatorClock;
  options: EmulatorOptions;
  /** Deterministic for the seed. */
  random(): number;
  newGuid(): string;
  /** Straightforward RBAC of local Azure: is the action allowed for this principal (groups included) at this scope. */
  isAllowed(caller: Caller, action: string, scope: string, dataAction?: boolean): boolean;
};

/** Thrown by handlers; the composition turns it into the wire form of the face. */
export class WireError extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`wire error ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}
