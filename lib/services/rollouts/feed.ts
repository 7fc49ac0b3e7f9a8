import "server-only";
import { findRollout } from "@/lib/db/rollouts";
import type { RolloutRunner } from "@/lib/jobs/rollout-runner";
import type { ServiceContext } from "../context";
import { type SharedView, sharedView } from "./view";

/** Another instance may move the roll-out, so the store is looked at even when nothing was announced here. */
const LOOK_EVERY_MS = 2_000;
/** However much happens, the store is read for the screen at most so often. */
const LEAST_GAP_MS = 500;

type FeedArgs = Pick<ServiceContext, "db" | "clock" | "log">;
type Listener = (view: SharedView) => void;

type Watched = {
  listeners: Set<Listener>;
  latest: SharedView | null;
  timer: ReturnType<typeof setTimeout> | null;
  /** When the timer ends, by the process's own clock. */
  dueMs: number;
  reading: boolean;
  /** Something was announced while it was being read. */
  again: boolean;
};

/**
 * One reader of the store per roll-out and process, however many screens are open. A store that does not answer is asked again;
 * the screens keep what they show.
 */
export class RolloutFeed {
  private readonly watched = new Map<string, Watched>();
  private readonly args: FeedArgs;
  private off: (() => void) | null = null;
  private readonly runner: Pick<RolloutRunner, "onChange">;

  constructor(args: FeedArgs, runner: Pick<RolloutRunner, "onChange">) {
    this.args = args;
    this.runner = runner;
  }

  /** Tells of every change until the returned function is called. The latest known view comes at once when there is one. */
  subscribe(id: string, listener: Listener): () => void {
    this.off ??= this.runner.onChange((changed) => this.announce(changed));
    const entry = this.watched.get(id) ?? {
      listeners: new Set(),
      latest: null,
      timer: null,
      dueMs: 0,
      reading: false,
      again: false,
    };
    this.watched.set(id, entry);
    entry.listeners.add(listener);
    if (entry.latest !== null) listener(entry.latest);
    if (entry.timer === null && !entry.reading) this.schedule(id, entry, 0);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0) return;
      if (entry.timer !== null) clearTimeout(entry.timer);
      this.watched.delete(id);
      if (this.watched.size > 0) return;
      this.off?.();
      this.off = null;
    };
  }

  /** Something about this roll-out has changed: it is read again soon. */
  announce(id: string): void {
    const entry = this.watched.get(id);
    if (entry === undefined) return;
    if (entry.reading) entry.again = true;
    else this.schedule(id, entry, LEAST_GAP_MS);
  }

  private schedule(id: string, entry: Watched, ms: number): void {
    const dueMs = performance.now() + ms;
    // News that keeps coming must not put the reading off for ever.
    if (entry.timer !== null && entry.dueMs <= dueMs) return;
    if (entry.timer !== null) clearTimeout(entry.timer);
    entry.dueMs = dueMs;
    entry.timer = setTimeout(() => void this.read(id, entry), ms);
  }

  private async read(id: string, entry: Watched): Promise<void> {
    entry.timer = null;
    entry.reading = true;
    entry.again = false;
    try {
      const row = await findRollout(this.args.db, id);
      if (row !== null) {
        const view = await sharedView(this.args, row);
        entry.latest = view;
        for (const listener of entry.listeners) listener(view);
      }
    } catch (error) {
      this.args.log.error("rollout.feedFailed", error);
    }
    entry.reading = false;
    if (entry.listeners.size > 0) this.schedule(id, entry, entry.again ? LEAST_GAP_MS : LOOK_EVERY_MS);
  }
}
