import { describe, expect, it } from "vitest";
import { KqlError } from "./kql-errors.ts";
import { tokenize } from "./kql-lexer.ts";

const texts = (query: string) => tokenize(query).map((token) => token.text);
const values = (query: string) => tokenize(query).map((token) => token.value);

describe("tokenize", () => {
  it("skips blanks and comments to the end of the line", () => {
    expect(texts("resources // portal:fleet | where x\n| count")).toEqual(["resources", "|", "count", "<EOF>"]);
  });

  it("reads word operators with their marks as one token", () => {
    expect(texts("a !in~ (b) c in~ (d) e !has f =~ g")).toEqual([
      "a",
      "!in~",
      "(",
      "b",
      ")",
      "c",
      "in~",
      "(",
      "d",
      ")",
      "e",
      "!has",
      "f",
      "=~",
      "g",
      "<EOF>",
    ]);
  });

  it.each([
    ["'it\\'s'", "it's"],
    ['"tab\\tend"', "tab\tend"],
    ["'back\\\\slash'", "back\\slash"],
    ["@'C:\\dir'", "C:\\dir"],
    ["@'two''quotes'", "two'quotes"],
  ])("unescapes the string %s", (query, expected) => {
    expect(values(query)[0]).toBe(expected);
  });

  it.each([
    ["1d", 864_000_000_000n],
    ["30m", 18_000_000_000n],
    ["1.5h", 54_000_000_000n],
    ["250ms", 2_500_000n],
    ["3tick", 3n],
  ])("reads the duration %s as ticks", (query, ticks) => {
    expect(tokenize(query)[0]).toMatchObject({ kind: "timespan", value: ticks });
  });

  it("reads a datetime literal as one token with its ticks", () => {
    expect(tokenize("datetime(1970-01-01T00:00:01.0000001Z)")[0]).toMatchObject({ kind: "datetime", value: 10_000_001n });
  });

  it("counts lines from 1 and columns from 0", () => {
    expect(tokenize("resources\n  | count")[2]).toMatchObject({ text: "count", line: 2, column: 4 });
  });

  it("names the open quote of a string that never ends", () => {
    let failure: unknown;
    try {
      tokenize("where a == 'open");
    } catch (error) {
      failure = error instanceof KqlError ? error.failure : error;
    }
    expect(failure).toEqual({ kind: "parser", line: 1, column: 11, token: "'open", expected: "'" });
  });

  it("refuses a character that no token begins with", () => {
    expect(() => tokenize("a # b")).toThrow(KqlError);
  });
});
