"use client";

import { SearchX, ServerOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import type { FleetStatus } from "@/lib/client/fleet-session";
import { t } from "@/messages/t";
import { RetryButton } from "./fleet-notices";
import type { GridState } from "./use-grid-state";

const FRAME = "min-h-0 flex-1 overflow-auto rounded-lg border border-line bg-surface shadow-card";

function LoadingRows() {
  return (
    <div role="status" className={FRAME}>
      <span className="sr-only">{t("machines.state.loading")}</span>
      <div className="h-9 border-line border-b bg-sunken" />
      {Array.from({ length: 16 }, (_, index) => `row-${index}`).map((key) => (
        <div key={key} className="flex h-9 items-center gap-6 border-line border-b px-3">
          <Skeleton className="size-4" />
          <Skeleton className="h-3 w-40" />
          <Skeleton className="h-4 w-20 rounded-full" />
          <Skeleton className="h-3 w-28" />
          <Skeleton className="hidden h-3 w-48 md:block" />
        </div>
      ))}
    </div>
  );
}

/** What stands in the place of the rows when there are none: loading, forbidden, failed, empty, incomplete, nothing found. */
export function FleetEmpty({ status, grid, total }: { status: FleetStatus; grid: GridState; total: number | null }) {
  if (status.phase === "failed" && status.problem !== null) {
    const title = status.problem.code === "forbidden" ? t("machines.state.forbidden") : t("machines.state.failed");
    return (
      <div className={`${FRAME} p-4`}>
        <h2 className="mb-3 font-semibold">{title}</h2>
        <ProblemPanel problem={status.problem} actions={<RetryButton />} />
      </div>
    );
  }
  // The rows may be there and only the answer to this question still on its way.
  if (status.phase !== "ready" || total === null) return <LoadingRows />;
  if (total > 0) {
    return (
      <div className={FRAME}>
        <EmptyState
          icon={SearchX}
          title={t("machines.state.nothingFound")}
          actions={<Button onClick={grid.clearFilters}>{t("machines.facet.clear")}</Button>}
        >
          {t("machines.state.nothingFoundDetail")}
        </EmptyState>
      </div>
    );
  }
  const missing = status.completeness?.machines.missing ?? [];
  if (status.completeness?.machines.complete === false) {
    return (
      <div className={`${FRAME} grid content-start gap-3 p-4`}>
        <h2 className="font-semibold">{t("machines.state.emptyPartial")}</h2>
        {missing.map((item) => (
          <ProblemPanel key={`${item.source}:${item.label}`} problem={item.problem} actions={<RetryButton />} />
        ))}
        {missing.length === 0 ? <p className="text-muted">{t("common.completeness.noReason")}</p> : null}
      </div>
    );
  }
  return (
    <div className={FRAME}>
      <EmptyState icon={ServerOff} title={t("machines.state.empty")} actions={<RetryButton />}>
        {t("machines.state.emptyDetail")}
      </EmptyState>
    </div>
  );
}
