import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the stores of one test run and the files of its browsers lie. Tests read its name from this variable. */
const VARIABLE = "ARCWARDEN_TEST_FOLDER";
const PREFIX = "arcwarden-test-run-";
const MEMORY = "/dev/shm";
/** Enough for the stores of all workers at once, several times over. */
const ROOM_BYTES = 2 * 1024 ** 3;

export function hasRoomInMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** What runs have left that were killed. */
function clearAfterTheDead(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Called by vitest and by Playwright's set-up once before the first test; what it returns is called after the last. */
export function setup(): () => void {
  const known = process.env[VARIABLE];
  if (known !== undefined) return () => undefined;
  // A store syncs after each statement, which takes a disk milliseconds and memory none.
  const parent = hasRoomInMemory() ? MEMORY : tmpdir();
  clearAfterTheDead(parent);
  const folder = join(parent, `${PREFIX}${process.pid}`);
  // A server of PostgreSQL runs as a user of its own and keeps its files below.
  mkdirSync(folder, { mode: 0o755 });
  process.env[VARIABLE] = folder;
  return () => {
    delete process.env[VARIABLE];
    rmSync(folder, { recursive: true, force: true });
  };
}
