import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { pages } from "@/lib/config/routes";
import type { PublicConfig } from "@/lib/domain/api";
import { type AuthFailure, needsInteraction, toAuthFailure } from "./auth-failure";
import { type AuthHint, hintCookie, readHint } from "./auth-hint";
import { accountOf, authorityOf, createMsal } from "./msal";
import { clearStored, RENEWAL, readStored, removeStored, writeStored } from "./session-store";

export type SignedInAccount = { homeAccountId: string; tenantId: string; objectId: string; name: string; username: string };

export type AuthState =
  | { kind: "starting" }
  | { kind: "insecureOrigin" }
  | { kind: "signedOut"; failure: AuthFailure | null }
  | { kind: "redirecting" }
  /** `failure`: the last way to Entra ended in a refusal, and the sign-in from before still holds. */
  | { kind: "signedIn"; account: SignedInAccount; failure?: AuthFailure };

/** One object: whoever compares the state of before and after the start sees that nothing has changed. */
export const STARTING: AuthState = { kind: "starting" };

/** Only the person can go on: the caller decides whether to leave the page for it. */
export class InteractionNeeded extends Error {
  constructor(cause: unknown) {
    super("Sign-in needs the person.", { cause });
    this.name = "InteractionNeeded";
  }
}

/** What the session needs of the browser; tests pass plain objects. */
export type AuthBrowser = {
  origin: string;
  isSecureContext: boolean;
  href: () => string;
  assign: (url: string) => void;
  readCookies: () => string;
  writeCookie: (cookie: string) => void;
  /** Tells the other tabs of this browser that a person has signed out. */
  tellSignedOut: (homeAccountId: string) => void;
  /** Hears what other tabs tell. */
  onSignedOut: (listener: (homeAccountId: string) => void) => void;
};

// CacheLookupPolicy.RefreshToken; the enum itself would pull the library into the first script.
const REFRESH_TOKEN_ONLY = 3;
const AUTO_SIGN_IN = "auto-sign-in";
const ACTIVE = "account";

type ActiveAccount = { homeAccountId: string; tenantId: string };

function isActiveAccount(value: unknown): value is ActiveAccount {
  return typeof value === "object" && value !== null && "homeAccountId" in value && "tenantId" in value;
}

const isTrue = (value: unknown): value is true => value === true;

function toSignedIn(account: AccountInfo): SignedInAccount {
  return {
    homeAccountId: account.homeAccountId,
    tenantId: account.tenantId,
    objectId: account.localAccountId,
    name: account.name ?? account.username,
    username: account.username,
  };
}

/** Sign-in of one browser tab: state, tokens for the portal's API, tenant switch, renewal, sign-out. */
export class AuthSession {
  readonly #config: PublicConfig;
  readonly #browser: AuthBrowser;
  readonly #load: (config: PublicConfig, origin: string) => Promise<IPublicClientApplication>;
  readonly #listeners = new Set<() => void>();
  #state: AuthState = STARTING;
  #msal: IPublicClientApplication | null = null;
  #account: AccountInfo | null = null;
  #started: Promise<void> | null = null;
  #leaving: Promise<never> | null = null;

  constructor(config: PublicConfig, browser: AuthBrowser, load = createMsal) {
    this.#config = config;
    this.#browser = browser;
    this.#load = load;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): AuthState => this.#state;

  /** Runs once however often it is called: React runs effects twice in development. */
  start(options: { autoSignIn: boolean }): Promise<void> {
    this.#started ??= this.#run(options);
    return this.#started;
  }

  /** Goes to Entra's account picker. `tenant` is a tenant id or "organizations"; default is the portal's own tenant. */
  async signIn(options: { tenant?: string; returnTo?: string; loginHint?: string } = {}): Promise<never> {
    return this.#leave((msal) =>
      msal.loginRedirect({
        scopes: [this.#config.apiScope],
        authority: authorityOf(this.#config, options.tenant ?? this.#config.tenantId),
        redirectStartPage: options.returnTo ?? this.#browser.href(),
        ...(options.loginHint === undefined ? { prompt: "select_account" } : { loginHint: options.loginHint }),
      }),
    );
  }

  /** A token for the portal's own API. Throws InteractionNeeded when it cannot be had silently. */
  async getToken(options: { claims?: string; forceRefresh?: boolean } = {}): Promise<string> {
    await this.#started;
    const msal = this.#msal;
    const account = this.#account;
    if (msal === null || account === null) throw new InteractionNeeded("not signed in");
    const request = {
      scopes: [this.#config.apiScope],
      account,
      authority: authorityOf(this.#config, account.tenantId),
      ...(options.claims === undefined ? {} : { claims: options.claims }),
    };
    try {
      const result = await msal.acquireTokenSilent({ ...request, forceRefresh: options.forceRefresh ?? false });
      if (result.tenantId === account.tenantId) return result.accessToken;
      // MSAL may answer with a cached token of another tenant of the same person.
      const fresh = await msal.acquireTokenSilent({ ...request, cacheLookupPolicy: REFRESH_TOKEN_ONLY });
      if (fresh.tenantId === account.tenantId) return fresh.accessToken;
      throw new InteractionNeeded("token of another tenant");
    } catch (error) {
      if (needsInteraction(error)) throw new InteractionNeeded(error);
      throw error;
    }
  }

  /** Leaves the page to renew the sign-in (with `claims` for a step-up) and comes back to it. */
  async renew(options: { claims?: string } = {}): Promise<never> {
    return this.#leave((msal) => {
      const account = this.#account;
      const tenantId = account?.tenantId ?? this.#config.tenantId;
      return msal.acquireTokenRedirect({
        scopes: [this.#config.apiScope],
        authority: authorityOf(this.#config, tenantId),
        redirectStartPage: this.#browser.href(),
        ...(account === null ? {} : { account, loginHint: account.username }),
        ...(options.claims === undefined ? {} : { claims: options.claims }),
      });
    });
  }

  /** Continues as the same person in another tenant and reloads, so that nothing of the old tenant stays on the page. */
  async switchTenant(tenantId: string): Promise<never> {
    const msal = this.#msal;
    const account = this.#account;
    const start = this.#browser.origin + pages.overview();
    const authority = authorityOf(this.#config, tenantId);
    if (msal === null || account === null) return this.signIn({ tenant: tenantId, returnTo: start });
    const scopes = [this.#config.apiScope];
    try {
      // The default lookup would return the cached token of the present tenant.
      const result = await msal.acquireTokenSilent({ scopes, account, authority, cacheLookupPolicy: REFRESH_TOKEN_ONLY });
      if (result.tenantId !== tenantId) throw new InteractionNeeded("token of another tenant");
      clearStored();
      this.#remember(result.account);
      this.#browser.assign(start);
      return await new Promise<never>(() => undefined);
    } catch {
      const loginHint = account.username;
      return this.#leave(() => msal.loginRedirect({ scopes, authority, loginHint, redirectStartPage: start }));
    }
  }

  async signOut(): Promise<void> {
    const account = this.#account;
    this.#browser.writeCookie(hintCookie(null, this.#isHttps()));
    clearStored();
    if (this.#msal === null) return;
    if (account !== null) this.#browser.tellSignedOut(account.homeAccountId);
    this.#set({ kind: "redirecting" });
    await this.#msal.logoutRedirect({ ...(account === null ? {} : { account, logoutHint: account.username }) });
  }

  /** Takes the notice about a refused sign-in away; from then on requests may lead to Entra again. */
  dismissFailure(): void {
    removeStored(RENEWAL);
    if (this.#state.kind === "signedIn") this.#set({ kind: "signedIn", account: this.#state.account });
  }

  /** Another tab signed this person out: nothing of them may stay here either. */
  async #endWithOtherTab(homeAccountId: string): Promise<void> {
    if (this.#account?.homeAccountId !== homeAccountId) return;
    const account = this.#account;
    this.#account = null;
    clearStored();
    this.#set({ kind: "redirecting" });
    await this.#msal?.clearCache({ account });
    this.#browser.assign(this.#browser.origin + pages.signedOut());
  }

  async #run(options: { autoSignIn: boolean }): Promise<void> {
    if (!this.#browser.isSecureContext) return this.#set({ kind: "insecureOrigin" });
    this.#browser.onSignedOut((homeAccountId) => void this.#endWithOtherTab(homeAccountId));
    let result: AuthenticationResult | null = null;
    try {
      this.#msal = await this.#load(this.#config, this.#browser.origin);
      result = await this.#msal.handleRedirectPromise();
    } catch (error) {
      return this.#goOnAfter(toAuthFailure(error));
    }
    const account = result?.account ?? this.#restored(this.#msal);
    if (account !== null) {
      this.#remember(account);
      return this.#set({ kind: "signedIn", account: toSignedIn(account) });
    }
    const hint = readHint(this.#browser.readCookies());
    if (options.autoSignIn && hint !== null && this.#mayAutoSignIn(hint)) {
      // The state stays "starting" for the reader: the page is about to be left.
      void this.#leave((msal) => this.#quietLogin(msal, hint)).catch(() => undefined);
      return;
    }
    this.#set({ kind: "signedOut", failure: null });
  }

  /** A refused step-up or tenant switch does not end the sign-in that was there before. */
  #goOnAfter(failure: AuthFailure): void {
    const account = this.#msal === null ? null : this.#restored(this.#msal);
    this.#remember(account);
    if (account === null) this.#set({ kind: "signedOut", failure });
    else this.#set({ kind: "signedIn", account: toSignedIn(account), failure });
  }

  #quietLogin(msal: IPublicClientApplication, hint: AuthHint): Promise<void> {
    return msal.loginRedirect({
      scopes: [this.#config.apiScope],
      authority: authorityOf(this.#config, hint.tenantId),
      loginHint: hint.loginHint,
      redirectStartPage: this.#browser.href(),
    });
  }

  /** Once per tab: an Entra session that has ended must show the sign-in page, not bounce for ever. */
  #mayAutoSignIn(hint: AuthHint): boolean {
    if (!this.#config.allowedTenantIds.includes(hint.tenantId)) return false;
    if (readStored(AUTO_SIGN_IN, isTrue) !== null) return false;
    writeStored(AUTO_SIGN_IN, true);
    return true;
  }

  #restored(msal: IPublicClientApplication): AccountInfo | null {
    const accounts = msal.getAllAccounts();
    const active = readStored(ACTIVE, isActiveAccount);
    if (active !== null) return accountOf(accounts, active);
    return accounts.length === 1 ? (accounts[0] ?? null) : null;
  }

  #remember(account: AccountInfo | null): void {
    if (account === null) return;
    this.#account = account;
    writeStored(ACTIVE, { homeAccountId: account.homeAccountId, tenantId: account.tenantId });
    removeStored(AUTO_SIGN_IN);
    this.#browser.writeCookie(hintCookie({ tenantId: account.tenantId, loginHint: account.username }, this.#isHttps()));
  }

  #isHttps(): boolean {
    return this.#browser.origin.startsWith("https:");
  }

  /** One redirect at a time: several requests may find out together that the sign-in has ended. */
  #leave(go: (msal: IPublicClientApplication) => Promise<void>): Promise<never> {
    this.#leaving ??= this.#goAway(go).finally(() => {
      this.#leaving = null;
    });
    return this.#leaving;
  }

  async #goAway(go: (msal: IPublicClientApplication) => Promise<void>): Promise<never> {
    const before = this.#state;
    try {
      const msal = this.#msal ?? (await this.#load(this.#config, this.#browser.origin));
      this.#msal = msal;
      if (before.kind === "signedOut") this.#set({ kind: "redirecting" });
      await go(msal);
      return await new Promise<never>(() => undefined);
    } catch (error) {
      const failure = toAuthFailure(error);
      this.#set(before.kind === "signedIn" ? before : { kind: "signedOut", failure });
      throw error;
    }
  }

  #set(state: AuthState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
