import "server-only";

/** One round after another with a pause between. Never two at once, and never what keeps a process alive. */
export class RoundLoop {
  private readonly round: () => Promise<number>;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private stopped = true;
  private nudged = false;

  /** `round` does the work, throws nothing and gives the pause after it in milliseconds. */
  constructor(round: () => Promise<number>) {
    this.round = round;
  }

  start(): void {
    this.stopped = false;
    this.next(0);
  }

  /** Begins no further round and returns when the running one has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.running;
  }

  /** The next round begins at once instead of after the pause; a running one, which may have looked already, goes on first. */
  nudge(): void {
    if (this.stopped) return;
    if (this.running !== null) {
      this.nudged = true;
      return;
    }
    if (this.timer !== null) clearTimeout(this.timer);
    this.next(0);
  }

  private next(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.nudged = false;
      this.running = this.round().then((pauseMs) => {
        this.running = null;
        this.next(this.nudged ? 0 : pauseMs);
      });
    }, ms);
    this.timer.unref();
  }
}
