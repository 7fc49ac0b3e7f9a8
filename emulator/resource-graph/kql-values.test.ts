import { describe, expect, it } from "vitest";
import { compareValues, formatDateTime, formatTimespan, keyOf, parseDateTime, toText } from "./kql-values.ts";

describe("parseDateTime", () => {
  it.each([
    ["2026-07-16T16:38:10.0313741Z", "2026-07-16T16:38:10.0313741Z"],
    ["2026-07-16T16:38:10+02:00", "2026-07-16T14:38:10.0000000Z"],
    ["2026-07-16T16:38:10-0130", "2026-07-16T18:08:10.0000000Z"],
    ["2026-07-16", "2026-07-16T00:00:00.0000000Z"],
    ["2026-07-16 06:05", "2026-07-16T06:05:00.0000000Z"],
    ["1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.9999999Z"],
  ])("keeps every digit of %s", (text, expected) => {
    expect(formatDateTime(parseDateTime(text) ?? 0n)).toBe(expected);
  });

  it.each(["", "yesterday", "2026-13-01", "2026-07-16T16", "16.07.2026"])("gives null for %j", (text) => {
    expect(parseDateTime(text)).toBeNull();
  });
});

describe("formatTimespan", () => {
  it.each([
    [864_000_000_000n, "1.00:00:00"],
    [5_400_000_000n * 10n, "01:30:00"],
    [-10_000_001n, "-00:00:01.0000001"],
  ])("prints %s ticks", (ticks, expected) => {
    expect(formatTimespan(ticks)).toBe(expected);
  });
});

describe("toText", () => {
  it("gives the empty text for null, as tostring() does", () => {
    expect(toText(null, "dynamic")).toBe("");
  });

  it("writes bags and arrays as JSON", () => {
    expect(toText({ a: [1] }, "dynamic")).toBe('{"a":[1]}');
  });

  it("writes a computed boolean with a capital and one out of a bag without", () => {
    expect([toText(true, "bool"), toText(true, "dynamic")]).toEqual(["True", "true"]);
  });
});

describe("compareValues", () => {
  it("puts null before everything", () => {
    expect(compareValues(null, "")).toBe(-1);
  });

  it("orders dates by their ticks and not by their text", () => {
    expect(compareValues(9n, 10n)).toBe(-1);
  });
});

describe("keyOf", () => {
  it("keeps text and number of the same look apart", () => {
    expect(keyOf("1")).not.toBe(keyOf(1));
  });
});
