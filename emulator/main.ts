import { randomUUID } from "node:crypto";
import { type CloudName, isCloudName } from "./core/clouds.ts";
import { FEWEST_MACHINES, MOST_ASSIGNMENTS, MOST_BRANCHES, MOST_GROUPS, MOST_MACHINES, USUAL_MACHINES } from "./core/limits.ts";
import type { InstanceOptions } from "./core/options.ts";
import { SavedStateError } from "./core/saved-state.ts";
import { startLocalAzure } from "./core/start.ts";
import type { AppServiceOptions } from "./himds/app-service.ts";
import { type HimdsOptions, USUAL_HOST, USUAL_TOKEN_DIR } from "./himds/himds.ts";

const USUAL_PORT = 42_000;
const USUAL_CONTROL_PORT = 42_001;
class SettingError extends Error {}

function readNumber(name: string, text: string | undefined, usual: number, range: { from: number; to: number }): number {
  if (text === undefined || text === "") return usual;
  const value = Number(text);
  if (Number.isInteger(value) && value >= range.from && value <= range.to) return value;
  throw new SettingError(`${name} is '${text}'. It must be a whole number from ${range.from} to ${range.to}.`);
}

const FLAGS = ["machines", "assignments", "groups", "branches"] as const;
type Flag = (typeof FLAGS)[number];

function readArguments(args: readonly string[]): Partial<Record<Flag, string>> {
  const found: Partial<Record<Flag, string>> = {};
  for (let index = 0; index < args.length; index += 1) {
    const [name = "", attached] = (args[index] ?? "").split("=");
    const flag = FLAGS.find((known) => name === `--${known}`);
    if (flag === undefined) {
      throw new SettingError(
        `Unknown argument '${args[index]}'. Local Azure takes --machines N, --assignments N, --groups N and --branches N; everything else is set by environment variables.`,
      );
    }
    if (attached === undefined) index += 1;
    const value = attached ?? args[index] ?? "";
    if (value === "") throw new SettingError(`--${flag} needs a number, for example --${flag} 1000.`);
    found[flag] = value;
  }
  return found;
}

/** A number that an argument or its environment variable gives. */
function readCount(
  flag: Flag,
  asked: string | undefined,
  fromEnv: string | undefined,
  usual: number,
  range: { from: number; to: number },
): number {
  const name = asked === undefined ? `LOCAL_AZURE_${flag.toUpperCase()}` : `--${flag}`;
  return readNumber(name, asked ?? fromEnv, usual, range);
}

/** Three delays in ms: until Resource Manager lists a changed assignment, until it counts, until Resource Graph shows it. */
function readReplication(text: string | undefined): Partial<InstanceOptions> {
  if (text === undefined || text === "") return {};
  const parts = text.split(",");
  const [roleListDelayMs = 0, replicationDelayMs = 0, roleIndexDelayMs = 0] = parts.map((part) => Number(part));
  const isFine = parts.length === 3 && parts.every((part) => /^\s*\d+\s*$/.test(part));
  if (isFine) return { roleListDelayMs, replicationDelayMs, roleIndexDelayMs };
  throw new SettingError(
    `LOCAL_AZURE_REPLICATION is '${text}'. It must be three numbers of milliseconds, for example 500,2000,4000.`,
  );
}

function readCloud(text: string | undefined): CloudName {
  if (text === undefined || text === "") return "public";
  if (isCloudName(text)) return text;
  throw new SettingError(`LOCAL_AZURE_CLOUD is '${text}'. It must be public, usgov or china.`);
}

/** The identity endpoint of one server, where a port is asked for. */
function readHimds(env: NodeJS.ProcessEnv, ports: { from: number; to: number }): { himds?: HimdsOptions } {
  const text = env.LOCAL_AZURE_HIMDS_PORT;
  if (text === undefined || text === "") return {};
  const port = readNumber("LOCAL_AZURE_HIMDS_PORT", text, 0, ports);
  const machine = env.LOCAL_AZURE_HIMDS_MACHINE || USUAL_HOST;
  return { himds: { port, machine, tokenDir: env.LOCAL_AZURE_HIMDS_TOKENS || USUAL_TOKEN_DIR } };
}

/** The identity endpoint of the portal's own app, where a port is asked for. */
function readAppService(env: NodeJS.ProcessEnv, ports: { from: number; to: number }): { appService?: AppServiceOptions } {
  const text = env.LOCAL_AZURE_APP_IDENTITY_PORT;
  if (text === undefined || text === "") return {};
  const port = readNumber("LOCAL_AZURE_APP_IDENTITY_PORT", text, 0, ports);
  return { appService: { port, header: env.LOCAL_AZURE_APP_IDENTITY_HEADER || randomUUID() } };
}

function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]) {
  const ports = { from: 0, to: 65_535 };
  const asked = readArguments(args);
  const tlsPort = env.LOCAL_AZURE_TLS_PORT;
  return {
    port: readNumber("LOCAL_AZURE_PORT", env.LOCAL_AZURE_PORT, USUAL_PORT, ports),
    controlPort: readNumber("LOCAL_AZURE_CONTROL_PORT", env.LOCAL_AZURE_CONTROL_PORT, USUAL_CONTROL_PORT, ports),
    tls: tlsPort !== undefined && tlsPort !== "",
    tlsPort: readNumber("LOCAL_AZURE_TLS_PORT", tlsPort, 0, ports),
    machines: readCount("machines", asked.machines, env.LOCAL_AZURE_MACHINES, USUAL_MACHINES, {
      from: FEWEST_MACHINES,
      to: MOST_MACHINES,
    }),
    assignments: readCount("assignments", asked.assignments, env.LOCAL_AZURE_ASSIGNMENTS, 0, { from: 0, to: MOST_ASSIGNMENTS }),
    groups: readCount("groups", asked.groups, env.LOCAL_AZURE_GROUPS, 0, { from: 0, to: MOST_GROUPS }),
    branches: readCount("branches", asked.branches, env.LOCAL_AZURE_BRANCHES, 0, { from: 0, to: MOST_BRANCHES }),
    options: readReplication(env.LOCAL_AZURE_REPLICATION),
    seed: readNumber("LOCAL_AZURE_SEED", env.LOCAL_AZURE_SEED, 1, { from: 0, to: 4_294_967_295 }),
    cloud: readCloud(env.LOCAL_AZURE_CLOUD),
    ...readHimds(env, ports),
    ...readAppService(env, ports),
    ...(env.LOCAL_AZURE_STATE ? { stateFile: env.LOCAL_AZURE_STATE } : {}),
  };
}

function explain(error: unknown): string {
  if (error instanceof SettingError || error instanceof SavedStateError) return error.message;
  const socket = error as { code?: string; port?: number };
  if (socket.code === "EADDRINUSE") {
    return `Port ${socket.port} is taken. Set LOCAL_AZURE_PORT, LOCAL_AZURE_CONTROL_PORT or LOCAL_AZURE_TLS_PORT to another port, or to 0 for any free one.`;
  }
  if (socket.code === "EACCES") return `Port ${socket.port} may not be opened by this user. Choose one above 1023.`;
  return `Local Azure could not start: ${error instanceof Error ? error.message : String(error)}`;
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const settings = readSettings(process.env, process.argv.slice(2));
  const azure = await startLocalAzure(settings);
  const ready = {
    localAzure: "ready",
    origin: azure.origin,
    control: azure.controlOrigin,
    tls: azure.tlsOrigin,
    ...(azure.identityEndpoint === null ? {} : { identity: azure.identityEndpoint }),
    ...(azure.appIdentityEndpoint === null
      ? {}
      : { appIdentity: azure.appIdentityEndpoint, appIdentityHeader: settings.appService?.header }),
    machines: settings.machines,
    startMs: Math.round(performance.now() - startedAt),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = () => {
    azure.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
