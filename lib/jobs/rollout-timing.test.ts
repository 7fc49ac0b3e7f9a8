import { describe, expect, it } from "vitest";
import { gridded, lookDueAt, ROLLOUT_TIMING, statusDueAt, timingOf } from "./rollout-timing";

const NOW = new Date("2026-03-01T10:00:00.000Z");
const inMs = (at: Date) => at.getTime() - NOW.getTime();

describe("times of the roll-out engine", () => {
  it.each([
    [0, 0],
    [1, 5_000],
    [5_000, 5_000],
    [5_001, 10_000],
  ])("%i ms are rounded up to the grid: %i", (ms, due) => {
    expect(inMs(gridded(NOW, ms, 5_000))).toBe(due);
  });

  it.each([
    [1, 5_000],
    [2, 10_000],
    [6, 160_000],
    [7, 300_000],
    [50, 300_000],
  ])("after %i requests without an answer Azure is asked in %i ms", (sends, ms) => {
    expect(inMs(lookDueAt(ROLLOUT_TIMING, NOW, sends))).toBe(ms);
  });

  it.each([
    ["what Azure asked for", { first: true, retryAfterSeconds: 30 }, 30_000],
    ["ten seconds at the least", { first: true, retryAfterSeconds: 1 }, 10_000],
    ["ten minutes at the most", { first: true, retryAfterSeconds: 86_400 }, 600_000],
    ["then every fifteen seconds", { first: false, retryAfterSeconds: null }, 15_000],
  ])("first status: %s", (_name, args, ms) => {
    expect(inMs(statusDueAt(ROLLOUT_TIMING, { now: NOW, acceptedAt: NOW, ...args }))).toBe(ms);
  });

  it("asks once a minute after more than an hour", () => {
    const acceptedAt = (ms: number) => new Date(NOW.getTime() - ms);
    expect(inMs(statusDueAt(ROLLOUT_TIMING, { now: NOW, acceptedAt: acceptedAt(3_600_000), first: false }))).toBe(15_000);
    expect(inMs(statusDueAt(ROLLOUT_TIMING, { now: NOW, acceptedAt: acceptedAt(3_600_001), first: false }))).toBe(60_000);
  });
});

describe("the beat of the questions", () => {
  it("is the usual one for ten seconds", () => {
    expect({ ...ROLLOUT_TIMING, ...timingOf(10) }).toEqual(ROLLOUT_TIMING);
  });

  it("keeps its proportions when it is made quicker, and touches neither leases nor limits", () => {
    expect(timingOf(1)).toEqual({ firstStatusMs: 1_000, statusMs: 1_500, gridMs: 500, checkMs: 2_000 });
  });
});
