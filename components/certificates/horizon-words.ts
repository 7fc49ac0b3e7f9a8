import { writeLapse } from "@/lib/client/url-state";
import { pages } from "@/lib/config/routes";
import type { HorizonWeek } from "@/lib/domain/horizon";

const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });
const YEAR_MINUTES = 365 * 1_440;

/** "Nov 21" in UTC. */
export function shortDay(minute: number): string {
  return day.format(new Date(minute * 60_000));
}

/** The grid filtered to a week. The last week holds everything later as well, so its range is open. */
export function weekHref(week: HorizonWeek, last: boolean): string {
  const range = { fromMinute: week.from, toMinute: last ? week.to + YEAR_MINUTES : week.to };
  return `${pages.machines()}?lapse=${writeLapse(range)}`;
}

/** A round figure at or above the highest bar that divides by four, so that the lines stand at whole machines. */
export function niceTop(highest: number): number {
  if (highest <= 4) return 4;
  const magnitude = 10 ** Math.floor(Math.log10(highest));
  for (const step of [1, 2, 4, 6, 8, 10]) {
    const top = step * magnitude;
    if (top >= highest && top % 4 === 0) return top;
  }
  return 20 * magnitude;
}
