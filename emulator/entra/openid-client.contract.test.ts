import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientSecretBasic,
  clientCredentialsGrant,
  discovery,
  ResponseBodyError,
  refreshTokenGrant,
} from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { createBrowser, createPkce } from "../testing/browser.ts";
import { trustAuthority } from "../testing/trust.ts";
import { CONTOSO_TENANT_ID } from "../world/types.ts";

const CLIENT_ID = "10ca1a2e-0000-4000-8000-0000000000c1";
const CALLBACK = "https://web.example/callback";

let azure: LocalAzure;
let distrust: () => void;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, tls: true });
  distrust = trustAuthority(azure.caPem ?? "");
  azure.world.apps.push({
    appId: CLIENT_ID,
    tenantId: CONTOSO_TENANT_ID,
    displayName: "openid-client",
    spaRedirectUris: [],
    webRedirectUris: [CALLBACK],
    secrets: ["web-secret"],
    certificates: [],
    federated: [],
    identifierUris: [],
    exposedScopes: [],
  });
  azure.world.servicePrincipals.set("sp-openid-client", {
    id: "sp-openid-client",
    tenantId: CONTOSO_TENANT_ID,
    appId: CLIENT_ID,
    displayName: "openid-client",
    servicePrincipalType: "Application",
    accountEnabled: true,
    alternativeNames: [],
    createdDateTime: "2026-01-01T00:00:00Z",
    keyCredentials: [],
  });
});
afterAll(async () => {
  distrust();
  await azure.close();
});

const discover = () => discovery(new URL(`${azure.tlsOrigin}/${CONTOSO_TENANT_ID}/v2.0`), CLIENT_ID, "web-secret");

async function signInThrough(config: Awaited<ReturnType<typeof discover>>, scope: string) {
  const pkce = createPkce();
  const parameters = {
    redirect_uri: CALLBACK,
    scope,
    code_challenge: pkce.challenge,
    code_challenge_method: "S256",
    state: "s-1",
    nonce: "n-1",
  };
  const url = buildAuthorizationUrl(config, parameters);
  const browser = createBrowser();
  const picker = await browser.get(url.href);
  const login = `${azure.tlsOrigin}/${CONTOSO_TENANT_ID}/login`;
  const landed = await browser.post(picker, login, { step: "account", account: "rene.reader@contoso.example" });
  if (landed.location === null) throw new Error(landed.html);
  const checks = { pkceCodeVerifier: pkce.verifier, expectedState: "s-1", expectedNonce: "n-1", idTokenExpected: true };
  return authorizationCodeGrant(config, landed.location, checks);
}

describe("unmodified openid-client over TLS", () => {
  it("discovers, signs in with code and PKCE, and accepts the ID token's issuer, audience, nonce and signature", async () => {
    const config = await discover();
    const tokens = await signInThrough(config, "openid profile offline_access");
    expect(tokens.claims()).toMatchObject({
      iss: `${azure.tlsOrigin}/${CONTOSO_TENANT_ID}/v2.0`,
      preferred_username: "rene.reader@contoso.example",
    });
    const renewed = await refreshTokenGrant(config, tokens.refresh_token ?? "");
    expect(renewed.access_token).not.toBe(tokens.access_token);
  });

  it("gets an application token by client credentials, with the secret in the form or by HTTP Basic", async () => {
    const scope = "https://management.azure.com/.default";
    expect((await clientCredentialsGrant(await discover(), { scope })).access_token).toBeTruthy();
    const server = new URL(`${azure.tlsOrigin}/${CONTOSO_TENANT_ID}/v2.0`);
    const basic = await discovery(server, CLIENT_ID, undefined, ClientSecretBasic("web-secret"));
    expect((await clientCredentialsGrant(basic, { scope })).access_token).toBeTruthy();
  });

  it("reads a refusal as an OAuth error", async () => {
    const refused = await clientCredentialsGrant(await discover(), { scope: "https://graph.microsoft.com/User.Read" }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ResponseBodyError);
    expect(refused).toMatchObject({ error: "invalid_scope", status: 400 });
  });

  it("finds the sign-out address", async () => {
    const url = buildEndSessionUrl(await discover(), { post_logout_redirect_uri: "https://web.example/" });
    const out = await createBrowser().get(url.href);
    expect(out.location?.href).toBe("https://web.example/");
  });

  it("goes on accepting ID tokens after the signing key was rotated", async () => {
    const config = await discover();
    await signInThrough(config, "openid");
    const kid = await azure.instance.entra.keys.rotate();
    const fresh = await discover();
    const tokens = await signInThrough(fresh, "openid");
    const header = JSON.parse(Buffer.from(tokens.id_token?.split(".")[0] ?? "", "base64url").toString()) as { kid: string };
    expect(header.kid).toBe(kid);
  });
});
