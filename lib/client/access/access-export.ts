import type { IncompleteInput } from "@/lib/domain/access/types";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { t, tDynamic } from "@/messages/t";
import { csvCell } from "../fleet-export";

export type ExportColumn<Row> = { id: string; title: string; text: (row: Row) => string | number };

export type AccessExport<Row> = {
  /** What the list is, in words. */
  list: string;
  rows: readonly Row[];
  columns: readonly ExportColumn<Row>[];
  /** Search, filters and sort in force, for the reader of the file. */
  query: unknown;
  asOf: string | null;
  completeness: Completeness | null;
  incomplete: readonly IncompleteInput[];
};

export type AccessExportHeader = {
  product: string;
  list: string;
  rows: number;
  asOf: string | null;
  /** False while nothing was read to its end, or anything could not be read: counts are then "at least". */
  complete: boolean;
  missing: { source: string; label: string; reason: string }[];
  query: unknown;
};

/** What a reader of the file must know: what it holds, as of when, and what could not be read. */
export function accessExportHeader<Row>(input: AccessExport<Row>): AccessExportHeader {
  const missing = [
    ...(input.completeness?.missing ?? []).map(({ source, label, problem }) => ({ source, label, reason: problem.detail })),
    ...input.incomplete.map(({ source, label, reason }) => ({ source, label, reason })),
  ];
  return {
    product: t("common.product"),
    list: input.list,
    rows: input.rows.length,
    asOf: input.asOf,
    complete: input.completeness?.complete === true && missing.length === 0,
    missing,
    query: input.query,
  };
}

/** CSV after comment lines with the completeness; UTF-8 with a mark for Excel; no cell can run as a formula. */
export function accessCsv<Row>(input: AccessExport<Row>): string {
  const header = accessExportHeader(input);
  const notes = [
    `# ${header.product} ${header.list}: ${header.rows} rows, as of ${header.asOf ?? "unknown"}`,
    `# Complete: ${header.complete ? "yes" : "no"}`,
    ...header.missing.map((item) => `# Missing: ${tDynamic(`accessFleet.source.${item.source}`)}: ${item.label}: ${item.reason}`),
    `# Query: ${JSON.stringify(header.query)}`,
  ].map((line) => csvCell(line.replaceAll(/[\r\n]+/g, " ")));
  const line = (cells: readonly string[]) => cells.map(csvCell).join(",");
  const titles = line(input.columns.map((column) => column.title));
  const lines = input.rows.map((row) => line(input.columns.map((column) => String(column.text(row)))));
  return `\uFEFF${[...notes, titles, ...lines].join("\r\n")}\r\n`;
}

/** JSON with the same header and columns; numbers stay numbers. */
export function accessJson<Row>(input: AccessExport<Row>): string {
  const rows = input.rows.map((row) => Object.fromEntries(input.columns.map((column) => [column.id, column.text(row)])));
  return `${JSON.stringify({ export: accessExportHeader(input), rows }, null, 2)}\n`;
}

/** A file name that sorts by time and is legal on every system. */
export function accessExportName(list: string, kind: "csv" | "json", nowMs: number): string {
  return `arcwarden-access-${list}-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "")}Z.${kind}`;
}
