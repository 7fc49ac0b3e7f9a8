import { createHash, generateKeyPairSync, randomUUID, X509Certificate } from "node:crypto";
import { ConfidentialClientApplication, type Configuration, PublicClientApplication } from "@azure/msal-node";
import { SignJWT } from "jose";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueToken } from "../control/token-desk.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { claimsOf, PORTAL_REDIRECT, signIn } from "../testing/browser.ts";
import { trustAuthority } from "../testing/trust.ts";
import { CONTOSO_TENANT_ID, LOCAL_AUTHORITY, PORTAL_CLIENT_ID, PORTAL_CLIENT_SECRET } from "../world/types.ts";

const OLIVIA = "olivia.operator@contoso.example";
const ARM = "https://management.azure.com/.default";
const GRAPH = "https://graph.microsoft.com/.default";

let azure: LocalAzure;
let distrust: () => void;
let host: string;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, tls: true });
  distrust = trustAuthority(azure.caPem ?? "");
  host = new URL(azure.tlsOrigin ?? "").host;
});
afterAll(async () => {
  distrust();
  await azure.close();
});

/** Exactly what a product passes: the authority over TLS, known by name. Discovery and issuer validation run in the package. */
function overTls(auth: Partial<Configuration["auth"]>): Configuration {
  const authority = `https://${host}/${CONTOSO_TENANT_ID}`;
  return { auth: { clientId: PORTAL_CLIENT_ID, authority, knownAuthorities: [host], clientCapabilities: ["cp1"], ...auth } };
}

/** The way of the demo: an invented https authority whose endpoints are http on loopback. */
function overHttp(auth: Partial<Configuration["auth"]>): Configuration {
  const base = azure.origin;
  const authorityMetadata = JSON.stringify({
    issuer: `${LOCAL_AUTHORITY}/{tenantid}/v2.0`,
    authorization_endpoint: `${base}/{tenantid}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/{tenantid}/oauth2/v2.0/token`,
    end_session_endpoint: `${base}/{tenantid}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/{tenantid}/discovery/v2.0/keys`,
  });
  const authority = `${LOCAL_AUTHORITY}/${CONTOSO_TENANT_ID}`;
  const knownAuthorities = [new URL(LOCAL_AUTHORITY).host];
  return {
    auth: { clientId: PORTAL_CLIENT_ID, authority, knownAuthorities, authorityMetadata, clientCapabilities: ["cp1"], ...auth },
  };
}

const secret = { clientSecret: PORTAL_CLIENT_SECRET };

describe.each([
  ["over TLS with discovery", overTls],
  ["over http with given metadata", overHttp],
])("unmodified @azure/msal-node %s", (_name, configure) => {
  it("gets an application token by client credentials", async () => {
    const result = await new ConfidentialClientApplication(configure(secret)).acquireTokenByClientCredential({ scopes: [ARM] });
    expect(claimsOf(result?.accessToken)).toMatchObject({
      aud: "https://management.azure.com/",
      idtyp: "app",
      appid: PORTAL_CLIENT_ID,
    });
  });

  it("exchanges an API token on behalf of a person for Resource Manager and for Graph", async () => {
    const oboAssertion = await issueToken(azure.instance, { upn: OLIVIA, resource: "api" });
    const client = new ConfidentialClientApplication(configure(secret));
    const arm = await client.acquireTokenOnBehalfOf({ oboAssertion, scopes: [ARM] });
    const person = claimsOf(oboAssertion);
    expect(claimsOf(arm?.accessToken)).toMatchObject({
      oid: person.oid,
      scp: "user_impersonation",
      sid: person.sid,
      xms_cc: ["cp1"],
    });
    const graph = await client.acquireTokenOnBehalfOf({ oboAssertion, scopes: [GRAPH] });
    expect(claimsOf(graph?.accessToken)).toMatchObject({ aud: "https://graph.microsoft.com", oid: person.oid });
    expect(String(claimsOf(graph?.accessToken).scp)).toContain("Application.Read.All");
  });

  it("renews a token of an exchange with its refresh token, without the assertion", async () => {
    const oboAssertion = await issueToken(azure.instance, { upn: OLIVIA, resource: "api" });
    const client = new ConfidentialClientApplication(configure(secret));
    const first = await client.acquireTokenOnBehalfOf({ oboAssertion, scopes: [ARM] });
    const [account] = await client.getTokenCache().getAllAccounts();
    if (account === undefined) throw new Error("no account in the cache");
    const renewed = await client.acquireTokenSilent({ account, scopes: [ARM], forceRefresh: true });
    expect(renewed?.accessToken).not.toBe(first?.accessToken);
    expect(claimsOf(renewed?.accessToken).oid).toBe(claimsOf(first?.accessToken).oid);
  });

  it("sees a demanded context as InteractionRequiredAuthError with the claims", async () => {
    const oboAssertion = await issueToken(azure.instance, { upn: OLIVIA, resource: "api" });
    azure.options.requireAcrs = { api: "c1" };
    const refused = await new ConfidentialClientApplication(configure(secret))
      .acquireTokenOnBehalfOf({ oboAssertion, scopes: [ARM] })
      .catch((error: unknown) => error);
    azure.options.requireAcrs = {};
    expect(refused).toMatchObject({
      name: "InteractionRequiredAuthError",
      errorCode: "interaction_required",
      subError: "basic_action",
      errorNo: 50076,
      claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
    });
  });

  it("sees a wrong secret as invalid_client 7000215", async () => {
    const refused = await new ConfidentialClientApplication(configure({ clientSecret: "wrong" }))
      .acquireTokenByClientCredential({ scopes: [ARM] })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ errorCode: "invalid_client", errorNo: 7000215 });
  });

  it("proves itself with a certificate", async () => {
    const made = await generate([{ name: "commonName", value: "portal" }], { algorithm: "sha256", keySize: 2048 });
    const certificate = new X509Certificate(made.cert);
    const thumbprintSha256 = createHash("sha256").update(certificate.raw).digest("hex");
    const registered = createHash("sha256").update(certificate.raw).digest("base64url");
    const portal = azure.world.apps.find((app) => app.appId === PORTAL_CLIENT_ID);
    const publicKeyPem = certificate.publicKey.export({ type: "spki", format: "pem" }).toString();
    portal?.certificates.push({ thumbprintSha256: registered, publicKeyPem });
    const clientCertificate = { thumbprintSha256, privateKey: made.private, x5c: made.cert };
    const client = new ConfidentialClientApplication(configure({ clientCertificate }));
    const oboAssertion = await issueToken(azure.instance, { upn: OLIVIA, resource: "api" });
    const result = await client.acquireTokenOnBehalfOf({ oboAssertion, scopes: [ARM] });
    expect(claimsOf(result?.accessToken).upn).toBe(OLIVIA);
  });

  it("proves itself with an assertion callback, also of a federated issuer", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const portal = azure.world.apps.find((app) => app.appId === PORTAL_CLIENT_ID);
    const thumbprintSha256 = createHash("sha256")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("base64url");
    portal?.certificates.push({ thumbprintSha256, publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString() });
    const sign = ({ tokenEndpoint }: { tokenEndpoint?: string }) =>
      new SignJWT({ jti: "assertion-1" })
        .setProtectedHeader({ alg: "RS256", "x5t#S256": thumbprintSha256 })
        .setIssuer(PORTAL_CLIENT_ID)
        .setSubject(PORTAL_CLIENT_ID)
        .setAudience(tokenEndpoint ?? "")
        .setNotBefore("0s")
        .setExpirationTime("10m")
        .sign(privateKey);
    const own = await new ConfidentialClientApplication(configure({ clientAssertion: sign })).acquireTokenByClientCredential({
      scopes: [ARM],
    });
    expect(own?.accessToken).toBeTruthy();

    // Another local Azure plays the foreign issuer, as an Arc-connected host's managed identity would.
    const issuer = await startLocalAzure({ machines: 25 });
    const subject = randomUUID();
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: "https://issuer.example/", sub: subject, aud: "api://AzureADTokenExchange", nbf: now, exp: now + 600 };
    const assertion = await issuer.instance.entra.keys.sign(claims);
    const jwksUri = `${issuer.origin}/${CONTOSO_TENANT_ID}/discovery/v2.0/keys`;
    portal?.federated.push({ issuer: claims.iss, subject, audience: claims.aud, jwksUri });
    const federated = new ConfidentialClientApplication(configure({ clientAssertion: async () => assertion }));
    const result = await federated.acquireTokenByClientCredential({ scopes: [GRAPH] });
    await issuer.close();
    expect(claimsOf(result?.accessToken).aud).toBe("https://graph.microsoft.com");
  });
});

it("reads the issuer of the TLS origin from the discovery document and the invented one over http", async () => {
  const path = `/${CONTOSO_TENANT_ID}/v2.0/.well-known/openid-configuration`;
  const secure = (await (await fetch(azure.tlsOrigin + path)).json()) as { issuer: string; token_endpoint: string };
  expect(secure.issuer).toBe(`${azure.tlsOrigin}/${CONTOSO_TENANT_ID}/v2.0`);
  expect(secure.token_endpoint).toBe(`${azure.tlsOrigin}/${CONTOSO_TENANT_ID}/oauth2/v2.0/token`);
  const plain = (await (await fetch(azure.origin + path)).json()) as { issuer: string; jwks_uri: string };
  expect(plain.issuer).toBe(`${LOCAL_AUTHORITY}/${CONTOSO_TENANT_ID}/v2.0`);
  expect(plain.jwks_uri).toBe(`${azure.origin}/${CONTOSO_TENANT_ID}/discovery/v2.0/keys`);
  const common = (await (await fetch(azure.origin + path.replace(CONTOSO_TENANT_ID, "organizations"))).json()) as {
    issuer: string;
  };
  expect(common.issuer).toBe(`${LOCAL_AUTHORITY}/{tenantid}/v2.0`);
});

it("refuses a public msal-node client the codes of a single-page application, because it sends no Origin", async () => {
  const session = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
  const client = new PublicClientApplication(overHttp({}));
  const request = { code: session.code, scopes: ["openid"], redirectUri: PORTAL_REDIRECT, codeVerifier: session.pkce.verifier };
  const refused = await client.acquireTokenByCode(request).catch((error: unknown) => error);
  expect(refused).toMatchObject({ errorCode: "invalid_request", errorNo: 9002327 });
});
