"use client";

import { FileText, History, RefreshCw, SearchX } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/class-names";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { LinkTabs } from "@/components/ui/link-tabs";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RetryButton } from "@/components/ui/retry-button";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatClock } from "@/lib/client/format";
import { useSeesAll } from "@/lib/client/use-sees-all";
import { pages } from "@/lib/config/routes";
import type { HistoryPage as HistoryPageData } from "@/lib/domain/elevation/history/api";
import type { StoredHistoryEvent } from "@/lib/domain/elevation/history/types";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { CoverageLine, CoverageView } from "./coverage-view";
import { DateQuestion } from "./date-question";
import { HistoryChain } from "./history-chain";
import { HistoryEventSheet } from "./history-event-sheet";
import { HistoryExport } from "./history-export";
import { HistoryFilters } from "./history-filters";
import { HistoryTable } from "./history-table";
import { isFiltered, NO_FILTER, useHistory, useHistoryFilter, useSweepNow } from "./use-history";

const VIEWS = ["events", "on", "coverage"] as const;

function Loading() {
  return (
    <div role="status" aria-label={t("common.loading")} className="grid gap-2 p-4">
      {["a", "b", "c", "d", "e", "f"].map((row) => (
        <Skeleton key={row} className="h-8" />
      ))}
    </div>
  );
}

function Nothing({ filtered, own, onClear }: { filtered: boolean; own: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={SearchX}
        title={t("history.noMatch")}
        actions={<Button onClick={onClear}>{t("history.filter.clear")}</Button>}
      >
        {t("history.noMatchWhy")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={History} title={own ? t("history.emptyOwn") : t("history.empty")}>
      {own ? t("history.emptyOwnWhy") : t("history.emptyWhy")}
    </EmptyState>
  );
}

function SweepButton({ sweep }: { sweep: ReturnType<typeof useSweepNow> }) {
  return (
    <Button onClick={() => sweep.mutate()} disabled={sweep.isPending}>
      <RefreshCw aria-hidden className={cn(sweep.isPending && "animate-spin")} />
      {sweep.isPending ? t("history.reading") : t("history.readNow")}
    </Button>
  );
}

/** What became of the wish to read now. */
function SweepOutcome({ sweep }: { sweep: ReturnType<typeof useSweepNow> }) {
  return (
    <>
      <p role="status" className="text-[0.8125rem] text-muted empty:hidden">
        {sweep.data === undefined ? "" : t("history.readStarted", { count: sweep.data.places })}
      </p>
      {sweep.error === null ? null : (
        <ProblemPanel problem={{ ...toClientProblem(sweep.error), title: t("history.readFailed") }} />
      )}
    </>
  );
}

function Header({ first, actions }: { first: HistoryPageData | undefined; actions: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <div className="min-w-0">
        <h1 className="font-semibold text-lg leading-6">{t("history.title")}</h1>
        <p className="text-[0.8125rem] text-muted">{t("history.subtitle")}</p>
        {first === undefined ? null : <p className="mt-0.5 text-muted text-xs">{t(`history.${first.scope}`)}</p>}
      </div>
      <div className="flex flex-wrap items-center gap-2">{actions}</div>
    </div>
  );
}

function Events() {
  const [filter, setFilter] = useHistoryFilter();
  const [open, setOpen] = useState<StoredHistoryEvent | null>(null);
  const [exportProblem, setExportProblem] = useState<Problem | null>(null);
  const query = useHistory(filter);
  const first = query.data?.pages[0];
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <div className="grid grid-cols-1 gap-4">
      {first === undefined ? null : <CoverageLine coverage={first.coverage} />}
      <HistoryFilters filter={filter} onChange={setFilter} />
      {exportProblem === null ? null : <ProblemPanel problem={{ ...exportProblem, title: t("history.export.failed") }} />}
      {query.error === null ? null : (
        <div className="grid gap-2">
          {first === undefined ? null : (
            <p className="text-warn text-xs">{t("history.stale", { time: formatClock(first.asOf) })}</p>
          )}
          <ProblemPanel problem={toClientProblem(query.error)} actions={<RetryButton onRetry={query.refetch} />} />
        </div>
      )}
      {first === undefined && query.error !== null ? null : (
        <Card aria-busy={query.isFetching}>
          {first === undefined ? <Loading /> : null}
          {first !== undefined && events.length === 0 ? (
            <Nothing filtered={isFiltered(filter)} own={first.scope === "own"} onClear={() => setFilter(NO_FILTER)} />
          ) : null}
          {events.length === 0 ? null : <HistoryTable events={events} onOpen={setOpen} />}
          {first === undefined ? null : (
            <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-2.5 text-muted text-xs">
              <span>
                {first.total === 0 ? t("history.none") : t("history.shown", { shown: events.length, count: first.total })} ·{" "}
                <time dateTime={first.asOf}>{t("history.asOf", { time: formatClock(first.asOf) })}</time>
              </span>
              <span className="flex flex-wrap gap-2">
                {query.hasNextPage ? (
                  <Button size="sm" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("history.loadMore")}
                  </Button>
                ) : null}
                <HistoryExport filter={filter} disabled={events.length === 0} onProblem={setExportProblem} />
              </span>
            </div>
          )}
        </Card>
      )}
      <HistoryEventSheet
        event={open}
        onClose={() => setOpen(null)}
        onFilter={(change) => {
          setOpen(null);
          setFilter({ ...NO_FILTER, ...change });
        }}
      />
    </div>
  );
}

function Coverage() {
  const query = useHistory(NO_FILTER);
  const first = query.data?.pages[0];
  if (first !== undefined) return <CoverageView coverage={first.coverage} />;
  if (query.error === null) return <Loading />;
  return <ProblemPanel problem={toClientProblem(query.error)} actions={<RetryButton onRetry={query.refetch} />} />;
}

/** Who held what, when and why, beyond the 30 days that Azure keeps. */
export function HistoryPage() {
  const [view] = useQueryState("view", parseAsStringLiteral(VIEWS).withDefault("events"));
  const tabs = VIEWS.map((id) => ({
    id,
    href: id === "events" ? pages.history() : `${pages.history()}?view=${id}`,
    label: t(`history.tabs.${id}`),
  }));
  const first = useHistory(NO_FILTER).data?.pages[0];
  const seesAll = useSeesAll();
  const sweep = useSweepNow();
  return (
    <div className="mx-auto grid w-full min-w-0 max-w-[96rem] grid-cols-1 gap-4 px-4 py-4 md:px-5">
      <Header
        first={first}
        actions={
          <>
            <HistoryChain />
            {seesAll === true ? (
              <Link href={pages.historyReport()} className={buttonClass({ variant: "secondary" })}>
                <FileText aria-hidden />
                {t("history.report")}
              </Link>
            ) : null}
            <SweepButton sweep={sweep} />
          </>
        }
      />
      <SweepOutcome sweep={sweep} />
      <LinkTabs label={t("history.title")} tabs={tabs} current={view} />
      {view === "events" ? <Events /> : view === "on" ? <DateQuestion /> : <Coverage />}
    </div>
  );
}
