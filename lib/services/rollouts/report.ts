import "server-only";
import { streamAudit } from "@/lib/db/audit-read";
import { csvLine } from "@/lib/db/csv";
import { taskPage } from "@/lib/db/rollout-read";
import type { RolloutRow } from "@/lib/db/rollouts";
import { ROLLOUT_ACTIONS, type RolloutPersonAction, type RolloutView, type TaskView } from "@/lib/domain/rollout/api";
import { REPORT_COLUMNS, reportHead, reportRow, type Words } from "@/lib/domain/rollout/report";
import type { ServiceContext } from "../context";
import { taskView } from "./tasks";
import { rolloutView } from "./view";
import { visibleRollout } from "./viewer";

type ReportHead = { rollout: RolloutView; asOf: string };

const PAGE = 500;
const ACTIONS: readonly RolloutPersonAction["action"][] = ["start", ...ROLLOUT_ACTIONS];

async function* taskPages(ctx: ServiceContext, row: RolloutRow): AsyncGenerator<TaskView[]> {
  let after: number | null = null;
  do {
    const page: Awaited<ReturnType<typeof taskPage>> = await taskPage(ctx.db, { rolloutId: row.id }, { after, limit: PAGE });
    yield page.tasks.map(taskView);
    after = page.next;
  } while (after !== null);
}

/** What people did, from the audit, the oldest first. */
async function personActions(ctx: Pick<ServiceContext, "db">, row: RolloutRow): Promise<RolloutPersonAction[]> {
  const actions: RolloutPersonAction[] = [];
  const scope = { tenantId: row.tenantId, operatorObjectId: null };
  for await (const entries of streamAudit(ctx.db, { scope, filter: { operationId: row.id } })) {
    for (const { at, operatorName, action, detail } of entries) {
      const known = ACTIONS.find((name) => `rollout.${name}` === action);
      if (known === undefined) continue;
      const changed = known === "start" ? detail.count : detail.changed;
      actions.push({ at, operatorName, action: known, changed: typeof changed === "number" ? changed : null });
    }
  }
  return actions;
}

async function* csvParts(head: ReportHead, pages: AsyncGenerator<TaskView[]>, words: Words): AsyncGenerator<string> {
  // The mark makes spreadsheets read the file as UTF-8.
  yield `\uFEFF${reportHead({ ...head, rows: head.rollout.total })
    .map(csvLine)
    .join("")}${csvLine(REPORT_COLUMNS)}`;
  for await (const tasks of pages) yield tasks.map((task) => csvLine(reportRow(task, words))).join("");
}

async function* jsonParts(
  head: ReportHead & { actions: RolloutPersonAction[] },
  pages: AsyncGenerator<TaskView[]>,
): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"tasks":[`;
  let first = true;
  for await (const tasks of pages) {
    yield `${first ? "" : ","}\n${tasks.map((task) => JSON.stringify(task)).join(",\n")}`;
    first = false;
  }
  yield "\n]}\n";
}

export type RolloutReportFile = { parts: AsyncGenerator<string>; contentType: string; fileName: string };

/**
 * Every machine of a roll-out with its verdict, read and sent page by page; never a shortened list. `words` turns message keys
 * into text for the table: this layer knows no language.
 */
export async function reportRollout(args: {
  ctx: ServiceContext;
  id: string;
  format: "json" | "csv";
  words: Words;
}): Promise<RolloutReportFile> {
  const { ctx, format, words } = args;
  const { row, viewer } = await visibleRollout(ctx, args.id);
  const asOf = ctx.clock.now().toISOString();
  const fileName = `arcwarden-roll-out-${row.id.slice(0, 8)}-${asOf.slice(0, 19).replaceAll(":", "-")}Z.${format}`;
  const pages = taskPages(ctx, row);
  const head = { rollout: await rolloutView(ctx, row, viewer), asOf };
  if (format === "csv") return { parts: csvParts(head, pages, words), contentType: "text/csv; charset=utf-8", fileName };
  const actions = await personActions(ctx, row);
  return { parts: jsonParts({ ...head, actions }, pages), contentType: "application/json; charset=utf-8", fileName };
}
