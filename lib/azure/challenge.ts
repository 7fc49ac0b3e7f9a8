import "server-only";

const CHALLENGE = /(\w+)\s+((?:[\w-]+\s*=\s*(?:"[^"]*"|[^,\s"]+)\s*,?\s*)+)/g;
const CLAIMS = /(?:^|[,\s])claims\s*=\s*"([^"]+)"/i;

/**
 * The base64 claims of the Bearer challenge in a WWW-Authenticate header; null when none asks for claims. ARM writes
 * error="invalid_token" beside them and Graph error="insufficient_claims", so the word is not looked at.
 * Source: Microsoft identity platform, "Claims challenges".
 */
export function claimsOfChallenge(header: string | undefined): string | null {
  if (header === undefined) return null;
  for (const [, scheme, parameters] of header.matchAll(CHALLENGE)) {
    if (scheme?.toLowerCase() !== "bearer" || parameters === undefined) continue;
    const claims = CLAIMS.exec(parameters)?.[1];
    if (claims !== undefined) return claims;
  }
  return null;
}

/** Decodes base64 or base64url, padded or not; null when the text is no JSON object afterwards. */
export function decodeClaims(claims: string): string | null {
  const text = Buffer.from(claims.replaceAll("-", "+").replaceAll("_", "/"), "base64").toString("utf8");
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? text : null;
  } catch {
    return null;
  }
}
