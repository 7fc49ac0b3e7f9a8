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

const PIM_STEP_UP = "roleassignmentrequestacrsvalidationfailed";
const PIM_CLAIMS = /(?:^|[?&\s])claims=([^&\s"]+)/i;

function acrsOf(claims: unknown): string | null {
  if (typeof claims !== "object" || claims === null || Object.keys(claims).join() !== "access_token") return null;
  const { access_token: token } = claims as { access_token: unknown };
  if (typeof token !== "object" || token === null || Object.keys(token).join() !== "acrs") return null;
  const { acrs } = token as { acrs: unknown };
  if (typeof acrs !== "object" || acrs === null || !("value" in acrs)) return null;
  return typeof acrs.value === "string" && /^[\w-]{1,64}$/.test(acrs.value) ? acrs.value : null;
}

/**
 * The step-up that Privileged Identity Management hides in the words of an error of status 400: base64 claims and the
 * authentication context in them. null when the error is another one or wants more than a context: such claims are not passed
 * on, because they would steer the sign-in by the text of an error. Source: PIM, RoleAssignmentRequestAcrsValidationFailed.
 */
export function claimsOfPimRefusal(refusal: {
  code: string | null;
  message: string;
}): { claims: string; context: string } | null {
  if (refusal.code?.toLowerCase() !== PIM_STEP_UP) return null;
  const encoded = PIM_CLAIMS.exec(refusal.message)?.[1];
  if (encoded === undefined) return null;
  try {
    const text = decodeURIComponent(encoded.replaceAll("+", " "));
    const context = acrsOf(JSON.parse(text));
    return context === null ? null : { claims: Buffer.from(text, "utf8").toString("base64"), context };
  } catch {
    return null;
  }
}
