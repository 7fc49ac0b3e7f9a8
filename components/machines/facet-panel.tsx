"use client";

import { memo, useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Skeleton } from "@/components/ui/skeleton";
import { FACETS, type FacetId } from "@/lib/client/fleet-columns";
import type { FacetEntry, FleetView } from "@/lib/client/fleet-types";
import { formatNumber } from "@/lib/client/format";
import { useFleetStatus } from "@/lib/client/use-fleet";
import { t } from "@/messages/t";
import { facetWords } from "./facet-words";
import type { GridState } from "./use-grid-state";

const SHORT = 6;

type FacetGroupProps = {
  id: FacetId;
  entries: readonly FacetEntry[];
  selected: readonly string[];
  subscriptions: readonly { id: string; name: string }[];
  onToggle: (id: FacetId, value: string) => void;
};

const FacetGroup = memo(function FacetGroup({ id, entries, selected, subscriptions, onToggle }: FacetGroupProps) {
  const [open, setOpen] = useState(false);
  const chosen = new Set(selected);
  const shown = open ? entries : entries.filter((entry, index) => index < SHORT || chosen.has(entry.value));
  const hidden = entries.length - shown.length;
  if (entries.length === 0) return null;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-semibold text-muted text-xs">{t(`machines.facet.${id}`)}</legend>
      {shown.map((entry) => {
        const words = facetWords(id, entry.value, subscriptions);
        return (
          // biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input.
          <label
            key={entry.value}
            className="-mx-1.5 flex min-h-6 cursor-pointer items-center gap-2 rounded px-1.5 hover:bg-sunken"
          >
            <Checkbox checked={chosen.has(entry.value)} onChange={() => onToggle(id, entry.value)} />
            <span className="min-w-0 flex-1 truncate text-[0.8125rem]" title={words}>
              {words}
            </span>
            <span className="text-muted text-xs tabular-nums">{formatNumber(entry.count)}</span>
          </label>
        );
      })}
      {hidden > 0 || open ? (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="mt-0.5 min-h-6 font-medium text-link text-xs hover:underline"
        >
          {open ? t("machines.facet.less") : t("machines.facet.more", { count: hidden })}
        </button>
      ) : null}
    </fieldset>
  );
});

export function FacetPanel({ view, grid }: { view: FleetView | null; grid: GridState }) {
  const { subscriptions } = useFleetStatus();
  if (view === null) {
    return (
      <div className="grid gap-2">
        {[1, 2, 3, 4, 5, 6, 7, 8].map((key) => (
          <Skeleton key={key} className="h-5 w-full" />
        ))}
      </div>
    );
  }
  if (FACETS.every((id) => view.facets[id].length === 0)) return <p className="text-muted text-xs">{t("machines.facet.none")}</p>;
  return (
    <div className="grid gap-4">
      {FACETS.map((id) => (
        <FacetGroup
          key={id}
          id={id}
          entries={view.facets[id]}
          selected={grid.url[id]}
          subscriptions={subscriptions}
          onToggle={grid.toggleFacet}
        />
      ))}
    </div>
  );
}
