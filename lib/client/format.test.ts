import { describe, expect, it } from "vitest";
import { formatClock, formatDateTime, formatMoment, formatPercent, formatRelative, minutesToMs } from "./format";

const now = Date.parse("2026-11-21T12:00:00Z");
const ago = (ms: number) => new Date(now - ms);

describe("relative times", () => {
  it.each([
    [0, "just now"],
    [59_999, "just now"],
    [60_000, "1 minute ago"],
    [59 * 60_000, "59 minutes ago"],
    [60 * 60_000, "1 hour ago"],
    [24 * 3_600_000 - 1, "23 hours ago"],
    [24 * 3_600_000, "yesterday"],
    [-3 * 86_400_000, "in 3 days"],
  ])("%i ms before now reads %s", (ms, words) => {
    expect(formatRelative(ago(ms), now)).toBe(words);
  });
});

describe("absolute times", () => {
  it("are written in UTC and say so", () => {
    expect(formatDateTime("2026-11-21T23:30:00+02:00")).toBe("Nov 21, 2026, 21:30 UTC");
    expect(formatDateTime("2026-11-21T00:05:00Z")).toBe("Nov 21, 2026, 00:05 UTC");
    expect(formatClock("2026-11-21T23:30:00+02:00")).toBe("21:30 UTC");
    expect(formatMoment("2026-11-21T00:05:09.900Z")).toBe("Nov 21, 2026, 00:05:09 UTC");
  });

  it("show a text that is no date as it came", () => {
    expect(formatDateTime("soon")).toBe("soon");
    expect(formatMoment("soon")).toBe("soon");
    expect(formatRelative("soon", now)).toBe("soon");
  });
});

describe("figures", () => {
  it("gives 0 % of nothing instead of not-a-number", () => {
    expect(formatPercent(0, 0)).toBe("0%");
    expect(formatPercent(1, 8)).toBe("12.5%");
  });

  it("reads -1 minutes of the wire as no time and 0 as the epoch", () => {
    expect(minutesToMs(-1)).toBeNull();
    expect(minutesToMs(0)).toBe(0);
    expect(minutesToMs(2)).toBe(120_000);
  });
});
