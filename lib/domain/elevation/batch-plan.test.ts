import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planBatch } from "./batch-plan";

describe("planBatch", () => {
  it("sends first what needs no step-up, then each context once, by its number", () => {
    const items = [
      { item: 1, context: "c10" },
      { item: 2, context: null },
      { item: 3, context: "c2" },
      { item: 4, context: "C10" },
      { item: 5, context: null },
    ];
    expect(planBatch(items)).toEqual([
      { context: null, items: [2, 5] },
      { context: "c2", items: [3] },
      { context: "c10", items: [1, 4] },
    ]);
  });

  it("puts a context of an unknown form last instead of losing it", () => {
    expect(
      planBatch([
        { item: "a", context: "phish-resistant" },
        { item: "b", context: "c99" },
      ]).map(({ context }) => context),
    ).toEqual(["c99", "phish-resistant"]);
  });

  it("loses nothing, doubles nothing, names each context once and keeps the order within it, for any batch", () => {
    const context = fc.option(fc.constantFrom("c1", "c2", "C2", "c3", "other"), { nil: null });
    fc.assert(
      fc.property(fc.array(context, { maxLength: 60 }), (contexts) => {
        const plan = planBatch(contexts.map((one, item) => ({ item, context: one })));
        const flat = plan.flatMap(({ items }) => items);
        expect(flat.toSorted((a, b) => a - b)).toEqual(contexts.map((_, item) => item));
        expect(new Set(plan.map((group) => group.context)).size).toBe(plan.length);
        for (const group of plan) {
          expect(group.items).toEqual(group.items.toSorted((a, b) => a - b));
          for (const item of group.items) expect(contexts[item]?.toLowerCase() ?? null).toBe(group.context);
        }
      }),
    );
  });
});
