import { describe, expect, it } from "vitest";
import { csvCell, csvLine } from "./csv";

describe("CSV", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"])(
    "cannot be read as a formula: %j",
    (text) => {
      expect(csvCell(text)).toBe(`"'${text}"`);
    },
  );

  it.each([
    ["plain", '"plain"'],
    ["", '""'],
    ['say "no"', '"say ""no"""'],
    ["a,b", '"a,b"'],
    ["1-2", '"1-2"'],
  ])("writes %j as %s", (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  it("ends a line as RFC 4180 says", () => {
    expect(csvLine(["a", "=b"])).toBe(`"a","'=b"\r\n`);
  });
});
