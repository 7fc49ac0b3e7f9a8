import { describe, expect, it } from "vitest";
import { readConfig } from "@/lib/config/env";
import { AppError } from "@/lib/domain/errors";
import { authorityMetadata, createTokenProviders, type OboClient } from "./on-behalf-of";
import type { VerifiedToken } from "./verify-token";

const config = readConfig({ LOCAL_AZURE_ORIGIN: "http://localhost:42000" });
const NOW = 1_800_000_000_000;

function verified(assertion: string, endsInMs = 3_600_000, tenantId = config.tenantId): VerifiedToken {
  const operator = { objectId: "o", tenantId, name: "N", userPrincipalName: "n", isGuest: false, portalRoles: [] };
  return { operator, assertion, expiresAtMs: NOW + endsInMs, issuedAtMs: NOW };
}

type Request = Parameters<OboClient["acquireTokenOnBehalfOf"]>[0];

function setup(answer: (request: Request) => Promise<{ accessToken: string; expiresOn: Date }>) {
  const requests: Request[] = [];
  const client: OboClient = {
    acquireTokenOnBehalfOf: (request) => {
      requests.push(request);
      return answer(request);
    },
  };
  return { requests, ...createTokenProviders(config, { client, now: () => NOW }) };
}

const works = async () => ({ accessToken: "arm-token", expiresOn: new Date(NOW + 3_600_000) });
const SCOPE = "https://management.azure.com/.default";

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => new Error("was accepted"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

describe("On-Behalf-Of", () => {
  it("exchanges the assertion at the operator's own tenant, past MSAL's cache", async () => {
    const { requests, tokensFor } = setup(works);
    const token = await tokensFor(verified("tab-1", 3_600_000, "other-tenant")).getToken(SCOPE);
    expect(token).toEqual({ token: "arm-token", expiresOnTimestamp: NOW + 3_600_000 });
    expect(requests).toEqual([
      { oboAssertion: "tab-1", scopes: [SCOPE], authority: `${config.authority}/other-tenant`, skipCache: true },
    ]);
  });

  it("shares the cache between requests of the same assertion", async () => {
    const { requests, tokensFor } = setup(works);
    await Promise.all([tokensFor(verified("a")).getToken(SCOPE), tokensFor(verified("a")).getToken([SCOPE])]);
    await tokensFor(verified("a")).getToken(SCOPE);
    expect(requests).toHaveLength(1);
  });

  it("asks Entra anew with the demanded claims and keeps that token", async () => {
    const { requests, tokensFor } = setup(works);
    const tokens = tokensFor(verified("a"));
    await tokens.getToken(SCOPE);
    await tokens.getToken(SCOPE, { claims: '{"access_token":{}}' });
    await tokens.getToken(SCOPE);
    expect(requests.map(({ claims }) => claims)).toEqual([undefined, '{"access_token":{}}']);
  });

  it("does not send an assertion that has ended", async () => {
    const { requests, tokensFor } = setup(works);
    expect(await refusal(tokensFor(verified("a", 0)).getToken(SCOPE))).toMatchObject({
      code: "unauthenticated",
      nextStep: "Sign in again.",
    });
    expect(requests).toEqual([]);
  });

  it("[A03] turns Entra's step-up into unauthenticated with its claims, base64", async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const { tokensFor } = setup(() =>
      Promise.reject({
        errorCode: "interaction_required",
        subError: "basic_action",
        errorNo: "50076",
        claims,
        errorMessage: "AADSTS50076: MFA.",
      }),
    );
    const error = await refusal(tokensFor(verified("a")).getToken(SCOPE));
    expect(error.code).toBe("unauthenticated");
    expect(Buffer.from(error.claims ?? "", "base64").toString()).toBe(claims);
    expect(error.azure).toMatchObject({ code: "AADSTS50076", service: "entra" });
  });

  it("[A03] falls back to the API's own claims when Entra wants interaction without naming any", async () => {
    const { tokensFor } = setup(() =>
      Promise.reject({ errorCode: "interaction_required", errorMessage: "AADSTS50173: session revoked." }),
    );
    const error = await refusal(tokensFor(verified("a")).getToken(SCOPE, { claims: '{"nbf":1}' }));
    expect(Buffer.from(error.claims ?? "", "base64").toString()).toBe('{"nbf":1}');
  });
});

describe("refusals of Entra", () => {
  it.each([
    ["500133", "invalid_grant", "unauthenticated", "Sign in again."],
    ["7000215", "invalid_client", "upstream", "CLIENT_SECRET"],
    ["7000222", "invalid_client", "upstream", "CLIENT_SECRET"],
    ["65001", "invalid_grant", "forbidden", "consent"],
    ["50057", "invalid_grant", "forbidden", "disabled"],
    ["53003", "interaction_required", "forbidden", "identity administrator"],
    ["700016", "unauthorized_client", "upstream", "not known in this tenant"],
  ])("AADSTS%s (%s) becomes %s and says what to do", async (errorNo, errorCode, code, nextStep) => {
    const { tokensFor } = setup(() =>
      Promise.reject({ errorNo, errorCode, errorMessage: `AADSTS${errorNo}: words.\r\nTrace ID: x` }),
    );
    const error = await refusal(tokensFor(verified("a")).getToken(SCOPE));
    expect(error.code).toBe(code);
    expect(error.nextStep).toContain(nextStep);
    expect(error.azure).toMatchObject({ code: `AADSTS${errorNo}`, message: `AADSTS${errorNo}: words.` });
  });

  it("shows Entra's own sentence without the numbers and times that MSAL puts around it", async () => {
    const errorMessage =
      "Error(s): 50057 - Timestamp: 2026-11-21 15:08:11Z - Description: AADSTS50057: The user account is disabled. Trace ID: t";
    const { tokensFor } = setup(() => Promise.reject({ errorNo: "50057", errorCode: "invalid_grant", errorMessage }));
    const error = await refusal(tokensFor(verified("a")).getToken(SCOPE));
    expect(error.azure?.message).toBe("AADSTS50057: The user account is disabled.");
  });

  it("names an unreachable Entra as such and asks to try again", async () => {
    const { tokensFor } = setup(() => Promise.reject({ errorCode: "network_error", errorMessage: "connect ECONNREFUSED" }));
    expect(await refusal(tokensFor(verified("a")).getToken(SCOPE))).toMatchObject({
      code: "upstream",
      nextStep: "Try again in a minute.",
      azure: { code: "network_error" },
    });
  });
});

it("writes the endpoints of local Azure with the tenant as first path segment", () => {
  const metadata = JSON.parse(authorityMetadata("http://localhost:42000", "https://login.local-azure.invalid"));
  expect(metadata.token_endpoint).toBe("http://localhost:42000/{tenantid}/oauth2/v2.0/token");
  expect(metadata.issuer).toBe("https://login.local-azure.invalid/{tenantid}/v2.0");
});
