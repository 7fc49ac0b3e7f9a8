const FIRST_MS = 5_000;
const LONGEST_MS = 3_600_000;
/** A receiver that is down over a night is back before a notice is given up. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;

/**
 * How long to wait before the next attempt: doubling from 5 seconds to an hour, a fifth more or less so that many notices do
 * not come back together. A receiver's own Retry-After counts when it is longer, up to the same hour. `random` is in [0, 1).
 */
export function waitBeforeAttempt(args: { attempts: number; random: number; retryAfterMs: number | null }): number {
  const doubled = Math.min(FIRST_MS * 2 ** Math.max(0, args.attempts - 1), LONGEST_MS);
  const spread = doubled * (0.8 + 0.4 * args.random);
  return Math.round(Math.min(Math.max(spread, args.retryAfterMs ?? 0), LONGEST_MS * 1.2));
}

/** What an answer means. Redirects are refused for good: the address is the one that was configured. */
export function judgeAnswer(status: number): "delivered" | "again" | "never" {
  if (status >= 200 && status < 300) return "delivered";
  if (status >= 300 && status < 400) return "never";
  return "again";
}
