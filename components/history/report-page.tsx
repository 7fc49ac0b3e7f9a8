"use client";

import { ArrowLeft, ArrowRight, Printer } from "lucide-react";
import { parseAsString, useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RetryButton } from "@/components/ui/retry-button";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatDate, formatDateTime, formatNumber } from "@/lib/client/format";
import { useSession } from "@/lib/client/session";
import { useSeesAll } from "@/lib/client/use-sees-all";
import { pages } from "@/lib/config/routes";
import type { HistoryReport } from "@/lib/domain/elevation/history/api";
import { HISTORY_KINDS, type HistoryEvent } from "@/lib/domain/elevation/history/types";
import { rangeOfWeek, weekAfter, weekOf } from "@/lib/domain/elevation/history/week";
import { t } from "@/messages/t";
import { scopeWords, timeWords } from "./history-words";
import { isForbidden, NeedsAuditor } from "./needs-auditor";
import { useReport } from "./use-history";

const hours = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

function Section({ id, title, empty, children }: { id: string; title: string; empty: string | null; children: ReactNode }) {
  return (
    <Card aria-labelledby={id} className="break-inside-avoid print:border-0 print:shadow-none">
      <CardHeader id={id} title={title} />
      {empty === null ? children : <p className="px-4 py-3 text-muted">{empty}</p>}
    </Card>
  );
}

function Counts({ report }: { report: HistoryReport }) {
  const rows = HISTORY_KINDS.filter((kind) => report.counts[kind] > 0);
  return (
    <Section id="report-counts" title={t("history.weekly.counts")} empty={rows.length === 0 ? t("history.weekly.nothing") : null}>
      <dl className="grid grid-cols-2 gap-x-6 px-4 py-2 sm:grid-cols-4">
        {rows.map((kind) => (
          <div key={kind} className="py-1.5">
            <dt className="text-muted text-xs">{t(`history.kind.${kind}`)}</dt>
            <dd className="font-semibold text-base tabular-nums">{formatNumber(report.counts[kind])}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function People({ report }: { report: HistoryReport }) {
  const title = t("history.weekly.people");
  return (
    <Section id="report-people" title={title} empty={report.people.length === 0 ? t("history.weekly.nobody") : null}>
      <Table caption={title}>
        <thead>
          <tr>
            <Th>{t("history.weekly.person")}</Th>
            {(["activations", "hours", "withoutReason", "withoutTicket"] as const).map((name) => (
              <Th key={name} className="text-right">
                {t(`history.weekly.${name}`)}
              </Th>
            ))}
            <Th>{t("history.weekly.roles")}</Th>
          </tr>
        </thead>
        <tbody>
          {report.people.map((row) => (
            <tr key={row.person.id}>
              <Td className="font-medium">{row.person.name}</Td>
              <Td className="text-right tabular-nums">{row.activations}</Td>
              <Td className="text-right tabular-nums">{hours.format(row.hours)}</Td>
              <Td className="text-right tabular-nums">{row.withoutReason}</Td>
              <Td className="text-right tabular-nums">{row.withoutTicket}</Td>
              <Td className="min-w-64 print:min-w-0">{row.roles.join(", ")}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function Deciders({ report }: { report: HistoryReport }) {
  const title = t("history.weekly.deciders");
  return (
    <Section id="report-deciders" title={title} empty={report.deciders.length === 0 ? t("history.weekly.noDecision") : null}>
      <Table caption={title}>
        <thead>
          <tr>
            <Th>{t("history.weekly.person")}</Th>
            <Th className="text-right">{t("history.weekly.approved")}</Th>
            <Th className="text-right">{t("history.weekly.denied")}</Th>
          </tr>
        </thead>
        <tbody>
          {report.deciders.map((row) => (
            <tr key={row.person.id}>
              <Td className="font-medium">{row.person.name}</Td>
              <Td className="text-right tabular-nums">{row.approved}</Td>
              <Td className="text-right tabular-nums">{row.denied}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

type ListName = "standing" | "unexplained" | "refused" | "settings";
const EMPTY = {
  standing: "history.weekly.noStanding",
  unexplained: "history.weekly.noUnexplained",
  refused: "history.weekly.noRefused",
  settings: "history.weekly.noSettings",
} as const;

function EventList({ name, events }: { name: ListName; events: readonly HistoryEvent[] }) {
  const title = t(`history.weekly.${name}`);
  return (
    <Section id={`report-${name}`} title={title} empty={events.length === 0 ? t(EMPTY[name]) : null}>
      <ul>
        {events.map((event) => (
          <li
            key={event.key}
            className="grid gap-x-4 border-line border-b px-4 py-2 text-[0.8125rem] last:border-b-0 sm:grid-cols-[11rem_minmax(0,1fr)]"
          >
            <span className="text-muted text-xs leading-5 tabular-nums">{timeWords(event)}</span>
            <span className="wrap-anywhere">
              {[
                event.principal?.name,
                event.role?.name,
                scopeWords(event.scope, event.scopeName),
                t(`history.kind.${event.kind}`),
                event.decidedBy?.name ?? event.by?.name,
                event.reason || event.justification,
              ]
                .filter((part) => part !== undefined && part !== "")
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Report({ report }: { report: HistoryReport }) {
  const { info } = useSession();
  return (
    <div className="grid grid-cols-1 gap-4">
      <p className={report.isWhole ? "text-[0.8125rem] text-ok" : "text-[0.8125rem] text-warn"}>
        {report.isWhole ? t("history.weekly.whole") : t("history.weekly.notWhole")}
      </p>
      <Counts report={report} />
      <People report={report} />
      <Deciders report={report} />
      {(["standing", "unexplained", "refused", "settings"] as const).map((name) => (
        <EventList key={name} name={name} events={report[name]} />
      ))}
      <p className="text-muted text-xs">
        {t("history.weekly.made", { time: formatDateTime(report.asOf), name: info?.operator.name ?? t("common.unknown") })}
      </p>
    </div>
  );
}

function WeekButtons({ week, onWeek }: { week: string; onWeek: (week: string) => void }) {
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      <Button onClick={() => onWeek(weekAfter(week, -1))}>
        <ArrowLeft aria-hidden />
        {t("history.weekly.previous")}
      </Button>
      <Button disabled={week >= weekOf(new Date())} onClick={() => onWeek(weekAfter(week, 1))}>
        {t("history.weekly.next")}
        <ArrowRight aria-hidden />
      </Button>
      <button type="button" className={buttonClass({ variant: "primary" })} onClick={() => window.print()}>
        <Printer aria-hidden />
        {t("history.weekly.print")}
      </button>
    </div>
  );
}

/** The report of one week, made to be printed or kept as a PDF. */
export function ReportPage() {
  const [asked, setWeek] = useQueryState("week", parseAsString.withDefault(""));
  const week = rangeOfWeek(asked) === null ? weekOf(new Date()) : asked;
  const range = rangeOfWeek(week);
  const seesAll = useSeesAll();
  const query = useReport(week);
  const refused = seesAll === false || isForbidden(query.error);
  return (
    <div className="mx-auto grid w-full min-w-0 max-w-4xl grid-cols-1 gap-4 px-4 py-4 md:px-6 print:max-w-none print:p-0">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <Link href={pages.history()} className="inline-flex items-center gap-1 text-link text-xs hover:underline print:hidden">
            <ArrowLeft aria-hidden className="size-3.5" />
            {t("history.weekly.back")}
          </Link>
          <h1 className="font-semibold text-lg leading-6">{t("history.weekly.title", { week })}</h1>
          {range === null ? null : (
            <p className="text-[0.8125rem] text-muted">
              {t("history.weekly.subtitle", { from: formatDate(range.from), to: formatDate(Date.parse(range.to) - 1) })}
            </p>
          )}
        </div>
        {refused ? null : <WeekButtons week={week} onWeek={(next) => void setWeek(next)} />}
      </div>
      {refused ? (
        <Card>
          <NeedsAuditor />
        </Card>
      ) : query.error !== null ? (
        <ProblemPanel problem={toClientProblem(query.error)} actions={<RetryButton onRetry={query.refetch} />} />
      ) : null}
      {query.error === null && query.data === undefined && !refused ? <Skeleton className="h-64 w-full rounded-lg" /> : null}
      {query.data === undefined || refused ? null : <Report report={query.data} />}
    </div>
  );
}
