"use client";

import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiFetch } from "@/lib/client/api";
import { ApiProblem } from "@/lib/client/api-problem";
import { useReplay } from "@/lib/client/api-replay";
import { useAuth } from "@/lib/client/auth-provider";
import { useReadOnChange } from "@/lib/client/elevation-events";
import { api } from "@/lib/config/routes";
import type {
  ApprovalInbox,
  ApproversAnswer,
  ElevationProfile,
  ElevationProfiles,
  MyElevation,
  NarrowerScopes,
  Permits,
  PermitsAnswer,
  PermitsInput,
} from "@/lib/domain/elevation/api";
import type {
  ElevationAction,
  ElevationBatch,
  ElevationBatchList,
  ElevationCheck,
  ElevationInput,
  PolicyAnswer,
} from "@/lib/domain/elevation/write-api";

const MINUTE_MS = 60_000;
/** The API takes at most this many items in one question. */
const PERMITS_AT_ONCE = 100;

export const KEYS = {
  mine: ["elevation", "mine"],
  approvals: ["elevation", "approvals"],
  profiles: ["elevation", "profiles"],
  batches: ["elevation", "batches"],
  batch: (id: string) => ["elevation", "batch", id],
} as const;

/** What I am eligible for, hold and asked for; read again when Azure has something new for me, and once a minute. */
export function useMine() {
  const query = useQuery({
    queryKey: KEYS.mine,
    queryFn: ({ signal }) => apiFetch<MyElevation>(api.elevationMine(), { signal }),
    refetchInterval: MINUTE_MS,
    staleTime: 5_000,
  });
  useReadOnChange("mine", () => void query.refetch());
  return query;
}

export function useApprovals() {
  const query = useQuery({
    queryKey: KEYS.approvals,
    queryFn: ({ signal }) => apiFetch<ApprovalInbox>(api.elevationApprovals(), { signal }),
    refetchInterval: MINUTE_MS,
    staleTime: 5_000,
  });
  useReadOnChange("approvals", () => void query.refetch());
  return query;
}

export type PermitsView = {
  of: (key: string) => Permits | null;
  loading: boolean;
  error: unknown;
  atLeast: PermitsAnswer["atLeast"];
};

/** What roles would let somebody do, on how many machines. Answers come as they are ready; none is waited for. */
export function usePermits(items: PermitsInput["items"]): PermitsView {
  const chunks: PermitsInput["items"][] = [];
  for (let at = 0; at < items.length; at += PERMITS_AT_ONCE) chunks.push(items.slice(at, at + PERMITS_AT_ONCE));
  return useQueries({
    queries: chunks.map((chunk) => ({
      queryKey: ["elevation", "permits", JSON.stringify(chunk)],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        apiFetch<PermitsAnswer>(api.elevationPermits(), { method: "POST", body: { items: chunk }, signal, background: true }),
      staleTime: 5 * MINUTE_MS,
      placeholderData: keepPreviousData,
    })),
    combine: (answers) => {
      const found = new Map(answers.flatMap(({ data }) => data?.permits ?? []).map((permits) => [permits.key, permits]));
      return {
        of: (key: string) => found.get(key) ?? null,
        loading: answers.some(({ isPending }) => isPending),
        error: answers.find(({ error }) => error !== null)?.error ?? null,
        atLeast: answers.flatMap(({ data }) => data?.atLeast ?? []),
      };
    },
  });
}

/** The API takes at most this many approvers in one question. */
const APPROVERS_AT_ONCE = 100;

export type ApproversView = {
  /** null while the answer is not there, and when it never comes. */
  of: (id: string) => ApproversAnswer["approvers"][number] | null;
  /** Object id of the operator; null without an answer. */
  me: string | null;
};

/** The people behind approvers, groups resolved. A directory that may not be read leaves the names as they are. */
export function useApprovers(policies: readonly PolicyAnswer[]): ApproversView {
  const named = new Map(
    policies.flatMap((answer) =>
      answer.known ? answer.policy.activation.approval.approvers.map((one) => [one.id.toLowerCase(), one] as const) : [],
    ),
  );
  const asked = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, APPROVERS_AT_ONCE);
  const approvers = asked.map(([id, { kind, name }]) => ({ id, kind, name }));
  const { data } = useQuery({
    queryKey: ["elevation", "approvers", JSON.stringify(approvers)],
    queryFn: ({ signal }) =>
      apiFetch<ApproversAnswer>(api.elevationApprovers(), { method: "POST", body: { approvers }, signal, background: true }),
    enabled: approvers.length > 0,
    staleTime: 5 * MINUTE_MS,
    placeholderData: keepPreviousData,
  });
  const found = new Map(data?.approvers.map((one) => [one.id, one]));
  return { of: (id) => found.get(id.toLowerCase()) ?? null, me: data?.me ?? null };
}

export function useNarrowerScopes(scope: string, enabled: boolean) {
  return useQuery({
    queryKey: ["elevation", "scopes", scope],
    queryFn: ({ signal }) => apiFetch<NarrowerScopes>(api.elevationScopes(scope), { signal }),
    enabled,
    staleTime: 5 * MINUTE_MS,
  });
}

/** Saved forms; they lie in the portal's store, so they follow the person to the next browser. */
export function useProfiles() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: KEYS.profiles,
    queryFn: ({ signal }) => apiFetch<ElevationProfiles>(api.elevationProfiles(), { signal }),
    staleTime: 5 * MINUTE_MS,
  });
  const save = useMutation({
    mutationFn: (profiles: ElevationProfile[]) =>
      apiFetch<ElevationProfiles>(api.elevationProfiles(), { method: "PUT", body: { profiles } }),
    onSuccess: (saved) => client.setQueryData(KEYS.profiles, saved),
  });
  return { query, profiles: query.data?.profiles ?? [], save };
}

/** What would be sent, and whether Azure would take it; nothing is done. */
export function useCheck(actions: readonly ElevationAction[], enabled: boolean) {
  return useQuery({
    queryKey: ["elevation", "check", JSON.stringify(actions)],
    queryFn: ({ signal }) =>
      apiFetch<ElevationCheck>(api.elevationCheck(), { method: "POST", body: { actions }, signal, background: true }),
    enabled: enabled && actions.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: MINUTE_MS,
  });
}

/** The portal's own API wrote the answer of a repeated request; its shape is ElevationBatch. */
function toBatch(value: unknown): ElevationBatch | null {
  return typeof value === "object" && value !== null && "items" in value && "id" in value ? (value as ElevationBatch) : null;
}

/**
 * Sends actions. `onSent` is called with the batch, also when the request had to wait for stronger sign-ins and was repeated
 * on the way back. The batch's id and the actions' ids make a repeat the same request.
 */
export function useSend(onSent: (batch: ElevationBatch) => void) {
  const client = useQueryClient();
  const { dismissFailure } = useAuth();
  const replay = useReplay(api.elevationRequests());
  const taken = (batch: ElevationBatch) => {
    client.setQueryData(KEYS.batch(batch.id), batch);
    for (const queryKey of [KEYS.mine, KEYS.approvals, KEYS.batches]) void client.invalidateQueries({ queryKey });
    onSent(batch);
  };
  const send = useMutation({
    mutationFn: (body: ElevationInput) => apiFetch<ElevationBatch>(api.elevationRequests(), { method: "POST", body }),
    onSuccess: taken,
  });
  const replayed = replay.kind;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answer of the repeated request is taken once.
  useEffect(() => {
    const batch = replay.kind === "done" ? toBatch(replay.value) : null;
    if (batch !== null) taken(batch);
  }, [replayed]);
  return {
    send: (input: ElevationInput) => {
      // Pressing the button is a new wish to sign in, also after a sign-in that was refused a moment ago.
      dismissFailure();
      send.mutate(input);
    },
    sending: send.isPending || replayed === "running",
    /** The request is being repeated after a sign-in. */
    repeating: replayed === "running",
    error: replay.kind === "failed" && send.isIdle ? new ApiProblem(replay.problem) : send.error,
  };
}

const WRITING_MS = 1_500;
const WORKING_MS = 3_000;
const WAITING_MS = 10_000;
const LOOKS_BEFORE_GIVING_UP = 5;

/** How soon to look at a batch again: often while it is written, slower the longer what it waits for may take. */
export function lookAgainMs({ items }: Pick<ElevationBatch, "items">): number | false {
  const states = new Set(items.map(({ state }) => state));
  if (states.has("planned") || states.has("submitting") || states.has("unknown")) return WRITING_MS;
  if (items.some(({ effect }) => effect.state === "waiting" || effect.state === "late")) return WORKING_MS;
  if (states.has("waiting") || states.has("stepUp") || states.has("scheduled")) return WAITING_MS;
  return items.some(({ effect }) => effect.state === "effective") ? MINUTE_MS : false;
}

export function useBatch(id: string) {
  const query = useQuery({
    queryKey: KEYS.batch(id),
    queryFn: ({ signal }) => apiFetch<ElevationBatch>(api.elevationRequest(id), { signal }),
    retry: false,
    refetchInterval: ({ state: { data, errorUpdateCount } }) => {
      // Right after the request was sent, or repeated after a sign-in, the store may not have it yet.
      if (data === undefined) return errorUpdateCount > 0 && errorUpdateCount < LOOKS_BEFORE_GIVING_UP ? WORKING_MS : false;
      return lookAgainMs(data);
    },
  });
  useReadOnChange("mine", () => void query.refetch());
  return query;
}

export function useBatches() {
  return useQuery({
    queryKey: KEYS.batches,
    queryFn: ({ signal }) => apiFetch<ElevationBatchList>(api.elevationRequests(), { signal }),
    staleTime: 30_000,
  });
}
