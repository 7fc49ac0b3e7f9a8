import { describe, expect, it } from "vitest";
import { type GridKey, nextCell } from "./keyboard";

const size = { rows: 1000, columns: 5, pageRows: () => 20 };
const press = (key: string, changes: Partial<GridKey> = {}): GridKey => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...changes,
});

describe("moving in the grid", () => {
  it.each([
    ["ArrowDown", {}, [10, 2], [11, 2]],
    ["ArrowUp", {}, [0, 2], [-1, 2]],
    ["ArrowUp", {}, [-1, 2], [-1, 2]],
    ["ArrowDown", {}, [999, 2], [999, 2]],
    ["ArrowLeft", {}, [3, 0], [3, 0]],
    ["ArrowRight", {}, [3, 4], [3, 4]],
    ["Home", {}, [7, 3], [7, 0]],
    ["End", {}, [7, 3], [7, 4]],
    ["Home", { ctrlKey: true }, [7, 3], [0, 0]],
    ["End", { ctrlKey: true }, [7, 3], [999, 4]],
    ["End", { metaKey: true }, [7, 3], [999, 4]],
    ["PageDown", {}, [990, 1], [999, 1]],
    ["PageDown", {}, [-1, 1], [19, 1]],
    ["PageUp", {}, [5, 1], [0, 1]],
    ["PageUp", {}, [50, 1], [30, 1]],
  ] as const)("%s %o from %o goes to %o", (key, changes, from, to) => {
    expect(nextCell({ row: from[0], column: from[1] }, size, press(key, changes))).toEqual({ row: to[0], column: to[1] });
  });

  it("stays in the header of an empty grid", () => {
    for (const key of ["ArrowDown", "End", "PageDown", "PageUp"]) {
      expect(nextCell({ row: -1, column: 0 }, { ...size, rows: 0 }, press(key, { ctrlKey: true }))?.row).toBe(-1);
    }
  });

  it("leaves every other key, and keys of the browser with Alt, alone", () => {
    expect(nextCell({ row: 1, column: 1 }, size, press("a"))).toBeNull();
    expect(nextCell({ row: 1, column: 1 }, size, press("ArrowLeft", { altKey: true }))).toBeNull();
  });
});
