import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import type { PublicConfig } from "@/lib/domain/api";
import type { AuthBrowser } from "./auth-session";

/** Plain objects for the tests of this folder. */

export const HOME = "10ca1a2e-0000-4000-8000-000000000001";
export const OTHER = "10ca1a2e-0000-4000-8000-000000000002";

export const CONFIG: PublicConfig = {
  cloudId: "public",
  cloudLabel: "Azure (public)",
  localMode: false,
  clientId: "client",
  authority: "https://login.example",
  tenantId: HOME,
  allowedTenantIds: [HOME, OTHER],
  apiScope: "api://client/access_as_user",
  authorityWireOrigin: null,
  rolloutIdentity: false,
  version: "1.0.0",
};

export class MemoryStorage implements Storage {
  readonly #map = new Map<string, string>();
  [name: string]: unknown;
  get length(): number {
    return this.#map.size;
  }
  key(index: number): string | null {
    return [...this.#map.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#map.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#map.set(key, value);
    Object.defineProperty(this, key, { value, configurable: true, enumerable: true });
  }
  removeItem(key: string): void {
    this.#map.delete(key);
    delete this[key];
  }
  clear(): void {
    for (const key of [...this.#map.keys()]) this.removeItem(key);
  }
}

export function account(tenantId = HOME, name = "olivia"): AccountInfo {
  return {
    homeAccountId: `${name}.${HOME}`,
    localAccountId: `${name}-in-${tenantId}`,
    tenantId,
    username: `${name}@contoso.example`,
    name,
    environment: "login.example",
  } as AccountInfo;
}

export function tokenResult(tenantId = HOME, accessToken = "api-token"): AuthenticationResult {
  return { accessToken, tenantId, account: account(tenantId) } as AuthenticationResult;
}

export type FakeMsal = {
  msal: IPublicClientApplication;
  calls: { name: string; request: Record<string, unknown> }[];
  /** What the next calls answer; replace in a test. */
  answers: {
    redirect: () => Promise<AuthenticationResult | null>;
    silent: (request: Record<string, unknown>) => Promise<AuthenticationResult>;
    accounts: AccountInfo[];
  };
};

export function fakeMsal(): FakeMsal {
  const calls: FakeMsal["calls"] = [];
  const answers: FakeMsal["answers"] = { redirect: async () => null, silent: async () => tokenResult(), accounts: [] };
  const note = (name: string) => async (request: Record<string, unknown>) => {
    calls.push({ name, request });
  };
  const msal = {
    handleRedirectPromise: () => answers.redirect(),
    getAllAccounts: () => answers.accounts,
    acquireTokenSilent: async (request: Record<string, unknown>) => {
      calls.push({ name: "silent", request });
      return answers.silent(request);
    },
    loginRedirect: note("loginRedirect"),
    acquireTokenRedirect: note("acquireTokenRedirect"),
    logoutRedirect: note("logoutRedirect"),
    clearCache: note("clearCache"),
  } as unknown as IPublicClientApplication;
  return { msal, calls, answers };
}

export function fakeBrowser(
  options: { secure?: boolean; cookies?: string } = {},
): AuthBrowser & { written: string[]; visited: string[]; told: string[]; hear: (homeAccountId: string) => void } {
  const written: string[] = [];
  const visited: string[] = [];
  const told: string[] = [];
  let listener: (homeAccountId: string) => void = () => undefined;
  return {
    origin: "https://arc.example",
    isSecureContext: options.secure ?? true,
    href: () => "https://arc.example/machines?q=sql#row",
    assign: (url) => visited.push(url),
    readCookies: () => options.cookies ?? "",
    writeCookie: (cookie) => written.push(cookie),
    written,
    visited,
    tellSignedOut: (homeAccountId) => told.push(homeAccountId),
    onSignedOut: (heard) => {
      listener = heard;
    },
    told,
    hear: (homeAccountId) => listener(homeAccountId),
  };
}
