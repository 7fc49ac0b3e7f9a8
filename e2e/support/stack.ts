import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One portal with its own local Azure and its own store; every Playwright worker has one, so that tests cannot disturb each other. */
export type Stack = {
  portal: string;
  localAzure: string;
  control: string;
  dataDir: string;
  portalPid: () => number;
  localAzurePid: () => number;
  /** Ends the portal as a power cut would. */
  killPortal: () => Promise<void>;
  startPortal: () => Promise<void>;
  /** Local Azure goes away, and comes back at the same address with what it held; only with `azureComesBack`. */
  stopAzure: () => Promise<void>;
  startAzure: () => Promise<void>;
  portalLog: () => string;
  close: () => Promise<void>;
};

export type StackOptions = {
  cloud?: "public" | "usgov" | "china";
  machines?: number;
  /** Role assignments and groups of local Azure besides the usual ones. */
  assignments?: number;
  groups?: number;
  /** Servers of branch offices besides the fleet. */
  branches?: number;
  env?: Record<string, string>;
  /** Local Azure keeps its state in a file, so that a test may stop and start it. */
  azureComesBack?: boolean;
  /** The portal makes its store itself, as on the day of its installation. */
  firstStart?: boolean;
};

const root = new URL("../..", import.meta.url).pathname;
const LOCAL_TENANT_ID = "10ca1a2e-0000-4000-8000-000000000001";
/** Many short lives of the same programs: what one has compiled serves the next. */
const COMPILED = { NODE_COMPILE_CACHE: join(tmpdir(), "arcwarden-compile-cache") };

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("no port"));
      server.close(() => resolve(address.port));
    });
  });
}

function collect(child: ChildProcess): () => string {
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => parts.push(chunk.toString("utf8")));
  return () => parts.join("");
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

async function until(
  what: string,
  ready: () => Promise<boolean>,
  child: ChildProcess,
  log: () => string,
  timeoutMs = 60_000,
): Promise<void> {
  const limit = Date.now() + timeoutMs;
  while (Date.now() < limit) {
    if (child.exitCode !== null) throw new Error(`${what} ended with ${child.exitCode}:\n${log()}`);
    if (await ready().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} was not ready after ${timeoutMs} ms:\n${log()}`);
}

type LocalAzure = { origin: string; control: string; child: ChildProcess };
/** Where a local Azure stood before and what it held. */
type Before = { origin: string; control: string; stateFile: string };

const portOf = (origin: string | undefined) => (origin === undefined ? "0" : new URL(origin).port);

export async function startLocalAzure(options: StackOptions, before?: Partial<Before>): Promise<LocalAzure> {
  const child = spawn(process.execPath, ["emulator/main.ts"], {
    cwd: root,
    env: {
      ...process.env,
      ...COMPILED,
      LOCAL_AZURE_PORT: portOf(before?.origin),
      LOCAL_AZURE_CONTROL_PORT: portOf(before?.control),
      LOCAL_AZURE_STATE: before?.stateFile ?? "",
      LOCAL_AZURE_MACHINES: String(options.machines ?? 250),
      LOCAL_AZURE_ASSIGNMENTS: String(options.assignments ?? 0),
      LOCAL_AZURE_GROUPS: String(options.groups ?? 0),
      LOCAL_AZURE_BRANCHES: String(options.branches ?? 0),
      LOCAL_AZURE_CLOUD: options.cloud ?? "public",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = collect(child);
  let ready: { origin: string; control: string } | null = null;
  await until(
    "local Azure",
    async () => {
      const line = log()
        .split("\n")
        .find((text) => text.includes('"localAzure":"ready"'));
      if (line === undefined) return false;
      ready = JSON.parse(line) as { origin: string; control: string };
      return true;
    },
    child,
    log,
  );
  const found = ready as { origin: string; control: string } | null;
  if (found === null) throw new Error("local Azure did not say where it listens");
  return { ...found, child };
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = mkdtempSync(join(tmpdir(), "arcwarden-e2e-"));
  const { E2E_STORE } = process.env;
  if (E2E_STORE !== undefined && options.firstStart !== true) cpSync(E2E_STORE, dataDir, { recursive: true });
  const kept = options.azureComesBack === true ? { stateFile: join(dataDir, "local-azure") } : {};
  let azure = await startLocalAzure(options, kept);
  const port = await freePort();
  const portal = `http://localhost:${port}`;
  let child: ChildProcess | null = null;
  let log = () => "";

  async function startPortal(): Promise<void> {
    // A portal that lives for minutes gains little from machine code of the best kind for its store.
    const started = spawn(process.execPath, ["--liftoff-only", "scripts/start.ts"], {
      cwd: root,
      env: {
        ...process.env,
        ...COMPILED,
        NODE_ENV: "production",
        ARCWARDEN_MODE: "local",
        CLOUD: options.cloud ?? "public",
        TENANT_ID: LOCAL_TENANT_ID,
        LOCAL_AZURE_ORIGIN: azure.origin,
        DATA_DIR: dataDir,
        // A roll-out asks for the state of its machines every ten seconds; the machines of tests are done in one.
        ROLLOUT_STATUS_SECONDS: "1",
        PORT: String(port),
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    log = collect(started);
    await until("the portal", async () => (await fetch(`${portal}/api/ready`)).status === 200, started, log);
  }

  async function killPortal(): Promise<void> {
    if (child === null) return;
    child.kill("SIGKILL");
    await ended(child);
  }

  async function stopAzure(): Promise<void> {
    azure.child.kill("SIGTERM");
    await ended(azure.child);
  }

  async function startAzure(): Promise<void> {
    azure = await startLocalAzure(options, { origin: azure.origin, control: azure.control, ...kept });
  }

  await startPortal();
  return {
    portal,
    localAzure: azure.origin,
    control: azure.control,
    dataDir,
    portalPid: () => child?.pid ?? -1,
    localAzurePid: () => azure.child.pid ?? -1,
    killPortal,
    startPortal,
    stopAzure,
    startAzure,
    portalLog: () => log(),
    close: async () => {
      child?.kill("SIGTERM");
      azure.child.kill("SIGTERM");
      await Promise.all([child === null ? Promise.resolve() : ended(child), ended(azure.child)]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
