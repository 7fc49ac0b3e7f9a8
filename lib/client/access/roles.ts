import type { AccessIndex } from "@/lib/domain/access/access-index";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { roleCapabilities } from "@/lib/domain/access/least-privilege";
import { lastSegment } from "@/lib/domain/access/scope";
import type { PermissionInput } from "@/lib/domain/access/types";
import { type RoleDrift, roleDrift } from "@/lib/domain/findings/role-drift";

/** A role definition as Azure has it now, and what it allows on machines. */
export type RoleRow = {
  /** GUID in lower case. */
  id: string;
  name: string;
  description: string;
  isCustom: boolean;
  permissions: readonly PermissionInput[];
  assignableScopes: readonly string[];
  capabilities: AccessCapabilityId[];
  /** Assignments, activations and eligibilities of it that could be read. */
  assignments: number;
  drift: RoleDrift | null;
};

export type RoleQuery = {
  search: string;
  type: "all" | "builtIn" | "custom";
  capability: AccessCapabilityId | null;
  /** Only roles that allow anything on machines. */
  onMachines: boolean;
  driftOnly: boolean;
};

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Every definition that was read, by name. A GUID has one definition: the last one read counts, as in the engine. */
export function roleRows(index: AccessIndex): RoleRow[] {
  const used = new Map<string, number>();
  for (const grant of index.grants) used.set(grant.roleId, (used.get(grant.roleId) ?? 0) + 1);
  const byId = new Map(index.inputs.roleDefinitions.map((role) => [lastSegment(role.id), role]));
  return [...byId]
    .map(([id, role]): RoleRow => {
      const capabilities = roleCapabilities(index.roles, id);
      return {
        id,
        name: role.name,
        description: role.description ?? "",
        isCustom: role.type.toLowerCase() === "customrole",
        permissions: role.permissions,
        assignableScopes: role.assignableScopes,
        capabilities,
        assignments: used.get(id) ?? 0,
        drift: roleDrift(id, role.permissions),
      };
    })
    .sort((a, b) => collator.compare(a.name, b.name));
}

function textOf(role: RoleRow): string {
  const patterns = role.permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]);
  return [role.name, role.id, ...patterns].join("\n").toLowerCase();
}

/** Roles that pass every part of a query. A word is searched in the name, the id and the actions. */
export function filterRoles(roles: readonly RoleRow[], query: RoleQuery): RoleRow[] {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  return roles.filter((role) => {
    if (query.type !== "all" && role.isCustom !== (query.type === "custom")) return false;
    if (query.capability !== null && !role.capabilities.includes(query.capability)) return false;
    if (query.onMachines && role.capabilities.length === 0) return false;
    if (query.driftOnly && role.drift === null) return false;
    if (words.length === 0) return true;
    const text = textOf(role);
    return words.every((word) => text.includes(word));
  });
}

export const PERMISSION_LISTS = ["actions", "notActions", "dataActions", "notDataActions"] as const;
export type PermissionList = (typeof PERMISSION_LISTS)[number];

/** Patterns of one list over all entries of a role, each once, whatever its case. */
export function patternsOf(permissions: readonly PermissionInput[], list: PermissionList): string[] {
  const found = new Map<string, string>();
  for (const entry of permissions) for (const pattern of entry[list]) found.set(pattern.toLowerCase(), pattern);
  return [...found.values()].sort(collator.compare);
}

export type Difference<T> = { onlyFirst: T[]; both: T[]; onlySecond: T[] };

function split<T>(first: readonly T[], second: readonly T[], keyOf: (item: T) => unknown): Difference<T> {
  const inFirst = new Set(first.map(keyOf));
  const inSecond = new Set(second.map(keyOf));
  return {
    onlyFirst: first.filter((item) => !inSecond.has(keyOf(item))),
    both: first.filter((item) => inSecond.has(keyOf(item))),
    onlySecond: second.filter((item) => !inFirst.has(keyOf(item))),
  };
}

export type RoleComparison = {
  capabilities: Difference<AccessCapabilityId>;
  patterns: Record<PermissionList, Difference<string>>;
};

/** What two roles have in common and apart, by capability and by the text of their patterns, whatever its case. */
export function compareRoles(first: RoleRow, second: RoleRow): RoleComparison {
  const patterns = (list: PermissionList) =>
    split(patternsOf(first.permissions, list), patternsOf(second.permissions, list), (text) => text.toLowerCase());
  return {
    capabilities: split(first.capabilities, second.capabilities, (id) => id),
    patterns: {
      actions: patterns("actions"),
      notActions: patterns("notActions"),
      dataActions: patterns("dataActions"),
      notDataActions: patterns("notDataActions"),
    },
  };
}
