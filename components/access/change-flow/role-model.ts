import type { RoleView } from "@/lib/domain/access/api";
import { type AccessCapabilityId, isCapabilityId } from "@/lib/domain/access/capabilities";
import { smallestRoles } from "@/lib/domain/access/least-privilege";
import type { RoleDefinitionInput } from "@/lib/domain/access/types";
import { capabilityName } from "../capability-words";

/** Virtual Machine User Login and Virtual Machine Administrator Login (built-in roles, Compute). */
export const LOGIN_ROLES = ["fb879df8-f326-4884-b1cf-06f3ad86be52", "1c0163c0-47e6-4577-8991-ea5c82e286e4"] as const;

export function isLoginRole(id: string): boolean {
  return LOGIN_ROLES.some((role) => role === id.toLowerCase());
}

function toDefinition({ id, name, type, permissions, assignableScopes }: RoleView): RoleDefinitionInput {
  return { id, name, type, permissions, assignableScopes };
}

export type Suggestion = { role: RoleView; extra: readonly AccessCapabilityId[] };

/** The smallest roles that give everything wanted, at most three. A role that changes in preview comes like any other. */
export function suggestionsFor(
  roles: readonly RoleView[],
  wants: readonly AccessCapabilityId[],
  scope: string | undefined,
): Suggestion[] {
  if (wants.length === 0) return [];
  const wanted = { capabilities: wants, ...(scope === undefined ? {} : { scope }) };
  return smallestRoles(roles.map(toDefinition), wanted)
    .slice(0, 3)
    .flatMap(({ role, extra }) => {
      const view = roles.find((item) => item.id === role.id);
      return view === undefined ? [] : [{ role: view, extra }];
    });
}

/** Roles by name or by what they give; those that give something on machines first. */
export function findRoles(roles: readonly RoleView[], query: string, capability: string): RoleView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return roles
    .filter((role) => !isLoginRole(role.id))
    .filter((role) => !isCapabilityId(capability) || role.capabilities.includes(capability))
    .filter((role) => {
      const text = `${role.name} ${role.description} ${role.id} ${role.capabilities.map(capabilityName).join(" ")}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => Number(b.capabilities.length > 0) - Number(a.capabilities.length > 0) || a.name.localeCompare(b.name, "en"));
}
