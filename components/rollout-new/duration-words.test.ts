import { expect, it } from "vitest";
import { durationWords, floorWords } from "./duration-words";

it.each([
  [0.1, "1 s"],
  [80, "80 s"],
  [119, "119 s"],
  [120, "2 min"],
  [121, "3 min"],
  [3_540, "59 min"],
  [3_541, "1 h 0 min"],
  [7_260, "2 h 1 min"],
])("%d seconds are %s, never less than it takes", (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});

it("says nothing while the machines are not known, and no figure where nothing is to be waited for", () => {
  expect(floorWords(null)).toBe("");
  expect(floorWords(0)).toBe("Azure's limits let all of them be sent at once.");
  expect(floorWords(80)).toBe("Sending alone takes at least 80 s under Azure's limits.");
});
