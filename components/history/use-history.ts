"use client";

import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { apiFetch } from "@/lib/client/api";
import { useDebounced } from "@/lib/client/use-debounced";
import { useSeesAll } from "@/lib/client/use-sees-all";
import { useWho } from "@/lib/client/use-who";
import { api } from "@/lib/config/routes";
import type { AuditChainState } from "@/lib/domain/api";
import type { HistoryOn, HistoryPage, HistoryReport, HistorySweepStarted } from "@/lib/domain/elevation/history/api";
import { HISTORY_KINDS } from "@/lib/domain/elevation/history/types";

const MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const EVERY_MS = 60_000;
const FIRST_MS = 4_000;
const AFTER_SWEEP_MS = 3_000;

const parsers = {
  person: parseAsString.withDefault(""),
  role: parseAsString.withDefault(""),
  scope: parseAsString.withDefault(""),
  machine: parseAsString.withDefault(""),
  kind: parseAsStringLiteral(HISTORY_KINDS),
  /** Minutes in UTC as a datetime-local field writes them. */
  from: parseAsString.withDefault(""),
  to: parseAsString.withDefault(""),
};

export type HistoryFilterState = {
  person: string;
  role: string;
  scope: string;
  machine: string;
  kind: (typeof HISTORY_KINDS)[number] | null;
  from: string;
  to: string;
};

export const NO_FILTER: HistoryFilterState = { person: "", role: "", scope: "", machine: "", kind: null, from: "", to: "" };

/** The filter of the page; it lives in the address, so that a view can be sent to a colleague. */
export function useHistoryFilter(): [HistoryFilterState, (change: Partial<HistoryFilterState>) => void] {
  const [filter, set] = useQueryStates(parsers, { clearOnDefault: true });
  return [filter, (change) => void set(change)];
}

export function isFiltered(filter: HistoryFilterState): boolean {
  return Object.values(filter).some((value) => value !== null && value !== "");
}

/** Query text of the API for a filter. A half-typed time is left out instead of being refused. */
export function historyQueryText(filter: HistoryFilterState, extra: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | null) => {
    if (value !== null && value.trim() !== "") query.set(name, value.trim());
  };
  for (const name of ["person", "role", "scope", "machine", "kind"] as const) put(name, filter[name]);
  if (MINUTE.test(filter.from)) put("from", `${filter.from}:00Z`);
  if (MINUTE.test(filter.to)) put("to", `${filter.to}:59.999Z`);
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  return query.toString();
}

/** Pages of events, newest first. What was read stays on the screen while another filter is read. */
export function useHistory(filter: HistoryFilterState) {
  const who = useWho();
  const query = useDebounced(historyQueryText(filter));
  return useInfiniteQuery({
    queryKey: ["history", who, query],
    queryFn: ({ pageParam, signal }) => {
      const parts = [query, pageParam === null ? "" : `cursor=${encodeURIComponent(pageParam)}`].filter((part) => part !== "");
      return apiFetch<HistoryPage>(parts.length === 0 ? api.history() : `${api.history()}?${parts.join("&")}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    // A first reading is done in seconds; nobody should look at an empty page for a minute because of it.
    refetchInterval: ({ state }) => (state.data?.pages[0]?.coverage.from === null ? FIRST_MS : EVERY_MS),
    enabled: who !== "",
  });
}

export function useHistoryChain() {
  const who = useWho();
  return useQuery({
    queryKey: ["history-chain", who],
    queryFn: ({ signal }) => apiFetch<AuditChainState>(api.historyChain(), { signal, background: true }),
    refetchInterval: EVERY_MS,
    enabled: who !== "",
  });
}

/** Asks for a reading now and loads the page again when it can have ended. */
export function useSweepNow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiFetch<HistorySweepStarted>(api.historySweep(), { method: "POST" }),
    onSuccess: async () => {
      await new Promise((resolve) => setTimeout(resolve, AFTER_SWEEP_MS));
      await client.invalidateQueries({ queryKey: ["history"] });
    },
  });
}

/** Only who sees everybody is let ask: the answer cannot be cut down to one person. */
export function useHistoryOn(machine: string, date: string) {
  const who = useWho();
  const seesAll = useSeesAll();
  const query = new URLSearchParams({ machine, date });
  return useQuery({
    queryKey: ["history-on", who, machine, date],
    queryFn: ({ signal }) => apiFetch<HistoryOn>(`${api.historyOn()}?${query}`, { signal }),
    enabled: who !== "" && seesAll === true && machine !== "" && DATE.test(date),
  });
}

/** As above: not asked for who would be refused. */
export function useReport(week: string) {
  const who = useWho();
  const seesAll = useSeesAll();
  return useQuery({
    queryKey: ["history-report", who, week],
    queryFn: ({ signal }) => apiFetch<HistoryReport>(api.historyReport(week), { signal }),
    enabled: who !== "" && seesAll === true,
  });
}
