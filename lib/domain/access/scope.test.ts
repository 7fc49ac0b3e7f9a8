import { describe, expect, test } from "vitest";
import { CORP, G1, MACHINE_1, MACHINE_2, MACHINE_3, MACHINE_4, machine, PROD, S1, S2, tenant } from "./access-fixture";
import { createScopeParents, lastSegment, normaliseScope, scopeKind } from "./scope";
import { buildScopeTree } from "./scope-tree";

const parents = createScopeParents(tenant());
const low = (text: string) => text.toLowerCase();

test.each([
  ["/", "/"],
  ["", "/"],
  [" /Subscriptions/S/ ", "/subscriptions/s"],
  ["subscriptions/s//", "/subscriptions/s"],
  ["/providers/Microsoft.Subscription/subscriptions/S", "/subscriptions/s"],
  ["/providers/Microsoft.Subscription", "/providers/microsoft.subscription"],
  ["/providers/Microsoft.Management/managementGroups/X", "/providers/microsoft.management/managementgroups/x"],
])("%j is written %s", (scope, expected) => {
  expect(normaliseScope(scope)).toBe(expected);
});

test.each([
  ["/", "root"],
  [CORP, "managementGroup"],
  [`${CORP}/providers/x`, "other"],
  [S1, "subscription"],
  ["/subscriptions", "other"],
  [`${S1}/resourceGroups`, "other"],
  [G1, "resourceGroup"],
  [`${S1}/providers/x`, "other"],
  [`${G1}/providers`, "other"],
  [MACHINE_1, "machine"],
  [`${MACHINE_1}/extensions/x`, "other"],
  [`${G1}/providers/Microsoft.KeyVault/vaults/v`, "other"],
  [`${G1}/providers/Microsoft.HybridCompute/licenses/v`, "other"],
  ["/tenants/x", "other"],
])("%s is a %s", (scope, kind) => {
  expect(scopeKind(normaliseScope(scope))).toBe(kind);
});

test.each([
  ["/a/B", "b"],
  ["/a/B/", "b"],
  ["B", "b"],
])("the last segment of %s is %s", (id, expected) => {
  expect(lastSegment(id)).toBe(expected);
});

describe("the chain above a scope", () => {
  test("goes from the machine over its path and all management groups to the root", () => {
    const chain = parents.chain(normaliseScope(MACHINE_1));
    const scopes = chain.filter((scope) => scopeKind(scope) !== "other");
    expect(scopes).toEqual([low(MACHINE_1), low(G1), S1, low(PROD), low(CORP), "/"]);
  });

  test("of a management group, a detached subscription, an unknown scope and the root", () => {
    expect(parents.chain(low(PROD)).filter((scope) => scopeKind(scope) === "managementGroup")).toEqual([low(PROD), low(CORP)]);
    expect(parents.chain(S2).filter((scope) => scopeKind(scope) !== "other")).toEqual([S2, "/"]);
    expect(parents.chain("/subscriptions/x").at(-1)).toBe("/");
    expect(parents.chain("/")).toEqual(["/"]);
  });

  test("a parent that is its own ancestor ends the chain", () => {
    const looped = createScopeParents({
      managementGroups: [{ id: CORP, displayName: "", parentId: CORP }],
      subscriptions: [{ id: S1, displayName: "", managementGroupId: CORP }],
    });
    expect(looped.managementGroupsAbove(S1)).toEqual([low(CORP)]);
    expect(looped.managementGroupsAbove(low(CORP))).toEqual([]);
  });

  test("subscriptions are known by GUID or by id", () => {
    const short = createScopeParents({
      managementGroups: [],
      subscriptions: [{ id: "ABC", displayName: "Name", managementGroupId: CORP }],
    });
    expect(short.managementGroupsAbove("/subscriptions/abc")).toEqual([low(CORP)]);
    expect(short.describe("/subscriptions/abc")).toEqual({ id: "/subscriptions/abc", kind: "subscription", name: "Name" });
  });
});

test.each([
  ["/", S1, true],
  [S1, S1, true],
  [S1, low(MACHINE_1), true],
  [low(CORP), low(MACHINE_1), true],
  [low(CORP), low(MACHINE_4), false],
  [low(MACHINE_1), S1, false],
  [low(MACHINE_1), `${low(MACHINE_1)}0`, false],
])("%s covers %s: %s", (scope, target, expected) => {
  expect(parents.covers(scope, target)).toBe(expected);
});

test("a scope is described as it was written, or by its display name", () => {
  expect(parents.describe(low(PROD))).toEqual({ id: PROD, kind: "managementGroup", name: "Production" });
  expect(parents.describe(low(G1), G1)).toEqual({ id: G1, kind: "resourceGroup", name: "g1" });
  expect(parents.describe(low(G1))).toMatchObject({ id: low(G1), name: "g1" });
  expect(parents.describe("/")).toEqual({ id: "/", kind: "root", name: "/" });
  expect(parents.describe(low(MACHINE_1), `${MACHINE_1}/`).name).toBe("srv-1/");
});

describe("the tree of machines", () => {
  const tree = buildScopeTree(
    tenant({ machines: [MACHINE_4, MACHINE_1, "odd", MACHINE_3, MACHINE_2.toUpperCase()].map(machine) }),
    parents,
  );
  const span = (scope: string) => {
    const node = tree.nodeOf(normaliseScope(scope));
    return [...tree.machineAt.slice(tree.firstMachine[node], tree.lastMachine[node])].sort();
  };

  test("every scope spans the machines below it", () => {
    expect(span("/")).toEqual([0, 1, 3, 4]);
    expect(span(CORP)).toEqual([1, 3, 4]);
    expect(span(S1)).toEqual([1, 3, 4]);
    expect(span(G1)).toEqual([1, 4]);
    expect(span(MACHINE_3)).toEqual([3]);
    expect(span(S2)).toEqual([0]);
  });

  test("nodes are numbered in preorder", () => {
    for (let node = 1; node < tree.size; node += 1) {
      const parent = tree.parent[node] ?? -1;
      expect(parent).toBeLessThan(node);
      expect(tree.end[node]).toBeLessThanOrEqual(tree.end[parent] ?? 0);
    }
    expect([tree.parent[0], tree.end[0]]).toEqual([-1, tree.size]);
    expect(tree.size).toBe(12);
  });

  test("scopes without machines, and ids that are no machine's, have no node", () => {
    expect(tree.nodeOf("/subscriptions/none")).toBe(-1);
    expect(tree.nodeOfMachine[2]).toBe(-1);
    expect(tree.positionOf[2]).toBe(-1);
    const near = [MACHINE_1, `${MACHINE_1}/extensions/e`, `${G1}/providers/Microsoft.HybridCompute/machines/`, MACHINE_2].map(
      machine,
    );
    const mixed = buildScopeTree(tenant({ machines: near }), parents);
    expect([...mixed.nodeOfMachine].map((node) => node !== -1)).toEqual([true, false, false, true]);
    expect(mixed.nodeOf(low(`${G1}/providers/Microsoft.HybridCompute/machines/none`))).toBe(-1);
    const odd = ["/x/providers/Microsoft.HybridCompute/machines/a", `${MACHINE_1}/extensions/e`].map(machine);
    expect(buildScopeTree(tenant({ machines: odd }), parents).size).toBe(1);
  });

  test("positions and indexes translate both ways", () => {
    for (const machine of [0, 1, 3, 4]) expect(tree.machineAt[tree.positionOf[machine] ?? -1]).toBe(machine);
    for (const machine of [0, 1, 3, 4]) expect(tree.isMachine[tree.nodeOfMachine[machine] ?? 0]).toBe(1);
  });
});
