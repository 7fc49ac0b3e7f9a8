import type { GridColumn } from "@/lib/client/fleet-columns";
import type { Density } from "@/lib/client/url-state";

export const COLUMN_WIDTH: Readonly<Record<GridColumn | "select", number>> = {
  select: 40,
  name: 180,
  status: 124,
  identity: 128,
  certificate: 272,
  os: 216,
  build: 108,
  signIn: 132,
  join: 120,
  domain: 156,
  agent: 128,
  subscription: 168,
  group: 152,
  region: 116,
  tags: 220,
  changed: 124,
};

export const ROW_HEIGHT: Readonly<Record<Density, number>> = { comfortable: 36, compact: 28 };
export const HEADER_HEIGHT = 36;
export const CARD_HEIGHT = 132;

/** The columns that begin within a width; the others are out of sight until somebody scrolls. */
export function columnsWithin(columns: readonly GridColumn[], width: number): readonly GridColumn[] {
  let left = COLUMN_WIDTH.select;
  const count = columns.findIndex((column) => {
    const isBeyond = left >= width;
    left += COLUMN_WIDTH[column];
    return isBeyond;
  });
  return count === -1 ? columns : columns.slice(0, count);
}

export function gridTemplate(columns: readonly GridColumn[]): { template: string; width: number } {
  const widths = [COLUMN_WIDTH.select, ...columns.map((column) => COLUMN_WIDTH[column])];
  return { template: widths.map((width) => `${width}px`).join(" "), width: widths.reduce((sum, width) => sum + width, 0) };
}
