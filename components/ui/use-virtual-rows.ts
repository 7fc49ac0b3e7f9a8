"use client";

import {
  defaultRangeExtractor,
  elementScroll,
  type Range,
  type Rect,
  useVirtualizer,
  type Virtualizer,
} from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useState } from "react";

const OVERSCAN = 5;

/** The part of the window's height and width that a grid usually has. */
export const USUAL_SHARE = 0.7;

/** As the virtualizer's own, without asking for the size at once, which makes the browser lay out the page in the middle of a drawing. */
function observeSize({ scrollElement }: Virtualizer<HTMLDivElement, Element>, tell: (size: Rect) => void): () => void {
  if (scrollElement === null || typeof ResizeObserver === "undefined") return () => undefined;
  const observer = new ResizeObserver(() => tell({ width: scrollElement.clientWidth, height: scrollElement.clientHeight }));
  observer.observe(scrollElement);
  return () => observer.disconnect();
}

const known = new WeakSet<Element>();

/** As the virtualizer's own; a grid that has just been drawn stands at its beginning already. */
function scroll(offset: number, options: ScrollOptions, virtualizer: Virtualizer<HTMLDivElement, Element>): void {
  const { scrollElement } = virtualizer;
  const isNew = scrollElement !== null && !known.has(scrollElement);
  if (isNew) known.add(scrollElement);
  if (!isNew || offset !== 0) elementScroll(offset, options, virtualizer);
}

export type VirtualRowsInput = {
  scroller: RefObject<HTMLDivElement | null>;
  count: number;
  rowHeight: number;
  headerHeight: number;
  /** For the first drawing: no rows beyond the edges. */
  inSightOnly?: boolean;
  /** The active row, which exists wherever it is; -1 = none. */
  kept: number;
  /** Asks for the data of the rows that come into view. */
  show: (from: number, to: number) => void;
};

/** The rows of a grid of any length that are near the screen, and the active one. */
export function useVirtualRows(input: VirtualRowsInput) {
  const { scroller, count, rowHeight, headerHeight, inSightOnly = false, kept, show } = input;
  // A new function for each active row: the virtualizer computes its rows again only when this one changes.
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (kept < 0 || kept >= range.count || indexes.includes(kept)) return indexes;
      return [...indexes, kept].sort((a, b) => a - b);
    },
    [kept],
  );
  // Close enough for the first rows to be drawn with the grid, and not after a measurement of it. Asked once: it costs a layout.
  const [initialRect] = useState(() => ({
    width: 0,
    height: typeof window === "undefined" ? 0 : window.innerHeight * USUAL_SHARE,
  }));
  const virtualizer = useVirtualizer({
    count,
    initialRect,
    observeElementRect: observeSize,
    scrollToFn: scroll,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: inSightOnly ? 0 : OVERSCAN,
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
