import { z } from "zod";
import { AppError } from "@/lib/domain/errors";
import type { Operator, PortalRole } from "@/lib/domain/operator";
import { portalMetrics, routeTemplate } from "@/lib/metrics/portal-metrics";
import type { Log } from "./log";
import { parsePart, queryRecord, readJsonBody, refuseBody } from "./parse-request";
import { RequestRefusal } from "./request-refusal";
import { getRuntime, type Runtime } from "./runtime";
import { problemResponse, toProblem } from "./to-problem";

export type RouteArgs<Context, Body, Query, Params> = {
  ctx: Context;
  operator: Operator;
  request: Request;
  body: Body;
  query: Query;
  params: Params;
  traceId: string;
  log: Log;
  /** Aborts when the browser leaves. */
  signal: AbortSignal;
};

export type RouteOptions<Body, Query, Params> = {
  /** Absent = a request with a body is refused. Use z.strictObject. */
  body?: z.ZodType<Body>;
  /** Largest body; absent = 64 KB. */
  maxBodyBytes?: number;
  /** Absent = any query parameter is refused. Use z.strictObject. */
  query?: z.ZodType<Query>;
  /** Absent = the parameters are not looked at and `params` is empty. */
  params?: z.ZodType<Params>;
  /** Portal role that the operator must hold. */
  role?: PortalRole;
};

/** What Next passes as second argument. Its values are percent-decoded already, exactly once. */
export type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> };

export type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

const NOTHING = z.strictObject({});

function newTraceId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function bearerToken(request: Request): string {
  const header = request.headers.get("authorization") ?? "";
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header)?.[1];
  if (token === undefined) {
    throw new AppError({
      code: "unauthenticated",
      message: header === "" ? "The request carries no access token." : "The Authorization header is not a bearer token.",
      nextStep: "Sign in to the portal.",
    });
  }
  return token;
}

function checkRate(runtime: Runtime, operator: Operator): void {
  const seconds = runtime.rateLimiter.take(`${operator.tenantId}/${operator.objectId}`);
  if (seconds === 0) return;
  throw new RequestRefusal(429, {
    code: "throttled",
    retryAfterSeconds: seconds,
    message: "You sent more requests than the portal takes from one person in a minute.",
    nextStep: `Wait ${seconds} s and try again.`,
  });
}

function checkRole(operator: Operator, role: PortalRole | undefined): void {
  // An administrator of the portal may see and do everything that concerns the portal's own data.
  if (role === undefined || operator.portalRoles.includes(role) || operator.portalRoles.includes("Portal.Admin")) return;
  throw new AppError({
    code: "forbidden",
    message: `This needs the portal role ${role}, which you do not hold.`,
    nextStep: "Ask the portal's administrator to assign the app role to you in Microsoft Entra.",
  });
}

async function readInput<Body, Query, Params>(
  request: Request,
  context: RouteContext,
  options: RouteOptions<Body, Query, Params>,
): Promise<{ body: Body; query: Query; params: Params }> {
  const params = options.params === undefined ? ({} as Params) : parsePart("params", options.params, await context.params);
  const queryText = queryRecord(new URL(request.url).searchParams);
  const query =
    options.query === undefined
      ? (parsePart("query", NOTHING, queryText) as Query)
      : parsePart("query", options.query, queryText);
  if (options.body === undefined) {
    refuseBody(request);
    return { params, query, body: undefined as Body };
  }
  return { params, query, body: parsePart("body", options.body, await readJsonBody(request, options.maxBodyBytes)) };
}

function answered(result: unknown, traceId: string): Response {
  const response = result instanceof Response ? result : Response.json(result ?? null);
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-trace-id", traceId);
  return response;
}

/** Nobody is there to read it; the status, which only logs and figures see, is nginx's. */
const LEFT_STATUS = 499;

/** The browser has left, and that is what ended the work: no failure of the portal. */
function hasLeft(request: Request, error: unknown): boolean {
  return request.signal.aborted && error === request.signal.reason;
}

function logFailure(log: Log, error: unknown, traceId: string): void {
  const problem = toProblem(error, traceId);
  if (problem.status >= 500) log.error("request.failed", error, { status: problem.status, code: problem.code });
  else log.info("request.refused", { status: problem.status, code: problem.code, azureCode: problem.azure?.code ?? null });
}

/** Counts an answer under its route; the operator's address itself is never a label. */
async function counted(request: Request, context: RouteContext, startedMs: number, answer: Response): Promise<Response> {
  const route = routeTemplate(new URL(request.url).pathname, (await context.params) ?? {});
  const seconds = (performance.now() - startedMs) / 1000;
  portalMetrics().http({ route, method: request.method, status: answer.status, seconds });
  return answer;
}

/**
 * The life of every API request: trace id, token, rate, role, params, query, body, context, use case, answer. Fix the
 * context type once: `const route = createRoute<ServiceContext>()`.
 */
export function createRoute<Context>() {
  return function route<Body = undefined, Query = Record<string, never>, Params = Record<string, never>>(
    handler: (args: RouteArgs<Context, Body, Query, Params>) => Promise<unknown> | unknown,
    options: RouteOptions<Body, Query, Params> = {},
  ): RouteHandler {
    return async (request, context) => {
      const traceId = newTraceId();
      const runtime = getRuntime<Context>();
      const startedMs = performance.now();
      let log = runtime.log.with({ traceId, method: request.method, route: new URL(request.url).pathname });
      try {
        const verified = await runtime.verifyToken(bearerToken(request));
        const { operator } = verified;
        log = log.with({ operatorId: operator.objectId, tenantId: operator.tenantId });
        checkRate(runtime as Runtime, operator);
        checkRole(operator, options.role);
        const input = await readInput(request, context, options);
        const tokens = runtime.tokensFor(verified);
        const ctx = await runtime.buildContext({ operator, tokens, signal: request.signal, traceId, log });
        const result = await handler({ ...input, ctx, operator, request, traceId, log, signal: request.signal });
        const response = answered(result, traceId);
        log.info("request.answered", { status: response.status, durationMs: Math.round(performance.now() - startedMs) });
        return await counted(request, context, startedMs, response);
      } catch (error) {
        if (hasLeft(request, error)) {
          log.info("request.left", { durationMs: Math.round(performance.now() - startedMs) });
          return await counted(request, context, startedMs, new Response(null, { status: LEFT_STATUS }));
        }
        logFailure(log, error, traceId);
        return await counted(request, context, startedMs, problemResponse(error, traceId));
      }
    };
  };
}

/** A route that anyone may call: health, readiness and metrics. It takes no input. */
export function publicRoute(
  handler: (args: { runtime: Runtime; request: Request; signal: AbortSignal }) => Promise<unknown> | unknown,
): RouteHandler {
  return async (request, context) => {
    const traceId = newTraceId();
    const startedMs = performance.now();
    try {
      const result = await handler({ runtime: getRuntime(), request, signal: request.signal });
      return await counted(request, context, startedMs, answered(result, traceId));
    } catch (error) {
      return await counted(request, context, startedMs, problemResponse(error, traceId));
    }
  };
}
