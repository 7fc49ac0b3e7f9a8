"use client";

import { CalendarSearch, CircleCheck, TriangleAlert, UserX } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RetryButton } from "@/components/ui/retry-button";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatDate, formatDateTime } from "@/lib/client/format";
import { useSeesAll } from "@/lib/client/use-sees-all";
import type { HistoryOn } from "@/lib/domain/elevation/history/api";
import type { HeldAccess } from "@/lib/domain/elevation/history/who-had";
import { t } from "@/messages/t";
import { periodWords, reasonWords, scopeWords } from "./history-words";
import { MachineField } from "./machine-field";
import { isForbidden, NeedsAuditor } from "./needs-auditor";
import { useHistoryOn } from "./use-history";

const parsers = { on: parseAsString.withDefault(""), date: parseAsString.withDefault("") };

function Trust({ answer }: { answer: HistoryOn }) {
  if (answer.atLeast.length === 0 && answer.complete !== null) {
    return (
      <p className="flex items-center gap-1.5 text-[0.8125rem] text-ok">
        <CircleCheck aria-hidden className="size-4 shrink-0" />
        {t("history.on.complete", { from: formatDateTime(answer.complete.from), to: formatDateTime(answer.complete.to) })}
      </p>
    );
  }
  return (
    <div role="note" className="rounded-lg border border-warn/40 bg-warn-soft/50 px-4 py-3 text-[0.8125rem]">
      <p className="flex items-center gap-2 font-semibold text-warn">
        <TriangleAlert aria-hidden className="size-4 shrink-0" />
        {t("history.on.atLeast")}
      </p>
      <ul className="mt-1 list-disc pl-5">
        {answer.atLeast.map((reason) => (
          <li key={JSON.stringify(reason)}>{reasonWords(reason)}</li>
        ))}
      </ul>
    </div>
  );
}

function whyOf(row: HeldAccess): string {
  const ticket = row.ticket === null ? "" : `${row.ticket.system} ${row.ticket.number}`.trim();
  const who =
    row.decidedBy !== null
      ? t("history.on.decided", { name: row.decidedBy.name })
      : row.by !== null && row.by.id !== row.principal.id
        ? t("history.on.given", { name: row.by.name })
        : "";
  return [row.justification, ticket, who].filter((part) => part !== "").join(" · ");
}

function Rows({ answer, caption }: { answer: HistoryOn; caption: string }) {
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          {(["person", "role", "where", "period", "why"] as const).map((name) => (
            <Th key={name}>{t(`history.on.${name}`)}</Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {answer.rows.map((row) => (
          <tr key={`${row.holding}/${row.principal.id}/${row.via.map(({ id }) => id).join("/")}/${row.from}`}>
            <Td className="min-w-40">
              <span className="font-medium">{row.principal.name}</span>
              {row.via.map((group) => (
                <span key={group.id} className="block text-muted text-xs">
                  {t("history.on.via", { group: group.name })}
                </span>
              ))}
            </Td>
            <Td className="min-w-44">
              {row.role.name}
              <span className="mt-0.5 flex flex-wrap gap-1">
                <Badge tone={row.kind === "standing" ? "warn" : row.kind === "activated" ? "ok" : "info"}>
                  {t(`history.on.kind.${row.kind}`)}
                </Badge>
                {row.certainty === "held" ? null : (
                  <Badge tone="quiet" title={t("history.on.maybeMeans")}>
                    {t("history.on.maybe")}
                  </Badge>
                )}
              </span>
            </Td>
            <Td className="max-w-56 truncate" title={row.scope}>
              {scopeWords(row.scope, row.scopeName)}
            </Td>
            <Td className="min-w-44 tabular-nums">{periodWords(row.from, row.to)}</Td>
            <Td className="min-w-40 max-w-72 break-words text-muted">{whyOf(row)}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const NAMES = new Intl.ListFormat("en");
const placeNames = (names: readonly string[]): string =>
  NAMES.format(names.map((name) => (name === "" ? t("history.coverage.root") : name)));

function Answer({ machine, date }: { machine: string; date: string }) {
  const query = useHistoryOn(machine, date);
  const answer = query.data;
  if (machine === "" || date === "") {
    return (
      <EmptyState icon={CalendarSearch} title={t("history.on.choose")}>
        {t("history.on.chooseWhy")}
      </EmptyState>
    );
  }
  if (isForbidden(query.error)) return <NeedsAuditor />;
  if (query.error !== null) {
    return (
      <ProblemPanel className="m-4" problem={toClientProblem(query.error)} actions={<RetryButton onRetry={query.refetch} />} />
    );
  }
  if (answer === undefined) {
    return (
      <div role="status" aria-label={t("common.loading")} className="grid gap-2 p-4">
        {["a", "b", "c"].map((row) => (
          <Skeleton key={row} className="h-8" />
        ))}
      </div>
    );
  }
  const words = { machine: answer.machine.name, date: formatDate(answer.from) };
  const people = new Set(answer.rows.map(({ principal }) => principal.id)).size;
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="grid gap-2 px-4 pt-3">
        <Trust answer={answer} />
        {answer.aboveUnread.length === 0 ? null : (
          <p className="text-muted text-xs">{t("history.on.aboveUnread", { names: placeNames(answer.aboveUnread) })}</p>
        )}
        {answer.rows.length === 0 ? null : (
          <p role="status" className="text-muted text-xs">
            {t("history.on.people", { count: people })} · {t("history.on.rows", { count: answer.rows.length })}
          </p>
        )}
      </div>
      {answer.rows.length === 0 ? (
        <EmptyState icon={UserX} title={t("history.on.none", words)}>
          {t("history.on.noneWhy")}
        </EmptyState>
      ) : (
        <Rows answer={answer} caption={t("history.on.caption", words)} />
      )}
      <p className="px-4 pb-3 text-muted text-xs">{t("history.on.note")}</p>
    </div>
  );
}

/** "Who had access to this machine on this date", with how far back the answer can be trusted. */
export function DateQuestion() {
  const [state, set] = useQueryStates(parsers, { clearOnDefault: true });
  const seesAll = useSeesAll();
  const header = <CardHeader id="history-on" title={t("history.on.title")} description={t("history.on.about")} />;
  if (seesAll === false) {
    return (
      <Card aria-labelledby="history-on">
        {header}
        <NeedsAuditor />
      </Card>
    );
  }
  return (
    <Card aria-labelledby="history-on">
      {header}
      <div className="grid gap-3 border-line border-b px-4 py-3 sm:grid-cols-[minmax(0,20rem)_minmax(0,12rem)]">
        <MachineField label={t("history.machine.label")} value={state.on} onChange={(on) => void set({ on })} />
        <Field label={t("history.on.date")}>
          {(control) => (
            <Input {...control} type="date" value={state.date} onChange={(event) => void set({ date: event.target.value })} />
          )}
        </Field>
      </div>
      <Answer machine={state.on} date={state.date} />
    </Card>
  );
}
