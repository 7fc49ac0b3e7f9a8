"use client";

import { Badge } from "@/components/ui/badge";
import { Table, Td, Th } from "@/components/ui/table";
import { TimeText } from "@/components/ui/time-text";
import { useSession } from "@/lib/client/session";
import { useMedia } from "@/lib/client/use-media";
import { useNow } from "@/lib/client/use-now";
import type { AuditEntry } from "@/lib/domain/api";
import { t } from "@/messages/t";
import { actionWords, OUTCOME_TONE, targetWords } from "./audit-words";

export type AuditTableProps = { entries: readonly AuditEntry[]; onOpen: (entry: AuditEntry) => void };
type ListProps = AuditTableProps & { now: number; target: (entry: AuditEntry) => string };

function OpenButton({ entry, onOpen }: { entry: AuditEntry; onOpen: AuditTableProps["onOpen"] }) {
  return (
    <button
      type="button"
      className="rounded px-1 text-link underline-offset-4 hover:underline"
      aria-label={t("audit.entry.open", { seq: String(entry.seq) })}
      onClick={() => onOpen(entry)}
    >
      {entry.seq}
    </button>
  );
}

function Outcome({ entry }: { entry: AuditEntry }) {
  return <Badge tone={OUTCOME_TONE[entry.outcome]}>{t(`audit.outcome.${entry.outcome}`)}</Badge>;
}

/** The same entries as a list, for a screen on which a table of six columns cannot be read. */
function AuditList({ entries, onOpen, now, target }: ListProps) {
  return (
    <ul aria-label={t("audit.tableCaption")}>
      {entries.map((entry) => (
        <li key={entry.seq} className="grid gap-1 border-line border-b px-4 py-3">
          <div className="flex items-start justify-between gap-2 text-[0.8125rem]">
            <p className="wrap-anywhere min-w-0 font-medium">
              {actionWords(entry.action)} · {target(entry)}
            </p>
            <Outcome entry={entry} />
          </div>
          <p className="flex flex-wrap items-center gap-x-2 text-muted text-xs tabular-nums">
            <span className="-ml-1 font-mono">
              <OpenButton entry={entry} onOpen={onOpen} />
            </span>
            <span>{entry.operatorName}</span>
            <TimeText value={entry.at} now={now} absolute />
          </p>
        </li>
      ))}
    </ul>
  );
}

function WideTable({ entries, onOpen, now, target }: ListProps) {
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
              <OpenButton entry={entry} onOpen={onOpen} />
            </Td>
            <Td className="whitespace-nowrap tabular-nums">
              <TimeText value={entry.at} now={now} absolute />
            </Td>
            <Td className="max-w-56 truncate" title={entry.operatorObjectId}>
              {entry.operatorName}
            </Td>
            <Td className="whitespace-nowrap">{actionWords(entry.action)}</Td>
            <Td className="max-w-72 truncate font-medium" title={entry.targetId}>
              {target(entry)}
            </Td>
            <Td>
              <Outcome entry={entry} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

export function AuditTable(props: AuditTableProps) {
  const now = useNow();
  const narrow = useMedia("(max-width: 767px)");
  const { info } = useSession();
  const names = new Map(info?.subscriptions.map(({ id, name }) => [id.toLowerCase(), name]));
  const shown = { ...props, now, target: ({ targetId }: AuditEntry) => targetWords(targetId, names) };
  return narrow ? <AuditList {...shown} /> : <WideTable {...shown} />;
}
