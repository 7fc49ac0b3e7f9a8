import type { Caller, WireRequest } from "./contract.ts";
import { WireError } from "./contract.ts";
import { armError, graphError } from "./errors.ts";
import type { InstanceOptions } from "./options.ts";

type OperationClass = "reads" | "writes" | "deletes";
type Bucket = { tokens: number; atMs: number };
type Window = { startedMs: number; used: number };

/** Sizes of ARM's token buckets per principal and subscription, and the refill per second. Source: azure-apis.md 1.5. */
const ARM_BUCKETS: Record<OperationClass, { size: number; perSecond: number }> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
};
/** All principals together have fifteen times the share of one. */
const GLOBAL_FACTOR = 15;
const RESOURCE_GRAPH_QUERIES = 15;
const RESOURCE_GRAPH_WINDOW_MS = 5_000;
const KEY_CREDENTIAL_READS = 150;
const KEY_CREDENTIAL_WINDOW_MS = 60_000;

/** The wall clock counts here, because callers wait in real time. */
export type Throttle = {
  /** Takes from the quotas of the face; gives the headers of the answer, or throws the 429. */
  take(request: WireRequest, caller: Caller): Record<string, string>;
  reset(): void;
};

function operationClass(method: string): OperationClass {
  if (method === "GET" || method === "HEAD") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

/** The recorded form: plain text, no Retry-After, the time in the sentence. Source: findings/real-azure.md section 2. */
function recordedThrottle(operation: string, retryAtMs: number): WireError {
  const at = new Date(retryAtMs).toISOString().replace(/\.\d{3}Z$/, ".0000000Z");
  return new WireError(429, `You have reached the limit of allowed '${operation}' API calls.Please retry after '${at}' UTC.`, {
    "content-type": "text/plain; charset=utf-8",
  });
}

function resourceGraphTimespan(ms: number): string {
  return new Date(Math.max(1_000, Math.ceil(ms / 1_000) * 1_000)).toISOString().slice(11, 19);
}

function takeToken(buckets: Map<string, Bucket>, key: string, size: number, perSecond: number, nowMs: number): Bucket {
  const bucket = buckets.get(key) ?? { tokens: size, atMs: nowMs };
  bucket.tokens = Math.min(size, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * perSecond);
  bucket.atMs = nowMs;
  buckets.set(key, bucket);
  bucket.tokens -= 1;
  return bucket;
}

function takeFromWindow(windows: Map<string, Window>, key: string, lengthMs: number, nowMs: number): Window {
  const current = windows.get(key);
  const window = current === undefined || nowMs - current.startedMs >= lengthMs ? { startedMs: nowMs, used: 0 } : current;
  window.used += 1;
  windows.set(key, window);
  return window;
}

function selectsKeyCredentials(request: WireRequest): boolean {
  if (!/^\/(v1\.0|beta)\/serviceprincipals/i.test(request.path)) return false;
  return (request.query.get("$select") ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())
    .includes("keycredentials");
}

export function createThrottle(options: InstanceOptions, wallNowMs: () => number): Throttle {
  const buckets = new Map<string, Bucket>();
  const windows = new Map<string, Window>();

  function takeArm(request: WireRequest, caller: Caller): Record<string, string> {
    const kind = operationClass(request.method);
    const subscriptionId = request.path.toLowerCase().match(/^\/subscriptions\/([^/]+)/)?.[1] ?? null;
    const size = Math.max(1, Math.floor(ARM_BUCKETS[kind].size * options.armBucketFactor));
    const perSecond = ARM_BUCKETS[kind].perSecond * options.armBucketFactor;
    const place = subscriptionId ?? `tenant:${caller.tenantId}`;
    const now = wallNowMs();
    const own = takeToken(buckets, `${caller.objectId}|${place}|${kind}`, size, perSecond, now);
    const shared = takeToken(buckets, `all|${place}|${kind}`, size * GLOBAL_FACTOR, perSecond * GLOBAL_FACTOR, now);
    const short = Math.min(own.tokens, shared.tokens);
    if (short < 0) {
      own.tokens += 1;
      shared.tokens += 1;
      const seconds = Math.max(1, Math.ceil(-short / perSecond));
      if (options.throttleAnswer === "recorded") throw recordedThrottle(`${request.method}:${kind}`, now + seconds * 1_000);
      const level = subscriptionId === null ? "tenant" : `subscription '${subscriptionId}'`;
      const message = `Number of '${kind}' requests for ${level} actor '${caller.objectId}' exceeded. Please try again after '${seconds}' seconds.`;
      throw armError(429, "SubscriptionRequestsThrottled", message, { "retry-after": String(seconds) });
    }
    const left = String(Math.floor(own.tokens));
    if (subscriptionId === null) return { [`x-ms-ratelimit-remaining-tenant-${kind}`]: left };
    return {
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: left,
      [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: String(Math.floor(shared.tokens)),
    };
  }

  function takeResourceGraph(caller: Caller): Record<string, string> {
    const now = wallNowMs();
    const window = takeFromWindow(windows, `rg|${caller.tenantId}|${caller.objectId}`, RESOURCE_GRAPH_WINDOW_MS, now);
    const resetsAfterMs = window.startedMs + RESOURCE_GRAPH_WINDOW_MS - now;
    const left = Math.max(0, RESOURCE_GRAPH_QUERIES - window.used);
    const headers = {
      "x-ms-user-quota-remaining": String(left),
      "x-ms-user-quota-resets-after": resourceGraphTimespan(resetsAfterMs),
      "x-ms-ratelimit-remaining-tenant-resource-requests": String(left),
    };
    if (window.used <= RESOURCE_GRAPH_QUERIES) return headers;
    const seconds = String(Math.max(1, Math.ceil(resetsAfterMs / 1_000)));
    const message = `Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed: ${seconds} seconds.`;
    throw armError(429, "RateLimiting", message, { ...headers, "retry-after": seconds }, "service");
  }

  function takeGraph(request: WireRequest, caller: Caller): Record<string, string> {
    if (!selectsKeyCredentials(request)) return {};
    const now = wallNowMs();
    const window = takeFromWindow(windows, `keys|${caller.tenantId}`, KEY_CREDENTIAL_WINDOW_MS, now);
    if (window.used <= KEY_CREDENTIAL_READS) return {};
    const seconds = Math.max(1, Math.ceil((window.startedMs + KEY_CREDENTIAL_WINDOW_MS - now) / 1_000));
    throw graphError(429, "TooManyRequests", "Too many requests.", {
      "retry-after": String(seconds),
      "x-ms-throttle-scope": `Tenant/ReadKeyCredentials/${caller.tenantId}`,
      "x-ms-throttle-information": "KeyCredentialReadLimitExceeded",
    });
  }

  return {
    take: (request, caller) => {
      if (!options.enforceQuotas)
        return request.face === "resourceGraph"
          ? { "x-ms-user-quota-remaining": "14", "x-ms-user-quota-resets-after": "00:00:05" }
          : {};
      if (request.face === "arm") return takeArm(request, caller);
      if (request.face === "resourceGraph") return takeResourceGraph(caller);
      return request.face === "graph" ? takeGraph(request, caller) : {};
    },
    reset: () => {
      buckets.clear();
      windows.clear();
    },
  };
}
