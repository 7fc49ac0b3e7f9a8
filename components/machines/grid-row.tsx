"use client";

import { memo, type RefObject } from "react";
import { AriaBox } from "@/components/ui/aria-box";
import { Checkbox } from "@/components/ui/checkbox";
import { Skeleton } from "@/components/ui/skeleton";
import type { GridColumn } from "@/lib/client/fleet-columns";
import type { FleetRow } from "@/lib/client/fleet-types";
import { t } from "@/messages/t";
import { GridCellContent } from "./grid-cell";

export type GridRowProps = {
  position: number;
  row: FleetRow | undefined;
  columns: readonly GridColumn[];
  template: string;
  width: number;
  height: number;
  top: number;
  /** Column of the active cell when it is in this row. */
  activeColumn: number | null;
  cellRef: RefObject<HTMLElement | null>;
  nowMs: number;
};

// Plain texts: hundreds of them are put together at each drawing, and none has classes to merge.
const ROW = "group absolute left-0 grid contain-strict border-line border-b text-[0.8125rem]";
const CELL = "flex min-w-0 items-center overflow-hidden px-2.5 focus-visible:outline-offset-[-2px]";

/** Clicks and keys are handled by the grid, from the data attributes; a row holds no listeners of its own. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, columns, position, activeColumn } = props;
  const selected = row?.selected === true;
  const background = selected ? "bg-selected" : "bg-surface group-hover:bg-sunken";
  const focusable = (column: number) => ({
    tabIndex: activeColumn === column ? 0 : -1,
    "data-cell": `${position}:${column}`,
    ...(activeColumn === column ? { ref: props.cellRef as RefObject<HTMLDivElement | null> } : {}),
  });
  return (
    <AriaBox
      role="row"
      data-row={position}
      aria-rowindex={position + 2}
      aria-selected={selected}
      className={selected ? `${ROW} bg-selected` : `${ROW} bg-surface hover:bg-sunken`}
      style={{
        gridTemplateColumns: props.template,
        width: props.width,
        height: props.height,
        transform: `translateY(${props.top}px)`,
      }}
    >
      <AriaBox
        role="gridcell"
        aria-colindex={1}
        {...focusable(0)}
        className={`sticky left-0 z-10 flex items-center justify-center focus-visible:outline-offset-[-2px] ${background}`}
      >
        {row === undefined ? null : (
          <Checkbox aria-label={t("machines.selectRow", { name: row.name })} tabIndex={-1} checked={selected} readOnly />
        )}
      </AriaBox>
      {columns.map((column, index) => (
        <AriaBox
          key={column}
          role={column === "name" ? "rowheader" : "gridcell"}
          aria-colindex={index + 2}
          {...focusable(index + 1)}
          className={column === "name" ? `${CELL} sticky left-10 z-10 ${background}` : CELL}
        >
          {row === undefined ? (
            <Skeleton className="h-3 w-3/5" />
          ) : (
            <GridCellContent row={row} column={column} nowMs={props.nowMs} />
          )}
        </AriaBox>
      ))}
    </AriaBox>
  );
});
