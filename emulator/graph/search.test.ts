import { describe, expect, it } from "vitest";
import { WireError } from "../core/contract.ts";
import type { Group } from "../world/types.ts";
import { GROUP } from "./entities.ts";
import { parseSearch } from "./search.ts";

const group: Group = {
  id: "g",
  tenantId: "t",
  displayName: "Windows server-administrators",
  securityEnabled: true,
  memberIds: [],
};

describe("$search", () => {
  it.each([
    ['"displayName:win"', true],
    ['"displayName:ADMIN"', true],
    ['"displayName:ministr"', false],
    ['"displayName:server win"', true],
    ['"displayName:linux"', false],
    ['"displayName:linux" OR "displayName:windows"', true],
    ['"displayName:linux" AND "displayName:windows"', false],
    ['"displayName:server" AND "displayName:windows" OR "displayName:zzz"', true],
  ])("%s", (text, expected) => {
    expect(parseSearch(text, GROUP)(group)).toBe(expected);
  });

  it.each([
    "displayName:win",
    '"win"',
    '"mailNickname:win"',
    '"displayName:"',
    '"displayName:a" XOR "displayName:b"',
    '"displayName:a',
    "",
  ])("refuses %s", (text) => {
    expect(() => parseSearch(text, GROUP)).toThrow(WireError);
  });

  it("reads escaped quotes and backslashes as text", () => {
    expect(parseSearch('"displayName:\\"windows\\""', GROUP)(group)).toBe(true);
  });
});
