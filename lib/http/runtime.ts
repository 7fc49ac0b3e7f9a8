import type { TokenProvider } from "@/lib/auth/token-provider";
import type { VerifiedToken } from "@/lib/auth/verify-token";
import type { ServerConfig } from "@/lib/config/env";
import type { Readiness } from "@/lib/domain/api";
import type { Operator } from "@/lib/domain/operator";
import type { Log } from "./log";
import type { RateLimiter } from "./rate-limit";

/** What the context builder receives for one request. */
export type ContextInput = {
  operator: Operator;
  tokens: TokenProvider;
  signal: AbortSignal;
  traceId: string;
  log: Log;
};

/** Built once per process by instrumentation-node.ts. `Context` is the service context, which this layer must not know. */
export type Runtime<Context = unknown> = {
  config: ServerConfig;
  log: Log;
  startedAt: Date;
  rateLimiter: RateLimiter;
  verifyToken(token: string): Promise<VerifiedToken>;
  tokensFor(verified: VerifiedToken): TokenProvider;
  buildContext(input: ContextInput): Context | Promise<Context>;
  readiness(signal: AbortSignal): Promise<Readiness>;
  /** The process is asked to end: readiness turns false and the background work takes nothing new. */
  beginStop(): void;
  close(): Promise<void>;
};

type RuntimeHolder = { __arcwarden?: Runtime };

// Next evaluates modules once per bundle (start-up, routes, proxy), so only globalThis is one per process.
const holder = globalThis as RuntimeHolder;

export function setRuntime(runtime: Runtime): void {
  holder.__arcwarden = runtime;
}

export function hasRuntime(): boolean {
  return holder.__arcwarden !== undefined;
}

/** The process's runtime. The caller names the context type that its builder was registered with. */
export function getRuntime<Context = unknown>(): Runtime<Context> {
  if (holder.__arcwarden === undefined) throw new Error("The portal has not started: instrumentation-node.ts did not run.");
  return holder.__arcwarden as Runtime<Context>;
}
