import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultEffect } from "../../emulator/core/faults";
import { type LocalAzure, startLocalAzure } from "../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../emulator/testing/control-client";
import { readConfig } from "../config/env";
import { createTokenProviders } from "./on-behalf-of";

let azure: LocalAzure;
let control: ControlClient;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25 });
  control = createControlClient(azure.controlOrigin);
});
afterAll(() => azure.close());
beforeEach(() => control.clearFaults());

const SCOPE = "https://management.azure.com/.default";

function providers() {
  return createTokenProviders(readConfig({ ARCWARDEN_MODE: "local", LOCAL_AZURE_ORIGIN: azure.origin, AZURE_TIMEOUT_MS: "700" }));
}

async function getToken(from = providers(), who = "olivia.operator") {
  const upn = `${who}@contoso.example`;
  const assertion = await control.token({ upn, resource: "api", capabilities: ["cp1"] });
  const tenantId = "10ca1a2e-0000-4000-8000-000000000001";
  const operator = { objectId: who, tenantId, name: who, userPrincipalName: upn, isGuest: false, portalRoles: [] };
  const now = Date.now();
  return from.tokensFor({ assertion, operator, expiresAtMs: now + 3_600_000, issuedAtMs: now }).getToken(SCOPE);
}

const match = { face: "entra" as const, path: "/oauth2/v2.0/token" };
const passing: [string, FaultEffect, number][] = [
  ["one 500", { kind: "respond", status: 500, body: { error: "server_error", error_description: "AADSTS90033: transient" } }, 1],
  ["two 503 without JSON", { kind: "respond", status: 503, contentType: "text/html", body: "<html>" }, 2],
  ["a reset connection", { kind: "reset" }, 1],
  ["a truncated answer", { kind: "truncate", bytes: 40 }, 1],
  ["30 seconds of silence", { kind: "silence", ms: 30_000 }, 1],
  ["a 429", { kind: "respond", status: 429, headers: { "retry-after": "1" }, body: { error: "temporarily_unavailable" } }, 1],
];

describe("a token for Azure", () => {
  it.each(passing)("is asked for again after %s of Entra", async (_name, effect, times) => {
    await control.addFault({ match, effect, times });
    const token = await getToken();
    expect(token?.token.split(".")).toHaveLength(3);
    expect((await control.faults())[0]?.applied).toBe(times);
  });

  it("is not asked for again when Entra has refused it", async () => {
    await control.setAccountEnabled("olivia.operator@contoso.example", false);
    await control.clearRequests();
    await expect(getToken()).rejects.toMatchObject({ azure: { service: "entra" } });
    await control.setAccountEnabled("olivia.operator@contoso.example", true);
    expect((await control.requests({ face: "entra", path: "/oauth2/v2.0/token" })).length).toBeLessThanOrEqual(1);
  });

  it("ends with an error that names Entra and the next step when it does not recover", async () => {
    await control.addFault({ match, effect: { kind: "respond", status: 503, contentType: "text/html", body: "<html>" } });
    await expect(getToken()).rejects.toMatchObject({
      code: "upstream",
      nextStep: "Try again in a minute.",
      azure: { service: "entra" },
    });
  });

  it("comes for the next operator as soon as Entra is well again", async () => {
    const shared = providers();
    await control.addFault({ match, effect: { kind: "respond", status: 503, contentType: "text/html", body: "<html>" } });
    await expect(getToken(shared)).rejects.toMatchObject({ code: "upstream" });
    await control.clearFaults();
    expect((await getToken(shared, "rene.reader"))?.token.split(".")).toHaveLength(3);
  });
});
