import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HorizonRow } from "./horizon";
import { certificateHorizon, HORIZON_WEEKS, horizonPlace } from "./horizon";

const NOW = 29_000_000;
const DAY = 1440;
const WEEK = 7 * DAY;

function row(part: Partial<HorizonRow>): HorizonRow {
  return { state: "ok", status: "Disconnected", endsAt: -1, estimateFrom: -1, estimateTo: -1, ...part };
}

describe("what becomes of a machine if everything stays as it is", () => {
  it.each([
    ["a connected machine renews", row({ status: "Connected", endsAt: NOW + DAY, state: "renewal-window" }), { kind: "renews" }],
    ["a connected machine without dates renews", row({ status: "Connected", state: "estimated" }), { kind: "renews" }],
    [
      "a connected machine that does not renew runs out",
      row({ status: "Connected", endsAt: NOW + WEEK, state: "renewal-stuck" }),
      { kind: "expires", week: 1 },
    ],
    ["an offline one runs out, first minute", row({ endsAt: NOW + 1, state: "critical" }), { kind: "expires", week: 0 }],
    ["last minute of a week", row({ endsAt: NOW + WEEK - 1 }), { kind: "expires", week: 0 }],
    ["first minute of the next", row({ endsAt: NOW + WEEK }), { kind: "expires", week: 1 }],
    ["90 days", row({ endsAt: NOW + 90 * DAY }), { kind: "expires", week: 12 }],
    ["beyond the last week counts to it", row({ endsAt: NOW + 200 * DAY }), { kind: "expires", week: HORIZON_WEEKS - 1 }],
    ["an expired one is beyond saving", row({ state: "expired", endsAt: NOW + WEEK }), { kind: "beyondSaving" }],
    ["an end at this minute too", row({ endsAt: NOW }), { kind: "beyondSaving" }],
    [
      "an estimate spans weeks",
      row({ state: "estimated", estimateFrom: NOW - DAY, estimateTo: NOW + 3 * WEEK }),
      { kind: "between", fromWeek: 0, toWeek: 3 },
    ],
    [
      "an estimate that has passed is beyond saving",
      row({ state: "estimated", estimateFrom: NOW - 50 * DAY, estimateTo: NOW }),
      { kind: "beyondSaving" },
    ],
    ["nothing known", row({ state: "estimated" }), { kind: "unknown" }],
    ["unknown state", row({ state: "unknown", endsAt: NOW + WEEK }), { kind: "unknown" }],
  ])("[B10] %s", (_name, machine, place) => {
    expect(horizonPlace(machine, NOW)).toEqual(place);
  });
});

describe("the horizon of a fleet", () => {
  it("counts ends per week and keeps estimates as a range", () => {
    const horizon = certificateHorizon(
      [
        row({ endsAt: NOW + DAY }),
        row({ endsAt: NOW + WEEK + DAY }),
        row({ state: "estimated", estimateFrom: NOW + DAY, estimateTo: NOW + 2 * WEEK }),
        row({ state: "expired" }),
        row({ status: "Connected", endsAt: NOW + 80 * DAY }),
        row({ state: "unknown" }),
      ],
      NOW,
    );
    expect(
      horizon.weeks.slice(0, 4).map((week) => [week.exact, week.possible, week.cumulativeAtLeast, week.cumulativeAtMost]),
    ).toEqual([
      [1, 1, 1, 2],
      [1, 1, 2, 3],
      [0, 1, 3, 3],
      [0, 0, 3, 3],
    ]);
    expect([horizon.renews, horizon.beyondSaving, horizon.unknown, horizon.total]).toEqual([1, 1, 1, 6]);
    expect([horizon.weeks[0]?.from, horizon.weeks[0]?.to, horizon.weeks.length]).toEqual([NOW, NOW + WEEK, 13]);
  });

  it("loses no machine, whatever the rows hold", () => {
    const time = fc.integer({ min: NOW - 100 * DAY, max: NOW + 100 * DAY });
    const rows = fc.array(
      fc.record({
        state: fc.constantFrom("ok", "renewal-window", "renewal-stuck", "at-risk", "critical", "expired", "estimated", "unknown"),
        status: fc.constantFrom("Connected", "Disconnected", "Error"),
        endsAt: fc.oneof(time, fc.constant(-1)),
        estimateFrom: fc.oneof(time, fc.constant(-1)),
        estimateTo: fc.oneof(time, fc.constant(-1)),
      }),
    );
    fc.assert(
      fc.property(rows, (list) => {
        const machines = list.map(
          (item) => ({ ...item, estimateTo: Math.max(item.estimateFrom, item.estimateTo) }) as HorizonRow,
        );
        const horizon = certificateHorizon(machines, NOW);
        const last = horizon.weeks[HORIZON_WEEKS - 1];
        expect(horizon.renews + horizon.beyondSaving + horizon.unknown + (last?.cumulativeAtLeast ?? 0)).toBe(list.length);
        expect(last?.cumulativeAtMost).toBe(last?.cumulativeAtLeast);
        for (const week of horizon.weeks) expect(week.cumulativeAtMost).toBeGreaterThanOrEqual(week.cumulativeAtLeast);
      }),
    );
  });
});
