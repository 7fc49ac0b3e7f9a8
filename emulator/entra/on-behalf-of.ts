import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { readDemandedClaims } from "./claims-request.ts";
import { EntraError } from "./errors.ts";
import { requireLiveSession, requireUserById } from "./grant-checks.ts";
import type { Grant } from "./state.ts";
import { demandContext, scopesOf, type TokenRequest, tokenAnswer } from "./token-answer.ts";

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((part): part is string => typeof part === "string") : [];
}

/** The assertion is an access token of ours for the client that presents it, with a person in it and still valid. */
async function readAssertion(args: TokenRequest, text: string): Promise<JWTPayload & { oid: string; tid: string }> {
  const { deps, app } = args;
  const claims = await deps.state.keys.readSigned(text);
  if (claims === null) throw new EntraError(50013, ["The key was not found or the token is malformed."]);
  const audience = String(claims.aud);
  if (audience !== app.appId && !app.identifierUris.includes(audience)) throw new EntraError(500131, [audience, app.appId]);
  const nowSeconds = deps.wallNowMs() / 1_000;
  if ((claims.exp ?? 0) <= nowSeconds) {
    const end = new Date((claims.exp ?? 0) * 1_000).toISOString();
    throw new EntraError(500133, [new Date(deps.wallNowMs()).toISOString(), end]);
  }
  const { oid, tid } = claims;
  if (typeof oid !== "string" || typeof tid !== "string" || typeof claims.scp !== "string")
    throw new EntraError(7000114, [app.appId]);
  return { ...claims, oid, tid };
}

/** On-Behalf-Of: the portal's API token of a person becomes a token of the same person for another service. */
export async function exchangeOnBehalfOf(args: TokenRequest): Promise<Record<string, unknown>> {
  const { deps, form, app } = args;
  if (form.get("requested_token_use") !== "on_behalf_of") throw new EntraError(900144, ["requested_token_use"]);
  await args.proveClient();
  const claims = await readAssertion(args, form.require("assertion"));
  if (args.tenant !== null && args.tenant.id !== claims.tid) throw new EntraError(500132, [claims.tid, args.tenant.id]);
  const demanded = readDemandedClaims(form.get("claims"));
  const grant: Grant = {
    clientId: app.appId,
    tenantId: claims.tid,
    userId: claims.oid,
    scopes: form.require("scope").split(/\s+/).filter(Boolean),
    sid: typeof claims.sid === "string" ? claims.sid : "",
    amr: texts(claims.amr),
    acrs: texts(claims.acrs),
    clientCapabilities: demanded.capabilities,
    wantsClientInfo: form.get("client_info") === "1",
    isSpa: false,
    authenticatedAtMs: (claims.iat ?? 0) * 1_000,
  };
  const user = requireUserById(deps, grant);
  requireLiveSession(deps, grant);
  const scopeText = form.require("scope");
  const scopes = scopesOf(args, claims.tid, scopeText);
  const policy = deps.options.requireAcrs.api;
  demandContext(args, grant, policy === undefined ? [] : [policy]);
  const refresh = {
    familyId: `${grant.sid}|obo-${randomUUID()}`,
    expiresAtMs: deps.wallNowMs() + deps.options.refreshTokenSeconds * 1_000,
  };
  return tokenAnswer({ token: args, user, grant, scopes, scopeText, nonce: null, refresh });
}
