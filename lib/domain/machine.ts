/** Statuses the portal knows. Azure's list is open: any other text is kept in `raw` and shown as it came. */
export const MACHINE_STATUSES = ["Connected", "Disconnected", "Expired", "Error", "AwaitingConnection"] as const;
export type MachineStatus = (typeof MACHINE_STATUSES)[number] | "Unknown";

export type OsFamily = "windows" | "linux" | "unknown";

export type IdentityKind = "SystemAssigned" | "UserAssigned" | "SystemAssigned, UserAssigned" | "None" | "Unknown";

/** Where a machine stands in the two worlds that people confuse. Arc-connected is not Entra-joined. */
export type JoinState = "workgroup" | "domain" | "entra" | "domain+entra" | "unknown";

/** State of the sign-in extension (AADLoginForWindows or AADSSHLoginForLinux), found by publisher and type, never by name. */
export type SignInExtensionState =
  | "notInstalled"
  | "creating"
  | "updating"
  | "deleting"
  | "succeeded"
  | "failed"
  | "canceled"
  | "unknown";

export type ExtensionRef = { publisher: string; type: string };

export type AgentConfiguration = {
  /** full or monitor; other text is kept. Null when the agent reports nothing. */
  configMode: string | null;
  extensionsEnabled: boolean | null;
  guestConfigurationEnabled: boolean | null;
  extensionsAllowList: ExtensionRef[];
  extensionsBlockList: ExtensionRef[];
  incomingConnectionsPorts: string[];
  proxyUrl: string | null;
  proxyBypass: string[];
};

export type UserAssignedIdentity = { id: string; principalId: string | null; clientId: string | null };

export type MachineIdentity = {
  kind: IdentityKind;
  /** As Azure wrote it, for display of unknown values. */
  raw: string;
  principalId: string | null;
  tenantId: string | null;
  userAssigned: UserAssignedIdentity[];
};

/** One Arc-enabled server as ARM describes it, mapped from Microsoft.HybridCompute/machines. */
export type Machine = {
  id: string;
  name: string;
  subscriptionId: string;
  resourceGroup: string;
  location: string;
  kind: string | null;
  tags: Record<string, string>;
  status: MachineStatus;
  statusRaw: string;
  statusReason: string | null;
  /** Last heartbeat transition, not last heartbeat. ISO 8601. */
  lastStatusChangeAt: string | null;
  errorDetails: { code: string; message: string }[];
  provisioningState: string | null;
  agentVersion: string | null;
  agentAutomaticUpgrade: boolean | null;
  displayName: string | null;
  computerName: string | null;
  machineFqdn: string | null;
  dnsFqdn: string | null;
  adFqdn: string | null;
  domainName: string | null;
  vmId: string | null;
  vmUuid: string | null;
  osFamily: OsFamily;
  osName: string | null;
  osSku: string | null;
  osVersion: string | null;
  osEdition: string | null;
  identity: MachineIdentity;
  /** TPM or Default; null when the api-version or agent does not report it. */
  identityKeyStore: string | null;
  agentConfiguration: AgentConfiguration | null;
  serviceStatuses: Record<string, { status: string; startupType: string }>;
  cloudProvider: string | null;
  detectedProperties: Record<string, string>;
  privateLinkScopeId: string | null;
  parentClusterId: string | null;
  createdBy: string | null;
  createdByType: string | null;
  createdAt: string | null;
};

export type MachineExtension = {
  id: string;
  name: string;
  publisher: string;
  type: string;
  typeHandlerVersion: string | null;
  autoUpgradeMinorVersion: boolean | null;
  enableAutomaticUpgrade: boolean | null;
  provisioningState: string;
  settings: Record<string, unknown> | null;
  instanceView: {
    code: string | null;
    level: string | null;
    displayStatus: string | null;
    message: string | null;
    time: string | null;
  } | null;
  location: string | null;
};

/** The parts of an ARM machine id, kept in the case Azure gave. */
export type MachineRef = { subscriptionId: string; resourceGroup: string; name: string };

const MACHINE_ID = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/microsoft\.hybridcompute\/machines\/([^/]+)$/i;

/** Parses an ARM machine id; null when it is not one. Segments match without case, as ARM ids do. */
export function parseMachineId(id: string): MachineRef | null {
  const match = MACHINE_ID.exec(id);
  if (match === null) return null;
  const [, subscriptionId, resourceGroup, name] = match;
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return null;
  return { subscriptionId, resourceGroup, name };
}

/** The ARM id of a machine from its parts. */
export function machineId(ref: MachineRef): string {
  return `/subscriptions/${ref.subscriptionId}/resourceGroups/${ref.resourceGroup}/providers/Microsoft.HybridCompute/machines/${ref.name}`;
}
