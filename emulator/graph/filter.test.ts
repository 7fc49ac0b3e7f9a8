import { describe, expect, it } from "vitest";
import { WireError } from "../core/contract.ts";
import type { ServicePrincipal, User } from "../world/types.ts";
import { SERVICE_PRINCIPAL, USER } from "./entities.ts";
import { parseFilter } from "./filter.ts";

const person = (over: Partial<User>): User => ({
  id: "u1",
  tenantId: "t",
  homeObjectId: "u1",
  homeTenantId: "t",
  displayName: "Ann O'Neil",
  userPrincipalName: "ann@contoso.example",
  mail: null,
  userType: "Member",
  accountEnabled: true,
  onPremisesSyncEnabled: null,
  portalRoles: [],
  ...over,
});

const principal: ServicePrincipal = {
  id: "p1",
  tenantId: "t",
  appId: "a1",
  displayName: "srv-1",
  servicePrincipalType: "ManagedIdentity",
  accountEnabled: true,
  alternativeNames: ["isExplicit=False", "/subscriptions/s/resourcegroups/rg/providers/Microsoft.HybridCompute/machines/srv-1"],
  createdDateTime: "2026-03-01T10:00:00Z",
  keyCredentials: [],
};

function refusal(text: string): { status: number; code: string } {
  try {
    parseFilter(text, USER);
  } catch (error) {
    if (error instanceof WireError) return { status: error.status, code: (error.body as { error: { code: string } }).error.code };
    throw error;
  }
  return { status: 200, code: "accepted" };
}

describe("$filter on people", () => {
  it.each([
    ["displayName eq 'Ann O''Neil'", true],
    ["displayName eq 'ANN O''NEIL'", true],
    ["displayName eq 'Ann'", false],
    ["startswith(displayName,'ann')", true],
    ["startsWith(displayName,'ann')", true],
    ["accountEnabled eq true", true],
    ["accountEnabled eq false", false],
    ["mail eq null", true],
    ["onPremisesSyncEnabled eq null and accountEnabled eq true", true],
    ["userType eq 'Guest' or startswith(userPrincipalName,'ann@')", true],
    ["(userType eq 'Guest' or accountEnabled eq true) and displayName eq 'nobody'", false],
    ["userType eq 'Guest' or accountEnabled eq true and displayName eq 'nobody'", false],
    ["userType in ('Guest','Member')", true],
    ["userType in ('Guest')", false],
    ["createdDateTime ge 2025-01-01T00:00:00Z", true],
    ["createdDateTime le 2025-01-01T00:00:00Z", false],
  ])("%s", (text, expected) => {
    expect(parseFilter(text, USER).test(person({}))).toBe(expected);
  });

  it.each([
    ["userType ne 'Guest'", true],
    ["not(userType eq 'Guest')", true],
    ["endswith(userPrincipalName,'@contoso.example')", true],
    ["userType eq 'Member'", false],
    ["startswith(displayName,'a')", false],
  ])("%s is advanced: %s", (text, isAdvanced) => {
    const filter = parseFilter(text, USER);
    expect([filter.isAdvanced, filter.test(person({}))]).toEqual([isAdvanced, true]);
  });

  it.each([
    "nothing eq 'x'",
    "displayName eq",
    "displayName eq 'open",
    "displayName eq ann",
    "accountEnabled eq 'true'",
    "displayName gt 'a'",
    "contains(displayName,'a')",
    "businessPhones eq 'x'",
    "(displayName eq 'a'",
    "displayName eq 'a' displayName eq 'b'",
    "displayName eq 'a' # 1",
    "",
    Array.from({ length: 16 }, () => "displayName eq 'a'").join(" or "),
  ])("refuses %s", (text) => {
    expect(refusal(text)).toEqual({ status: 400, code: "Request_BadRequest" });
  });
});

describe("$filter on service principals", () => {
  it.each([
    ["servicePrincipalType eq 'ManagedIdentity'", true],
    ["servicePrincipalNames/any(c:c eq 'a1')", true],
    ["servicePrincipalNames/any(c:c eq 'other')", false],
    ["alternativeNames/any(n:startswith(n,'/subscriptions/S/resourcegroups/RG/'))", true],
    ["alternativeNames/any(n:n eq 'isexplicit=false')", true],
  ])("%s", (text, expected) => {
    expect(parseFilter(text, SERVICE_PRINCIPAL).test(principal)).toBe(expected);
  });

  it("refuses any() on a single value and eq on a collection", () => {
    expect(() => parseFilter("displayName/any(c:c eq 'a')", SERVICE_PRINCIPAL)).toThrow(WireError);
    expect(() => parseFilter("alternativeNames eq 'a'", SERVICE_PRINCIPAL)).toThrow(WireError);
  });
});
