"use client";

import { startTransition, useCallback, useEffect, useRef, useState } from "react";
import type { SelectionChange } from "./fleet-store";
import type { FleetQuery, FleetRow, FleetView } from "./fleet-types";
import { keepFacets, keepRows } from "./kept-answers";
import { getFleet, useFleetStatus } from "./use-fleet";

const WINDOW = 80;
const AHEAD = 40;
const KEEP = 800;

export type FleetViewHandle = {
  /** Null until there is something to say; no fleet is shown as empty before the whole answer says so. */
  view: FleetView | null;
  /** False while the rows that are there have changed and the answer is still of those before. */
  isCurrent: boolean;
  /** The row at a position of the view; undefined while it is on its way. */
  rowAt: (position: number) => FleetRow | undefined;
  /** Asks for the rows that are about to be seen. */
  show: (from: number, to: number) => void;
  select: (change: SelectionChange) => void;
  exportRows: (which: "view" | "selection") => Promise<FleetRow[]>;
};

/**
 * The rows of one query, wherever the fleet lives. Only what is near the screen is kept here. An answer that a later
 * question has overtaken is dropped, so that a slow answer never replaces a newer one.
 */
export function useFleetView(query: FleetQuery): FleetViewHandle {
  const { version, phase } = useFleetStatus();
  const isFilling = useRef(false);
  isFilling.current = phase === "loading";
  const [view, setView] = useState<FleetView | null>(null);
  const [answered, setAnswered] = useState(0);
  const [rows, setRows] = useState<ReadonlyMap<number, FleetRow>>(new Map());
  const shown = useRef({ from: 0, to: WINDOW });
  const generation = useRef(0);
  const asked = useRef(new Set<number>());
  const lastSearch = useRef(query);

  useEffect(() => {
    if (version === 0) return;
    const mine = ++generation.current;
    const isAsked = lastSearch.current !== query;
    const moved = isAsked && sameSearch(lastSearch.current, query) === false;
    lastSearch.current = query;
    if (moved) shown.current = { from: 0, to: WINDOW };
    const from = Math.max(0, shown.current.from - AHEAD);
    const size = Math.max(WINDOW, shown.current.to - from + AHEAD);
    void getFleet()
      .backend()
      .then((backend) => backend.call("query", query, from, size))
      .then((next) => {
        if (mine !== generation.current) return;
        asked.current.clear();
        const take = () => {
          setAnswered(version);
          setView((known) => (known === null ? next : { ...next, facets: keepFacets(known.facets, next.facets) }));
          setRows((known) => keepRows(known, next.from, next.rows));
        };
        // Rows that come by themselves are drawn in pieces, between what the person does. While a list fills up the next ones
        // would put an end to each such drawing.
        if (isAsked || isFilling.current) take();
        else startTransition(take);
      });
  }, [query, version]);

  const fetchRows = useCallback(async (from: number, size: number, replace: boolean) => {
    const mine = generation.current;
    const backend = await getFleet().backend();
    const fetched = await backend.call("rows", from, size);
    if (mine !== generation.current) return;
    setRows((known) => {
      const next = replace || known.size > KEEP ? new Map<number, FleetRow>() : new Map(known);
      for (const [index, row] of fetched.entries()) next.set(from + index, row);
      return next;
    });
  }, []);

  const show = useCallback(
    (from: number, to: number) => {
      shown.current = { from, to };
      const block = Math.floor(from / AHEAD);
      const lastBlock = Math.floor(to / AHEAD);
      for (let index = block; index <= lastBlock; index++) {
        const start = index * AHEAD;
        if (asked.current.has(index) || (rows.has(start) && rows.has(Math.min(to, start + AHEAD - 1)))) continue;
        asked.current.add(index);
        void fetchRows(start, AHEAD, false).finally(() => asked.current.delete(index));
      }
    },
    [rows, fetchRows],
  );

  const select = useCallback(
    (change: SelectionChange) => {
      void (async () => {
        const backend = await getFleet().backend();
        const selection = await backend.call("select", change);
        setView((known) => (known === null ? known : { ...known, selection }));
        const from = Math.max(0, shown.current.from - AHEAD);
        await fetchRows(from, shown.current.to - from + AHEAD, true);
      })();
    },
    [fetchRows],
  );

  const exportRows = useCallback(async (which: "view" | "selection") => {
    const backend = await getFleet().backend();
    return backend.call("exportRows", which);
  }, []);

  const isCurrent = answered === version;
  return {
    view: view !== null && view.total === 0 && !isCurrent ? null : view,
    isCurrent,
    rowAt: (position) => rows.get(position),
    show,
    select,
    exportRows,
  };
}

/** True when only the clock moved: then the place on the screen stays. */
function sameSearch(a: FleetQuery, b: FleetQuery): boolean {
  return JSON.stringify({ ...a, nowMs: 0 }) === JSON.stringify({ ...b, nowMs: 0 });
}
