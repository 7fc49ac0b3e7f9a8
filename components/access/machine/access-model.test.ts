import { describe, expect, it } from "vitest";
import { CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import type { Holder } from "@/lib/domain/access/types";
import { pathFixture as path, principalFixture as principal } from "../access-fixture";
import { type Answers, byPerson, filterAnswers, holderCounts, holderMatches, scopesOf, waysOfPerson } from "./access-model";

const ELIGIBLE = path({
  kind: { kind: "eligible", until: null, approvalRequired: null, mfaRequired: null, authenticationContext: null },
});

function answers(part: Partial<Record<string, Holder[]>>): Answers {
  const entries = CAPABILITY_IDS.map((id) => [id, { capability: id, holders: part[id] ?? [], blocked: [] }]);
  return Object.fromEntries(entries) as Answers;
}

describe("what the access page counts and finds", () => {
  it("counts one who holds it both ways as now, and only the rest as eligible", () => {
    const holders = [
      { principal: principal("a"), paths: [ELIGIBLE, path()] },
      { principal: principal("b"), paths: [ELIGIBLE] },
    ];
    expect(holderCounts(holders)).toEqual({ now: 1, eligible: 1 });
  });

  it("finds by every word in person, role, scope or group, whatever its case", () => {
    const group = principal("g", { kind: "group", displayName: "Tier 0 admins" });
    const holder = { principal: principal("dana"), paths: [path({ groups: [group] })] };
    expect(holderMatches(holder, "DANA tier")).toBe(true);
    expect(holderMatches(holder, "production administrator")).toBe(true);
    expect(holderMatches(holder, "dana berlin")).toBe(false);
  });

  it("filters every capability and leaves the answers alone for an empty query", () => {
    const all = answers({
      read: [{ principal: principal("a"), paths: [path()] }],
      delete: [{ principal: principal("b"), paths: [path()] }],
    });
    expect(filterAnswers(all, "  ")).toBe(all);
    const found = filterAnswers(all, "a@contoso");
    expect(found.read.holders).toHaveLength(1);
    expect(found.delete.holders).toEqual([]);
  });

  it("turns the answers round, most powerful first", () => {
    const all = answers({
      read: [
        { principal: principal("a"), paths: [path()] },
        { principal: principal("b"), paths: [path()] },
      ],
      delete: [{ principal: principal("b"), paths: [path()] }],
    });
    expect(byPerson(all).map((person) => [person.principal.id, person.capabilities.map((item) => item.id)])).toEqual([
      ["b", ["delete", "read"]],
      ["a", ["read"]],
    ]);
  });

  it("gathers what one assignment gives, and keeps each way through another group apart", () => {
    const group = principal("g", { kind: "group" });
    const all = answers({
      read: [{ principal: principal("a"), paths: [path(), path({ groups: [group] })] }],
      delete: [{ principal: principal("a"), paths: [path()] }],
    });
    const [person] = byPerson(all);
    const ways = person === undefined ? [] : waysOfPerson(person);
    expect(ways.map((way) => [way.path.groups.length, way.capabilities])).toEqual([
      [0, ["delete", "read"]],
      [1, ["read"]],
    ]);
  });

  it("offers the machine first, then group and subscription, then management groups once", () => {
    const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/srv";
    const above = { id: "/providers/Microsoft.Management/managementGroups/corp", kind: "managementGroup", name: "corp" } as const;
    expect(scopesOf(id, [above, above])).toEqual([id, "/subscriptions/s/resourceGroups/rg", "/subscriptions/s", above.id]);
  });
});
