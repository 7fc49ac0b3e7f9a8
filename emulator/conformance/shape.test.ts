import { describe, expect, it } from "vitest";
import { compareBodies, compareShapes, isSameShape, shapeOf } from "./shape.ts";

describe("shapeOf", () => {
  it("lists key paths, elements of an array under one path", () => {
    expect([...shapeOf({ a: 1, list: [{ b: 1 }, { c: { d: null } }] })]).toEqual([
      "a",
      "list",
      "list[].b",
      "list[].c",
      "list[].c.d",
    ]);
  });

  it("does not look into maps whose keys are data", () => {
    expect([...shapeOf({ tags: { owner: "x" }, properties: { settings: { mdmId: "" } } })]).toEqual([
      "tags",
      "properties",
      "properties.settings",
    ]);
  });
});

describe("compareShapes", () => {
  it("names a missing subtree once, by its root", () => {
    expect(compareShapes({ a: { b: { c: 1 } } }, { z: 1 })).toEqual({ missing: ["a"], extra: ["z"] });
  });

  it("holds bodies with other values for the same", () => {
    expect(isSameShape(compareShapes({ a: [1, 2], b: null }, { a: [], b: "x" }))).toBe(true);
  });
});

describe("compareBodies", () => {
  it("compares the two elements that are most alike", () => {
    expect(compareBodies({ value: [{ a: 1, b: 1 }, { a: 1 }] }, { value: [{ a: 2 }, { q: 1 }] })).toEqual({
      missing: [],
      extra: [],
    });
    expect(compareBodies({ value: [{ a: 1 }] }, { value: [{ a: 2, c: 1 }] })).toEqual({ missing: [], extra: ["value[].c"] });
  });

  it("asks for an element when the recording has one", () => {
    expect(compareBodies({ value: [{ a: 1 }] }, { value: [] })).toEqual({
      missing: ["(no element)"].map((path) => `value[].${path}`),
      extra: [],
    });
  });

  it("compares the envelope too", () => {
    expect(compareBodies({ value: [] }, { value: [], nextLink: "x" })).toEqual({ missing: [], extra: ["nextLink"] });
  });
});
