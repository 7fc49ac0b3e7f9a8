import { readDemandedClaims } from "./claims-request.ts";
import { checkClientKind } from "./code-grant.ts";
import type { EntraDeps } from "./deps.ts";
import { EntraError } from "./errors.ts";
import { requireLiveSession, requireUserById } from "./grant-checks.ts";
import type { Grant, RefreshGrant } from "./state.ts";
import { demandContext, scopesOf, type TokenRequest, tokenAnswer } from "./token-answer.ts";

/** Parallel requests of one page may carry the same refresh token; after this the second use is taken as theft. */
export const REUSE_LEEWAY_MS = 30_000;

function endFamily(deps: EntraDeps, familyId: string): void {
  for (const [text, grant] of deps.state.refreshTokens) if (grant.familyId === familyId) deps.state.refreshTokens.delete(text);
}

function requireUsable(args: TokenRequest, text: string): RefreshGrant {
  const { deps, app } = args;
  const grant = deps.state.refreshTokens.get(text);
  const now = deps.wallNowMs();
  if (grant === undefined || grant.clientId !== app.appId) throw new EntraError(70000);
  if (grant.replacedAtMs !== null && now - grant.replacedAtMs > REUSE_LEEWAY_MS) {
    endFamily(deps, grant.familyId);
    throw new EntraError(70000);
  }
  if (grant.expiresAtMs <= now) {
    const seconds = String(deps.options.refreshTokenSeconds);
    const issued = new Date(grant.expiresAtMs - deps.options.refreshTokenSeconds * 1_000).toISOString();
    throw grant.isSpa ? new EntraError(700084, [seconds, issued]) : new EntraError(700082, [issued, seconds]);
  }
  return grant;
}

/** The grant moved to the tenant of the request: one refresh token serves every tenant the person is in. */
function inTenant(args: TokenRequest, grant: RefreshGrant): Pick<Grant, "tenantId" | "userId"> {
  const wanted = args.tenant?.id ?? grant.tenantId;
  if (wanted === grant.tenantId) return grant;
  const users = args.deps.world().users;
  const own = users.find((user) => user.id === grant.userId && user.tenantId === grant.tenantId);
  const there = users.find(
    (user) => user.tenantId === wanted && user.homeObjectId === own?.homeObjectId && user.homeTenantId === own?.homeTenantId,
  );
  if (there === undefined)
    throw new EntraError(50020, [own?.userPrincipalName ?? "", own?.homeTenantId ?? "", wanted, args.app.appId]);
  return { tenantId: wanted, userId: there.id };
}

/** Refresh token grant with rotation: the token of the request is replaced and may not come again. */
export async function redeemRefreshToken(args: TokenRequest): Promise<Record<string, unknown>> {
  const { deps, form } = args;
  const text = form.require("refresh_token");
  const found = requireUsable(args, text);
  checkClientKind(args, found.isSpa);
  if (!found.isSpa) await args.proveClient();
  const { familyId, expiresAtMs, replacedAtMs: _replaced, ...rest } = found;
  const place = inTenant(args, found);
  const demanded = readDemandedClaims(form.get("claims"));
  const clientCapabilities = demanded.capabilities.length > 0 ? demanded.capabilities : rest.clientCapabilities;
  const grant: Grant = { ...rest, ...place, clientCapabilities };
  const user = requireUserById(deps, grant);
  requireLiveSession(deps, grant);
  const scopeText = form.get("scope") ?? grant.scopes.join(" ");
  const scopes = scopesOf(args, grant.tenantId, scopeText);
  demandContext(args, grant);
  if (demanded.notBeforeSeconds !== null && grant.authenticatedAtMs < demanded.notBeforeSeconds * 1_000) {
    throw new EntraError(50173, [new Date(demanded.notBeforeSeconds * 1_000).toISOString()], { error: "interaction_required" });
  }
  const current = deps.state.refreshTokens.get(text);
  if (current !== undefined) current.replacedAtMs ??= deps.wallNowMs();
  // The life of a page's refresh token is fixed from the sign-in; a server's slides.
  const endsAtMs = grant.isSpa ? expiresAtMs : deps.wallNowMs() + deps.options.refreshTokenSeconds * 1_000;
  const refresh = { familyId, expiresAtMs: endsAtMs };
  return tokenAnswer({ token: args, user, grant, scopes, scopeText, nonce: null, refresh });
}
