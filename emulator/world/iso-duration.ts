const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** Years and months have no fixed length; 365 and 30 days are near enough for a maximum. */
const UNITS = [365 * DAY_MS, 30 * DAY_MS, 7 * DAY_MS, DAY_MS, 3_600_000, 60_000, SECOND_MS];

/** Milliseconds of an ISO 8601 duration such as PT8H or P180D; null when the text is none. */
export function durationMs(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null || text === "P" || text.endsWith("T")) return null;
  return UNITS.reduce((sum, unit, at) => sum + Number(match[at + 1] ?? 0) * unit, 0);
}
