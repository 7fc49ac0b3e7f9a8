"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { formatRelative } from "@/lib/client/format";
import type { DecidedRow } from "@/lib/domain/elevation/api";
import { t } from "@/messages/t";
import { scopeWords } from "./scope-words";

function byWords({ by }: DecidedRow, nowMs: number): string {
  const person = by.person.name === "" ? t("elevation.approvals.decided.somebody") : by.person.name;
  const time = by.at === null ? "" : formatRelative(by.at, nowMs);
  return t("elevation.approvals.decided.by", { person, time }).trim();
}

/** What was decided by whom, so that an approver whose request has gone from the inbox knows why. */
export function DecidedList({ rows, nowMs }: { rows: readonly DecidedRow[]; nowMs: number }) {
  if (rows.length === 0) return null;
  return (
    <Card aria-labelledby="decided-title">
      <CardHeader id="decided-title" title={t("elevation.approvals.decided.title")} />
      <ul aria-labelledby="decided-title">
        {rows.map((row) => (
          <li
            key={row.id}
            className="flex flex-wrap items-start gap-x-3 gap-y-1 border-line border-b px-4 py-3 text-[0.8125rem] last:border-b-0"
          >
            <Badge tone={row.by.decision === "approve" ? "ok" : row.by.decision === "deny" ? "bad" : "quiet"}>
              {t(`elevation.approvals.decided.${row.by.decision}`)}
            </Badge>
            <div className="grid min-w-0 flex-1 basis-64 grid-cols-1 gap-0.5">
              <p className="break-words">
                <span className="font-medium">{row.requester.name}</span>: {row.role.name}, {scopeWords(row.scope)}
              </p>
              <p className="break-words text-muted text-xs">
                {byWords(row, nowMs)}
                {row.by.reason === "" ? "" : `: “${row.by.reason}”`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
