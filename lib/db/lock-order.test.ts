import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { carryOwnSets, takePlannedItems } from "./access-changes";
import type { Database } from "./database";
import { carryOwnElevations, endActivations, takeUnsentElevations } from "./elevation";
import { meetOnTheWay } from "./lock-testing";
import { markUnattended } from "./operations";
import { queryRows } from "./query";
import { pastTriggers, testEngines } from "./testing";
import { ACTIVATION, IDS, LATER, PARENT, storeChanges, storeElevations, storeOperations } from "./work-testing";

/** The embedded store lets one statement run at a time: only a server can come to a deadlock. */
const engines = await testEngines();
const servers = engines.filter(({ name }) => name !== "embedded");
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const PERSON = { tenantId: "t1", objectId: "ada" };

type Crossing = {
  what: string;
  store: (db: Database) => Promise<void>;
  /** What the rows are before; without triggers, so any state may be set. */
  given: SQL;
  table: "operation" | "elevation_item" | "access_change_item";
  cross: (db: Database) => Promise<unknown>;
  /** Holds for every row that was changed. */
  after: SQL;
};

const CROSSINGS: Crossing[] = [
  {
    what: "marking operations that nobody carries on",
    store: storeOperations,
    given: sql`waiting_for = null`,
    table: "operation",
    cross: (db) => markUnattended(db, { before: LATER, at: LATER, waitingFor: "operator", detail: "" }),
    after: sql`waiting_for = 'operator'`,
  },
  {
    what: "taking the unsent requests of a batch",
    store: storeElevations,
    given: sql`state = 'planned'`,
    table: "elevation_item",
    cross: (db) => takeUnsentElevations(db, PARENT, LATER),
    after: sql`fence = 1`,
  },
  {
    what: "carrying one's own requests on",
    store: storeElevations,
    given: sql`state = 'waiting', waiting_for = 'operator'`,
    table: "elevation_item",
    cross: (db) => carryOwnElevations(db, PERSON, LATER),
    after: sql`waiting_for is null and fence = 1`,
  },
  {
    what: "ending the activations of a role",
    store: storeElevations,
    given: sql`state = 'done', effect = 'effective'`,
    table: "elevation_item",
    cross: (db) => db.session.transaction((tx) => endActivations(tx, ACTIVATION, LATER)),
    after: sql`effect = 'ended'`,
  },
  {
    what: "taking the planned changes of a set",
    store: storeChanges,
    given: sql`state = 'planned'`,
    table: "access_change_item",
    cross: (db) => takePlannedItems(db, PARENT, LATER),
    after: sql`fence = 1`,
  },
  {
    what: "carrying one's own changes on",
    store: storeChanges,
    given: sql`state = 'submitting', waiting_for = 'operator'`,
    table: "access_change_item",
    cross: (db) => carryOwnSets(db, PERSON, LATER),
    after: sql`waiting_for is null and fence = 1`,
  },
];

describe.each(servers)("rows that are changed together on $name", ({ open }) => {
  let db: Database;
  beforeEach(async () => {
    const opened = await open();
    db = opened.db;
    return opened.dispose;
  });

  it.each(CROSSINGS)("$what takes them in their order, so none meets another in a deadlock", async (crossing) => {
    const { store, given, table, cross, after } = crossing;
    await store(db);
    const name = sql.raw(table);
    const isRow = (index: number) => (table === "access_change_item" ? sql`position = ${index}` : sql`id = ${IDS[index]}`);
    // The last one comes first in the table.
    const lastFirst = [2, 1, 0].map((index) => sql`update ${name} set ${given} where ${isRow(index)}`);
    await pastTriggers(db.session, table, ...lastFirst);
    // So few rows are read as they lie, and not by an index.
    await db.session.execute(sql`analyze ${name}`);
    const lock = (tx: Database["session"], index: number) =>
      queryRows(tx, sql`select 1 from ${name} where ${isRow(index)} for update`);
    expect(await meetOnTheWay(db, { lock, cross: () => cross(db) })).toBe("done");
    const [row] = await queryRows(db.session, sql`select count(*)::int as n from ${name} where ${after}`);
    expect(row).toEqual({ n: IDS.length });
  });
});
