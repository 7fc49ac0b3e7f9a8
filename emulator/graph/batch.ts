import { z } from "zod";
import { type EmulatorContext, type Route, WireError, type WireRequest, type WireResponse } from "../core/contract.ts";
import { createRouter, type Router } from "../core/router.ts";
import { strictCheck } from "../core/strict-check.ts";
import type { World } from "../world/types.ts";
import { callerOf } from "./collections.ts";
import { graphError } from "./errors.ts";

const MAX_STEPS = 20;
const KEY_READS_PER_MINUTE = 150;
const MINUTE_MS = 60_000;

const stepSchema = z.looseObject({
  id: z.string().min(1),
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
});
const batchSchema = z.looseObject({ requests: z.array(stepSchema) });

type Step = z.infer<typeof stepSchema>;
type StepAnswer = { id: string; status: number; headers: Record<string, string>; body?: unknown };

/** Reads of certificate dates inside batches, per world and tenant; the outer request does not show what its steps select. */
const keyReads = new WeakMap<World, Map<string, { startedMs: number; used: number }>>();

/** POST $batch over the given routes. Source: https://learn.microsoft.com/graph/json-batching. */
export function createBatchRoute(routes: readonly Route[]): Route {
  const router = createRouter(routes);
  return {
    face: "graph",
    method: "POST",
    pattern: "/v1.0/$batch",
    query: [],
    right: null,
    source: "https://learn.microsoft.com/graph/json-batching",
    handle: (request, ctx) => runBatch(request, ctx, router),
  };
}

async function runBatch(request: WireRequest, ctx: EmulatorContext, router: Router): Promise<WireResponse> {
  callerOf(request);
  const parsed = batchSchema.safeParse(request.json());
  if (!parsed.success) throw graphError(400, "BadRequest", "Invalid batch payload format.");
  const steps = parsed.data.requests;
  if (steps.length > MAX_STEPS)
    throw graphError(
      400,
      "BadRequest",
      `The number of requests in the batch is ${steps.length}. At most ${MAX_STEPS} are allowed.`,
    );
  const ids = new Set(steps.map((step) => step.id));
  if (ids.size !== steps.length) throw graphError(400, "BadRequest", "Request ids of a batch must be unique.");
  const answers = new Map<string, StepAnswer>();
  for (const step of steps) {
    const missing = step.dependsOn?.find((id) => !answers.has(id));
    if (missing !== undefined)
      throw graphError(400, "BadRequest", `Request '${step.id}' depends on '${missing}', which does not stand before it.`);
    const failed = step.dependsOn?.some((id) => (answers.get(id)?.status ?? 500) >= 400) ?? false;
    answers.set(step.id, failed ? dependencyFailed(step) : await runStep(step, request, ctx, router));
  }
  return { status: 200, body: { responses: shuffled([...answers.values()], ctx) } };
}

/** The service answers in any order; clients must match by id. */
function shuffled<Item>(items: Item[], ctx: EmulatorContext): Item[] {
  return items
    .map((item) => ({ item, key: ctx.random() }))
    .sort((left, right) => right.key - left.key)
    .map(({ item }) => item)
    .reverse();
}

function dependencyFailed(step: Step): StepAnswer {
  const error = { code: "FailedDependency", message: "The request failed because a request it depends on failed." };
  return { id: step.id, status: 424, headers: { "content-type": "application/json" }, body: { error } };
}

async function runStep(step: Step, outer: WireRequest, ctx: EmulatorContext, router: Router): Promise<StepAnswer> {
  const url = new URL(step.url.startsWith("/") ? step.url : `/${step.url}`, "http://batch.invalid");
  const segments = ["v1.0", ...url.pathname.split("/").filter(Boolean).map(decodeURIComponent)];
  const method = step.method.toUpperCase();
  const bodyText = step.body === undefined ? "" : JSON.stringify(step.body);
  const inner: WireRequest = {
    ...outer,
    method,
    path: `/${segments.join("/")}`,
    query: url.searchParams,
    headers: Object.fromEntries(Object.entries(step.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    bodyText,
    json: () => step.body,
  };
  try {
    const match = router.match("graph", method, segments);
    if (match === null) throw graphError(400, "BadRequest", `Resource not found for the segment '${segments[1] ?? ""}'.`);
    strictCheck(inner, match.route);
    countKeyRead(inner, ctx);
    const response = await match.route.handle({ ...inner, params: match.params }, ctx);
    const headers = { "cache-control": "no-cache", "content-type": "application/json", ...response.headers };
    return { id: step.id, status: response.status, headers, ...(response.body === undefined ? {} : { body: response.body }) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return {
      id: step.id,
      status: error.status,
      headers: { "content-type": "application/json", ...error.headers },
      body: withInnerError(error, outer, ctx),
    };
  }
}

function withInnerError(error: WireError, outer: WireRequest, ctx: EmulatorContext): unknown {
  const { body } = error;
  if (typeof body !== "object" || body === null || !("error" in body) || typeof body.error !== "object") return body;
  const date = new Date(ctx.clock.nowMs()).toISOString().slice(0, 19);
  const innerError = {
    date,
    "request-id": outer.requestId,
    "client-request-id": outer.headers["client-request-id"] ?? outer.requestId,
  };
  return { error: { ...body.error, innerError } };
}

/** Each step that selects keyCredentials counts on its own; the wall clock counts because callers wait in real time. */
function countKeyRead(request: WireRequest, ctx: EmulatorContext): void {
  if (!ctx.options.enforceQuotas || !/^\/v1\.0\/serviceprincipals/i.test(request.path)) return;
  const names = (request.query.get("$select") ?? "").toLowerCase().split(",");
  if (!names.some((name) => name.trim() === "keycredentials")) return;
  const windows = keyReads.get(ctx.world) ?? new Map<string, { startedMs: number; used: number }>();
  keyReads.set(ctx.world, windows);
  const { tenantId } = callerOf(request);
  const nowMs = Date.now();
  const known = windows.get(tenantId);
  const window = known && nowMs - known.startedMs < MINUTE_MS ? known : { startedMs: nowMs, used: 0 };
  window.used += 1;
  windows.set(tenantId, window);
  if (window.used <= KEY_READS_PER_MINUTE) return;
  const seconds = Math.max(1, Math.ceil((window.startedMs + MINUTE_MS - nowMs) / 1000));
  throw graphError(429, "TooManyRequests", "Too many requests.", { "retry-after": String(seconds) });
}
