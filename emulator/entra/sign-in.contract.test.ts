import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { authorizeUrl, claimsOf, createBrowser, createPkce, postToken, returnedFields, signIn } from "../testing/browser.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID, PORTAL_CLIENT_ID } from "../world/types.ts";

const OLIVIA = "olivia.operator@contoso.example";
const GUS = "gus.guest@fabrikam.example";
const STEP_UP = '{"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]}}}';

let azure: LocalAzure;
let wallMs = Date.now();

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, wallNowMs: () => wallMs });
});
afterAll(async () => {
  await azure.close();
});

async function silently(
  browser: ReturnType<typeof createBrowser>,
  tenant: string,
  changes: Record<string, string | undefined> = {},
) {
  const page = await browser.get(authorizeUrl(azure.origin, tenant, createPkce(), { prompt: "none", ...changes }));
  return returnedFields(page);
}

describe("the account picker", () => {
  it("offers every persona of the tenant as a button with name, role and sign-in name, and says that the tenant is not real", async () => {
    const page = await createBrowser().get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce()));
    expect(page.status).toBe(200);
    const personas = azure.world.users.filter((user) => user.tenantId === CONTOSO_TENANT_ID && user.persona !== undefined);
    expect(personas.length).toBeGreaterThanOrEqual(9);
    for (const user of personas) {
      expect(page.html).toContain(`value="${user.mail}"`);
      expect(page.html).toContain(user.displayName);
    }
    expect(page.html).toContain("not a real tenant");
    expect(page.html).not.toContain("<script");
  });

  it("shows home accounts only at /organizations, so that a guest is offered once", async () => {
    const page = await createBrowser().get(authorizeUrl(azure.origin, "organizations", createPkce()));
    expect(page.html.split(`value="${GUS}"`)).toHaveLength(2);
    expect(page.html).toContain("fiona.fabrikam@fabrikam.example");
  });

  it("shows the accounts of one home domain for domain_hint", async () => {
    const page = await createBrowser().get(
      authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { domain_hint: "fabrikam.example" }),
    );
    expect(page.html).toContain(GUS);
    expect(page.html).not.toContain(OLIVIA);
  });

  it("escapes what the application sends", async () => {
    const hint = `"><script>alert(1)</script>`;
    const page = await createBrowser().get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { login_hint: hint }));
    expect(page.html).not.toContain("<script>");
    expect(page.html).toContain("&#60;script&#62;");
  });

  it("stays on the page with AADSTS50034 for a name nobody has, and the next choice works", async () => {
    const browser = createBrowser();
    const picker = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce()));
    const login = `${azure.origin}/${CONTOSO_TENANT_ID}/login`;
    const refused = await browser.post(picker, login, { step: "account", account: "nobody@contoso.example" });
    expect(refused.status).toBe(400);
    expect(refused.html).toContain("AADSTS50034");
    const back = await browser.post(refused, login, { step: "account", account: OLIVIA });
    expect(returnedFields(back).get("code")).toBeTruthy();
  });

  it("refuses a disabled account with AADSTS50057 and a stranger to the tenant with AADSTS50020", async () => {
    const disabled = azure.world.users.find((user) => !user.accountEnabled && user.userType === "Member");
    const browser = createBrowser();
    const login = `${azure.origin}/${CONTOSO_TENANT_ID}/login`;
    const picker = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce()));
    const off = await browser.post(picker, login, { step: "account", account: disabled?.userPrincipalName ?? "" });
    expect(off.html).toContain("AADSTS50057");
    const stranger = await browser.post(picker, login, { step: "account", account: "fiona.fabrikam@fabrikam.example" });
    expect(stranger.html).toContain("AADSTS50020");
  });

  it("refuses a sign-in form in another browser than the one that began", async () => {
    const picker = await createBrowser().get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce()));
    const stolen = await createBrowser().post(picker, `${azure.origin}/${CONTOSO_TENANT_ID}/login`, {
      step: "account",
      account: OLIVIA,
    });
    expect(stolen.status).toBe(400);
    expect(stolen.html).toContain("AADSTS90013");
  });
});

describe("authorization code with PKCE", () => {
  it("gives an API token that the portal's rules accept, an ID token with the nonce, a refresh token and client info", async () => {
    const session = await signIn(azure.origin, { upn: OLIVIA, tenant: "organizations" });
    expect(session.fields.get("state")).toBe("state-1");
    const { status, body, headers } = await session.redeem();
    expect(status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    const keys = (await (await fetch(`${azure.origin}/${CONTOSO_TENANT_ID}/discovery/v2.0/keys`)).json()) as Parameters<
      typeof createLocalJWKSet
    >[0];
    const { payload } = await jwtVerify(String(body.access_token), createLocalJWKSet(keys), {
      algorithms: ["RS256"],
      audience: PORTAL_CLIENT_ID,
      issuer: `https://login.local-azure.invalid/${CONTOSO_TENANT_ID}/v2.0`,
      requiredClaims: ["oid", "tid", "scp", "exp", "nbf"],
      currentDate: new Date(wallMs),
    });
    const olivia = azure.world.users.find((user) => user.userPrincipalName === OLIVIA);
    expect(payload).toMatchObject({
      oid: olivia?.id,
      tid: CONTOSO_TENANT_ID,
      scp: "access_as_user",
      ver: "2.0",
      xms_cc: ["cp1"],
      acct: 0,
    });
    expect(claimsOf(body.id_token)).toMatchObject({ nonce: "nonce-1", aud: PORTAL_CLIENT_ID, preferred_username: OLIVIA });
    expect(body.refresh_token).toBeTruthy();
    expect(JSON.parse(Buffer.from(String(body.client_info), "base64url").toString())).toEqual({
      uid: olivia?.id,
      utid: CONTOSO_TENANT_ID,
    });
  });

  it("puts the portal's app roles into the API token of those who hold them and no roles claim into others", async () => {
    const ada = await (await signIn(azure.origin, { upn: "ada.admin@contoso.example", tenant: CONTOSO_TENANT_ID })).redeem();
    expect(claimsOf(ada.body.access_token).roles).toEqual(["Portal.Admin"]);
    const rene = await (await signIn(azure.origin, { upn: "rene.reader@contoso.example", tenant: CONTOSO_TENANT_ID })).redeem();
    expect(claimsOf(rene.body.access_token)).not.toHaveProperty("roles");
  });

  it("gives a guest the object id of the tenant while client info keeps the home account", async () => {
    const guest = await (await signIn(azure.origin, { upn: GUS, tenant: CONTOSO_TENANT_ID })).redeem();
    const row = azure.world.users.find((user) => user.tenantId === CONTOSO_TENANT_ID && user.mail === GUS);
    const home = azure.world.users.find((user) => user.tenantId === FABRIKAM_TENANT_ID && user.mail === GUS);
    expect(row?.id).not.toBe(home?.id);
    expect(claimsOf(guest.body.access_token)).toMatchObject({ oid: row?.id, tid: CONTOSO_TENANT_ID, acct: 1 });
    const info: unknown = JSON.parse(Buffer.from(String(guest.body.client_info), "base64url").toString());
    expect(info).toEqual({ uid: home?.id, utid: FABRIKAM_TENANT_ID });
  });

  it("takes a code once; the second try ends the refresh token of the first", async () => {
    const session = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    const first = await session.redeem();
    const second = await session.redeem();
    expect(second.body).toMatchObject({ error: "invalid_grant", error_codes: [54005] });
    const refresh = await postToken(`${azure.origin}/${CONTOSO_TENANT_ID}`, {
      client_id: PORTAL_CLIENT_ID,
      grant_type: "refresh_token",
      refresh_token: String(first.body.refresh_token),
    });
    expect(refresh.body.error_codes).toEqual([70000]);
  });

  it("takes a code 1 ms before 600 s after its issue and refuses it at 600 s with AADSTS70008", async () => {
    const inTime = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    wallMs += 599_999;
    expect((await inTime.redeem()).status).toBe(200);
    const late = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    wallMs += 600_000;
    expect((await late.redeem()).body.error_codes).toEqual([70008]);
  });
});

describe("prompt and single sign-on", () => {
  it("signs in without a page when the browser holds one sign-in, and shows the picker again for select_account and login", async () => {
    const { browser } = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    const again = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce()));
    expect(returnedFields(again).get("code")).toBeTruthy();
    for (const prompt of ["select_account", "login"]) {
      const page = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { prompt }));
      expect(page.status).toBe(200);
      expect(page.html).toContain("Pick an account");
    }
  });

  it("answers prompt=none with login_required without a session and with a code in one", async () => {
    const stranger = await silently(createBrowser(), CONTOSO_TENANT_ID);
    expect(stranger.get("error")).toBe("login_required");
    expect(stranger.get("state")).toBe("state-1");
    const { browser } = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    expect((await silently(browser, CONTOSO_TENANT_ID)).get("code")).toBeTruthy();
  });

  it("answers prompt=none with interaction_required for two signed-in accounts unless login_hint picks one", async () => {
    const { browser } = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    await signIn(azure.origin, { upn: GUS, tenant: CONTOSO_TENANT_ID, browser, changes: { prompt: "select_account" } });
    expect((await silently(browser, CONTOSO_TENANT_ID)).get("error")).toBe("interaction_required");
    expect((await silently(browser, CONTOSO_TENANT_ID, { login_hint: GUS })).get("code")).toBeTruthy();
    const opaque = `O.${Buffer.from(OLIVIA).toString("base64url")}`;
    expect((await silently(browser, CONTOSO_TENANT_ID, { login_hint: opaque })).get("code")).toBeTruthy();
  });

  it("carries a home sign-in into the tenant where the person is a guest and not into one that does not know it", async () => {
    const { browser } = await signIn(azure.origin, { upn: GUS, tenant: FABRIKAM_TENANT_ID });
    expect((await silently(browser, CONTOSO_TENANT_ID)).get("code")).toBeTruthy();
    const olivia = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    expect((await silently(olivia.browser, FABRIKAM_TENANT_ID)).get("error")).toBe("login_required");
  });

  it("asks for consent with prompt=consent and tells the application when the person declines", async () => {
    const browser = createBrowser();
    const login = `${azure.origin}/${CONTOSO_TENANT_ID}/login`;
    const picker = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { prompt: "consent" }));
    const consent = await browser.post(picker, login, { step: "account", account: OLIVIA });
    expect(consent.html).toContain("access_as_user");
    const declined = await browser.post(consent, login, { step: "consent", answer: "deny" });
    expect(returnedFields(declined).get("error")).toBe("access_denied");
    const accepted = await browser.post(consent, login, { step: "consent", answer: "approve" });
    expect(returnedFields(accepted).get("code")).toBeTruthy();
  });

  it("posts the answer with a form for response_mode=form_post and puts it into the query for query", async () => {
    const { browser } = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    const page = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { response_mode: "form_post" }));
    expect(page.html).toContain('action="http://localhost:3000/auth/redirect"');
    expect(page.html).toMatch(/name="code" value="[^"]+"/);
    const query = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { response_mode: "query" }));
    expect(query.location?.searchParams.get("code")).toBeTruthy();
  });
});

describe("step-up", () => {
  it("asks for confirmation and then puts the context and mfa into the tokens of that sign-in", async () => {
    const browser = createBrowser();
    const login = `${azure.origin}/${CONTOSO_TENANT_ID}/login`;
    const pkce = createPkce();
    const picker = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, pkce, { claims: STEP_UP }));
    const confirm = await browser.post(picker, login, { step: "account", account: OLIVIA });
    expect(confirm.html).toContain("Confirm that it is you");
    const landed = await browser.post(confirm, login, { step: "confirm", answer: "approve" });
    const { body } = await postToken(`${azure.origin}/${CONTOSO_TENANT_ID}`, {
      client_id: PORTAL_CLIENT_ID,
      grant_type: "authorization_code",
      code: returnedFields(landed).get("code") ?? "",
      redirect_uri: "http://localhost:3000/auth/redirect",
      code_verifier: pkce.verifier,
    });
    expect(claimsOf(body.access_token)).toMatchObject({ acrs: ["c1"], amr: ["pwd", "mfa"] });
    expect((await silently(browser, CONTOSO_TENANT_ID, { claims: STEP_UP })).get("code")).toBeTruthy();
  });

  it("answers a silent request for an unmet context with interaction_required, basic_action and the claims", async () => {
    const { browser } = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    const fields = await silently(browser, CONTOSO_TENANT_ID, { claims: STEP_UP });
    expect(fields.get("error")).toBe("interaction_required");
    expect(fields.get("suberror")).toBe("basic_action");
    expect(JSON.parse(fields.get("claims") ?? "")).toEqual({ access_token: { acrs: { essential: true, value: "c1" } } });
  });

  it("answers a refresh for an unmet context in the same way and keeps the refresh token usable", async () => {
    const { body } = await (await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID })).redeem();
    const authority = `${azure.origin}/${CONTOSO_TENANT_ID}`;
    const fields = { client_id: PORTAL_CLIENT_ID, grant_type: "refresh_token", refresh_token: String(body.refresh_token) };
    const refused = await postToken(authority, { ...fields, claims: STEP_UP });
    expect(refused.body).toMatchObject({ error: "interaction_required", error_codes: [50076], suberror: "basic_action" });
    expect(JSON.parse(String(refused.body.claims))).toEqual({ access_token: { acrs: { essential: true, value: "c1" } } });
    expect((await postToken(authority, fields)).status).toBe(200);
  });

  it("returns access_denied when the person denies the confirmation", async () => {
    const browser = createBrowser();
    const login = `${azure.origin}/${CONTOSO_TENANT_ID}/login`;
    const picker = await browser.get(authorizeUrl(azure.origin, CONTOSO_TENANT_ID, createPkce(), { claims: STEP_UP }));
    const confirm = await browser.post(picker, login, { step: "account", account: OLIVIA });
    const denied = await browser.post(confirm, login, { step: "confirm", answer: "deny" });
    expect(returnedFields(denied).get("error")).toBe("access_denied");
  });
});

describe("signing out", () => {
  it("ends the browser's sign-in and leads back to an origin of the application with the state", async () => {
    const { browser } = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    const target = encodeURIComponent("http://localhost:3000/");
    const out = await browser.get(`${azure.origin}/organizations/oauth2/v2.0/logout?post_logout_redirect_uri=${target}&state=s1`);
    expect(out.location?.href).toBe("http://localhost:3000/?state=s1");
    expect((await silently(browser, CONTOSO_TENANT_ID)).get("error")).toBe("login_required");
  });

  it("ends only the hinted account and never leads to a foreign address", async () => {
    const { browser } = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    await signIn(azure.origin, { upn: GUS, tenant: CONTOSO_TENANT_ID, browser, changes: { prompt: "select_account" } });
    const target = encodeURIComponent("https://elsewhere.example/");
    const out = await browser.get(
      `${azure.origin}/organizations/oauth2/v2.0/logout?logout_hint=${encodeURIComponent(GUS)}&post_logout_redirect_uri=${target}`,
    );
    expect(out.location).toBeNull();
    expect(out.html).toContain("You are signed out");
    expect((await silently(browser, CONTOSO_TENANT_ID)).get("code")).toBeTruthy();
  });
});
