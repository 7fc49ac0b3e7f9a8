import "server-only";

/** A group of subscriptions that is read as one chain of pages. */
export type Shard = { subscriptionIds: string[]; expected: number };

/** Microsoft's advice is fewer than 300 subscriptions in one query. */
const MAX_SUBSCRIPTIONS = 250;
/** Small subscriptions share a chain up to this many machines: three full pages. */
const MACHINES_PER_SHARED_SHARD = 3_000;

/**
 * Chains are read in parallel, each page of a chain needs the one before. Large subscriptions get a chain of their own, small
 * ones share: a query per small subscription would spend the quota on almost empty pages. Largest first, so that the longest
 * chain starts earliest.
 */
export function planShards(counts: readonly { subscriptionId: string; machines: number }[]): Shard[] {
  const bySize = counts.filter((row) => row.machines > 0).toSorted((a, b) => b.machines - a.machines);
  const shards: Shard[] = [];
  for (const { subscriptionId, machines } of bySize) {
    const open = shards.find(
      (shard) => shard.expected + machines <= MACHINES_PER_SHARED_SHARD && shard.subscriptionIds.length < MAX_SUBSCRIPTIONS,
    );
    if (open === undefined) shards.push({ subscriptionIds: [subscriptionId], expected: machines });
    else {
      open.subscriptionIds.push(subscriptionId);
      open.expected += machines;
    }
  }
  return shards;
}
