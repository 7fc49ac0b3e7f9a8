import { describe, expect, it } from "vitest";
import { REFUSAL_IDS } from "../../lib/domain/elevation/refusals";
import { FORM_PROBLEM_IDS } from "../../lib/domain/elevation/write-api";
import { elevationRefusals } from "./elevation-refusals";

describe("words of elevation", () => {
  it("has title, meaning and next step for every refusal, and for no other", () => {
    expect(Object.keys(elevationRefusals.refusal).toSorted()).toEqual(REFUSAL_IDS.toSorted());
    for (const words of Object.values(elevationRefusals.refusal)) {
      expect(Object.keys(words)).toEqual(["title", "meaning", "next"]);
      expect(Object.values(words).every((text) => text.length > 3)).toBe(true);
    }
  });

  it("has a sentence for every problem of a form, and for no other", () => {
    expect(Object.keys(elevationRefusals.form).toSorted()).toEqual(FORM_PROBLEM_IDS.toSorted());
  });
});
