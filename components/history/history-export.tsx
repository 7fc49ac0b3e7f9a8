"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { apiResponse } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { api } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { type HistoryFilterState, historyQueryText } from "./use-history";

type ExportFormat = "csv" | "json";
const KEEP_ADDRESS_MS = 10_000;

async function saveExport(filter: HistoryFilterState, format: ExportFormat): Promise<void> {
  const response = await apiResponse(`${api.historyExport()}?${historyQueryText(filter, { format })}`);
  const name = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `history.${format}`;
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by now; kept a while for slow disks.
  setTimeout(() => URL.revokeObjectURL(address), KEEP_ADDRESS_MS);
}

export type HistoryExportProps = { filter: HistoryFilterState; disabled: boolean; onProblem: (problem: Problem | null) => void };

/** Saves everything that matches the filter, not only what is on the screen. */
export function HistoryExport({ filter, disabled, onProblem }: HistoryExportProps) {
  const [busy, setBusy] = useState(false);
  const save = (format: ExportFormat) => {
    setBusy(true);
    onProblem(null);
    saveExport(filter, format)
      .catch((error: unknown) => onProblem(toClientProblem(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Menu
      trigger={
        <Button size="sm" disabled={disabled || busy}>
          <Download aria-hidden />
          {busy ? t("history.export.busy") : t("history.export.menu")}
        </Button>
      }
    >
      <MenuItem onSelect={() => save("csv")}>{t("history.export.csv")}</MenuItem>
      <MenuItem onSelect={() => save("json")}>{t("history.export.json")}</MenuItem>
    </Menu>
  );
}
