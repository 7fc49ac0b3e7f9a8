import type { RolloutWindow } from "./types";

/**
 * When a roll-out may send. A window is written in the local time of its zone, so that "02:00 to 05:00" stays at night when the
 * clocks change. An hour that the change skips is never inside; an hour that comes twice is inside twice. A window whose `from`
 * lies after its `to` runs over midnight and belongs to the day on which it opens; equal times mean the whole day.
 * Zones and their rules: IANA time zone database, as the platform's Intl carries it.
 */

const MINUTE = 60_000;
const DAY_MINUTES = 1440;
/** A window that opens at all does so within a week; the eighth day catches the one that a change of clocks skips. */
const SEARCH_MINUTES = 9 * DAY_MINUTES;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timeZone, made);
  return made;
}

/** Whether the platform knows this IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  if (timeZone === "") return false;
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** Minutes since local midnight of "HH:mm"; null for any other text. */
export function minuteOfDay(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

function localTime(timeZone: string, at: number): { day: number; minute: number } {
  const parts = formatOf(timeZone).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return { day: WEEKDAYS.indexOf(part("weekday")) + 1, minute: Number(part("hour")) * 60 + Number(part("minute")) };
}

function insideAt(window: RolloutWindow, from: number, to: number, at: number): boolean {
  const { day, minute } = localTime(window.timeZone, at);
  const before = day === 1 ? 7 : day - 1;
  if (from < to) return window.days.includes(day) && minute >= from && minute < to;
  return (window.days.includes(day) && minute >= from) || (window.days.includes(before) && minute < to);
}

/**
 * Whether `now` lies inside the window; null = no window, always inside. `from` is included, `to` is not. A window that cannot be
 * read (a text that is no time, an unknown zone) is never open: `planErrors` refuses it before it is stored.
 */
export function insideWindow(window: RolloutWindow | null, now: Date): boolean {
  if (window === null) return true;
  const [from, to] = [minuteOfDay(window.from), minuteOfDay(window.to)];
  if (from === null || to === null || !isTimeZone(window.timeZone)) return false;
  return insideAt(window, from, to, now.getTime());
}

/**
 * First minute from `start` on at which `wanted` holds, within the days searched. Between edges of the window it goes in steps of a
 * quarter of an hour, because zones change their offset only at one.
 */
function firstMinute(
  window: RolloutWindow,
  edges: readonly number[],
  start: number,
  wanted: (at: number) => boolean,
): Date | null {
  if (wanted(start)) return new Date(start);
  const first = Math.ceil((start + 1) / MINUTE);
  for (let minute = first; minute < first + SEARCH_MINUTES; ) {
    if (wanted(minute * MINUTE)) return new Date(minute * MINUTE);
    const local = localTime(window.timeZone, minute * MINUTE).minute;
    const toEdge = edges.map((edge) => (edge - local + DAY_MINUTES) % DAY_MINUTES).filter((wait) => wait > 0);
    minute += Math.min(15 - (minute % 15), ...toEdge);
  }
  return null;
}

/** When the window is open next: `now` when it is open, null when it never opens. Exact to the minute. */
export function windowOpensAt(window: RolloutWindow | null, now: Date): Date | null {
  if (window === null) return now;
  const [from, to] = [minuteOfDay(window.from), minuteOfDay(window.to)];
  if (from === null || to === null || !isTimeZone(window.timeZone) || window.days.length === 0) return null;
  return firstMinute(window, [0, from, to], now.getTime(), (at) => insideAt(window, from, to, at));
}

/** When the window that is open at `now` closes; null when it is not open or never closes. Exact to the minute. */
export function windowClosesAt(window: RolloutWindow | null, now: Date): Date | null {
  if (window === null || !insideWindow(window, now)) return null;
  const [from, to] = [minuteOfDay(window.from) ?? 0, minuteOfDay(window.to) ?? 0];
  return firstMinute(window, [0, from, to], now.getTime(), (at) => !insideAt(window, from, to, at));
}
