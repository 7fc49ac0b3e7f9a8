"use client";

import { TONE_TEXT, type Tone } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import type { FleetView } from "@/lib/client/fleet-types";
import { formatNumber, formatPercent } from "@/lib/client/format";
import { t } from "@/messages/t";
import type { GridState } from "./use-grid-state";

type Tile = {
  key: string;
  label: string;
  value: number;
  note: string;
  tone: Tone | null;
  facet: ["status" | "certificate", string] | null;
};

function tiles(view: FleetView): Tile[] {
  const { kpis } = view;
  return [
    {
      key: "machines",
      label: t("machines.kpi.machines"),
      value: kpis.machines,
      note: t("machines.kpi.machinesOf", { total: view.total }),
      tone: null,
      facet: null,
    },
    {
      key: "connected",
      label: t("machines.kpi.connected"),
      value: kpis.connected,
      note: formatPercent(kpis.connected, kpis.machines),
      tone: "ok",
      facet: ["status", "Connected"],
    },
    {
      key: "stuck",
      label: t("machines.kpi.renewalStuck"),
      value: kpis.renewalStuck,
      note: t("machines.kpi.renewalStuckNote"),
      tone: "warn",
      facet: ["certificate", "renewal-stuck"],
    },
    {
      key: "critical",
      label: t("machines.kpi.critical"),
      value: kpis.critical,
      note: t("machines.kpi.criticalNote"),
      tone: "bad",
      facet: ["certificate", "critical"],
    },
    {
      key: "expired",
      label: t("machines.kpi.expired"),
      value: kpis.expired,
      note: t("machines.kpi.expiredNote"),
      tone: "bad",
      facet: ["certificate", "expired"],
    },
  ];
}

const TILE = "min-w-0 rounded-lg border border-line bg-surface px-3.5 py-2.5 text-left shadow-card";

function TileBody({ tile }: { tile: Tile }) {
  return (
    <>
      <span className="block truncate text-muted text-xs">{tile.label}</span>
      <span className="mt-0.5 flex items-baseline gap-2">
        <span
          className={cn(
            "font-semibold text-xl tabular-nums leading-7",
            tile.tone !== null && tile.value > 0 && TONE_TEXT[tile.tone],
          )}
        >
          {formatNumber(tile.value)}
        </span>
        <span className="truncate text-muted text-xs">{tile.note}</span>
      </span>
    </>
  );
}

/** The figures of what is shown. Each one but the first also filters by what it counts. */
export function KpiStrip({ view, grid }: { view: FleetView | null; grid: GridState }) {
  const list = view === null ? null : tiles(view);
  return (
    <ul
      aria-label={t("machines.kpi.label")}
      className="scroll-thin -mx-4 flex snap-x scroll-px-4 gap-2.5 overflow-x-auto px-4 py-0.5 md:mx-0 md:grid md:grid-cols-5 md:overflow-visible md:px-0 [&>li]:w-40 [&>li]:shrink-0 [&>li]:snap-start md:[&>li]:w-auto"
    >
      {list === null
        ? [1, 2, 3, 4, 5].map((key) => <li key={key} className={cn(TILE, "h-[4.125rem]")} />)
        : list.map((tile) => {
            const { facet } = tile;
            if (facet === null) {
              return (
                <li key={tile.key} className={TILE}>
                  <TileBody tile={tile} />
                </li>
              );
            }
            const pressed = grid.url[facet[0]].includes(facet[1]);
            return (
              <li key={tile.key} className="grid">
                <button
                  type="button"
                  aria-pressed={pressed}
                  onClick={() => grid.toggleFacet(facet[0], facet[1])}
                  className={cn(TILE, "hover:border-line-strong aria-pressed:border-primary aria-pressed:bg-selected")}
                >
                  <TileBody tile={tile} />
                </button>
              </li>
            );
          })}
    </ul>
  );
}
