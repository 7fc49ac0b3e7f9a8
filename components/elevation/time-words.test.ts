import { expect, it } from "vitest";
import { leftWords, minutesWords } from "./time-words";

it.each([
  [1, "1 minute"],
  [59, "59 minutes"],
  [60, "1 hour"],
  [90, "1 h 30 min"],
  [480, "8 hours"],
  [1_440, "1 day"],
  [1_500, "1 d 1 h"],
])("says %i minutes as people do: %s", (minutes, words) => {
  expect(minutesWords(minutes)).toBe(words);
});

it.each([
  [-1, "0:00"],
  [0, "0:00"],
  [1, "0:01"],
  [59_999, "1:00"],
  [60_001, "1:01"],
  [3_600_000, "1:00:00"],
  [86_399_000, "23:59:59"],
  [86_400_000, "1 day"],
])("counts down %i ms as %s", (ms, words) => {
  expect(leftWords(ms)).toBe(words);
});
