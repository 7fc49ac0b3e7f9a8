"use client";

import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { showToast } from "@/components/ui/toast-store";
import { type AccessExport, accessCsv, accessExportName, accessJson } from "@/lib/client/access/access-export";
import { download } from "@/lib/client/download";
import type { MachineAccessView } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { scopeWords } from "../access-path";
import { capabilityName } from "../capability-words";
import { blockWords } from "../holder-list";
import { pathKindWords } from "../path-badges";
import { type AccessExportRow, type Answers, exportRows } from "./access-model";

const COLUMNS: AccessExport<AccessExportRow>["columns"] = [
  { id: "capability", title: "capability", text: (row) => row.capability },
  { id: "capabilityName", title: "capability name", text: (row) => capabilityName(row.capability) },
  { id: "principal", title: "principal", text: (row) => row.principal.displayName },
  { id: "detail", title: "sign-in name", text: (row) => row.principal.detail },
  { id: "principalId", title: "object id", text: (row) => row.principal.id },
  { id: "principalKind", title: "kind of principal", text: (row) => row.principal.kind },
  { id: "groups", title: "groups", text: (row) => row.path?.groups.map((group) => group.displayName).join(" > ") ?? "" },
  { id: "role", title: "role", text: (row) => row.path?.roleName ?? "" },
  { id: "scope", title: "scope", text: (row) => (row.path === null ? "" : scopeWords(row.path.scope)) },
  { id: "scopeId", title: "scope id", text: (row) => row.path?.scope.id ?? "" },
  { id: "holds", title: "holds", text: (row) => (row.path === null ? "" : pathKindWords(row.path.kind)) },
  {
    id: "condition",
    title: "condition",
    text: (row) => (row.path === null || row.path.condition.kind === "none" ? "" : row.path.condition.text),
  },
  { id: "assignmentId", title: "assignment", text: (row) => row.path?.assignmentId ?? "" },
  { id: "blocked", title: "blocked because", text: (row) => row.blocked },
];

export type ExportButtonProps = { view: MachineAccessView; answers: Answers; query: string };

/** Saves who can do what on the machine with every path, and says in the file as of when and what is missing. */
export function ExportButton({ view, answers, query }: ExportButtonProps) {
  const save = (kind: "csv" | "json") => {
    const input: AccessExport<AccessExportRow> = {
      list: t("access.page.exportList", { name: view.machine.name }),
      rows: exportRows(answers, (holder) => holder.blocked.map(blockWords).join(" ")),
      columns: COLUMNS,
      query: { search: query },
      asOf: view.completeness.asOf,
      completeness: view.completeness,
      incomplete: view.access.atLeast.map((item) => ({ ...item, source: item.source })),
    };
    const name = accessExportName(view.machine.name, kind, Date.now());
    if (kind === "csv") download(name, "text/csv;charset=utf-8", accessCsv(input));
    else download(name, "application/json", accessJson(input));
    showToast({ tone: "ok", title: t("access.page.exported", { name }) });
  };
  return (
    <Menu
      trigger={
        <Button>
          <Download aria-hidden />
          {t("access.page.export")}
        </Button>
      }
    >
      <MenuItem onSelect={() => save("csv")}>{t("access.page.exportCsv")}</MenuItem>
      <MenuItem onSelect={() => save("json")}>{t("access.page.exportJson")}</MenuItem>
    </Menu>
  );
}
