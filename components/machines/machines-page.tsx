"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import { useFleet } from "@/lib/client/use-fleet";
import { useFleetView } from "@/lib/client/use-fleet-view";
import { useMedia } from "@/lib/client/use-media";
import { t } from "@/messages/t";
import { FacetPanel } from "./facet-panel";
import { FilterChips } from "./filter-chips";
import { FleetEmpty } from "./fleet-empty";
import { FleetGrid } from "./fleet-grid";
import { FleetNotices, ReadProgress } from "./fleet-notices";
import { KpiStrip } from "./kpi-strip";
import { MachineCards } from "./machine-cards";
import { MachinesHeader } from "./page-header";
import { RolloutButton } from "./rollout-button";
import { SelectionBar } from "./selection-bar";
import { Toolbar } from "./toolbar";
import { useExport } from "./use-export";
import { useGridState } from "./use-grid-state";

export function MachinesPage() {
  const status = useFleet();
  const grid = useGridState();
  const handle = useFleetView(grid.query);
  const runExport = useExport(handle, grid);
  const narrow = useMedia("(max-width: 767px)");
  const [filtersOpen, setFiltersOpen] = useState(false);
  const { view } = handle;
  const hasRows = view !== null && view.total > 0;
  const onExport = (...args: Parameters<typeof runExport>) => void runExport(...args);
  return (
    <div className="flex h-full min-h-[34rem] flex-col gap-3 px-4 py-3 md:px-5 md:py-4">
      <MachinesHeader
        status={status}
        shown={view?.shown ?? 0}
        onExport={onExport}
        rollOut={
          view === null || view.shown === 0 ? null : (
            <RolloutButton which="view" count={view.shown} handle={handle} grid={grid} variant="primary" />
          )
        }
      />
      <KpiStrip view={view} grid={grid} datesKnown={status.completeness?.certificates.complete !== false} />
      <ReadProgress status={status} />
      <FleetNotices status={status} hasRows={hasRows} />
      <div className="flex min-h-0 flex-1 gap-3">
        <aside
          aria-label={t("machines.facet.title")}
          className="scroll-thin hidden w-56 shrink-0 overflow-y-auto rounded-lg border border-line bg-surface px-3.5 py-3 shadow-card xl:block"
        >
          <FacetPanel view={view} grid={grid} />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col gap-2">
          <Toolbar grid={grid} shown={view?.shown ?? null} narrow={narrow} onOpenFilters={() => setFiltersOpen(true)} />
          <FilterChips grid={grid} />
          {view === null ? null : <SelectionBar view={view} handle={handle} grid={grid} onExport={onExport} />}
          {view === null || view.shown === 0 ? (
            <FleetEmpty status={status} grid={grid} total={view?.total ?? null} />
          ) : narrow ? (
            <MachineCards view={view} handle={handle} nowMs={grid.query.nowMs} />
          ) : (
            <FleetGrid view={view} handle={handle} grid={grid} />
          )}
        </div>
      </div>
      <Sheet
        open={filtersOpen}
        onOpenChange={setFiltersOpen}
        side="left"
        title={t("machines.facet.title")}
        footer={
          <>
            <Button variant="ghost" onClick={grid.clearFilters}>
              {t("machines.facet.clear")}
            </Button>
            <Button variant="primary" onClick={() => setFiltersOpen(false)}>
              {t("machines.shown", { count: view?.shown ?? 0 })}
            </Button>
          </>
        }
      >
        <FacetPanel view={view} grid={grid} />
      </Sheet>
    </div>
  );
}
