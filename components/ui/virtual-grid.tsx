"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useId, useRef } from "react";
import type { GridCell } from "@/lib/client/keyboard";
import { AriaBox } from "./aria-box";
import { cn } from "./class-names";
import { Skeleton } from "./skeleton";
import { useCellFocus } from "./use-cell-focus";
import { pageRows, useVirtualRows } from "./use-virtual-rows";

const HEADER_HEIGHT = 36;
const ROW_HEIGHT = 36;

export type GridColumnSpec = {
  id: string;
  title: string;
  width: number;
  /** Title of the sort button; undefined = not sortable. */
  sortTitle?: string;
  numeric?: boolean;
  hint?: string;
};

export type VirtualGridProps<Row> = {
  label: string;
  help: string;
  /** The first column names the row and stays in view. */
  columns: readonly GridColumnSpec[];
  count: number;
  rowAt: (position: number) => Row | undefined;
  show: (from: number, to: number) => void;
  sort: { by: string; descending: boolean } | null;
  onSort: (column: string) => void;
  renderCell: (row: Row, column: string) => ReactNode;
  /** Enter or a click on a cell. */
  onOpen: (row: Row, column: string) => void;
  /** When it changes, the grid shows its first row again. */
  resetKey: string;
};

/** Rows of any number as one grid: only those near the screen exist, and the active one always does. */
export function VirtualGrid<Row>(props: VirtualGridProps<Row>) {
  const { columns, count, rowAt, show } = props;
  const helpId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const activeCell = useRef<HTMLDivElement | null>(null);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const template = columns.map((column) => `minmax(${column.width}px, ${column.width}fr)`).join(" ");

  const scrollToRow = useRef<(position: number) => void>(() => undefined);
  const keys = useCellFocus({
    rows: count,
    columns: columns.length,
    pageRows: () => pageRows(scroller, HEADER_HEIGHT, ROW_HEIGHT),
    act: ({ row, column }) => {
      const spec = columns[column];
      if (spec === undefined) return;
      if (row === -1 && spec.sortTitle !== undefined) props.onSort(spec.id);
      const data = row === -1 ? undefined : rowAt(row);
      if (data !== undefined) props.onOpen(data, spec.id);
    },
    scrollTo: (position) => scrollToRow.current(position),
  });

  const virtualizer = useVirtualRows({
    scroller,
    count,
    rowHeight: ROW_HEIGHT,
    headerHeight: HEADER_HEIGHT,
    kept: keys.active.row,
    show,
  });
  scrollToRow.current = (position) => virtualizer.scrollToIndex(position, { align: "auto" });

  useEffect(() => {
    if (keys.focusWanted > 0) activeCell.current?.focus();
  }, [keys.focusWanted]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question is read from its first row.
  useEffect(() => {
    scroller.current?.scrollTo?.({ top: 0 });
  }, [props.resetKey]);

  const active: GridCell = keys.active.row < count ? keys.active : { row: -1, column: keys.active.column };
  return (
    <div
      ref={scroller}
      className="scroll-thin relative min-h-64 flex-1 overflow-auto rounded-lg border border-line bg-surface shadow-card"
    >
      <p id={helpId} className="sr-only">
        {props.help}
      </p>
      <AriaBox
        role="grid"
        aria-label={props.label}
        aria-describedby={helpId}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        onKeyDown={keys.onKeyDown}
        onClick={keys.onClick}
        onFocus={keys.onFocus}
        className="relative min-w-full"
        style={{ width }}
      >
        <Header {...props} template={template} active={active} cellRef={activeCell} />
        <AriaBox role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => (
            <GridRow
              key={item.index}
              position={item.index}
              top={item.start}
              row={rowAt(item.index)}
              columns={columns}
              template={template}
              activeColumn={active.row === item.index ? active.column : null}
              cellRef={activeCell}
              renderCell={props.renderCell}
            />
          ))}
        </AriaBox>
      </AriaBox>
    </div>
  );
}

type HeaderProps<Row> = VirtualGridProps<Row> & {
  template: string;
  active: GridCell;
  cellRef: RefObject<HTMLDivElement | null>;
};

function Header<Row>({ columns, sort, template, active, cellRef }: HeaderProps<Row>) {
  return (
    <AriaBox role="rowgroup" className="sticky top-0 z-20">
      <AriaBox
        role="row"
        aria-rowindex={1}
        className="grid border-line border-b bg-sunken font-medium text-muted text-xs"
        style={{ gridTemplateColumns: template, height: HEADER_HEIGHT }}
      >
        {columns.map((column, index) => {
          const sorted = sort?.by === column.id ? sort : null;
          const isActive = active.row === -1 && active.column === index;
          return (
            <AriaBox
              key={column.id}
              role="columnheader"
              aria-colindex={index + 1}
              {...(column.sortTitle === undefined
                ? {}
                : { "aria-sort": sorted === null ? "none" : sorted.descending ? "descending" : "ascending" })}
              tabIndex={isActive ? 0 : -1}
              data-cell={`-1:${index}`}
              {...(isActive ? { ref: cellRef } : {})}
              title={column.sortTitle ?? column.hint ?? column.title}
              className={cn(
                "flex min-w-0 items-center gap-1 bg-sunken px-2.5 focus-visible:outline-offset-[-2px]",
                column.numeric === true && "justify-end text-right",
                column.sortTitle !== undefined && "cursor-pointer hover:text-foreground",
                sorted !== null && "text-foreground",
                index === 0 && "sticky left-0 z-10",
              )}
            >
              <span className="line-clamp-2 leading-tight">{column.title}</span>
              {sorted === null ? null : sorted.descending ? (
                <ArrowDown aria-hidden className="size-3.5 shrink-0" />
              ) : (
                <ArrowUp aria-hidden className="size-3.5 shrink-0" />
              )}
            </AriaBox>
          );
        })}
      </AriaBox>
    </AriaBox>
  );
}

type GridRowProps<Row> = {
  position: number;
  top: number;
  row: Row | undefined;
  columns: readonly GridColumnSpec[];
  template: string;
  activeColumn: number | null;
  cellRef: RefObject<HTMLDivElement | null>;
  renderCell: (row: Row, column: string) => ReactNode;
};

function GridRow<Row>({ position, top, row, columns, template, activeColumn, cellRef, renderCell }: GridRowProps<Row>) {
  return (
    <AriaBox
      role="row"
      data-row={position}
      aria-rowindex={position + 2}
      className="group absolute inset-x-0 grid contain-strict border-line border-b bg-surface text-[0.8125rem] hover:bg-sunken"
      style={{ gridTemplateColumns: template, height: ROW_HEIGHT, transform: `translateY(${top}px)` }}
    >
      {columns.map((column, index) => (
        <AriaBox
          key={column.id}
          role={index === 0 ? "rowheader" : "gridcell"}
          aria-colindex={index + 1}
          tabIndex={activeColumn === index ? 0 : -1}
          data-cell={`${position}:${index}`}
          {...(activeColumn === index ? { ref: cellRef } : {})}
          className={cn(
            "flex min-w-0 items-center overflow-hidden px-2.5 focus-visible:outline-offset-[-2px]",
            column.numeric === true && "justify-end",
            index === 0 && "sticky left-0 z-10 bg-surface group-hover:bg-sunken",
          )}
        >
          {row === undefined ? <Skeleton className="h-3 w-3/5" /> : renderCell(row, column.id)}
        </AriaBox>
      ))}
    </AriaBox>
  );
}
