import "server-only";
import { and, asc, eq, gt, ilike, inArray, or, type SQL, sql } from "drizzle-orm";
import type { TaskCounts } from "@/lib/domain/rollout/api";
import { emptyCounts } from "@/lib/domain/rollout/states";
import type { CauseKind, TaskState } from "@/lib/domain/rollout/types";
import type { Database, DbSession } from "./database";
import { queryRows } from "./query";
import { rolloutTask, rolloutTaskEvent } from "./rollout-schema";
import { asTask, type RolloutTaskRow } from "./rollouts";

export type RolloutTaskEventRow = typeof rolloutTaskEvent.$inferSelect;

/** Tasks by state, per wave, in one query. */
export async function countsByWave(session: DbSession, rolloutId: string): Promise<Map<number, TaskCounts>> {
  const rows = await queryRows(
    session,
    sql`select wave, state, count(*)::int as n from rollout_task where rollout_id = ${rolloutId}::uuid group by wave, state`,
  );
  const by = new Map<number, TaskCounts>();
  for (const row of rows) {
    const wave = Number(row.wave);
    const counts = by.get(wave) ?? emptyCounts();
    counts[String(row.state) as TaskState] = Number(row.n);
    by.set(wave, counts);
  }
  return by;
}

/** Tasks by state of many roll-outs, for the list. */
export async function countsOfRollouts(db: Database, rolloutIds: readonly string[]): Promise<Map<string, TaskCounts>> {
  const by = new Map<string, TaskCounts>(rolloutIds.map((id) => [id, emptyCounts()]));
  if (rolloutIds.length === 0) return by;
  const rows = await queryRows(
    db.session,
    sql`select rollout_id, state, count(*)::int as n from rollout_task
      where rollout_id in (select json_array_elements_text(${JSON.stringify(rolloutIds)}::json)::uuid) group by rollout_id, state`,
  );
  for (const row of rows) {
    const counts = by.get(String(row.rollout_id));
    if (counts !== undefined) counts[String(row.state) as TaskState] = Number(row.n);
  }
  return by;
}

export type TaskFilter = {
  rolloutId: string;
  states?: readonly TaskState[];
  cause?: string;
  code?: string;
  wave?: number;
  /** Part of a machine's name or resource group. */
  search?: string;
};

const escaped = (text: string) => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

function whereOf(filter: TaskFilter): SQL | undefined {
  const { states, cause, code, wave, search } = filter;
  return and(
    eq(rolloutTask.rolloutId, filter.rolloutId),
    states === undefined || states.length === 0 ? undefined : inArray(rolloutTask.state, [...states]),
    cause === undefined ? undefined : eq(rolloutTask.cause, cause),
    code === undefined ? undefined : eq(rolloutTask.code, code),
    wave === undefined ? undefined : eq(rolloutTask.wave, wave),
    search === undefined || search === ""
      ? undefined
      : or(ilike(rolloutTask.machineName, escaped(search)), ilike(rolloutTask.resourceGroup, escaped(search))),
  );
}

/** A page of tasks in their order; `after` is the position of the last one seen. `total` counts all that match. */
export async function taskPage(
  db: Database,
  filter: TaskFilter,
  page: { after: number | null; limit: number },
): Promise<{ tasks: RolloutTaskRow[]; total: number; next: number | null }> {
  const where = whereOf(filter);
  const rows = await db.session
    .select()
    .from(rolloutTask)
    .where(and(where, page.after === null ? undefined : gt(rolloutTask.position, page.after)))
    .orderBy(asc(rolloutTask.position))
    .limit(page.limit + 1);
  const counted = await db.session.select({ n: sql<number>`count(*)::int` }).from(rolloutTask).where(where);
  const tasks = rows.slice(0, page.limit).map(asTask);
  const next = rows.length > page.limit ? (tasks.at(-1)?.position ?? null) : null;
  return { tasks, total: Number(counted[0]?.n ?? 0), next };
}

export async function findTask(db: Database, rolloutId: string, position: number): Promise<RolloutTaskRow | null> {
  const rows = await db.session
    .select()
    .from(rolloutTask)
    .where(and(eq(rolloutTask.rolloutId, rolloutId), eq(rolloutTask.position, position)));
  return rows[0] === undefined ? null : asTask(rows[0]);
}

/** The log of one machine, the oldest first. */
export function taskEvents(db: Database, rolloutId: string, position: number): Promise<RolloutTaskEventRow[]> {
  return db.session
    .select()
    .from(rolloutTaskEvent)
    .where(and(eq(rolloutTaskEvent.rolloutId, rolloutId), eq(rolloutTaskEvent.position, position)))
    .orderBy(asc(rolloutTaskEvent.id));
}

export type CauseRow = {
  state: "failed" | "notReady";
  cause: CauseKind;
  code: string;
  count: number;
  /** The first of them, for Azure's own words. */
  examplePosition: number;
};

const groupOf = (row: Record<string, unknown>) => ({
  state: row.state as CauseRow["state"],
  cause: row.cause as CauseKind,
  code: String(row.code),
  count: Number(row.n),
});

/** What failed, grouped by state, cause and code; the largest group first. */
export async function causeGroups(db: Database, rolloutId: string): Promise<CauseRow[]> {
  const rows = await queryRows(
    db.session,
    sql`select state, coalesce(cause, 'other') as cause, coalesce(code, '') as code, count(*)::int as n, min(position)::int as first
      from rollout_task where rollout_id = ${rolloutId}::uuid and state in ('failed', 'notReady')
      group by 1, 2, 3 order by n desc, first`,
  );
  return rows.map((row) => ({ ...groupOf(row), examplePosition: Number(row.first) }));
}

export type CauseGroupRow = Pick<CauseRow, "state" | "cause" | "code" | "count"> & {
  subscriptionId: string;
  resourceGroup: string;
  /** Machines of the roll-out in this resource group for which nothing was sent yet. */
  queued: number;
};

/** Where the failures of each cause are. Resource groups compare without case; the first spelling is shown. */
export async function causeResourceGroups(db: Database, rolloutId: string): Promise<CauseGroupRow[]> {
  const rows = await queryRows(
    db.session,
    sql`with waiting as (
        select subscription_id, lower(resource_group) as grp, count(*)::int as n from rollout_task
        where rollout_id = ${rolloutId}::uuid and state = 'queued' and sends = 0 group by 1, 2)
      select f.state, coalesce(f.cause, 'other') as cause, coalesce(f.code, '') as code, f.subscription_id,
        min(f.resource_group) as resource_group, count(*)::int as n, coalesce(max(w.n), 0)::int as queued
      from rollout_task f left join waiting w on w.subscription_id = f.subscription_id and w.grp = lower(f.resource_group)
      where f.rollout_id = ${rolloutId}::uuid and f.state in ('failed', 'notReady')
      group by 1, 2, 3, 4, lower(f.resource_group) order by n desc, 5`,
  );
  return rows.map((row) => ({
    ...groupOf(row),
    subscriptionId: String(row.subscription_id),
    resourceGroup: String(row.resource_group),
    queued: Number(row.queued),
  }));
}

/** Machines per subscription, for the floor that ARM's limits set. */
export async function machinesBySubscription(db: Database, rolloutId: string): Promise<Map<string, number>> {
  const rows = await queryRows(
    db.session,
    sql`select subscription_id, count(*)::int as n from rollout_task where rollout_id = ${rolloutId}::uuid group by 1`,
  );
  return new Map(rows.map((row) => [String(row.subscription_id), Number(row.n)]));
}
