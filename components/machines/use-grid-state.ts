"use client";

import { debounce, useQueryStates } from "nuqs";
import { useCallback, useMemo } from "react";
import { FACETS, type FacetId, type GridColumn } from "@/lib/client/fleet-columns";
import type { FleetQuery } from "@/lib/client/fleet-types";
import { type GridUrlState, gridParsers, nextSort, toQuery } from "@/lib/client/url-state";
import { useNow } from "@/lib/client/use-now";

export type GridState = {
  url: GridUrlState;
  query: FleetQuery;
  filtered: boolean;
  change: (changes: Partial<GridUrlState>) => void;
  toggleFacet: (id: FacetId, value: string) => void;
  sortBy: (column: GridColumn, add: boolean) => void;
  clearFilters: () => void;
};

/** Next draws the whole page again when the address changes; nobody who types or clicks on should wait for that. */
const ADDRESS_RESTS_MS = 300;

/** Everything the machines page shows is in the address, so that a link shows a colleague the same rows. */
export function useGridState(): GridState {
  const [url, setUrl] = useQueryStates(gridParsers, {
    history: "replace",
    shallow: true,
    limitUrlUpdates: debounce(ADDRESS_RESTS_MS),
  });
  const now = useNow();
  const query = useMemo(() => toQuery(url, now), [url, now]);
  const change = useCallback((changes: Partial<GridUrlState>) => void setUrl(changes), [setUrl]);
  const toggleFacet = useCallback(
    (id: FacetId, value: string) => {
      void setUrl((known) => ({
        [id]: known[id].includes(value) ? known[id].filter((item) => item !== value) : [...known[id], value],
      }));
    },
    [setUrl],
  );
  const sortBy = useCallback(
    (column: GridColumn, add: boolean) => {
      // Without a sort in the address the grid is sorted by name.
      const shown = (sort: GridUrlState["sort"]) => (sort.length === 0 ? [{ column: "name" as const, descending: false }] : sort);
      void setUrl((known) => ({ sort: nextSort(shown(known.sort), column, add) }));
    },
    [setUrl],
  );
  const clearFilters = useCallback(() => {
    const empty = Object.fromEntries(FACETS.map((id) => [id, null]));
    void setUrl({ ...empty, q: null, lapse: null, disagreement: null });
  }, [setUrl]);
  const filtered = url.q.trim() !== "" || url.lapse !== null || url.disagreement || FACETS.some((id) => url[id].length > 0);
  return { url, query, filtered, change, toggleFacet, sortBy, clearFilters };
}
