import { createKeyRing, type KeyRing, type SavedKey } from "./key-ring.ts";

/** One person's sign-in in one browser. Tokens carry its id as `sid`, so that revoking it reaches every token. */
export type SignIn = {
  sid: string;
  homeObjectId: string;
  homeTenantId: string;
  amr: string[];
  acrs: string[];
  authenticatedAtMs: number;
};

export type BrowserSession = { id: string; signIns: Map<string, SignIn> };

/** What an authorize request asked for, checked and kept while the person chooses an account. */
export type AuthorizeRequest = {
  clientId: string;
  /** First path segment, for example common or a tenant id. */
  tenantSegment: string;
  redirectUri: string;
  responseMode: "query" | "fragment" | "form_post";
  scopes: string[];
  state: string | null;
  nonce: string | null;
  codeChallenge: string;
  prompts: string[];
  loginHint: string | null;
  demandedAcrs: string[];
  notBeforeSeconds: number | null;
  clientCapabilities: string[];
  wantsClientInfo: boolean;
  isSpa: boolean;
  correlationId: string;
};

export type Flow = {
  id: string;
  browserId: string;
  request: AuthorizeRequest;
  expiresAtMs: number;
  chosenUserKey: string | null;
  consented: boolean;
};

/** What a code or a refresh token stands for. */
export type Grant = {
  clientId: string;
  tenantId: string;
  userId: string;
  scopes: string[];
  sid: string;
  amr: string[];
  acrs: string[];
  clientCapabilities: string[];
  wantsClientInfo: boolean;
  isSpa: boolean;
  authenticatedAtMs: number;
};

export type CodeGrant = Grant & {
  redirectUri: string;
  codeChallenge: string;
  nonce: string | null;
  expiresAtMs: number;
  redeemed: boolean;
};

export type RefreshGrant = Grant & { familyId: string; expiresAtMs: number; replacedAtMs: number | null };

/** Everything the local Entra remembers besides the world. Lives as long as the instance; a world reset leaves it alone. */
export type EntraState = {
  keys: KeyRing;
  browsers: Map<string, BrowserSession>;
  flows: Map<string, Flow>;
  codes: Map<string, CodeGrant>;
  refreshTokens: Map<string, RefreshGrant>;
  /** Ids of revoked sign-ins, with the time. */
  revokedSessions: Map<string, number>;
  /** Sign-ins by sid, so that a revocation by person finds them. */
  signInOwners: Map<string, { homeObjectId: string }>;
};

export type SavedEntra = Omit<EntraState, "keys"> & { keys: SavedKey[] };

/** `saved` is what an earlier start remembered: its sign-ins and tokens go on. */
export async function createEntraState(saved?: SavedEntra): Promise<EntraState> {
  const empty = {
    browsers: new Map(),
    flows: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    revokedSessions: new Map(),
    signInOwners: new Map(),
  };
  return { ...empty, ...saved, keys: await createKeyRing(saved?.keys) };
}

export async function saveEntraState(state: EntraState): Promise<SavedEntra> {
  return { ...state, keys: await state.keys.save() };
}

/** Ends every sign-in of a person, or of everybody: browser sessions, refresh tokens and, for able clients, access tokens. */
export function revokeSessions(state: EntraState, homeObjectId: string | null, nowMs: number): number {
  let count = 0;
  for (const [sid, owner] of state.signInOwners) {
    if (homeObjectId !== null && owner.homeObjectId !== homeObjectId) continue;
    if (state.revokedSessions.has(sid)) continue;
    state.revokedSessions.set(sid, nowMs);
    count += 1;
  }
  for (const browser of state.browsers.values()) {
    for (const [key, signIn] of browser.signIns) if (state.revokedSessions.has(signIn.sid)) browser.signIns.delete(key);
  }
  return count;
}
