import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RolloutWindow } from "./types";
import { insideWindow, isTimeZone, minuteOfDay, windowClosesAt, windowOpensAt } from "./window";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function window(part: Partial<RolloutWindow> = {}): RolloutWindow {
  return { days: EVERY_DAY, from: "22:00", to: "05:00", timeZone: "Europe/Berlin", ...part };
}

const at = (text: string) => new Date(text);

describe("a time of day", () => {
  it.each([
    ["00:00", 0],
    ["23:59", 1439],
    ["07:05", 425],
    ["24:00", null],
    ["7:05", null],
    ["12:60", null],
    ["", null],
    ["12:00 ", null],
  ])("%j is minute %s", (text, minute) => {
    expect(minuteOfDay(text)).toBe(minute);
  });
});

it.each([
  ["Europe/Berlin", true],
  ["UTC", true],
  ["", false],
  ["Europe/Nowhere", false],
])("knows the zone %j: %s", (zone, known) => {
  expect(isTimeZone(zone)).toBe(known);
});

describe("inside a window of one day", () => {
  const day = window({ days: [2], from: "08:00", to: "10:00", timeZone: "UTC" });

  it.each([
    ["2026-11-24T07:59:59.999Z", false],
    ["2026-11-24T08:00:00.000Z", true],
    ["2026-11-24T09:59:59.999Z", true],
    ["2026-11-24T10:00:00.000Z", false],
    ["2026-11-25T08:30:00.000Z", false],
  ])("%s: %s", (now, inside) => {
    expect(insideWindow(day, at(now))).toBe(inside);
  });
});

describe("over midnight", () => {
  const friday = window({ days: [5], from: "22:00", to: "05:00", timeZone: "UTC" });

  it.each([
    ["2026-11-27T22:00:00Z", true],
    ["2026-11-28T04:59:00Z", true],
    ["2026-11-28T05:00:00Z", false],
    // The early hours of Friday belong to Thursday's window, which there is none of.
    ["2026-11-27T04:00:00Z", false],
    ["2026-11-28T22:30:00Z", false],
  ])("belongs to the day on which it opens: %s is %s", (now, inside) => {
    expect(insideWindow(friday, at(now))).toBe(inside);
  });

  it("runs from Sunday into Monday", () => {
    expect(insideWindow(window({ days: [7], timeZone: "UTC" }), at("2026-11-30T01:00:00Z"))).toBe(true);
    expect(insideWindow(window({ days: [1], timeZone: "UTC" }), at("2026-11-30T01:00:00Z"))).toBe(false);
  });

  it("equal times mean the whole day from then on", () => {
    const whole = window({ days: [5], from: "00:00", to: "00:00", timeZone: "UTC" });
    expect(insideWindow(whole, at("2026-11-27T00:00:00Z"))).toBe(true);
    expect(insideWindow(whole, at("2026-11-27T23:59:59Z"))).toBe(true);
    expect(insideWindow(whole, at("2026-11-28T00:00:00Z"))).toBe(false);
    const shifted = window({ days: [5], from: "06:00", to: "06:00", timeZone: "UTC" });
    expect(insideWindow(shifted, at("2026-11-27T05:59:00Z"))).toBe(false);
    expect(insideWindow(shifted, at("2026-11-28T05:59:00Z"))).toBe(true);
    expect(windowClosesAt(shifted, at("2026-11-27T12:00:00Z"))).toEqual(at("2026-11-28T06:00:00Z"));
  });
});

describe("when the clocks go forward (29 March 2026, 02:00 becomes 03:00 in Berlin)", () => {
  const night = window({ days: [7], from: "02:00", to: "04:00" });

  it("the hour that is skipped is never inside; the window opens with the first minute that exists", () => {
    expect(insideWindow(night, at("2026-03-29T00:59:59Z"))).toBe(false);
    expect(insideWindow(night, at("2026-03-29T01:00:00Z"))).toBe(true);
    expect(windowOpensAt(night, at("2026-03-28T12:00:00Z"))).toEqual(at("2026-03-29T01:00:00Z"));
    expect(windowClosesAt(night, at("2026-03-29T01:00:00Z"))).toEqual(at("2026-03-29T02:00:00Z"));
  });

  it("a window that lies in the skipped hour opens a week later", () => {
    const skipped = window({ days: [7], from: "02:10", to: "02:50" });
    expect(windowOpensAt(skipped, at("2026-03-28T12:00:00Z"))).toEqual(at("2026-04-05T00:10:00Z"));
  });
});

describe("when the clocks go back (25 October 2026, 03:00 becomes 02:00 in Berlin)", () => {
  const night = window({ days: [7], from: "02:00", to: "02:30" });

  it("the hour that comes twice is inside twice", () => {
    expect(insideWindow(night, at("2026-10-25T00:15:00Z"))).toBe(true);
    expect(insideWindow(night, at("2026-10-25T00:45:00Z"))).toBe(false);
    expect(insideWindow(night, at("2026-10-25T01:15:00Z"))).toBe(true);
    expect(insideWindow(night, at("2026-10-25T01:30:00Z"))).toBe(false);
    expect(windowOpensAt(night, at("2026-10-25T00:30:00Z"))).toEqual(at("2026-10-25T01:00:00Z"));
  });

  it("opens at the same local time before and after the change", () => {
    const daily = window({ from: "22:00", to: "23:00" });
    expect(windowOpensAt(daily, at("2026-10-24T12:00:00Z"))).toEqual(at("2026-10-24T20:00:00Z"));
    expect(windowOpensAt(daily, at("2026-10-25T12:00:00Z"))).toEqual(at("2026-10-25T21:00:00Z"));
  });
});

describe("when it opens", () => {
  it("now, when it is open: to the millisecond", () => {
    const now = at("2026-11-27T22:10:11.123Z");
    expect(windowOpensAt(window({ timeZone: "UTC" }), now)).toEqual(now);
    expect(windowOpensAt(null, now)).toEqual(now);
  });

  it("at the minute, also in a zone with a quarter of an hour", () => {
    const kathmandu = window({ days: [3], from: "09:07", to: "09:08", timeZone: "Asia/Kathmandu" });
    expect(windowOpensAt(kathmandu, at("2026-11-19T00:00:30Z"))).toEqual(at("2026-11-25T03:22:00Z"));
  });

  it("never, when it cannot be read or has no day", () => {
    const now = at("2026-11-27T22:10:00Z");
    const broken = [{ days: [] }, { from: "nonsense" }, { to: "25:00" }, { timeZone: "Mars/Base" }].map(window);
    for (const one of broken) {
      expect(windowOpensAt(one, now)).toBeNull();
      expect(insideWindow(one, now)).toBe(false);
      expect(windowClosesAt(one, now)).toBeNull();
    }
  });

  it("never closes without a window", () => {
    expect(windowClosesAt(null, at("2026-11-27T22:10:00Z"))).toBeNull();
  });
});

const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"];
const clock = fc.integer({ min: 0, max: 1439 }).map((minute) => {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
});
const anyWindow = fc.record({
  days: fc.subarray(EVERY_DAY, { minLength: 1 }),
  from: clock,
  to: clock,
  timeZone: fc.constantFrom(...zones),
});

it("what opens is open then and not a minute before, whatever the window, the zone and the day", () => {
  const moments = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2026-12-31") }).map((ms) => new Date(ms));
  fc.assert(
    fc.property(anyWindow, moments, (one, now) => {
      const opens = windowOpensAt(one, now);
      if (insideWindow(one, now)) {
        expect(opens).toEqual(now);
        return;
      }
      if (opens === null) throw new Error("A window with a day opens within nine days");
      expect(insideWindow(one, opens)).toBe(true);
      expect(opens.getTime()).toBeGreaterThan(now.getTime());
      const before = opens.getTime() - 60_000;
      if (before > now.getTime()) expect(insideWindow(one, new Date(before))).toBe(false);
    }),
    { numRuns: 150 },
  );
});
