"use client";

import { Badge } from "@/components/ui/badge";
import { formatRelative } from "@/lib/client/format";
import type { ApprovalRow, Permits, RequesterHistory } from "@/lib/domain/elevation/api";
import { t } from "@/messages/t";
import { Fact } from "./fact";
import { PHASE_TONE } from "./pending-list";
import { MachineNames } from "./permits-view";
import { PolicyFacts } from "./policy-facts";
import { scopeWords } from "./scope-words";
import { minutesWords } from "./time-words";

const HISTORY_SHOWN = 6;

/** "3 requests before, last 2 days ago: Refused". */
export function historyWords(history: RequesterHistory, nowMs: number): string {
  if (history.total === 0) return t("elevation.approvals.historyNone");
  const last = history.rows[0];
  const count = t("elevation.approvals.historyCount", { count: history.total });
  if (last === undefined || last.at === null) return count;
  const phase = t(`elevation.pending.phase.${last.phase}`);
  return `${count}, ${t("elevation.approvals.historyLast", { time: formatRelative(last.at, nowMs), phase })}`;
}

function History({ history, nowMs }: { history: RequesterHistory; nowMs: number }) {
  return (
    <>
      <p>{historyWords(history, nowMs)}</p>
      {history.rows.length === 0 ? null : (
        <ul className="mt-1 grid gap-1 text-xs">
          {history.rows.slice(0, HISTORY_SHOWN).map((row) => (
            <li key={row.id} className="flex flex-wrap items-center gap-x-2">
              <Badge tone={PHASE_TONE[row.phase]}>{t(`elevation.pending.phase.${row.phase}`)}</Badge>
              <span className="min-w-0 break-words text-muted">
                {row.at === null ? t("common.unknown") : formatRelative(row.at, nowMs)},{" "}
                {t("elevation.approvals.historyRow", {
                  length: row.minutes === null ? t("elevation.approvals.noEnd") : minutesWords(row.minutes),
                  scope: scopeWords(row.scope),
                })}
                {row.justification === "" ? "" : `: “${row.justification}”`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1 text-muted text-xs">
        {history.sources.length === 0
          ? ""
          : t("elevation.approvals.historySources", {
              sources: history.sources.map((source) => t(`elevation.approvals.source.${source}`)).join(", "),
            })}{" "}
        {history.missing === null ? "" : t("elevation.approvals.historyMissing")}
      </p>
    </>
  );
}

/** What an approver looks into in doubt: the person's history with this role, its settings, who else may decide, the machines. */
export function ApprovalDetails({ row, nowMs, permits }: { row: ApprovalRow; nowMs: number; permits: Permits | null }) {
  return (
    <details className="min-w-0">
      <summary className="w-fit max-w-full break-words text-link text-xs">
        {t("elevation.approvals.details")}
        <span className="text-muted">
          {" "}
          · {t("elevation.approvals.history")}: {historyWords(row.history, nowMs)}
        </span>
      </summary>
      <dl className="mt-2 grid min-w-0 grid-cols-1 gap-x-6 gap-y-3 text-[0.8125rem] @2xl:grid-cols-2">
        <Fact label={t("elevation.approvals.history")}>
          <History history={row.history} nowMs={nowMs} />
        </Fact>
        <Fact label={t("elevation.policy.label")}>
          <PolicyFacts answer={row.policy} full />
        </Fact>
        {permits === null || permits.machines === 0 ? null : (
          <Fact label={t("elevation.permits.machines")}>
            <MachineNames permits={permits} />
          </Fact>
        )}
      </dl>
    </details>
  );
}
