"use client";

import { type KeyboardEvent, type MouseEvent, useState } from "react";
import { type GridCell, nextCell } from "@/lib/client/keyboard";

export type CellFocusInput = {
  rows: number;
  columns: number;
  pageRows: number;
  /** Enter or Space on a cell, or a click on it; row -1 is the header. */
  act: (cell: GridCell, shift: boolean) => void;
  scrollTo: (row: number) => void;
};

function cellOf(target: EventTarget | null): GridCell | null {
  const mark = target instanceof Element ? target.closest<HTMLElement>("[data-cell]")?.dataset.cell : undefined;
  const [row, column] = (mark ?? "").split(":").map(Number);
  return row === undefined || column === undefined || mark === undefined ? null : { row, column };
}

/** One tab stop for a whole grid, moved by the arrow keys (grid pattern of the ARIA Authoring Practices). */
export function useCellFocus(input: CellFocusInput) {
  const [active, setActive] = useState<GridCell>({ row: -1, column: 0 });
  const [focusWanted, setFocusWanted] = useState(0);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      // A link or button of a cell that has the focus itself answers by its own click.
      const onControl = event.target instanceof Element && event.target.closest("a, button") !== null;
      if (onControl) return;
      event.preventDefault();
      return input.act(active, event.shiftKey);
    }
    const next = nextCell(active, input, event);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    setFocusWanted((count) => count + 1);
    if (next.row >= 0) input.scrollTo(next.row);
  };

  const onClick = (event: MouseEvent) => {
    const cell = cellOf(event.target);
    if (cell === null) return;
    setActive(cell);
    const onLink = event.target instanceof Element && event.target.closest("a") !== null;
    if (!onLink) input.act(cell, event.shiftKey);
  };

  const onFocus = (event: { target: EventTarget | null }) => {
    const cell = cellOf(event.target);
    if (cell !== null && (cell.row !== active.row || cell.column !== active.column)) setActive(cell);
  };

  return { active, focusWanted, onKeyDown, onClick, onFocus };
}
