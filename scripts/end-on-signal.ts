import type { Server } from "node:http";

/** What the process must end besides its server; null while it has not started. */
export type Stoppable = {
  /** From now on nothing new is taken: readiness turns false and the background work claims nothing more. */
  beginStop(): void;
  close(): Promise<void>;
};

export type EndingArgs = {
  server: Server;
  runtime: () => Stoppable | undefined;
  /** How long the portal goes on answering, so that a load balancer sees that it is not ready and sends nobody. */
  graceMs: number;
  exit?: (code: number) => void;
  drainMs?: number;
  limitMs?: number;
};

/** Requests that still run get this long after the grace; event streams are cut then: browsers connect again. */
const DRAIN_MS = 3_000;
/** Below the 20 s after which the usual supervisors kill. */
const LIMIT_MS = 18_000;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * The way in which the portal ends: not ready, running requests finished, the work saved, the store closed, exit 0. What hangs is
 * left behind after the limit with exit 1: the store survives a hard end. Asked twice it ends once.
 */
export function createEnding(args: EndingArgs): () => Promise<void> {
  const { server, runtime, graceMs } = args;
  const exit = args.exit ?? ((code) => process.exit(code));
  let ending: Promise<void> | null = null;
  const end = async () => {
    setTimeout(() => exit(1), args.limitMs ?? LIMIT_MS).unref();
    // A connection that is kept open would go on carrying requests until it is cut in the middle of one.
    server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
    runtime()?.beginStop();
    await wait(graceMs);
    const drained = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), args.drainMs ?? DRAIN_MS).unref();
    await drained;
    try {
      await runtime()?.close();
    } catch (error) {
      process.stderr.write(`Arcwarden did not end cleanly: ${error instanceof Error ? error.stack : String(error)}\n`);
      return exit(1);
    }
    exit(0);
  };
  return () => {
    ending ??= end();
    return ending;
  };
}

/** Seconds of STOP_GRACE_SECONDS in milliseconds; null for a text that is none. */
export function readGraceMs(text: string | undefined, usual: number): number | null {
  if (text === undefined || text.trim() === "") return usual;
  return /^\d{1,2}$/.test(text.trim()) && Number(text) <= 10 ? Number(text) * 1_000 : null;
}
