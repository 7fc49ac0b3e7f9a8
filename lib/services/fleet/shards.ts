import "server-only";

/** A group of subscriptions that is read as one chain of pages. */
export type Shard = { subscriptionIds: string[]; expected: number };

/** Microsoft's advice is fewer than 300 subscriptions in one query. */
const MAX_SUBSCRIPTIONS = 250;
/** Enough to use the quota of 3 queries a second at a second's latency; each more costs one page that is not full. */
const CHAINS = 4;
/** Fleets below this are one chain: three full pages. */
const SMALL_FLEET = 3_000;

/**
 * Chains are read in parallel, each page of a chain needs the one before. Subscriptions are dealt out largest first to the
 * shortest chain, so that all end at about the same time and few pages are only partly full.
 */
export function planShards(counts: readonly { subscriptionId: string; machines: number }[]): Shard[] {
  const bySize = counts.filter((row) => row.machines > 0).toSorted((a, b) => b.machines - a.machines);
  const total = bySize.reduce((sum, row) => sum + row.machines, 0);
  const wanted = Math.max(total <= SMALL_FLEET ? 1 : CHAINS, Math.ceil(bySize.length / MAX_SUBSCRIPTIONS));
  const shards: Shard[] = Array.from({ length: Math.min(wanted, bySize.length) }, () => ({ subscriptionIds: [], expected: 0 }));
  for (const { subscriptionId, machines } of bySize) {
    const open = shards.filter((shard) => shard.subscriptionIds.length < MAX_SUBSCRIPTIONS);
    const shortest = open.toSorted((a, b) => a.expected - b.expected)[0];
    shortest?.subscriptionIds.push(subscriptionId);
    if (shortest !== undefined) shortest.expected += machines;
  }
  return shards;
}
