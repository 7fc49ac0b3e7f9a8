import { describe, expect, it } from "vitest";
import { type Caller, WireError } from "../core/contract.ts";
import { callerOf, createTestContext } from "../resource-graph/test-support.ts";
import { type Area, requireArea } from "./permissions.ts";

const ctx = createTestContext(25);

function isAllowed(area: Area, scopes: string[], over: Partial<Caller> = {}): boolean {
  try {
    requireArea(ctx.world, callerOf(ctx, "ada", { scopes, ...over }), area);
    return true;
  } catch (error) {
    if (error instanceof WireError && error.status === 403) return false;
    throw error;
  }
}

describe("delegated permissions", () => {
  it.each<[Area, string, boolean]>([
    ["me", "User.Read", true],
    ["users", "User.Read", false],
    ["users", "User.ReadBasic.All", true],
    ["groups", "User.Read.All", false],
    ["groups", "GroupMember.Read.All", true],
    ["servicePrincipals", "User.Read.All", false],
    ["servicePrincipals", "Application.Read.All", true],
    ["devices", "Application.Read.All", false],
    ["devices", "Device.Read.All", true],
    ["directoryObjects", "Application.Read.All", false],
    ["directoryObjects", "Directory.Read.All", true],
    ["organization", "User.Read", true],
    ["directorySize", "User.Read", false],
    ["directorySize", "Organization.Read.All", true],
    ["servicePrincipals", "application.read.all", true],
  ])("%s with %s: %s", (area, scope, expected) => {
    expect(isAllowed(area, [scope])).toBe(expected);
  });

  it("count as nothing for an application, whose token carries roles", () => {
    expect(isAllowed("servicePrincipals", ["Application.Read.All"], { kind: "servicePrincipal" })).toBe(false);
    expect(isAllowed("servicePrincipals", [], { kind: "servicePrincipal", claims: { roles: ["Application.Read.All"] } })).toBe(
      true,
    );
  });

  it("do not let a guest read the directory", () => {
    const guest = callerOf(ctx, "gus", { scopes: ["Application.Read.All", "User.Read", "User.Read.All"] });
    expect(() => requireArea(ctx.world, guest, "servicePrincipals")).toThrow(WireError);
    expect(() => requireArea(ctx.world, guest, "me")).not.toThrow();
  });
});
