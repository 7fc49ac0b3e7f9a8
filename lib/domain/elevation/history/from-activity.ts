import type { PimPrincipal } from "../write-api";
import { holdingId } from "./from-requests";
import { type HistoryEvent, historyEvent, namelessPrincipal } from "./types";

/** A write or removal of a role assignment in the activity log. `assignment` is the name (GUID), lower case. */
export type AssignmentActivity = {
  id: string;
  at: string;
  kind: "write" | "delete";
  assignment: string;
  assignmentId: string;
  scope: string;
  caller: PimPrincipal | null;
  /** PIM writes the assignments of its schedules itself; its requests tell who and why. */
  isPim: boolean;
  principal: { id: string; kind: PimPrincipal["kind"] } | null;
  roleId: string | null;
};

/** What is known of an assignment already: how it is called in the history, and the event that began it. */
export type KnownAssignment = { holding: string; begin: HistoryEvent; endedAt: string | null };

/**
 * Beginnings and ends of role assignments that were made outside PIM. `known` finds an assignment by its name. A removal of
 * one that nobody ever saw still says that there was one. Source: activity log, Microsoft.Authorization/roleAssignments.
 */
export function eventsOfActivity(
  rows: readonly AssignmentActivity[],
  known: (assignment: string) => KnownAssignment | null,
  names: { role(id: string): string; principal(id: string): PimPrincipal | null },
): HistoryEvent[] {
  const begun = new Map<string, KnownAssignment>();
  const events: HistoryEvent[] = [];
  for (const row of [...rows].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const found = begun.get(row.assignment) ?? known(row.assignment);
    // A name that comes back after its end is a new assignment; reports of the end itself still belong to the old one.
    const isAgain = row.kind === "write" && found?.endedAt != null && row.at > found.endedAt;
    const before = isAgain ? null : found;
    const holding = before?.holding ?? `${holdingId("active", row.assignment)}${isAgain ? `~${row.at}` : ""}`;
    const shared = {
      track: "active" as const,
      holding,
      scope: row.scope,
      by: row.caller,
      source: "activity" as const,
      azureId: row.id,
    };
    if (row.kind === "delete") {
      const { principal, role } = before?.begin ?? personOf(row, names);
      const scopeName = before?.begin.scopeName ?? "";
      events.push(historyEvent({ ...shared, key: `${holding}:ended`, kind: "removed", at: row.at, principal, role, scopeName }));
      if (before !== null) begun.set(row.assignment, { ...before, endedAt: row.at });
      continue;
    }
    const who = personOf(row, names);
    // A PIM write, a change of something known, or one whose body the log does not carry: the reading of the state tells it.
    if (row.isPim || before !== null || who.principal === null || who.role === null) continue;
    const event = historyEvent({ ...shared, ...who, key: `${holding}:began`, kind: "assigned", at: row.at, startsAt: row.at });
    begun.set(row.assignment, { holding, begin: event, endedAt: null });
    events.push(event);
  }
  return events;
}

function personOf(
  row: AssignmentActivity,
  names: { role(id: string): string; principal(id: string): PimPrincipal | null },
): Pick<HistoryEvent, "principal" | "role"> {
  const { principal, roleId } = row;
  return {
    principal:
      principal === null ? null : (names.principal(principal.id) ?? { ...namelessPrincipal(principal.id), kind: principal.kind }),
    role: roleId === null ? null : { id: roleId, name: names.role(roleId) },
  };
}
