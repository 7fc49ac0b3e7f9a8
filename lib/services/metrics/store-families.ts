import "server-only";
import { sql } from "drizzle-orm";
import { AUDIT_CHAIN } from "@/lib/db/chain";
import type { Database } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { ROLLOUT_STATES, TASK_STATES } from "@/lib/domain/rollout/types";
import { Family } from "@/lib/metrics/registry";

/** Longest time that a scrape waits for the store. */
const STORE_LIMIT_MS = 2_000;

type Counts = ReadonlyMap<string, number>;
type StoreNumbers = { rollouts: Counts; tasks: Counts; waitingSeconds: number; audit: number };

function countsOf(rows: readonly Record<string, unknown>[]): Counts {
  return new Map(rows.map((row) => [String(row.state), Number(row.count)]));
}

async function read({ session }: Database): Promise<StoreNumbers> {
  const rollouts = await queryRows(session, sql`select state, count(*)::int as count from rollout group by state`);
  const tasks = await queryRows(
    session,
    sql`select t.state, count(*)::int as count from rollout_task t
        join rollout r on r.id = t.rollout_id where r.ended_at is null group by t.state`,
  );
  const waiting = await queryRows(
    session,
    sql`select extract(epoch from now() - min(t.updated_at))::float8 as seconds from rollout_task t
        join rollout r on r.id = t.rollout_id and r.state = 'running'
        join rollout_wave w on w.rollout_id = t.rollout_id and w.number = t.wave and w.state = 'running'
        where t.ended_at is null`,
  );
  const audit = await queryRows(session, sql`select seq::float8 as entries from audit_head where stream = ${AUDIT_CHAIN.stream}`);
  return {
    rollouts: countsOf(rollouts),
    tasks: countsOf(tasks),
    waitingSeconds: Math.max(0, Number(waiting[0]?.seconds ?? 0)),
    audit: Number(audit[0]?.entries ?? 0),
  };
}

function limited<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The store did not answer in time.")), STORE_LIMIT_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function gauge(name: string, help: string, values: readonly [Record<string, string>, number][]): Family {
  const family = new Family("gauge", name, help);
  for (const [labels, value] of values) family.set(labels, value);
  return family;
}

function byState(states: readonly string[], counts: Counts): [Record<string, string>, number][] {
  return states.map((state) => [{ state }, counts.get(state) ?? 0]);
}

/**
 * What the store says about roll-outs and the audit; every process that shares it gives the same numbers. A store that does not
 * answer within two seconds is "down" and the numbers are left out, so that nobody reads an old one as new.
 */
export async function storeFamilies(db: Database): Promise<Family[]> {
  const begin = performance.now();
  const up = (value: number) => gauge("arcwarden_store_up", "1 while the store answers.", [[{ engine: db.engine }, value]]);
  try {
    const numbers = await limited(read(db));
    const seconds = (performance.now() - begin) / 1000;
    return [
      up(1),
      gauge("arcwarden_store_read_seconds", "How long the store took for the numbers of this answer.", [[{}, seconds]]),
      gauge("arcwarden_rollouts", "Roll-outs by state.", byState(ROLLOUT_STATES, numbers.rollouts)),
      gauge(
        "arcwarden_rollout_tasks",
        "Machines of the roll-outs that have not ended, by state.",
        byState(TASK_STATES, numbers.tasks),
      ),
      gauge("arcwarden_rollout_longest_wait_seconds", "Longest time without news of a machine in a running wave.", [
        [{}, numbers.waitingSeconds],
      ]),
      gauge("arcwarden_audit_entries", "Entries of the audit.", [[{}, numbers.audit]]),
    ];
  } catch {
    return [up(0)];
  }
}
