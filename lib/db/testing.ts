import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { type Database, type DbSession, openDatabase } from "./database";
import { MIGRATIONS } from "./migrations";
import { migrate } from "./migrator";
import type { QueryClient } from "./pglite-client";
import { queryRows } from "./query";
import * as schema from "./schema";
import { type TestServer, testFolder, testServer } from "./testing-server";

/** Stores for tests only. A first start of the embedded store takes seconds, so tests copy one that was made before. */

const SCHEMA = createHash("sha256").update(JSON.stringify(MIGRATIONS)).digest("hex").slice(0, 16);
const TEMPLATE = join(tmpdir(), `arcwarden-test-store-pglite-0.5.16-${SCHEMA}`);

async function template(): Promise<string> {
  const folder = join(TEMPLATE, "pg18");
  if (existsSync(folder)) return folder;
  const fresh = mkdtempSync(join(tmpdir(), "arcwarden-template-"));
  const db = await openDatabase({ dataDir: fresh });
  await db.close();
  rmSync(join(fresh, "instance.lock"), { force: true });
  try {
    renameSync(fresh, TEMPLATE);
  } catch {
    // Another test process was faster; its template is as good.
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** A data directory with a migrated store that holds nothing. */
export async function testDirectory(): Promise<{ dataDir: string; remove: () => void }> {
  await keepCompiled();
  const source = await template();
  const dataDir = mkdtempSync(join(testFolder(), "arcwarden-test-"));
  cpSync(source, join(dataDir, "pg18"), { recursive: true });
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

type Keeps = { compiledPglite?: Promise<WebAssembly.Module> };

/** Node compiles the same WebAssembly once as long as somebody holds it: each further store of this process starts in half the time. */
function keepCompiled(): Promise<WebAssembly.Module> {
  const keeps = globalThis as Keeps;
  const folder = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  keeps.compiledPglite ??= WebAssembly.compile(readFileSync(join(folder, "pglite.wasm")));
  return keeps.compiledPglite;
}

export type TestDatabase = { db: Database; engine: string; dispose: () => Promise<void> };

/** An embedded store of its own, migrated. */
export async function embeddedTestDatabase(): Promise<TestDatabase> {
  const { dataDir, remove } = await testDirectory();
  const db = await openDatabase({ dataDir });
  return {
    db,
    engine: "embedded",
    dispose: async () => {
      await db.close();
      remove();
    },
  };
}

/** Every table, column, trigger, function and constraint, and the migrations that made them, as one value. */
async function schemaOf(db: Database): Promise<string> {
  const rows = await queryRows(
    db.session,
    sql`select md5(string_agg(part, ';' order by part)) as schema from (
      select concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid::regtype, a.attnotnull) as part
        from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'public'::regnamespace
      union all select concat_ws(' ', c.relname, t.tgname, t.tgenabled)
        from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
      union all select concat_ws(' ', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
      union all select concat_ws(' ', conrelid::regclass, conname, contype) from pg_constraint where connamespace = 'public'::regnamespace
      union all select concat_ws(' ', version, hash) from schema_migration
    ) parts`,
  );
  return String(rows[0]?.schema);
}

/** The keepers of the audit and of the states do not act in this one statement. */
const EMPTY = `do $body$ declare entry record; begin
  set local session_replication_role = replica;
  for entry in select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migration' loop
    execute format('delete from %I', entry.tablename);
  end loop;
  for entry in select sequencename, start_value from pg_sequences where schemaname = 'public' loop
    perform setval(format('%I', entry.sequencename)::regclass, entry.start_value, false);
  end loop;
end $body$`;

/** Empties the store for the next test; one whose schema a test has changed is brought up again from nothing. */
async function emptyStore(db: Database, fresh: string | null): Promise<string> {
  if (fresh !== null && (await schemaOf(db).catch(() => null)) === fresh) {
    await db.session.execute(sql.raw(EMPTY));
    return fresh;
  }
  await db.session.execute("drop schema public cascade");
  await db.session.execute("create schema public");
  await migrate(db.session);
  return schemaOf(db);
}

/** What somebody with the owner's rights on the database can do: statements past the table's own triggers. */
export async function pastTriggers(session: DbSession, table: string, ...statements: SQL[]): Promise<void> {
  const name = sql.identifier(table);
  await session.execute(sql`alter table ${name} disable trigger user`);
  for (const statement of statements) await session.execute(statement);
  await session.execute(sql`alter table ${name} enable trigger user`);
}

export type TestEngine = { name: string; open: () => Promise<TestDatabase>; stop: () => Promise<void> };

type Kept = { db: Database; fresh: string | null };
type KeptStores = { keptEmbedded?: Promise<Kept>; keptServer?: Promise<Kept & { databaseUrl: string }> };
/** Outlives the modules of a test file, which vitest evaluates anew for the next one. It ends with its process. */
const kept = globalThis as KeptStores;

/** A store as long as it is lent: what a test has left behind must not write into the store of the next. */
function lent(store: Database): Database {
  const { $client } = store.session as unknown as { $client: QueryClient };
  const running = new Set<Promise<unknown>>();
  let isBack = false;
  const work = <T>(begin: () => Promise<T>): Promise<T> => {
    if (isBack) return Promise.reject(new Error("The store is closed."));
    const done = begin().finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  const client: QueryClient = {
    query: (...asked) => work(() => $client.query(...asked)),
    transaction: (asked) => work(() => $client.transaction(asked)),
  };
  const session = drizzle(client as never, { schema }) as unknown as DbSession;
  const close = async () => {
    isBack = true;
    await Promise.allSettled(running);
  };
  return { ...store, session, close };
}

/** The embedded store of all test files of a process, emptied: a new start costs as much as a hundred tests. */
export async function emptyTestDatabase(): Promise<TestDatabase> {
  kept.keptEmbedded ??= embeddedTestDatabase().then(({ db }) => ({ db, fresh: null }));
  const store = await kept.keptEmbedded;
  store.fresh = await emptyStore(store.db, store.fresh);
  const db = lent(store.db);
  return { db, engine: "embedded", dispose: db.close };
}

/** One database for all test files of a process; each test has connections of its own to it. */
function sharedDatabase(server: TestServer): TestEngine {
  const make = async () => {
    const databaseUrl = server.newDatabaseUrl();
    return { databaseUrl, db: await openDatabase({ databaseUrl }), fresh: null };
  };
  return {
    name: "PostgreSQL",
    open: async () => {
      kept.keptServer ??= make();
      const store = await kept.keptServer;
      store.fresh = await emptyStore(store.db, store.fresh);
      const db = await openDatabase({ databaseUrl: store.databaseUrl });
      return { db, engine: "server", dispose: () => db.close() };
    },
    stop: async () => {
      if (!server.isOwn) return;
      await (await kept.keptServer)?.db.close();
      delete kept.keptServer;
      server.stop();
    },
  };
}

/** The embedded store, and PostgreSQL where its server is installed; where it is not, the console says so. */
export async function testEngines(): Promise<TestEngine[]> {
  const server = await testServer();
  const embedded: TestEngine = { name: "embedded", open: emptyTestDatabase, stop: () => Promise.resolve() };
  if (server !== null) return [embedded, sharedDatabase(server)];
  process.stdout.write("PostgreSQL server binaries are absent here: these tests ran on the embedded store only.\n");
  return [embedded];
}
