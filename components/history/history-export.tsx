"use client";

import { ExportMenu } from "@/components/ui/export-menu";
import { api } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { type HistoryFilterState, historyQueryText } from "./use-history";

export type HistoryExportProps = { filter: HistoryFilterState; disabled: boolean; onProblem: (problem: Problem | null) => void };

/** Saves everything that matches the filter, not only what is on the screen. */
export function HistoryExport({ filter, disabled, onProblem }: HistoryExportProps) {
  return (
    <ExportMenu
      words={{
        menu: t("history.export.menu"),
        busy: t("history.export.busy"),
        csv: t("history.export.csv"),
        json: t("history.export.json"),
      }}
      address={(format) => `${api.historyExport()}?${historyQueryText(filter, { format })}`}
      name="history"
      disabled={disabled}
      size="sm"
      onProblem={onProblem}
    />
  );
}
