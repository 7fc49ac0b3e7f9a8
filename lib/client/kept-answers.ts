import type { FacetId } from "./fleet-columns";
import type { FacetEntry, FleetRow } from "./fleet-types";

/** Answers of the worker are copies, so that what is the same as before must be found out, lest the screen draws it again. */
function isSame(one: FleetRow | FacetEntry, other: FleetRow | FacetEntry): boolean {
  const known = new Map<string, unknown>(Object.entries(one));
  return Object.entries(other).every(([name, value]) => known.get(name) === value);
}

/** The rows from a position on; a row that is as it was stays the same object. */
export function keepRows(
  known: ReadonlyMap<number, FleetRow>,
  from: number,
  rows: readonly FleetRow[],
): ReadonlyMap<number, FleetRow> {
  return new Map(
    rows.map((row, index) => {
      const before = known.get(from + index);
      return [from + index, before !== undefined && isSame(before, row) ? before : row];
    }),
  );
}

type Facets = Record<FacetId, FacetEntry[]>;

/** The facets, each of them the same object where its values and counts are as they were. */
export function keepFacets(known: Facets, next: Facets): Facets {
  const kept = { ...next };
  for (const id of Object.keys(next) as FacetId[]) {
    const before = known[id];
    const isKept = before.length === next[id].length && next[id].every((entry, at) => isSame(before[at] ?? entry, entry));
    if (isKept) kept[id] = before;
  }
  return kept;
}
