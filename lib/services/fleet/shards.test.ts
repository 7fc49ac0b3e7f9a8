import { describe, expect, it } from "vitest";
import { planShards } from "./shards";

const sub = (machines: number, index: number) => ({ subscriptionId: `s${index}`, machines });

describe("planShards", () => {
  it("reads a small fleet as one chain whatever the number of subscriptions", () => {
    expect(planShards([1_000, 1_000, 1_000].map(sub))).toEqual([{ subscriptionIds: ["s0", "s1", "s2"], expected: 3_000 }]);
  });

  it("reads a larger one as four chains of about the same length", () => {
    const shards = planShards([40_000, 20_000, 10_000, 9_000, 8_000, 7_000, 6_000].map(sub));
    expect(shards).toHaveLength(4);
    expect(shards.reduce((sum, shard) => sum + shard.expected, 0)).toBe(100_000);
    expect(Math.max(...shards.map((shard) => shard.expected))).toBe(40_000);
    expect(Math.min(...shards.map((shard) => shard.expected))).toBeGreaterThanOrEqual(17_000);
  });

  it("has no chain without a subscription", () => {
    expect(planShards([5_000, 5_000].map(sub))).toHaveLength(2);
    expect(planShards([])).toEqual([]);
    expect(planShards([0, 0].map(sub))).toEqual([]);
  });

  it("puts at most 250 subscriptions into one query", () => {
    const shards = planShards(Array.from({ length: 1_200 }, (_, index) => sub(10, index)));
    expect(shards.reduce((sum, shard) => sum + shard.subscriptionIds.length, 0)).toBe(1_200);
    expect(Math.max(...shards.map((shard) => shard.subscriptionIds.length))).toBeLessThanOrEqual(250);
  });
});
