import "server-only";

/** Runs `work` over the items, a few at a time. The first failure ends it. */
export async function inLanes<Item>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  async function lane(): Promise<void> {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) await work(item);
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

export type Lanes = {
  /** Starts the work as soon as a lane is free. After a failure nothing starts any more. */
  run(work: () => Promise<void>): void;
  /** Waits for everything, also for what running work adds; throws the first failure. */
  drain(): Promise<void>;
};

/** Work that comes bit by bit, a few at a time. */
export function createLanes(lanes: number): Lanes {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  let failure: { error: unknown } | null = null;
  let wake: (() => void) | null = null;

  async function take(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      failure ??= { error };
      waiting.length = 0;
    }
    running -= 1;
    pump();
    if (running === 0) wake?.();
  }

  function pump(): void {
    while (running < lanes && failure === null) {
      const work = waiting.shift();
      if (work === undefined) return;
      running += 1;
      void take(work);
    }
  }

  return {
    run(work) {
      if (failure !== null) return;
      waiting.push(work);
      pump();
    },
    async drain() {
      while (running > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure !== null) throw failure.error;
    },
  };
}
