import "server-only";
import { streamAudit } from "@/lib/db/audit-read";
import { csvLine } from "@/lib/db/csv";
import type { AuditEntry } from "@/lib/domain/api";
import type { ServiceContext } from "../context";
import { type AuditExportQuery, auditFilter, auditScope } from "./query";

const COLUMNS = [
  "seq",
  "at",
  "operatorName",
  "operatorObjectId",
  "action",
  "targetId",
  "outcome",
  "operationId",
  "traceId",
  "hash",
  "detail",
] as const;

function csvRow(entry: AuditEntry): string {
  return csvLine(
    COLUMNS.map((column) => {
      const value = entry[column];
      if (value === null) return "";
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    }),
  );
}

async function* csvParts(pages: AsyncGenerator<AuditEntry[]>): AsyncGenerator<string> {
  // The mark makes spreadsheets read the file as UTF-8.
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const entries of pages) yield entries.map(csvRow).join("");
}

async function* jsonParts(pages: AsyncGenerator<AuditEntry[]>, head: Record<string, unknown>): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"entries":[`;
  let first = true;
  for await (const entries of pages) {
    yield `${first ? "" : ","}\n${entries.map((entry) => JSON.stringify(entry)).join(",\n")}`;
    first = false;
  }
  yield "\n]}\n";
}

export type AuditExport = { parts: AsyncGenerator<string>; contentType: string; fileName: string };

/** Everything that matches and that this operator may see, read and sent page by page. */
export function exportAudit(args: { ctx: ServiceContext; input: AuditExportQuery }): AuditExport {
  const { ctx, input } = args;
  const scope = auditScope(ctx.operator);
  const pages = streamAudit(ctx.db, { scope, filter: auditFilter(input) });
  const asOf = ctx.clock.now().toISOString();
  const fileName = `arcwarden-audit-${asOf.slice(0, 19).replaceAll(":", "-")}Z.${input.format}`;
  if (input.format === "csv") return { parts: csvParts(pages), contentType: "text/csv; charset=utf-8", fileName };
  const head = { asOf, tenantId: scope.tenantId, scope: scope.operatorObjectId === null ? "all" : "own" };
  return { parts: jsonParts(pages, head), contentType: "application/json; charset=utf-8", fileName };
}

/** The parts as a body. A failure after the beginning breaks the download off, so that a short file is never taken for whole. */
export function textStream(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await parts.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
