"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import type { RefObject } from "react";
import { AriaBox } from "@/components/ui/aria-box";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/class-names";
import type { GridColumn } from "@/lib/client/fleet-columns";
import type { FleetSort, SelectionSummary } from "@/lib/client/fleet-types";
import type { GridCell } from "@/lib/client/keyboard";
import { t } from "@/messages/t";
import { HEADER_HEIGHT } from "./grid-layout";

export type GridHeaderProps = {
  columns: readonly GridColumn[];
  sort: readonly FleetSort[];
  selection: SelectionSummary;
  template: string;
  width: number;
  active: GridCell;
  cellRef: RefObject<HTMLElement | null>;
  onActivate: (cell: GridCell) => void;
  onSort: (column: GridColumn, add: boolean) => void;
  onSelectAll: (selected: boolean) => void;
};

export function GridHeader(props: GridHeaderProps) {
  const { columns, active, cellRef, selection } = props;
  const focusable = (column: number) => ({
    tabIndex: active.row === -1 && active.column === column ? 0 : -1,
    "data-cell": `-1:${column}`,
    ...(active.row === -1 && active.column === column ? { ref: cellRef as RefObject<HTMLDivElement | null> } : {}),
    onFocus: () => props.onActivate({ row: -1, column }),
  });
  return (
    <AriaBox role="rowgroup" className="sticky top-0 z-20">
      <AriaBox
        role="row"
        aria-rowindex={1}
        className="grid border-line border-b bg-sunken font-medium text-muted text-xs"
        style={{ gridTemplateColumns: props.template, width: props.width, height: HEADER_HEIGHT }}
      >
        <AriaBox
          role="columnheader"
          aria-colindex={1}
          {...focusable(0)}
          className="sticky left-0 z-10 flex items-center justify-center bg-sunken focus-visible:outline-offset-[-2px]"
        >
          <Checkbox
            aria-label={t("machines.selectAll")}
            tabIndex={-1}
            checked={selection.allShown}
            indeterminate={selection.count > 0 && !selection.allShown}
            onChange={() => props.onSelectAll(!selection.allShown)}
          />
        </AriaBox>
        {columns.map((column, index) => {
          const position = props.sort.findIndex((item) => item.column === column);
          const sorted = props.sort[position];
          const direction = sorted === undefined ? "none" : sorted.descending ? "descending" : "ascending";
          return (
            <AriaBox
              key={column}
              role="columnheader"
              aria-colindex={index + 2}
              aria-sort={direction}
              {...focusable(index + 1)}
              className={cn(
                "flex min-w-0 items-center bg-sunken focus-visible:outline-offset-[-2px]",
                column === "name" && "sticky left-10 z-10",
              )}
            >
              <button
                type="button"
                tabIndex={-1}
                title={t("machines.sortBy", { name: t(`machines.column.${column}`) })}
                onClick={(event) => props.onSort(column, event.shiftKey)}
                className={cn(
                  "flex h-full min-w-0 items-center gap-1 px-2.5 hover:text-foreground",
                  sorted !== undefined && "text-foreground",
                )}
              >
                <span className="truncate">{t(`machines.column.${column}`)}</span>
                {sorted === undefined ? null : sorted.descending ? (
                  <ArrowDown aria-hidden className="size-3.5 shrink-0" />
                ) : (
                  <ArrowUp aria-hidden className="size-3.5 shrink-0" />
                )}
                {props.sort.length > 1 && sorted !== undefined ? <span className="tabular-nums">{position + 1}</span> : null}
              </button>
            </AriaBox>
          );
        })}
      </AriaBox>
    </AriaBox>
  );
}
