import type { JWTPayload } from "jose";
import { acrsClaims, badToken, missingToken, revokedToken, strongerSignInNeeded } from "./challenges.ts";
import type { CloudFacts } from "./clouds.ts";
import type { Caller, Face, WireRequest } from "./contract.ts";
import { armError, graphError } from "./errors.ts";
import type { Instance } from "./instance.ts";

/** Services accept clocks that differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 300;

export function isLoopbackOrigin(text: string): boolean {
  return URL.canParse(text) && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(text).hostname);
}

function audiencesOf(face: Face, cloud: CloudFacts): readonly string[] {
  if (face === "keyVault") return [cloud.vaultAudience];
  return face === "graph" ? cloud.graphAudiences : cloud.armAudiences;
}

function isAudience(face: Face, cloud: CloudFacts, audience: unknown): boolean {
  if (typeof audience !== "string") return false;
  const bare = audience.replace(/\/+$/, "");
  if (audiencesOf(face, cloud).includes(bare)) return true;
  // An unmodified SDK client that is given our own address as endpoint asks for a token for that address.
  return face !== "graph" && face !== "keyVault" && isLoopbackOrigin(bare);
}

function stringList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((part): part is string => typeof part === "string") : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function toCaller(claims: JWTPayload): Caller {
  return {
    tenantId: text(claims.tid),
    objectId: text(claims.oid),
    kind: claims.idtyp === "app" ? "servicePrincipal" : "user",
    appId: text(claims.appid) || text(claims.azp),
    scopes: text(claims.scp).split(" ").filter(Boolean),
    acrs: stringList(claims.acrs),
    amr: stringList(claims.amr),
    canStepUp: stringList(claims.xms_cc).some((capability) => capability.toLowerCase() === "cp1"),
    issuedAtMs: (claims.iat ?? 0) * 1_000,
    claims,
  };
}

/** The sign-in name inside a bearer token, unverified: only for fault matching and the request list. */
export function claimedUpn(authorization: string | undefined): string | null {
  const payload = /^Bearer [^.]+\.([^.]+)\./i.exec(authorization ?? "")?.[1];
  if (payload === undefined) return null;
  try {
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
    return text(claims.upn) || text(claims.preferred_username) || text(claims.unique_name) || null;
  } catch {
    return null;
  }
}

function subscriptionTenant(instance: Instance, request: WireRequest): string | null {
  const id = /^\/subscriptions\/([^/]+)/i.exec(request.path)?.[1]?.toLowerCase();
  return instance.world.subscriptions.find((row) => row.id.toLowerCase() === id)?.tenantId ?? null;
}

function checkTimes(face: Face, cloud: CloudFacts, claims: JWTPayload, nowMs: number): void {
  const nowSeconds = nowMs / 1_000;
  if ((claims.exp ?? 0) <= nowSeconds) {
    const message =
      face === "graph"
        ? "Lifetime validation failed, the token is expired."
        : `The access token expiry UTC time '${new Date((claims.exp ?? 0) * 1_000).toISOString()}' is earlier than current UTC time '${new Date(nowMs).toISOString()}'.`;
    throw badToken(face, cloud, "ExpiredAuthenticationToken", message);
  }
  if ((claims.nbf ?? 0) > nowSeconds + CLOCK_TOLERANCE_SECONDS) {
    throw badToken(face, cloud, "InvalidAuthenticationToken", "The access token is not valid yet.");
  }
}

async function readToken(request: WireRequest, instance: Instance): Promise<JWTPayload> {
  const { cloud } = instance;
  const authorization = request.headers.authorization;
  if (authorization === undefined || authorization === "") {
    throw missingToken(request.face, cloud, subscriptionTenant(instance, request));
  }
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const claims = token === undefined ? null : await instance.entra.keys.readSigned(token);
  if (claims === null) {
    const message =
      request.face === "graph" ? "InvalidAuthenticationToken: CompactToken validation failed." : "The access token is invalid.";
    throw badToken(request.face, cloud, "InvalidAuthenticationToken", message);
  }
  if (!isAudience(request.face, cloud, claims.aud)) {
    const allowed = audiencesOf(request.face, cloud)
      .map((audience) => `'${audience}/'`)
      .join(",");
    const message =
      request.face === "graph"
        ? "Access token validation failure. Invalid audience."
        : `The access token has been obtained for wrong audience or resource '${text(claims.aud)}'. It should exactly match with one of the allowed audiences ${allowed}.`;
    throw badToken(request.face, cloud, "InvalidAuthenticationTokenAudience", message);
  }
  if (claims.iss !== `${cloud.sts}/${text(claims.tid)}/`) {
    throw badToken(request.face, cloud, "InvalidAuthenticationToken", "The access token is from the wrong issuer.");
  }
  checkTimes(request.face, cloud, claims, instance.wallNowMs());
  return claims;
}

/** Verifies signature, audience, issuer, times, tenant and revocation of the access token. Source: azure-apis.md 1.3 and 1.6. */
export async function authenticate(request: WireRequest, instance: Instance): Promise<Caller> {
  const claims = await readToken(request, instance);
  const caller = toCaller(claims);
  const tenantId = subscriptionTenant(instance, request);
  if (request.face === "arm" && tenantId !== null && tenantId !== caller.tenantId) {
    const { sts, challengeHost } = instance.cloud;
    const message = `The access token is from the wrong issuer '${sts}/${caller.tenantId}/'. It must match the tenant '${sts}/${tenantId}/' associated with this subscription. Please use the authority (URL) '${challengeHost}/${tenantId}' to get the token.`;
    throw badToken(request.face, instance.cloud, "InvalidAuthenticationTokenTenant", message);
  }
  const revokedAtMs = instance.entra.revokedSessions.get(text(claims.sid));
  // Clients that cannot answer a challenge keep their token until it ends, as without continuous access evaluation.
  if (revokedAtMs !== undefined && caller.canStepUp) throw revokedToken(request.face, instance.cloud, revokedAtMs);
  return caller;
}

function isWrite(request: WireRequest): boolean {
  return request.face === "arm" && !["GET", "HEAD", "OPTIONS"].includes(request.method);
}

/** Writes by people may need a context or multifactor authentication, as the options say. */
export function demandStrongSignIn(request: WireRequest, caller: Caller, instance: Instance): void {
  const { options, cloud } = instance;
  if (caller.kind !== "user") return;
  const writes = isWrite(request) || (request.face === "graph" && ["PATCH", "PUT", "DELETE"].includes(request.method));
  if (!writes) return;
  const wanted = request.face === "graph" ? options.requireAcrs.graph : options.requireAcrs.arm;
  if (wanted !== undefined && !caller.acrs.includes(wanted)) {
    if (caller.canStepUp) throw strongerSignInNeeded(request.face, cloud, acrsClaims(wanted));
    const message = `The request needs the authentication context '${wanted}', which the token does not carry.`;
    throw request.face === "graph"
      ? graphError(403, "Authorization_RequestDenied", message)
      : armError(403, "RequestDisallowedByPolicy", message);
  }
  if (options.requireMfaForWrites && isWrite(request) && !caller.amr.includes("mfa")) {
    if (caller.canStepUp) {
      throw strongerSignInNeeded(request.face, cloud, { access_token: { amr: { essential: true, values: ["mfa"] } } });
    }
    throw armError(
      403,
      "RequestDisallowedByAzure",
      "Resource was disallowed by Azure: the user did not sign in with multifactor authentication.",
    );
  }
}
