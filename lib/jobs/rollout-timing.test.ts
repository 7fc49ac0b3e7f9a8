import { describe, expect, it } from "vitest";
import { ROLLOUT_TIMING, timingOf } from "./rollout-timing";

describe("the beat of the questions", () => {
  it("is the usual one for ten seconds", () => {
    expect({ ...ROLLOUT_TIMING, ...timingOf(10) }).toEqual(ROLLOUT_TIMING);
  });

  it("keeps its proportions when it is made quicker, and touches neither leases nor limits", () => {
    expect(timingOf(1)).toEqual({ firstStatusMs: 1_000, statusMs: 1_500, gridMs: 500, checkMs: 2_000 });
  });
});
