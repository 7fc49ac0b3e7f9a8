import { describe, expect, it } from "vitest";
import { DEFAULT_COLUMNS } from "@/lib/client/url-state";
import { COLUMN_WIDTH, columnsWithin } from "./grid-layout";

describe("columns in sight", () => {
  const first = COLUMN_WIDTH.select + COLUMN_WIDTH.name;

  it.each([
    ["the first alone, when the second begins at the edge", first, 1],
    ["the second too, when a pixel of it shows", first + 1, 2],
    ["none, of a window without width", 0, 0],
    ["all, of a wide window", 10_000, DEFAULT_COLUMNS.length],
  ])("are %s", (_words, width, count) => {
    expect(columnsWithin(DEFAULT_COLUMNS, width)).toEqual(DEFAULT_COLUMNS.slice(0, count));
  });
});
