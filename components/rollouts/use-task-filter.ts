"use client";

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useCallback } from "react";
import { GROUP_STATES, TASK_GROUPS, type TaskGroup } from "@/lib/client/rollout-counts";
import { CAUSE_KINDS, type CauseKind } from "@/lib/domain/rollout/types";

const parsers = {
  state: parseAsStringLiteral(TASK_GROUPS),
  cause: parseAsStringLiteral(CAUSE_KINDS),
  code: parseAsString.withDefault(""),
  wave: parseAsInteger,
  search: parseAsString.withDefault(""),
  /** Position of the machine whose log is open. */
  machine: parseAsInteger,
};

export type TaskFilter = {
  state: TaskGroup | null;
  cause: CauseKind | null;
  code: string;
  wave: number | null;
  search: string;
};

export const NO_FILTER: TaskFilter = { state: null, cause: null, code: "", wave: null, search: "" };

/** Filter and open log of the list of machines; they live in the address, so that a view can be sent to a colleague. */
export function useTaskFilter() {
  const [{ machine, ...filter }, set] = useQueryStates(parsers, { clearOnDefault: true });
  const setMachine = useCallback((position: number | null) => void set({ machine: position }), [set]);
  return {
    filter: filter satisfies TaskFilter,
    machine,
    setFilter: (change: Partial<TaskFilter>) => void set(change),
    setMachine,
  };
}

export function isFiltered(filter: TaskFilter): boolean {
  return filter.state !== null || filter.cause !== null || filter.code !== "" || filter.wave !== null || filter.search !== "";
}

/** Query text of the API for a filter. States of one group travel together. */
export function taskQueryText(filter: TaskFilter): string {
  const asked = {
    state: filter.state === null ? "" : GROUP_STATES[filter.state].join(","),
    cause: filter.cause ?? "",
    code: filter.code,
    wave: filter.wave === null ? "" : String(filter.wave),
    search: filter.search.trim(),
  };
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== "")).toString();
}
