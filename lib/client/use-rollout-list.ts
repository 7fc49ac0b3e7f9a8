"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/config/routes";
import type { RolloutList } from "@/lib/domain/rollout/api";
import { apiFetch } from "./api";
import { isRolloutOver } from "./rollout-counts";
import { useSession } from "./session";

const ACTIVE_MS = 5_000;
const QUIET_MS = 30_000;

/** The roll-outs that the operator may see, asked for again while one of them is under way. */
export function useRolloutList() {
  const { account } = useSession();
  return useQuery({
    queryKey: ["rollouts", account?.objectId ?? "", account?.tenantId ?? ""],
    queryFn: ({ signal }) => apiFetch<RolloutList>(api.rollouts(), { signal }),
    enabled: account !== null,
    // Who comes back to the list may come from a roll-out that it does not hold yet.
    staleTime: 0,
    refetchInterval: ({ state: { data } }) =>
      data?.rollouts.some(({ state }) => !isRolloutOver(state)) === true ? ACTIVE_MS : QUIET_MS,
  });
}
