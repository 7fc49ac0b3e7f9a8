import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { VerifiedToken } from "@/lib/auth/verify-token";
import { readConfig } from "@/lib/config/env";
import { AppError, type Problem } from "@/lib/domain/errors";
import type { PortalRole } from "@/lib/domain/operator";
import { portalMetrics } from "@/lib/metrics/portal-metrics";
import { metricsText } from "@/lib/metrics/registry";
import { createLog } from "./log";
import { MAX_BODY_BYTES } from "./parse-request";
import { createRoute, publicRoute, type RouteHandler } from "./route";
import { setRuntime } from "./runtime";

type Context = { who: string };
const route = createRoute<Context>();
const TOKEN = "aaa.bbb.ccc";

let lines: string[];
let roles: PortalRole[];
let wait: number;
let verifyToken: (token: string) => Promise<VerifiedToken>;
let built: number;

function verified(): VerifiedToken {
  const operator = {
    objectId: "person",
    tenantId: "tenant",
    name: "Olivia",
    userPrincipalName: "o",
    isGuest: false,
    portalRoles: roles,
  };
  return { operator, assertion: TOKEN, expiresAtMs: 0, issuedAtMs: 0 };
}

beforeEach(() => {
  lines = [];
  roles = [];
  wait = 0;
  built = 0;
  verifyToken = async () => verified();
  setRuntime({
    config: readConfig({ LOCAL_AZURE_ORIGIN: "http://localhost:42000" }),
    log: createLog((line) => lines.push(line)),
    startedAt: new Date(0),
    rateLimiter: { take: () => wait },
    verifyToken: (token) => verifyToken(token),
    tokensFor: () => ({ expiresAtMs: 0, issuedAtMs: 0, getToken: () => Promise.reject(new Error("not used")) }),
    buildContext: ({ operator }) => {
      built += 1;
      return { who: operator.name };
    },
    beginStop: () => undefined,
    readiness: async () => ({ ready: true, checks: [] }),
    close: async () => undefined,
  });
});

afterEach(() => vi.restoreAllMocks());

type Call = {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  params?: Record<string, string>;
  signal?: AbortSignal;
};

async function call(handler: RouteHandler, options: Call = {}) {
  const request = new Request(`http://portal.test/api/x${options.path ?? ""}`, {
    method: options.method ?? (options.body === undefined ? "GET" : "POST"),
    headers: { authorization: `Bearer ${TOKEN}`, ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body, duplex: "half" }),
    signal: options.signal ?? null,
  } as RequestInit);
  const response = await handler(request, { params: Promise.resolve(options.params ?? {}) });
  const text = await response.text();
  return { response, text, json: () => JSON.parse(text), problem: () => JSON.parse(text) as Problem };
}

const json = { "content-type": "application/json" };
const bodySchema = z.strictObject({ name: z.string().max(10), count: z.number().int().optional() });

describe("an accepted request", () => {
  it("gives the use case its context and typed input, and answers JSON that nobody may keep", async () => {
    const handler = route(({ ctx, body, query, params }) => ({ who: ctx.who, body, query, params }), {
      body: bodySchema,
      query: z.strictObject({ top: z.coerce.number().optional() }),
      params: z.strictObject({ id: z.string() }),
    });
    const { response, json: answer } = await call(handler, {
      path: "?top=5",
      headers: json,
      body: '{"name":"x"}',
      params: { id: "a b" },
    });
    expect(answer()).toEqual({ who: "Olivia", body: { name: "x" }, query: { top: 5 }, params: { id: "a b" } });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-trace-id")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("passes a Response of the use case through, with no-store", async () => {
    const { response, text } = await call(
      route(() => new Response("stream", { status: 202, headers: { "cache-control": "public" } })),
    );
    expect([response.status, text, response.headers.get("cache-control")]).toEqual([202, "stream", "no-store"]);
  });

  it("takes application/json with a charset", async () => {
    const handler = route(({ body }) => body, { body: bodySchema });
    const headers = { "content-type": "application/json; charset=utf-8" };
    expect((await call(handler, { headers, body: '{"name":"x"}' })).response.status).toBe(200);
  });

  it("hands over a signal that aborts with the request", async () => {
    const controller = new AbortController();
    let seen: AbortSignal | null = null;
    const handler = route(({ signal }) => {
      seen = signal;
      return {};
    });
    await handler(
      new Request("http://portal.test/api/x", { headers: { authorization: `Bearer ${TOKEN}` }, signal: controller.signal }),
      {
        params: Promise.resolve({}),
      },
    );
    controller.abort();
    expect(seen).toMatchObject({ aborted: true });
  });
});

describe("who may call", () => {
  it.each([
    ["no header", {}],
    ["another scheme", { authorization: "Basic abc" }],
    ["an empty token", { authorization: "Bearer " }],
    ["something that is no token", { authorization: "Bearer a b" }],
  ])("refuses %s with 401 and a challenge before anything is read", async (_what, headers: Record<string, string>) => {
    const handler = route(() => "never", { body: bodySchema });
    const response = await handler(new Request("http://portal.test/api/x", { method: "POST", headers, body: "{" }), {
      params: Promise.resolve({}),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    expect(((await response.json()) as Problem).code).toBe("unauthenticated");
    expect(built).toBe(0);
  });

  it("[A03] answers a step-up with the claims to sign in with", async () => {
    const claims = Buffer.from('{"access_token":{"acrs":{"value":"c1"}}}').toString("base64");
    const handler = route(() => {
      throw new AppError({ code: "unauthenticated", message: "stronger sign-in", claims });
    });
    const { response } = await call(handler);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe(`Bearer error="insufficient_claims", claims="${claims}"`);
  });

  it("refuses without the portal role before the body is read, and takes Portal.Admin for every role", async () => {
    const handler = route(() => "ok", { role: "Portal.Auditor" });
    expect((await call(handler)).problem()).toMatchObject({
      status: 403,
      code: "forbidden",
      detail: expect.stringContaining("Portal.Auditor"),
    });
    roles = ["Portal.Auditor"];
    expect((await call(handler)).response.status).toBe(200);
    roles = ["Portal.Admin"];
    expect((await call(handler)).response.status).toBe(200);
  });

  it("answers 429 with the seconds to wait when one person sends too much", async () => {
    wait = 7;
    const { response, problem } = await call(route(() => "never"));
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(problem().nextStep).toContain("7 s");
  });
});

describe("bad input is refused with the field, and the use case never runs", () => {
  const used = vi.fn();
  const handler = route(used, {
    body: bodySchema,
    query: z.strictObject({ top: z.string().optional() }),
    params: z.strictObject({ id: z.string().max(3) }),
  });
  const good = { headers: json, body: '{"name":"x"}', params: { id: "1" } };

  beforeEach(() => used.mockClear());
  afterEach(() => {
    expect(used).not.toHaveBeenCalled();
    expect(built).toBe(0);
  });

  it.each<[string, Call, number, string]>([
    ["a wrong type", { body: '{"name":5}' }, 400, "body.name"],
    ["a missing field", { body: "{}" }, 400, "body.name"],
    ["an unknown field", { body: '{"name":"x","admin":true}' }, 400, "body.admin"],
    ["a value too long", { body: '{"name":"01234567890"}' }, 400, "body.name"],
    ["a list instead of an object", { body: "[]" }, 400, "body"],
    ["null", { body: "null" }, 400, "body"],
    ["broken JSON", { body: '{"name":' }, 400, "body"],
    ["an empty body", { body: "" }, 400, "body"],
    ["bytes that are no UTF-8", { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400, "body"],
    ["another content type", { headers: { "content-type": "text/plain" } }, 415, "content-type"],
    ["a form", { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "name=x" }, 415, "content-type"],
    ["an unknown query parameter", { path: "?other=1" }, 400, "query.other"],
    ["a repeated query parameter", { path: "?top=1&top=2" }, 400, "query.top"],
    ["a bad path parameter", { params: { id: "1234" } }, 400, "params.id"],
    ["a prototype name as field", { body: '{"name":"x","__proto__":{"a":1}}' }, 400, "body.__proto__"],
  ])("%s", async (_what, change, status, field) => {
    const { response, problem } = await call(handler, { ...good, ...change });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(problem()).toMatchObject({ code: "invalid_input", status, traceId: response.headers.get("x-trace-id") });
    expect(problem().fields?.map((entry) => entry.field)).toContain(field);
  });

  it("a declared length above 64 KB, without reading it", async () => {
    const headers = { ...json, "content-length": String(MAX_BODY_BYTES + 1) };
    const { response, problem } = await call(handler, { ...good, headers });
    expect([response.status, problem().detail]).toEqual([413, "body: it is larger than 64 KB."]);
  });

  it("a streamed body above 64 KB, however it was declared", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(0x20));
      },
    });
    expect((await call(handler, { ...good, body: endless })).response.status).toBe(413);
    expect(sent).toBeLessThan(MAX_BODY_BYTES * 3);
  });

  it("names at most twenty fields and cuts long names", async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${"f".repeat(200)}${index}`, 1]));
    const { problem, text } = await call(handler, { ...good, body: JSON.stringify({ name: "x", ...many }) });
    expect(problem().fields).toHaveLength(20);
    expect(text.length).toBeLessThan(6_000);
  });
});

describe("a route without a schema", () => {
  it("refuses a body and a query instead of ignoring them", async () => {
    const handler = route(() => "never");
    const withBody = await call(handler, { headers: { ...json, "content-length": "2" }, body: "{}" });
    expect(withBody.problem().fields).toEqual([{ field: "body", message: "This request takes no body." }]);
    expect((await call(handler, { path: "?a=1" })).problem().fields?.[0]?.field).toBe("query.a");
  });
});

describe("what goes wrong inside", () => {
  it("tells nothing of an unexpected error but a trace id, and logs the cause under it", async () => {
    const handler = route(() => {
      throw new TypeError("secret path /etc/shadow");
    });
    const { response, text, problem } = await call(handler);
    expect(response.status).toBe(500);
    expect(text).not.toContain("shadow");
    const logged = lines.map((line) => JSON.parse(line)).find(({ event }) => event === "request.failed");
    expect(logged).toMatchObject({ level: "error", traceId: problem().traceId, error: "TypeError: secret path /etc/shadow" });
  });

  it.each([
    ["is no failure when leaving ended the work", (reason: unknown) => reason, 499, "request.left", "info"],
    ["stays a failure when something else did", () => new TypeError("a fault"), 500, "request.failed", "error"],
  ])("a browser that left %s", async (_title, errorOf, status, event, level) => {
    const browser = new AbortController();
    const handler = route(({ signal }) => {
      browser.abort(new Error("gone"));
      throw errorOf(signal.reason);
    });
    expect((await call(handler, { signal: browser.signal })).response.status).toBe(status);
    const logged = lines.map((line) => JSON.parse(line)).filter((line) => line.event.startsWith("request."));
    expect(logged).toEqual([expect.objectContaining({ event, level })]);
  });

  it("passes on Azure's own code, request id and waiting time", async () => {
    const azure = {
      status: 429,
      code: "TooManyRequests",
      message: "slow down",
      requestId: "r-1",
      correlationId: null,
      retryAfterSeconds: 12.2,
      service: "arm" as const,
    };
    const { response, problem } = await call(
      route(() => {
        throw new AppError({ code: "throttled", message: "Azure throttles.", azure });
      }),
    );
    expect(problem()).toMatchObject({ status: 429, azure });
    expect(response.headers.get("retry-after")).toBe("13");
  });

  it("writes one line per request with who, what, status and time, and never the token", async () => {
    await call(route(() => "ok"));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      event: "request.answered",
      route: "/api/x",
      method: "GET",
      status: 200,
      operatorId: "person",
    });
    expect(lines.join()).not.toContain(TOKEN);
  });
});

describe("a public route", () => {
  it("answers without a token and hides unexpected errors", async () => {
    const request = new Request("http://portal.test/api/health");
    const context = { params: Promise.resolve({}) };
    expect((await publicRoute(() => ({ alive: true }))(request, context)).status).toBe(200);
    const broken = publicRoute(() => {
      throw new Error("internal detail");
    });
    const response = await broken(request, context);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("internal detail");
  });
});

describe("what is counted", () => {
  it("an answer and a refusal, under the route with its parameters by name: no id of a person or machine becomes a label", async () => {
    Object.assign(globalThis, { __arcwardenMetrics: undefined });
    const handler = route(() => ({}), { params: z.strictObject({ id: z.string() }) });
    await call(handler, { path: "/secret%20machine", params: { id: "secret machine" } });
    await call(handler, { path: "/secret%20machine", params: { id: "secret machine" }, headers: { authorization: "" } });
    const text = metricsText(portalMetrics().families());
    const name = 'arcwarden_http_request_duration_seconds_count{route="/api/x/{id}",method="GET"';
    expect(text).toContain(`${name},status="2xx"} 1`);
    expect(text).toContain(`${name},status="4xx"} 1`);
    expect(text).not.toContain("secret");
  });
});
