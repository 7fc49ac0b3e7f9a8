import { createTokenProviders } from "@/lib/auth/on-behalf-of";
import { createTokenVerifier } from "@/lib/auth/verify-token";
import { ConfigError } from "@/lib/config/config-error";
import { readConfig, type ServerConfig } from "@/lib/config/env";
import { createLog, type Log } from "@/lib/http/log";
import { createRateLimiter } from "@/lib/http/rate-limit";
import { hasRuntime, setRuntime } from "@/lib/http/runtime";
import { watchEventLoop } from "@/lib/metrics/process-metrics";
import { createRuntime } from "@/lib/services/runtime";

/** The reason in the words of whoever can put it right; anything unexpected keeps its stack. */
function sentence(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const isOperational = error instanceof Error && error.name === "StoreOpenError";
  if (isOperational) return `Arcwarden cannot start: ${error.message}`;
  return `Arcwarden cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function stop(error: unknown): never {
  process.stderr.write(`${sentence(error)}\n`);
  process.exit(1);
}

function announce(log: Log, config: ServerConfig): void {
  log.info("portal.started", {
    version: config.version,
    mode: config.mode,
    cloud: config.cloud.id,
    node: process.version,
    pid: process.pid,
    store: config.databaseUrl === null ? "embedded" : "server",
  });
}

/** Builds the one runtime of this process. A portal that cannot work says why and ends; it never answers half-built. */
export async function start(): Promise<void> {
  if (hasRuntime()) return;
  watchEventLoop();
  try {
    const config = readConfig(process.env);
    const log = createLog((line) => process.stdout.write(line));
    const services = await createRuntime({ config, log });
    const { tokensFor } = createTokenProviders(config);
    setRuntime({
      config,
      log,
      startedAt: new Date(),
      rateLimiter: createRateLimiter(config.rateLimitPerMinute),
      verifyToken: createTokenVerifier(config),
      tokensFor,
      buildContext: services.buildContext,
      readiness: services.readiness,
      // Both are called by scripts/start.ts when the process is asked to end.
      beginStop: services.beginStop,
      close: services.close,
    });
    announce(log, config);
  } catch (error) {
    stop(error);
  }
}
