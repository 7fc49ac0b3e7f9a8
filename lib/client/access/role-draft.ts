import { isActionPattern, ROLE_TEMPLATES, type RolePermissions, type RoleTemplateId } from "@/lib/domain/access/action-catalogue";
import type { AccessChangeRequest } from "@/lib/domain/access/api";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { roleCapabilities } from "@/lib/domain/access/least-privilege";
import { createRoleBook } from "@/lib/domain/access/roles";
import { patternsOf, type RoleRow } from "./roles";

/** A custom role on the way. Ticked actions and written lines are kept together: both are patterns. */
export type RoleDraft = {
  /** GUID, chosen by the browser for a new role. */
  roleId: string;
  name: string;
  description: string;
  permissions: RolePermissions;
  assignableScopes: string[];
};

export type RoleDraftProblem = "nameMissing" | "nameTaken" | "scopesMissing" | "actionsMissing" | { wrongAction: string };

const NAME_MAX = 128;

export function emptyDraft(roleId: string): RoleDraft {
  const permissions = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
  return { roleId, name: "", description: "", permissions, assignableScopes: [] };
}

export function draftOfTemplate(
  roleId: string,
  template: RoleTemplateId,
  words: { name: string; description: string },
): RoleDraft {
  const { actions, notActions, dataActions, notDataActions } = ROLE_TEMPLATES[template];
  const permissions = {
    actions: [...actions],
    notActions: [...notActions],
    dataActions: [...dataActions],
    notDataActions: [...notDataActions],
  };
  return { ...emptyDraft(roleId), ...words, permissions };
}

/**
 * The definition of a role as a draft. Entries are put together: what one entry excludes another may still give, so a role
 * of several entries with exclusions cannot be shown as one and gives null.
 */
export function draftOfRole(roleId: string, role: RoleRow): RoleDraft | null {
  const excludes = role.permissions.some((entry) => entry.notActions.length + entry.notDataActions.length > 0);
  const conditional = role.permissions.some((entry) => (entry.condition ?? "") !== "");
  if ((role.permissions.length > 1 && excludes) || conditional) return null;
  const list = (name: keyof RolePermissions) => patternsOf(role.permissions, name);
  return {
    roleId,
    name: role.name,
    description: role.description,
    permissions: {
      actions: list("actions"),
      notActions: list("notActions"),
      dataActions: list("dataActions"),
      notDataActions: list("notDataActions"),
    },
    assignableScopes: role.assignableScopes.filter((scope) => scope !== "/"),
  };
}

/** What a holder of the drafted role could do on machines, by the engine's own rules. */
export function draftCapabilities({ roleId, name, permissions, assignableScopes }: RoleDraft): AccessCapabilityId[] {
  const role = { id: roleId, name, type: "CustomRole", permissions: [permissions], assignableScopes };
  return roleCapabilities(createRoleBook([role]), roleId);
}

/** Everything that keeps the draft from being previewed. `others` are the roles of the tenant. */
export function draftProblems(draft: RoleDraft, others: readonly Pick<RoleRow, "id" | "name">[]): RoleDraftProblem[] {
  const problems: RoleDraftProblem[] = [];
  const name = draft.name.trim();
  if (name === "" || name.length > NAME_MAX) problems.push("nameMissing");
  const taken = others.some((role) => role.id !== draft.roleId.toLowerCase() && role.name.toLowerCase() === name.toLowerCase());
  if (taken) problems.push("nameTaken");
  if (draft.assignableScopes.length === 0) problems.push("scopesMissing");
  const { actions, dataActions, notActions, notDataActions } = draft.permissions;
  if (actions.length + dataActions.length === 0) problems.push("actionsMissing");
  const wrong = [...actions, ...dataActions, ...notActions, ...notDataActions].filter((text) => !isActionPattern(text));
  return [...problems, ...wrong.map((wrongAction) => ({ wrongAction }))];
}

/** The change that writes the role, for the same preview as every other change. */
export function draftRequest(draft: RoleDraft): AccessChangeRequest {
  const { roleId, description, permissions, assignableScopes } = draft;
  return {
    kind: "defineRole",
    roleId,
    roleName: draft.name.trim(),
    description: description.trim(),
    permissions,
    assignableScopes,
  };
}

const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Puts a pattern into a list or takes it out, whatever its case. */
export function toggled(list: readonly string[], pattern: string, on: boolean): string[] {
  const rest = list.filter((one) => !sameText(one, pattern));
  return on ? [...rest, pattern] : rest;
}

/** Written lines as patterns: empty lines and repeats are left out. */
export function linesOf(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.filter((line, at) => lines.findIndex((one) => sameText(one, line)) === at);
}
