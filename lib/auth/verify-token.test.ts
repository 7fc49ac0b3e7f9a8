import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "@/lib/domain/errors";
import { createTokenVerifier, type TokenVerifier } from "./verify-token";

const TENANT = "7b1d2f3c-0000-4000-8000-00000000aaaa";
const SECOND = "7b1d2f3c-0000-4000-8000-00000000bbbb";
const CLIENT = "7b1d2f3c-0000-4000-8000-00000000cccc";
const NOW = new Date("2026-03-01T12:00:00Z");
const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

let key: CryptoKey;
let otherKey: CryptoKey;
let verify: TokenVerifier;

const claims: JWTPayload = {
  aud: CLIENT,
  iss: `https://login.example/${TENANT}/v2.0`,
  tid: TENANT,
  oid: "person-1",
  scp: "access_as_user",
  name: "Olivia",
  preferred_username: "olivia@contoso.example",
  roles: ["Portal.Auditor", "Something.Else"],
  iat: seconds(NOW) - 60,
  exp: seconds(NOW) + 3600,
};

const sign = (payload: JWTPayload, alg = "RS256", signingKey = key) =>
  new SignJWT(payload).setProtectedHeader({ alg, kid: "k" }).sign(signingKey);

async function refusal(payload: Record<string, unknown>): Promise<AppError> {
  const merged = Object.fromEntries(Object.entries({ ...claims, ...payload }).filter(([, value]) => value !== undefined));
  return failure(await sign(merged));
}

async function failure(token: string, verifier = verify): Promise<AppError> {
  const error = await verifier(token).then(
    () => new Error("was accepted"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

beforeAll(async () => {
  const pair = await generateKeyPair("RS256");
  key = pair.privateKey;
  otherKey = (await generateKeyPair("RS256")).privateKey;
  verify = createTokenVerifier(
    {
      authority: "https://login.example",
      issuerBases: ["https://login.example"],
      wireMap: {},
      clientId: CLIENT,
      allowedTenantIds: [TENANT, SECOND],
    },
    { keysOf: () => async () => pair.publicKey, now: () => NOW },
  );
});

describe("a valid token", () => {
  it("gives the operator with known portal roles only, the assertion and its end", async () => {
    const token = await sign(claims);
    expect(await verify(token)).toEqual({
      operator: {
        objectId: "person-1",
        tenantId: TENANT,
        name: "Olivia",
        userPrincipalName: "olivia@contoso.example",
        isGuest: false,
        portalRoles: ["Portal.Auditor"],
      },
      assertion: token,
      expiresAtMs: (seconds(NOW) + 3600) * 1000,
      issuedAtMs: (seconds(NOW) - 60) * 1000,
    });
  });

  it("is accepted with the api:// audience and among several scopes", async () => {
    await expect(verify(await sign({ ...claims, aud: `api://${CLIENT}`, scp: "other access_as_user" }))).resolves.toBeDefined();
  });

  it("is accepted until 60 s after its end and not a second longer", async () => {
    await expect(verify(await sign({ ...claims, exp: seconds(NOW) - 59 }))).resolves.toBeDefined();
    expect((await refusal({ exp: seconds(NOW) - 60 })).code).toBe("unauthenticated");
  });
});

describe("a token is refused", () => {
  const bad: [string, Record<string, unknown>][] = [
    ["for another audience", { aud: "00000000-0000-0000-0000-000000000000" }],
    ["for Resource Manager", { aud: "https://management.azure.com/" }],
    ["of an issuer on another host", { iss: `https://evil.example/${TENANT}/v2.0` }],
    ["whose issuer is another allowed tenant than its tid", { iss: `https://login.example/${SECOND}/v2.0` }],
    ["with a v1 issuer", { iss: `https://sts.windows.net/${TENANT}/` }],
    ["without an expiry", { exp: undefined }],
    ["without an object id", { oid: undefined }],
    ["not valid yet", { nbf: seconds(NOW) + 120 }],
  ];
  it.each(bad)("%s", async (_what, change) => {
    expect((await refusal(change)).code).toBe("unauthenticated");
  });

  it("without a tenant", async () => {
    expect(await refusal({ tid: undefined })).toMatchObject({
      code: "unauthenticated",
      message: "The access token names no tenant.",
    });
  });

  it("of a tenant outside the allow-list, naming the tenant so that the page can say so", async () => {
    const error = await refusal({ tid: "99999999-0000-4000-8000-000000000000" });
    expect(error.code).toBe("forbidden");
    expect(error.fields).toEqual([{ field: "tenant", message: "99999999-0000-4000-8000-000000000000" }]);
  });

  it.each([undefined, "", "access_as_users", "user_impersonation"])("with the scope %s", async (scp) => {
    expect(await refusal(scp === undefined ? { scp: 0 } : { scp })).toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("access_as_user"),
    });
  });

  it("signed by another key", async () => {
    expect((await failure(await sign(claims, "RS256", otherKey))).code).toBe("unauthenticated");
  });

  it("signed with HMAC by the public key, or not signed at all", async () => {
    const pair = await generateKeyPair("RS256", { extractable: true });
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(pair.publicKey)));
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
    const [, payload] = hmac.split(".");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    for (const token of [hmac, unsigned]) expect((await failure(token)).code).toBe("unauthenticated");
  });

  it.each(["", "a.b.c", "not a token", "eyJhbGciOiJSUzI1NiJ9.bm90anNvbg.x"])("that is no token: %s", async (token) => {
    expect((await failure(token)).code).toBe("unauthenticated");
  });
});

it("says that the keys cannot be fetched instead of blaming the token", async () => {
  const config = {
    authority: "https://login.example",
    issuerBases: ["https://login.example"],
    clientId: CLIENT,
    allowedTenantIds: [TENANT],
  };
  const unreachable = createTokenVerifier(
    { ...config, wireMap: { "https://login.example": "http://127.0.0.1:1" } },
    { now: () => NOW },
  );
  expect(await failure(await sign(claims), unreachable)).toMatchObject({
    code: "upstream",
    message: expect.stringContaining("signing keys"),
  });
});
