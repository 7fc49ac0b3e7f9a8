"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { apiFetch } from "@/lib/client/api";
import { ApiProblem, toClientProblem } from "@/lib/client/api-problem";
import { useReplay } from "@/lib/client/api-replay";
import { api, pages } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import type { RolloutPreflight, RolloutView, StartRolloutInput } from "@/lib/domain/rollout/api";
import { type StaleDiff, staleDiff } from "./stale-diff";

export type StartArgs = {
  /** The checks as they are now: they take the place of those that the operator saw. */
  onStale: (now: RolloutPreflight) => void;
  /** The portal has taken the start. */
  onStarted: () => void;
};

/** The roll-out that a repeated start made; the form that sent it may be another than the one that is open now. */
function idOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" ? value.id : null;
}

/** The checks inside a 409: Azure was another when the start came, so nothing was started. */
function stalePreflightOf(error: unknown): RolloutPreflight | null {
  if (!(error instanceof ApiProblem) || error.problem.status !== 409) return null;
  const problem: object = error.problem;
  if (!("preflight" in problem) || typeof problem.preflight !== "object" || problem.preflight === null) return null;
  // The portal's own API wrote it; its shape is StaleRolloutPreflight of lib/domain/rollout/api.ts.
  return problem.preflight as RolloutPreflight;
}

/** Without an answer, or after an answer of failure, the roll-out may exist: it is looked for instead of sent anew. */
export function mayHaveBegun(problem: Problem): boolean {
  return problem.status === 0 || problem.status >= 500;
}

/**
 * Starts the roll-out and goes to its page. When Azure has changed since the checks, what differs is told. A start that had to
 * wait for a new sign-in arrives here when it comes back.
 */
export function useStart({ onStale, onStarted }: StartArgs) {
  const router = useRouter();
  const replay = useReplay(api.rollouts());
  const [stale, setStale] = useState<StaleDiff | null>(null);
  const goOn = (id: string) => {
    onStarted();
    router.push(pages.rollout(id));
  };
  const start = useMutation({
    mutationFn: ({ input }: { input: StartRolloutInput; seen: RolloutPreflight }) => {
      setStale(null);
      return apiFetch<RolloutView>(api.rollouts(), { method: "POST", body: input });
    },
    onSuccess: (_, { input }) => goOn(input.id),
    onError: (error, { seen }) => {
      const now = stalePreflightOf(error);
      if (now === null) return;
      setStale(staleDiff(seen, now));
      onStale(now);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way on is taken once, when the repeated start is done.
  useEffect(() => {
    const id = replay.kind === "done" ? idOf(replay.value) : null;
    if (id !== null) goOn(id);
  }, [replay.kind]);
  const failed = start.error === null || stalePreflightOf(start.error) !== null ? null : toClientProblem(start.error);
  const problem = replay.kind === "failed" ? replay.problem : failed;
  return {
    start: start.mutate,
    starting: start.isPending || replay.kind === "running" || replay.kind === "done",
    replaying: replay.kind === "running",
    dropped: replay.kind === "dropped",
    problem,
    stale,
  };
}
