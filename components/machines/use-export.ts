"use client";

import { showToast } from "@/components/ui/toast-store";
import { download } from "@/lib/client/download";
import { exportName, toCsv, toJson } from "@/lib/client/fleet-export";
import { formatClock } from "@/lib/client/format";
import { useFleetStatus } from "@/lib/client/use-fleet";
import type { FleetViewHandle } from "@/lib/client/use-fleet-view";
import { t } from "@/messages/t";
import type { GridState } from "./use-grid-state";

export type ExportKind = "csv" | "json";

/** Saves what is shown, or what is selected, with the columns that are shown and the completeness of the list. */
export function useExport(handle: FleetViewHandle, grid: GridState) {
  const { completeness, asOf } = useFleetStatus();
  return async (kind: ExportKind, which: "view" | "selection") => {
    const rows = await handle.exportRows(which);
    const input = { rows, columns: grid.url.columns, query: grid.query, completeness, which, asOf };
    const name = exportName(kind, Date.now());
    if (kind === "csv") download(name, "text/csv;charset=utf-8", toCsv(input));
    else download(name, "application/json", toJson(input));
    showToast({
      tone: "ok",
      title: t("machines.exported", { name }),
      detail: t("machines.exportedRows", { count: rows.length, time: asOf === null ? t("common.unknown") : formatClock(asOf) }),
    });
  };
}
