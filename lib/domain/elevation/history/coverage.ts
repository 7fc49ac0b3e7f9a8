import type { HistorySource } from "./types";

const DAY_MS = 86_400_000;

/**
 * How long Azure keeps what a source tells. PIM's history and the directory's audit log: 30 days (PIM, "View audit history";
 * Microsoft Entra data retention). The activity log keeps 90, but only 30 are counted on. null = the source has no past.
 */
export const KEPT_MS: Readonly<Record<HistorySource, number | null>> = {
  directory: 30 * DAY_MS,
  requests: 30 * DAY_MS,
  activity: 30 * DAY_MS,
  state: null,
  groups: null,
};

/** Entries appear in Azure's logs late; every reading looks back this far before the last one. */
export const OVERLAP_MS = 2 * 3_600_000;

/** A stretch that was read without a hole; ISO 8601, Azure's clock. */
export type Window = { from: string; to: string };

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * What the next reading of a source must ask for, and whether it closes up with the last one. `from` is where to begin to
 * ask; `window` is what is known without a hole once it has succeeded; `gap` is what Azure has forgotten in between.
 */
export function planReading(
  windows: readonly Window[],
  source: HistorySource,
  now: Date,
): { from: string; window: Window; gap: Window | null } {
  const to = now.toISOString();
  const keptMs = KEPT_MS[source];
  const last = windows.reduce<Window | null>((newest, one) => (newest === null || one.to > newest.to ? one : newest), null);
  if (keptMs === null) return { from: to, window: { from: last?.from ?? to, to }, gap: null };
  const oldest = iso(now.getTime() - keptMs);
  if (last === null) return { from: oldest, window: { from: oldest, to }, gap: null };
  if (last.to < oldest) return { from: oldest, window: { from: oldest, to }, gap: { from: last.to, to: oldest } };
  const from = iso(Date.parse(last.to) - OVERLAP_MS);
  return { from: from < oldest ? oldest : from, window: { from: last.from, to: last.to > to ? last.to : to }, gap: null };
}

/** The holes between windows, oldest first. */
export function gapsOf(windows: readonly Window[]): Window[] {
  const sorted = [...windows].sort((a, b) => (a.from < b.from ? -1 : 1));
  const gaps: Window[] = [];
  let end: string | null = null;
  for (const window of sorted) {
    if (end !== null && window.from > end) gaps.push({ from: end, to: window.from });
    if (end === null || window.to > end) end = window.to;
  }
  return gaps;
}

/** Whether a whole stretch lies in one window. */
export function isCovered(windows: readonly Window[], from: string, to: string): boolean {
  return windows.some((window) => window.from <= from && window.to >= to);
}

/** The stretches that every list covers: what all places together know without a hole. */
export function commonWindows(lists: readonly (readonly Window[])[]): Window[] {
  const [first, ...rest] = lists;
  if (first === undefined) return [];
  return rest.reduce<Window[]>(
    (common, list) =>
      common.flatMap((a) =>
        list.flatMap((b) => {
          const from = a.from > b.from ? a.from : b.from;
          const to = a.to < b.to ? a.to : b.to;
          return from <= to ? [{ from, to }] : [];
        }),
      ),
    [...first],
  );
}
