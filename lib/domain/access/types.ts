import type { AccessCapabilityId } from "./capabilities";

/**
 * Inputs of the access engine. Ids are compared without case and without a trailing slash; the tenant root is "/".
 * Times are ISO 8601. Nothing here comes from the clock: functions that need the time take `now`.
 */
export type ManagementGroupInput = {
  /** Full id: /providers/Microsoft.Management/managementGroups/{name}. */
  id: string;
  displayName: string;
  /** Full id of the parent; null for the tenant's root group and for groups whose parent could not be read. */
  parentId: string | null;
};

export type SubscriptionInput = {
  /** GUID or /subscriptions/{guid}. */
  id: string;
  displayName: string;
  /** Full id of the management group right above; null when it could not be read. */
  managementGroupId: string | null;
};

export type MachineInput = {
  /** ARM id: subscription and resource group are read from it. */
  id: string;
  name: string;
  /** Object id of the system-assigned identity; null when it has none. */
  principalId: string | null;
};

export type PermissionInput = {
  actions: readonly string[];
  notActions: readonly string[];
  dataActions: readonly string[];
  notDataActions: readonly string[];
  condition?: string | null;
};

export type RoleDefinitionInput = {
  /** Full id or GUID; only the GUID counts. */
  id: string;
  name: string;
  /** BuiltInRole, CustomRole or whatever Azure sends. */
  type: string;
  permissions: readonly PermissionInput[];
  assignableScopes: readonly string[];
  /** Not part of any rule; kept because a change of the role must send it back. */
  description?: string;
};

/** User, Group, ServicePrincipal, ForeignGroup, Device or whatever Azure sends; null when it did not say. */
export type AzurePrincipalType = string | null;

export type RoleAssignmentInput = {
  id: string;
  scope: string;
  /** Full id or GUID. */
  roleDefinitionId: string;
  principalId: string;
  principalType: AzurePrincipalType;
  condition: string | null;
  createdOn: string | null;
};

/** roleAssignmentScheduleInstances: what PIM holds active now. */
export type ActiveInstanceInput = {
  id: string;
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: AzurePrincipalType;
  condition: string | null;
  /** Id or GUID of the ordinary role assignment that this instance made; null when Azure did not say. */
  originRoleAssignmentId: string | null;
  /** Activated (from an eligibility) or Assigned (given by an administrator). */
  assignmentType: string;
  /** End; null = no end, which is standing. */
  until: string | null;
  linkedEligibilityId: string | null;
};

/** roleEligibilityScheduleInstances: what a person may activate. */
export type EligibleInstanceInput = {
  id: string;
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: AzurePrincipalType;
  condition: string | null;
  /** End; null = no end. */
  until: string | null;
  /** From the role's PIM policy; null when it was not read. */
  approvalRequired: boolean | null;
  mfaRequired: boolean | null;
  /** c1 to c99; null when none is asked for, or the policy was not read. */
  authenticationContext: string | null;
};

export type DenyAssignmentInput = {
  id: string;
  name: string;
  scope: string;
  doNotApplyToChildScopes: boolean;
  isSystemProtected: boolean;
  permissions: readonly PermissionInput[];
  /** Object ids; 00000000-0000-0000-0000-000000000000 stands for everyone. */
  principalIds: readonly string[];
  excludePrincipalIds: readonly string[];
  condition: string | null;
};

/**
 * `unknown`: Azure named it but the directory was not readable. `deleted`: the directory was readable and does not have it.
 * A principal that an assignment names and that is in no list counts as unknown.
 */
export type PrincipalKind =
  | "user"
  | "guest"
  | "group"
  | "servicePrincipal"
  | "managedIdentity"
  | "device"
  | "unknown"
  | "deleted";

export type PrincipalInput = {
  id: string;
  kind: PrincipalKind;
  displayName: string;
  /** User principal name, application id or "". */
  detail: string;
  /** false: disabled, so no token and no access. null: not known, treated as enabled. */
  enabled: boolean | null;
  /** Managed identity of an Arc machine: the machine's ARM id. */
  machineId: string | null;
};

/** Members of one group. `transitive`: Graph's transitiveMembers, so the chain between is not known. */
export type GroupMembersInput = { groupId: string; memberIds: readonly string[]; transitive: boolean };

export type InputSource =
  | "scopes"
  | "machines"
  | "roleDefinitions"
  | "assignments"
  | "activeInstances"
  | "eligibleInstances"
  | "denyAssignments"
  | "principals"
  | "groups";

/** Something that could not be read. `at` is a scope id, or a group's object id for source "groups"; null = all of it. */
export type IncompleteInput = { source: InputSource; at: string | null; label: string; reason: string };

export type AccessInputs = {
  managementGroups: readonly ManagementGroupInput[];
  subscriptions: readonly SubscriptionInput[];
  machines: readonly MachineInput[];
  roleDefinitions: readonly RoleDefinitionInput[];
  assignments: readonly RoleAssignmentInput[];
  activeInstances: readonly ActiveInstanceInput[];
  eligibleInstances: readonly EligibleInstanceInput[];
  denyAssignments: readonly DenyAssignmentInput[];
  principals: readonly PrincipalInput[];
  groups: readonly GroupMembersInput[];
  /** When reading of each input began; null = not read at all. */
  asOf: Readonly<Record<InputSource, string | null>>;
  incomplete: readonly IncompleteInput[];
};

/** How a path holds. Standing, active and eligible are never mixed: each is a path of its own. */
export type PathKind =
  | { kind: "standing" }
  | { kind: "active"; until: string; activated: boolean; linkedEligibilityId: string | null }
  | ({ kind: "eligible" } & Pick<EligibleInstanceInput, "until" | "approvalRequired" | "mfaRequired" | "authenticationContext">);

/** Which roles and principals a condition of Azure's "constrain roles and principals" form lets its holder assign or remove. */
export type RoleLimit = {
  /** GUIDs in lower case; null = any. */
  roleIds: readonly string[] | null;
  /** GUIDs that are excluded. */
  exceptRoleIds: readonly string[];
  principalIds: readonly string[] | null;
  exceptPrincipalIds: readonly string[];
  /** User, Group, ServicePrincipal; null = any. */
  principalTypes: readonly string[] | null;
  exceptPrincipalTypes: readonly string[];
};

export type PathCondition =
  | { kind: "none" }
  | { kind: "limitsRoles"; limit: RoleLimit; text: string }
  /** The condition, or a deny assignment's condition, could not be decided: shown as it is. */
  | { kind: "depends"; text: string; why: "condition" | "denyCondition" | "unreadableCondition" };

export type ScopeKind = "root" | "managementGroup" | "subscription" | "resourceGroup" | "machine" | "other";

export type ScopeRef = { id: string; kind: ScopeKind; name: string };

export type AccessPath = {
  kind: PathKind;
  /** Groups from the one the person is in to the one that holds the role; [] = assigned to the principal itself. */
  groups: readonly PrincipalInput[];
  /** false when a group was read with transitive members only, so that groups between are not named. */
  groupsExact: boolean;
  scope: ScopeRef;
  /** true when the scope is above the machine. */
  inherited: boolean;
  /** Id of the role assignment, the PIM instance or the eligibility. */
  assignmentId: string;
  roleId: string;
  roleName: string;
  roleType: string;
  /** The action of the capability that matched, and the pattern of the role that matched it. */
  action: string;
  isDataAction: boolean;
  pattern: string;
  condition: PathCondition;
};

export type BlockReason =
  | { reason: "disabled" }
  | { reason: "deleted" }
  | { reason: "guest" }
  | { reason: "notAPerson" }
  | { reason: "denied"; denyAssignmentId: string; denyName: string; scope: ScopeRef };

/** A principal (never a group) that has a capability by at least one path. Paths: best first, direct before group. */
export type Holder = { principal: PrincipalInput; paths: readonly AccessPath[] };

/** A principal that would have it by its roles, and why it has not. */
export type BlockedHolder = Holder & { blocked: readonly BlockReason[] };

export type AtLeastReason = IncompleteInput | { source: "roleDefinitions"; at: string; label: string; reason: "unknownRole" };

export type CapabilityAnswer = {
  capability: AccessCapabilityId;
  holders: readonly Holder[];
  blocked: readonly BlockedHolder[];
};

export type MachineAccess = {
  machine: MachineInput;
  answers: Readonly<Record<AccessCapabilityId, CapabilityAnswer>>;
  /** Empty = complete; otherwise the holders are at least these, and here is why. */
  atLeast: readonly AtLeastReason[];
  asOf: AccessInputs["asOf"];
};

/**
 * Lanes of the fleet's counts. standing, active, eligible: an undisputed path of that kind. now: standing or active.
 * depends: a path of any kind whose condition could not be decided. One person may count in several lanes.
 */
export type AccessLane = "standing" | "active" | "eligible" | "depends" | "now";

/** One difference between two evaluations. `machineIndexes` index the machines of the evaluation, ascending. */
export type AccessDifference = {
  principalId: string;
  capability: AccessCapabilityId;
  lane: AccessLane;
  machineIndexes: Int32Array;
};

export type AccessDiff = { gained: readonly AccessDifference[]; lost: readonly AccessDifference[] };

/** What a preview wants to change. Removing names an assignment by id; adding brings the whole assignment. */
export type AccessChange =
  | { kind: "add"; assignment: RoleAssignmentInput }
  | { kind: "remove"; assignmentId: string }
  | { kind: "addEligible"; eligible: EligibleInstanceInput }
  | { kind: "removeEligible"; eligibleId: string }
  | { kind: "setRole"; role: RoleDefinitionInput };

/** Answer to: may this principal do this action at this scope, now? */
export type ActionAnswer = {
  /** yes: undisputed. depends: only through an undecided condition. eligible: only after activation. no: nothing gives it. */
  verdict: "yes" | "depends" | "eligible" | "no";
  paths: readonly AccessPath[];
  blocked: readonly BlockReason[];
  atLeast: readonly AtLeastReason[];
};

/**
 * The whole fleet, compact. Machine indexes are those of `inputs.machines`, principal indexes those of `principals`, which
 * holds every principal that is not a group. Made by `evaluateFleet(prepareAccess(inputs, now))`; `changeFleet` changes it.
 */
export type FleetAccess = {
  machines: readonly MachineInput[];
  principals: readonly PrincipalInput[];
  /** How many principals have the capability on one machine. */
  count(capability: AccessCapabilityId, lane: AccessLane, machineIndex: number): number;
  /** The same for every machine, in the order of `machines`: sort and filter on this. */
  column(capability: AccessCapabilityId, lane: AccessLane): Int32Array;
  /** On how many machines one principal has the capability: its blast radius. */
  reach(principalIndex: number, capability: AccessCapabilityId, lane: AccessLane): number;
  /** The machines behind `reach`: bit i of word i/32 = machine i. */
  machineBits(principalIndex: number, capability: AccessCapabilityId, lane: AccessLane): Uint32Array;
  /** The principals behind `count`, ascending. */
  holdersOf(machineIndex: number, capability: AccessCapabilityId, lane: AccessLane): Int32Array;
  /** Index in `principals` by object id, whatever its case; -1 when not there. */
  principalIndex(objectId: string): number;
  /** Index in `machines` by ARM id, whatever its case; -1 when not there. */
  machineIndex(machineId: string): number;
  /** Why the counts of one machine are only "at least"; empty = complete. */
  atLeast(machineIndex: number): readonly AtLeastReason[];
  /** 1 per machine whose counts are only "at least", in the order of `machines`. */
  atLeastColumn(): Uint8Array;
};
