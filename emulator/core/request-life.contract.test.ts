import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { issueToken, type TokenOrder } from "../control/token-desk.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "../world/types.ts";
import type { Route } from "./contract.ts";
import { WireError } from "./contract.ts";
import { type LocalAzure, startLocalAzure } from "./start.ts";

const OLIVIA = "olivia.operator@contoso.example";
const NORA = "nora.norights@contoso.example";
const SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01";

const probe = (method: string, handle: Route["handle"]): Route => ({
  face: "arm",
  method,
  pattern: "/subscriptions/{subscriptionId}/providers/local.test/probes/{name}",
  apiVersions: ["2026-01-01"],
  right: { action: "Local.Test/probes/read", scope: (request) => `/subscriptions/${request.params.subscriptionId}` },
  source: "test",
  handle,
});

let azure: LocalAzure;
let wallMs: number;
let handled: string[];
let subscriptionId: string;
let foreignSubscriptionId: string;

beforeAll(async () => {
  wallMs = Date.now();
  handled = [];
  azure = await startLocalAzure({
    machines: 25,
    wallNowMs: () => wallMs,
    extraRoutes: [
      probe("GET", (request) => {
        handled.push(request.params.name ?? "");
        if (request.params.name === "broken") throw new TypeError("a bug");
        if (request.params.name === "teapot") throw new WireError(418, { error: { code: "Teapot", message: "short and stout" } });
        return { status: 200, body: { name: request.params.name, origin: request.origin, nextLink: `${request.origin}/page2` } };
      }),
      probe("PUT", (request) => {
        handled.push(`put ${request.params.name} ${JSON.stringify(request.json())}`);
        return { status: 201, body: { ok: true } };
      }),
    ],
  });
  subscriptionId = azure.world.subscriptions.find((row) => row.tenantId === CONTOSO_TENANT_ID)?.id ?? "";
  foreignSubscriptionId = azure.world.subscriptions.find((row) => row.tenantId === FABRIKAM_TENANT_ID)?.id ?? "";
});
afterAll(async () => {
  await azure.close();
});
afterEach(() => {
  azure.instance.faults.clear();
  azure.instance.throttle.reset();
  azure.options.requireAcrs = {};
  azure.options.requireMfaForWrites = false;
});

const probeUrl = (name: string, subscription = subscriptionId) =>
  `/subscriptions/${subscription}/providers/Local.Test/probes/${name}?api-version=2026-01-01`;

async function bearer(order: Partial<TokenOrder> = {}): Promise<string> {
  return `Bearer ${await issueToken(azure.instance, { upn: OLIVIA, resource: "arm", ...order })}`;
}

type Call = { method?: string; headers?: Record<string, string>; body?: string; as?: Partial<TokenOrder> };

async function call(path: string, args: Call = {}) {
  const authorization = await bearer(args.as);
  const response = await fetch(azure.origin + path, {
    method: args.method ?? "GET",
    headers: { authorization, ...(args.body === undefined ? {} : { "content-type": "application/json" }), ...args.headers },
    ...(args.body === undefined ? {} : { body: args.body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const codeOf = (text: string) => (JSON.parse(text) as { error: { code: string } }).error.code;
const decodedClaims = (headers: Headers): unknown => {
  const claims = /claims="([^"]+)"/.exec(headers.get("www-authenticate") ?? "")?.[1] ?? "";
  return JSON.parse(Buffer.from(claims, "base64").toString());
};

describe("an answer of Azure Resource Manager", () => {
  it("carries the recorded headers and keeps a correlation id that the client sent", async () => {
    const correlation = "0a0a0a0a-0000-4000-8000-00000000000c";
    const { headers } = await call(SUBSCRIPTIONS, { headers: { "x-ms-correlation-request-id": correlation } });
    expect(headers.get("x-ms-correlation-request-id")).toBe(correlation);
    expect(headers.get("x-ms-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("x-ms-routing-request-id")).toMatch(/^WESTEUROPE:\d{8}T\d{6}Z:[0-9a-f-]{36}$/);
    expect(headers.get("x-ms-ratelimit-remaining-tenant-reads")).toBe("249");
    for (const [name, value] of [
      ["cache-control", "no-cache"],
      ["pragma", "no-cache"],
      ["expires", "-1"],
      ["strict-transport-security", "max-age=31536000; includeSubDomains"],
      ["x-content-type-options", "nosniff"],
      ["content-type", "application/json; charset=utf-8"],
    ]) {
      expect(headers.get(name ?? "")).toBe(value);
    }
  });

  it("builds absolute addresses from x-forwarded-host, else from Host", async () => {
    const plain = await call(probeUrl("a"));
    expect(JSON.parse(plain.text)).toMatchObject({ nextLink: `${azure.origin}/page2` });
    const kept = await call(probeUrl("a"), { headers: { "x-forwarded-host": "management.azure.com" } });
    expect(JSON.parse(kept.text)).toMatchObject({ nextLink: "https://management.azure.com/page2" });
  });

  it("tolerates double slashes and any case in the path", async () => {
    expect((await call(`/${probeUrl("b")}`)).status).toBe(200);
    expect((await call(probeUrl("b").replace("subscriptions", "SubScriptions").replace("probes", "Probes"))).status).toBe(200);
  });

  it("to a preflight is 200 without exposed headers, and to a page's request open to every origin", async () => {
    const preflight = await fetch(azure.origin + SUBSCRIPTIONS, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:3000", "access-control-request-headers": "authorization,x-ms-client-request-id" },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET,POST,PUT,DELETE,PATCH,OPTIONS,HEAD");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization,x-ms-client-request-id");
    expect(preflight.headers.get("access-control-max-age")).toBe("3600");
    expect(preflight.headers.get("access-control-expose-headers")).toBeNull();
    expect(
      (await call(SUBSCRIPTIONS, { headers: { origin: "http://localhost:3000" } })).headers.get("access-control-allow-origin"),
    ).toBe("*");
    expect((await call(SUBSCRIPTIONS)).headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("authentication at Azure Resource Manager", () => {
  it("answers a missing token with 401, the tenant's address and the recorded sentence", async () => {
    const response = await fetch(azure.origin + probeUrl("a"));
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe(
      `Bearer authorization_uri="https://login.windows.net/${CONTOSO_TENANT_ID}", error="invalid_token", error_description="The authentication failed because of missing 'Authorization' header."`,
    );
    expect(codeOf(await response.text())).toBe("AuthenticationFailed");
  });

  it("refuses a broken signature, a Graph token and a token of another cloud by their codes", async () => {
    const broken = await call(SUBSCRIPTIONS, { headers: { authorization: `${await bearer()}x` } });
    expect([broken.status, codeOf(broken.text)]).toEqual([401, "InvalidAuthenticationToken"]);
    const graph = await call(SUBSCRIPTIONS, { as: { resource: "graph" } });
    expect([graph.status, codeOf(graph.text)]).toEqual([401, "InvalidAuthenticationTokenAudience"]);
    const claims = {
      aud: "https://management.chinacloudapi.cn/",
      iss: `https://sts.chinacloudapi.cn/${CONTOSO_TENANT_ID}/`,
      tid: CONTOSO_TENANT_ID,
    };
    const now = Math.floor(wallMs / 1_000);
    const china = await azure.instance.entra.keys.sign({ ...claims, iat: now, nbf: now, exp: now + 600 });
    expect(codeOf((await call(SUBSCRIPTIONS, { headers: { authorization: `Bearer ${china}` } })).text)).toBe(
      "InvalidAuthenticationTokenAudience",
    );
  });

  it("accepts a token 1 ms before its end and refuses it at the end with ExpiredAuthenticationToken", async () => {
    const before = wallMs;
    const authorization = await bearer();
    wallMs = (Math.floor(before / 1_000) + azure.options.accessTokenSeconds) * 1_000 - 1;
    expect((await call(SUBSCRIPTIONS, { headers: { authorization } })).status).toBe(200);
    wallMs += 1;
    const late = await call(SUBSCRIPTIONS, { headers: { authorization } });
    wallMs = before;
    expect([late.status, codeOf(late.text)]).toEqual([401, "ExpiredAuthenticationToken"]);
  });

  it("refuses a subscription of another tenant with InvalidAuthenticationTokenTenant, an unknown and a malformed one by their codes", async () => {
    const foreign = await call(probeUrl("a", foreignSubscriptionId));
    expect([foreign.status, codeOf(foreign.text)]).toEqual([401, "InvalidAuthenticationTokenTenant"]);
    const unknown = await call(probeUrl("a", "10ca1a2e-ffff-4000-8000-000000000000"));
    expect([unknown.status, codeOf(unknown.text)]).toEqual([404, "SubscriptionNotFound"]);
    const malformed = await call(probeUrl("a", "not-a-guid"));
    expect([malformed.status, codeOf(malformed.text)]).toEqual([400, "InvalidSubscriptionId"]);
  });

  it("challenges a revoked sign-in in ARM's form, once the client can answer; other clients keep their token", async () => {
    const able = await bearer({ upn: NORA });
    const unable = await bearer({ upn: NORA, capabilities: [] });
    await fetch(`${azure.controlOrigin}/sessions/revoke`, { method: "POST", body: JSON.stringify({ upn: NORA }) });
    const refused = await call(SUBSCRIPTIONS, { headers: { authorization: able } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain(
      'error="invalid_token", error_description="User session has been revoked"',
    );
    expect(decodedClaims(refused.headers)).toEqual({
      access_token: { nbf: { essential: true, value: String(Math.floor(wallMs / 1_000)) } },
    });
    expect((await call(SUBSCRIPTIONS, { headers: { authorization: unable } })).status).toBe(200);
    expect((await call(SUBSCRIPTIONS, { as: { upn: NORA } })).status).toBe(200);
  });
});

describe("authentication at Graph", () => {
  it("answers a missing token and a revoked sign-in in Graph's form, the latter with two challenges", async () => {
    const missing = await fetch(`${azure.origin}/v1.0/me`);
    expect([missing.status, codeOf(await missing.text())]).toEqual([401, "InvalidAuthenticationToken"]);
    const authorization = await bearer({ upn: NORA, resource: "graph" });
    await fetch(`${azure.controlOrigin}/sessions/revoke`, { method: "POST", body: JSON.stringify({ upn: NORA }) });
    const revoked = await call("/v1.0/me", { headers: { authorization } });
    expect(revoked.status).toBe(401);
    const challenge = revoked.headers.get("www-authenticate") ?? "";
    expect(challenge).toMatch(
      /^Bearer realm="", authorization_uri="https:\/\/login\.microsoftonline\.com\/common\/oauth2\/authorize", client_id="00000003-/,
    );
    expect(challenge).toContain('error="insufficient_claims"');
    expect(challenge).toContain(', PoP realm=""');
    expect(JSON.parse(revoked.text)).toMatchObject({
      error: { innerError: { "request-id": revoked.headers.get("request-id") } },
    });
  });

  it("refuses a Resource Manager token", async () => {
    expect((await call("/v1.0/me")).status).toBe(401);
  });
});

describe("authorisation", () => {
  it("answers a missing action with 403 in the recorded sentence, cause gateway, and does not handle the request", async () => {
    handled = [];
    const nora = azure.world.users.find((user) => user.userPrincipalName === NORA);
    const refused = await call(probeUrl("a"), { as: { upn: NORA } });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-ms-failure-cause")).toBe("gateway");
    expect(JSON.parse(refused.text)).toEqual({
      error: {
        code: "AuthorizationFailed",
        message: `The client '${NORA}' with object id '${nora?.id}' does not have authorization to perform action 'Local.Test/probes/read' over scope '/subscriptions/${subscriptionId}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
      },
    });
    expect(handled).toEqual([]);
  });
});

describe("stronger sign-in for writes", () => {
  const put = (as: Partial<TokenOrder>) => call(probeUrl("w"), { method: "PUT", body: "{}", as });

  it("is demanded by a challenge with the context; reads and tokens that have it pass", async () => {
    azure.options.requireAcrs = { arm: "c1" };
    const refused = await put({});
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('error="insufficient_claims"');
    expect(decodedClaims(refused.headers)).toEqual({ access_token: { acrs: { essential: true, value: "c1" } } });
    expect((await put({ acrs: ["c1"] })).status).toBe(201);
    expect((await call(probeUrl("a"))).status).toBe(200);
    expect((await put({ capabilities: [] })).status).toBe(403);
  });

  it("is demanded as multifactor authentication when the switch is on", async () => {
    azure.options.requireMfaForWrites = true;
    expect(decodedClaims((await put({})).headers)).toEqual({ access_token: { amr: { essential: true, values: ["mfa"] } } });
    expect((await put({ amr: ["pwd", "mfa"] })).status).toBe(201);
    const unable = await put({ capabilities: [] });
    expect([unable.status, codeOf(unable.text)]).toEqual([403, "RequestDisallowedByAzure"]);
  });
});

describe("what does not fit", () => {
  it("is refused by the code of the case", async () => {
    const cases: [string, Call, number, string][] = [
      ["/subscriptions", {}, 400, "MissingApiVersionParameter"],
      [probeUrl("a").replace("2026-01-01", "2020-01-01"), {}, 400, "NoRegisteredProviderFound"],
      [`${probeUrl("a")}&surprise=1`, {}, 400, "InvalidQueryParameter"],
      [probeUrl("a"), { method: "PATCH", body: "{}" }, 405, "MethodNotAllowed"],
      [probeUrl("a").replace("probes", "unknown"), {}, 404, "InvalidResourceType"],
      [probeUrl("w"), { method: "PUT", body: "{broken" }, 400, "InvalidRequestContent"],
      [probeUrl("teapot"), {}, 418, "Teapot"],
    ];
    for (const [path, args, status, code] of cases) {
      const answer = await call(path, args);
      expect([path, answer.status, codeOf(answer.text)]).toEqual([path, status, code]);
    }
  });

  it("a bug in a handler is 500 in the envelope of the face and tells nothing of the cause", async () => {
    const answer = await call(probeUrl("broken"));
    expect([answer.status, codeOf(answer.text)]).toEqual([500, "InternalServerError"]);
    expect(answer.text).not.toContain("a bug");
  });

  it("a body over 8 MB is 413", async () => {
    const body = JSON.stringify({ text: "x".repeat(8 * 1024 * 1024) });
    const answer = await call(probeUrl("w"), { method: "PUT", body }).catch((error: unknown) => error);
    // The server may close the connection while the client still writes; both ends say that nothing was taken.
    expect(answer instanceof Error || (answer as { status: number }).status === 413).toBe(true);
    expect(handled.some((entry) => entry.includes("xxx"))).toBe(false);
  });
});

describe("quotas on the wire", () => {
  it("the 201st write in one moment is 429 as text without Retry-After, and reads go on", async () => {
    const authorization = await bearer();
    const writes = Array.from({ length: 201 }, () =>
      call(probeUrl("w"), { method: "PUT", body: "{}", headers: { authorization } }),
    );
    const answers = await Promise.all(writes);
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(refused[0]?.headers.get("retry-after")).toBeNull();
    expect(refused[0]?.text).toMatch(/Please retry after '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z' UTC\.$/);
    expect((await call(probeUrl("a"))).status).toBe(200);
  });
});

describe("faults on the wire", () => {
  const fault = (effect: Parameters<typeof azure.instance.faults.add>[0]["effect"], times = 1) =>
    azure.instance.faults.add({ match: { path: "local\\.test/probes" }, effect, times });

  it("respond: status, headers, body and content type come as ordered and the handler is not asked", async () => {
    handled = [];
    fault({ kind: "respond", status: 429, headers: { "Retry-After": "0" }, body: "slow down" });
    const text = await call(probeUrl("a"));
    expect([text.status, text.text, text.headers.get("retry-after"), text.headers.get("content-type")]).toEqual([
      429,
      "slow down",
      "0",
      "text/plain; charset=utf-8",
    ]);
    fault({ kind: "respond", status: 502, body: "<h1>Bad gateway</h1>", contentType: "text/html" });
    const page = await call(probeUrl("a"));
    expect([page.status, page.headers.get("content-type")]).toEqual([502, "text/html"]);
    expect(handled).toEqual([]);
    expect((await call(probeUrl("a"))).status).toBe(200);
  });

  it("reset: the connection breaks before the request takes effect", async () => {
    handled = [];
    fault({ kind: "reset" });
    await expect(call(probeUrl("w"), { method: "PUT", body: "{}" })).rejects.toThrow("fetch failed");
    expect(handled).toEqual([]);
  });

  it("resetAfterHandling: the request takes effect and the answer is lost", async () => {
    handled = [];
    fault({ kind: "resetAfterHandling" });
    await expect(call(probeUrl("w"), { method: "PUT", body: "{}" })).rejects.toThrow("fetch failed");
    expect(handled).toEqual(["put w {}"]);
    const last = azure.instance.recorder.list({ path: "probes/w" }).exchanges.at(-1);
    expect(last).toMatchObject({ status: 201, faultId: expect.stringMatching(/^fault-/) });
  });

  it("truncate: the body ends early and the client sees a broken answer, not a short one", async () => {
    fault({ kind: "truncate", bytes: 5 });
    await expect(call(probeUrl("a"))).rejects.toThrow("terminated");
  });

  it("silence: nothing comes, then the connection ends; a client that gives up earlier frees it", async () => {
    fault({ kind: "silence", ms: 20 });
    await expect(call(probeUrl("a"))).rejects.toThrow("fetch failed");
    fault({ kind: "silence", ms: 600_000 });
    const gaveUp = fetch(azure.origin + probeUrl("a"), { signal: AbortSignal.timeout(30) });
    await expect(gaveUp).rejects.toThrow("aborted due to timeout");
  });

  it("delay: the answer comes whole, later", async () => {
    fault({ kind: "delay", ms: 40 });
    const startedAt = performance.now();
    expect((await call(probeUrl("a"))).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
  });

  it("patchJson, endlessNextLink and dropNextLink change the JSON and keep the length right", async () => {
    fault({ kind: "patchJson", set: { "deep.added": "ä" }, remove: ["name"] });
    expect(JSON.parse((await call(probeUrl("a"))).text)).toMatchObject({ deep: { added: "ä" } });
    fault({ kind: "endlessNextLink" });
    expect(JSON.parse((await call(probeUrl("a"))).text)).toMatchObject({ nextLink: azure.origin + probeUrl("a") });
    fault({ kind: "dropNextLink" });
    expect(JSON.parse((await call(probeUrl("a"))).text)).not.toHaveProperty("nextLink");
  });

  it("can be kept to one caller", async () => {
    azure.instance.faults.add({ match: { callerUpn: NORA }, effect: { kind: "respond", status: 503 } });
    expect((await call(SUBSCRIPTIONS)).status).toBe(200);
    expect((await call(SUBSCRIPTIONS, { as: { upn: NORA } })).status).toBe(503);
  });
});

describe("the record", () => {
  it("holds who asked what and what came back, without the token", async () => {
    await call(probeUrl("w"), { method: "PUT", body: '{"a":1}', headers: { "x-forwarded-host": "management.azure.com" } });
    const row = azure.instance.recorder.list({ path: "probes/w" }).exchanges.at(-1);
    const olivia = azure.world.users.find((user) => user.userPrincipalName === OLIVIA);
    expect(row).toMatchObject({
      face: "arm",
      method: "PUT",
      url: `https://management.azure.com${probeUrl("w")}`,
      host: "management.azure.com",
      caller: { upn: OLIVIA, oid: olivia?.id },
      requestBody: '{"a":1}',
      status: 201,
      responseBody: '{"ok":true}',
      faultId: null,
    });
    expect(row?.requestHeaders).not.toHaveProperty("authorization");
  });
});

it("two instances in one process share nothing: tokens of one are refused by the other", async () => {
  const other = await startLocalAzure({ machines: 25 });
  const token = await issueToken(other.instance, { upn: OLIVIA, resource: "arm" });
  const here = await call(SUBSCRIPTIONS, { headers: { authorization: `Bearer ${token}` } });
  const there = await fetch(other.origin + SUBSCRIPTIONS, { headers: { authorization: `Bearer ${token}` } });
  await other.close();
  expect([here.status, there.status]).toEqual([401, 200]);
});

it("each cloud signs and accepts its own audiences only", async () => {
  const china = await startLocalAzure({ machines: 25, cloud: "china" });
  const token = await issueToken(china.instance, { upn: OLIVIA, resource: "arm" });
  const own = await fetch(china.origin + SUBSCRIPTIONS, { headers: { authorization: `Bearer ${token}` } });
  const missing = await fetch(china.origin + SUBSCRIPTIONS);
  await china.close();
  expect(own.status).toBe(200);
  expect(missing.headers.get("www-authenticate")).toContain('authorization_uri="https://login.chinacloudapi.cn/');
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { aud: string; iss: string };
  expect([claims.aud, claims.iss]).toEqual([
    "https://management.chinacloudapi.cn/",
    `https://sts.chinacloudapi.cn/${CONTOSO_TENANT_ID}/`,
  ]);
});
