const DAY_MS = 86_400_000;
const WEEK = /^(\d{4})-W(\d{2})$/;

/** Monday 00:00 UTC of an ISO 8601 week. */
function mondayOf(year: number, week: number): number {
  const fourth = Date.UTC(year, 0, 4);
  const weekday = (new Date(fourth).getUTCDay() + 6) % 7;
  return fourth - weekday * DAY_MS + (week - 1) * 7 * DAY_MS;
}

/** The week a moment belongs to, as 2026-W47 (ISO 8601: Monday to Sunday, the year is that of its Thursday). */
export function weekOf(at: Date): string {
  const day = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  const thursday = new Date(day + (3 - ((at.getUTCDay() + 6) % 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.round((thursday.getTime() - (mondayOf(year, 1) + 3 * DAY_MS)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** From when to when a week lasts; the end does not belong to it. null for text that is no week of that year. */
export function rangeOfWeek(text: string): { from: string; to: string } | null {
  const match = WEEK.exec(text);
  if (match === null) return null;
  const from = mondayOf(Number(match[1]), Number(match[2]));
  if (weekOf(new Date(from)) !== text) return null;
  return { from: new Date(from).toISOString(), to: new Date(from + 7 * DAY_MS).toISOString() };
}

/** The week that many weeks later; negative = earlier. */
export function weekAfter(text: string, weeks: number): string {
  const range = rangeOfWeek(text);
  return range === null ? text : weekOf(new Date(Date.parse(range.from) + weeks * 7 * DAY_MS));
}
