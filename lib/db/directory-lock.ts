import "server-only";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

/** Thrown with a sentence for the person who starts the portal; the start ends with it and exit code 1. */
export class StoreOpenError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreOpenError";
  }
}

// A lock handle that is garbage collected frees its lock, so handles live on globalThis for as long as they are held.
const held = globalThis as typeof globalThis & { __arcwardenLocks?: Map<string, DatabaseSync> };

function holderOf(dataDir: string): string {
  try {
    const holder = JSON.parse(readFileSync(join(dataDir, "instance.json"), "utf8")) as { pid?: number; host?: string };
    return `process ${holder.pid ?? "unknown"} on ${holder.host ?? "an unknown host"}`;
  } catch {
    return "another process";
  }
}

/**
 * Takes the exclusive lock of a data directory. The lock is the kernel's (SQLite's file lock), so it ends with the process,
 * however it ends; a pid file would not, because containers reuse pid 1. Not proven on network file systems.
 */
export function lockDirectory(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // Turbopack refuses an import of node:sqlite in this place; the running Node has it.
  const sqlite = process.getBuiltinModule("node:sqlite");
  const path = join(dataDir, "instance.lock");
  const handle = new sqlite.DatabaseSync(path);
  try {
    handle.exec("PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    handle.close();
    throw new StoreOpenError(
      `The data directory ${dataDir} is in use by ${holderOf(dataDir)}. Stop that process, or set DATA_DIR to another directory.`,
      error,
    );
  }
  held.__arcwardenLocks ??= new Map();
  held.__arcwardenLocks.set(path, handle);
  writeFileSync(
    join(dataDir, "instance.json"),
    JSON.stringify({ pid: process.pid, host: hostname(), at: new Date().toISOString() }),
  );
  return () => {
    held.__arcwardenLocks?.delete(path);
    if (handle.isOpen) handle.close();
  };
}
