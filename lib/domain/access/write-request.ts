import type { ExactRequest } from "../api";
import type { Cloud } from "../clouds";
import type { AccessChangeRequest } from "./api";
import type { PrincipalInput } from "./types";

const API_VERSION = "2022-04-01";
const AUTHORIZATION = "providers/Microsoft.Authorization";

export type AssignRequest = Extract<AccessChangeRequest, { kind: "assign" }>;
export type DefineRoleRequest = Extract<AccessChangeRequest, { kind: "defineRole" }>;

/** A role assignment as it stands in Azure: what a removal takes away and an undo puts back. */
export type StandingAssignment = {
  id: string;
  name: string;
  scope: string;
  principalId: string;
  principalType: string;
  roleDefinitionId: string;
  condition: string | null;
  conditionVersion: string | null;
  description: string | null;
};

const below = (scope: string): string => (scope === "/" ? "" : scope);

/** Id of the role assignment that an assign request makes. */
export function assignmentIdOf(request: Pick<AssignRequest, "scope" | "assignmentName">): string {
  return `${below(request.scope)}/${AUTHORIZATION}/roleAssignments/${request.assignmentName}`;
}

/** Role definition id as bodies at a scope name it: within the subscription where there is one. */
export function roleDefinitionIdAt(scope: string, roleId: string): string {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? "";
  return `${subscription}/${AUTHORIZATION}/roleDefinitions/${roleId}`;
}

/** Azure's principalType for a kind; null for what cannot hold a role here. Source: Role Assignments - Create, PrincipalType. */
export function principalTypeOf(kind: PrincipalInput["kind"]): "User" | "Group" | "ServicePrincipal" | null {
  if (kind === "user" || kind === "guest") return "User";
  if (kind === "group") return "Group";
  return kind === "servicePrincipal" || kind === "managedIdentity" ? "ServicePrincipal" : null;
}

export type AssignmentProperties = {
  roleDefinitionId: string;
  principalId: string;
  principalType: string;
  description?: string;
  condition?: string;
  conditionVersion?: string;
};

/** Body of the assignment; a condition always goes with version 2.0 (ABAC conditions, "conditionVersion"). */
export function assignmentProperties(request: AssignRequest, principalType: string): AssignmentProperties {
  return {
    roleDefinitionId: roleDefinitionIdAt(request.scope, request.roleId),
    principalId: request.principalId,
    principalType,
    ...(request.description === null ? {} : { description: request.description }),
    ...(request.condition === null ? {} : { condition: request.condition, conditionVersion: "2.0" }),
  };
}

/** Scope below which a custom role is written: the first place where it can be assigned. */
export function roleScopeOf(request: Pick<DefineRoleRequest, "assignableScopes">): string {
  return request.assignableScopes[0] ?? "/";
}

/** The request exactly as it will be sent. `principalType` matters for assign only. */
export function exactRequest(cloud: Cloud, request: AccessChangeRequest, principalType: string): ExactRequest {
  const query = `?api-version=${API_VERSION}`;
  if (request.kind === "assign") {
    const body = { properties: assignmentProperties(request, principalType) };
    return { method: "PUT", url: `${cloud.arm}${assignmentIdOf(request)}${query}`, body };
  }
  if (request.kind === "remove") return { method: "DELETE", url: `${cloud.arm}${request.assignmentId}${query}`, body: null };
  const { roleName, description, permissions, assignableScopes, roleId } = request;
  return {
    method: "PUT",
    url: `${cloud.arm}${below(roleScopeOf(request))}/${AUTHORIZATION}/roleDefinitions/${roleId}${query}`,
    body: { properties: { roleName, type: "CustomRole", description, assignableScopes, permissions: [permissions] } },
  };
}

/** Scope at which the operator needs the right for a change. */
export function scopeOfChange(request: AccessChangeRequest): string {
  if (request.kind === "assign") return request.scope;
  if (request.kind === "defineRole") return roleScopeOf(request);
  const scope = request.assignmentId.replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i, "");
  return scope === "" ? "/" : scope;
}

/** A role definition as it stands in Azure, as far as its undo needs it. */
export type StandingRole = {
  name: string;
  roleName: string;
  roleType: string;
  description: string;
  assignableScopes: readonly string[];
  permissions: readonly {
    actions: readonly string[];
    notActions: readonly string[];
    dataActions: readonly string[];
    notDataActions: readonly string[];
    condition?: string | null;
  }[];
};

/**
 * The change that puts a custom role back as it was; null for a new one, which stays but gives nobody anything, and for one
 * of several permission entries or with a condition, which Azure does not take in a write.
 */
export function undoOfRole(before: StandingRole | null): DefineRoleRequest | null {
  const [entry, ...others] = before?.permissions ?? [];
  if (before === null || entry === undefined || others.length > 0 || (entry.condition ?? "") !== "") return null;
  if (before.roleType.toLowerCase() !== "customrole") return null;
  return {
    kind: "defineRole",
    roleId: before.name.toLowerCase(),
    roleName: before.roleName,
    description: before.description,
    permissions: {
      actions: [...entry.actions],
      notActions: [...entry.notActions],
      dataActions: [...entry.dataActions],
      notDataActions: [...entry.notDataActions],
    },
    assignableScopes: [...before.assignableScopes],
  };
}

/**
 * The change that puts back what a change of an assignment did; null when nothing can. For role definitions see undoOfRole.
 * A removed assignment comes back under its own name, so that repeating the undo changes nothing more.
 */
export function undoOf(request: AccessChangeRequest, before: StandingAssignment | null): AccessChangeRequest | null {
  if (request.kind === "assign") return before === null ? { kind: "remove", assignmentId: assignmentIdOf(request) } : null;
  if (request.kind !== "remove" || before === null) return null;
  return {
    kind: "assign",
    assignmentName: before.name,
    principalId: before.principalId,
    roleId: before.roleDefinitionId.slice(before.roleDefinitionId.lastIndexOf("/") + 1),
    scope: before.scope,
    condition: before.condition,
    description: before.description,
  };
}
