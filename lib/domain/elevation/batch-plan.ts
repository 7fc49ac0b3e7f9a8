/** One item of a batch for the plan: `context` is the authentication context its policy asks for, as far as it is known. */
export type PlannedItem<Item> = { item: Item; context: string | null };

/** Items that need the same sign-in, in the order in which they were given. null = no context. */
export type StepGroup<Item> = { context: string | null; items: Item[] };

function contextNumber(context: string): number {
  const number = /^c(\d+)$/i.exec(context)?.[1];
  return number === undefined ? Number.POSITIVE_INFINITY : Number(number);
}

function before(left: string | null, right: string | null): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return contextNumber(left) - contextNumber(right) || left.localeCompare(right);
}

/**
 * The order in which a batch is sent: first what needs no step-up, then one group per authentication context, so that each
 * context is stepped through once. Nothing is lost or doubled: every item is in exactly one group, in the order given.
 */
export function planBatch<Item>(items: readonly PlannedItem<Item>[]): StepGroup<Item>[] {
  const groups = new Map<string | null, Item[]>();
  for (const { item, context } of items) {
    const key = context === null ? null : context.trim().toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].map(([context, members]) => ({ context, items: members })).sort((a, b) => before(a.context, b.context));
}
