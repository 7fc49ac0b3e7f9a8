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
  /** More may be counted once all certificate dates are known. */
  atLeast: boolean;
};

function tiles(view: FleetView, datesKnown: boolean): Tile[] {
  const { kpis } = view;
  const dated = (note: string) => ({ note: datesKnown ? note : t("machines.kpi.datesMissing"), atLeast: !datesKnown });
  return [
    {
      key: "machines",
      label: t("machines.kpi.machines"),
      value: kpis.machines,
      note: t("machines.kpi.machinesOf", { total: view.total }),
      tone: null,
      facet: null,
      atLeast: false,
    },
    {
      key: "connected",
      label: t("machines.kpi.connected"),
      value: kpis.connected,
      note: formatPercent(kpis.connected, kpis.machines),
      tone: "ok",
      facet: ["status", "Connected"],
      atLeast: false,
    },
    {
      key: "stuck",
      label: t("machines.kpi.renewalStuck"),
      value: kpis.renewalStuck,
      ...dated(t("machines.kpi.renewalStuckNote")),
      tone: "warn",
      facet: ["certificate", "renewal-stuck"],
    },
    {
      key: "critical",
      label: t("machines.kpi.critical"),
      value: kpis.critical,
      ...dated(t("machines.kpi.criticalNote")),
      tone: "bad",
      facet: ["certificate", "critical"],
    },
    {
      key: "expired",
      label: t("machines.kpi.expired"),
      value: kpis.expired,
      ...dated(t("machines.kpi.expiredNote")),
      tone: "bad",
      facet: ["certificate", "expired"],
    },
  ];
}

const TILE =
  "flex min-w-0 flex-col justify-between rounded-lg border border-line bg-surface px-2 py-2 text-left shadow-card md:px-3.5 md:py-2.5";

function TileBody({ tile }: { tile: Tile }) {
  return (
    <>
      <span className="block text-muted text-xs max-md:leading-4 md:truncate">{tile.label}</span>
      <span className="mt-0.5 flex items-baseline gap-2">
        <span
          className={cn(
            "font-semibold text-base tabular-nums leading-7 md:text-xl",
            tile.tone !== null && tile.value > 0 && TONE_TEXT[tile.tone],
          )}
        >
          {tile.atLeast ? `≥ ${formatNumber(tile.value)}` : formatNumber(tile.value)}
        </span>
        <span className="truncate text-muted text-xs max-md:sr-only">{tile.note}</span>
      </span>
    </>
  );
}

/** The figures of what is shown. Each one but the first also filters by what it counts; a phone has the first one in its toolbar. */
export function KpiStrip({ view, grid, datesKnown }: { view: FleetView | null; grid: GridState; datesKnown: boolean }) {
  const list = view === null ? null : tiles(view, datesKnown);
  return (
    <ul
      aria-label={t("machines.kpi.label")}
      className="grid grid-cols-4 gap-2 py-0.5 md:grid-cols-5 md:gap-2.5 max-md:[&>li:first-child]:hidden"
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
