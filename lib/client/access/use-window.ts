"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { AccessBackend } from "./access-session";
import { getAccess, useAccessStatus } from "./use-access";

const WINDOW = 80;
const AHEAD = 40;
const KEEP = 800;

export type Windowed<Row> = { shown: number; from: number; rows: readonly Row[] };

export type WindowPorts<Row, View extends Windowed<Row>> = {
  /** Asks the question; null when there is nothing to ask yet. */
  query: (backend: AccessBackend, from: number, size: number) => Promise<View | null>;
  /** More rows of the last question. */
  rows: (backend: AccessBackend, from: number, size: number) => Promise<Row[]>;
};

export type WindowHandle<Row, View> = {
  view: View | null;
  /** The row at a position; undefined while it is on its way. */
  rowAt: (position: number) => Row | undefined;
  /** Asks for the rows that are about to be seen. */
  show: (from: number, to: number) => void;
  /** Every row of the question, for a file. */
  all: () => Promise<Row[]>;
};

/** The rows of one question of any length, of which only those near the screen are kept here. `key` names the question. */
export function useWindow<Row, View extends Windowed<Row>>(key: string, ports: WindowPorts<Row, View>): WindowHandle<Row, View> {
  const { version } = useAccessStatus();
  const [view, setView] = useState<View | null>(null);
  const [rows, setRows] = useState<ReadonlyMap<number, Row>>(new Map());
  const shown = useRef({ from: 0, to: WINDOW });
  const generation = useRef(0);
  const asked = useRef(new Set<number>());
  const lastKey = useRef(key);
  const latest = useRef(ports);
  latest.current = ports;

  useEffect(() => {
    if (version === 0) return;
    const mine = ++generation.current;
    if (lastKey.current !== key) shown.current = { from: 0, to: WINDOW };
    lastKey.current = key;
    const from = Math.max(0, shown.current.from - AHEAD);
    const size = Math.max(WINDOW, shown.current.to - from + AHEAD);
    void getAccess()
      .backend()
      .then((backend) => latest.current.query(backend, from, size))
      .then((next) => {
        if (mine !== generation.current) return;
        asked.current.clear();
        setView(next);
        setRows(new Map(next?.rows.map((row, index) => [next.from + index, row])));
      });
  }, [key, version]);

  const fetchRows = useCallback(async (from: number, size: number) => {
    const mine = generation.current;
    const backend = await getAccess().backend();
    const fetched = await latest.current.rows(backend, from, size);
    if (mine !== generation.current) return;
    setRows((known) => {
      const next = known.size > KEEP ? new Map<number, Row>() : new Map(known);
      for (const [index, row] of fetched.entries()) next.set(from + index, row);
      return next;
    });
  }, []);

  const show = useCallback(
    (from: number, to: number) => {
      shown.current = { from, to };
      for (let block = Math.floor(from / AHEAD); block <= Math.floor(to / AHEAD); block += 1) {
        const start = block * AHEAD;
        if (asked.current.has(block) || (rows.has(start) && rows.has(Math.min(to, start + AHEAD - 1)))) continue;
        asked.current.add(block);
        void fetchRows(start, AHEAD).finally(() => asked.current.delete(block));
      }
    },
    [rows, fetchRows],
  );

  const all = useCallback(async () => {
    const backend = await getAccess().backend();
    const found = await latest.current.query(backend, 0, Number.MAX_SAFE_INTEGER);
    return [...(found?.rows ?? [])];
  }, []);

  return { view, rowAt: (position) => rows.get(position), show, all };
}
