import { describe, expect, it } from "vitest";
import { cloudFacts } from "../core/clouds.ts";
import { createTinyWorld } from "../testing/tiny-world.ts";
import type { AppRegistration } from "../world/types.ts";
import { claimsFor, readDemandedClaims, unmetAcrs } from "./claims-request.ts";
import { EntraError, errorBody, errorStatus } from "./errors.ts";
import { html } from "./html.ts";
import { issuerOf } from "./issuer.ts";
import { isLogoutTarget, isSameRedirectUri, isSpaOrigin } from "./redirect-uri.ts";
import { resolveScopes } from "./scopes.ts";

const APP: AppRegistration = {
  appId: "10ca1a2e-0000-4000-8000-0000000000a1",
  tenantId: "t",
  displayName: "App",
  spaRedirectUris: ["http://localhost/auth/redirect", "https://portal.example/auth/redirect"],
  webRedirectUris: [],
  secrets: [],
  certificates: [],
  federated: [],
  identifierUris: ["api://10ca1a2e-0000-4000-8000-0000000000a1"],
  exposedScopes: ["access_as_user"],
};

function codeOf(act: () => unknown): number {
  try {
    act();
  } catch (error) {
    if (error instanceof EntraError) return error.code;
    throw error;
  }
  throw new Error("was not refused");
}

describe("redirect addresses", () => {
  it.each([
    ["http://localhost/auth/redirect", "http://localhost:3000/auth/redirect", true],
    ["http://localhost/auth/redirect", "http://localhost/auth/redirect", true],
    ["http://localhost/auth/redirect", "http://127.0.0.1:3000/auth/redirect", false],
    ["http://localhost/auth/redirect", "https://localhost:3000/auth/redirect", false],
    ["http://localhost/auth/redirect", "http://localhost:3000/auth/redirect?next=1", false],
    ["http://localhost/auth/redirect", "http://localhost:3000/auth/redirect#x", false],
    ["http://localhost/auth/redirect", "http://user@localhost:3000/auth/redirect", false],
    ["http://localhost/auth/redirect", "http://localhost.evil.example/auth/redirect", false],
    ["http://[::1]/cb", "http://[::1]:9/cb", true],
    ["https://portal.example/cb", "https://portal.example:444/cb", false],
    ["https://portal.example/cb", "https://portal.example/CB", false],
    ["http://portal.example/cb", "http://portal.example:81/cb", false],
    ["not an address", "http://localhost/", false],
  ])("%s takes %s: %s", (registered, wanted, expected) => {
    expect(isSameRedirectUri(registered, wanted)).toBe(expected);
  });

  it("pages of a registered origin may read the token endpoint, others not", () => {
    expect(isSpaOrigin(APP, "http://localhost:4444")).toBe(true);
    expect(isSpaOrigin(APP, "https://portal.example")).toBe(true);
    expect(isSpaOrigin(APP, "https://portal.example:444")).toBe(false);
    expect(isSpaOrigin(APP, "null")).toBe(false);
  });

  it("sign-out leads to a registered origin only", () => {
    expect(isLogoutTarget([APP], "http://localhost:4444/any/page")).toBe(true);
    expect(isLogoutTarget([APP], "https://portal.example/")).toBe(true);
    expect(isLogoutTarget([APP], "https://evil.example/")).toBe(false);
    expect(isLogoutTarget([APP], "javascript:alert(1)")).toBe(false);
    expect(isLogoutTarget([], "http://localhost/")).toBe(false);
  });
});

describe("scopes", () => {
  const world = { ...createTinyWorld(), apps: [APP] };
  const resolve = (scope: string, cloud: "public" | "usgov" | "china" = "public", consented: string[] = []) =>
    resolveScopes(
      { world, cloud: cloudFacts(cloud), tenantName: "Contoso", clientId: APP.appId, consented },
      scope.split(" ").filter(Boolean),
    );

  it("are more once an administrator has consented to more", () => {
    const scope = "https://graph.microsoft.com/.default";
    expect(resolve(scope).permissions).not.toContain("Member.Read.Hidden");
    expect(resolve(scope, "public", ["Member.Read.Hidden"]).permissions).toContain("Member.Read.Hidden");
    expect(resolve("Member.Read.Hidden", "public", ["Member.Read.Hidden"]).permissions).toEqual(["Member.Read.Hidden"]);
  });

  it.each([
    ["https://management.azure.com/.default", "arm", "https://management.azure.com/", ["user_impersonation"]],
    ["https://management.azure.com//.default", "arm", "https://management.azure.com/", ["user_impersonation"]],
    [
      "https://management.core.windows.net/user_impersonation",
      "arm",
      "https://management.core.windows.net/",
      ["user_impersonation"],
    ],
    ["https://localhost:42443/.default", "arm", "https://localhost:42443/", ["user_impersonation"]],
    ["https://graph.microsoft.com/User.Read", "graph", "https://graph.microsoft.com", ["User.Read"]],
    ["User.Read Device.Read.All", "graph", "https://graph.microsoft.com", ["User.Read", "Device.Read.All"]],
    ["openid profile", "graph", "https://graph.microsoft.com", ["User.Read"]],
    [`api://${APP.appId}/access_as_user`, "api", APP.appId, ["access_as_user"]],
    [`${APP.appId}/.default`, "api", APP.appId, ["access_as_user"]],
  ])("%s is a scope of %s", (scope, kind, audience, permissions) => {
    expect(resolve(scope)).toMatchObject({ resource: { kind, audience }, permissions });
  });

  it("keeps the OpenID scopes apart", () => {
    expect(resolve("openid offline_access https://management.azure.com/.default").openId).toEqual(["openid", "offline_access"]);
  });

  it.each([
    ["", "public", 70011],
    ["api://nobody/.default", "public", 500011],
    ["https://management.azure.com/.default", "china", 500011],
    ["https://management.chinacloudapi.cn/.default", "usgov", 500011],
    ["https://graph.microsoft.us/.default", "public", 500011],
    ["https://management.azure.com/.default https://graph.microsoft.com/.default", "public", 28000],
    ["https://management.azure.com/read", "public", 70011],
    ["No.Such.Permission", "public", 70011],
    ["Policy.Read.All", "public", 65001],
    ["Member.Read.Hidden", "public", 65001],
  ] as const)("%s in the %s cloud is refused with %d", (scope, cloud, code) => {
    expect(codeOf(() => resolve(scope, cloud))).toBe(code);
  });
});

describe("the claims parameter", () => {
  it("yields contexts of both tokens once, capabilities and the earliest time", () => {
    const text = JSON.stringify({
      access_token: {
        acrs: { essential: true, value: "c1" },
        xms_cc: { values: ["CP1"] },
        nbf: { essential: true, value: "1690000000" },
      },
      id_token: { acrs: { values: ["c1", "c2"] } },
    });
    expect(readDemandedClaims(text)).toEqual({ acrs: ["c1", "c2"], notBeforeSeconds: 1_690_000_000, capabilities: ["cp1"] });
  });

  it("reads a demand for multifactor authentication as one for the confirmation page", () => {
    expect(readDemandedClaims('{"access_token":{"amr":{"essential":true,"values":["mfa"]}}}').acrs).toEqual(["mfa"]);
    expect(unmetAcrs(["mfa", "c1"], { amr: ["pwd", "mfa"], acrs: [] })).toEqual(["c1"]);
  });

  it("is empty for nothing and for parts it does not know, and refused when it is not JSON", () => {
    const nothing = { acrs: [], notBeforeSeconds: null, capabilities: [] };
    expect(readDemandedClaims(null)).toEqual(nothing);
    expect(readDemandedClaims('{"userinfo":{"x":null},"access_token":[]}')).toEqual(nothing);
    expect(codeOf(() => readDemandedClaims("{"))).toBe(9002313);
  });

  it("comes back as the claims of a refusal", () => {
    expect(claimsFor(["c1"])).toEqual({ access_token: { acrs: { essential: true, value: "c1" } } });
    expect(claimsFor(["c1", "c2"])).toEqual({ access_token: { acrs: { essential: true, values: ["c1", "c2"] } } });
    expect(claimsFor(["mfa"])).toEqual({ access_token: { amr: { essential: true, values: ["mfa"] } } });
  });
});

it("the issuer is the origin over https and the invented authority over http", () => {
  expect(issuerOf("https://localhost:42443", "t1")).toBe("https://localhost:42443/t1/v2.0");
  expect(issuerOf("https://login.partner.microsoftonline.cn", "t1")).toBe("https://login.partner.microsoftonline.cn/t1/v2.0");
  expect(issuerOf("http://localhost:42000", "t1")).toBe("https://login.local-azure.invalid/t1/v2.0");
});

it("templates escape values and keep other templates", () => {
  const inner = html`<b>${"<i>"}</b>`;
  expect(html`<p title="${`"'&`}">${inner}${[inner, inner]}</p>`.html).toBe(
    `<p title="&#34;&#39;&#38;"><b>&#60;i&#62;</b><b>&#60;i&#62;</b><b>&#60;i&#62;</b></p>`,
  );
});

it("a refusal names code, time and ids, and is 401 only for a client that is not proven", () => {
  const facts = { correlationId: "c-1", nowMs: Date.UTC(2026, 6, 16, 8, 9, 10) };
  const error = new EntraError(50076, ["app"], { suberror: "basic_action", claims: { access_token: {} } });
  expect(errorBody(error, facts)).toMatchObject({
    error: "interaction_required",
    error_codes: [50076],
    timestamp: "2026-07-16 08:09:10Z",
    correlation_id: "c-1",
    suberror: "basic_action",
    claims: '{"access_token":{}}',
  });
  expect([errorStatus(error), errorStatus(new EntraError(7000215, ["app"]))]).toEqual([400, 401]);
});
