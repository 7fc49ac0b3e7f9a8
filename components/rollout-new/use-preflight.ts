"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { apiFetch } from "@/lib/client/api";
import type { HandedTargets } from "@/lib/client/rollout-targets";
import { api } from "@/lib/config/routes";
import type { RolloutActor, RolloutPreflight, RolloutPreflightInput } from "@/lib/domain/rollout/api";
import type { RolloutPlan, Work } from "@/lib/domain/rollout/types";

export type PreflightAsked = { work: Work; targets: HandedTargets; plan: RolloutPlan; actsAs: RolloutActor };

/** Only what changes a verdict: ten thousand machines are read in seconds, so not again for every wave that is moved. */
function keyOf({ work, targets, plan, actsAs }: PreflightAsked): readonly string[] {
  return ["rolloutPreflight", targets.id, JSON.stringify({ work, grant: plan.grant, removes: plan.removeFailed, actsAs })];
}

/** All targets, read and judged by the server. Asked once for the same work and targets, until it is asked again. `sent`: what was asked last. */
export function useRolloutPreflight(asked: PreflightAsked | null) {
  const client = useQueryClient();
  const sent = useRef<PreflightAsked | null>(null);
  const query = useQuery({
    queryKey: asked === null ? ["rolloutPreflight"] : keyOf(asked),
    queryFn: ({ signal }) => {
      if (asked === null) return Promise.reject(new Error("Nothing to ask."));
      const { work, targets, plan, actsAs } = asked;
      sent.current = asked;
      const body: RolloutPreflightInput = { work, targets: targets.choice, plan, actsAs };
      return apiFetch<RolloutPreflight>(api.rolloutPreflight(), { method: "POST", body, signal });
    },
    enabled: asked !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
  });
  /** Puts newer checks of the same question in the place of those that are shown. */
  const replace = (found: RolloutPreflight) => {
    if (asked !== null) client.setQueryData(keyOf(asked), found);
  };
  return { query, replace, sent: sent.current };
}
