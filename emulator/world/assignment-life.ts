import type { RoleAssignment } from "./types.ts";

type View = "listed" | "effective" | "indexed";

/** Whether one of the three views of Azure shows an assignment at a moment: each learns of changes in its own time. */
function isSeen(row: RoleAssignment, nowMs: number, view: View): boolean {
  if (row.endsAtMs !== undefined && row.endsAtMs <= nowMs) return false;
  const from = view === "effective" ? row.effectiveFromMs : ((view === "listed" ? row.listedFromMs : row.indexedFromMs) ?? 0);
  if (from > nowMs) return false;
  return row.removed === undefined || nowMs < row.removed[`${view}UntilMs`];
}

/** Lists and reads of Resource Manager show the row. */
export function isListed(row: RoleAssignment, nowMs: number): boolean {
  return isSeen(row, nowMs, "listed");
}

/** The row gives rights. */
export function isEffective(row: RoleAssignment, nowMs: number): boolean {
  return isSeen(row, nowMs, "effective");
}

/** Resource Graph shows the row. */
export function isIndexed(row: RoleAssignment, nowMs: number): boolean {
  return isSeen(row, nowMs, "indexed");
}

/** The service's own record, ahead of every view: neither removed nor over. */
export function isKept(row: RoleAssignment, nowMs: number): boolean {
  return row.removed === undefined && (row.endsAtMs === undefined || row.endsAtMs > nowMs);
}

/** No view shows the row any more. */
export function isForgotten(row: RoleAssignment, nowMs: number): boolean {
  const { removed } = row;
  return removed !== undefined && Math.max(removed.listedUntilMs, removed.effectiveUntilMs, removed.indexedUntilMs) <= nowMs;
}
