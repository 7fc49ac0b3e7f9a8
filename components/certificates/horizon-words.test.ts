import { describe, expect, it } from "vitest";
import {
  FIXTURE_NOW_MS,
  fixtureCertificates,
  fixtureFleet,
  fixtureHead,
  fixtureRows,
  fixtureTail,
} from "@/lib/client/fleet-fixture";
import { EMPTY_QUERY, FleetStore } from "@/lib/client/fleet-store";
import { parseLapse } from "@/lib/client/url-state";
import { niceTop, weekHref } from "./horizon-words";

describe("links from the chart to the grid", () => {
  it("[B10] show exactly the machines that the week counts, the last week with everything later", () => {
    const fleet = fixtureFleet(500);
    const store = new FleetStore();
    for (const message of [fixtureHead(500), fixtureRows(fleet), fixtureCertificates(fleet), fixtureTail(500)])
      store.apply(message);
    const { weeks } = store.horizon(FIXTURE_NOW_MS);
    expect(weeks.some((week) => week.exact > 0)).toBe(true);
    for (const [index, week] of weeks.entries()) {
      const text = new URL(weekHref(week, index === weeks.length - 1), "https://portal.invalid").searchParams.get("lapse");
      const lapse = parseLapse(text ?? "");
      expect(lapse).not.toBeNull();
      expect(store.query({ ...EMPTY_QUERY, nowMs: FIXTURE_NOW_MS, lapse }, 0, 1).shown, `week ${index}`).toBe(
        week.exact + week.possible,
      );
    }
  });
});

describe("top of the scale", () => {
  it.each([
    [0, 4],
    [4, 4],
    [5, 8],
    [9, 20],
    [13, 20],
    [37, 40],
    [81, 100],
    [100, 100],
    [1_234, 2_000],
  ])("for a highest bar of %i is %i", (highest, top) => {
    expect(niceTop(highest)).toBe(top);
    expect(top % 4).toBe(0);
    expect(top).toBeGreaterThanOrEqual(highest);
  });
});
