import "server-only";
import type { AzureClock } from "./retry";

/** Resource Graph's default: 15 queries in 5 seconds and user. The headers of each answer correct it. */
const DEFAULT_QUOTA = 15;
const QUOTA_WINDOW_MS = 5_000;
/** Clocks tick unevenly; asking a moment late costs less than a refused query. */
const SAFETY_MS = 25;
/** Two answers of one window may name ends that differ by this much, because they are rounded and travel. */
const TOLERANCE_MS = 300;

export type QuotaTicket = { window: number; background: boolean };

/** What an answer said: queries left in this window and milliseconds until the next; nulls when no answer came. */
export type QuotaSeen = { remaining: number | null; resetsAfterMs: number | null };

export type QuotaWindow = {
  /** Number of the window; grows by one with each. */
  number(): number;
  isOpen(): boolean;
  /** Queries on their way that are not background. */
  visibleUnderway(): number;
  take(background: boolean): QuotaTicket;
  observe(ticket: QuotaTicket, seen: QuotaSeen): void;
  hold(ms: number): void;
  /** Milliseconds to the end; null while no answer of this window has named it. */
  remainingMs(): number | null;
  /** All of a window may be on its way before the first answer names the end; then the longest possible is assumed. */
  assumeEnd(): void;
};

/** The quota window of one user, as the answers describe it. */
export function createQuotaWindow(clock: AzureClock): QuotaWindow {
  let window = 0;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let limit = DEFAULT_QUOTA;
  /** Smallest rest that an answer of this window named; queries on their way may or may not be in it. */
  let rest = DEFAULT_QUOTA;
  let underway = 0;
  let visible = 0;
  let endsAtMs: number | null = null;

  const nowMs = () => clock.now().getTime();

  function turnOver(): void {
    if (endsAtMs === null || nowMs() < endsAtMs) return;
    window += 1;
    startedAtMs = endsAtMs;
    rest = limit;
    endsAtMs = null;
  }

  /** A query may leave in one window and be counted in the next, so the end that its answer names decides, not the ticket. */
  function isOfThisWindow(ticket: QuotaTicket, namedEndMs: number | null): boolean {
    if (namedEndMs === null) return ticket.window === window;
    return namedEndMs >= startedAtMs + QUOTA_WINDOW_MS - TOLERANCE_MS;
  }

  function observe(ticket: QuotaTicket, seen: QuotaSeen): void {
    underway -= 1;
    if (!ticket.background) visible -= 1;
    turnOver();
    const named = seen.resetsAfterMs === null ? null : nowMs() + seen.resetsAfterMs + SAFETY_MS;
    if (!isOfThisWindow(ticket, named)) return;
    // The header counts whole seconds, rounded up: the earliest end that any answer named is the true one.
    if (named !== null) endsAtMs = Math.min(endsAtMs ?? named, named);
    limit = Math.max(limit, (seen.remaining ?? 0) + 1);
    // Without a word from the service the query counts as one of the window.
    rest = Math.min(rest, seen.remaining ?? rest - 1);
  }

  return {
    number: () => window,
    isOpen() {
      turnOver();
      return rest - underway > 0;
    },
    visibleUnderway: () => visible,
    take(background) {
      underway += 1;
      if (!background) visible += 1;
      return { window, background };
    },
    observe,
    hold(ms) {
      turnOver();
      window += 1;
      rest = 0;
      endsAtMs = nowMs() + ms;
    },
    remainingMs: () => (endsAtMs === null ? null : Math.max(0, endsAtMs - nowMs())),
    assumeEnd() {
      endsAtMs ??= nowMs() + QUOTA_WINDOW_MS;
    },
  };
}
