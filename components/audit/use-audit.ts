"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { apiFetch } from "@/lib/client/api";
import { useSession } from "@/lib/client/session";
import { api } from "@/lib/config/routes";
import type { AuditChainState, AuditPage } from "@/lib/domain/api";
import { type AuditFilterState, auditQueryText } from "./use-audit-filter";

const SETTLE_MS = 250;
const CHAIN_EVERY_MS = 60_000;

/** The filter once typing has paused, so that a name does not cost one request per letter. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function useWho(): string {
  const { account } = useSession();
  return account === null ? "" : `${account.tenantId}/${account.objectId}`;
}

/** Pages of entries, newest first. What was read stays on the screen while another filter is read. */
export function useAudit(filter: AuditFilterState) {
  const who = useWho();
  const query = useSettled(auditQueryText(filter));
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
