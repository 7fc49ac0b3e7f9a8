import { t } from "@/messages/t";
import { cellText } from "./fleet-cells";
import type { FacetId, GridColumn } from "./fleet-columns";
import type { FleetCompleteness, FleetQuery, FleetRow } from "./fleet-types";
import { minutesToMs } from "./format";

export type ExportInput = {
  rows: readonly FleetRow[];
  columns: readonly GridColumn[];
  query: FleetQuery;
  /** Null while nothing has been read to its end: such an export is never called complete. */
  completeness: FleetCompleteness | null;
  which: "view" | "selection";
  asOf: string | null;
};

export type ExportHeader = {
  product: string;
  list: string;
  rows: number;
  which: "view" | "selection";
  asOf: string | null;
  complete: boolean;
  missing: { source: string; reason: string }[];
  search: string;
  filters: Partial<Record<FacetId, readonly string[]>>;
  sort: string[];
};

/** What a reader of the file must know: what it holds, as of when, and whether anything is missing. */
export function exportHeader(input: ExportInput): ExportHeader {
  const parts = input.completeness === null ? [] : Object.values(input.completeness);
  return {
    product: t("common.product"),
    list: t("machines.title"),
    rows: input.rows.length,
    which: input.which,
    asOf: input.asOf,
    complete: parts.length > 0 && parts.every((part) => part.complete),
    missing: parts.flatMap((part) => part.missing.map((item) => ({ source: item.label, reason: item.problem.detail }))),
    search: input.query.search,
    filters: input.query.filters,
    sort: input.query.sort.map((item) => `${item.column} ${item.descending ? "descending" : "ascending"}`),
  };
}

const FORMULA_START = /^[=+\-@\t\r]/;

/** A cell that a spreadsheet reads as text: quotes doubled, and no text that would be run as a formula. */
export function csvCell(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(",");
}

/** CSV of the columns shown, in their order, after comment lines with the completeness; UTF-8 with a mark for Excel. */
export function toCsv(input: ExportInput): string {
  const header = exportHeader(input);
  const notes = [
    `# ${header.product} ${header.list}: ${header.rows} rows (${header.which}), as of ${header.asOf ?? "unknown"}`,
    `# Complete: ${header.complete ? "yes" : "no"}`,
    ...header.missing.map((item) => `# Missing: ${item.source}: ${item.reason}`),
    `# Search: ${header.search === "" ? "none" : header.search}; filters: ${JSON.stringify(header.filters)}; sort: ${header.sort.join(", ") || "name ascending"}`,
  ].map((line) => csvCell(line.replaceAll(/[\r\n]+/g, " ")));
  const titles = [...input.columns.map((column) => t(`machines.column.${column}`)), "Resource id"];
  const lines = input.rows.map((row) =>
    csvLine([...input.columns.map((column) => cellText(row, column, input.query.nowMs)), row.id]),
  );
  return `\uFEFF${[...notes, csvLine(titles), ...lines].join("\r\n")}\r\n`;
}

const isoOrNull = (minutes: number): string | null => {
  const at = minutesToMs(minutes);
  return at === null ? null : new Date(at).toISOString();
};

/** JSON with the same header and the same columns; values as Azure gave them, dates in ISO 8601. */
export function toJson(input: ExportInput): string {
  const machines = input.rows.map((row) => ({
    id: row.id,
    ...Object.fromEntries(input.columns.map((column) => [column, jsonValue(row, column)])),
  }));
  return `${JSON.stringify({ export: exportHeader(input), machines }, null, 2)}\n`;
}

function jsonValue(row: FleetRow, column: GridColumn): unknown {
  switch (column) {
    case "identity":
      return { kind: row.identityKind, principalId: row.principalId === "" ? null : row.principalId };
    case "certificate":
      return {
        state: row.certificateState === "" ? null : row.certificateState,
        endsAt: isoOrNull(row.certificateEnd),
        daysLeft: row.daysLeft,
        estimate: row.estimateFrom < 0 ? null : { from: isoOrNull(row.estimateFrom), to: isoOrNull(row.estimateTo) },
      };
    case "signIn":
      return {
        state: row.extensionState === "" ? null : row.extensionState,
        extension: row.extensionName === "" ? null : row.extensionName,
        exitCode: row.extensionExitCode === "" ? null : row.extensionExitCode,
      };
    case "subscription":
      return { id: row.subscriptionId, name: row.subscriptionName };
    case "changed":
      return isoOrNull(row.lastStatusChange);
    case "join":
      return row.joinState;
    default:
      return cellText(row, column, 0);
  }
}

/** A file name that sorts by time and is legal on every system. */
export function exportName(kind: "csv" | "json", nowMs: number): string {
  return `arcwarden-machines-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "")}Z.${kind}`;
}
