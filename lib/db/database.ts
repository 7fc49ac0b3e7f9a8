import "server-only";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle as drizzleServer } from "drizzle-orm/node-postgres";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzleEmbedded } from "drizzle-orm/pglite";
import pg from "pg";
import { StoreOpenError } from "./directory-lock";
import { openEmbedded } from "./embedded";
import { migrate } from "./migrator";
import * as schema from "./schema";

/** A connection or an open transaction: queries take either. */
export type DbSession = PgDatabase<PgQueryResultHKT, typeof schema>;

export type Database = {
  /** "embedded" = PGlite, one process; "server" = PostgreSQL, shared by several. */
  engine: "embedded" | "server";
  session: DbSession;
  /** Where the store is, for operators: a directory, or host and database name. Never holds a password. */
  location: string;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  dataDir?: string;
  databaseUrl?: string;
  /** Called for errors outside of any request: the maintenance timer, an idle connection that breaks. */
  onError?: (error: unknown) => void;
  /** How long a transaction may stand still before the server ends it, in milliseconds. */
  idleTransactionMs?: number;
};

const POOL_SIZE = 10;
/** A process that is frozen inside a transaction must not keep the others from its rows for longer than this. */
const IDLE_TRANSACTION_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Transactions on a connection that always goes back to the pool. drizzle's own keeps one for ever whose "begin" fails: ten
 * such moments, as when the server goes down, would leave the portal without any.
 */
function transactionsOf(pool: pg.Pool): DbSession["transaction"] {
  return async (work, config) => {
    const client = await pool.connect();
    try {
      const own = drizzleServer(client, { schema }) as unknown as DbSession;
      return await own.transaction(work, config);
    } finally {
      // The pool drops a connection that is broken by itself.
      client.release();
    }
  };
}

async function openServer(databaseUrl: string, onError: (error: unknown) => void, idleTransactionMs: number): Promise<Database> {
  let location: string;
  try {
    const url = new URL(databaseUrl);
    location = `${url.host}${url.pathname}`;
  } catch (error) {
    throw new StoreOpenError(
      "DATABASE_URL is not a URL. Set it to postgres://user:password@host:5432/name, or leave it out.",
      error,
    );
  }
  pg.types.setTypeParser(20, Number);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    options: `-c timezone=UTC -c idle_in_transaction_session_timeout=${idleTransactionMs}`,
  });
  pool.on("error", onError);
  // The pool listens only to idle connections: one that breaks inside a transaction would end the process.
  pool.on("connect", (client) => client.on("error", onError));
  const session = Object.assign(drizzleServer(pool, { schema }), { transaction: transactionsOf(pool) }) as unknown as DbSession;
  try {
    await session.execute(sql`select 1`);
  } catch (error) {
    await pool.end();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "no answer";
    throw new StoreOpenError(
      `PostgreSQL at ${location} does not answer: ${cause}. Check DATABASE_URL and that the server runs.`,
      error,
    );
  }
  return { engine: "server", session, location, close: () => pool.end() };
}

async function openDirectory(dataDir: string, onError: (error: unknown) => void): Promise<Database> {
  const store = await openEmbedded(dataDir, onError);
  // drizzle types its client as PGlite itself; it calls only query and transaction, which the thread client has.
  const session = drizzleEmbedded(store.client as never, { schema }) as unknown as DbSession;
  return { engine: "embedded", session, location: join(dataDir), close: () => store.close() };
}

/**
 * Opens the store and brings it to this portal's version. `databaseUrl` wins over `dataDir`. Throws StoreOpenError, whose
 * message is a sentence for the person who starts the portal.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const onError = options.onError ?? (() => undefined);
  const database =
    options.databaseUrl !== undefined && options.databaseUrl !== ""
      ? await openServer(options.databaseUrl, onError, options.idleTransactionMs ?? IDLE_TRANSACTION_MS)
      : await openDirectory(options.dataDir ?? ".data", onError);
  try {
    await migrate(database.session);
  } catch (error) {
    await database.close();
    if (error instanceof StoreOpenError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new StoreOpenError(`The store at ${database.location} could not be brought to this version: ${cause}.`, error);
  }
  return database;
}
