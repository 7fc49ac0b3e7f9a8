import type { FacetId } from "./fleet-columns";
import type { FacetEntry, FleetRow } from "./fleet-types";
import { hasSameFields } from "./same-fields";

/** The rows from a position on; a row that is as it was stays the same object, lest the screen draws it again. */
export function keepRows(
  known: ReadonlyMap<number, FleetRow>,
  from: number,
  rows: readonly FleetRow[],
): ReadonlyMap<number, FleetRow> {
  return new Map(
    rows.map((row, index) => {
      const before = known.get(from + index);
      return [from + index, before !== undefined && hasSameFields(before, row) ? before : row];
    }),
  );
}

type Facets = Record<FacetId, FacetEntry[]>;

/** The facets, each of them the same object where its values and counts are as they were. */
export function keepFacets(known: Facets, next: Facets): Facets {
  const kept = { ...next };
  for (const id of Object.keys(next) as FacetId[]) {
    const before = known[id];
    const isKept = before.length === next[id].length && next[id].every((entry, at) => hasSameFields(before[at] ?? entry, entry));
    if (isKept) kept[id] = before;
  }
  return kept;
}
