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
import { type AuditFilterState, auditQueryText } from "./use-audit-filter";

type ExportFormat = "csv" | "json";

const KEEP_ADDRESS_MS = 10_000;

async function saveExport(filter: AuditFilterState, format: ExportFormat): Promise<void> {
  const response = await apiResponse(`${api.auditExport()}?${auditQueryText(filter, { format })}`);
  const name = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `audit.${format}`;
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by now; kept a while for slow disks.
  setTimeout(() => URL.revokeObjectURL(address), KEEP_ADDRESS_MS);
}

export type AuditExportProps = { filter: AuditFilterState; disabled: boolean; onProblem: (problem: Problem | null) => void };

/** Saves everything that matches the filter, not only what is on the screen. */
export function AuditExport({ filter, disabled, onProblem }: AuditExportProps) {
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
        <Button disabled={disabled || busy}>
          <Download aria-hidden />
          {busy ? t("audit.export.busy") : t("audit.export.menu")}
        </Button>
      }
    >
      <MenuItem onSelect={() => save("csv")}>{t("audit.export.csv")}</MenuItem>
      <MenuItem onSelect={() => save("json")}>{t("audit.export.json")}</MenuItem>
    </Menu>
  );
}
