import "server-only";
import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from "@azure/core-rest-pipeline";
import { AppError } from "@/lib/domain/errors";
import { type AzureService, lostAnswerError } from "./errors";
import { readRetryAfterMs } from "./retry-after";

export type AzureClock = { now(): Date };
/** Waits, or rejects with the signal's reason when the caller leaves. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

export type RetryHints = {
  /** A repeat is harmless: GET, or a POST that only asks. */
  repeatable: boolean;
  timeoutMs?: number;
  /** Never a second attempt. */
  once?: boolean;
  /** Told before each wait, so that a slow list can say why it is slow. `refused`: the service wants less, or to be left alone. */
  onWait?: (ms: number, refused: boolean) => void;
};

export type RetryRules = {
  service: AzureService;
  clock: AzureClock;
  sleep: Sleep;
  /** 0 to 1; jitter. */
  random: () => number;
  maxAttempts: number;
  /** Longest silence of one attempt. */
  attemptTimeoutMs: number;
  /** From the first attempt to the last answer, waits included. */
  budgetMs: number;
};

export const DEFAULT_MAX_ATTEMPTS = 5;
export const DEFAULT_ATTEMPT_TIMEOUT_MS = 12_000;
export const DEFAULT_BUDGET_MS = 45_000;
const BACKOFF_BASE_MS = 400;
const BACKOFF_CAP_MS = 8_000;
/** Even "retry after 0" waits this long: without it a service in trouble is asked in a hot loop. */
const SHORTEST_WAIT_MS = 100;
const TRANSIENT = new Set([408, 500, 502, 503, 504]);

const hintsOf = new WeakMap<PipelineRequest, RetryHints>();
const parsedOf = new WeakMap<PipelineResponse, unknown>();

/** Attaches what the retry policy has to know of one request; requests without hints repeat only when they are GET or HEAD. */
export function setRetryHints(request: PipelineRequest, hints: RetryHints): void {
  hintsOf.set(request, hints);
}

/** The JSON body of an answer that passed the retry policy; undefined when the body was empty or not JSON. */
export function parsedBody(response: PipelineResponse): unknown {
  return parsedOf.get(response);
}

export const sleepFor: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });

type Attempt =
  | { kind: "answer"; response: PipelineResponse }
  | { kind: "lost"; error: AppError; response: PipelineResponse | null };

function nativeSignal(request: PipelineRequest): AbortSignal | undefined {
  return request.abortSignal instanceof AbortSignal ? request.abortSignal : undefined;
}

function lost(error: unknown, rules: RetryRules, timeoutMs: number): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError" || name === "TimeoutError") {
    return lostAnswerError({
      service: rules.service,
      what: "timeout",
      message: `no answer within ${Math.round(timeoutMs / 1000)} seconds.`,
      cause: error,
    });
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return lostAnswerError({
    service: rules.service,
    what: "connection",
    message: `the connection broke before the answer was complete (${code}).`,
    cause: error,
  });
}

async function tryOnce(request: PipelineRequest, next: SendRequest, rules: RetryRules, timeoutMs: number): Promise<Attempt> {
  request.timeout = timeoutMs;
  let response: PipelineResponse;
  try {
    response = await next(request);
  } catch (error) {
    if (request.abortSignal?.aborted) throw nativeSignal(request)?.reason ?? error;
    return { kind: "lost", error: lost(error, rules, timeoutMs), response: null };
  }
  const text = response.bodyAsText ?? "";
  if (response.status >= 200 && response.status < 300 && text.trim() !== "") {
    try {
      parsedOf.set(response, JSON.parse(text));
    } catch (cause) {
      const error = lostAnswerError({
        service: rules.service,
        what: "malformed",
        status: response.status,
        requestId: response.headers.get("x-ms-request-id") ?? response.headers.get("request-id") ?? null,
        message: `the answer was cut off or is not JSON (HTTP ${response.status}, ${text.length} characters).`,
        cause,
      });
      return { kind: "lost", error, response };
    }
  }
  return { kind: "answer", response };
}

/** An answer worth another attempt. A write is repeated only after 429, the one status that proves nothing was done. */
function mayRepeat(attempt: Attempt, repeatable: boolean): boolean {
  if (attempt.kind === "lost") return repeatable && attempt.error.code === "upstream" && isPassing(attempt.error);
  if (attempt.response.status === 429) return true;
  return repeatable && TRANSIENT.has(attempt.response.status);
}

function isPassing(error: AppError): boolean {
  const code = error.azure?.code ?? "";
  return code.startsWith("Portal.") && code !== "Portal.RedirectRefused" && code !== "Portal.AddressRefused";
}

/** How long to wait before attempt `attempt + 1`, in milliseconds. Pure; exported for its table of cases. */
export function waitBeforeRetryMs(args: { askedMs: number | null; attempt: number; random: number }): number {
  if (args.askedMs !== null) {
    // Never earlier than asked; a little later, so that many callers do not come back at the same instant.
    return Math.max(SHORTEST_WAIT_MS, Math.ceil(args.askedMs + args.random * Math.min(500, 100 + args.askedMs * 0.1)));
  }
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (args.attempt - 1));
  return Math.max(SHORTEST_WAIT_MS, Math.ceil(ceiling / 2 + (args.random * ceiling) / 2));
}

function askedMs(attempt: Attempt, now: Date): number | null {
  if (attempt.response === null) return null;
  const { status, headers, bodyAsText } = attempt.response;
  return readRetryAfterMs({ status, headers, bodyText: bodyAsText ?? "" }, now);
}

/**
 * Repeats what may be repeated, obeys Retry-After in every form, gives up when the attempts or the total budget are used
 * and then hands the last answer on. A lost answer ends as AppError upstream that says what happened.
 */
export function retryPolicy(rules: RetryRules): PipelinePolicy {
  return {
    name: "arcwardenRetryPolicy",
    async sendRequest(request, next) {
      const hints = hintsOf.get(request) ?? { repeatable: request.method === "GET" || request.method === "HEAD" };
      const timeoutMs = hints.timeoutMs ?? rules.attemptTimeoutMs;
      const startedAt = rules.clock.now().getTime();
      for (let attempt = 1; ; attempt++) {
        const result = await tryOnce(request, next, rules, timeoutMs);
        const now = rules.clock.now();
        const asked = askedMs(result, now);
        const waitMs = waitBeforeRetryMs({ askedMs: asked, attempt, random: rules.random() });
        const overBudget = now.getTime() - startedAt + waitMs > rules.budgetMs;
        if (hints.once === true || !mayRepeat(result, hints.repeatable) || attempt >= rules.maxAttempts || overBudget) {
          if (result.kind === "lost") throw result.error;
          return result.response;
        }
        hints.onWait?.(waitMs, asked !== null || result.response?.status === 429);
        await rules.sleep(waitMs, nativeSignal(request));
      }
    },
  };
}
