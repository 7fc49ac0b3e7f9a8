/**
 * A session cookie that says "someone is signed in in another tab": which tenant and which sign-in name. It carries no
 * authority. The server draws the right first frame from it; a new tab uses it to sign in without a question.
 */
export const HINT_COOKIE = "arcwarden-hint";

export type AuthHint = { tenantId: string; loginHint: string };

export function parseHint(value: string | undefined): AuthHint | null {
  if (value === undefined) return null;
  try {
    const [tenantId, loginHint] = decodeURIComponent(value).split("|");
    return tenantId === undefined || loginHint === undefined || tenantId === "" ? null : { tenantId, loginHint };
  } catch {
    return null;
  }
}

export function hintCookie(hint: AuthHint | null, secure: boolean): string {
  const attributes = `; path=/; samesite=strict${secure ? "; secure" : ""}`;
  if (hint === null) return `${HINT_COOKIE}=; max-age=0${attributes}`;
  return `${HINT_COOKIE}=${encodeURIComponent(`${hint.tenantId}|${hint.loginHint}`)}${attributes}`;
}

export function readHint(cookies: string): AuthHint | null {
  const entry = cookies
    .split("; ")
    .find((part) => part.startsWith(`${HINT_COOKIE}=`))
    ?.slice(HINT_COOKIE.length + 1);
  return parseHint(entry);
}
