import type { ChangePreset } from "@/lib/client/change-draft";
import type { AccessChangeRequest, RoleView } from "@/lib/domain/access/api";
import { type AccessCapabilityId, isCapabilityId } from "@/lib/domain/access/capabilities";
import { delegateCondition } from "@/lib/domain/access/condition-text";
import { normaliseScope, scopeKind } from "@/lib/domain/access/scope";
import type { PrincipalInput } from "@/lib/domain/access/types";

/** The half-filled form. Kept for the tab, so that it survives a reload and a new sign-in. Holds nothing secret. */
export type FlowDraft = {
  who: PrincipalInput[];
  roleIds: string[];
  wants: AccessCapabilityId[];
  /** Scopes that are offered, narrowest first, and those that are chosen. */
  offered: string[];
  scopes: string[];
  /** Limits what the new holder may assign; null = no condition. */
  limit: { roleIds: string[]; principalTypes: string[] } | null;
  description: string;
  /** Changes that came ready made. */
  fixed: AccessChangeRequest[];
  back: string | null;
  /** Names of the new assignments, so that sending again is the same change. Key: principal, role and scope. */
  names: Record<string, string>;
  changeSetId: string;
  previewing: boolean;
};

/** The narrowest scope, or all of its kind: several machines that were selected are meant together. */
function meantScopes(offered: readonly string[]): string[] {
  const [first] = offered;
  const kindOf = (scope: string) => scopeKind(normaliseScope(scope));
  return first === undefined ? [] : offered.filter((scope) => kindOf(scope) === kindOf(first));
}

export function initialFlowDraft(preset: ChangePreset, newId: () => string): FlowDraft {
  const offered = preset.scopes ?? [];
  return {
    who: preset.who ?? [],
    roleIds: preset.roleIds ?? [],
    wants: preset.wants ?? [],
    offered,
    scopes: meantScopes(offered),
    limit: null,
    description: "",
    fixed: preset.changes ?? [],
    back: preset.back ?? null,
    names: {},
    changeSetId: newId(),
    previewing: (preset.changes ?? []).length > 0,
  };
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((item) => typeof item === "string");

export function isFlowDraft(value: unknown): value is FlowDraft {
  if (typeof value !== "object" || value === null) return false;
  const draft: Partial<Record<keyof FlowDraft, unknown>> = value;
  const limit: unknown = draft.limit;
  return (
    Array.isArray(draft.who) &&
    isTexts(draft.roleIds) &&
    isTexts(draft.wants) &&
    draft.wants.every(isCapabilityId) &&
    isTexts(draft.offered) &&
    isTexts(draft.scopes) &&
    (limit === null || (typeof limit === "object" && "roleIds" in limit && isTexts(limit.roleIds))) &&
    typeof draft.description === "string" &&
    Array.isArray(draft.fixed) &&
    (draft.back === null || typeof draft.back === "string") &&
    typeof draft.names === "object" &&
    draft.names !== null &&
    typeof draft.changeSetId === "string" &&
    typeof draft.previewing === "boolean"
  );
}

export function nameKey(principalId: string, roleId: string, scope: string): string {
  return `${principalId}|${roleId}|${scope}`.toLowerCase();
}

/** Gives every wanted assignment that has no name yet a new one. */
export function withNames(draft: FlowDraft, newId: () => string): FlowDraft {
  const names = { ...draft.names };
  for (const { id } of draft.who) {
    for (const roleId of draft.roleIds) {
      for (const scope of draft.scopes) names[nameKey(id, roleId, scope)] ??= newId();
    }
  }
  return { ...draft, names };
}

/** The condition as text; null when none is wanted or no role is chosen for it. */
export function conditionOf(draft: FlowDraft): string | null {
  return draft.limit === null || draft.limit.roleIds.length === 0 ? null : delegateCondition(draft.limit);
}

/** Every change of the form: the ready made ones, then each principal with each role at each scope. */
export function changesOf(draft: FlowDraft): AccessChangeRequest[] {
  const description = draft.description.trim();
  const assigned = draft.who.flatMap((principal) =>
    draft.roleIds.flatMap((roleId) =>
      draft.scopes.map(
        (scope): AccessChangeRequest => ({
          kind: "assign",
          assignmentName: draft.names[nameKey(principal.id, roleId, scope)] ?? "",
          principalId: principal.id,
          roleId,
          scope,
          condition: conditionOf(draft),
          description: description === "" ? null : description,
        }),
      ),
    ),
  );
  return [...draft.fixed, ...assigned];
}

export type Lack = "who" | "role" | "scope" | "limit";

/** What the form still needs before it can be previewed; empty when nothing. */
export function lacksOf(draft: FlowDraft): Lack[] {
  const started = draft.who.length + draft.roleIds.length > 0;
  const lacks: Lack[] = [];
  if (draft.fixed.length > 0 && !started) return lacks;
  if (draft.who.length === 0) lacks.push("who");
  if (draft.roleIds.length === 0) lacks.push("role");
  if (draft.scopes.length === 0) lacks.push("scope");
  if (draft.limit !== null && draft.limit.roleIds.length === 0) lacks.push("limit");
  return lacks;
}

/** True when a chosen role lets its holder assign roles, so that a condition on it makes sense. */
export function assignsRoles(draft: FlowDraft, roles: readonly RoleView[]): boolean {
  return roles.some((role) => draft.roleIds.includes(role.id) && role.capabilities.includes("assignRoles"));
}

const SCOPE_FORM =
  /^(\/|\/providers\/Microsoft\.Management\/managementGroups\/[^/]+|\/subscriptions\/[0-9a-f-]{36}(\/resourceGroups\/[^/]+(\/providers\/[^/]+(\/[^/]+\/[^/]+)+)?)?)$/i;

/** Whether a text is the id of a scope: tenant root, management group, subscription, resource group or resource. */
export function isScopeId(text: string): boolean {
  return SCOPE_FORM.test(text.trim().replace(/(.)\/$/, "$1"));
}

const DEPTH = [/^\/$/, /\/managementGroups\//i, /^\/subscriptions\/[^/]+$/i, /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i];

/** Narrowest first: resources, groups, subscriptions, management groups, root; within a kind in the order given. */
export function narrowestFirst(scopes: readonly string[]): string[] {
  const depth = (scope: string) => {
    const found = DEPTH.findIndex((form) => form.test(scope));
    return found < 0 ? DEPTH.length : found;
  };
  return [...scopes].sort((a, b) => depth(b) - depth(a));
}
