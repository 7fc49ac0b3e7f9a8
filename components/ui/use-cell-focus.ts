"use client";

import { type KeyboardEvent, type MouseEvent, useState } from "react";
import { type GridCell, nextCell } from "@/lib/client/keyboard";

export type CellFocusInput = {
  rows: number;
  columns: number;
  pageRows: () => number;
  /** Enter or Space on a cell, or a click on it; row -1 is the header. */
  act: (cell: GridCell, shift: boolean) => void;
  scrollTo: (row: number) => void;
};

export function cellOf(target: EventTarget | null): GridCell | null {
  const mark = target instanceof Element ? target.closest<HTMLElement>("[data-cell]")?.dataset.cell : undefined;
  const [row, column] = (mark ?? "").split(":").map(Number);
  return row === undefined || column === undefined || mark === undefined ? null : { row, column };
}

export type ActiveCellInput = Pick<CellFocusInput, "rows" | "columns" | "pageRows" | "scrollTo"> & { startColumn: number };

/** One tab stop for a whole grid, moved by the arrow keys (grid pattern of the ARIA Authoring Practices). */
export function useActiveCell(input: ActiveCellInput) {
  const [active, setActive] = useState<GridCell>({ row: -1, column: input.startColumn });
  const [focusWanted, setFocusWanted] = useState(0);

  const move = (event: KeyboardEvent) => {
    const next = nextCell(active, input, event);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    setFocusWanted((count) => count + 1);
    if (next.row >= 0) input.scrollTo(next.row);
  };

  const onFocus = (event: { target: EventTarget | null }) => {
    const cell = cellOf(event.target);
    if (cell !== null && (cell.row !== active.row || cell.column !== active.column)) setActive(cell);
  };

  return { active, setActive, focusWanted, move, onFocus };
}

/** The cells of a grid that answer to Enter, Space and a click all alike. */
export function useCellFocus(input: CellFocusInput) {
  const { active, setActive, focusWanted, move, onFocus } = useActiveCell({ ...input, startColumn: 0 });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      // A link or button of a cell that has the focus itself answers by its own click.
      const onControl = event.target instanceof Element && event.target.closest("a, button") !== null;
      if (onControl) return;
      event.preventDefault();
      return input.act(active, event.shiftKey);
    }
    move(event);
  };

  const onClick = (event: MouseEvent) => {
    const cell = cellOf(event.target);
    if (cell === null) return;
    setActive(cell);
    const onLink = event.target instanceof Element && event.target.closest("a") !== null;
    if (!onLink) input.act(cell, event.shiftKey);
  };

  return { active, focusWanted, onKeyDown, onClick, onFocus };
}
