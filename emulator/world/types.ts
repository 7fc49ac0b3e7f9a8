/** The state of the invented cloud. Deterministic for a seed; everything that a control call or a request changes is in here. */
import type { PimState } from "./pim-types.ts";

export const LOCAL_TENANT_PREFIX = "10ca1a2e-";
export const CONTOSO_TENANT_ID = "10ca1a2e-0000-4000-8000-000000000001";
export const FABRIKAM_TENANT_ID = "10ca1a2e-0000-4000-8000-000000000002";
/** The portal's app registration in local Azure; single id in both tenants, with a service principal in each. */
export const PORTAL_CLIENT_ID = "10ca1a2e-0000-4000-8000-0000000000a1";
/** Valid only inside local Azure. */
export const PORTAL_CLIENT_SECRET = "local-azure-only-portal-secret";
/** Name of the invented authority. It never resolves; the portal's configuration maps it to the loopback origin. */
export const LOCAL_AUTHORITY = "https://login.local-azure.invalid";

export type Tenant = { id: string; displayName: string; defaultDomain: string; countryCode: string };

export type Persona = { key: string; title: string; purpose: string };

export type User = {
  /** Object id in the tenant of the directory this row stands in. */
  id: string;
  tenantId: string;
  /** Home account: equals id and tenantId except for guests. */
  homeObjectId: string;
  homeTenantId: string;
  displayName: string;
  userPrincipalName: string;
  mail: string | null;
  userType: "Member" | "Guest";
  accountEnabled: boolean;
  onPremisesSyncEnabled: boolean | null;
  /** Shown on the account picker; absent for ordinary people. */
  persona?: Persona;
  /** Entra app roles of the portal. */
  portalRoles: string[];
  /** Services learn of the account some time later; absent = known everywhere. */
  createdAtMs?: number;
};

export type Group = {
  id: string;
  tenantId: string;
  displayName: string;
  securityEnabled: boolean;
  memberIds: string[];
  /** Only callers with Member.Read.Hidden see the members. */
  hasHiddenMembership?: boolean;
  /** Services learn of the group some time later; absent = known everywhere. */
  createdAtMs?: number;
};

export type KeyCredential = {
  keyId: string;
  customKeyIdentifier: string;
  displayName: string;
  startDateTime: string;
  endDateTime: string;
};

export type ServicePrincipal = {
  id: string;
  tenantId: string;
  appId: string;
  displayName: string;
  servicePrincipalType: "ManagedIdentity" | "Application";
  accountEnabled: boolean;
  alternativeNames: string[];
  createdDateTime: string;
  keyCredentials: KeyCredential[];
};

export type Device = {
  id: string;
  tenantId: string;
  deviceId: string;
  displayName: string;
  trustType: string;
  operatingSystem: string;
  accountEnabled: boolean;
  registrationDateTime: string;
};

export type AppRegistration = {
  appId: string;
  tenantId: string;
  displayName: string;
  /** Redirect URIs by platform. Loopback http on any port is accepted for a registered loopback URI, as Entra does. */
  spaRedirectUris: string[];
  webRedirectUris: string[];
  secrets: string[];
  /** SHA-256 thumbprints (base64url) with the public key in PEM. */
  certificates: { thumbprintSha256: string; publicKeyPem: string }[];
  /** Trusted issuers of client assertions (federated credentials). */
  federated: { issuer: string; subject: string; audience: string; jwksUri: string }[];
  identifierUris: string[];
  exposedScopes: string[];
};

/** `id` is the short name; managementGroupScope in places.ts makes the ARM id. */
export type ManagementGroup = { id: string; tenantId: string; displayName: string; parentId: string | null };
export type Subscription = {
  id: string;
  tenantId: string;
  displayName: string;
  state: "Enabled" | "Disabled" | "Warned" | "PastDue";
  managementGroupId: string;
};
export type ResourceGroup = { subscriptionId: string; name: string; location: string; tags: Record<string, string> };

/** Why an extension ends as it does. Decided when the machine is seeded or by the control API, never by chance at run time. */
export type ExtensionOutcome =
  | { kind: "succeed" }
  | { kind: "fail"; exitCode: number; message: string; code?: string }
  | { kind: "stuckCreating" }
  | { kind: "succeedThenFail"; exitCode: number; message: string; afterMs: number };

export type Extension = {
  name: string;
  publisher: string;
  type: string;
  typeHandlerVersion: string;
  autoUpgradeMinorVersion: boolean;
  enableAutomaticUpgrade: boolean;
  settings: Record<string, unknown>;
  protectedSettings?: Record<string, unknown>;
  location: string;
  provisioningState: string;
  instanceView: { code: string; level: string; message: string; time: string | null } | null;
  tags: Record<string, string>;
  /** Times this extension was written, for tests. */
  writes: number;
};

/** A machine in compact form; wire JSON is rendered on demand so that 100,000 fit in memory. */
export type MachineSpec = {
  /** Index in World.machines; stable. */
  index: number;
  subscriptionId: string;
  resourceGroup: string;
  name: string;
  location: string;
  /** Key of the OS image, then the case it stands for: "server2025:ready", "rhel9:paused-block-list", "server2022". */
  archetype: string;
  /** Everything that differs from the archetype: tags, identity, properties set by PATCH. */
  overrides: Record<string, unknown>;
  /** Keyed by lower-cased extension name. */
  extensions: Map<string, Extension> | null;
  deletedAtMs: number | null;
  createdAtMs: number;
  /** Object id of the service principal; null while the identity is off. */
  principalId: string | null;
  /** Start of the certificate that the renewal rule counts from. */
  certificateStartMs: number;
  /** Renewal fails from here on although heartbeats arrive; null = renewing. */
  renewalStuckSinceMs: number | null;
  /** Last heartbeat of a silent machine; null = heartbeats arrive. */
  offlineSinceMs: number | null;
  /** Status that ARM shows whatever the clock says, for records that contradict themselves. */
  forcedStatus: string | null;
  /** Set by the control API; null = the machine's own facts decide. */
  extensionOutcome: ExtensionOutcome | null;
  /** The firewall of this machine blocks the device registration host. */
  registrationBlocked: boolean;
  /** The agent's local identity endpoint does not answer, although Azure shows an identity. */
  identityEndpointSilent?: boolean;
  /** The retired Linux login package is installed without its extension. */
  hasOldLoginPackage?: boolean;
  /** The machine believes that it is joined, but its device object was deleted: a join succeeds and registers nothing. */
  joinedWithoutDevice?: boolean;
  /** Former states of extensions, newest last, for views that lag behind. */
  extensionChanges?: ExtensionChange[];
};

/** `before` is what stood under the lower-cased name until `atMs`; null = nothing. */
export type ExtensionChange = { name: string; atMs: number; before: Extension | null };

/** What was written to the extensions of one machine, as Resource Manager accepted it. */
export type WriteCount = {
  machineId: string;
  puts: number;
  patches: number;
  deletes: number;
  upgrades: number;
  /** Accepted while another accepted write of the machine had not ended. */
  overlapping: number;
  /** Refused because a write was running. */
  refused: number;
};

export type RoleDefinition = {
  /** GUID only. */
  id: string;
  /** Tenant of a custom role; null = built in, known to every tenant. */
  tenantId: string | null;
  roleName: string;
  type: "BuiltInRole" | "CustomRole";
  description: string;
  assignableScopes: string[];
  permissions: {
    actions: string[];
    notActions: string[];
    dataActions: string[];
    notDataActions: string[];
    condition?: string | null;
    conditionVersion?: string | null;
  }[];
  createdOn: string;
  updatedOn: string;
};

export type RoleAssignment = {
  name: string;
  tenantId: string;
  /** ARM id of the scope; "/" is the tenant root. */
  scope: string;
  roleDefinitionGuid: string;
  principalId: string;
  principalType: "User" | "Group" | "ServicePrincipal";
  condition: string | null;
  conditionVersion: string | null;
  description: string | null;
  createdOn: string;
  createdBy: string | null;
  /** From this time (ms) the assignment counts. */
  effectiveFromMs: number;
  /** From these times (ms) lists of Resource Manager and Resource Graph show it; absent = always. */
  listedFromMs?: number;
  indexedFromMs?: number;
  /** Last change; absent = never changed. */
  updatedOn?: string;
  updatedBy?: string | null;
  /** End of a time-bound or activated assignment; absent = none. */
  endsAtMs?: number;
  /** A removed row goes on in each view until the removal has replicated there. */
  removed?: { listedUntilMs: number; effectiveUntilMs: number; indexedUntilMs: number };
};

export type DenyAssignment = {
  name: string;
  tenantId: string;
  denyAssignmentName: string;
  description: string;
  scope: string;
  permissions: { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] }[];
  doNotApplyToChildScopes: boolean;
  /** The all-zero id with type SystemDefined is everybody. */
  principals: { id: string; type: "User" | "Group" | "ServicePrincipal" | "SystemDefined" }[];
  excludePrincipals: { id: string; type: "User" | "Group" | "ServicePrincipal" }[];
  isSystemProtected: boolean;
  createdOn: string;
};

/** A schedule of Privileged Identity Management; its instances follow the clock. */
export type RoleSchedule = {
  name: string;
  kind: "assignment" | "eligibility";
  tenantId: string;
  requestName: string;
  instanceName: string;
  scope: string;
  roleDefinitionGuid: string;
  principalId: string;
  principalType: RoleAssignment["principalType"];
  assignmentType: "Assigned" | "Activated";
  startMs: number;
  endMs: number | null;
  /** The eligibility that was activated. */
  linkedEligibility: { schedule: string; instance: string } | null;
  /** Name of the row in roleAssignments that the schedule makes while it is active. */
  roleAssignmentName: string | null;
  condition: string | null;
  conditionVersion: string | null;
  createdOn: string;
  /** Somebody ended it before its time, by a request or by deleting the assignment. */
  endedEarly?: boolean;
};

/** A resource besides machines, for example a vault that a machine's identity may read. */
export type AzureResource = {
  subscriptionId: string;
  resourceGroup: string;
  /** Provider and type in the usual case, for example Microsoft.KeyVault/vaults. */
  type: string;
  name: string;
  location: string;
  kind: string | null;
  sku: Record<string, string> | null;
  properties: Record<string, unknown>;
};

/** A long-running ARM operation. Its status is a function of the clock. */
export type Operation = {
  id: string;
  kind: string;
  resourceId: string;
  location: string;
  startedAtMs: number;
  queuedMs: number;
  runningMs: number;
  outcome: "Succeeded" | "Failed" | "Canceled" | "never";
  error: { code: string; message: string } | null;
  /** Which write of the extension this is; a later one has replaced it when the numbers differ. */
  write?: number;
  /** Versions that an upgrade leads to, by extension name. */
  upgrades?: { name: string; version: string }[];
  /** How long after a successful join the directory shows the device. */
  deviceDelayMs?: number;
  /** For extension operations that fail after a success: when the later failure shows. */
  failsLater?: { afterMs: number; message: string };
  /** Result of a successful handler run, shown in instanceView. */
  resultMessage?: string;
  /** Who asked; the activity log repeats it when the operation ends. */
  audit?: Omit<ActivityEvent, "at" | "status" | "eventDataId">;
  /** Applied once, when the clock passes the end. */
  finish: (() => void) | null;
  finished: boolean;
};

export type ActivityEvent = {
  at: string;
  tenantId: string;
  subscriptionId: string;
  resourceId: string;
  operationName: string;
  /** Started, Accepted, Succeeded or Failed. */
  status: string;
  method: string;
  caller: string;
  callerObjectId: string;
  correlationId: string;
  eventDataId: string;
  properties?: Record<string, string>;
};

export type Cloud = "public" | "usgov" | "china";

export type World = {
  seed: number;
  cloud: Cloud;
  /** The moment up to which the world is settled; certificates and statuses are rendered for it. */
  time: { nowMs: number };
  /** Grows with every change of stored objects; caches compare it. */
  revision: number;
  tenants: Tenant[];
  apps: AppRegistration[];
  users: User[];
  groups: Group[];
  /** By object id. keyCredentials of machines are getters that follow `time`; copies hold the values of that moment. */
  servicePrincipals: Map<string, ServicePrincipal>;
  /** Device ids of the joined machines derive from the machine (see deviceIdOf in outcome.ts). */
  devices: Device[];
  managementGroups: ManagementGroup[];
  subscriptions: Subscription[];
  resourceGroups: ResourceGroup[];
  machines: MachineSpec[];
  roleDefinitions: RoleDefinition[];
  roleAssignments: RoleAssignment[];
  denyAssignments: DenyAssignment[];
  roleSchedules: RoleSchedule[];
  pim: PimState;
  resources: AzureResource[];
  /** Lower-cased vault name -> lower-cased secret name -> value. */
  vaultSecrets: Map<string, Map<string, string>>;
  operations: Map<string, Operation>;
  /** By lower-cased machine id. */
  extensionWrites: Map<string, WriteCount>;
  activity: ActivityEvent[];
  /** Lower-cased ARM machine id -> index in machines. */
  machineById: Map<string, number>;
  /** Settles every operation whose end the clock has passed. Called by the composition before each request. */
  settle(nowMs: number): void;
};
