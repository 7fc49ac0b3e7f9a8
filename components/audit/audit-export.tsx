"use client";

import { ExportMenu } from "@/components/ui/export-menu";
import { api } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { type AuditFilterState, auditQueryText } from "./use-audit-filter";

export type AuditExportProps = { filter: AuditFilterState; disabled: boolean; onProblem: (problem: Problem | null) => void };

/** Saves everything that matches the filter, not only what is on the screen. */
export function AuditExport({ filter, disabled, onProblem }: AuditExportProps) {
  return (
    <ExportMenu
      words={{
        menu: t("audit.export.menu"),
        busy: t("audit.export.busy"),
        csv: t("audit.export.csv"),
        json: t("audit.export.json"),
      }}
      address={(format) => `${api.auditExport()}?${auditQueryText(filter, { format })}`}
      name="audit"
      disabled={disabled}
      onProblem={onProblem}
    />
  );
}
