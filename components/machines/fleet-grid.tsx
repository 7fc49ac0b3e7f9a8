"use client";

import { useRouter } from "next/navigation";
import { startTransition, useEffect, useId, useRef, useState } from "react";
import { AriaBox } from "@/components/ui/aria-box";
import { pageRows, USUAL_SHARE, useVirtualRows } from "@/components/ui/use-virtual-rows";
import type { FleetView } from "@/lib/client/fleet-types";
import type { FleetViewHandle } from "@/lib/client/use-fleet-view";
import { t } from "@/messages/t";
import { machineHref } from "./grid-cell";
import { GridHeader } from "./grid-header";
import { columnsWithin, gridTemplate, HEADER_HEIGHT, ROW_HEIGHT } from "./grid-layout";
import { GridRow } from "./grid-row";
import { useGridKeys } from "./use-grid-keys";
import type { GridState } from "./use-grid-state";

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
  const [isWhole, setWhole] = useState(false);
  // What is in sight first, the rest of each row when the browser has shown that.
  useEffect(() => startTransition(() => setWhole(true)), []);
  const drawn = isWhole ? columns : columnsWithin(columns, window.innerWidth * USUAL_SHARE);

  const scrollToRow = useRef<(position: number) => void>(() => undefined);
  const toggleAll = () => handle.select(view.selection.allShown ? { kind: "none" } : { kind: "all" });
  const keys = useGridKeys({
    rows: view.shown,
    columns,
    pageRows: () => pageRows(scroller, HEADER_HEIGHT, height),
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

  const virtualizer = useVirtualRows({
    scroller,
    count: view.shown,
    rowHeight: height,
    headerHeight: HEADER_HEIGHT,
    inSightOnly: !isWhole,
    kept: keys.active.row,
    show: handle.show,
  });
  scrollToRow.current = (position) => virtualizer.scrollToIndex(position, { align: "auto" });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when a key asked for it, not on every render.
  useEffect(() => {
    if (keys.focusWanted > 0) activeCell.current?.focus({ preventScroll: keys.active.row >= 0 && keys.active.column < 2 });
  }, [keys.focusWanted]);

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
          {virtualizer.getVirtualItems().map((item) => (
            <GridRow
              key={item.index}
              position={item.index}
              row={handle.rowAt(item.index)}
              columns={drawn}
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
