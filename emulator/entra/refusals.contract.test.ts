import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueToken } from "../control/token-desk.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import {
  type AuthorizeFields,
  authorizeUrl,
  createBrowser,
  createPkce,
  postToken,
  returnedFields,
  signIn,
} from "../testing/browser.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID, PORTAL_CLIENT_ID, PORTAL_CLIENT_SECRET } from "../world/types.ts";
import { REUSE_LEEWAY_MS } from "./refresh-grant.ts";

const OLIVIA = "olivia.operator@contoso.example";
const ARM = "https://management.azure.com/.default";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const WEB_CLIENT_ID = "10ca1a2e-0000-4000-8000-0000000000b1";

let azure: LocalAzure;
let authority: string;
let wallMs = 0;

beforeAll(async () => {
  wallMs = Date.now();
  azure = await startLocalAzure({ machines: 25, wallNowMs: () => wallMs });
  authority = `${azure.origin}/${CONTOSO_TENANT_ID}`;
  azure.world.apps.push({
    appId: WEB_CLIENT_ID,
    tenantId: CONTOSO_TENANT_ID,
    displayName: "A web application",
    spaRedirectUris: [],
    webRedirectUris: ["https://web.example/callback"],
    secrets: ["web-secret"],
    certificates: [],
    federated: [],
    identifierUris: [],
    exposedScopes: [],
  });
});
afterAll(async () => {
  await azure.close();
});
beforeEach(() => {
  wallMs = Date.now();
});

async function authorizeError(
  tenant: string,
  changes: AuthorizeFields,
): Promise<{ status: number; html: string; fields: URLSearchParams | null }> {
  const page = await createBrowser().get(authorizeUrl(azure.origin, tenant, createPkce(), changes));
  return { status: page.status, html: page.html, fields: page.location === null ? null : returnedFields(page) };
}

describe("authorize shows a page and sends nothing to an address that is not proven", () => {
  it.each<[string, string, AuthorizeFields, string]>([
    ["an unknown tenant", "10ca1a2e-ffff-4000-8000-000000000009", {}, "AADSTS90002"],
    ["an unknown application", CONTOSO_TENANT_ID, { client_id: "10ca1a2e-ffff-4000-8000-0000000000ff" }, "AADSTS700016"],
    ["a missing application", CONTOSO_TENANT_ID, { client_id: undefined }, "AADSTS900144"],
    ["an unregistered redirect address", CONTOSO_TENANT_ID, { redirect_uri: "http://localhost:3000/elsewhere" }, "AADSTS50011"],
    [
      "a redirect address on another host",
      CONTOSO_TENANT_ID,
      { redirect_uri: "http://evil.example:3000/auth/redirect" },
      "AADSTS50011",
    ],
    ["a missing redirect address", CONTOSO_TENANT_ID, { redirect_uri: undefined }, "AADSTS900971"],
    ["the consumers segment", "consumers", {}, "AADSTS9002331"],
    [
      "a web application in a tenant without its service principal",
      FABRIKAM_TENANT_ID,
      { client_id: WEB_CLIENT_ID },
      "AADSTS700016",
    ],
  ])("%s", async (_name, tenant, changes, code) => {
    const answer = await authorizeError(tenant, changes);
    expect(answer.status).toBe(400);
    expect(answer.fields).toBeNull();
    expect(answer.html).toContain(code);
  });

  it("answers in JSON where the client asks for it", async () => {
    const url = authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { redirect_uri: "http://localhost/other" });
    const response = await fetch(url, { headers: { accept: "application/json" } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: "invalid_client", error_codes: [50011] });
  });

  it("accepts any port of a registered loopback address and no other path", async () => {
    for (const port of ["", ":1", ":65535"]) {
      const answer = await authorizeError(CONTOSO_TENANT_ID, { redirect_uri: `http://localhost${port}/auth/redirect` });
      expect(answer.status).toBe(200);
    }
    expect((await authorizeError(CONTOSO_TENANT_ID, { redirect_uri: "http://localhost:3000/auth/redirect/" })).status).toBe(400);
    expect((await authorizeError(CONTOSO_TENANT_ID, { redirect_uri: "https://localhost:3000/auth/redirect" })).status).toBe(400);
  });
});

describe("authorize tells the application", () => {
  it.each<[string, AuthorizeFields, string, string]>([
    ["that PKCE is missing", { code_challenge: undefined }, "invalid_request", "AADSTS9002325"],
    ["that the PKCE method must be S256", { code_challenge_method: "plain" }, "invalid_request", "AADSTS9002325"],
    ["that a short challenge is none", { code_challenge: "short" }, "invalid_request", "AADSTS9002325"],
    ["that only code is a response type", { response_type: "id_token" }, "unsupported_response_type", "AADSTS700051"],
    [
      "that scopes of two services do not go together",
      { scope: `${ARM} https://graph.microsoft.com/.default` },
      "invalid_request",
      "AADSTS28000",
    ],
    ["that nobody knows the resource", { scope: "api://nobody/.default" }, "invalid_resource", "AADSTS500011"],
    [
      "that another cloud's Resource Manager is not here",
      { scope: "https://management.chinacloudapi.cn/.default" },
      "invalid_resource",
      "AADSTS500011",
    ],
    ["that the API has no such scope", { scope: `api://${PORTAL_CLIENT_ID}/other` }, "invalid_scope", "AADSTS70011"],
    ["that consent is missing", { scope: "https://graph.microsoft.com/Mail.Read" }, "consent_required", "AADSTS65001"],
    ["that the prompt is not known", { prompt: "sometimes" }, "invalid_request", "AADSTS9002313"],
    ["that claims must be JSON", { claims: "{" }, "invalid_request", "AADSTS9002313"],
  ])("%s", async (_name, changes, error, code) => {
    const { fields } = await authorizeError(CONTOSO_TENANT_ID, changes);
    expect(fields?.get("error")).toBe(error);
    expect(fields?.get("error_description")).toContain(code);
    expect(fields?.get("state")).toBe("state-1");
  });
});

describe("code redemption refuses", () => {
  it.each<[string, Record<string, string | undefined>, string | null | undefined, number]>([
    ["a wrong verifier", { code_verifier: createPkce().verifier }, undefined, 501481],
    ["a missing verifier", { code_verifier: undefined }, undefined, 900144],
    ["another redirect address", { redirect_uri: "http://localhost:4000/auth/redirect" }, undefined, 500112],
    ["a single-page application's code without a page", {}, null, 9002327],
    ["a secret beside a single-page application's code", { client_secret: PORTAL_CLIENT_SECRET }, undefined, 700025],
    ["another client", { client_id: WEB_CLIENT_ID }, undefined, 70000],
    ["an unknown code", { code: "1.AXnothing" }, undefined, 70000],
    ["an unknown grant", { grant_type: "password" }, undefined, 70003],
    ["a missing client", { client_id: undefined }, undefined, 900144],
    ["a missing grant type", { grant_type: undefined }, undefined, 900144],
  ])("%s", async (_name, changes, pageOrigin, code) => {
    const session = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    const answer = await session.redeem(changes, pageOrigin);
    expect([answer.status, answer.body.error_codes]).toEqual([code === 700025 ? 401 : 400, [code]]);
  });

  it("a body that is not a form, and a parameter that stands twice", async () => {
    const json = await fetch(`${authority}/oauth2/v2.0/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(((await json.json()) as { error_codes: number[] }).error_codes).toEqual([9002313]);
    const twice = await fetch(`${authority}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams([
        ["grant_type", "client_credentials"],
        ["grant_type", "client_credentials"],
      ]),
    });
    expect(((await twice.json()) as { error_codes: number[] }).error_codes).toEqual([9002313]);
  });

  it("a web application's code from a page", async () => {
    const changes = { client_id: WEB_CLIENT_ID, redirect_uri: "https://web.example/callback", scope: "openid" };
    const session = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID, changes });
    const fields = { client_id: WEB_CLIENT_ID, redirect_uri: "https://web.example/callback" };
    expect((await session.redeem({ ...fields, client_secret: "web-secret" })).body.error_codes).toEqual([9002326]);
    expect((await session.redeem(fields, null)).body.error_codes).toEqual([7000218]);
    expect((await session.redeem({ ...fields, client_secret: "web-secret" }, null)).status).toBe(200);
  });

  it("every refusal carries codes, ids, time and a link in Entra's form", async () => {
    const { body } = await postToken(authority, {
      grant_type: "refresh_token",
      client_id: PORTAL_CLIENT_ID,
      refresh_token: "none",
    });
    expect(Object.keys(body)).toEqual([
      "error",
      "error_description",
      "error_codes",
      "timestamp",
      "trace_id",
      "correlation_id",
      "error_uri",
    ]);
    expect(body.error_description).toMatch(
      /^AADSTS70000: .+ Trace ID: \S+ Correlation ID: \S+ Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
    );
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  });
});

describe("refresh tokens", () => {
  async function refreshable() {
    const { body } = await (await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID })).redeem();
    return { client_id: PORTAL_CLIENT_ID, grant_type: "refresh_token", refresh_token: String(body.refresh_token) };
  }

  it("rotate: each use gives a new one, and the new one works", async () => {
    const fields = await refreshable();
    const first = await postToken(authority, fields);
    expect(first.body.refresh_token).not.toBe(fields.refresh_token);
    expect((await postToken(authority, { ...fields, refresh_token: String(first.body.refresh_token) })).status).toBe(200);
  });

  it("may come twice within the leeway of parallel requests; later the second use ends the whole family", async () => {
    const fields = await refreshable();
    const first = await postToken(authority, fields);
    wallMs += REUSE_LEEWAY_MS;
    expect((await postToken(authority, fields)).status).toBe(200);
    wallMs += 1;
    expect((await postToken(authority, fields)).body.error_codes).toEqual([70000]);
    const rotated = await postToken(authority, { ...fields, refresh_token: String(first.body.refresh_token) });
    expect(rotated.body.error_codes).toEqual([70000]);
  });

  it("of a page end at a fixed time after the sign-in, however often they rotate", async () => {
    const fields = await refreshable();
    wallMs += azure.options.refreshTokenSeconds * 1_000 - 1;
    const late = await postToken(authority, fields);
    expect(late.status).toBe(200);
    wallMs += 1;
    const over = await postToken(authority, { ...fields, refresh_token: String(late.body.refresh_token) });
    expect(over.body.error_codes).toEqual([700084]);
  });

  it("serve another resource, and another tenant only where the person is", async () => {
    const fields = await refreshable();
    const arm = await postToken(authority, { ...fields, scope: `${ARM} offline_access` });
    expect(arm.body.scope).toContain("https://management.azure.com/user_impersonation");
    const elsewhere = await postToken(`${azure.origin}/${FABRIKAM_TENANT_ID}`, fields);
    expect(elsewhere.body.error_codes).toEqual([50020]);
    const guest = await (await signIn(azure.origin, { upn: "gus.guest@fabrikam.example", tenant: FABRIKAM_TENANT_ID })).redeem();
    const here = await postToken(authority, { ...fields, refresh_token: String(guest.body.refresh_token) });
    expect(here.status).toBe(200);
  });

  it("are refused without the page's origin and for an account that was switched off", async () => {
    const fields = await refreshable();
    expect((await postToken(authority, fields, null)).body.error_codes).toEqual([9002327]);
    const olivia = azure.world.users.find((user) => user.userPrincipalName === OLIVIA);
    if (olivia === undefined) throw new Error("no persona");
    olivia.accountEnabled = false;
    const off = await postToken(authority, fields);
    olivia.accountEnabled = true;
    expect(off.body.error_codes).toEqual([50057]);
  });
});

describe("client credentials refuse", () => {
  const fields = {
    client_id: PORTAL_CLIENT_ID,
    grant_type: "client_credentials",
    scope: ARM,
    client_secret: PORTAL_CLIENT_SECRET,
  };

  it.each<[string, Record<string, string | undefined>, number, number]>([
    ["a wrong secret", { client_secret: "wrong" }, 401, 7000215],
    ["no credential", { client_secret: undefined }, 401, 7000218],
    ["a scope that is not .default", { scope: "https://graph.microsoft.com/User.Read" }, 400, 1002012],
    ["no scope", { scope: undefined }, 400, 900144],
    ["an unknown resource", { scope: "https://nobody.example/.default" }, 400, 500011],
    ["an unknown client", { client_id: "10ca1a2e-ffff-4000-8000-0000000000ff" }, 400, 700016],
    [
      "an assertion that is none",
      { client_secret: undefined, client_assertion: "x", client_assertion_type: ASSERTION_TYPE },
      401,
      50013,
    ],
    [
      "an assertion of an unknown type",
      { client_secret: undefined, client_assertion: "x", client_assertion_type: "jwt" },
      400,
      900144,
    ],
  ])("%s", async (_name, changes, status, code) => {
    const answer = await postToken(authority, { ...fields, ...changes }, null);
    expect([answer.status, answer.body.error_codes]).toEqual([status, [code]]);
  });

  it("the /organizations endpoint and an unknown tenant", async () => {
    expect((await postToken(`${azure.origin}/organizations`, fields, null)).body.error_codes).toEqual([9001023]);
    expect((await postToken(`${azure.origin}/nowhere.example`, fields, null)).body.error_codes).toEqual([90002]);
  });

  it("a client whose service principal is switched off", async () => {
    const principal = [...azure.world.servicePrincipals.values()].find(
      (row) => row.appId === PORTAL_CLIENT_ID && row.tenantId === CONTOSO_TENANT_ID,
    );
    if (principal === undefined) throw new Error("no service principal");
    principal.accountEnabled = false;
    const answer = await postToken(authority, fields, null);
    principal.accountEnabled = true;
    expect(answer.body.error_codes).toEqual([7000112]);
  });

  it("takes the secret by HTTP Basic and the tenant by its domain", async () => {
    const basic = Buffer.from(`${PORTAL_CLIENT_ID}:${PORTAL_CLIENT_SECRET}`).toString("base64");
    const response = await fetch(`${azure.origin}/contoso.example/oauth2/v2.0/token`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: ARM }),
    });
    expect(response.status).toBe(200);
  });
});

describe("client assertions", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const thumbprint = createHash("sha256").update("a certificate").digest("base64url");

  beforeAll(() => {
    const portal = azure.world.apps.find((app) => app.appId === PORTAL_CLIENT_ID);
    const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
    portal?.certificates.push({ thumbprintSha256: thumbprint, publicKeyPem });
  });

  type Changes = { claims?: Record<string, unknown>; alg?: string; thumbprint?: string; key?: KeyObject };

  async function post(changes: Changes = {}) {
    const now = Math.floor(wallMs / 1_000);
    const claims = {
      iss: PORTAL_CLIENT_ID,
      sub: PORTAL_CLIENT_ID,
      aud: `${authority}/oauth2/v2.0/token`,
      nbf: now,
      exp: now + 600,
      jti: "j1",
      ...changes.claims,
    };
    const assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: changes.alg ?? "PS256", "x5t#S256": changes.thumbprint ?? thumbprint })
      .sign(changes.key ?? privateKey);
    const fields = { client_id: PORTAL_CLIENT_ID, grant_type: "client_credentials", scope: ARM, client_assertion: assertion };
    return postToken(authority, { ...fields, client_assertion_type: ASSERTION_TYPE }, null);
  }

  it.each(["PS256", "RS256"])("are accepted with %s", async (alg) => {
    expect((await post({ alg })).status).toBe(200);
  });

  it("are accepted with the issuer of the invented authority as audience and with a clock 300 s ahead", async () => {
    const now = Math.floor(wallMs / 1_000);
    const aud = `https://login.local-azure.invalid/${CONTOSO_TENANT_ID}/v2.0`;
    expect((await post({ claims: { aud, nbf: now + 300, exp: now + 900 } })).status).toBe(200);
  });

  it.each<[string, () => Changes, number]>([
    ["an unregistered certificate", () => ({ thumbprint: "unknown" }), 700027],
    ["a signature of another key", () => ({ key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey }), 700027],
    [
      "an assertion that ended more than the tolerance ago",
      () => ({ claims: { exp: Math.floor(wallMs / 1_000) - 300 } }),
      700024,
    ],
    ["an assertion without an end", () => ({ claims: { exp: undefined } }), 700024],
    ["an assertion that begins 302 s from now", () => ({ claims: { nbf: Math.floor(wallMs / 1_000) + 302 } }), 700024],
    ["another subject", () => ({ claims: { sub: WEB_CLIENT_ID } }), 700021],
    ["another tenant's audience", () => ({ claims: { aud: `${azure.origin}/${FABRIKAM_TENANT_ID}/oauth2/v2.0/token` } }), 700023],
    [
      "a foreign audience",
      () => ({ claims: { aud: `https://elsewhere.example/${CONTOSO_TENANT_ID}/oauth2/v2.0/token` } }),
      700023,
    ],
    ["an unknown federated issuer", () => ({ claims: { iss: "https://issuer.example" } }), 700211],
  ])("refuse %s", async (_name, changes, code) => {
    const answer = await post(changes());
    expect([answer.status, answer.body.error_codes]).toEqual([401, [code]]);
  });
});

describe("On-Behalf-Of refuses", () => {
  async function exchange(assertion: string, changes: Record<string, string | undefined> = {}, tenant = CONTOSO_TENANT_ID) {
    const fields = {
      client_id: PORTAL_CLIENT_ID,
      client_secret: PORTAL_CLIENT_SECRET,
      grant_type: JWT_BEARER,
      requested_token_use: "on_behalf_of",
      scope: ARM,
      assertion,
    };
    return postToken(`${azure.origin}/${tenant}`, { ...fields, ...changes }, null);
  }
  const apiToken = (extra: { acrs?: string[] } = {}) => issueToken(azure.instance, { upn: OLIVIA, resource: "api", ...extra });

  it("a token for another audience with AADSTS500131", async () => {
    const graph = await issueToken(azure.instance, { upn: OLIVIA, resource: "graph" });
    expect((await exchange(graph)).body).toMatchObject({ error: "invalid_grant", error_codes: [500131] });
  });

  it("a token nobody here signed with AADSTS50013", async () => {
    const [header, payload] = (await apiToken()).split(".");
    expect((await exchange(`${header}.${payload}.AAAA`)).body.error_codes).toEqual([50013]);
  });

  it("an expired assertion at its last second with AADSTS500133 and takes it 1 ms before", async () => {
    const assertion = await apiToken();
    const startedSeconds = Math.floor(wallMs / 1_000);
    wallMs = (startedSeconds + azure.options.accessTokenSeconds) * 1_000 - 1;
    expect((await exchange(assertion)).status).toBe(200);
    wallMs += 1;
    expect((await exchange(assertion)).body).toMatchObject({ error: "invalid_grant", error_codes: [500133] });
  });

  it("another tenant than that of the assertion with invalid_grant", async () => {
    const answer = await exchange(await apiToken(), {}, FABRIKAM_TENANT_ID);
    expect(answer.body).toMatchObject({ error: "invalid_grant", error_codes: [500132] });
  });

  it("a wrong secret before it looks at the assertion", async () => {
    const answer = await exchange("not even a token", { client_secret: "wrong" });
    expect([answer.status, answer.body.error_codes]).toEqual([401, [7000215]]);
  });

  it("a request that does not say on_behalf_of", async () => {
    expect((await exchange(await apiToken(), { requested_token_use: undefined })).body.error_codes).toEqual([900144]);
  });

  it("an application's own token, which speaks for nobody", async () => {
    const own = await postToken(
      authority,
      {
        client_id: PORTAL_CLIENT_ID,
        client_secret: PORTAL_CLIENT_SECRET,
        grant_type: "client_credentials",
        scope: `api://${PORTAL_CLIENT_ID}/.default`,
      },
      null,
    );
    expect((await exchange(String(own.body.access_token))).body.error_codes).toEqual([7000114]);
  });

  it("a revoked sign-in with AADSTS50173", async () => {
    const session = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    const { body } = await session.redeem();
    await fetch(`${azure.controlOrigin}/sessions/revoke`, { method: "POST", body: JSON.stringify({ upn: OLIVIA }) });
    expect((await exchange(String(body.access_token))).body.error_codes).toEqual([50173]);
    const refresh = { client_id: PORTAL_CLIENT_ID, grant_type: "refresh_token", refresh_token: String(body.refresh_token) };
    expect((await postToken(authority, refresh)).body).toMatchObject({ error: "invalid_grant", error_codes: [50173] });
  });

  it("an assertion without the demanded context with interaction_required and its claims, and takes one that has it", async () => {
    azure.options.requireAcrs = { api: "c1" };
    const refused = await exchange(await apiToken());
    const accepted = await exchange(await apiToken({ acrs: ["c1"] }));
    azure.options.requireAcrs = {};
    expect(refused.body).toMatchObject({ error: "interaction_required", suberror: "basic_action", error_codes: [50076] });
    expect(JSON.parse(String(refused.body.claims))).toEqual({ access_token: { acrs: { essential: true, value: "c1" } } });
    expect(accepted.status).toBe(200);
  });
});
