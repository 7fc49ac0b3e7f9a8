import { isActionAllowed, type PermissionSet } from "../permissions";
import type { OperatorRight } from "./api";

/** Actions of Microsoft.Authorization that controls of the portal need. Source: permissions/security#microsoftauthorization. */
export const AUTHORIZATION_ACTIONS = {
  assignRoles: "Microsoft.Authorization/roleAssignments/write",
  removeRoles: "Microsoft.Authorization/roleAssignments/delete",
  defineRoles: "Microsoft.Authorization/roleDefinitions/write",
  readAssignments: "Microsoft.Authorization/roleAssignments/read",
} as const;

export type AuthorizationAction = keyof typeof AUTHORIZATION_ACTIONS;

/** Built-in roles that have the action and give least besides. Source: role-definitions of August 2026. */
export const SMALLEST_ROLES: Readonly<Record<AuthorizationAction, { id: string; name: string }>> = {
  assignRoles: { id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168", name: "Role Based Access Control Administrator" },
  removeRoles: { id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168", name: "Role Based Access Control Administrator" },
  defineRoles: { id: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", name: "User Access Administrator" },
  readAssignments: { id: "acdd72a7-3385-48ef-bd42-f606fba81ae7", name: "Reader" },
};

/** A right as controls name it: the action, whether it is held, and the smallest role that has it. */
export function rightOf(action: AuthorizationAction, allowed: boolean | null): OperatorRight {
  return { action: AUTHORIZATION_ACTIONS[action], allowed, smallestRole: SMALLEST_ROLES[action] };
}

/** Several rights that are all needed, as one: the first that is refused, else the first that is not known. */
export function allOf(rights: readonly OperatorRight[], action: AuthorizationAction): OperatorRight {
  const refused = rights.find(({ allowed }) => allowed === false);
  return refused ?? rights.find(({ allowed }) => allowed === null) ?? rights[0] ?? rightOf(action, null);
}

/**
 * Whether the operator may do an action, from Azure's own list of the operator's permissions at the scope; null when that
 * list could not be read. Azure reflects neither deny assignments nor conditions in it (Permissions - List).
 */
export function operatorRight(entries: readonly PermissionSet[] | null, action: AuthorizationAction): OperatorRight {
  return rightOf(action, entries === null ? null : isActionAllowed(entries, AUTHORIZATION_ACTIONS[action]));
}
