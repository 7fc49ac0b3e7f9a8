"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { apiFetch } from "@/lib/client/api";
import { useDebounced } from "@/lib/client/use-debounced";
import { useWho } from "@/lib/client/use-who";
import { api } from "@/lib/config/routes";
import type { AuditChainState, AuditPage } from "@/lib/domain/api";
import { type AuditFilterState, auditQueryText } from "./use-audit-filter";

const CHAIN_EVERY_MS = 60_000;

/** Pages of entries, newest first. What was read stays on the screen while another filter is read. */
export function useAudit(filter: AuditFilterState) {
  const who = useWho();
  const query = useDebounced(auditQueryText(filter));
  return useInfiniteQuery({
    queryKey: ["audit", who, query],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === null ? "" : `${query === "" ? "" : "&"}cursor=${pageParam}`;
      const text = `${query}${cursor}`;
      return apiFetch<AuditPage>(text === "" ? api.audit() : `${api.audit()}?${text}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    enabled: who !== "",
  });
}

export function useChain() {
  const who = useWho();
  return useQuery({
    queryKey: ["audit-chain", who],
    queryFn: ({ signal }) => apiFetch<AuditChainState>(api.auditChain(), { signal, background: true }),
    refetchInterval: CHAIN_EVERY_MS,
    enabled: who !== "",
  });
}
