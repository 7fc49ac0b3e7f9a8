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
  /** Runs the checks once more; null where they cannot run. */
  checkAgain: () => Promise<RolloutPreflight | null>;
  /** The portal has taken the start. */
  onStarted: () => void;
};

/** What stands in the way of a start. */
export type StartTrouble = { problem: Problem; rolloutId: string | null };

/** The roll-out that a repeated start made; the form that sent it may be another than the one that is open now. */
function idOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" ? value.id : null;
}

/** Without an answer, or after an answer of failure, the roll-out may exist: it is looked for instead of sent anew. */
export function mayHaveBegun(problem: Problem): boolean {
  return problem.status === 0 || problem.status >= 500;
}

/**
 * Starts the roll-out and goes to its page. When Azure has changed since the checks, they run again and what differs is told. A
 * start that had to wait for a new sign-in arrives here when it comes back.
 */
export function useStart({ checkAgain, onStarted }: StartArgs) {
  const router = useRouter();
  const replay = useReplay(api.rollouts());
  const [stale, setStale] = useState<StaleDiff | null>(null);
  const goOn = (id: string) => {
    onStarted();
    router.push(pages.rollout(id));
  };
  const start = useMutation({
    mutationFn: async ({ input, seen }: { input: StartRolloutInput; seen: RolloutPreflight }) => {
      setStale(null);
      try {
        return await apiFetch<RolloutView>(api.rollouts(), { method: "POST", body: input });
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.problem.status !== 409) throw error;
        const now = await checkAgain();
        if (now === null || now.stamp === seen.stamp) throw error;
        setStale(staleDiff(seen, now));
        return null;
      }
    },
    onSuccess: (view, { input }) => {
      if (view !== null) goOn(input.id);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way on is taken once, when the repeated start is done.
  useEffect(() => {
    const id = replay.kind === "done" ? idOf(replay.value) : null;
    if (id !== null) goOn(id);
  }, [replay.kind]);
  const problem = replay.kind === "failed" ? replay.problem : start.error === null ? null : toClientProblem(start.error);
  return {
    start: start.mutate,
    starting: start.isPending || replay.kind === "running" || replay.kind === "done",
    replaying: replay.kind === "running",
    dropped: replay.kind === "dropped",
    problem,
    stale,
  };
}
