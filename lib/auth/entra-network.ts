import "server-only";
import { AuthError, type INetworkModule, type NetworkRequestOptions, type NetworkResponse } from "@azure/msal-node";
import { portalMetrics } from "@/lib/metrics/portal-metrics";

const MAX_ATTEMPTS = 4;
const BACKOFF_MS = 300;
const LONGEST_WAIT_MS = 5_000;
const ATTEMPT_TIMEOUT_MS = 10_000;
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

type Answer = { status: number; headers: Record<string, string>; text: string };
type Attempt = { answer: Answer } | { lost: unknown };

export type EntraNetworkArgs = {
  attemptTimeoutMs?: number | undefined;
  sleep?: (ms: number) => Promise<void>;
  now?: () => number;
};

const sleepFor = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function attempt(url: string, init: RequestInit, timeoutMs: number): Promise<Attempt> {
  const begin = performance.now();
  const counted = (status: number | null) =>
    portalMetrics().azure({ service: "entra", status, seconds: (performance.now() - begin) / 1000 });
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    counted(response.status);
    return { answer: { status: response.status, headers: Object.fromEntries(response.headers), text } };
  } catch (lost) {
    counted(null);
    return { lost };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What Retry-After asks for in milliseconds, as seconds or as a date; null without one. */
function askedWaitMs(made: Attempt, nowMs: number): number | null {
  const value = "answer" in made ? made.answer.headers["retry-after"] : undefined;
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? null : ms;
}

function failure(made: Attempt): AuthError {
  if ("lost" in made) {
    const words = made.lost instanceof Error ? made.lost.message : "unknown";
    return new AuthError("network_error", `Microsoft Entra did not answer: ${words}.`);
  }
  const { status, text } = made.answer;
  const body = parsed(text);
  const said =
    typeof body === "object" && body !== null && "error_description" in body && typeof body.error_description === "string"
      ? ` ${body.error_description}`
      : "";
  return new AuthError("service_unavailable", `Microsoft Entra answered HTTP ${status}.${said}`);
}

/**
 * How msal-node reaches Entra. A lost, cut, silent or 5xx/429 answer of the token endpoint is asked for again, at most four
 * times; each attempt may be silent for `attemptTimeoutMs`. MSAL's own module waits without end and never repeats, and after
 * one 5xx MSAL refuses every operator the same token for a minute, so such an answer never reaches it.
 * Source: learn.microsoft.com/entra/identity-platform/msal-error-handling-dotnet (Retry-After and 5xx).
 */
export function createEntraNetwork(args: EntraNetworkArgs = {}): INetworkModule {
  const sleep = args.sleep ?? sleepFor;
  const now = args.now ?? Date.now;
  const timeoutMs = args.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;

  async function send<T>(url: string, init: RequestInit): Promise<NetworkResponse<T>> {
    for (let count = 1; ; count++) {
      const made = await attempt(url, init, timeoutMs);
      const body = "answer" in made ? parsed(made.answer.text) : undefined;
      if ("answer" in made && body !== undefined && !TRANSIENT.has(made.answer.status)) {
        // MSAL reads the answer by the protocol's own field names.
        return { headers: made.answer.headers, body: body as T, status: made.answer.status };
      }
      if (count === MAX_ATTEMPTS) throw failure(made);
      const waitMs = askedWaitMs(made, now()) ?? BACKOFF_MS * 2 ** (count - 1);
      await sleep(Math.min(LONGEST_WAIT_MS, Math.max(100, waitMs)));
    }
  }

  const headersOf = (options: NetworkRequestOptions | undefined) => options?.headers ?? {};
  return {
    sendGetRequestAsync: (url, options) => send(url, { method: "GET", headers: headersOf(options) }),
    sendPostRequestAsync: (url, options) => send(url, { method: "POST", headers: headersOf(options), body: options?.body ?? "" }),
  };
}
