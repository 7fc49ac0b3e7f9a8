/**
 * ARM's limit of writes: a bucket per subscription and caller, 200 at once and 10 more each second.
 * Source: "Understand how Azure Resource Manager throttles requests", limits of the new throttling experience.
 */
export const ARM_WRITES = { burst: 200, perSecond: 10 } as const;

/** What roll-outs take of it: ten of the burst stay free for people, and the refill is a little slower than ARM's. */
export const ROLLOUT_PACE = { burst: ARM_WRITES.burst - 10, perSecond: 9.7 } as const;

/**
 * What roll-outs take of Resource Graph's quota of one caller, all portals together: 15 queries in any 5 seconds, of which three
 * stay for what people look at. Source: "Guidance for throttled requests in Azure Resource Graph".
 */
export const GRAPH_PACE = { burst: 4, perSecond: 1.5 } as const;

/** Seconds over which the present rate is measured. */
const RATE_SECONDS = 30;

/** How long issuing takes at least under ARM's limits, in seconds: subscriptions run beside one another, so the largest decides. */
export function floorSeconds(perSubscription: readonly number[]): number {
  const largest = Math.max(0, ...perSubscription);
  return Math.max(0, (largest - ARM_WRITES.burst) / ARM_WRITES.perSecond);
}

/** Requests per second that ARM lets through once the burst is used up, for so many subscriptions that still have machines to come. */
export function floorRate(subscriptions: number): number {
  return subscriptions * ARM_WRITES.perSecond;
}

/**
 * Requests accepted per second over the last half minute, or since the first one where that is shorter, from the seconds since each
 * of them, in any order; null when none was.
 */
export function rateOf(acceptedAges: readonly number[]): number | null {
  const lately = acceptedAges.filter((age) => age <= RATE_SECONDS);
  if (lately.length === 0) return null;
  const longest = acceptedAges.reduce((oldest, age) => Math.max(oldest, age), 0);
  return lately.length / Math.max(1, Math.min(RATE_SECONDS, longest));
}
