import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWhenNeeded } from "./build-when-needed.ts";
import { type Child, startChild, waitFor } from "./child.ts";
import { freePort, readPort } from "./free-port.ts";
import { checkNodeVersion } from "./node-version.ts";

const root = join(import.meta.dirname, "..");
const READY_LIMIT_MS = 60_000;

type Ready = { origin: string; control: string };
type Persona = { displayName: string; signInName: string; title: string; purpose: string };

const say = (text: string) => process.stdout.write(`${text}\n`);

class Refusal extends Error {}

type Size = { machines: string; branches: string };

function readCount(name: string, given: unknown, [from, to]: readonly [number, number]): string {
  if (typeof given === "string" && /^\d{1,6}$/.test(given) && Number(given) >= from && Number(given) <= to) return given;
  throw new Refusal(
    `--${name} is "${String(given)}". Set --${name} or LOCAL_AZURE_${name.toUpperCase()} to a number from ${from} to ${to}.`,
  );
}

/** The fleet, and beside it servers of branch offices without the sign-in extension: something to roll out to. */
function readSize(): Size {
  const { values } = parseArgs({ options: { machines: { type: "string" }, branches: { type: "string" } }, strict: false });
  return {
    machines: readCount("machines", values.machines ?? process.env.LOCAL_AZURE_MACHINES ?? "250", [25, 100_000]),
    branches: readCount("branches", values.branches ?? process.env.LOCAL_AZURE_BRANCHES ?? "500", [0, 10_000]),
  };
}

async function portOf(variable: string, fallback: number): Promise<number> {
  const wanted = readPort(variable, process.env[variable], fallback);
  if ("problem" in wanted) throw new Refusal(wanted.problem);
  const port = await freePort(wanted.port);
  if (port !== null) return port;
  throw new Refusal(
    `Port ${wanted.port} is taken by another program. Set ${variable} to another port, or to 0 for any free one: ${variable}=0 npm run demo`,
  );
}

function readyLine(output: string): Ready | null {
  const line = output.split("\n").find((text) => text.includes('"localAzure":"ready"'));
  return line === undefined ? null : (JSON.parse(line) as Ready);
}

async function startLocalAzure(port: number, size: Size): Promise<{ child: Child; ready: Ready }> {
  const child = startChild(["emulator/main.ts"], {
    cwd: root,
    env: {
      ...process.env,
      LOCAL_AZURE_PORT: String(port),
      LOCAL_AZURE_CONTROL_PORT: process.env.LOCAL_AZURE_CONTROL_PORT ?? "0",
      LOCAL_AZURE_MACHINES: size.machines,
      LOCAL_AZURE_BRANCHES: size.branches,
      // As in Azure, a changed assignment takes a while, in each view its own; short enough to watch.
      LOCAL_AZURE_REPLICATION: process.env.LOCAL_AZURE_REPLICATION ?? "500,2000,4000",
      LOCAL_AZURE_CLOUD: process.env.CLOUD ?? "public",
    },
  });
  const ready = await waitFor({
    what: "Local Azure",
    child,
    limitMs: READY_LIMIT_MS,
    ask: async () => readyLine(child.output()),
  });
  return { child, ready };
}

/** What the portal says in the demo is kept off the screen, except that something went wrong. */
function showTrouble(line: string): void {
  const isLog = line.startsWith("{");
  if (isLog && !line.includes('"level":"error"')) return;
  if (isLog || /error|cannot/i.test(line)) process.stderr.write(`${line}\n`);
}

async function startPortal(port: number, localAzureOrigin: string): Promise<Child> {
  const child = startChild(["scripts/start.ts"], {
    cwd: root,
    env: { ...process.env, ARCWARDEN_MODE: "local", LOCAL_AZURE_ORIGIN: localAzureOrigin, PORT: String(port) },
    onLine: showTrouble,
  });
  await waitFor({
    what: "The portal",
    child,
    limitMs: READY_LIMIT_MS,
    ask: async () => ((await fetch(`http://127.0.0.1:${port}/api/ready`)).status === 200 ? true : null),
  });
  return child;
}

async function personas(control: string): Promise<Persona[]> {
  const answer = await fetch(`${control}/state`).catch(() => null);
  const state = answer?.ok === true ? ((await answer.json()) as { personas?: Persona[] }) : {};
  // A guest stands in two directories and is one person.
  const seen = new Set<string>();
  return (state.personas ?? []).filter(({ displayName }) => !seen.has(displayName) && seen.add(displayName));
}

function table(rows: readonly Persona[]): string {
  const nameWidth = Math.max(...rows.map((row) => row.displayName.length));
  const titleWidth = Math.max(...rows.map((row) => row.title.length));
  return rows
    .map((row) => `    ${row.displayName.padEnd(nameWidth)}  ${row.title.padEnd(titleWidth)}  ${row.purpose}`)
    .join("\n");
}

function announce(port: number, ready: Ready, size: Size, people: readonly Persona[]): void {
  say("");
  say("  LOCAL AZURE: no real tenant. Everything in it is invented and is gone when it stops.");
  say("");
  say(`  Arcwarden     http://localhost:${port}`);
  say(
    `  Local Azure   ${ready.origin}  (${size.machines} machines, ${size.branches} more in branch offices, control API ${ready.control})`,
  );
  say("");
  say("  Who can sign in (no password; choose on the sign-in page):");
  say(people.length > 0 ? table(people) : "    see the sign-in page");
  say("");
  say("  Ctrl+C stops both.");
}

async function main(): Promise<number> {
  const problem = checkNodeVersion(process.version);
  if (problem !== null) throw new Refusal(problem);
  const size = readSize();
  const [port, localAzurePort] = [await portOf("PORT", 3000), await portOf("LOCAL_AZURE_PORT", 42_000)];
  if (!buildWhenNeeded(root, process.env.NEXT_DIST_DIR ?? ".next", say)) return 1;

  const children: Child[] = [];
  let stopping = false;
  const stopped = new Promise<number>((resolve) => {
    const stop = () => {
      stopping = true;
      resolve(0);
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });
  try {
    const localAzure = await startLocalAzure(localAzurePort, size);
    children.push(localAzure.child);
    const portal = await startPortal(port, localAzure.ready.origin);
    children.unshift(portal);
    announce(port, localAzure.ready, size, await personas(localAzure.ready.control));
    const fallen = (name: string, child: Child) =>
      child.ended.then((code) => {
        if (!stopping)
          process.stderr.write(`${name} ended by itself (exit code ${code ?? "none"}).\n${child.output().slice(-2_000)}\n`);
        return stopping ? 0 : 1;
      });
    return await Promise.race([stopped, fallen("The portal", portal), fallen("Local Azure", localAzure.child)]);
  } finally {
    stopping = true;
    // The portal first: it may still be finishing a call to local Azure.
    for (const child of children) await child.stop();
    say("Stopped.");
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
