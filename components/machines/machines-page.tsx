"use client";

import { useDeferredValue, useState } from "react";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import type { FleetStatus } from "@/lib/client/fleet-session";
import { useFleet } from "@/lib/client/use-fleet";
import { useFleetView } from "@/lib/client/use-fleet-view";
import { useMedia } from "@/lib/client/use-media";
import { t } from "@/messages/t";
import { FacetPanel } from "./facet-panel";
import { FilterChips } from "./filter-chips";
import { FleetEmpty } from "./fleet-empty";
import { FleetGrid } from "./fleet-grid";
import { FleetNotices, ReadState } from "./fleet-notices";
import { KpiStrip } from "./kpi-strip";
import { MachineCards } from "./machine-cards";
import { MachinesHeader } from "./page-header";
import { RolloutButton } from "./rollout-button";
import { SelectionBar } from "./selection-bar";
import { Toolbar } from "./toolbar";
import { useExport } from "./use-export";
import { useGridState } from "./use-grid-state";

/** A page that has not begun to read is about to. A list is called whole only when its last rows are on the screen. */
function shownPhase(phase: FleetStatus["phase"], isCurrent: boolean): FleetStatus["phase"] {
  if (phase === "idle") return "loading";
  return phase === "ready" && !isCurrent ? "refreshing" : phase;
}

export function MachinesPage() {
  const fleet = useFleet();
  const grid = useGridState();
  const handle = useFleetView(grid.query);
  const status: FleetStatus = { ...fleet, phase: shownPhase(fleet.phase, handle.isCurrent) };
  const runExport = useExport(handle, grid);
  const narrow = useMedia("(max-width: 767px)");
  const [filtersOpen, setFiltersOpen] = useState(false);
  const { view } = handle;
  // At the first drawing the rows come first: the filters beside them are as much work again.
  const facetView = useDeferredValue(view) === null ? null : view;
  const hasRows = view !== null && view.total > 0;
  const onExport = (...args: Parameters<typeof runExport>) => void runExport(...args);
  return (
    <div className="flex h-full min-h-[34rem] flex-col gap-3 px-4 py-3 md:px-5 md:py-4">
      <MachinesHeader
        status={status}
        shown={view?.shown ?? 0}
        onExport={onExport}
        rollOut={<RolloutButton which="view" count={view?.shown ?? 0} handle={handle} grid={grid} variant="primary" />}
      />
      <ReadState status={status} />
      <KpiStrip view={view} grid={grid} datesKnown={status.completeness?.certificates.complete !== false} />
      <FleetNotices status={status} hasRows={hasRows} />
      <div className="flex min-h-0 flex-1 gap-3">
        <aside
          aria-label={t("machines.facet.title")}
          className="scroll-thin hidden w-56 shrink-0 overflow-y-auto rounded-lg border border-line bg-surface px-3.5 py-3 shadow-card xl:block"
        >
          <FacetPanel view={facetView} grid={grid} />
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
