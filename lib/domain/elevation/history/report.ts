import type { PimPrincipal } from "../write-api";
import { heldIn, type Interval, intervalsOf, type Range } from "./intervals";
import { HISTORY_KINDS, type HistoryEvent, type HistoryKind } from "./types";

const HOUR_MS = 3_600_000;

/** What a person did with elevation in a week. Hours are those that lie in the week. */
export type PersonWeek = {
  person: PimPrincipal;
  activations: number;
  hours: number;
  roles: string[];
  withoutReason: number;
  withoutTicket: number;
};
export type DeciderWeek = { person: PimPrincipal; approved: number; denied: number };

export type WeeklyReport = {
  counts: Record<HistoryKind, number>;
  people: PersonWeek[];
  deciders: DeciderWeek[];
  /** Given in the week and without end. */
  standing: HistoryEvent[];
  /** Ended without anybody saying why. */
  unexplained: HistoryEvent[];
  /** Requests that were denied, not decided in time or taken back. */
  refused: HistoryEvent[];
  settings: HistoryEvent[];
};

function hoursIn(interval: Interval, range: Range): number {
  const from = interval.from > range.from ? interval.from : range.from;
  const to = interval.to !== null && interval.to < range.to ? interval.to : range.to;
  return Math.max(0, Date.parse(to) - Date.parse(from)) / HOUR_MS;
}

function peopleOf(events: readonly HistoryEvent[], range: Range): PersonWeek[] {
  const people = new Map<string, PersonWeek>();
  for (const interval of intervalsOf(events)) {
    const { begin } = interval;
    if (begin.kind !== "activated" || begin.principal === null || heldIn(interval, range) === "no") continue;
    const known = people.get(begin.principal.id);
    const row = known ?? { person: begin.principal, activations: 0, hours: 0, roles: [], withoutReason: 0, withoutTicket: 0 };
    row.activations++;
    row.hours += hoursIn(interval, range);
    if (begin.role !== null && !row.roles.includes(begin.role.name)) row.roles.push(begin.role.name);
    if (begin.justification.trim() === "") row.withoutReason++;
    if (begin.ticket === null) row.withoutTicket++;
    people.set(begin.principal.id, row);
  }
  return [...people.values()].sort((a, b) => b.hours - a.hours || a.person.name.localeCompare(b.person.name));
}

function decidersOf(events: readonly HistoryEvent[]): DeciderWeek[] {
  const deciders = new Map<string, DeciderWeek>();
  for (const { kind, decidedBy } of events) {
    if (decidedBy === null || (kind !== "approved" && kind !== "denied")) continue;
    const row = deciders.get(decidedBy.id) ?? { person: decidedBy, approved: 0, denied: 0 };
    row[kind]++;
    deciders.set(decidedBy.id, row);
  }
  return [...deciders.values()].sort((a, b) => b.approved + b.denied - a.approved - a.denied);
}

/**
 * The report of a week. `week`: the events of the week, oldest first; `running`: also the earlier events of what was still
 * running in it, so that hours are right. Members of groups are left out.
 */
export function weeklyReport(week: readonly HistoryEvent[], running: readonly HistoryEvent[], range: Range): WeeklyReport {
  const counts = Object.fromEntries(HISTORY_KINDS.map((kind) => [kind, 0])) as Record<HistoryKind, number>;
  for (const { kind } of week) counts[kind]++;
  const of = (...kinds: HistoryKind[]) => week.filter(({ kind }) => kinds.includes(kind));
  return {
    counts,
    people: peopleOf(running, range),
    deciders: decidersOf(week),
    standing: of("assigned").filter(({ endsAt, track }) => endsAt === null && track === "active"),
    unexplained: of("gone"),
    refused: of("denied", "timedOut", "canceled", "failed"),
    settings: of("settings"),
  };
}
