import { describe, expect, it } from "vitest";
import { accessTables } from "../core/access-tables.ts";
import { createWorld } from "./create-world.ts";
import { largeGroupId } from "./large-access.ts";
import { TEST_NOW } from "./test-world.ts";
import type { World } from "./types.ts";

const SIZE = { seed: 1, machines: 2_000, assignments: 4_000, groups: 200, nowMs: TEST_NOW };
const world = createWorld(SIZE);
const plain = createWorld({ ...SIZE, assignments: 0, groups: 0 });
const added = world.roleAssignments.slice(plain.roleAssignments.length);

/** Levels of groups below a group; a cycle would never end. */
function depth(of: World, id: string): number {
  const inner = of.groups.find((row) => row.id === id)?.memberIds.filter((member) => of.groups.some((row) => row.id === member));
  return 1 + Math.max(0, ...(inner ?? []).map((member) => depth(of, member)));
}

describe("a wide tenant", () => {
  it("adds exactly the assignments and groups asked for, the same ones each time, and leaves the usual world as it is", () => {
    expect([added.length, world.groups.length - plain.groups.length]).toEqual([4_000, 200]);
    expect(world.users.length - plain.users.length).toBe(10_000);
    expect(world.roleAssignments.slice(0, plain.roleAssignments.length)).toEqual(plain.roleAssignments);
    expect(createWorld(SIZE).roleAssignments).toEqual(world.roleAssignments);
    expect(new Set(world.roleAssignments.map((row) => row.name)).size).toBe(world.roleAssignments.length);
  });

  it("spreads them over every level of scope, with few at management groups", () => {
    const level = (scope: string) => (scope.startsWith("/providers/") ? "managementGroup" : String(scope.split("/").length));
    const counts = Map.groupBy(added, (row) => level(row.scope));
    expect([...counts.keys()].sort()).toEqual(["3", "5", "9", "managementGroup"]);
    const atGroups = Map.groupBy(counts.get("managementGroup") ?? [], (row) => row.scope);
    expect(Math.max(...[...atGroups.values()].map((rows) => rows.length))).toBeLessThanOrEqual(400);
  });

  it("has one group of everybody and nested groups that end", () => {
    const first = world.groups.find((row) => row.id === largeGroupId(1, 0));
    expect(first?.memberIds.length).toBe(10_000);
    const depths = Array.from({ length: 200 }, (_, number) => depth(world, largeGroupId(1, number)));
    expect(Math.max(...depths)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...depths)).toBeLessThan(20);
  });

  it("assigns to people and groups that exist, some of them disabled or guests", () => {
    const tables = accessTables(world);
    const users = new Map(world.users.map((row) => [row.id, row]));
    const groups = new Set(world.groups.map((row) => row.id));
    for (const row of added) expect(users.has(row.principalId) || groups.has(row.principalId)).toBe(true);
    const people = added.flatMap((row) => users.get(row.principalId) ?? []);
    expect(people.some((user) => !user.accountEnabled) && people.some((user) => user.userType === "Guest")).toBe(true);
    expect(tables.principalIds(people[0]?.id ?? "").has(largeGroupId(1, 0))).toBe(true);
  });
});
