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
    /** Asks anew and replaces what is kept. */
    refresh?: boolean;
  }): Promise<CachedToken> {
    const key = keyOf(args.assertion, args.scopes);
    const found = this.#entries.get(key);
    if (args.refresh !== true && found !== undefined && this.#now() < found.usableUntilMs) return found.promise;

    const entry: Entry = { promise: args.fetchToken(), usableUntilMs: args.assertionEndsAtMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#evict();
    entry.promise.then(
      (token) => {
        entry.usableUntilMs = Math.min(token.expiresOnTimestamp - TOKEN_MARGIN_MS, args.assertionEndsAtMs);
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

/** The assertion itself is never a key: a heap dump or a log of keys must not hold tokens. */
function keyOf(assertion: string, scopes: readonly string[]): string {
  return createHash("sha256")
    .update(assertion)
    .update("|")
    .update([...scopes].sort().join(" "))
    .digest("base64url");
}
