import { describe, expect, it } from "vitest";
import type { PreflightGroup } from "./api";
import { includedTargets } from "./included";

const groups: PreflightGroup[] = [
  { verdict: "blocked", reason: null, members: [0] },
  { verdict: "confirm", reason: null, members: [4, 1] },
  { verdict: "ready", reason: null, members: [5, 2] },
  { verdict: "offline", reason: null, members: [3] },
  { verdict: "nothingToDo", reason: null, members: [6] },
];
const skip = { kind: "skip" } as const;
const wait = { kind: "wait", until: "2026-12-01T00:00:00.000Z" } as const;

describe("the machines that a start works on", () => {
  it.each([
    [false, skip, [2, 5]],
    [true, skip, [1, 2, 4, 5]],
    [false, wait, [2, 5, 3]],
    [true, wait, [1, 2, 4, 5, 3]],
  ])(
    "confirm %s, offline %j: positions in the order of the waves, offline ones last, never a blocked one or one with nothing to do",
    (confirm, offline, expected) => {
      expect(includedTargets({ groups }, confirm, { offline })).toEqual(expected);
    },
  );

  it("is none where no machine is ready and nothing else was chosen", () => {
    expect(includedTargets({ groups: groups.filter(({ verdict }) => verdict !== "ready") }, false, { offline: skip })).toEqual(
      [],
    );
  });
});
