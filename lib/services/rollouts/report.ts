import "server-only";
import { streamAudit } from "@/lib/db/audit-read";
import { csvLine } from "@/lib/db/csv";
import { taskPage } from "@/lib/db/rollout-read";
import type { RolloutRow } from "@/lib/db/rollouts";
import { ROLLOUT_ACTIONS, type RolloutPersonAction, type RolloutView, type TaskView } from "@/lib/domain/rollout/api";
import type { ServiceContext } from "../context";
import { taskView } from "./tasks";
import { rolloutView } from "./view";
import { visibleRollout } from "./viewer";

const PAGE = 500;
const ACTIONS: readonly RolloutPersonAction["action"][] = ["start", ...ROLLOUT_ACTIONS];

const COLUMNS = [
  "machineName",
  "machineId",
  "subscriptionId",
  "resourceGroup",
  "wave",
  "state",
  "outcome",
  "cause",
  "exitCode",
  "azureCode",
  "azureMessage",
  "attempts",
  "submittedAt",
  "endedAt",
] as const;

function cell(value: string | number | null | undefined): string {
  return value == null ? "" : String(value);
}

function csvRow(task: TaskView): string {
  const { outcome } = task;
  const values: Record<(typeof COLUMNS)[number], string | number | null | undefined> = {
    machineName: task.machineName,
    machineId: task.machineId,
    subscriptionId: task.subscriptionId,
    resourceGroup: task.resourceGroup,
    wave: task.wave,
    state: task.state,
    outcome: outcome?.code,
    cause: outcome?.cause,
    exitCode: outcome?.failure?.exitCode,
    azureCode: outcome?.azure?.code,
    azureMessage: outcome?.azure?.message,
    attempts: task.attempt,
    submittedAt: task.submittedAt,
    endedAt: task.endedAt,
  };
  return csvLine(COLUMNS.map((column) => cell(values[column])));
}

async function* taskPages(ctx: ServiceContext, row: RolloutRow): AsyncGenerator<TaskView[]> {
  let after: number | null = null;
  do {
    const page: Awaited<ReturnType<typeof taskPage>> = await taskPage(ctx.db, { rolloutId: row.id }, { after, limit: PAGE });
    yield page.tasks.map(taskView);
    after = page.next;
  } while (after !== null);
}

/** What people did, from the audit, the oldest first. */
export async function personActions(ctx: Pick<ServiceContext, "db">, row: RolloutRow): Promise<RolloutPersonAction[]> {
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

async function* csvParts(pages: AsyncGenerator<TaskView[]>): AsyncGenerator<string> {
  // The mark makes spreadsheets read the file as UTF-8.
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const tasks of pages) yield tasks.map(csvRow).join("");
}

async function* jsonParts(
  head: { rollout: RolloutView; actions: RolloutPersonAction[]; asOf: string },
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

/** Every machine of a roll-out with its verdict, read and sent page by page; never a shortened list. */
export async function reportRollout(args: {
  ctx: ServiceContext;
  id: string;
  format: "json" | "csv";
}): Promise<RolloutReportFile> {
  const { ctx, format } = args;
  const { row, viewer } = await visibleRollout(ctx, args.id);
  const asOf = ctx.clock.now().toISOString();
  const fileName = `arcwarden-roll-out-${row.id.slice(0, 8)}-${asOf.slice(0, 19).replaceAll(":", "-")}Z.${format}`;
  const pages = taskPages(ctx, row);
  if (format === "csv") return { parts: csvParts(pages), contentType: "text/csv; charset=utf-8", fileName };
  const head = { rollout: await rolloutView(ctx, row, viewer), actions: await personActions(ctx, row), asOf };
  return { parts: jsonParts(head, pages), contentType: "application/json; charset=utf-8", fileName };
}
