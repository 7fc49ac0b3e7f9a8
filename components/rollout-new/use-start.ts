"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { useReplay } from "@/lib/client/api-replay";
import { readStored, removeStored, writeStored } from "@/lib/client/session-store";
import { api, pages } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import type { RolloutPreflight, RolloutView, StartRolloutInput } from "@/lib/domain/rollout/api";
import { isSeenVerdicts, type StaleDiff, seenVerdicts, staleDiff } from "./stale-diff";

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

function problemOf(error: unknown): Problem | null {
  return error === null ? null : toClientProblem(error);
}

/** The checks inside a 409: Azure was another when the start came, so nothing was started. */
function stalePreflightOf(problem: Problem | null): RolloutPreflight | null {
  if (problem === null || problem.status !== 409) return null;
  if (!("preflight" in problem) || typeof problem.preflight !== "object" || problem.preflight === null) return null;
  // The portal's own API wrote it; its shape is StaleRolloutPreflight of lib/domain/rollout/api.ts.
  return problem.preflight as RolloutPreflight;
}

/** What the operator saw when the start was sent: it may come back as a 409 from a repeat after a sign-in, on a page loaded anew. */
const SEEN = "rolloutSeen";

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
  const [stale, setStale] = useState<StaleDiff | "unknown" | null>(null);
  const goOn = (id: string) => {
    onStarted();
    router.push(pages.rollout(id));
  };
  const tellStale = (now: RolloutPreflight | null) => {
    if (now === null) return;
    const seen = readStored(SEEN, isSeenVerdicts);
    setStale(seen === null ? "unknown" : staleDiff(seen, seenVerdicts(now)));
    onStale(now);
  };
  const start = useMutation({
    mutationFn: ({ input, seen }: { input: StartRolloutInput; seen: RolloutPreflight }) => {
      setStale(null);
      writeStored(SEEN, seenVerdicts(seen));
      return apiFetch<RolloutView>(api.rollouts(), { method: "POST", body: input });
    },
    onSuccess: (_, { input }) => goOn(input.id),
    onError: (error) => tellStale(stalePreflightOf(problemOf(error))),
    onSettled: () => removeStored(SEEN),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what became of the repeated start is taken once.
  useEffect(() => {
    const id = replay.kind === "done" ? idOf(replay.value) : null;
    if (id !== null) goOn(id);
    if (replay.kind === "failed") tellStale(stalePreflightOf(replay.problem));
    if (replay.kind === "done" || replay.kind === "failed") removeStored(SEEN);
  }, [replay.kind]);
  // The next start says what became of it by itself.
  const replayed = replay.kind === "failed" && start.isIdle ? replay.problem : null;
  const refused = problemOf(start.error) ?? replayed;
  const problem = stalePreflightOf(refused) === null ? refused : null;
  return {
    start: start.mutate,
    starting: start.isPending || replay.kind === "running" || replay.kind === "done",
    replaying: replay.kind === "running",
    dropped: replay.kind === "dropped",
    problem,
    /** What the refused start would have started; null where the page was loaded anew since. */
    sent: start.variables?.input ?? null,
    stale,
  };
}
