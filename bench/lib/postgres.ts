import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../e2e/support/stack.ts";
import { familyCpuMs } from "./cpu.ts";

export type Postgres = {
  newDatabaseUrl: () => string;
  /** Ends every connection and answers nobody until the returned function is called. */
  takeAway: () => () => void;
  /** Processor seconds of the server and all its connections so far. */
  cpuSeconds: () => number;
  stop: () => void;
};

const BINARIES = ["18", "17", "16", "15"].map((major) => `/usr/lib/postgresql/${major}/bin`);

/** A PostgreSQL of its own with the settings that a real one has, fsync on; null where its programs are not installed. */
export async function startPostgres(): Promise<Postgres | null> {
  const binaries = BINARIES.find((folder) => existsSync(join(folder, "postgres")));
  if (binaries === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), "arcwarden-bench-pg-"));
  const asRoot = process.getuid?.() === 0;
  // initdb refuses root.
  if (asRoot) execFileSync("chown", ["postgres:postgres", folder]);
  const run = (command: string, args: string[]): void => {
    const full = [join(binaries, command), ...args];
    const [file = "", ...rest] = asRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", ...full] : full;
    execFileSync(file, rest, { stdio: ["ignore", "ignore", "pipe"] });
  };
  const data = join(folder, "data");
  const port = await freePort();
  run("initdb", ["-D", data, "-U", "arcwarden", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder}`;
  const start = (): void => run("pg_ctl", ["-D", data, "-w", "-o", settings, "-l", join(folder, "log"), "start"]);
  start();
  let count = 0;
  return {
    newDatabaseUrl: () => {
      count += 1;
      run("createdb", ["-h", "127.0.0.1", "-p", String(port), "-U", "arcwarden", `bench_${count}`]);
      return `postgres://arcwarden@127.0.0.1:${port}/bench_${count}`;
    },
    takeAway: () => {
      run("pg_ctl", ["-D", data, "-m", "immediate", "stop"]);
      return start;
    },
    cpuSeconds: () =>
      (familyCpuMs(Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0])) ?? Number.NaN) / 1000,
    stop: () => {
      run("pg_ctl", ["-D", data, "-m", "immediate", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
