import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** PostgreSQL for tests only. */

/** Port of the server that the whole run shares. */
const PORT_VARIABLE = "ARCWARDEN_TEST_SERVER_PORT";
const VERSIONS = ["18", "17", "16", "15"];
const isRoot = process.getuid?.() === 0;

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

/** initdb refuses root, so root becomes the user `postgres` for it. */
function run(command: string, args: string[]): void {
  const full = [command, ...args];
  const [file, ...rest] = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", ...full] : full;
  execFileSync(file ?? "", rest, { stdio: ["ignore", "ignore", "pipe"] });
}

function ownFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, "arcwarden-pg-"));
  if (isRoot) execFileSync("chown", ["postgres:postgres", folder]);
  return folder;
}

/** An initialised cluster that never ran: copying it takes a tenth of the time of making one. */
function template(binaries: string, version: string): string {
  const folder = join(tmpdir(), `arcwarden-test-cluster-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(folder)) return join(folder, "data");
  const fresh = ownFolder(tmpdir());
  run(join(binaries, "initdb"), ["-D", join(fresh, "data"), "-U", "arcwarden", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  try {
    renameSync(fresh, folder);
  } catch {
    // Another test process was faster; its cluster is as good.
    rmSync(fresh, { recursive: true, force: true });
  }
  return join(folder, "data");
}

/** `isOwn`: started for one test file, which also ends it. */
export type TestServer = { newDatabaseUrl: () => string; isOwn: boolean; stop: () => void };

export type OwnTestServer = TestServer & {
  port: number;
  /** Ends the server at once, as a crash would; its data stays for `up`. */
  down: () => void;
  up: () => void;
};

/** Where the stores of this run lie: in memory where there is room. */
export function testFolder(): string {
  return process.env.ARCWARDEN_TEST_FOLDER ?? tmpdir();
}

function databaseMaker(binaries: string, port: number): () => string {
  return () => {
    const name = `test_${process.pid}_${randomUUID().slice(0, 8)}`;
    run(join(binaries, "createdb"), ["-h", "127.0.0.1", "-p", String(port), "-U", "arcwarden", name]);
    return `postgres://arcwarden@127.0.0.1:${port}/${name}`;
  };
}

function binariesOf(): { version: string; binaries: string } | null {
  const version = VERSIONS.find((major) => existsSync(`/usr/lib/postgresql/${major}/bin/postgres`));
  return version === undefined ? null : { version, binaries: `/usr/lib/postgresql/${version}/bin` };
}

/** A real PostgreSQL of its own on a free port, or null when this machine has no server binaries; callers then say so. */
export async function startTestServer(): Promise<OwnTestServer | null> {
  const found = binariesOf();
  if (found === null) return null;
  const { binaries, version } = found;
  const folder = ownFolder(testFolder());
  const data = join(folder, "data");
  const port = await freePort();
  run("cp", ["-a", template(binaries, version), data]);
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder} -c fsync=off`;
  const control = (...args: string[]) => run(join(binaries, "pg_ctl"), ["-D", data, ...args]);
  const up = () => control("-w", "-o", settings, "-l", join(folder, "log"), "start");
  const down = () => control("-m", "immediate", "stop");
  up();
  return {
    port,
    newDatabaseUrl: databaseMaker(binaries, port),
    isOwn: true,
    down,
    up,
    stop: () => {
      down();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server of this run, with databases for whoever asks; one of its own where the run has started none. */
export async function testServer(): Promise<TestServer | null> {
  const port = Number(process.env[PORT_VARIABLE]);
  const found = binariesOf();
  if (found === null || !(port > 0)) return startTestServer();
  return { newDatabaseUrl: databaseMaker(found.binaries, port), isOwn: false, stop: () => undefined };
}

/** Called by vitest once before the first job test; what it returns is called after the last. */
export async function setup(): Promise<() => void> {
  const server = await startTestServer();
  if (server !== null) process.env[PORT_VARIABLE] = String(server.port);
  return () => server?.stop();
}
