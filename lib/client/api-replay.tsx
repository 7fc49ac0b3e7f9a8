"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { Problem } from "@/lib/domain/errors";
import { type ApiInit, apiFetch } from "./api";
import { takePending } from "./api-pending";
import { toClientProblem } from "./api-problem";
import { useAuth } from "./auth-provider";

export type Replay =
  | { kind: "none" }
  | { kind: "running"; path: string }
  | { kind: "done"; path: string; value: unknown }
  | { kind: "failed"; path: string; problem: Problem }
  /** The person refused the stronger sign-in, so the write was dropped. */
  | { kind: "dropped"; path: string };

const ReplayContext = createContext<Replay>({ kind: "none" });

const METHODS: readonly NonNullable<ApiInit["method"]>[] = ["POST", "PATCH", "PUT", "DELETE"];

/** After a step-up: sends the write again that had to wait for it, once. */
export function ApiReplayProvider({ children }: { children: ReactNode }) {
  const { state } = useAuth();
  const [replay, setReplay] = useState<Replay>({ kind: "none" });
  const taken = useRef(false);
  const client = useQueryClient();

  useEffect(() => {
    if (state.kind !== "signedIn" || taken.current) return;
    taken.current = true;
    const pending = takePending(state.account, Date.now());
    const method = METHODS.find((known) => known === pending?.method);
    if (pending === null || method === undefined) return;
    const { path } = pending;
    if (state.failure !== undefined) return setReplay({ kind: "dropped", path });
    setReplay({ kind: "running", path });
    apiFetch<unknown>(path, { method, ...(pending.body === undefined ? {} : { body: pending.body }) }).then(
      (value) => {
        setReplay({ kind: "done", path, value });
        // The page has read its data while the write was under way.
        void client.invalidateQueries();
      },
      (error: unknown) => setReplay({ kind: "failed", path, problem: toClientProblem(error) }),
    );
  }, [state, client]);

  return <ReplayContext value={replay}>{children}</ReplayContext>;
}

/** What became of the write that was repeated after a step-up, whichever page sent it. */
export function useAnyReplay(): Replay {
  return useContext(ReplayContext);
}

/** What became of the write of this API path that was repeated after a step-up. */
export function useReplay(path: string): Replay {
  const replay = useContext(ReplayContext);
  return replay.kind !== "none" && replay.path === path ? replay : { kind: "none" };
}
