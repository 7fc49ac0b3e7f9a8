import { describe, expect, it } from "vitest";
import { durationMs } from "./iso-duration.ts";

describe("an ISO 8601 duration", () => {
  it.each<[string, number | null]>([
    ["PT8H", 28_800_000],
    ["PT30M", 1_800_000],
    ["P180D", 15_552_000_000],
    ["P1DT12H", 129_600_000],
    ["P2W", 1_209_600_000],
    ["PT1.5S", 1_500],
    ["P", null],
    ["PT", null],
    ["8H", null],
    ["", null],
    ["PT8h", null],
  ])("%s is %s ms", (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });
});
