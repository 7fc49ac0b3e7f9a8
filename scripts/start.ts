import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { readPort } from "./free-port.ts";
import { checkNodeVersion } from "./node-version.ts";

const root = join(import.meta.dirname, "..");
const DRAIN_MS = 3_000;
const CLOSE_LIMIT_MS = 10_000;

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
function runtime(): { close(): Promise<void> } | undefined {
  return (globalThis as { __arcwarden?: { close(): Promise<void> } }).__arcwarden;
}

/** The start-up code runs beside Next's own preparation; when it fails it ends the process with its reason. */
async function started(): Promise<void> {
  while (runtime() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Finishes running requests, then the portal's own work, then ends. Event streams are cut: browsers connect again. */
function endOnSignal(server: Server): void {
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    // The store survives a hard end; a dependency that hangs must not keep the process.
    setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
    const drained = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    await drained;
    await runtime()?.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void end());
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
  endOnSignal(server);
  process.stdout.write(`Arcwarden listens on http://${isLocal ? "localhost" : host}:${port}\n`);
}

if (process.argv[1] === import.meta.filename) await main();
