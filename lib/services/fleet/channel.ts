import "server-only";

export type Channel<T> = {
  /** Waits while the reader is far behind, so that a slow browser slows the reading of Azure instead of filling memory. */
  push(item: T): Promise<void>;
  /** For messages that must never wait; dropped when the channel has ended. */
  offer(item: T): void;
  /** No more items. With an error the reader throws it after the items that came before. */
  end(error?: unknown): void;
  items(): AsyncGenerator<T>;
};

/** Several writers, one reader, in the order of writing. */
export function createChannel<T>(capacity: number): Channel<T> {
  const queue: T[] = [];
  let ended: { error?: unknown } | null = null;
  let wakeReader: (() => void) | null = null;
  const writers: (() => void)[] = [];

  function offer(item: T): void {
    if (ended !== null) return;
    queue.push(item);
    wakeReader?.();
  }

  async function push(item: T): Promise<void> {
    while (queue.length >= capacity && ended === null) await new Promise<void>((resolve) => writers.push(resolve));
    offer(item);
  }

  function end(error?: unknown): void {
    ended ??= error === undefined ? {} : { error };
    wakeReader?.();
    for (const wake of writers.splice(0)) wake();
  }

  async function* items(): AsyncGenerator<T> {
    for (;;) {
      const item = queue.shift();
      if (item !== undefined) {
        writers.shift()?.();
        yield item;
        continue;
      }
      if (ended !== null) {
        if ("error" in ended) throw ended.error;
        return;
      }
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
      wakeReader = null;
    }
  }

  return { push, offer, end, items };
}
