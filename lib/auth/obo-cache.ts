import { createHash } from "node:crypto";

export type CachedToken = { token: string; expiresOnTimestamp: number };

/** A token this close to its end is not given out: a long request must outlive its token. */
export const TOKEN_MARGIN_MS = 5 * 60_000;

type Entry = { promise: Promise<CachedToken>; usableUntilMs: number };

export type OboCacheOptions = { now?: () => number; maxEntries?: number };

/**
 * Tokens by (assertion, scopes). Holds the promise, so that parallel misses ask once; a failed request is forgotten.
 * MSAL's own cache leaves the assertion out of its key: two tabs of one person would overwrite each other there.
 */
export class OboCache {
  readonly #entries = new Map<string, Entry>();
  /** Requests with claims that are under way. */
  readonly #renewals = new Map<string, Promise<CachedToken>>();
  readonly #now: () => number;
  readonly #maxEntries: number;

  constructor(options: OboCacheOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#maxEntries = options.maxEntries ?? 10_000;
  }

  /** Usable until min(token end - 5 min, assertion end); `fetchToken` runs only on a miss. */
  get(args: {
    assertion: string;
    scopes: readonly string[];
    assertionEndsAtMs: number;
    fetchToken: () => Promise<CachedToken>;
    /** Claims that Azure demands beyond the kept token: asks anew, and replaces what is kept once Entra has agreed. */
    claims?: string | undefined;
  }): Promise<CachedToken> {
    const key = keyOf(args.assertion, args.scopes);
    if (args.claims !== undefined) return this.#renew(key, args.claims, args);
    const found = this.#entries.get(key);
    if (found !== undefined && this.#now() < found.usableUntilMs) return found.promise;
    const entry: Entry = { promise: args.fetchToken(), usableUntilMs: args.assertionEndsAtMs };
    this.#keep(key, entry);
    entry.promise.then(
      (token) => {
        entry.usableUntilMs = usableUntil(token, args.assertionEndsAtMs);
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry.promise;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is kept serves others meanwhile, and stays when Entra refuses: a read must not fail by what a write was asked for. */
  #renew(key: string, claims: string, args: { assertionEndsAtMs: number; fetchToken: () => Promise<CachedToken> }) {
    const renewal = `${key}|${claims}`;
    const running = this.#renewals.get(renewal);
    if (running !== undefined) return running;
    const promise = args.fetchToken().then((token) => {
      this.#keep(key, { promise: Promise.resolve(token), usableUntilMs: usableUntil(token, args.assertionEndsAtMs) });
      return token;
    });
    this.#renewals.set(renewal, promise);
    const end = (): void => void this.#renewals.delete(renewal);
    promise.then(end, end);
    return promise;
  }

  #keep(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#evict();
  }

  #evict(): void {
    if (this.#entries.size <= this.#maxEntries) return;
    const now = this.#now();
    for (const [key, entry] of this.#entries) {
      if (entry.usableUntilMs <= now) this.#entries.delete(key);
    }
    // Insertion order is age: the oldest go first when nothing has ended by itself.
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries) return;
      this.#entries.delete(key);
    }
  }
}

function usableUntil(token: CachedToken, assertionEndsAtMs: number): number {
  return Math.min(token.expiresOnTimestamp - TOKEN_MARGIN_MS, assertionEndsAtMs);
}

/** The assertion itself is never a key: a heap dump or a log of keys must not hold tokens. */
function keyOf(assertion: string, scopes: readonly string[]): string {
  return createHash("sha256")
    .update(assertion)
    .update("|")
    .update([...scopes].sort().join(" "))
    .digest("base64url");
}
