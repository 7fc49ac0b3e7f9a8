import type { CallOptions, PermissionEntry } from "./ports";

/** Rows of Microsoft.Authorization as the portal needs them. Ids and scopes are in the case Azure gave. */
export type RoleAssignmentRow = {
  id: string;
  /** GUID: the last segment of the id. */
  name: string;
  scope: string;
  principalId: string;
  principalType: string;
  roleDefinitionId: string;
  condition: string | null;
  conditionVersion: string | null;
  description: string | null;
  createdAt: string | null;
  createdBy: string | null;
  updatedAt: string | null;
};

export type RolePermissionRow = PermissionEntry & { condition: string | null; conditionVersion: string | null };

export type RoleDefinitionRow = {
  id: string;
  /** GUID: the last segment of the id. */
  name: string;
  roleName: string;
  /** BuiltInRole or CustomRole; other text is kept. */
  roleType: string;
  description: string;
  assignableScopes: string[];
  permissions: RolePermissionRow[];
  updatedAt: string | null;
};

export type DenyAssignmentRow = {
  id: string;
  name: string;
  scope: string;
  doNotApplyToChildScopes: boolean;
  isSystemProtected: boolean;
  principals: { id: string; type: string }[];
  excludePrincipals: { id: string; type: string }[];
  permissions: RolePermissionRow[];
  condition: string | null;
};

export type PimInstanceRow = {
  id: string;
  scope: string;
  principalId: string;
  principalType: string;
  roleDefinitionId: string;
  startsAt: string | null;
  endsAt: string | null;
  /** Activated or Assigned for active instances; null for eligibilities. */
  assignmentType: string | null;
  memberType: string | null;
  /** Id of the eligibility an activation came from. */
  linkedEligibilityId: string | null;
  /** Id of the ordinary role assignment that stands for this active instance. */
  originRoleAssignmentId: string | null;
  condition: string | null;
  conditionVersion: string | null;
};

export type RoleAssignmentBody = {
  roleDefinitionId: string;
  principalId: string;
  principalType: string;
  description?: string;
  condition?: string;
  conditionVersion?: string;
};

export type RoleDefinitionBody = {
  roleName: string;
  description: string;
  assignableScopes: string[];
  permissions: PermissionEntry[];
};

/** `atScope()` lists what holds at the scope: there and above. Without it everything below comes too. */
export type ListFilter = { atScope: boolean };

export type AccessPort = {
  roleAssignments(scope: string, filter: ListFilter, options?: CallOptions): Promise<RoleAssignmentRow[]>;
  /** The same, page by page as they come. */
  roleAssignmentPages(scope: string, filter: ListFilter, options?: CallOptions): AsyncIterable<RoleAssignmentRow[]>;
  /** null when Azure answers 404. */
  roleAssignment(id: string, options?: CallOptions): Promise<RoleAssignmentRow | null>;
  putRoleAssignment(
    args: { scope: string; name: string; body: RoleAssignmentBody },
    options?: CallOptions,
  ): Promise<RoleAssignmentRow>;
  /** The removed assignment; null when it was not there any more. */
  deleteRoleAssignment(id: string, options?: CallOptions): Promise<RoleAssignmentRow | null>;
  roleDefinitions(scope: string, options?: CallOptions): Promise<RoleDefinitionRow[]>;
  roleDefinition(args: { scope: string; name: string }, options?: CallOptions): Promise<RoleDefinitionRow | null>;
  putRoleDefinition(
    args: { scope: string; name: string; body: RoleDefinitionBody },
    options?: CallOptions,
  ): Promise<RoleDefinitionRow>;
  denyAssignments(scope: string, filter: ListFilter, options?: CallOptions): Promise<DenyAssignmentRow[]>;
  /** With `onlyEnding` without the standing assignments, which Azure lists here once more. */
  pimActive(scope: string, filter: ListFilter & { onlyEnding?: boolean }, options?: CallOptions): Promise<PimInstanceRow[]>;
  pimEligible(scope: string, filter: ListFilter, options?: CallOptions): Promise<PimInstanceRow[]>;
  /** The caller's own permissions at any scope. Azure reflects neither deny assignments nor conditions here. */
  permissionsAt(scope: string, options?: CallOptions): Promise<PermissionEntry[]>;
};

export type DirectoryKind = "user" | "group" | "servicePrincipal" | "other";

export type DirectoryRow = {
  id: string;
  kind: DirectoryKind;
  displayName: string;
  userPrincipalName: string | null;
  /** Application id of a service principal. */
  appId: string | null;
  /** Member, Guest; null when Graph does not say. */
  userType: string | null;
  accountEnabled: boolean | null;
  /** ManagedIdentity, Application and others; null for people and groups. */
  servicePrincipalType: string | null;
  alternativeNames: string[];
};

/** Direct members of one group, or why they could not be read whole. */
export type GroupMembers = {
  groupId: string;
  members: DirectoryRow[];
  complete: boolean;
  error: unknown;
};

/** A device object of Entra. */
export type DeviceRow = {
  /** Object id. */
  id: string;
  /** Id of the join, as dsregcmd shows it. */
  deviceId: string;
  displayName: string;
  /** AzureAd (joined), ServerAd (hybrid), Workplace (registered); other text is kept. */
  trustType: string;
  accountEnabled: boolean | null;
};

/** Devices of one name, or why they could not be read. */
export type DevicesOfName = { name: string; devices: DeviceRow[]; error: unknown };

export type DirectoryPort = {
  /** Any number of ids, asked for in thousands. Ids that Graph does not know are absent. */
  byIds(ids: readonly string[], options?: CallOptions): Promise<DirectoryRow[]>;
  /** Direct members of many groups, 20 a request, large groups page by page up to `limit` members each. Never throws for one group. */
  membersOf(groupIds: readonly string[], limit: number, options?: CallOptions): Promise<GroupMembers[]>;
  /** Groups that hold the object, directly and through others. */
  groupIdsOf(objectId: string, options?: CallOptions): Promise<string[]>;
  /** Devices by display name, in the order of `names`; 300 names a request. Never throws for one name. */
  devicesByNames(names: readonly string[], options?: CallOptions): Promise<DevicesOfName[]>;
  /** People, groups and service principals whose name begins with or contains the text. At most `top` of each kind. */
  search(text: string, top: number, options?: CallOptions): Promise<DirectoryRow[]>;
};
