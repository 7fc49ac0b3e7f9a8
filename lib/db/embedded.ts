import "server-only";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory, StoreOpenError } from "./directory-lock";
import { PgliteClient } from "./pglite-client";

const CHECKPOINT_EVERY_MS = 60_000;
const VACUUM_EVERY_MS = 3_600_000;
/** PGlite 0.5 is PostgreSQL 18 inside; a folder of another major version cannot be opened, so the name says it. */
const FOLDER = "pg18";

export type EmbeddedStore = { client: PgliteClient; close(): Promise<void> };

/** PGlite has neither checkpointer nor autovacuum: without these two the write-ahead log grows without end. */
function startMaintenance(client: PgliteClient, onError: (error: unknown) => void): () => void {
  let seen = -1;
  let lastVacuum = Date.now();
  const timer = setInterval(() => {
    if (client.statementCount === seen) return;
    const vacuumDue = Date.now() - lastVacuum >= VACUUM_EVERY_MS;
    if (vacuumDue) lastVacuum = Date.now();
    const work = vacuumDue ? client.query("vacuum (analyze)").then(() => client.query("checkpoint")) : client.query("checkpoint");
    work.then(() => {
      seen = client.statementCount;
    }, onError);
  }, CHECKPOINT_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function threadFile(): string {
  const file = join(/* turbopackIgnore: true */ process.cwd(), "lib", "db", "pglite-thread.mjs");
  if (!existsSync(file))
    throw new StoreOpenError(`The store's thread file ${file} is missing. Start the portal from its own directory.`);
  return file;
}

/** Opens the embedded store: lock first, then the thread. Throws StoreOpenError with a sentence when it cannot. */
export async function openEmbedded(dataDir: string, onError: (error: unknown) => void): Promise<EmbeddedStore> {
  const release = lockDirectory(dataDir);
  try {
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    const worker = new Worker(threadFile(), { workerData: { folder: join(dataDir, FOLDER) }, execArgv: [] });
    const client = new PgliteClient(worker);
    await client.call("open");
    const stopMaintenance = startMaintenance(client, onError);
    return {
      client,
      close: async () => {
        stopMaintenance();
        await client.close();
        release();
      },
    };
  } catch (error) {
    release();
    if (error instanceof StoreOpenError) throw error;
    const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
    throw new StoreOpenError(
      `The store in ${join(dataDir, FOLDER)} cannot be opened: ${reason}. Check free space and rights, or restore a backup of the directory.`,
      error,
    );
  }
}
