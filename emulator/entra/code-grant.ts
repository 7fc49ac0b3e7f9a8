import { createHash, randomUUID } from "node:crypto";
import { EntraError } from "./errors.ts";
import { requireLiveSession, requireUserById } from "./grant-checks.ts";
import type { CodeGrant } from "./state.ts";
import { demandContext, scopesOf, type TokenRequest, tokenAnswer } from "./token-answer.ts";

function checkVerifier(code: CodeGrant, verifier: string): void {
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  if (challenge !== code.codeChallenge) throw new EntraError(501481);
}

/** Codes of a single-page application come back from its page only; codes of a web application from its server only. */
export function checkClientKind(args: TokenRequest, isSpa: boolean): void {
  const origin = args.request.headers.origin;
  if (isSpa && origin === undefined) throw new EntraError(9002327);
  if (!isSpa && origin !== undefined) throw new EntraError(9002326, [origin]);
  if (isSpa && (args.credentials.secret !== null || args.credentials.assertion !== null)) throw new EntraError(700025);
}

/** Authorization code with PKCE. A second redemption ends the tokens of the first, as RFC 6749 4.1.2 advises. */
export async function redeemCode(args: TokenRequest): Promise<Record<string, unknown>> {
  const { deps, form, app } = args;
  const code = deps.state.codes.get(form.require("code"));
  if (code === undefined || code.clientId !== app.appId) throw new EntraError(70000);
  if (args.tenant !== null && args.tenant.id !== code.tenantId) throw new EntraError(700005);
  if (code.redeemed) {
    endFamily(args, code.sid);
    throw new EntraError(54005);
  }
  if (code.expiresAtMs <= deps.wallNowMs()) throw new EntraError(70008);
  const redirectUri = form.require("redirect_uri");
  if (redirectUri !== code.redirectUri) throw new EntraError(500112, [redirectUri, code.redirectUri]);
  checkClientKind(args, code.isSpa);
  checkVerifier(code, form.require("code_verifier"));
  if (!code.isSpa) await args.proveClient();
  const user = requireUserById(deps, code);
  requireLiveSession(deps, code);
  const scopeText = form.get("scope") ?? code.scopes.join(" ");
  const scopes = scopesOf(args, code.tenantId, scopeText);
  demandContext(args, code);
  code.redeemed = true;
  const { redirectUri: _uri, codeChallenge: _challenge, nonce, expiresAtMs: _end, redeemed: _redeemed, ...grant } = code;
  const refresh = {
    familyId: `${code.sid}|${randomUUID()}`,
    expiresAtMs: deps.wallNowMs() + deps.options.refreshTokenSeconds * 1_000,
  };
  return tokenAnswer({ token: args, user, grant, scopes, scopeText, nonce, refresh });
}

function endFamily(args: TokenRequest, sid: string): void {
  const tokens = args.deps.state.refreshTokens;
  for (const [text, grant] of tokens) if (grant.familyId.startsWith(`${sid}|`)) tokens.delete(text);
}
