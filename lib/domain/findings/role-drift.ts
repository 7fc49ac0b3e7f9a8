import type { PermissionInput } from "../access/types";
import { DOCUMENTED_ROLES } from "./documented-roles";

export type RoleDrift = { added: string[]; removed: string[] };

function difference(left: readonly string[], right: readonly string[]): string[] {
  const known = new Set(right.map((text) => text.toLowerCase()));
  return left.filter((text) => !known.has(text.toLowerCase()));
}

/** Where a built-in role differs from what is documented of it; null when it does not, or nothing is documented. */
export function roleDrift(roleGuid: string, permissions: readonly PermissionInput[]): RoleDrift | null {
  const documented = DOCUMENTED_ROLES[roleGuid.toLowerCase()];
  if (documented === undefined) return null;
  const live = permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]);
  const expected = [...documented.actions, ...documented.dataActions];
  const drift = { added: difference(live, expected), removed: difference(expected, live) };
  return drift.added.length === 0 && drift.removed.length === 0 ? null : drift;
}
