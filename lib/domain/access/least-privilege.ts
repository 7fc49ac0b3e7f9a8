import { actionCovered } from "./actions";
import { type AccessCapabilityId, ATOM_IDS, CAPABILITY_IDS, type CapabilityRisk, capabilityRule } from "./capabilities";
import { capabilitiesOfAtoms } from "./masks";
import { createRoleBook, type RoleBook } from "./roles";
import { normaliseScope } from "./scope";
import type { RoleDefinitionInput } from "./types";

export type WantedRights = {
  capabilities: readonly AccessCapabilityId[];
  actions?: readonly { action: string; isDataAction: boolean }[];
  /** Where the role is to be assigned; roles that cannot be assigned there are left out. */
  scope?: string;
};

/** A role that gives everything wanted, and what it gives beyond. Smaller first. */
export type RoleSuggestion = { role: RoleDefinitionInput; extra: readonly AccessCapabilityId[]; breadth: number };

const RISK_WEIGHT: Readonly<Record<CapabilityRisk, number>> = { critical: 1000, high: 100, medium: 10, low: 1 };

/** How wide a pattern is: everything, all reads, a family, one action. */
function widthOf(pattern: string): number {
  if (pattern === "*") return 100_000;
  const stars = pattern.split("*").length - 1;
  if (stars === 0) return 1;
  return pattern.startsWith("*") ? 2000 : 50 * stars;
}

function breadthOf(role: RoleDefinitionInput): number {
  return role.permissions
    .flatMap((entry) => [...entry.actions, ...entry.dataActions])
    .reduce((sum, pattern) => sum + widthOf(pattern), 0);
}

/** Capabilities that a role gives for sure, or under a limit that is known. */
export function roleCapabilities(book: RoleBook, roleId: string): AccessCapabilityId[] {
  const mask = capabilitiesOfAtoms(book.masks(roleId, null).sure);
  return CAPABILITY_IDS.filter((_, bit) => ((mask >>> bit) & 1) === 1);
}

function isAssignableAt(role: RoleDefinitionInput, scope: string | undefined): boolean {
  if (scope === undefined || role.assignableScopes.length === 0) return true;
  const target = normaliseScope(scope);
  return role.assignableScopes.some((one) => {
    const allowed = normaliseScope(one);
    // Management groups above the scope are not known here, so a custom role of one is kept.
    return allowed === "/" || allowed.includes("/managementgroups/") || target === allowed || target.startsWith(`${allowed}/`);
  });
}

function weight(extra: readonly AccessCapabilityId[]): number {
  return extra.reduce((sum, id) => sum + RISK_WEIGHT[capabilityRule(id).risk], 0);
}

function gives(book: RoleBook, role: RoleDefinitionInput, wanted: WantedRights): boolean {
  const has = roleCapabilities(book, role.id);
  if (!wanted.capabilities.every((capability) => has.includes(capability))) return false;
  return (wanted.actions ?? []).every(
    ({ action, isDataAction }) => book.decide(role.id, null, action, isDataAction)?.condition.kind === "none",
  );
}

/** How grave a role's capabilities on machines are, and how wide its lists of actions; smaller roles have smaller numbers. */
export function roleSize(book: RoleBook, role: RoleDefinitionInput): { gravity: number; breadth: number } {
  return { gravity: weight(roleCapabilities(book, role.id)), breadth: breadthOf(role) };
}

/** Derived capabilities that follow from wanted ones anyway are not held against a role. */
function impliedBy(wanted: readonly AccessCapabilityId[]): ReadonlySet<AccessCapabilityId> {
  const atoms = wanted.flatMap((capability) => [...capabilityRule(capability).anyOf]);
  const mask = capabilitiesOfAtoms(atoms.reduce((bits, atom) => bits | (1 << ATOM_IDS.indexOf(atom)), 0));
  return new Set(CAPABILITY_IDS.filter((_, bit) => ((mask >>> bit) & 1) === 1));
}

/**
 * Roles that give everything wanted, smallest first: fewest and least grave capabilities beyond what is wanted, then the
 * narrowest lists of actions, then by name (Best practices for Azure RBAC: only grant the access people need).
 */
export function smallestRoles(roles: readonly RoleDefinitionInput[], wanted: WantedRights): RoleSuggestion[] {
  const book = createRoleBook(roles);
  const implied = impliedBy(wanted.capabilities);
  return roles
    .filter((role) => isAssignableAt(role, wanted.scope) && gives(book, role, wanted))
    .map((role) => ({
      role,
      extra: roleCapabilities(book, role.id).filter((id) => !wanted.capabilities.includes(id) && !implied.has(id)),
      breadth: breadthOf(role),
    }))
    .sort((a, b) => weight(a.extra) - weight(b.extra) || a.breadth - b.breadth || (a.role.name < b.role.name ? -1 : 1));
}

/** The roles of a list that have an action, smallest first: "needs X, which the role Y has". */
export function rolesWithAction(roles: readonly RoleDefinitionInput[], action: string, isDataAction = false): RoleSuggestion[] {
  const couldHave = roles.filter((role) =>
    role.permissions.some((entry) =>
      (isDataAction ? entry.dataActions : entry.actions).some((pattern) => actionCovered(pattern, action)),
    ),
  );
  return smallestRoles(couldHave, { capabilities: [], actions: [{ action, isDataAction }] });
}
