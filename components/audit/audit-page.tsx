"use client";

import { RefreshCw, ScrollText, SearchX } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/class-names";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatClock } from "@/lib/client/format";
import type { AuditEntry, AuditPage as AuditPageData } from "@/lib/domain/api";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { AuditEntrySheet } from "./audit-entry-sheet";
import { AuditExport } from "./audit-export";
import { AuditFilters } from "./audit-filters";
import { AuditTable } from "./audit-table";
import { ChainBadge } from "./chain-badge";
import { useAudit } from "./use-audit";
import { isFiltered, NO_FILTER, useAuditFilter } from "./use-audit-filter";

function Loading() {
  return (
    <div role="status" aria-label={t("common.loading")} className="grid gap-2 p-4">
      {["a", "b", "c", "d", "e", "f"].map((row) => (
        <Skeleton key={row} className="h-8" />
      ))}
    </div>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered) {
    return (
      <EmptyState icon={ScrollText} title={t("audit.empty")}>
        {t("audit.emptyWhy")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={SearchX} title={t("audit.noMatch")} actions={<Button onClick={onClear}>{t("audit.filter.clear")}</Button>}>
      {t("audit.noMatchWhy")}
    </EmptyState>
  );
}

function Footer({ shown, first, more }: { shown: number; first: AuditPageData; more: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-2.5 text-muted text-xs">
      <span>
        {first.total === 0 ? t("common.completeness.none") : t("audit.shown", { shown, count: first.total })} ·{" "}
        <time dateTime={first.asOf}>{t("audit.asOf", { time: formatClock(first.asOf) })}</time>
      </span>
      {more}
    </div>
  );
}

/** Every write of the portal: filter, look at one, export, and see that the chain holds. */
export function AuditPage() {
  const [filter, setFilter] = useAuditFilter();
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const [exportProblem, setExportProblem] = useState<Problem | null>(null);
  const query = useAudit(filter);
  const first = query.data?.pages[0];
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const clear = () => setFilter(NO_FILTER);
  const retry = (
    <Button size="sm" onClick={() => void query.refetch()}>
      {t("common.retry")}
    </Button>
  );
  return (
    <div className="mx-auto grid w-full min-w-0 max-w-[96rem] grid-cols-1 gap-4 px-4 py-4 md:px-5">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <h1 className="font-semibold text-lg leading-6">{t("audit.title")}</h1>
          <p className="text-[0.8125rem] text-muted">{t("audit.subtitle")}</p>
          {first === undefined ? null : <p className="mt-0.5 text-muted text-xs">{t(`audit.${first.scope}`)}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <ChainBadge />
          <Button onClick={() => void query.refetch()} disabled={query.isFetching}>
            <RefreshCw aria-hidden className={cn(query.isFetching && "animate-spin")} />
            {t("common.refresh")}
          </Button>
          <AuditExport filter={filter} disabled={entries.length === 0} onProblem={setExportProblem} />
        </div>
      </div>
      <AuditFilters filter={filter} onChange={setFilter} />
      {exportProblem === null ? null : <ProblemPanel problem={{ ...exportProblem, title: t("audit.export.failed") }} />}
      {query.error === null ? null : (
        <div className="grid gap-2">
          {first === undefined ? null : (
            <p className="text-warn text-xs">{t("audit.stale", { time: formatClock(first.asOf) })}</p>
          )}
          <ProblemPanel problem={toClientProblem(query.error)} actions={retry} />
        </div>
      )}
      {first === undefined && query.error !== null ? null : (
        <Card aria-busy={query.isFetching}>
          {first === undefined ? <Loading /> : null}
          {first !== undefined && entries.length === 0 ? <Nothing filtered={isFiltered(filter)} onClear={clear} /> : null}
          {entries.length === 0 ? null : <AuditTable entries={entries} onOpen={setOpen} />}
          {first === undefined ? null : (
            <Footer
              shown={entries.length}
              first={first}
              more={
                query.hasNextPage ? (
                  <Button size="sm" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("audit.loadMore")}
                  </Button>
                ) : null
              }
            />
          )}
        </Card>
      )}
      <AuditEntrySheet
        entry={open}
        onClose={() => setOpen(null)}
        onShowOperation={(operation) => {
          setOpen(null);
          setFilter({ ...NO_FILTER, operation });
        }}
      />
    </div>
  );
}
