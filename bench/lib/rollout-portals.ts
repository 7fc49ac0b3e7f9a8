import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../e2e/support/stack.ts";
import { cpuMs } from "./cpu.ts";

const root = new URL("../..", import.meta.url).pathname;
const LOCAL_TENANT_ID = "10ca1a2e-0000-4000-8000-000000000001";
const READY_LIMIT_MS = 60_000;

export type Portal = { origin: string; pid: number; close: () => Promise<void> };

/** Portals that share one store: PostgreSQL at an address, or the embedded one, which only one process may hold. */
export async function startPortals(args: { count: number; localAzure: string; databaseUrl: string | null }): Promise<Portal[]> {
  const portals: Portal[] = [];
  for (let number = 0; number < args.count; number += 1) portals.push(await startPortal(args.localAzure, args.databaseUrl));
  return portals;
}

async function startPortal(localAzure: string, databaseUrl: string | null): Promise<Portal> {
  const dataDir = mkdtempSync(join(tmpdir(), "arcwarden-bench-"));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, ["scripts/start.ts"], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: "production",
      ARCWARDEN_MODE: "local",
      CLOUD: "public",
      TENANT_ID: LOCAL_TENANT_ID,
      LOCAL_AZURE_ORIGIN: localAzure,
      DATA_DIR: dataDir,
      PORT: String(port),
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString("utf8")).slice(-20_000);
    });
  await ready(child, origin, () => log);
  return {
    origin,
    pid: child.pid ?? -1,
    close: async () => {
      if (process.env.BENCH_LOG === "1") process.stderr.write(log);
      child.kill("SIGTERM");
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, origin: string, log: () => string): Promise<void> {
  const limit = Date.now() + READY_LIMIT_MS;
  while (Date.now() < limit) {
    if (child.exitCode !== null) throw new Error(`The portal ended with ${child.exitCode}:\n${log()}`);
    const answered = await fetch(`${origin}/api/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The portal was not ready after ${READY_LIMIT_MS} ms:\n${log()}`);
}

/** Begins the count of `peakMemory` anew: the first start of the embedded store needs far more than any work after it. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Most memory that a process has held, in MB. */
export function peakMemory(pid: number): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** Processor seconds of several processes together. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (cpuMs(pid) ?? Number.NaN), 0) / 1000;
}
