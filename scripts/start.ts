import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createEnding, readGraceMs, type Stoppable } from "./end-on-signal.ts";
import { readPort } from "./free-port.ts";
import { checkNodeVersion } from "./node-version.ts";

const root = join(import.meta.dirname, "..");
const GRACE_MS = 3_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Next answers 500 for a path that is not valid percent-encoding, before any code of ours runs. */
export function isDecodablePath(url: string): boolean {
  try {
    decodeURIComponent(url.split("?")[0] ?? "");
    return true;
  } catch {
    return false;
  }
}

function answerBadPath(response: ServerResponse): void {
  const detail = "path: it holds a percent sign that encodes nothing.";
  const problem = {
    type: "urn:arcwarden:problem:invalid-input",
    title: "The request cannot be used",
    status: 400,
    code: "invalid_input",
    detail,
    nextStep: "Correct the address.",
    traceId: crypto.randomUUID().replaceAll("-", ""),
    fields: [{ field: "path", message: "Not a valid percent-encoding." }],
  };
  response.writeHead(400, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(JSON.stringify(problem));
}

type Metrics = { http(seen: { route: string; method: string; status: number; seconds: number }): void };

/** Routes of the API count themselves; pages and files of the build are two kinds. */
function countPage(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? "/";
  if (url.startsWith("/api/")) return;
  const begin = performance.now();
  response.once("close", () => {
    const metrics = (globalThis as { __arcwardenMetrics?: Metrics }).__arcwardenMetrics;
    const route = url.startsWith("/_next/") ? "file" : "page";
    metrics?.http({
      route,
      method: request.method ?? "GET",
      status: response.statusCode,
      seconds: (performance.now() - begin) / 1000,
    });
  });
}

/**
 * Next hands over the content type of a route as a list of one, which its own compression takes for no type at all, so that
 * the fleet would travel at five times its size. Only `+json` is set right: an event stream must not wait in a compressor.
 */
export function nameContentType(response: ServerResponse): void {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    const only = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
    const isJson = name.toLowerCase() === "content-type" && only?.endsWith("+json") === true;
    return setHeader(name, isJson ? (only ?? "") : value);
  };
}

export function createPortalServer(handle: Handler): Server {
  const server = createServer((request, response) => {
    if (!isDecodablePath(request.url ?? "/")) return answerBadPath(response);
    nameContentType(response);
    countPage(request, response);
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
  // Longer than the idle time of common load balancers, so that they close first and never hit a closing socket.
  server.keepAliveTimeout = 75_000;
  return server;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Built by instrumentation-node.ts in this process; Next keeps it in bundles that this script cannot import. */
function runtime(): Stoppable | undefined {
  return (globalThis as { __arcwarden?: Stoppable }).__arcwarden;
}

/** The start-up code runs beside Next's own preparation; when it fails it ends the process with its reason. */
async function started(): Promise<void> {
  while (runtime() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function main(): Promise<void> {
  const problem = checkNodeVersion(process.version);
  if (problem !== null) refuse(problem);
  if (!existsSync(join(root, process.env.NEXT_DIST_DIR ?? ".next", "BUILD_ID"))) {
    refuse('The portal is not built. Run "npm run build" first, or "npm run demo", which builds when needed.');
  }
  const wanted = readPort("PORT", process.env.PORT, 3000);
  if ("problem" in wanted) refuse(wanted.problem);
  // The demo is for this computer only; a real portal is reached through its load balancer.
  const isLocal = process.env.ARCWARDEN_MODE === "local" || (process.env.LOCAL_AZURE_ORIGIN ?? "") !== "";
  const graceMs = readGraceMs(process.env.STOP_GRACE_SECONDS, isLocal ? 0 : GRACE_MS);
  if (graceMs === null) refuse("STOP_GRACE_SECONDS must be a whole number of seconds from 0 to 10.");
  const host = process.env.HOST ?? (isLocal ? "127.0.0.1" : "0.0.0.0");

  process.chdir(root);
  // Next's own signal handler would end the process before the store is closed.
  Object.assign(process.env, { NEXT_MANUAL_SIG_HANDLE: "true", NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  const { default: next } = await import("next");
  const server = createPortalServer((request, response) => handle(request, response));
  const port = await listen(server, wanted.port, host).catch((error: NodeJS.ErrnoException) =>
    refuse(
      error.code === "EADDRINUSE"
        ? `Port ${wanted.port} is taken by another program. Set PORT to another port, or to 0 for any free one.`
        : `The portal cannot listen on ${host}:${wanted.port}: ${error.message}`,
    ),
  );
  const app = next({ dev: false, dir: root, hostname: host, port });
  const preparing = app.prepare();
  const handle: Handler = async (request, response) => {
    await preparing;
    await app.getRequestHandler()(request, response);
  };
  await preparing;
  await started();
  const end = createEnding({ server, runtime, graceMs });
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void end());
  process.stdout.write(`Arcwarden listens on http://${isLocal ? "localhost" : host}:${port}\n`);
}

if (process.argv[1] === import.meta.filename) await main();
