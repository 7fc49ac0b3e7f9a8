import type { WireRequest } from "../core/contract.ts";
import type { AppRegistration, Tenant, User } from "../world/types.ts";
import { claimsFor, readDemandedClaims, unmetAcrs } from "./claims-request.ts";
import type { ClientCredentials } from "./client-authentication.ts";
import type { EntraDeps } from "./deps.ts";
import { EntraError } from "./errors.ts";
import type { Form } from "./form.ts";
import { type ResolvedScopes, resolveScopes } from "./scopes.ts";
import type { Grant } from "./state.ts";
import { clientInfo, opaqueToken, signIdToken, signUserAccessToken } from "./tokens.ts";

export type TokenRequest = {
  deps: EntraDeps;
  request: WireRequest;
  form: Form;
  tenant: Tenant | null;
  app: AppRegistration;
  credentials: ClientCredentials;
  /** Proves the confidential client; called by the grants that need one. */
  proveClient: () => Promise<void>;
};

export function scopesOf(args: TokenRequest, tenantName: string, text: string): ResolvedScopes {
  const { deps, app } = args;
  const scopes = text.split(/\s+/).filter(Boolean);
  const consented = deps.options.consentedGraphScopes;
  return resolveScopes({ world: deps.world(), cloud: deps.cloud, tenantName, clientId: app.appId, consented }, scopes);
}

function grantedScopeText(scopes: ResolvedScopes, requested: string): string {
  const asked = requested.split(/\s+/).filter((scope) => scope !== "" && scope !== "offline_access");
  const prefix =
    scopes.resource.kind === "api" ? `api://${scopes.resource.audience}` : scopes.resource.audience.replace(/\/+$/, "");
  const full = scopes.permissions.map((permission) => `${prefix}/${permission}`);
  return [...new Set([...asked, ...full])].join(" ");
}

/** Contexts that the request or the policy of the tenant demands and the grant lacks end in interaction_required. */
export function demandContext(args: TokenRequest, grant: Pick<Grant, "acrs" | "amr">, more: readonly string[] = []): void {
  const demanded = [...readDemandedClaims(args.form.get("claims")).acrs, ...more];
  const unmet = unmetAcrs([...new Set(demanded)], grant);
  if (unmet.length === 0) return;
  throw new EntraError(50076, [args.app.appId], { suberror: "basic_action", claims: claimsFor(unmet) });
}

/** The answer for a person: access token, and where asked for ID token, refresh token and client info. */
export async function tokenAnswer(args: {
  token: TokenRequest;
  user: User;
  grant: Grant;
  scopes: ResolvedScopes;
  scopeText: string;
  nonce: string | null;
  refresh: { familyId: string; expiresAtMs: number } | null;
}): Promise<Record<string, unknown>> {
  const { token: tokenRequest, user, grant, scopes } = args;
  const { deps, request } = tokenRequest;
  const tokenArgs = { deps, origin: request.origin, user, resource: scopes.resource, permissions: scopes.permissions, grant };
  const seconds = deps.options.accessTokenSeconds;
  const wantsId = scopes.openId.some((scope) => scope.toLowerCase() === "openid");
  const wantsRefresh = scopes.openId.some((scope) => scope.toLowerCase() === "offline_access");
  const answer: Record<string, unknown> = {
    token_type: "Bearer",
    scope: grantedScopeText(scopes, args.scopeText),
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: await signUserAccessToken(tokenArgs),
  };
  if (wantsRefresh && args.refresh !== null) {
    const refreshToken = opaqueToken("1.Ac");
    deps.state.refreshTokens.set(refreshToken, { ...grant, ...args.refresh, replacedAtMs: null });
    answer.refresh_token = refreshToken;
    if (grant.isSpa) answer.refresh_token_expires_in = Math.floor((args.refresh.expiresAtMs - deps.wallNowMs()) / 1_000);
  }
  if (wantsId) answer.id_token = await signIdToken({ ...tokenArgs, nonce: args.nonce });
  if (grant.wantsClientInfo || tokenRequest.form.get("client_info") === "1") answer.client_info = clientInfo(user);
  return answer;
}
