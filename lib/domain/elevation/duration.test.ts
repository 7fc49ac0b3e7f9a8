import { describe, expect, it } from "vitest";
import { durationOfMinutes, minutesOfDuration } from "./duration";

describe("minutesOfDuration", () => {
  it.each([
    ["PT8H", 480],
    ["PT30M", 30],
    ["PT1H30M", 90],
    ["P365D", 525_600],
    ["P1Y", 525_600],
    ["P6M", 259_200],
    ["P1W", 10_080],
    ["P1DT2H", 1_560],
    ["pt90s", 1.5],
    [" PT24H ", 1_440],
  ])("reads %s as %d minutes", (text, minutes) => {
    expect(minutesOfDuration(text)).toBe(minutes);
  });

  it.each(["", "P", "PT", "8 hours", "PT-5M", "T5M"])("says null for %j, which is no duration", (text) => {
    expect(minutesOfDuration(text)).toBeNull();
  });
});

describe("durationOfMinutes", () => {
  it("is read back as the same minutes for every length up to a day", () => {
    for (let minutes = 1; minutes <= 1_440; minutes += 1) expect(minutesOfDuration(durationOfMinutes(minutes))).toBe(minutes);
  });

  it("writes hours and minutes as Azure's portal does", () => {
    expect([5, 60, 90].map(durationOfMinutes)).toEqual(["PT5M", "PT1H", "PT1H30M"]);
  });
});
