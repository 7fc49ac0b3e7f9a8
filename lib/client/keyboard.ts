/** A cell of a grid: row -1 is the header. */
export type GridCell = { row: number; column: number };
export type GridSize = {
  rows: number;
  columns: number;
  /** Rows of one page, asked for when a key needs it. */
  pageRows: () => number;
};

export type GridKey = { key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean };

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/**
 * Where a key moves to in a grid, or null when the key does not move. Follows the grid pattern of the ARIA Authoring
 * Practices: arrows, Home and End in the row, with Control in the grid, Page Up and Page Down by what is visible.
 */
export function nextCell(cell: GridCell, size: GridSize, key: GridKey): GridCell | null {
  if (key.altKey) return null;
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const control = key.ctrlKey || key.metaKey;
  const to = (row: number, column: number): GridCell => ({
    row: clamp(row, -1, last.row),
    column: clamp(column, 0, last.column),
  });
  switch (key.key) {
    case "ArrowDown":
      return to(cell.row + 1, cell.column);
    case "ArrowUp":
      return to(cell.row - 1, cell.column);
    case "ArrowRight":
      return to(cell.row, cell.column + 1);
    case "ArrowLeft":
      return to(cell.row, cell.column - 1);
    case "Home":
      return control ? to(Math.min(0, last.row), 0) : to(cell.row, 0);
    case "End":
      return control ? to(last.row, last.column) : to(cell.row, last.column);
    case "PageDown":
      return to(cell.row + size.pageRows(), cell.column);
    case "PageUp":
      return to(Math.max(Math.min(0, last.row), cell.row - size.pageRows()), cell.column);
    default:
      return null;
  }
}
