"use client";

import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { showToast } from "@/components/ui/toast-store";
import { accessCsv, accessExportName, accessJson, type ExportColumn } from "@/lib/client/access/access-export";
import { useAccessStatus } from "@/lib/client/access/use-access";
import { download } from "@/lib/client/download";
import { formatClock } from "@/lib/client/format";
import { t } from "@/messages/t";

export type ExportMenuProps<Row> = {
  /** Part of the file name. */
  name: string;
  list: string;
  count: number;
  columns: readonly ExportColumn<Row>[];
  query: unknown;
  rows: () => Promise<readonly Row[]>;
};

/** Saves every row of what is shown, with as-of and what is missing. */
export function ExportMenu<Row>({ name, list, count, columns, query, rows }: ExportMenuProps<Row>) {
  const { asOf, completeness, incomplete } = useAccessStatus();
  const save = async (kind: "csv" | "json") => {
    const all = await rows();
    const input = { list, rows: all, columns, query, asOf, completeness, incomplete };
    const file = accessExportName(name, kind, Date.now());
    if (kind === "csv") download(file, "text/csv;charset=utf-8", accessCsv(input));
    else download(file, "application/json", accessJson(input));
    showToast({
      tone: "ok",
      title: t("accessFleet.exported", { name: file }),
      detail: t("accessFleet.exportedRows", { count: all.length, time: asOf === null ? t("common.unknown") : formatClock(asOf) }),
    });
  };
  return (
    <Menu
      trigger={
        <Button disabled={count === 0}>
          <Download aria-hidden />
          {t("accessFleet.exportMenu")}
        </Button>
      }
    >
      <MenuItem onSelect={() => void save("csv")}>{t("accessFleet.exportCsv", { count })}</MenuItem>
      <MenuItem onSelect={() => void save("json")}>{t("accessFleet.exportJson", { count })}</MenuItem>
    </Menu>
  );
}
