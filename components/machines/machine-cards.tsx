"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { Badge } from "@/components/ui/badge";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/class-names";
import { Skeleton } from "@/components/ui/skeleton";
import {
  certificateStateWords,
  certificateTone,
  identityTone,
  identityWords,
  signInTone,
  signInWords,
  statusTone,
  statusWords,
} from "@/lib/client/fleet-cells";
import type { FleetRow, FleetView } from "@/lib/client/fleet-types";
import type { FleetViewHandle } from "@/lib/client/use-fleet-view";
import { t } from "@/messages/t";
import { CertificateBar } from "./certificate-bar";
import { MachineLink } from "./grid-cell";
import { CARD_HEIGHT } from "./grid-layout";

function Card({ row, nowMs, onToggle }: { row: FleetRow; nowMs: number; onToggle: () => void }) {
  return (
    <div
      className={cn(
        "grid h-full gap-1.5 rounded-lg border border-line px-3.5 py-2.5",
        row.selected ? "bg-selected" : "bg-surface",
      )}
    >
      <div className="flex min-w-0 items-center gap-2">
        <MachineLink row={row} />
        <span className="ml-auto flex items-center gap-2">
          <Badge tone={statusTone(row.status)}>{statusWords(row.status)}</Badge>
          {/* biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input. */}
          <label className="-my-2 -mr-2 grid size-9 place-items-center">
            <Checkbox aria-label={t("machines.selectRow", { name: row.name })} checked={row.selected} onChange={onToggle} />
          </label>
        </span>
      </div>
      <span className="flex items-center justify-between gap-2">
        <CertificateBar row={row} nowMs={nowMs} />
        <Badge tone={certificateTone(row.certificateState)}>{certificateStateWords(row.certificateState)}</Badge>
      </span>
      <div className="flex min-w-0 flex-wrap gap-1.5">
        <Badge
          tone={identityTone(row.identityKind)}
        >{`${t("machines.column.identity")}: ${identityWords(row.identityKind)}`}</Badge>
        <Badge tone={signInTone(row.extensionState)}>{`${t("machines.column.signIn")}: ${signInWords(row)}`}</Badge>
      </div>
      <p className="truncate text-muted text-xs">
        {[row.os, row.resourceGroup, row.location].filter((part) => part !== "").join(" · ")}
      </p>
    </div>
  );
}

/** The fleet on a narrow screen: the same rows, filters and order, one card each. */
export function MachineCards({ view, handle, nowMs }: { view: FleetView; handle: FleetViewHandle; nowMs: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: view.shown,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    gap: 8,
    overscan: 4,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { show } = handle;
  useEffect(() => {
    if (view.shown > 0) show(first, last);
  }, [first, last, show, view.shown]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1).
    <section ref={scroller} aria-label={t("machines.grid")} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto">
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const row = handle.rowAt(item.index);
          return (
            <li
              key={item.index}
              aria-setsize={view.shown}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0"
              style={{ height: CARD_HEIGHT, transform: `translateY(${item.start}px)` }}
            >
              {row === undefined ? (
                <Skeleton className="h-full rounded-lg" />
              ) : (
                <Card
                  row={row}
                  nowMs={nowMs}
                  onToggle={() => handle.select({ kind: "set", position: item.index, selected: !row.selected })}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
