"use client";

import { useMemo, useState } from "react";

const STEP = 100;

/** Rows of a table that are chosen by key, and how many of them are drawn. */
export function useSelection<Row>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const [limit, setLimit] = useState(STEP);
  const chosen = useMemo(() => rows.filter((row) => keys.has(keyOf(row))), [rows, keys, keyOf]);
  const shown = rows.slice(0, limit);

  function toggle(key: string): void {
    const next = new Set(keys);
    if (!next.delete(key)) next.add(key);
    setKeys(next);
  }

  function toggleAll(of: readonly Row[]): void {
    const next = new Set(keys);
    const on = of.some((row) => !keys.has(keyOf(row)));
    for (const row of of) {
      if (on) next.add(keyOf(row));
      else next.delete(keyOf(row));
    }
    setKeys(next);
  }

  return {
    has: (key: string) => keys.has(key),
    chosen,
    shown,
    hidden: rows.length - shown.length,
    toggle,
    toggleAll,
    showMore: () => setLimit(limit + STEP),
    clear: () => setKeys(new Set()),
  };
}
