import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { ServerConfig } from "@/lib/config/env";
import { toWireUrl } from "@/lib/config/wire";
import { AppError } from "@/lib/domain/errors";
import type { Operator } from "@/lib/domain/operator";
import { toOperator } from "./operator-claims";

export type VerifiedToken = { operator: Operator; assertion: string; expiresAtMs: number; issuedAtMs: number };
export type TokenVerifier = (token: string) => Promise<VerifiedToken>;

type VerifierConfig = Pick<ServerConfig, "authority" | "issuerBases" | "wireMap" | "clientId" | "allowedTenantIds">;

export type VerifierOptions = {
  /** Keys of one tenant; tests pass their own. */
  keysOf?: (tenantId: string) => JWTVerifyGetKey;
  now?: () => Date;
};

const CLOCK_TOLERANCE_SECONDS = 60;
const KEY_FETCH_TIMEOUT_MS = 5_000;
const KEY_REFETCH_PAUSE_MS = 5_000;
const REQUIRED_SCOPE = "access_as_user";

function signInAgain(message: string, cause?: unknown): AppError {
  return new AppError({ code: "unauthenticated", message, nextStep: "Sign in again.", cause });
}

function wrongTenant(tenantId: string): AppError {
  return new AppError({
    code: "forbidden",
    message: `This portal does not serve the tenant ${tenantId} you signed in with.`,
    nextStep:
      "Sign in with an account of a tenant this portal serves, or ask its administrator to add yours to ALLOWED_TENANT_IDS.",
    fields: [{ field: "tenant", message: tenantId }],
  });
}

function explain(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) return signInAgain("Your sign-in to the portal has expired.", error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    return signInAgain(`The access token was not issued for this portal (claim ${error.claim}).`, error);
  }
  const keysUnreachable = error instanceof errors.JWKSTimeout || error instanceof TypeError || isUnexpectedKeyAnswer(error);
  if (keysUnreachable) {
    return new AppError({
      code: "upstream",
      message: "The portal could not fetch the signing keys of Microsoft Entra, so it cannot check your sign-in.",
      nextStep: "Try again in a minute. If it goes on, check the portal's network access to the sign-in authority.",
      cause: error,
    });
  }
  return signInAgain("The access token is not valid.", error);
}

function isUnexpectedKeyAnswer(error: unknown): boolean {
  return error instanceof errors.JOSEError && error.code === "ERR_JOSE_GENERIC";
}

function remoteKeys(config: VerifierConfig): (tenantId: string) => JWTVerifyGetKey {
  const known = new Map<string, JWTVerifyGetKey>();
  return (tenantId) => {
    const found = known.get(tenantId);
    if (found !== undefined) return found;
    const url = toWireUrl(config, `${config.authority}/${tenantId}/discovery/v2.0/keys`);
    const keys = createRemoteJWKSet(url, { timeoutDuration: KEY_FETCH_TIMEOUT_MS, cooldownDuration: KEY_REFETCH_PAUSE_MS });
    known.set(tenantId, keys);
    return keys;
  };
}

function unverifiedTenant(token: string): string {
  let payload: JWTPayload;
  try {
    payload = decodeJwt(token);
  } catch (error) {
    throw signInAgain("The access token is not a token this portal can read.", error);
  }
  const tenantId = payload.tid;
  if (typeof tenantId !== "string") throw signInAgain("The access token names no tenant.");
  return tenantId.toLowerCase();
}

function checkScope(payload: JWTPayload): void {
  const scopes = typeof payload.scp === "string" ? payload.scp.split(" ") : [];
  if (!scopes.includes(REQUIRED_SCOPE)) {
    throw new AppError({
      code: "forbidden",
      message: `The access token lacks the permission ${REQUIRED_SCOPE} of this portal.`,
      nextStep: "Sign in through the portal. If it goes on, the app registration does not expose this scope.",
    });
  }
}

/**
 * Verifies a token for the portal's own API: RS256 signature by the tenant's keys, audience, issuer of exactly the
 * token's tenant, tenant allow-list, expiry (60 s tolerance) and scope. Throws AppError.
 * Rule: learn.microsoft.com/entra/identity-platform/access-tokens (validate tokens).
 */
export function createTokenVerifier(config: VerifierConfig, options: VerifierOptions = {}): TokenVerifier {
  const keysOf = options.keysOf ?? remoteKeys(config);
  return async (token) => {
    // The tenant only chooses which keys to ask for and is one of a closed list; the signature proves it afterwards.
    const tenantId = unverifiedTenant(token);
    if (!config.allowedTenantIds.includes(tenantId)) throw wrongTenant(tenantId);
    try {
      const { payload } = await jwtVerify(token, keysOf(tenantId), {
        algorithms: ["RS256"],
        audience: [config.clientId, `api://${config.clientId}`],
        issuer: config.issuerBases.map((base) => `${base}/${tenantId}/v2.0`),
        requiredClaims: ["exp", "iat", "tid", "oid"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        ...(options.now === undefined ? {} : { currentDate: options.now() }),
      });
      checkScope(payload);
      const [expiresAtMs, issuedAtMs] = [(payload.exp ?? 0) * 1000, (payload.iat ?? 0) * 1000];
      return { operator: toOperator(payload, tenantId), assertion: token, expiresAtMs, issuedAtMs };
    } catch (error) {
      throw explain(error);
    }
  };
}
