// Runs PGlite in a thread of its own. Loaded by path and never bundled, therefore plain JavaScript.
import { closeSync, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite, types } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { statementsOf } from "./pglite-statements.mjs";

const asText = (value) => value;
const parsers = {
  // PGlite's own takes a tenth of a second for half a megabyte, in which no other statement runs.
  [types.BYTEA]: (hex) => Buffer.from(hex.slice(2), "hex"),
  [types.INT8]: Number,
  [types.TIMESTAMP]: asText,
  [types.TIMESTAMPTZ]: asText,
  [types.DATE]: asText,
  [types.INTERVAL]: asText,
  1115: asText,
  1182: asText,
  1185: asText,
  1187: asText,
  1231: asText,
};

// As shipped, PGlite never syncs: "-F" is left out here and NODEFS gets the fsync operation that Emscripten does not have.
const startParams = [
  "--single",
  "-O",
  "-j",
  ...[
    "search_path=public",
    "exit_on_error=false",
    "log_checkpoints=false",
    "max_worker_processes=0",
    "max_parallel_workers=0",
    "max_parallel_workers_per_gather=0",
    "max_parallel_maintenance_workers=0",
    "io_method=sync",
    "timezone=UTC",
    "shared_buffers=16MB",
    "max_wal_size=64MB",
    "fsync=on",
    "wal_sync_method=fsync",
    "full_page_writes=on",
    "plan_cache_mode=force_custom_plan",
  ].flatMap((setting) => ["-c", setting]),
];

function syncPath(path, sync) {
  const fd = openSync(path, "r");
  try {
    sync(fd);
  } finally {
    closeSync(fd);
  }
}

class DurableNodeFs extends NodeFS {
  async init(pg, options) {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = [
      ...(emscriptenOpts.preRun ?? []),
      (module) => {
        module.NODEFS.stream_ops.fsync = (stream) => {
          if (stream.nfd === undefined || stream.nfd === null) syncPath(module.NODEFS.realPath(stream.node), fsyncSync);
          else fdatasyncSync(stream.nfd);
          return 0;
        };
      },
    ];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

function syncTree(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncPath(path, fsyncSync);
  }
  syncPath(folder, fsyncSync);
}

async function open(folder) {
  const opened = await PGlite.create({ fs: new DurableNodeFs(folder), startParams });
  // Its start sets parsers of its own for arrays. Given with a query, all six hundred would be copied for each query.
  Object.assign(opened.parsers, parsers);
  return opened;
}

// A kill in the middle of the first initialisation leaves a folder that never opens again, so it happens beside and is renamed.
async function initialise(folder) {
  const beside = `${folder}.init`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  const fresh = await open(beside);
  await fresh.close();
  syncTree(beside);
  renameSync(beside, folder);
  syncPath(dirname(folder), fsyncSync);
}

function plainError(error) {
  const picked = { message: String(error?.message ?? error) };
  for (const name of ["code", "detail", "hint", "constraint", "table", "column", "schema", "severity", "where"]) {
    if (typeof error?.[name] === "string") picked[name] = error[name];
  }
  return picked;
}

let pg;
let query;

const operations = {
  async open() {
    if (!existsSync(workerData.folder)) await initialise(workerData.folder);
    pg = await open(workerData.folder);
    query = statementsOf(pg);
    return { major: 18 };
  },
  async query({ sql, params, rowMode }) {
    const result = await query(sql, params, rowMode);
    return { rows: result.rows, fields: result.fields, affectedRows: result.affectedRows };
  },
  async close() {
    await pg?.close();
    pg = undefined;
    return {};
  },
};

parentPort.on("message", async (message) => {
  try {
    const value = await operations[message.operation](message);
    parentPort.postMessage({ id: message.id, value });
  } catch (error) {
    parentPort.postMessage({ id: message.id, error: plainError(error) });
  }
  if (message.operation === "close") parentPort.close();
});
