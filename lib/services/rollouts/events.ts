import "server-only";
import type { RolloutView } from "@/lib/domain/rollout/api";
import type { ServiceContext } from "../context";
import type { RolloutFeed } from "./feed";
import { type SharedView, viewFor } from "./view";
import { visibleRollout } from "./viewer";

const HEARTBEAT_EVERY_MS = 15_000;

/** Everything but the time of reading: two views that differ in nothing else are the same news. */
function newsOf({ asOf: _asOf, rate: _rate, ...view }: SharedView): string {
  return JSON.stringify(view);
}

/**
 * A roll-out as it is now and after each change, until the reader leaves: it may be taken up again after its end. `null` is a
 * heartbeat. Throws AppError before the first value when this person may not see it.
 */
export async function* watchRollout(args: {
  ctx: ServiceContext;
  feed: RolloutFeed;
  id: string;
}): AsyncGenerator<RolloutView | null> {
  const { ctx, feed } = args;
  const { row, viewer } = await visibleRollout(ctx, args.id);
  let next: SharedView | null = null;
  let shown = "";
  let wake: (() => void) | null = null;
  const off = feed.subscribe(row.id, (view) => {
    next = view;
    wake?.();
  });
  const leave = () => wake?.();
  ctx.signal.addEventListener("abort", leave, { once: true });
  try {
    while (!ctx.signal.aborted) {
      const view = next as SharedView | null;
      next = null;
      const news = view === null ? shown : newsOf(view);
      if (view !== null && news !== shown) {
        shown = news;
        yield viewFor(ctx, view, viewer);
        continue;
      }
      const timedOut = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), HEARTBEAT_EVERY_MS);
        wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
        if (next !== null || ctx.signal.aborted) wake();
      });
      wake = null;
      if (timedOut && !ctx.signal.aborted) yield null;
    }
  } finally {
    off();
    ctx.signal.removeEventListener("abort", leave);
  }
}
