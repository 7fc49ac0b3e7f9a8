import { type CloudName, isCloudName } from "./core/clouds.ts";
import { FEWEST_MACHINES, MOST_MACHINES, USUAL_MACHINES } from "./core/limits.ts";
import { startLocalAzure } from "./core/start.ts";

const USUAL_PORT = 42_000;
const USUAL_CONTROL_PORT = 42_001;

class SettingError extends Error {}

function readNumber(name: string, text: string | undefined, usual: number, range: { from: number; to: number }): number {
  if (text === undefined || text === "") return usual;
  const value = Number(text);
  if (Number.isInteger(value) && value >= range.from && value <= range.to) return value;
  throw new SettingError(`${name} is '${text}'. It must be a whole number from ${range.from} to ${range.to}.`);
}

function readArguments(args: readonly string[]): string | undefined {
  let machines: string | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const part = args[index] ?? "";
    if (part === "--machines") {
      index += 1;
      machines = args[index] ?? "";
      if (machines === "") throw new SettingError("--machines needs a number, for example --machines 1000.");
    } else if (part.startsWith("--machines=")) machines = part.slice("--machines=".length);
    else
      throw new SettingError(
        `Unknown argument '${part}'. Local Azure takes --machines N; everything else is set by environment variables.`,
      );
  }
  return machines;
}

function readCloud(text: string | undefined): CloudName {
  if (text === undefined || text === "") return "public";
  if (isCloudName(text)) return text;
  throw new SettingError(`LOCAL_AZURE_CLOUD is '${text}'. It must be public, usgov or china.`);
}

function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]) {
  const ports = { from: 0, to: 65_535 };
  const asked = readArguments(args);
  const machines = asked ?? env.LOCAL_AZURE_MACHINES;
  const tlsPort = env.LOCAL_AZURE_TLS_PORT;
  return {
    port: readNumber("LOCAL_AZURE_PORT", env.LOCAL_AZURE_PORT, USUAL_PORT, ports),
    controlPort: readNumber("LOCAL_AZURE_CONTROL_PORT", env.LOCAL_AZURE_CONTROL_PORT, USUAL_CONTROL_PORT, ports),
    tls: tlsPort !== undefined && tlsPort !== "",
    tlsPort: readNumber("LOCAL_AZURE_TLS_PORT", tlsPort, 0, ports),
    machines: readNumber(asked === undefined ? "LOCAL_AZURE_MACHINES" : "--machines", machines, USUAL_MACHINES, {
      from: FEWEST_MACHINES,
      to: MOST_MACHINES,
    }),
    seed: readNumber("LOCAL_AZURE_SEED", env.LOCAL_AZURE_SEED, 1, { from: 0, to: 4_294_967_295 }),
    cloud: readCloud(env.LOCAL_AZURE_CLOUD),
  };
}

function explain(error: unknown): string {
  if (error instanceof SettingError) return error.message;
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
