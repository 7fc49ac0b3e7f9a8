"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { FACETS } from "@/lib/client/fleet-columns";
import { formatDate } from "@/lib/client/format";
import { useFleetStatus } from "@/lib/client/use-fleet";
import { t } from "@/messages/t";
import { facetWords } from "./facet-words";
import type { GridState } from "./use-grid-state";

function Chip({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      onClick={onRemove}
      aria-label={t("machines.facet.remove", { name, value })}
      className="inline-flex h-6 max-w-72 items-center gap-1.5 rounded-full border border-info/30 bg-info-soft px-2.5 font-medium text-info text-xs hover:border-info"
    >
      <span className="truncate">{value === "" ? name : `${name}: ${value}`}</span>
      <X aria-hidden className="size-3 shrink-0" />
    </button>
  );
}

/** Every filter in force, also those that came with a link, each with a way to take it off. */
export function FilterChips({ grid }: { grid: GridState }) {
  const { subscriptions } = useFleetStatus();
  const { url } = grid;
  if (url.lapse === null && !url.disagreement && FACETS.every((id) => url[id].length === 0)) return null;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {FACETS.flatMap((id) =>
        url[id].map((value) => (
          <Chip
            key={`${id}:${value}`}
            name={t(`machines.facet.${id}`)}
            value={facetWords(id, value, subscriptions)}
            onRemove={() => grid.toggleFacet(id, value)}
          />
        )),
      )}
      {url.lapse === null ? null : (
        <Chip
          name={t("machines.facet.lapse", {
            from: formatDate(url.lapse.fromMinute * 60_000),
            to: formatDate(url.lapse.toMinute * 60_000 - 1),
          })}
          value=""
          onRemove={() => grid.change({ lapse: null })}
        />
      )}
      {url.disagreement ? (
        <Chip name={t("machines.facet.disagreement")} value="" onRemove={() => grid.change({ disagreement: false })} />
      ) : null}
      <Button variant="ghost" size="sm" onClick={grid.clearFilters}>
        {t("machines.facet.clear")}
      </Button>
    </div>
  );
}
