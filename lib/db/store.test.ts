import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { type DbSession, openDatabase } from "./database";
import { StoreOpenError } from "./directory-lock";
import { MIGRATIONS } from "./migrations";
import { migrate } from "./migrator";
import { loadPreference, savePreference } from "./preferences";
import { queryRows, storeErrorOf } from "./query";
import { preference } from "./schema";
import { loadSnapshot, saveSnapshot } from "./snapshots";
import { embeddedTestDatabase, testDirectory, testEngines } from "./testing";
import { testServer } from "./testing-server";

const run = promisify(execFile);
const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const PERSON = { tenantId: "t1", objectId: "o1", key: "fleet" };

describe.each(engines)("store on $name", ({ open }) => {
  it("reads a whole number of 64 bits as a number and a time as the moment that was written", async () => {
    const { db, dispose } = await open();
    const rows = await queryRows(
      db.session,
      sql`select 9007199254740991::bigint as big, timestamptz '2026-01-02 03:04:05.678Z' as at`,
    );
    expect(rows[0]?.big).toBe(9_007_199_254_740_991);
    expect(new Date(String(rows[0]?.at)).toISOString()).toBe("2026-01-02T03:04:05.678Z");
    await dispose();
  });

  it("names PostgreSQL's code and constraint of a refused row", async () => {
    const { db, dispose } = await open();
    const row = { ...PERSON, value: "v", at: new Date() };
    await db.session.insert(preference).values(row);
    const error = await db.session
      .insert(preference)
      .values(row)
      .catch((caught: unknown) => caught);
    expect(storeErrorOf(error)).toEqual({ code: "23505", constraint: "preference_pkey" });
    await dispose();
  });

  it("leaves nothing of a transaction that throws", async () => {
    const { db, dispose } = await open();
    const failing = db.session.transaction(async (tx) => {
      await tx.insert(preference).values({ ...PERSON, value: "v", at: new Date() });
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    expect(await loadPreference(db, PERSON)).toBeNull();
    await dispose();
  });

  it("keeps snapshots apart by person and replaces a person's own", async () => {
    const { db, dispose } = await open();
    // Hardly shrinks, so that the store holds bytes of every value.
    const noise = Array.from({ length: 4_000 }, (_, index) => createHash("sha256").update(String(index)).digest("base64"));
    const text = `{"rows":"${noise.join("")}ü"}`;
    await saveSnapshot(db, PERSON, "old", new Date("2026-01-01T00:00:00Z"));
    await saveSnapshot(db, PERSON, text, new Date("2026-01-02T00:00:00Z"));
    expect(await loadSnapshot(db, PERSON)).toEqual({ body: text, at: new Date("2026-01-02T00:00:00Z") });
    expect(await loadSnapshot(db, { ...PERSON, objectId: "o2" })).toBeNull();
    await dispose();
  });

  it("keeps the last value of a preference", async () => {
    const { db, dispose } = await open();
    await savePreference(db, PERSON, "a", new Date());
    await savePreference(db, PERSON, "b", new Date());
    expect(await loadPreference(db, PERSON)).toBe("b");
    await dispose();
  });

  it("refuses a store of a newer portal and leaves it as it is", async () => {
    const { db, dispose } = await open();
    await db.session.execute(sql`insert into schema_migration (version, name, hash) values (999, 'later', 'x')`);
    await expect(migrate(db.session)).rejects.toThrow(/at version 999, this portal knows up to \d+/);
    await dispose();
  });

  it("refuses a store whose migration had another text", async () => {
    const { db, dispose } = await open();
    const changed = MIGRATIONS.map((step) => (step.version === 1 ? { ...step, statements: ["select 1"] } : step));
    await expect(migrate(db.session, changed)).rejects.toThrow(/Migration 1 \(audit\) of the store differs/);
    await dispose();
  });

  it("leaves nothing of a migration that fails half-way", async () => {
    const { db, dispose } = await open();
    const bad = [
      ...MIGRATIONS,
      { version: 1000, name: "bad", statements: ["create table half_way (a int)", "select no_such_function()"] },
    ];
    await expect(migrate(db.session, bad)).rejects.toThrow();
    const rows = await queryRows(
      db.session,
      sql`select to_regclass('half_way') as found, (select max(version) from schema_migration) as version`,
    );
    expect(rows[0]).toEqual({ found: null, version: MIGRATIONS.at(-1)?.version });
    await dispose();
  });
});

describe.each(engines)("a test's store on $name", ({ open }) => {
  it("holds nothing of the test before: no row, no number given, no changed trigger, no migration", async () => {
    const before = await open();
    const whole = (session: DbSession) =>
      queryRows(
        session,
        sql`select (select count(*)::int from preference) as rows, (select count(*)::int from audit_event) as entries,
          (select max(version) from schema_migration) as version, nextval('operation_event_id_seq')::int as number,
          (select count(*)::int from pg_trigger where not tgisinternal and tgenabled = 'O') as triggers`,
      );
    const [fresh] = await whole(before.db.session);
    expect(fresh).toMatchObject({ rows: 0, entries: 0, version: MIGRATIONS.at(-1)?.version, number: 1 });
    await savePreference(before.db, PERSON, "left", new Date());
    await before.db.session.execute(
      sql`insert into audit_event (stream, seq, payload, prev, hash) values ('s', 1, '{}', 'a', 'b')`,
    );
    await before.dispose();
    const emptied = await open();
    expect(await whole(emptied.db.session)).toEqual([fresh]);
    await emptied.db.session.execute(sql`alter table audit_event disable trigger user`);
    await emptied.db.session.execute(sql`insert into schema_migration (version, name, hash) values (999, 'later', 'x')`);
    await emptied.dispose();
    const rebuilt = await open();
    expect(await whole(rebuilt.db.session)).toEqual([fresh]);
    await rebuilt.dispose();
  });
});

describe("embedded store", () => {
  it("refuses a query that would wait for its own transaction instead of hanging", async () => {
    const { db, dispose } = await embeddedTestDatabase();
    const stuck = db.session.transaction(async () => {
      await db.session.execute(sql`select 1`);
    });
    await expect(stuck.catch((error: Error) => error.cause ?? error)).resolves.toMatchObject({
      message: expect.stringContaining("would wait for itself"),
    });
    expect(await queryRows(db.session, sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await dispose();
  });

  it("runs parallel transactions one after the other", async () => {
    const { db, dispose } = await embeddedTestDatabase();
    await savePreference(db, PERSON, "0", new Date());
    const raise = () =>
      db.session.transaction(async (tx) => {
        const rows = await tx.select({ value: preference.value }).from(preference);
        await tx.update(preference).set({ value: String(Number(rows[0]?.value) + 1) });
      });
    await Promise.all(Array.from({ length: 20 }, raise));
    expect(await loadPreference(db, PERSON)).toBe("20");
    await dispose();
  });

  it("lets PostgreSQL read a text once, keeps the latest 256, and plans each run anew", async () => {
    const { db, dispose } = await embeddedTestDatabase();
    const kept = async (text: string) => {
      const found = await queryRows(
        db.session,
        sql`select count(*)::int as n, max(generic_plans)::int as generic from pg_prepared_statements where statement like ${text}`,
      );
      return found[0];
    };
    for (let run = 0; run < 12; run += 1) {
      const rows = await queryRows(
        db.session,
        sql`select ${run}::int as run, ${'{"a":[1]}'}::jsonb as list, ${null}::text as nothing`,
      );
      expect(rows).toEqual([{ run, list: { a: [1] }, nothing: null }]);
    }
    expect(await kept("select $1::int as run%")).toEqual({ n: 1, generic: 0 });
    for (let at = 0; at < 300; at += 1) await db.session.execute(sql.raw(`select ${at} as at`));
    expect(await kept("select %")).toMatchObject({ n: 256 });
    expect(await queryRows(db.session, sql`select ${"again"}::text as word`)).toEqual([{ word: "again" }]);
    await dispose();
  });

  it("answers after a refused statement, a statement that cannot be read and a changed table as before", async () => {
    const { db, dispose } = await embeddedTestDatabase();
    await db.session.execute(sql`create table changing (id int primary key, value int)`);
    const add = (id: number) => db.session.execute(sql`insert into changing values (${id}, ${id})`);
    await add(1);
    const refused = db.session.transaction(async (tx) => {
      await tx.execute(sql`insert into changing values (${2}, ${2})`);
      await tx.execute(sql`insert into changing values (${1}, ${1})`);
    });
    expect(storeErrorOf(await refused.catch((error: unknown) => error))).toMatchObject({ code: "23505" });
    await expect(db.session.execute(sql`select from where`)).rejects.toThrow();
    const all = () => queryRows(db.session, sql`select * from changing order by id`);
    expect(await all()).toEqual([{ id: 1, value: 1 }]);
    await db.session.execute(sql`alter table changing alter column value type text using 'number ' || value`);
    await add(3);
    expect(await all()).toEqual([
      { id: 1, value: "number 1" },
      { id: 3, value: "3" },
    ]);
    await dispose();
  });

  it("syncs every commit to the disk", async () => {
    const { db, dispose } = await embeddedTestDatabase();
    const rows = await queryRows(
      db.session,
      sql`select name, setting from pg_settings where name in ('fsync', 'wal_sync_method', 'synchronous_commit') order by name`,
    );
    expect(rows.map((row) => row.setting)).toEqual(["on", "on", "fsync"]);
    await dispose();
  });

  it("keeps what was written after closing and opening again", async () => {
    const { dataDir, remove } = await testDirectory();
    const first = await openDatabase({ dataDir });
    await savePreference(first, PERSON, "kept", new Date());
    await first.close();
    const second = await openDatabase({ dataDir });
    expect(await loadPreference(second, PERSON)).toBe("kept");
    await second.close();
    remove();
  });

  it("refuses a second process on the same directory and names the first", async () => {
    const { dataDir, remove } = await testDirectory();
    const db = await openDatabase({ dataDir });
    const script = join(dataDir, "second.ts");
    writeFileSync(
      script,
      `import { openDatabase } from "@/lib/db/database"; await openDatabase({ dataDir: ${JSON.stringify(dataDir)} });`,
    );
    const second = await run(process.execPath, ["--import", "./scripts/register.mjs", script]).catch(
      (error: { stderr: string }) => error,
    );
    expect(second.stderr).toContain(`is in use by process ${process.pid}`);
    expect(second.stderr).toContain("set DATA_DIR to another directory");
    await db.close();
    remove();
  });

  it("frees the directory when it closes, also after a refusal", async () => {
    const { dataDir, remove } = await testDirectory();
    const first = await openDatabase({ dataDir });
    await expect(openDatabase({ dataDir })).rejects.toBeInstanceOf(StoreOpenError);
    await first.close();
    const second = await openDatabase({ dataDir });
    await second.close();
    remove();
  });

  it("starts anew after a kill in the middle of the first initialisation, readable by its owner only", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "arcwarden-half-"));
    mkdirSync(join(dataDir, "pg18.init"));
    writeFileSync(join(dataDir, "pg18.init", "PG_VERSION"), "18\n");
    const db = await openDatabase({ dataDir });
    expect(existsSync(join(dataDir, "pg18.init"))).toBe(false);
    expect(statSync(join(dataDir, "pg18")).mode & 0o077).toBe(0);
    await db.close();
    rmSync(dataDir, { recursive: true });
  });

  it("says in a sentence that a directory cannot be opened", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "arcwarden-bad-"));
    mkdirSync(join(dataDir, "pg18"));
    writeFileSync(join(dataDir, "pg18", "PG_VERSION"), "17\n");
    await expect(openDatabase({ dataDir })).rejects.toThrow(/The store in .*pg18 cannot be opened: .*restore a backup/s);
    rmSync(dataDir, { recursive: true });
  });
});

describe("PostgreSQL", () => {
  it("is brought up once when eight instances start on an empty database at the same time", async () => {
    const server = await testServer();
    if (server === null)
      return void process.stdout.write("PostgreSQL server binaries are absent here: the migrator race was not run.\n");
    for (let round = 0; round < 3; round++) {
      const databaseUrl = server.newDatabaseUrl();
      const opened = await Promise.all(Array.from({ length: 8 }, () => openDatabase({ databaseUrl })));
      const rows = await queryRows(
        opened[0]?.session ?? (undefined as never),
        sql`select version from schema_migration order by version`,
      );
      expect(rows.map((row) => row.version)).toEqual(MIGRATIONS.map((step) => step.version));
      await Promise.all(opened.map((db) => db.close()));
    }
    server.stop();
  });

  it("takes the rows from a process that is frozen inside a transaction, and the process outlives that", async () => {
    const server = await testServer();
    if (server === null) return;
    const databaseUrl = server.newDatabaseUrl();
    const errors: unknown[] = [];
    const other = await openDatabase({ databaseUrl });
    const frozen = await openDatabase({ databaseUrl, idleTransactionMs: 2_000, onError: (error) => errors.push(error) });
    await savePreference(other, PERSON, "before", new Date());
    const work = frozen.session.transaction(async (tx) => {
      await tx.execute(sql`select * from preference for update`);
      await savePreference(other, PERSON, "after", new Date());
      await expect.poll(() => errors.length, { timeout: 30_000 }).toBeGreaterThan(0);
      await tx.execute(sql`update preference set value = 'late'`);
    });
    await expect(work).rejects.toThrow();
    expect(await loadPreference(other, PERSON)).toBe("after");
    expect(await loadPreference(frozen, PERSON)).toBe("after");
    await frozen.close();
    await other.close();
    server.stop();
  });

  it("that ends connections at any moment of their transactions costs the pool none", async () => {
    const server = await testServer();
    if (server === null) return;
    const databaseUrl = server.newDatabaseUrl();
    const db = await openDatabase({ databaseUrl });
    const other = await openDatabase({ databaseUrl });
    let isOver = false;
    const worker = async (): Promise<void> => {
      while (!isOver) {
        await db.session.transaction((tx) => tx.execute(sql`select 1`)).catch(() => undefined);
      }
    };
    const workers = Array.from({ length: 10 }, worker);
    for (let round = 0; round < 30; round++) {
      await queryRows(
        other.session,
        sql`select pg_terminate_backend(pid), pg_sleep(0.01) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      );
    }
    isOver = true;
    await Promise.all(workers);
    expect(await queryRows(db.session, sql`select 1 as one`)).toEqual([{ one: 1 }]);
    // Waits for every connection that was given out.
    await db.close();
    await other.close();
    server.stop();
  });

  it("that does not answer is named without its password", async () => {
    const opening = openDatabase({ databaseUrl: "postgres://someone:hush@127.0.0.1:1/none" });
    await expect(opening).rejects.toThrow(/PostgreSQL at 127\.0\.0\.1:1\/none does not answer/);
    await expect(opening).rejects.not.toThrow(/hush/);
  });
});
