"use client";

import { Badge } from "@/components/ui/badge";
import { Table, Td, Th } from "@/components/ui/table";
import type { StoredHistoryEvent } from "@/lib/domain/elevation/history/types";
import { t } from "@/messages/t";
import { KIND_TONE, kindWords, personWords, scopeWords, timeWords } from "./history-words";

export type HistoryTableProps = { events: readonly StoredHistoryEvent[]; onOpen: (event: StoredHistoryEvent) => void };

const byWords = (event: StoredHistoryEvent): string => personWords(event.decidedBy ?? event.by);
const whyWords = (event: StoredHistoryEvent): string => event.reason || event.justification;
const roleWords = (event: StoredHistoryEvent): string => event.role?.name ?? event.group?.name ?? "";

function OpenButton({ event, onOpen }: { event: StoredHistoryEvent; onOpen: HistoryTableProps["onOpen"] }) {
  return (
    <button
      type="button"
      className="rounded text-left font-medium text-link underline-offset-4 hover:underline"
      onClick={() => onOpen(event)}
    >
      <span className="sr-only">{t("history.event.open", { seq: String(event.seq) })}: </span>
      {event.principal?.name || roleWords(event) || t("common.unknown")}
    </button>
  );
}

function Kind({ event }: { event: StoredHistoryEvent }) {
  return <Badge tone={KIND_TONE[event.kind] ?? "quiet"}>{kindWords(event.kind)}</Badge>;
}

/** The same events as a list, for a screen on which a table of seven columns cannot be read. */
function HistoryList({ events, onOpen }: HistoryTableProps) {
  return (
    <ul className="md:hidden">
      {events.map((event) => (
        <li key={event.seq} className="grid gap-1 border-line border-b px-4 py-3 last:border-b-0">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <OpenButton event={event} onOpen={onOpen} />
            <Kind event={event} />
          </div>
          <p className="break-words text-[0.8125rem]">
            {roleWords(event)}
            {event.scope === null ? null : <span className="text-muted"> · {scopeWords(event.scope, event.scopeName)}</span>}
          </p>
          {whyWords(event) === "" ? null : <p className="line-clamp-2 break-words text-muted text-xs">{whyWords(event)}</p>}
          <p className="text-muted text-xs tabular-nums">{timeWords(event)}</p>
        </li>
      ))}
    </ul>
  );
}

export function HistoryTable({ events, onOpen }: HistoryTableProps) {
  return (
    <>
      <HistoryList events={events} onOpen={onOpen} />
      <div className="max-md:hidden">
        <Table caption={t("history.tableCaption")}>
          <thead>
            <tr>
              {(["at", "what", "who", "role", "scope", "by", "why"] as const).map((name) => (
                <Th key={name}>{t(`history.column.${name}`)}</Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <tr key={event.seq} className="hover:bg-sunken/60">
                <Td className="min-w-54 max-w-60 tabular-nums">{timeWords(event)}</Td>
                <Td>
                  <Kind event={event} />
                </Td>
                <Td className="min-w-32 max-w-56">
                  <OpenButton event={event} onOpen={onOpen} />
                </Td>
                <Td className="min-w-40 max-w-64 break-words">
                  {roleWords(event) || <span className="text-muted">{t("common.unknown")}</span>}
                </Td>
                <Td className="max-w-52 truncate" title={event.scope ?? undefined}>
                  {scopeWords(event.scope, event.scopeName)}
                </Td>
                <Td className="max-w-44 truncate" title={byWords(event)}>
                  {byWords(event)}
                </Td>
                <Td className="max-w-40 truncate text-muted 2xl:max-w-96" title={whyWords(event)}>
                  {whyWords(event)}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </>
  );
}
