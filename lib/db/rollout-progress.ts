import "server-only";
import { sql } from "drizzle-orm";
import type { Database } from "./database";
import { queryRows } from "./query";

/** Machines that have ended, looked at for how long one takes. */
const SAMPLE = 400;

export type ProgressFacts = {
  /** Queued machines of each subscription. */
  queuedPerSubscription: number[];
  /** Seconds from sending to the end, of the machines that have ended last, in tenths. */
  durations: number[];
  /** Seconds since sending, of every machine under way, in halves. */
  ages: number[];
  /** Seconds since Azure accepted each of the latest requests, in halves. */
  acceptedAges: number[];
};

const seconds = (at: string, of: string) => sql.raw(`extract(epoch from ${at} - ${of})::float8`);

/**
 * What rate and forecast need to know of the tasks, `acceptedSince` on for the rate. One pass over the roll-out, counted where it
 * is read: ten thousand machines are a few hundred rows.
 */
export async function progressFacts(
  db: Database,
  rolloutId: string,
  args: { now: Date; acceptedSince: Date },
): Promise<ProgressFacts> {
  const rows = await queryRows(
    db.session,
    sql`with t as materialized (
        select state, subscription_id, submitted_at, accepted_at, ended_at, ${args.now.toISOString()}::timestamptz as now
        from rollout_task where rollout_id = ${rolloutId}::uuid)
      select 'queued' as of, null::float8 as value, count(*)::int as n from t where state = 'queued' group by subscription_id
      union all
      select 'age', floor(${seconds("now", "submitted_at")}) + 0.5, count(*)::int from t
        where ended_at is null and submitted_at is not null and state <> 'queued' group by 2
      union all
      select 'accepted', floor(${seconds("now", "accepted_at")}) + 0.5, count(*)::int from t
        where accepted_at >= ${args.acceptedSince.toISOString()}::timestamptz group by 2
      union all
      select 'took', round(took * 10) / 10, count(*)::int from (
        select ${seconds("ended_at", "submitted_at")} as took from t
        where ended_at is not null and submitted_at is not null and state in ('ready', 'notReady', 'failed')
        order by ended_at desc limit ${SAMPLE}) as lately group by 2`,
  );
  const facts: ProgressFacts = { queuedPerSubscription: [], durations: [], ages: [], acceptedAges: [] };
  const lists = { age: facts.ages, accepted: facts.acceptedAges, took: facts.durations };
  for (const { of, value, n } of rows) {
    const list = lists[of as keyof typeof lists];
    if (list === undefined) facts.queuedPerSubscription.push(Number(n));
    else for (let left = Number(n); left > 0; left--) list.push(Math.max(0, Number(value)));
  }
  return facts;
}
