import type { HistoryEvent, HistoryTrack } from "./types";

/** Before every event: for what was there when the portal looked for the first time. */
export const LONG_AGO = "1970-01-01T00:00:00.000Z";

/**
 * A stretch in which something held. Between `earliestFrom` and `from` and between `earliestTo` and `to` nobody can tell any
 * more; in between it held for sure. Where a time is exact both are equal. `to` null = no end is known.
 */
export type Interval = {
  holding: string;
  track: HistoryTrack;
  begin: HistoryEvent;
  end: HistoryEvent | null;
  earliestFrom: string;
  from: string;
  earliestTo: string | null;
  to: string | null;
};

const BEGINS = new Set(["activated", "assigned", "eligible", "joined"]);
const ENDS = new Set(["deactivated", "removed", "expired", "gone", "left"]);

type Open = { begin: HistoryEvent; earliestFrom: string; from: string; plannedEnd: string | null };

function startOf(event: HistoryEvent): Open {
  const starts = event.startsAt ?? event.at;
  const exact = event.earliestAt === null;
  // A beginning that was only seen began somewhere between two looks; one with a start of its own began then.
  return {
    begin: event,
    earliestFrom: exact ? starts : (event.earliestAt ?? starts),
    from: exact ? starts : event.at,
    plannedEnd: event.endsAt,
  };
}

function close(open: Open, end: HistoryEvent | null): Interval {
  const planned = open.plannedEnd;
  const isPlanned = planned !== null && (end === null || planned <= end.at);
  const to = isPlanned ? planned : (end?.at ?? null);
  const firm = end === null ? to : (end.earliestAt ?? end.at);
  const earliestTo =
    isPlanned && firm !== null && planned < firm ? planned : isPlanned && end?.earliestAt == null ? planned : firm;
  const { begin, from, earliestFrom } = open;
  return { holding: begin.holding ?? "", track: begin.track ?? "active", begin, end, earliestFrom, from, earliestTo, to };
}

/** The stretches of one assignment; `events` in the order in which they happened. A renewal after the end is a stretch of its own. */
function stretchesOf(events: readonly HistoryEvent[]): Interval[] {
  const stretches: Interval[] = [];
  let open: Open | null = null;
  let begun: HistoryEvent | null = null;
  for (const event of events) {
    if (BEGINS.has(event.kind)) {
      if (open !== null) stretches.push(close(open, null));
      open = startOf(event);
      begun = event;
    } else if (event.kind === "extended") {
      const isOver = open === null || (open.plannedEnd !== null && open.plannedEnd < event.at);
      if (!isOver && open !== null) open.plannedEnd = event.endsAt;
      else {
        if (open !== null) stretches.push(close(open, null));
        open = startOf({
          ...(begun ?? event),
          startsAt: event.at,
          at: event.at,
          earliestAt: event.earliestAt,
          endsAt: event.endsAt,
        });
      }
    } else if (ENDS.has(event.kind)) {
      // An end without a beginning: it was there for a time that nobody knows.
      const known =
        open ??
        (begun === null ? { begin: event, earliestFrom: LONG_AGO, from: event.earliestAt ?? event.at, plannedEnd: null } : null);
      if (known !== null) stretches.push(close(known, event));
      open = null;
      begun ??= event;
    }
  }
  if (open !== null) stretches.push(close(open, null));
  return stretches;
}

/** Every stretch that the events tell of. The order of the events does not matter; unknown people and roles stay out. */
export function intervalsOf(events: readonly HistoryEvent[]): Interval[] {
  const byHolding = new Map<string, HistoryEvent[]>();
  for (const event of events) {
    if (event.holding === null || event.track === null || event.principal === null) continue;
    const list = byHolding.get(event.holding);
    if (list === undefined) byHolding.set(event.holding, [event]);
    else list.push(event);
  }
  const rank = (event: HistoryEvent): number => (BEGINS.has(event.kind) ? 0 : event.kind === "extended" ? 1 : 2);
  const order = (a: HistoryEvent, b: HistoryEvent): number => (a.at === b.at ? rank(a) - rank(b) : a.at < b.at ? -1 : 1);
  return [...byHolding.values()].flatMap((list) => stretchesOf(list.sort(order)));
}

/** A stretch of time; a moment when both are equal. The end does not belong to it, except for a moment. */
export type Range = { from: string; to: string };

const least = (a: string, b: string | null): string => (b !== null && b < a ? b : a);
const most = (a: string, b: string): string => (a > b ? a : b);

function meets(range: Range, from: string, to: string | null): boolean {
  if (range.from === range.to) return from <= range.from && (to === null || range.from < to);
  const end = least(range.to, to);
  return most(range.from, from) < end;
}

/** Whether something held in a range: surely, perhaps, or not. */
export function heldIn(interval: Interval, range: Range): "held" | "maybe" | "no" {
  const sureTo = interval.to === null ? null : interval.earliestTo;
  if (sureTo === null || interval.from <= sureTo) {
    if (meets(range, interval.from, sureTo)) return "held";
  }
  return meets(range, interval.earliestFrom, interval.to) ? "maybe" : "no";
}

/** The stretch in which both held; null when they never can have. */
export function overlap(a: Interval, b: Interval): Interval | null {
  const end = (x: string | null, y: string | null): string | null => (x === null ? y : least(x, y));
  const both: Interval = {
    ...a,
    earliestFrom: most(a.earliestFrom, b.earliestFrom),
    from: most(a.from, b.from),
    earliestTo: end(a.to === null ? null : a.earliestTo, b.to === null ? null : b.earliestTo),
    to: end(a.to, b.to),
  };
  return both.to !== null && both.earliestFrom >= both.to ? null : both;
}
