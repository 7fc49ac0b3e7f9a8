"use client";

import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useId, useRef } from "react";
import { AriaBox } from "@/components/ui/aria-box";
import type { FleetView } from "@/lib/client/fleet-types";
import type { FleetViewHandle } from "@/lib/client/use-fleet-view";
import { t } from "@/messages/t";
import { machineHref } from "./grid-cell";
import { GridHeader } from "./grid-header";
import { gridTemplate, HEADER_HEIGHT, ROW_HEIGHT } from "./grid-layout";
import { GridRow } from "./grid-row";
import { useGridKeys } from "./use-grid-keys";
import type { GridState } from "./use-grid-state";

const OVERSCAN = 8;
const DEFAULT_SORT = [{ column: "name", descending: false }] as const;

export type FleetGridProps = { view: FleetView; handle: FleetViewHandle; grid: GridState };

/** The fleet as one grid of any length: only the rows near the screen exist, and the active one always does. */
export function FleetGrid({ view, handle, grid }: FleetGridProps) {
  const router = useRouter();
  const helpId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const activeCell = useRef<HTMLElement | null>(null);
  const height = ROW_HEIGHT[grid.url.density];
  const columns = grid.url.columns;
  const { template, width } = gridTemplate(columns);

  const scrollToRow = useRef<(position: number) => void>(() => undefined);
  const toggleAll = () => handle.select(view.selection.allShown ? { kind: "none" } : { kind: "all" });
  const keys = useGridKeys({
    rows: view.shown,
    columns,
    pageRows: Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 400) - HEADER_HEIGHT) / height) - 1),
    rowAt: handle.rowAt,
    select: handle.select,
    open: (row) => {
      const href = machineHref(row.id);
      if (href !== null) router.push(href);
    },
    sort: grid.sortBy,
    toggleAll,
    scrollTo: (position) => scrollToRow.current(position),
  });

  // A new function for each active row: the virtualizer computes its rows again only when this one changes.
  const kept = keys.active.row;
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (kept < 0 || kept >= range.count || indexes.includes(kept)) return indexes;
      return [...indexes, kept].sort((a, b) => a - b);
    },
    [kept],
  );
  const virtualizer = useVirtualizer({
    count: view.shown,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingStart: HEADER_HEIGHT,
    rangeExtractor,
  });
  scrollToRow.current = (position) => virtualizer.scrollToIndex(position, { align: "auto" });
  // The row height is part of the virtualizer's cache, which does not see a change of density by itself.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `height` is what must trigger the measurement.
  useEffect(() => virtualizer.measure(), [height, virtualizer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when a key asked for it, not on every render.
  useEffect(() => {
    if (keys.focusWanted > 0) activeCell.current?.focus({ preventScroll: keys.active.row >= 0 && keys.active.column < 2 });
  }, [keys.focusWanted]);

  const items = virtualizer.getVirtualItems();
  // Not from the items: the active row is among them wherever it is.
  const first = Math.max(0, (virtualizer.range?.startIndex ?? 0) - OVERSCAN);
  const last = Math.min(view.shown - 1, (virtualizer.range?.endIndex ?? 0) + OVERSCAN);
  const { show } = handle;
  useEffect(() => {
    if (view.shown > 0) show(first, last);
  }, [first, last, show, view.shown]);

  const searchKey = JSON.stringify([grid.url.q, grid.query.filters, grid.url.lapse, grid.url.disagreement, grid.url.sort]);
  const shownSearch = useRef(searchKey);
  useEffect(() => {
    if (shownSearch.current === searchKey) return;
    shownSearch.current = searchKey;
    scroller.current?.scrollTo({ top: 0 });
  }, [searchKey]);

  // A filter may leave fewer rows than the active one's place.
  const active = keys.active.row < view.shown ? keys.active : { row: -1, column: keys.active.column };
  return (
    <div
      ref={scroller}
      className="scroll-thin relative min-h-0 flex-1 overflow-auto rounded-lg border border-line bg-surface shadow-card"
    >
      <p id={helpId} className="sr-only">
        {t("machines.gridHelp")}
      </p>
      <AriaBox
        role="grid"
        aria-label={t("machines.grid")}
        aria-describedby={helpId}
        aria-multiselectable
        aria-rowcount={view.shown + 1}
        aria-colcount={columns.length + 1}
        onKeyDown={keys.onKeyDown}
        onClick={keys.onClick}
        onFocus={keys.onFocus}
        className="relative min-w-full"
        style={{ width }}
      >
        <GridHeader
          columns={columns}
          sort={grid.url.sort.length === 0 ? DEFAULT_SORT : grid.url.sort}
          selection={view.selection}
          template={template}
          width={width}
          active={active}
          cellRef={activeCell}
          onActivate={keys.setActive}
          onSort={grid.sortBy}
          onSelectAll={toggleAll}
        />
        <AriaBox role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => (
            <GridRow
              key={item.index}
              position={item.index}
              row={handle.rowAt(item.index)}
              columns={columns}
              template={template}
              width={width}
              height={height}
              top={item.start}
              activeColumn={active.row === item.index ? active.column : null}
              cellRef={activeCell}
              nowMs={grid.query.nowMs}
            />
          ))}
        </AriaBox>
      </AriaBox>
    </div>
  );
}
