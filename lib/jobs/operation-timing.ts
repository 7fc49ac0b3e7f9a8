import "server-only";

/** Longer than any single call may take, so that a lease never ends under a request that is still on the wire. */
export const LEASE_MS = 180_000;
/** A request that got no answer may still arrive: Azure is asked only after this. */
export const FIRST_LOOK_MS = 5_000;
/** A request is not sent again when the operator's decision is older than this. */
export const RESEND_LIMIT_MS = 30 * 60_000;
/** How often a target may be missing after Azure reported success, before that is the result. */
export const MAX_MISSES = 5;
/** After this the page says that Azure is still at it and why that may be. */
export const SLOW_AFTER_MS = 15 * 60_000;

const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 15_000;
const SLOW_DELAY_MS = 60_000;
const GROWTH = 1.3;
const RETRY_AFTER_LIMIT_S = 600;

/** Milliseconds until the next poll: what the service asked for, else growing from 2 s to 15 s, and 60 s after an hour. */
export function pollDelayMs(args: { polls: number; ageMs: number; retryAfterSeconds: number | null }): number {
  if (args.retryAfterSeconds !== null && args.retryAfterSeconds > 0)
    return Math.min(args.retryAfterSeconds, RETRY_AFTER_LIMIT_S) * 1000;
  if (args.ageMs > 3_600_000) return SLOW_DELAY_MS;
  return Math.min(LONGEST_DELAY_MS, Math.round(FIRST_DELAY_MS * GROWTH ** Math.min(args.polls, 40)));
}

/** While nothing is due a runner looks this often: another process may have left something. */
export const REST_MS = 5_000;

/** Pause of a runner that has found nothing to do: until the next thing is due, a beat at least and the rest at most. */
export function restUntil(args: { due: Date | null; now: Date; beatMs: number; restMs: number }): number {
  const ms = args.due === null ? args.restMs : args.due.getTime() - args.now.getTime();
  return Math.min(args.restMs, Math.max(args.beatMs, ms));
}
