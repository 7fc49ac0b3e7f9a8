"use client";

import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiFetch } from "@/lib/client/api";
import type { HandedTargets } from "@/lib/client/rollout-targets";
import { api } from "@/lib/config/routes";
import type { RolloutPreflight, RolloutPreflightInput } from "@/lib/domain/rollout/api";
import type { RolloutPlan, Work } from "@/lib/domain/rollout/types";

export type PreflightAsked = { work: Work; targets: HandedTargets; plan: RolloutPlan };

/** Only what changes a verdict: the waves and the pace of a plan do not, and ten thousand machines are read in seconds, not at once. */
function keyOf({ work, targets, plan }: PreflightAsked): readonly string[] {
  return ["rolloutPreflight", targets.id, JSON.stringify(work), JSON.stringify(plan.grant)];
}

function ask({ work, targets, plan }: PreflightAsked, signal?: AbortSignal): Promise<RolloutPreflight> {
  const body: RolloutPreflightInput = { work, targets: targets.choice, plan };
  return apiFetch<RolloutPreflight>(api.rolloutPreflight(), {
    method: "POST",
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** All targets, read and judged by the server. Asked once for the same work and targets, until it is asked again. */
export function useRolloutPreflight(asked: PreflightAsked | null) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: asked === null ? ["rolloutPreflight"] : keyOf(asked),
    queryFn: ({ signal }) => (asked === null ? Promise.reject(new Error("Nothing to ask.")) : ask(asked, signal)),
    enabled: asked !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
  });
  return { query, refresh: () => (asked === null ? Promise.resolve(null) : askAnew(client, asked)) };
}

/** The same checks once more, now; what they find takes the place of what was shown. */
async function askAnew(client: QueryClient, asked: PreflightAsked): Promise<RolloutPreflight> {
  const found = await ask(asked);
  client.setQueryData(keyOf(asked), found);
  return found;
}
