"use client";

import { TriangleAlert } from "lucide-react";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatClock } from "@/lib/client/format";
import { t } from "@/messages/t";
import { RetryButton } from "./retry-button";

export type StaleNoteProps = {
  /** Why the last reading failed; null while readings succeed. */
  error: unknown;
  /** When what is shown was read, in milliseconds. */
  readAt: number;
  onRetry: () => unknown;
};

/** Above something that is read again by itself: the last reading failed, so what stands below has stopped moving. */
export function StaleNote({ error, readAt, onRetry }: StaleNoteProps) {
  if (error === null) return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-warn/35 bg-warn-soft/60 px-3 py-2 text-[0.8125rem]"
    >
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" />
      <p className="min-w-0 flex-1 basis-60">
        {t("common.stale", { reason: toClientProblem(error).detail, time: formatClock(readAt) })}
      </p>
      <RetryButton onRetry={onRetry} />
    </div>
  );
}
