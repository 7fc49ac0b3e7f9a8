import "server-only";
import { csvLine } from "@/lib/db/csv";
import { streamHistory } from "@/lib/db/elevation-history";
import type { StoredHistoryEvent } from "@/lib/domain/elevation/history/types";
import type { AuditExport } from "../audit/export";
import type { ServiceContext } from "../context";
import { chainOf } from "./chain-of";
import { type HistoryExportQuery, historyFilter, historyScope } from "./query";

const COLUMNS: readonly { name: string; of(event: StoredHistoryEvent): string }[] = [
  { name: "seq", of: ({ seq }) => String(seq) },
  { name: "at", of: ({ at }) => at },
  { name: "notBefore", of: ({ earliestAt }) => earliestAt ?? "" },
  { name: "kind", of: ({ kind }) => kind },
  { name: "person", of: ({ principal }) => principal?.name ?? "" },
  { name: "personId", of: ({ principal }) => principal?.id ?? "" },
  { name: "role", of: ({ role }) => role?.name ?? "" },
  { name: "roleId", of: ({ role }) => role?.id ?? "" },
  { name: "group", of: ({ group }) => group?.name ?? "" },
  { name: "scope", of: ({ scope }) => scope ?? "" },
  { name: "startsAt", of: ({ startsAt }) => startsAt ?? "" },
  { name: "endsAt", of: ({ endsAt }) => endsAt ?? "" },
  { name: "by", of: ({ by }) => by?.name ?? "" },
  { name: "justification", of: ({ justification }) => justification },
  { name: "ticket", of: ({ ticket }) => (ticket === null ? "" : `${ticket.system} ${ticket.number}`.trim()) },
  { name: "decidedBy", of: ({ decidedBy }) => decidedBy?.name ?? "" },
  { name: "reason", of: ({ reason }) => reason },
  { name: "source", of: ({ source }) => source },
  { name: "azureId", of: ({ azureId }) => azureId },
  { name: "recordedAt", of: ({ recordedAt }) => recordedAt },
  { name: "hash", of: ({ hash }) => hash },
];

async function* csvParts(pages: AsyncGenerator<StoredHistoryEvent[]>): AsyncGenerator<string> {
  // The mark makes spreadsheets read the file as UTF-8.
  yield `\uFEFF${csvLine(COLUMNS.map(({ name }) => name))}`;
  for await (const events of pages) yield events.map((event) => csvLine(COLUMNS.map(({ of }) => of(event)))).join("");
}

async function* jsonParts(pages: AsyncGenerator<StoredHistoryEvent[]>, head: Record<string, unknown>): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"events":[`;
  let first = true;
  for await (const events of pages) {
    yield `${first ? "" : ","}\n${events.map((event) => JSON.stringify(event)).join(",\n")}`;
    first = false;
  }
  yield "\n]}\n";
}

/** Everything that matches and that this operator may see, read and sent page by page. */
export async function exportHistory(args: { ctx: ServiceContext; input: HistoryExportQuery }): Promise<AuditExport> {
  const { ctx, input } = args;
  const scope = historyScope(ctx.operator);
  const chain = input.machine === undefined ? null : await chainOf(ctx, input.machine);
  const pages = streamHistory(ctx.db, { scope, filter: historyFilter(input, chain?.scopes) });
  const asOf = ctx.clock.now().toISOString();
  const fileName = `arcwarden-history-${asOf.slice(0, 19).replaceAll(":", "-")}Z.${input.format}`;
  if (input.format === "csv") return { parts: csvParts(pages), contentType: "text/csv; charset=utf-8", fileName };
  const head = { asOf, tenantId: scope.tenantId, scope: scope.personId === null ? "all" : "own" };
  return { parts: jsonParts(pages, head), contentType: "application/json; charset=utf-8", fileName };
}
