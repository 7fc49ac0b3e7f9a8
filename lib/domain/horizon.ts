import type { CertificateStateId } from "./certificate";
import { DAY_MS } from "./certificate-state";
import type { MachineStatus } from "./machine";

/** One machine as the horizon needs it: minutes since the epoch, -1 where nothing is known (as in the fleet stream). */
export type HorizonRow = {
  state: CertificateStateId;
  status: MachineStatus;
  endsAt: number;
  estimateFrom: number;
  estimateTo: number;
};

/** A certificate lives 90 days at most, so thirteen weeks hold every end that can be known today. */
export const HORIZON_WEEKS = 13;
const WEEK_MINUTES = (7 * DAY_MS) / 60_000;

/**
 * What becomes of a machine if nobody does anything: a connected agent that renews goes on; one that does not, or one that is
 * offline, runs out; an expired one is beyond saving, because only a new connection brings it back.
 */
export type HorizonPlace =
  | { kind: "renews" }
  | { kind: "expires"; week: number }
  | { kind: "between"; fromWeek: number; toWeek: number }
  | { kind: "beyondSaving" }
  | { kind: "unknown" };

function weekOf(minutes: number, now: number): number {
  return Math.min(HORIZON_WEEKS - 1, Math.max(0, Math.floor((minutes - now) / WEEK_MINUTES)));
}

/** Places one machine; `now` in minutes since the epoch. Ends after the last week count to the last week. */
export function horizonPlace(row: HorizonRow, now: number): HorizonPlace {
  if (row.state === "unknown") return { kind: "unknown" };
  if (row.state === "expired") return { kind: "beyondSaving" };
  if (row.status === "Connected" && row.state !== "renewal-stuck") return { kind: "renews" };
  if (row.endsAt >= 0) return row.endsAt <= now ? { kind: "beyondSaving" } : { kind: "expires", week: weekOf(row.endsAt, now) };
  if (row.estimateFrom < 0 || row.estimateTo < 0) return { kind: "unknown" };
  if (row.estimateTo <= now) return { kind: "beyondSaving" };
  return { kind: "between", fromWeek: weekOf(row.estimateFrom, now), toWeek: weekOf(row.estimateTo, now) };
}

export type HorizonWeek = {
  /** Minutes since the epoch, end exclusive. */
  from: number;
  to: number;
  /** Machines whose known end lies in this week. */
  exact: number;
  /** Machines whose estimated range reaches into this week. */
  possible: number;
  /** Machines over by the end of this week: at least, and at most when every estimate ends early. */
  cumulativeAtLeast: number;
  cumulativeAtMost: number;
};

export type Horizon = { weeks: HorizonWeek[]; renews: number; beyondSaving: number; unknown: number; total: number };

function emptyWeeks(now: number): HorizonWeek[] {
  return Array.from({ length: HORIZON_WEEKS }, (_, index) => ({
    from: now + index * WEEK_MINUTES,
    to: now + (index + 1) * WEEK_MINUTES,
    exact: 0,
    possible: 0,
    cumulativeAtLeast: 0,
    cumulativeAtMost: 0,
  }));
}

function bump(counts: Int32Array, week: number): void {
  counts[week] = (counts[week] ?? 0) + 1;
}

/** How many machines run out in each of the coming weeks if everything stays as it is. One pass, no text. */
export function certificateHorizon(rows: Iterable<HorizonRow>, now: number): Horizon {
  const weeks = emptyWeeks(now);
  const earliest = new Int32Array(HORIZON_WEEKS);
  const latest = new Int32Array(HORIZON_WEEKS);
  const horizon: Horizon = { weeks, renews: 0, beyondSaving: 0, unknown: 0, total: 0 };
  for (const row of rows) {
    horizon.total += 1;
    const place = horizonPlace(row, now);
    if (place.kind === "expires") {
      const week = weeks[place.week];
      if (week !== undefined) week.exact += 1;
      bump(earliest, place.week);
      bump(latest, place.week);
    } else if (place.kind === "between") {
      for (const week of weeks.slice(place.fromWeek, place.toWeek + 1)) week.possible += 1;
      bump(earliest, place.fromWeek);
      bump(latest, place.toWeek);
    } else {
      horizon[place.kind] += 1;
    }
  }
  let atLeast = 0;
  let atMost = 0;
  weeks.forEach((week, index) => {
    atLeast += latest[index] ?? 0;
    atMost += earliest[index] ?? 0;
    week.cumulativeAtLeast = atLeast;
    week.cumulativeAtMost = atMost;
  });
  return horizon;
}
