import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "./database";
import { migrate } from "./migrator";

/** Stores for tests only. A first start of the embedded store takes seconds, so tests copy one that was made before. */

const TEMPLATE = join(tmpdir(), "arcwarden-test-store-pglite-0.5.16");

async function template(): Promise<string> {
  const folder = join(TEMPLATE, "pg18");
  if (existsSync(folder)) return folder;
  const fresh = mkdtempSync(join(tmpdir(), "arcwarden-template-"));
  const db = await openDatabase({ dataDir: fresh });
  await db.session.execute("drop schema public cascade");
  await db.session.execute("create schema public");
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

/** A data directory with an initialised, empty store. */
export async function testDirectory(): Promise<{ dataDir: string; remove: () => void }> {
  const source = await template();
  const dataDir = mkdtempSync(join(tmpdir(), "arcwarden-test-"));
  cpSync(source, join(dataDir, "pg18"), { recursive: true });
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
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

const SERVER_BINARIES = ["18", "17", "16", "15"].map((major) => `/usr/lib/postgresql/${major}/bin`);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export type TestServer = { newDatabaseUrl: () => string; stop: () => void };

/**
 * A real PostgreSQL of its own on a free port, or null when this machine has no server binaries; callers then say so on the
 * console. initdb refuses root, so root becomes the user `postgres` for it.
 */
export async function startTestServer(): Promise<TestServer | null> {
  const binaries = SERVER_BINARIES.find((folder) => existsSync(join(folder, "postgres")));
  if (binaries === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), "arcwarden-pg-"));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) execFileSync("chown", ["postgres:postgres", folder]);
  const run = (command: string, args: string[]) => {
    const full = [join(binaries, command), ...args];
    const [file, ...rest] = asRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", ...full] : full;
    execFileSync(file ?? "", rest, { stdio: ["ignore", "ignore", "pipe"] });
  };
  const data = join(folder, "data");
  const port = await freePort();
  run("initdb", ["-D", data, "-U", "arcwarden", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder} -c fsync=off`;
  run("pg_ctl", ["-D", data, "-w", "-o", settings, "-l", join(folder, "log"), "start"]);
  let count = 0;
  return {
    newDatabaseUrl: () => {
      const name = `test_${process.pid}_${count++}`;
      run("createdb", ["-h", "127.0.0.1", "-p", String(port), "-U", "arcwarden", name]);
      return `postgres://arcwarden@127.0.0.1:${port}/${name}`;
    },
    stop: () => {
      run("pg_ctl", ["-D", data, "-m", "immediate", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type TestEngine = { name: string; open: () => Promise<TestDatabase>; stop: () => Promise<void> };

/** One embedded store for many tests: emptied and brought up again for each, which is much faster than a new start. */
function sharedEmbedded(): TestEngine {
  let shared: TestDatabase | null = null;
  return {
    name: "embedded",
    open: async () => {
      shared ??= await embeddedTestDatabase();
      const { db } = shared;
      await db.session.execute("drop schema public cascade");
      await db.session.execute("create schema public");
      await migrate(db.session);
      return { db, engine: "embedded", dispose: () => Promise.resolve() };
    },
    stop: async () => {
      await shared?.dispose();
      shared = null;
    },
  };
}

/** The embedded store, and PostgreSQL where its server is installed; where it is not, the console says so. */
export async function testEngines(): Promise<TestEngine[]> {
  const engines = [sharedEmbedded()];
  const server = await startTestServer();
  if (server === null) {
    process.stdout.write("PostgreSQL server binaries are absent here: these tests ran on the embedded store only.\n");
    return engines;
  }
  const open = async (): Promise<TestDatabase> => {
    const db = await openDatabase({ databaseUrl: server.newDatabaseUrl() });
    return { db, engine: "server", dispose: () => db.close() };
  };
  engines.push({ name: "PostgreSQL", open, stop: () => Promise.resolve(server.stop()) });
  return engines;
}
