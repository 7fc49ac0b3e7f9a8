"use client";

import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect } from "react";

const OVERSCAN = 5;

export type VirtualRowsInput = {
  scroller: RefObject<HTMLDivElement | null>;
  count: number;
  rowHeight: number;
  headerHeight: number;
  /** The active row, which exists wherever it is; -1 = none. */
  kept: number;
  /** Asks for the data of the rows that come into view. */
  show: (from: number, to: number) => void;
};

/** The rows of a grid of any length that are near the screen, and the active one. */
export function useVirtualRows({ scroller, count, rowHeight, headerHeight, kept, show }: VirtualRowsInput) {
  // A new function for each active row: the virtualizer computes its rows again only when this one changes.
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (kept < 0 || kept >= range.count || indexes.includes(kept)) return indexes;
      return [...indexes, kept].sort((a, b) => a - b);
    },
    [kept],
  );
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollPaddingStart: headerHeight,
    rangeExtractor,
  });
  // The row height is part of the virtualizer's cache, which does not see a change of density by itself.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `rowHeight` is what must trigger the measurement.
  useEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);

  // Not from the items: the active row is among them wherever it is.
  const first = Math.max(0, (virtualizer.range?.startIndex ?? 0) - OVERSCAN);
  const last = Math.min(count - 1, (virtualizer.range?.endIndex ?? 0) + OVERSCAN);
  useEffect(() => {
    if (count > 0) show(first, last);
  }, [first, last, show, count]);

  return virtualizer;
}

/** Rows of one page of a grid, for Page Up and Page Down. */
export function pageRows(scroller: RefObject<HTMLDivElement | null>, headerHeight: number, rowHeight: number): number {
  return Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 400) - headerHeight) / rowHeight) - 1);
}
