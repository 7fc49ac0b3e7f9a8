import "server-only";
import type { RolloutTaskRow } from "@/lib/db/rollouts";
import { afterMs, type RolloutDeps } from "./rollout-record";

type Held = { rolloutId: string; position: number; fence: number; until: number };

const keyOf = (row: Pick<RolloutTaskRow, "rolloutId" | "position">) => `${row.rolloutId}/${row.position}`;

/** Tasks that this process holds, with the end of each lease as the store has it. */
export class HeldTasks {
  private readonly deps: RolloutDeps;
  private readonly tasks = new Map<string, Held>();

  constructor(deps: RolloutDeps) {
    this.deps = deps;
  }

  take(rows: readonly RolloutTaskRow[]): void {
    for (const { rolloutId, position, fence, notBefore } of rows) {
      this.tasks.set(keyOf({ rolloutId, position }), { rolloutId, position, fence, until: notBefore.getTime() });
    }
  }

  /** A later claim of the same task by this process stays. */
  release(rows: readonly RolloutTaskRow[]): void {
    for (const row of rows) {
      if (this.tasks.get(keyOf(row))?.fence === row.fence) this.tasks.delete(keyOf(row));
    }
  }

  /** Whether a request of this task may still go out: a process that was frozen finds its lease run out here. */
  maySend(row: RolloutTaskRow): boolean {
    const held = this.tasks.get(keyOf(row));
    const until = held?.fence === row.fence ? held.until : 0;
    return until - this.deps.now().getTime() > this.deps.timing.sendMarginMs;
  }

  /** Extends what is held and forgets what another one has taken. */
  async extend(inStore: (rows: readonly Held[], until: Date) => Promise<Held[]>): Promise<void> {
    if (this.tasks.size === 0) return;
    const until = afterMs(this.deps, this.deps.timing.leaseMs);
    for (const held of await inStore([...this.tasks.values()], until)) {
      const mine = this.tasks.get(keyOf(held));
      if (mine?.fence === held.fence) mine.until = until.getTime();
    }
  }
}
