/**
 * Authentication context that base64 claims of a challenge ask for, for example c1; null when they ask for something else or
 * cannot be read. Source: Conditional Access, authentication context, claims request `acrs`.
 */
export function authenticationContextOf(claims: string): string | null {
  try {
    const parsed: unknown = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof parsed !== "object" || parsed === null || !("access_token" in parsed)) return null;
    const token = parsed.access_token;
    if (typeof token !== "object" || token === null || !("acrs" in token)) return null;
    const { acrs } = token;
    if (typeof acrs !== "object" || acrs === null || !("value" in acrs)) return null;
    return typeof acrs.value === "string" && acrs.value !== "" ? acrs.value.toLowerCase() : null;
  } catch {
    return null;
  }
}
