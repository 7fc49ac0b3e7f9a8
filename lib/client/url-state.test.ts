import { describe, expect, it } from "vitest";
import { nextSort, parseColumns, parseLapse, parseSort, writeLapse, writeSort } from "./url-state";

describe("sort in the address", () => {
  it("survives the way out and back", () => {
    const sort = [
      { column: "status", descending: true },
      { column: "name", descending: false },
    ] as const;
    expect(writeSort(sort)).toBe("-status,name");
    expect(parseSort("-status,name")).toEqual(sort);
  });

  it("leaves out columns that do not exist and repeats", () => {
    expect(parseSort("name,-nope,-name,,os")).toEqual([
      { column: "name", descending: false },
      { column: "os", descending: false },
    ]);
  });
});

describe("clicking a column header", () => {
  const up = { column: "os", descending: false } as const;
  const down = { column: "os", descending: true } as const;
  const name = { column: "name", descending: false } as const;

  it("sorts upwards, then turns, by that column alone", () => {
    expect(nextSort([name], "os", false)).toEqual([up]);
    expect(nextSort([up], "os", false)).toEqual([down]);
    expect(nextSort([down], "os", false)).toEqual([up]);
    expect(nextSort([name, up], "os", false)).toEqual([up]);
  });

  it("with Shift adds the column, turns it and takes it away again", () => {
    expect(nextSort([name], "os", true)).toEqual([name, up]);
    expect(nextSort([name, up], "os", true)).toEqual([name, down]);
    expect(nextSort([name, down], "os", true)).toEqual([name]);
  });
});

describe("columns in the address", () => {
  it("always begins with the name and ignores what is unknown", () => {
    expect(parseColumns("region,nope,status,region")).toEqual(["name", "region", "status"]);
    expect(parseColumns("")).toEqual(["name"]);
  });
});

describe("weeks in the address", () => {
  it("survive the way out and back", () => {
    const range = parseLapse("2026-11-23..2026-11-30");
    expect(range).not.toBeNull();
    expect(range === null ? "" : writeLapse(range)).toBe("2026-11-23..2026-11-30");
    expect((range?.toMinute ?? 0) - (range?.fromMinute ?? 0)).toBe(7 * 1_440);
  });

  it.each(["", "2026-11-23", "2026-11-30..2026-11-23", "2026-13-99..2026-11-30", "a..b", "2026-11-23..2026-11-23"])(
    "%j is no range",
    (text) => {
      expect(parseLapse(text)).toBeNull();
    },
  );
});
