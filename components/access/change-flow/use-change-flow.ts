"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { apiFetch } from "@/lib/client/api";
import { ApiProblem } from "@/lib/client/api-problem";
import { useReplay } from "@/lib/client/api-replay";
import { api, pages } from "@/lib/config/routes";
import type { AccessChangeInput, AccessChangeRequest, AccessChangeSet, AccessPreview } from "@/lib/domain/access/api";
import { RIGHTS_KEY } from "../use-rights";
import { type StaleChange, staleChanges } from "./preview-diff";

/** The preview inside a 409: the state was another when the write came, so nothing was written. */
function stalePreviewOf(error: unknown): AccessPreview | null {
  if (!(error instanceof ApiProblem) || error.problem.status !== 409) return null;
  const problem: object = error.problem;
  if (!("preview" in problem) || typeof problem.preview !== "object" || problem.preview === null) return null;
  // The portal's own API wrote it; its shape is StalePreview of lib/domain/access/api.ts.
  return problem.preview as AccessPreview;
}

/** The set that a repeated write made; the form that sent it may be another than the one that is open now. */
function setIdOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" ? value.id : null;
}

function previewKey(changes: readonly AccessChangeRequest[]): readonly string[] {
  return ["accessPreview", JSON.stringify(changes)];
}

/** What these changes would do, computed from Azure's state now. */
export function usePreview(changes: readonly AccessChangeRequest[], enabled: boolean) {
  return useQuery({
    queryKey: previewKey(changes),
    queryFn: ({ signal }) => apiFetch<AccessPreview>(api.accessPreview(), { method: "POST", body: { changes }, signal }),
    enabled: enabled && changes.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export type WriteArgs = { changeSetId: string; changes: readonly AccessChangeRequest[]; onWritten: () => void };

/**
 * Sends the changes. After the portal has taken them the page of the change set follows; a stale preview is put in the
 * place of the old one with what differs. A write that had to wait for a new sign-in arrives here when it comes back.
 */
export function useWrite({ changeSetId, changes, onWritten }: WriteArgs) {
  const router = useRouter();
  const client = useQueryClient();
  const replay = useReplay(api.accessChanges());
  const [stale, setStale] = useState<StaleChange[] | null>(null);
  const goOn = (id: string) => {
    onWritten();
    void client.invalidateQueries({ queryKey: ["machineAccess"] });
    void client.invalidateQueries({ queryKey: ["machineReach"] });
    void client.invalidateQueries({ queryKey: [RIGHTS_KEY] });
    router.push(pages.accessChangeSet(id));
  };
  const write = useMutation({
    mutationFn: ({ preview, confirmed }: { preview: AccessPreview; confirmed: boolean }) => {
      const body: AccessChangeInput = { changeSetId, changes: [...changes], stamp: preview.stamp, confirmed };
      return apiFetch<AccessChangeSet>(api.accessChanges(), { method: "POST", body });
    },
    onSuccess: (set) => {
      client.setQueryData(["accessChange", set.id], set);
      goOn(changeSetId);
    },
    onError: (error, { preview }) => {
      const now = stalePreviewOf(error);
      if (now === null) return;
      setStale(staleChanges(preview, now));
      client.setQueryData(previewKey(changes), now);
    },
  });
  const replayed = replay.kind;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way on is taken once, when the repeated write is done.
  useEffect(() => {
    if (replay.kind === "done") goOn(setIdOf(replay.value) ?? changeSetId);
  }, [replayed]);
  const isStale = write.error !== null && stalePreviewOf(write.error) !== null;
  return {
    write: write.mutate,
    writing: write.isPending || replayed === "running",
    /** A failure that is no stale preview. */
    error: replay.kind === "failed" ? new ApiProblem(replay.problem) : isStale ? null : write.error,
    stale,
    clearStale: () => setStale(null),
  };
}
