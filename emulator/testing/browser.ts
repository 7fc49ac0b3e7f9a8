import { createHash, randomBytes } from "node:crypto";
import { PORTAL_CLIENT_ID } from "../world/types.ts";

export const PORTAL_REDIRECT = "http://localhost:3000/auth/redirect";

export type Pkce = { verifier: string; challenge: string };

export function createPkce(): Pkce {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

export type PageAnswer = { status: number; location: URL | null; html: string; headers: Headers };

/** A browser without script: keeps cookies, posts the forms of the sign-in pages and stops at redirects. */
export type Browser = {
  get(url: string): Promise<PageAnswer>;
  /** Posts one of the sign-in forms of the page: its flow id, the step and more fields. */
  post(page: PageAnswer, url: string, fields: Record<string, string>): Promise<PageAnswer>;
};

export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  async function visit(url: string, init: RequestInit): Promise<PageAnswer> {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get("location");
    return {
      status: response.status,
      location: location === null ? null : new URL(location, url),
      html: await response.text(),
      headers: response.headers,
    };
  }
  return {
    get: (url) => visit(url, {}),
    post: (page, url, fields) => {
      const flow = /name="flow" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
      return visit(url, { method: "POST", body: new URLSearchParams({ flow, ...fields }) });
    },
  };
}

export type AuthorizeFields = Record<string, string | undefined>;

/** URL of an authorize request as the portal's browser side makes it; fields may be changed or, with undefined, left out. */
export function authorizeUrl(origin: string, tenant: string, pkce: Pkce, changes: AuthorizeFields = {}): string {
  const fields: AuthorizeFields = {
    client_id: PORTAL_CLIENT_ID,
    response_type: "code",
    redirect_uri: PORTAL_REDIRECT,
    response_mode: "fragment",
    scope: `api://${PORTAL_CLIENT_ID}/access_as_user openid profile offline_access`,
    code_challenge: pkce.challenge,
    code_challenge_method: "S256",
    state: "state-1",
    nonce: "nonce-1",
    client_info: "1",
    claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, value);
  return `${origin}/${tenant}/oauth2/v2.0/authorize?${query}`;
}

/** Fields that came back to the redirect address, from the fragment or the query. */
export function returnedFields(page: PageAnswer): URLSearchParams {
  const { location } = page;
  if (location === null) throw new Error(`The page answered ${page.status} and did not lead back:\n${page.html.slice(0, 2_000)}`);
  return new URLSearchParams(location.hash === "" ? location.search : location.hash.slice(1));
}

export type TokenAnswer = { status: number; body: Record<string, unknown>; headers: Headers };

/** POST to the token endpoint, from the portal's page unless origin is null. Fields set to undefined are left out. */
export async function postToken(
  authority: string,
  fields: Record<string, string | undefined>,
  pageOrigin: string | null = "http://localhost:3000",
): Promise<TokenAnswer> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  const response = await fetch(`${authority}/oauth2/v2.0/token`, {
    method: "POST",
    body: form,
    headers: pageOrigin === null ? {} : { origin: pageOrigin },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
}

export type SignedIn = {
  browser: Browser;
  code: string;
  pkce: Pkce;
  fields: URLSearchParams;
  redeem: (changes?: Record<string, string | undefined>, pageOrigin?: string | null) => Promise<TokenAnswer>;
};

/** Signs a person in through the account picker and comes back with the code. */
export async function signIn(
  origin: string,
  args: { upn: string; tenant: string; changes?: AuthorizeFields; browser?: Browser },
): Promise<SignedIn> {
  const browser = args.browser ?? createBrowser();
  const pkce = createPkce();
  const picker = await browser.get(authorizeUrl(origin, args.tenant, pkce, args.changes));
  const landed =
    picker.location === null
      ? await browser.post(picker, `${origin}/${args.tenant}/login`, { step: "account", account: args.upn })
      : picker;
  const fields = returnedFields(landed);
  const code = fields.get("code") ?? "";
  const redeem: SignedIn["redeem"] = (changes = {}, pageOrigin) =>
    postToken(
      `${origin}/${args.tenant}`,
      {
        client_id: PORTAL_CLIENT_ID,
        grant_type: "authorization_code",
        code,
        redirect_uri: PORTAL_REDIRECT,
        code_verifier: pkce.verifier,
        client_info: "1",
        ...changes,
      },
      pageOrigin,
    );
  return { browser, code, pkce, fields, redeem };
}

/** Claims of a token, unverified. */
export function claimsOf(token: unknown): Record<string, unknown> {
  const payload = String(token).split(".")[1] ?? "";
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
}
