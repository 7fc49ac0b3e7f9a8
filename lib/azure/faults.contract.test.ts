import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultRule } from "../../emulator/core/faults";
import { type LocalAzure, startLocalAzure } from "../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../emulator/testing/control-client";
import { type ClientFixture, createClientFixture } from "./client-fixture";
import type { AzureClients } from "./ports";

type Effect = FaultRule["effect"];

const OPERATOR = "olivia.operator@contoso.example";
/** Shorter than in production, so that a silence of half a minute is met in a second. */
const ATTEMPT_TIMEOUT_MS = 700;

let azure: LocalAzure;
let control: ControlClient;
let fixture: ClientFixture;
let clients: AzureClients;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  fixture = createClientFixture({ origin: azure.origin, token: control.token });
});
afterAll(() => azure.close());
beforeEach(async () => {
  await control.clearFaults();
  await control.clearRequests();
  fixture.waits.length = 0;
  // A pace that one test has learnt must not slow the next.
  clients = fixture.clientsFor(OPERATOR, { attemptTimeoutMs: ATTEMPT_TIMEOUT_MS });
});

const json = (status: number, headers: Record<string, string> = {}): Effect => ({
  kind: "respond",
  status,
  headers,
  body: { error: { code: "TooManyRequests", message: "slow down" } },
});

/** Null: a wait until the named moment, about nine seconds away. */
const passing: [string, Effect | (() => Effect), number | null][] = [
  ["429 with seconds", json(429, { "retry-after": "2" }), 2_000],
  ["429 with zero", json(429, { "retry-after": "0" }), 100],
  ["429 without Retry-After", json(429), 200],
  ["429 with an HTTP date", () => json(429, { "retry-after": new Date(Date.now() + 9_000).toUTCString() }), null],
  [
    "429 in plain text that names the time",
    () => ({
      kind: "respond",
      status: 429,
      contentType: "text/plain; charset=utf-8",
      body: `You have reached the limit.Please retry after '${new Date(Date.now() + 9_000).toISOString().replace("Z", "0000Z")}' UTC.`,
    }),
    null,
  ],
  ["one 500", { kind: "respond", status: 500, body: { error: { code: "InternalServerError", message: "x" } } }, 200],
  ["502 with HTML", { kind: "respond", status: 502, contentType: "text/html", body: "<html>Bad Gateway</html>" }, 200],
  ["a reset connection", { kind: "reset" }, 200],
  ["a truncated body", { kind: "truncate", bytes: 40 }, 200],
  ["30 seconds of silence", { kind: "silence", ms: 30_000 }, 200],
];

const SERVICES = [
  ["arm", () => clients.resourceManager.listSubscriptions()],
  ["resourceGraph", () => clients.resourceGraph.query({ query: "resources | project id" })],
  ["graph", () => clients.graph.mayRead("certificates")],
] as const;

describe.each(SERVICES)("reading from %s", (face, call) => {
  it.each(passing)("goes on after %s", async (_name, effect, waitMs) => {
    await control.addFault({ match: { face }, effect: typeof effect === "function" ? effect() : effect, times: 1 });
    await call();
    expect(fixture.waits).toHaveLength(1);
    if (waitMs === null) expect(fixture.waits[0]).toBeGreaterThan(7_000);
    else expect(fixture.waits).toEqual([waitMs]);
  });

  it("goes on after a burst of 503", async () => {
    await control.addFault({ match: { face }, effect: { kind: "respond", status: 503 }, times: 4 });
    await call();
    expect(fixture.waits).toEqual([200, 400, 800, 1_600]);
  });

  it("ends with an error that names status and service when it does not stop", async () => {
    await control.addFault({
      match: { face },
      effect: { kind: "respond", status: 502, contentType: "text/html", body: "<html>" },
    });
    await expect(call()).rejects.toMatchObject({ code: "upstream", azure: { status: 502, service: face } });
  });
});

describe("lists", () => {
  it("that never end are stopped and say so", async () => {
    await control.addFault({ match: { face: "arm", path: "/subscriptions\\?" }, effect: { kind: "endlessNextLink" } });
    await expect(clients.resourceManager.listSubscriptions()).rejects.toMatchObject({
      code: "upstream",
      message: expect.stringContaining("does not end"),
    });
  });

  it("never lead to another host", async () => {
    const effect: Effect = { kind: "patchJson", set: { nextLink: "https://evil.example/subscriptions?api-version=2022-12-01" } };
    await control.addFault({ match: { face: "arm", path: "/subscriptions\\?" }, effect });
    await expect(clients.resourceManager.listSubscriptions()).rejects.toMatchObject({ azure: { code: "Portal.AddressRefused" } });
  });

  it("of another form than documented are an error of Azure, not of the portal", async () => {
    const effect: Effect = { kind: "respond", status: 200, contentType: "application/json", body: { value: "none" } };
    await control.addFault({ match: { face: "arm", path: "/subscriptions\\?" }, effect });
    await expect(clients.resourceManager.listSubscriptions()).rejects.toMatchObject({
      azure: { code: "Portal.AnswerNotReadable" },
    });
  });
});

describe("api-versions", () => {
  it("step down when the cloud refuses the newest, once for the process", async () => {
    const body = {
      error: {
        code: "NoRegisteredProviderFound",
        message: "No registered resource provider found for API version '2025-01-13'.",
      },
    };
    await control.addFault({
      match: { face: "arm", path: "api-version=2025-01-13" },
      effect: { kind: "respond", status: 400, body },
    });
    const fresh = fixture.clientsFor(OPERATOR);
    const page = await fresh.resourceGraph.query({
      query: "resources | where type =~ 'microsoft.hybridcompute/machines' and name == 'ams-app-0001' | project id",
    });
    const [, , subscriptionId = "", , resourceGroup = ""] = String(page.rows[0]?.id).split("/");
    const ref = { subscriptionId, resourceGroup, name: "ams-app-0001" };
    expect((await fresh.hybridCompute.getMachine(ref)).machine.name).toBe("ams-app-0001");
    await fresh.hybridCompute.listExtensions(ref);
    const versions = (await control.requests({ face: "arm" })).map((exchange) =>
      new URL(exchange.url).searchParams.get("api-version"),
    );
    expect(versions).toEqual(["2025-01-13", "2024-07-10", "2024-07-10"]);
  });
});

describe("a step-up", () => {
  it("that ARM demands inside a 401 reaches the token source once and then the caller", async () => {
    const claims = Buffer.from('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}').toString("base64");
    const header = `Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="stronger", claims="${claims}"`;
    const body = { error: { code: "InvalidAuthenticationToken", message: "stronger" } };
    await control.addFault({
      match: { face: "arm" },
      effect: { kind: "respond", status: 401, headers: { "www-authenticate": header }, body },
    });
    const asked: (string | undefined)[] = [];
    const inner = fixture.tokensFor(OPERATOR);
    const tokens: typeof inner = {
      getToken: (scopes, options) => {
        asked.push(options?.claims);
        return inner.getToken(scopes, options);
      },
    };
    const call = fixture.clientsFor(OPERATOR, { tokens }).resourceManager.listSubscriptions();
    await expect(call).rejects.toMatchObject({ code: "unauthenticated", claims });
    expect(asked).toEqual([undefined, '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}']);
  });
});
