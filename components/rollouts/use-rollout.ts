"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { isRolloutOver } from "@/lib/client/rollout-counts";
import { openEventStream } from "@/lib/client/sse";
import { api } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import type {
  RolloutActionInput,
  RolloutActionResult,
  RolloutReport,
  RolloutTemplates,
  RolloutView,
  TaskDetail,
  TaskPage,
} from "@/lib/domain/rollout/api";
import { ROLLOUT_STATES } from "@/lib/domain/rollout/types";

const WITHOUT_STREAM_MS = 4_000;
const WITH_STREAM_MS = 30_000;
const LOOKS_BEFORE_GIVING_UP = 5;
/** The list of machines follows the counts, but not every one of their steps. */
const TASKS_AGAIN_MS = 2_000;

const rolloutKey = (id: string) => ["rollout", id.toLowerCase()] as const;

/** Answers overtake each other: a view that is older than the shown one is dropped. */
export function newest(shown: unknown, next: unknown): unknown {
  const asOf = (value: unknown) => (isView(value) ? Date.parse(value.asOf) : Number.NaN);
  return asOf(shown) > asOf(next) ? shown : next;
}

function isView(value: unknown): value is RolloutView {
  if (typeof value !== "object" || value === null) return false;
  if (!("id" in value && "asOf" in value && "state" in value && "counts" in value)) return false;
  return ROLLOUT_STATES.some((state) => state === value.state);
}

/** An event of the stream, or null for anything else that a proxy may have put into it. */
export function readView(data: string): RolloutView | null {
  try {
    const value: unknown = JSON.parse(data);
    return isView(value) ? value : null;
  } catch {
    return null;
  }
}

/** A roll-out as it goes on: by the event stream, and by asking again while the stream is away. */
export function useRollout(id: string) {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  const [refused, setRefused] = useState<Problem | null>(null);
  const query = useQuery({
    queryKey: rolloutKey(id),
    queryFn: ({ signal }) => apiFetch<RolloutView>(api.rollout(id), { signal }),
    structuralSharing: newest,
    retry: false,
    refetchInterval: ({ state: { data, errorUpdateCount } }) => {
      // Right after the start was sent, or repeated after a sign-in, the store may not have it yet.
      if (data === undefined)
        return errorUpdateCount > 0 && errorUpdateCount < LOOKS_BEFORE_GIVING_UP ? WITHOUT_STREAM_MS : false;
      return connected || isRolloutOver(data.state) ? WITH_STREAM_MS : WITHOUT_STREAM_MS;
    },
  });
  const live = query.data !== undefined && !isRolloutOver(query.data.state);
  useEffect(() => {
    if (!live) return;
    return openEventStream(api.rolloutEvents(id), {
      onMessage: ({ data }) => {
        const view = readView(data);
        if (view !== null && view.id.toLowerCase() === id.toLowerCase()) client.setQueryData(rolloutKey(id), view);
      },
      onConnected: (now) => {
        setConnected(now);
        if (now) setRefused(null);
      },
      onRefused: (problem) => {
        setConnected(false);
        setRefused(toClientProblem(problem));
      },
    });
  }, [client, id, live]);
  return { ...query, connected: connected || !live, refused: live ? refused : null };
}

/** Calls `read` when `stamp` has changed, at most every two seconds, and never for the first one. */
function useThrottled(stamp: string, read: () => void): void {
  const reader = useRef(read);
  const known = useRef(stamp);
  const last = useRef(0);
  useEffect(() => {
    reader.current = read;
  });
  useEffect(() => {
    if (known.current === stamp) return;
    const timer = setTimeout(
      () => {
        known.current = stamp;
        last.current = Date.now();
        reader.current();
      },
      Math.max(0, last.current + TASKS_AGAIN_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [stamp]);
}

/** One page of the machines that a filter leaves, as query text; read again when the counts have changed. */
export function useTasks(rollout: RolloutView, filter: string, cursor: string | null) {
  const query = { ...Object.fromEntries(new URLSearchParams(filter)), ...(cursor === null ? {} : { cursor }) };
  const result = useQuery({
    queryKey: [...rolloutKey(rollout.id), "tasks", query],
    queryFn: ({ signal }) => apiFetch<TaskPage>(api.rolloutTasks(rollout.id, query), { signal }),
    placeholderData: keepPreviousData,
  });
  useThrottled(JSON.stringify(rollout.counts), () => void result.refetch());
  return result;
}

/** The log of one machine; read again when something has moved. */
export function useTask(rollout: RolloutView, position: number | null) {
  const result = useQuery({
    queryKey: [...rolloutKey(rollout.id), "task", position],
    queryFn: ({ signal }) => apiFetch<TaskDetail>(api.rolloutTask(rollout.id, position ?? 0), { signal }),
    enabled: position !== null,
  });
  useThrottled(JSON.stringify(rollout.counts), () => (position === null ? undefined : void result.refetch()));
  return result;
}

export function useRolloutReport(id: string) {
  return useQuery({
    queryKey: [...rolloutKey(id), "report"],
    queryFn: ({ signal }) => apiFetch<RolloutReport>(api.rolloutReport(id, "json"), { signal }),
    retry: false,
  });
}

export function useRolloutTemplates(id: string) {
  return useQuery({
    queryKey: [...rolloutKey(id), "templates"],
    queryFn: ({ signal }) => apiFetch<RolloutTemplates>(api.rolloutTemplates(id), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Sends what a person decided. Every action may be sent twice, so a repeat after a sign-in or a click too many is harmless. */
export function useRolloutAction(id: string) {
  const client = useQueryClient();
  const taken = (result: RolloutActionResult) => {
    client.setQueryData(rolloutKey(id), result.rollout);
    for (const list of ["tasks", "task"]) void client.invalidateQueries({ queryKey: [...rolloutKey(id), list] });
    void client.invalidateQueries({ queryKey: ["rollouts"] });
  };
  const send = useMutation({
    mutationFn: (body: RolloutActionInput) => apiFetch<RolloutActionResult>(api.rolloutActions(id), { method: "POST", body }),
    onSuccess: taken,
    // A refusal often means that somebody else was faster: show how it stands.
    onError: () => void client.invalidateQueries({ queryKey: rolloutKey(id), exact: true }),
  });
  return { send: send.mutateAsync, sending: send.isPending, error: send.error };
}
