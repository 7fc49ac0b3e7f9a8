"use client";

import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Sheet } from "@/components/ui/sheet";
import { formatMoment } from "@/lib/client/format";
import { HISTORY_KINDS, HISTORY_SOURCES, type StoredHistoryEvent } from "@/lib/domain/elevation/history/types";
import type { PimPrincipal } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { KIND_TONE, kindWords, periodWords, personWords, timeWords } from "./history-words";
import type { HistoryFilterState } from "./use-history";

type FactProps = { label: string; copy?: { text: string; label: string }; children: ReactNode };

function Fact({ label, copy, children }: FactProps) {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] items-start gap-2 border-line border-b py-2 last:border-b-0">
      <dt className="text-muted text-xs leading-5">{label}</dt>
      <dd className="flex min-w-0 items-start justify-between gap-2 text-[0.8125rem]">
        <span className="wrap-anywhere min-w-0">{children}</span>
        {copy === undefined ? null : <CopyButton text={copy.text} label={copy.label} className="-my-1" />}
      </dd>
    </div>
  );
}

function Person({ of }: { of: PimPrincipal }) {
  return (
    <>
      {personWords(of)}
      {of.detail === "" || of.detail === of.name ? null : <span className="block text-muted text-xs">{of.detail}</span>}
    </>
  );
}

function means(kind: string): string {
  const known = HISTORY_KINDS.find((one) => one === kind);
  return known === undefined ? "" : t(`history.kindMeans.${known}`);
}

function sourceWords(source: string): string {
  const known = HISTORY_SOURCES.find((one) => one === source);
  return known === undefined ? source : t(`history.source.${known}`);
}

function Facts({ event }: { event: StoredHistoryEvent }) {
  const { principal, group, role, scope, by, decidedBy, ticket } = event;
  return (
    <dl>
      <Fact label={t("history.column.what")}>
        <Badge tone={KIND_TONE[event.kind] ?? "quiet"}>{kindWords(event.kind)}</Badge>
        <span className="mt-1 block text-muted text-xs">{means(event.kind)}</span>
      </Fact>
      <Fact label={t("history.event.at")}>{timeWords(event)}</Fact>
      {principal === null ? null : (
        <Fact label={t("history.event.who")}>
          <Person of={principal} />
        </Fact>
      )}
      {group === null ? null : <Fact label={t("history.event.group")}>{group.name}</Fact>}
      {role === null ? null : <Fact label={t("history.event.role")}>{role.name}</Fact>}
      {scope === null ? null : (
        <Fact label={t("history.event.scope")} copy={{ text: scope, label: t("history.event.copyScope") }}>
          <code className="font-mono text-xs">{scope}</code>
        </Fact>
      )}
      {event.startsAt === null && event.endsAt === null ? null : (
        <Fact label={t("history.event.period")}>{periodWords(event.startsAt, event.endsAt)}</Fact>
      )}
      {by === null ? null : (
        <Fact label={t("history.event.by")}>
          <Person of={by} />
        </Fact>
      )}
      {event.justification === "" ? null : <Fact label={t("history.event.justification")}>{event.justification}</Fact>}
      {ticket === null ? null : <Fact label={t("history.event.ticket")}>{`${ticket.system} ${ticket.number}`.trim()}</Fact>}
      {decidedBy === null ? null : (
        <Fact label={t("history.event.decidedBy")}>
          <Person of={decidedBy} />
        </Fact>
      )}
      {event.reason === "" ? null : <Fact label={t("history.event.reason")}>{event.reason}</Fact>}
      {event.condition === null ? null : (
        <Fact label={t("history.event.condition")}>
          <code className="font-mono text-xs">{event.condition}</code>
        </Fact>
      )}
      <Fact label={t("history.event.source")}>{sourceWords(event.source)}</Fact>
      <Fact label={t("history.event.azureId")} copy={{ text: event.azureId, label: t("history.event.copyAzureId") }}>
        <code className="font-mono text-xs">{event.azureId}</code>
      </Fact>
      <Fact label={t("history.event.recorded")}>{formatMoment(event.recordedAt)}</Fact>
      <Fact label={t("history.event.hash")} copy={{ text: event.hash, label: t("history.event.copyHash") }}>
        <code className="font-mono text-xs">{event.hash}</code>
      </Fact>
    </dl>
  );
}

export type HistoryEventSheetProps = {
  event: StoredHistoryEvent | null;
  onClose: () => void;
  onFilter: (change: Partial<HistoryFilterState>) => void;
};

/** One event in full: what is known, who told it, and the hash that the chain holds. */
export function HistoryEventSheet({ event, onClose, onFilter }: HistoryEventSheetProps) {
  if (event === null) return null;
  const { principal, scope } = event;
  return (
    <Sheet
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t("history.event.title", { seq: String(event.seq) })}
      description={kindWords(event.kind)}
      className="sm:max-w-xl"
    >
      <div className="grid grid-cols-1 gap-4">
        <Facts event={event} />
        <div className="flex flex-wrap gap-2">
          {principal === null ? null : (
            <Button onClick={() => onFilter({ person: principal.id })}>{t("history.event.person")}</Button>
          )}
          {scope === null ? null : <Button onClick={() => onFilter({ scope })}>{t("history.event.scopeEvents")}</Button>}
        </div>
      </div>
    </Sheet>
  );
}
