import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { claimDueItems } from "./access-changes";
import type { Database } from "./database";
import { claimDueElevations } from "./elevation";
import { claimNotices } from "./notices";
import { claimDue } from "./operations";
import { queryRows } from "./query";
import { claimOpenTasks, claimQueuedTasks } from "./rollout-claim";
import { storeRollout } from "./rollout-testing";
import { pastTriggers, testEngines } from "./testing";
import { AT, IDS, LATER, storeChanges, storeElevations, storeOperations } from "./work-testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const NOW = new Date("2026-03-01T10:01:00.000Z");
const DUE = { carriers: ["t1/ada"], now: NOW, leaseUntil: LATER, limit: 2 };
const HOLDER = { instance: "p1", now: NOW, leaseUntil: LATER };

async function storeNotices(db: Database): Promise<void> {
  for (const id of IDS) {
    await db.session.execute(sql`insert into notice_outbox (event_id, target, tenant_id, kind, subject, body, state, created_at,
        not_before, give_up_at, attempts, fence)
      values (${id}, 'json', 't1', 'test', 's', '{}', 'waiting', ${AT}, ${AT}, ${LATER}, 0, 0)`);
  }
}

/** A roll-out of three machines whose only wave runs. */
async function storeTasks(db: Database): Promise<string> {
  const rolloutId = await storeRollout(db, { machines: 3 }, AT);
  await db.session.execute(sql`update rollout_wave set state = 'running', started_at = ${AT}`);
  await db.session.execute(sql`update rollout set wave = 1`);
  return rolloutId;
}

type Claim = {
  what: string;
  table: string;
  store: (db: Database) => Promise<unknown>;
  /** What the rows are before; without triggers, so any state may be set. */
  given?: string;
  claim: (db: Database, stored: unknown) => Promise<readonly unknown[]>;
};

const CLAIMS: Claim[] = [
  { what: "operations", table: "operation", store: storeOperations, claim: (db) => claimDue(db, DUE) },
  {
    what: "requests of elevation",
    table: "elevation_item",
    store: storeElevations,
    given: "state = 'submitting'",
    claim: (db) => claimDueElevations(db, DUE),
  },
  {
    what: "changes of access",
    table: "access_change_item",
    store: storeChanges,
    given: "state = 'submitting'",
    claim: (db) => claimDueItems(db, DUE),
  },
  {
    what: "notices",
    table: "notice_outbox",
    store: storeNotices,
    claim: (db) => claimNotices(db, { ...DUE, targets: ["json"] }),
  },
  {
    what: "machines of a roll-out to send to",
    table: "rollout_task",
    store: storeTasks,
    claim: (db, rolloutId) => claimQueuedTasks(db, { ...HOLDER, rolloutId: String(rolloutId), concurrency: 2, slots: 9 }),
  },
  {
    what: "machines of a roll-out to ask about",
    table: "rollout_task",
    store: storeTasks,
    given: "state = 'provisioning'",
    claim: (db, rolloutId) => claimOpenTasks(db, { ...HOLDER, rolloutIds: [String(rolloutId)], limit: 2 }),
  },
];

describe.each(engines)("what is taken at once on $name", ({ open }) => {
  let db: Database;
  beforeEach(async () => {
    const opened = await open();
    db = opened.db;
    return opened.dispose;
  });

  /** As the store may read a table that it has last counted when one row was in it: row by row, and the list of what is due for each. */
  const rowByRow = <T>(table: string, work: (db: Database) => Promise<T>) =>
    db.session.transaction(async (session) => {
      await session.execute(sql`update pg_class set relpages = 1, reltuples = 1 where oid = ${table}::regclass`);
      for (const way of ["hashjoin", "mergejoin", "hashagg", "indexscan", "bitmapscan", "sort", "material"]) {
        await session.execute(sql.raw(`set local enable_${way} = off`));
      }
      return work({ ...db, session });
    });

  it.each(CLAIMS)("$what: never more than asked for, whatever way the store reads them", async (claiming) => {
    const { table, store, given, claim } = claiming;
    const stored = await store(db);
    if (given !== undefined) await pastTriggers(db.session, table, sql.raw(`update ${table} set ${given}`));
    expect(await rowByRow(table, (session) => claim(session, stored))).toHaveLength(2);
    expect(await queryRows(db.session, sql.raw(`select count(*)::int as n from ${table} where fence = 1`))).toEqual([{ n: 2 }]);
  });
});
