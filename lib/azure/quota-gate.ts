import "server-only";
import type { AzureClock } from "./retry";

/** Resource Graph's default: 15 queries in 5 seconds and user. The headers of each answer correct it. */
export const DEFAULT_QUOTA = 15;
export const QUOTA_WINDOW_MS = 5_000;
/** Clocks tick unevenly; asking a moment late costs less than a refused query. */
const SAFETY_MS = 25;

export type QuotaTicket = { window: number };

export type QuotaGate = {
  /** Resolves when a query may leave. Rejects with the signal's reason when the caller leaves first. */
  acquire(args: { background?: boolean; signal?: AbortSignal | undefined; onWait?: (ms: number) => void }): Promise<QuotaTicket>;
  /** Once per ticket: what the answer said about the rest of this window, nulls when no answer came. */
  observe(ticket: QuotaTicket, seen: { remaining: number | null; resetsAfterMs: number | null }): void;
  /** Nobody leaves for this long: the service refused a query. */
  hold(ms: number): void;
};

type Waiter = {
  background: boolean;
  grant: (ticket: QuotaTicket) => void;
  onWait: ((ms: number) => void) | undefined;
  /** Window about which this waiter has been told, so that it hears of each once. */
  toldOf: number | null;
};

/**
 * Lets queries leave only while the user's quota lasts, so that a 429 never happens in normal work. All requests of one
 * operator share one gate. The window is read from the answers (`x-ms-user-quota-remaining`, `-resets-after`), never assumed
 * to begin when the portal thinks so. Source: "Guidance for throttled requests in Azure Resource Graph".
 */
export function createQuotaGate(clock: AzureClock): QuotaGate {
  let window = 0;
  let limit = DEFAULT_QUOTA;
  /** Smallest rest that an answer of this window named; queries on their way may or may not be in it. */
  let rest = DEFAULT_QUOTA;
  let underway = 0;
  /** Null until an answer of this window has named its end. */
  let endsAtMs: number | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const waiters: Waiter[] = [];

  const nowMs = () => clock.now().getTime();
  const isOpen = () => rest - underway > 0;

  function turnOver(): void {
    if (endsAtMs === null || nowMs() < endsAtMs) return;
    window += 1;
    rest = limit;
    endsAtMs = null;
  }

  function nextWaiter(): Waiter | undefined {
    const index = waiters.findIndex((waiter) => !waiter.background);
    return waiters.splice(index === -1 ? 0 : index, 1)[0];
  }

  function pump(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    turnOver();
    while (isOpen() && waiters.length > 0) {
      underway += 1;
      nextWaiter()?.grant({ window });
    }
    if (waiters.length === 0) return;
    // All of a window may be on its way before the first answer names the end; then the longest possible window is assumed.
    endsAtMs ??= nowMs() + QUOTA_WINDOW_MS;
    const waitMs = Math.max(0, endsAtMs - nowMs());
    for (const waiter of waiters) {
      if (waiter.toldOf === window) continue;
      waiter.toldOf = window;
      waiter.onWait?.(waitMs);
    }
    timer = setTimeout(pump, waitMs);
  }

  function acquire(args: Parameters<QuotaGate["acquire"]>[0]): Promise<QuotaTicket> {
    const { signal } = args;
    if (signal?.aborted) return Promise.reject(signal.reason);
    turnOver();
    if (isOpen() && waiters.length === 0) {
      underway += 1;
      return Promise.resolve({ window });
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { background: args.background === true, grant, onWait: args.onWait, toldOf: null };
      function leave() {
        const index = waiters.indexOf(waiter);
        if (index !== -1) waiters.splice(index, 1);
        reject(signal?.reason);
      }
      function grant(ticket: QuotaTicket) {
        signal?.removeEventListener("abort", leave);
        resolve(ticket);
      }
      signal?.addEventListener("abort", leave, { once: true });
      waiters.push(waiter);
      pump();
    });
  }

  function observe(ticket: QuotaTicket, seen: { remaining: number | null; resetsAfterMs: number | null }): void {
    underway -= 1;
    turnOver();
    if (ticket.window === window) {
      if (seen.resetsAfterMs !== null) {
        // The header counts whole seconds, rounded up: the earliest end that any answer named is the true one.
        const named = nowMs() + seen.resetsAfterMs + SAFETY_MS;
        endsAtMs = Math.min(endsAtMs ?? named, named);
      }
      limit = Math.max(limit, (seen.remaining ?? 0) + 1);
      // Without a word from the service the query counts as one of the window.
      rest = Math.min(rest, seen.remaining ?? rest - 1);
    }
    pump();
  }

  function hold(ms: number): void {
    turnOver();
    window += 1;
    rest = 0;
    endsAtMs = nowMs() + ms;
    pump();
  }

  return { acquire, observe, hold };
}
