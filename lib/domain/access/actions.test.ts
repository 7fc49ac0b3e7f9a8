import { describe, expect, test } from "vitest";
import { actionCovered, matchingPattern } from "./actions";

const entry = { actions: [], notActions: [], dataActions: [], notDataActions: [] };

describe("a pattern covers an action", () => {
  test.each([
    ["*", "Microsoft.A/b/read"],
    ["*/read", "Microsoft.A/b/read"],
    ["*/READ", "microsoft.a/B/read"],
    ["Microsoft.A/*", "Microsoft.A/b/c/write"],
    ["Microsoft.A/*/read", "Microsoft.A/b/c/read"],
    ["Microsoft.A/*/read", "Microsoft.A/read"],
    ["A/*/b/*/c", "A/b/c"],
    ["A/*/b/*/c", "A/x/b/c"],
    ["A/*/b/*/c", "A/b/b/x/y/c"],
    ["A/log*/x", "A/loginAsAdmin/x"],
    ["A/log*/x", "A/log/deep/x"],
    ["A/*b", "A/b"],
    ["A/**", "A/b"],
    ["A/b", "a/B"],
    ["", ""],
  ])("%s covers %s", (pattern, action) => {
    expect(actionCovered(pattern, action)).toBe(true);
  });

  test.each([
    ["*/read", "Microsoft.A/b/readAll"],
    ["Microsoft.A/*", "Microsoft.A"],
    ["Microsoft.A/*/read", "Microsoft.Aread"],
    ["Microsoft.A/*/read", "Microsoft.A/bread"],
    ["A/b", "A/b/c"],
    ["A/b", "A"],
    ["A/log*/x", "A/lo/x"],
    ["A/*/b/*/c", "A/c"],
    ["A.b/*", "AXb/c"],
    ["*/x", "y"],
    ["", "a"],
  ])("%s does not cover %s", (pattern, action) => {
    expect(actionCovered(pattern, action)).toBe(false);
  });

  test("a long pattern of stars ends at once", () => {
    const pattern = "a/*/".repeat(60);
    expect(actionCovered(pattern, `${"a/".repeat(200)}b`)).toBe(false);
    expect(actionCovered(`${"*a".repeat(100)}`, `${"a".repeat(1000)}b`)).toBe(false);
  });
});

describe("the matching pattern of an entry", () => {
  test("is the first that covers the action", () => {
    expect(matchingPattern({ ...entry, actions: ["x", "A/*", "*"] }, "A/read", false)).toBe("A/*");
  });

  test("is taken away by any exclusion of the same side", () => {
    expect(matchingPattern({ ...entry, actions: ["*"], notActions: ["x", "*/read"] }, "A/read", false)).toBeNull();
    expect(matchingPattern({ ...entry, actions: ["*"], notDataActions: ["*/read"] }, "A/read", false)).toBe("*");
    expect(matchingPattern({ ...entry, dataActions: ["*"], notDataActions: ["*/read"] }, "A/read", true)).toBeNull();
    expect(matchingPattern({ ...entry, dataActions: ["*"], notActions: ["*/read"] }, "A/read", true)).toBe("*");
  });

  test("never crosses between actions and data actions", () => {
    expect(matchingPattern({ ...entry, actions: ["*"] }, "A/read", true)).toBeNull();
    expect(matchingPattern({ ...entry, dataActions: ["*"] }, "A/read", false)).toBeNull();
  });
});
