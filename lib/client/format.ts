import { t } from "@/messages/t";

const LOCALE = "en";
const MINUTE_MS = 60_000;
const number = new Intl.NumberFormat(LOCALE);
const percent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat(LOCALE, {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
  timeZone: "UTC",
});
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23", timeZone: "UTC" });
const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short", hourCycle: "h23", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 1440],
  ["hour", 60],
  ["minute", 1],
];

export function formatNumber(value: number): string {
  return number.format(value);
}

/** Share of a whole, 0 when the whole is 0. */
export function formatPercent(part: number, whole: number): string {
  return percent.format(whole === 0 ? 0 : part / whole);
}

function validDate(value: string | number | Date): Date | null {
  const parsed = value instanceof Date ? value : new Date(value);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}

/** In UTC, always marked as such; a text that is no date is shown as it came. */
function inUtc(format: Intl.DateTimeFormat, value: string | number | Date): string {
  const parsed = validDate(value);
  return parsed === null ? String(value) : `${format.format(parsed)} UTC`;
}

/** Date, hours and minutes in UTC. */
export function formatDateTime(value: string | number | Date): string {
  return inUtc(dateTime, value);
}

/** To the second, for what happened: events of one minute stay in their order, and are found again in a log of Azure. */
export function formatMoment(value: string | number | Date): string {
  return inUtc(exact, value);
}

export function formatDate(value: string | number | Date): string {
  const parsed = validDate(value);
  return parsed === null ? String(value) : date.format(parsed);
}

/** Hours and minutes in UTC. */
export function formatClock(value: string | number | Date): string {
  return inUtc(clock, value);
}

/** "3 hours ago", "in 2 days", "just now". Whole units, rounded towards zero, so that nothing looks older than it is. */
export function formatRelative(value: string | number | Date, now: Date | number): string {
  const parsed = validDate(value);
  if (parsed === null) return String(value);
  const minutes = Math.trunc((parsed.getTime() - Number(now)) / MINUTE_MS);
  for (const [unit, size] of UNITS) {
    if (Math.abs(minutes) >= size) return relative.format(Math.trunc(minutes / size), unit);
  }
  return t("common.time.justNow");
}

/** Minutes since the epoch to milliseconds; null for the wire's "none" (-1). */
export function minutesToMs(minutes: number): number | null {
  return minutes < 0 ? null : minutes * MINUTE_MS;
}
