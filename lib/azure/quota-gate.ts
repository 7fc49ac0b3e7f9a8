import "server-only";
import { createQuotaWindow, type QuotaSeen, type QuotaTicket } from "./quota-window";
import type { AzureClock } from "./retry";

export type QuotaGate = {
  /** Resolves when a query may leave. Rejects with the signal's reason when the caller leaves first. */
  acquire(args: { background?: boolean; signal?: AbortSignal | undefined; onWait?: (ms: number) => void }): Promise<QuotaTicket>;
  /** Once per ticket: what the answer said about the rest of this window, nulls when no answer came. */
  observe(ticket: QuotaTicket, seen: QuotaSeen): void;
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

/** The end of a window in which background work may use what is left, so that no query of the quota is wasted. */
const LEFTOVER_MS = 1_000;

/**
 * Lets queries leave only while the user's quota lasts, so that a 429 never happens in normal work. All requests of one
 * operator share one gate. The window is read from the answers (`x-ms-user-quota-remaining`, `-resets-after`), never assumed
 * to begin when the portal thinks so. Source: "Guidance for throttled requests in Azure Resource Graph".
 */
export function createQuotaGate(clock: AzureClock): QuotaGate {
  const window = createQuotaWindow(clock);
  const waiters: Waiter[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** Rows on the screen come first; columns behind them get what is left at the end of a window, or everything when alone. */
  function nextWaiter(): Waiter | undefined {
    const index = waiters.findIndex((waiter) => !waiter.background);
    if (index !== -1) return waiters.splice(index, 1)[0];
    const remainingMs = window.remainingMs();
    const isLeftover = remainingMs !== null && remainingMs <= LEFTOVER_MS;
    return window.visibleUnderway() === 0 || isLeftover ? waiters.shift() : undefined;
  }

  function tell(waitMs: number): void {
    for (const waiter of waiters) {
      if (waiter.toldOf === window.number()) continue;
      waiter.toldOf = window.number();
      waiter.onWait?.(waitMs);
    }
  }

  function pump(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    while (window.isOpen()) {
      const waiter = nextWaiter();
      if (waiter === undefined) break;
      waiter.grant(window.take(waiter.background));
    }
    if (waiters.length === 0) return;
    const isOpen = window.isOpen();
    if (!isOpen) window.assumeEnd();
    const remainingMs = window.remainingMs();
    if (remainingMs === null) return;
    timer = setTimeout(pump, isOpen ? Math.max(0, remainingMs - LEFTOVER_MS) : remainingMs);
    if (!isOpen) tell(remainingMs);
  }

  function acquire({ signal, background, onWait }: Parameters<QuotaGate["acquire"]>[0]): Promise<QuotaTicket> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { background: background === true, grant, onWait, toldOf: null };
      function giveUp() {
        const index = waiters.indexOf(waiter);
        if (index !== -1) waiters.splice(index, 1);
        reject(signal?.reason);
      }
      function grant(ticket: QuotaTicket) {
        signal?.removeEventListener("abort", giveUp);
        resolve(ticket);
      }
      signal?.addEventListener("abort", giveUp, { once: true });
      waiters.push(waiter);
      pump();
    });
  }

  return {
    acquire,
    observe(ticket, seen) {
      window.observe(ticket, seen);
      pump();
    },
    hold(ms) {
      window.hold(ms);
      pump();
    },
  };
}
