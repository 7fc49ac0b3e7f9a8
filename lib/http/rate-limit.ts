/** A token bucket per key. `take` answers 0 when the request may pass, else the seconds to wait. */
export type RateLimiter = { take(key: string): number };

const MAX_KEYS = 20_000;

/** Full bucket = a quarter of a minute's allowance, refilled evenly. */
export function createRateLimiter(perMinute: number, now: () => number = Date.now): RateLimiter {
  const capacity = Math.max(1, Math.ceil(perMinute / 4));
  const perMs = perMinute / 60_000;
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  function forgetFull(atMs: number): void {
    for (const [key, bucket] of buckets) {
      if (bucket.tokens + (atMs - bucket.atMs) * perMs >= capacity) buckets.delete(key);
    }
  }

  return {
    take(key) {
      const atMs = now();
      const bucket = buckets.get(key) ?? { tokens: capacity, atMs };
      const tokens = Math.min(capacity, bucket.tokens + (atMs - bucket.atMs) * perMs);
      const passes = tokens >= 1;
      if (buckets.size >= MAX_KEYS) forgetFull(atMs);
      buckets.set(key, { tokens: passes ? tokens - 1 : tokens, atMs });
      return passes ? 0 : Math.ceil((1 - tokens) / perMs / 1000);
    },
  };
}
