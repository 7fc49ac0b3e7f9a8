"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type {
  GivenRuleAnswer,
  ManageInput,
  ManageOverview,
  ManagePreview,
  ManageSet,
  ManageSetList,
  PolicyList,
} from "@/lib/domain/elevation/manage/api";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";

const WHILE_WRITING_MS = 1_500;
const WHILE_WAITING_MS = 3_000;
const LOOKS_BEFORE_GIVING_UP = 5;
const ROOT = "elevationManage";

export function useOverview() {
  return useQuery({
    queryKey: [ROOT, "overview"],
    queryFn: ({ signal }) => apiFetch<ManageOverview>(api.elevationManage(), { signal }),
  });
}

export function usePolicies(all: boolean) {
  return useQuery({
    queryKey: [ROOT, "policies", all],
    queryFn: ({ signal }) => apiFetch<PolicyList>(api.elevationPolicies(all), { signal }),
  });
}

export function useGivenRule(of: "eligible" | "active", scope: string | null, roleId: string | null) {
  return useQuery({
    queryKey: [ROOT, "rule", of, scope, roleId],
    queryFn: ({ signal }) => apiFetch<GivenRuleAnswer>(api.elevationRule(of, scope ?? "", roleId ?? ""), { signal }),
    enabled: scope !== null && roleId !== null,
  });
}

export function usePreview(requests: readonly ManageRequest[]) {
  return useQuery({
    queryKey: [ROOT, "preview", requests],
    queryFn: ({ signal }) =>
      apiFetch<ManagePreview>(api.elevationManagePreview(), { method: "POST", body: { requests }, signal }),
    enabled: requests.length > 0,
    retry: false,
    // What a decision rests on is read anew each time it is looked at.
    gcTime: 0,
    staleTime: 0,
  });
}

export function useSend() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: ManageInput) => apiFetch<ManageSet>(api.elevationManageChanges(), { method: "POST", body: input }),
    onSettled: () => client.invalidateQueries({ queryKey: [ROOT] }),
  });
}

/** How soon to look again: often while something is written, slower while an effect is awaited, not at all at the end. */
export function lookAgainMs(set: ManageSet): number | false {
  if (set.endedAt === null) return WHILE_WRITING_MS;
  return set.effects.waiting + set.effects.late > 0 ? WHILE_WAITING_MS : false;
}

export function useManageSet(id: string) {
  return useQuery({
    queryKey: [ROOT, "set", id],
    queryFn: ({ signal }) => apiFetch<ManageSet>(api.elevationManageChange(id), { signal }),
    retry: false,
    refetchInterval: ({ state: { data, errorUpdateCount } }) => {
      // Right after the request was sent, or repeated after a sign-in, the store may not have it yet.
      if (data === undefined) return errorUpdateCount > 0 && errorUpdateCount < LOOKS_BEFORE_GIVING_UP ? WHILE_WAITING_MS : false;
      return lookAgainMs(data);
    },
  });
}

export function useManageSets() {
  return useQuery({
    queryKey: [ROOT, "sets"],
    queryFn: ({ signal }) => apiFetch<ManageSetList>(api.elevationManageChanges(), { signal }),
  });
}

/** Reads everything of this page again. */
export function useReadAgain(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: [ROOT] });
}
