"use client";

import { Badge } from "@/components/ui/badge";
import { Table, Td, Th } from "@/components/ui/table";
import { TimeText } from "@/components/ui/time-text";
import { useNow } from "@/lib/client/use-now";
import type { AuditEntry } from "@/lib/domain/api";
import { t } from "@/messages/t";
import { actionWords, OUTCOME_TONE, targetWords } from "./audit-words";

export type AuditTableProps = { entries: readonly AuditEntry[]; onOpen: (entry: AuditEntry) => void };

export function AuditTable({ entries, onOpen }: AuditTableProps) {
  const now = useNow();
  return (
    <Table caption={t("audit.tableCaption")}>
      <thead>
        <tr>
          <Th className="text-right">{t("audit.column.seq")}</Th>
          <Th>{t("audit.column.at")}</Th>
          <Th>{t("audit.column.who")}</Th>
          <Th>{t("audit.column.action")}</Th>
          <Th>{t("audit.column.target")}</Th>
          <Th>{t("audit.column.outcome")}</Th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq} className="hover:bg-sunken/60">
            <Td className="text-right font-mono text-xs tabular-nums">
              <button
                type="button"
                className="rounded px-1 text-link underline-offset-4 hover:underline"
                aria-label={t("audit.entry.open", { seq: String(entry.seq) })}
                onClick={() => onOpen(entry)}
              >
                {entry.seq}
              </button>
            </Td>
            <Td className="whitespace-nowrap tabular-nums">
              <TimeText value={entry.at} now={now} absolute />
            </Td>
            <Td className="max-w-56 truncate" title={entry.operatorObjectId}>
              {entry.operatorName}
            </Td>
            <Td className="whitespace-nowrap">{actionWords(entry.action)}</Td>
            <Td className="max-w-72 truncate font-medium" title={entry.targetId}>
              {targetWords(entry.targetId)}
            </Td>
            <Td>
              <Badge tone={OUTCOME_TONE[entry.outcome]}>{t(`audit.outcome.${entry.outcome}`)}</Badge>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
