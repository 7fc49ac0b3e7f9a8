import { describe, expect, it } from "vitest";
import { azureNow, canEndFrom, countdownOf, extendRule, LARGE_SKEW_MS, skewOf } from "./clock";

const NOW = new Date("2026-11-21T10:00:00Z");
const at = (ms: number) => new Date(NOW.getTime() + ms).toISOString();
const MINUTE = 60_000;

describe("countdownOf", () => {
  it("has not begun before its start, and runs from exactly then on", () => {
    expect(countdownOf({ startsAt: at(1), endsAt: at(MINUTE) }, NOW)).toEqual({ kind: "notBegun", msToStart: 1 });
    expect(countdownOf({ startsAt: at(0), endsAt: at(60 * MINUTE) }, NOW)).toMatchObject({ kind: "running" });
  });

  it("is over exactly at its end and not a millisecond before", () => {
    expect(countdownOf({ startsAt: at(-MINUTE), endsAt: at(0) }, NOW)).toEqual({ kind: "over" });
    expect(countdownOf({ startsAt: at(-MINUTE), endsAt: at(1) }, NOW)).toMatchObject({ kind: "running", msLeft: 1 });
  });

  it("may be ended after exactly five minutes and says how long that is", () => {
    const endsAt = at(60 * MINUTE);
    expect(countdownOf({ startsAt: at(-5 * MINUTE), endsAt }, NOW)).toMatchObject({ canEnd: true, msUntilCanEnd: 0 });
    expect(countdownOf({ startsAt: at(-5 * MINUTE + 1), endsAt }, NOW)).toMatchObject({ canEnd: false, msUntilCanEnd: 1 });
  });

  it("says beforehand that it ends: from exactly 15 minutes on", () => {
    const startsAt = at(-30 * MINUTE);
    expect(countdownOf({ startsAt, endsAt: at(15 * MINUTE) }, NOW)).toMatchObject({ endsSoon: true });
    expect(countdownOf({ startsAt, endsAt: at(15 * MINUTE + 1) }, NOW)).toMatchObject({ endsSoon: false });
  });

  it("knows what has no end", () => {
    expect(countdownOf({ startsAt: null, endsAt: null }, NOW)).toEqual({ kind: "endless" });
  });
});

describe("clocks apart", () => {
  it("counts the portal's lead as positive and takes it off again", () => {
    const skew = skewOf(new Date(NOW.getTime() - 10 * MINUTE), NOW);
    expect(skew).toEqual({ milliseconds: 10 * MINUTE, isLarge: true });
    expect(azureNow(skew, NOW).toISOString()).toBe(at(-10 * MINUTE));
  });

  it("names a difference from exactly two minutes on, in either direction", () => {
    expect(skewOf(new Date(NOW.getTime() + LARGE_SKEW_MS), NOW).isLarge).toBe(true);
    expect(skewOf(new Date(NOW.getTime() + LARGE_SKEW_MS - 1), NOW).isLarge).toBe(false);
  });

  it("takes the portal's clock when Azure sent no time", () => {
    expect(azureNow(skewOf(null, NOW), NOW)).toEqual(NOW);
  });
});

it("lets an activation be ended five minutes after its start, and says nothing without a start", () => {
  expect(canEndFrom(at(0))).toBe(at(5 * MINUTE));
  expect(canEndFrom(null)).toBeNull();
  expect(canEndFrom("soon")).toBeNull();
});

describe("extendRule", () => {
  const DAY = 86_400_000;
  it.each([
    [
      { endsAt: at(14 * DAY), viaGroup: false },
      { allowed: true, why: "inTime" },
    ],
    [
      { endsAt: at(14 * DAY + 1), viaGroup: false },
      { allowed: false, why: "tooEarly" },
    ],
    [
      { endsAt: null, viaGroup: false },
      { allowed: false, why: "noEnd" },
    ],
    [
      { endsAt: at(DAY), viaGroup: true },
      { allowed: false, why: "viaGroup" },
    ],
  ])("%j gives %j", (row, expected) => {
    expect(extendRule(row, NOW)).toEqual(expected);
  });
});
