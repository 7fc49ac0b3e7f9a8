"use client";

import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { formatRelative } from "@/lib/client/format";
import type { PendingRow } from "@/lib/domain/elevation/api";
import type { RequestPhase } from "@/lib/domain/elevation/request-status";
import { t } from "@/messages/t";
import { momentWords } from "./active-list";
import { useAzureNow } from "./azure-clock";
import { scopeWords } from "./scope-words";
import { leftWords, minutesWords } from "./time-words";

export const PHASE_TONE: Record<RequestPhase, Tone> = {
  waiting: "info",
  needsDecision: "info",
  scheduled: "info",
  done: "ok",
  refused: "bad",
  canceled: "quiet",
  unknown: "warn",
};

function factsOf(row: PendingRow, nowMs: number): string[] {
  return [
    t(`elevation.pending.kind.${row.kind}`),
    ...(row.minutes === null ? [] : [minutesWords(row.minutes)]),
    ...(row.createdAt === null ? [] : [t("elevation.pending.asked", { time: formatRelative(row.createdAt, nowMs) })]),
    ...(row.phase === "scheduled" && row.startsAt !== null
      ? [t("elevation.pending.begins", { time: momentWords(row.startsAt, nowMs) })]
      : []),
    t("elevation.pending.azureWord", { status: row.status }),
  ];
}

export type PendingListProps = { rows: readonly PendingRow[]; offsetMs: number; onCancel: (row: PendingRow) => void };

/** Requests that Azure has and that are not through: by whom or what they wait, until when, and the way back. */
export function PendingList({ rows, offsetMs, onCancel }: PendingListProps) {
  const nowMs = useAzureNow(offsetMs);
  if (rows.length === 0) return null;
  return (
    <Card aria-labelledby="pending-title">
      <CardHeader id="pending-title" title={t("elevation.pending.title")} />
      <ul aria-labelledby="pending-title">
        {rows.map((row) => {
          const names = { role: row.role.name, scope: scopeWords(row.scope) };
          return (
            <li
              key={row.id}
              className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-line border-b px-4 py-3 last:border-b-0"
            >
              <div className="grid min-w-0 flex-1 basis-64 grid-cols-1 gap-0.5 text-[0.8125rem]">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="break-words font-medium">{names.role}</span>
                  <Badge tone={PHASE_TONE[row.phase]}>{t(`elevation.pending.phase.${row.phase}`)}</Badge>
                </p>
                <p className="break-words text-muted">{names.scope}</p>
                <p className="break-words text-muted text-xs">{factsOf(row, nowMs).join(" · ")}</p>
                {row.expiresAt === null ? null : (
                  <p className="text-muted text-xs tabular-nums">
                    {t("elevation.pending.decideBy", { time: leftWords(Date.parse(row.expiresAt) - nowMs) })}
                  </p>
                )}
              </div>
              {row.canCancel ? (
                <Button size="sm" aria-label={t("elevation.pending.cancelName", names)} onClick={() => onCancel(row)}>
                  {t("elevation.pending.cancel")}
                </Button>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
