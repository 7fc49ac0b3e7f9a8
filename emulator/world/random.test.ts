import { describe, expect, it } from "vitest";
import { pick, randomStream, stableGuid, stableHex, stableUnit } from "./random.ts";

describe("stable values", () => {
  it("depend on seed and label alone", () => {
    expect(stableGuid(1, "a")).toBe(stableGuid(1, "a"));
    expect(new Set([stableGuid(1, "a"), stableGuid(2, "a"), stableGuid(1, "b")]).size).toBe(3);
  });

  it("have the form of a random GUID", () => {
    for (let i = 0; i < 200; i += 1) {
      expect(stableGuid(i, "x")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it("do not meet each other in 200,000 labels", () => {
    const seen = new Set<string>();
    for (let i = 0; i < 200_000; i += 1) seen.add(stableGuid(1, `machine-${i}`));
    expect(seen.size).toBe(200_000);
  });

  it("have the length that was asked for", () => {
    expect(stableHex(1, "x", 40)).toMatch(/^[0-9a-f]{40}$/);
    expect(stableHex(1, "x", 2_397).length).toBe(2_397);
  });

  it("lie in [0, 1) and fill it evenly", () => {
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const tenth = Math.floor(stableUnit(3, `u${i}`) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

it("streams the same numbers for the same seed", () => {
  const [a, b, c] = [randomStream(5), randomStream(5), randomStream(6)];
  const take = (next: () => number): number[] => Array.from({ length: 50 }, next);
  const first = take(a);
  expect(take(b)).toEqual(first);
  expect(take(c)).not.toEqual(first);
});

it("picks every entry, the edges included", () => {
  expect([pick(["a", "b"], 0), pick(["a", "b"], 0.499), pick(["a", "b"], 0.5), pick(["a", "b"], 0.999_999)]).toEqual([
    "a",
    "a",
    "b",
    "b",
  ]);
  expect(() => pick([], 0.5)).toThrow("empty list");
});
