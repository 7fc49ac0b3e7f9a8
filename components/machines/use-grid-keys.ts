"use client";

import { type KeyboardEvent, type MouseEvent, useRef } from "react";
import { cellOf, useActiveCell } from "@/components/ui/use-cell-focus";
import type { GridColumn } from "@/lib/client/fleet-columns";
import type { SelectionChange } from "@/lib/client/fleet-store";
import type { FleetRow } from "@/lib/client/fleet-types";

export type GridKeysInput = {
  rows: number;
  columns: readonly GridColumn[];
  pageRows: () => number;
  rowAt: (position: number) => FleetRow | undefined;
  select: (change: SelectionChange) => void;
  open: (row: FleetRow) => void;
  sort: (column: GridColumn, add: boolean) => void;
  toggleAll: () => void;
  scrollTo: (position: number) => void;
};

/** Keys and clicks of the grid: one tab stop, moved by the arrow keys, that survives scrolling. */
export function useGridKeys(input: GridKeysInput) {
  const { active, setActive, focusWanted, move, onFocus } = useActiveCell({
    rows: input.rows,
    columns: input.columns.length + 1,
    pageRows: input.pageRows,
    scrollTo: input.scrollTo,
    startColumn: 1,
  });
  const anchor = useRef(0);

  const selectAt = (position: number, range: boolean) => {
    if (range) return input.select({ kind: "range", from: anchor.current, to: position, selected: true });
    anchor.current = position;
    input.select({ kind: "set", position, selected: input.rowAt(position)?.selected !== true });
  };

  const act = (event: KeyboardEvent): boolean => {
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() === "a") {
      input.select({ kind: "all" });
      return true;
    }
    const column = input.columns[active.column - 1];
    if (active.row === -1) {
      if (event.key !== "Enter" && event.key !== " ") return false;
      if (column === undefined) input.toggleAll();
      else input.sort(column, event.shiftKey);
      return true;
    }
    if (event.key === " ") {
      selectAt(active.row, event.shiftKey);
      return true;
    }
    if (event.key === "Enter") {
      const row = input.rowAt(active.row);
      if (active.column === 0) selectAt(active.row, event.shiftKey);
      else if (row !== undefined) input.open(row);
      return true;
    }
    return false;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (act(event)) return event.preventDefault();
    move(event);
  };

  const onClick = (event: MouseEvent) => {
    const cell = cellOf(event.target);
    if (cell === null) return;
    setActive(cell);
    if (cell.row < 0 || cell.column !== 0) return;
    selectAt(cell.row, event.shiftKey);
  };

  return { active, setActive, focusWanted, onKeyDown, onClick, onFocus };
}
