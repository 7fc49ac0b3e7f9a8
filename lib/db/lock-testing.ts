import { sql } from "drizzle-orm";
import { expect, vi } from "vitest";
import type { Database, DbSession } from "./database";
import { queryRows, storeErrorOf } from "./query";

/**
 * What becomes of a statement that changes several rows while another holds the first of them and then asks for the last:
 * "done" where it takes them in their order, PostgreSQL's code of a deadlock where it does not.
 */
export async function meetOnTheWay(
  db: Database,
  args: { lock: (tx: DbSession, index: number) => Promise<unknown>; cross: () => Promise<unknown> },
): Promise<unknown> {
  let met: Promise<unknown> = Promise.resolve();
  await db.session.transaction(async (tx) => {
    await args.lock(tx, 0);
    met = args.cross().then(
      () => "done",
      (error: unknown) => storeErrorOf(error).code,
    );
    await vi.waitFor(async () => {
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      expect(await queryRows(db.session, waiting)).toHaveLength(1);
    }, 15_000);
    await args.lock(tx, 2);
  });
  return met;
}
