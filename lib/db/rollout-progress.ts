import "server-only";
import { sql } from "drizzle-orm";
import type { Database } from "./database";
import { queryRows } from "./query";

/** Machines that have ended, looked at for how long one takes. */
const SAMPLE = 400;

export type ProgressFacts = {
  /** Queued machines of each subscription. */
  queuedPerSubscription: number[];
  /** Seconds from sending to the end, of the machines that have ended last. */
  durations: number[];
  /** Seconds since sending, of every machine under way. */
  ages: number[];
};

/** What the forecast of the end needs to know of the tasks. */
export async function progressFacts(db: Database, rolloutId: string, now: Date): Promise<ProgressFacts> {
  const id = sql`${rolloutId}::uuid`;
  const queued = await queryRows(
    db.session,
    sql`select count(*)::int as n from rollout_task where rollout_id = ${id} and state = 'queued' group by subscription_id`,
  );
  const ended = await queryRows(
    db.session,
    sql`select extract(epoch from ended_at - submitted_at)::float8 as s from rollout_task
      where rollout_id = ${id} and ended_at is not null and submitted_at is not null and state in ('ready', 'notReady', 'failed')
      order by ended_at desc limit ${SAMPLE}`,
  );
  const open = await queryRows(
    db.session,
    sql`select extract(epoch from ${now.toISOString()}::timestamptz - submitted_at)::float8 as s from rollout_task
      where rollout_id = ${id} and ended_at is null and submitted_at is not null and state <> 'queued'`,
  );
  const seconds = (rows: Record<string, unknown>[]) => rows.map(({ s }) => Math.max(0, Number(s)));
  return {
    queuedPerSubscription: queued.map(({ n }) => Number(n)),
    durations: seconds(ended),
    ages: seconds(open),
  };
}
