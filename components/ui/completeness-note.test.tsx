// @vitest-environment jsdom
import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { CompletenessNote } from "./completeness-note";

const ASOF = "2026-03-01T09:30:00.000Z";
const words = (expected: number | null, received: number, complete: boolean) =>
  render(<CompletenessNote value={{ expected, received, complete, missing: [], asOf: ASOF }} />).container.textContent;

afterEach(cleanup);

describe("the note of completeness", () => {
  it.each([
    [0, 0, true, /^None, and the list is complete · as of /],
    [null, 0, true, /^None, and nothing was reported missing · as of /],
    [1, 1, true, /^1 of 1 loaded · as of /],
    [null, 1, true, /^1 loaded, nothing reported missing · as of /],
    [5, 0, false, /^0 of 5 loaded · as of .*Incomplete/],
    [null, 0, false, /^0 loaded, total not known · as of .*Incomplete/],
  ])("of %s expected and %s received says what is true (complete: %s)", (expected, received, complete, said) => {
    expect(words(expected, received, complete)).toMatch(said);
  });
});
