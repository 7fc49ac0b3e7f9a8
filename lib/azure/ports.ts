import type { ActivityEntry, ServicePrincipalInfo } from "@/lib/domain/api";
import type { AzureFailure } from "@/lib/domain/errors";
import type { Machine, MachineExtension, MachineRef } from "@/lib/domain/machine";
import type { AccessPort, DirectoryPort } from "./access-ports";
import type { HistoryPort } from "./history-ports";
import type { PimManagePort } from "./pim-manage";
import type { PimPort } from "./pim-ports";

/**
 * What the use cases need of Azure, typed by need. The real clients of this folder implement these types; tests pass plain
 * objects. Every call may throw AppError (with `azure` filled) and takes an AbortSignal.
 */
export type CallOptions = {
  signal?: AbortSignal;
  clientRequestId?: string;
  /** Told before each wait for a quota or a retry, so that a slow list can say why it is slow. */
  onWait?: (ms: number) => void;
  /** A throttled write comes back as AppError at once, for callers that keep a pace of their own. */
  once?: boolean;
};

/** Answer of a PUT, PATCH or DELETE that may go on in Azure. URLs are signed and opaque: use byte for byte, never log. */
export type LongRunningStart = {
  status: number;
  /** Azure-AsyncOperation header. */
  operationUrl: string | null;
  /** Location header. */
  locationUrl: string | null;
  retryAfterSeconds: number | null;
  body: unknown;
  requestId: string | null;
  correlationId: string | null;
  /** The smallest of what Azure says is left of the write limits of this subscription; absent or null = it did not say. */
  remaining?: number | null;
};

export type LongRunningStatus = {
  /** Azure's word: Queued, InProgress, Succeeded, Failed, Canceled or anything else, which means running. */
  azureStatus: string;
  phase: "running" | "succeeded" | "failed" | "canceled";
  failure: AzureFailure | null;
  retryAfterSeconds: number | null;
};

export type ExtensionBody = {
  location: string;
  properties: {
    publisher: string;
    type: string;
    typeHandlerVersion?: string;
    autoUpgradeMinorVersion: boolean;
    enableAutomaticUpgrade?: boolean;
    settings: Record<string, unknown>;
  };
};

export type HybridComputePort = {
  getMachine(ref: MachineRef, options?: CallOptions): Promise<{ machine: Machine; raw: unknown; asOf: string }>;
  listExtensions(ref: MachineRef, options?: CallOptions): Promise<MachineExtension[]>;
  /** null when Azure answers 404 for the extension. */
  getExtension(ref: MachineRef, name: string, options?: CallOptions): Promise<MachineExtension | null>;
  putExtension(ref: MachineRef, name: string, body: ExtensionBody, options?: CallOptions): Promise<LongRunningStart>;
  /** Changes only what the body names. */
  patchExtension(ref: MachineRef, name: string, body: unknown, options?: CallOptions): Promise<LongRunningStart>;
  deleteExtension(ref: MachineRef, name: string, options?: CallOptions): Promise<LongRunningStart>;
  /** POST upgradeExtensions; `body.extensionTargets` is keyed by publisher and type, joined by a dot. */
  upgradeExtensions(ref: MachineRef, body: unknown, options?: CallOptions): Promise<LongRunningStart>;
  /** PATCH of identity or tags; synchronous on this service. */
  patchMachine(
    ref: MachineRef,
    body: Record<string, unknown>,
    options?: CallOptions,
  ): Promise<{ machine: Machine; requestId: string | null }>;
  /** Reads Azure-AsyncOperation or Location. Refuses a URL of another host than the configured ARM. */
  pollOperation(start: Pick<LongRunningStart, "operationUrl" | "locationUrl">, options?: CallOptions): Promise<LongRunningStatus>;
  extensionVersions(
    args: { subscriptionId: string; location: string; publisher: string; type: string },
    options?: CallOptions,
  ): Promise<string[]>;
};

export type PermissionEntry = { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] };

export type AuthorizationPort = {
  /** The caller's own permissions at a machine. Deny assignments and conditions are not reflected by Azure here. */
  permissionsAtMachine(ref: MachineRef, options?: CallOptions): Promise<PermissionEntry[]>;
};

export type SubscriptionRow = { id: string; name: string; state: string; tenantId: string };
export type TenantRow = { tenantId: string; displayName: string; defaultDomain: string };

/** One operation that somebody began: the action it needed, what it was done to and when it was last heard of. */
export type CallerOperation = { action: string; resourceId: string; at: string };
/** `readBackTo`: null = the whole time was read; otherwise the log had more pages and ends at this event. */
export type CallerOperations = { operations: CallerOperation[]; readBackTo: string | null };

export type ResourceManagerPort = {
  listSubscriptions(options?: CallOptions): Promise<SubscriptionRow[]>;
  listTenants(options?: CallOptions): Promise<TenantRow[]>;
  /** Administrative events of one resource; Azure keeps 90 days. */
  listActivity(resourceId: string, from: Date, options?: CallOptions): Promise<ActivityEntry[]>;
  /**
   * Writes, deletes and actions of one principal in a subscription, or in one of its resource groups, at most 90 days back.
   * Operations that Azure refused for lack of a right are left out: they used none.
   */
  operationsOf(
    args: { principalId: string; subscriptionId: string; resourceGroup: string | null; from: string; to: string },
    options?: CallOptions,
  ): Promise<CallerOperations>;
};

export type ResourceGraphPage = {
  rows: Record<string, unknown>[];
  total: number;
  skipToken: string | null;
  quotaRemaining: number | null;
  quotaResetsAfterMs: number | null;
};

export type ResourceGraphPort = {
  /** One page. Waiting for quota is reported through onWait before it happens; a background query lets others pass first. */
  query(
    args: {
      query: string;
      subscriptions?: string[];
      skipToken?: string | null;
      top?: number;
      background?: boolean;
      /** Table authorizationresources only: role assignments above the subscriptions too. */
      withAssignmentsAbove?: boolean;
      onWait?: (ms: number) => void;
    },
    options?: CallOptions,
  ): Promise<ResourceGraphPage>;
};

export type GraphPort = {
  getServicePrincipal(objectId: string, options?: CallOptions): Promise<ServicePrincipalInfo | null>;
  /** All managed identities of Arc machines, page by page, with keyCredentials; costs one of 150 requests a minute per page. */
  managedIdentityPages(options?: CallOptions): AsyncIterable<ServicePrincipalInfo[]>;
  /** At most 1,000 ids in one call; ids that Graph does not know are absent. For tenants that refuse the filter of the list. */
  servicePrincipalsByIds(ids: readonly string[], options?: CallOptions): Promise<ServicePrincipalInfo[]>;
  /** Whether certificates of machine identities, or people, may be read at all. One small request each. */
  mayRead(what: "certificates" | "people", options?: CallOptions): Promise<boolean>;
  me(options?: CallOptions): Promise<{ id: string; userPrincipalName: string; displayName: string; userType: string | null }>;
};

/** Built anew for every request and operator: the SDK pipelines cache tokens inside each client. */
export type AzureClients = {
  hybridCompute: HybridComputePort;
  authorization: AuthorizationPort;
  resourceManager: ResourceManagerPort;
  resourceGraph: ResourceGraphPort;
  graph: GraphPort;
  access: AccessPort;
  directory: DirectoryPort;
  pim: PimPort;
  pimManage: PimManagePort;
  history: HistoryPort;
};
