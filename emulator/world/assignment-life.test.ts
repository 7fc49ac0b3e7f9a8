import { describe, expect, it } from "vitest";
import { isEffective, isForgotten, isIndexed, isKept, isListed } from "./assignment-life.ts";
import { testWorld } from "./test-world.ts";
import type { RoleAssignment } from "./types.ts";

const NOW = 1_000_000;

function row(over: Partial<RoleAssignment> = {}): RoleAssignment {
  const [template] = testWorld().roleAssignments;
  if (template === undefined) throw new Error("the world has assignments");
  return { ...template, effectiveFromMs: 0, ...over };
}

const views = (one: RoleAssignment, nowMs: number) => [isListed(one, nowMs), isEffective(one, nowMs), isIndexed(one, nowMs)];

describe("an assignment", () => {
  it("is seen by each view from its own moment on, not a millisecond earlier", () => {
    const one = row({ listedFromMs: NOW, effectiveFromMs: NOW + 10, indexedFromMs: NOW + 20 });
    expect(views(one, NOW - 1)).toEqual([false, false, false]);
    expect(views(one, NOW)).toEqual([true, false, false]);
    expect(views(one, NOW + 9)).toEqual([true, false, false]);
    expect(views(one, NOW + 10)).toEqual([true, true, false]);
    expect(views(one, NOW + 20)).toEqual([true, true, true]);
    expect(views(row(), 0)).toEqual([true, true, true]);
  });

  it("that ends is gone from every view at its end and is no longer kept", () => {
    const one = row({ endsAtMs: NOW });
    expect([views(one, NOW - 1), isKept(one, NOW - 1)]).toEqual([[true, true, true], true]);
    expect([views(one, NOW), isKept(one, NOW)]).toEqual([[false, false, false], false]);
    expect(isForgotten(one, NOW)).toBe(false);
  });

  it("that was removed stays in each view until the removal has come there, and is forgotten after the last", () => {
    const one = row({ removed: { listedUntilMs: NOW, effectiveUntilMs: NOW + 10, indexedUntilMs: NOW + 20 } });
    expect(views(one, NOW - 1)).toEqual([true, true, true]);
    expect(views(one, NOW)).toEqual([false, true, true]);
    expect(views(one, NOW + 10)).toEqual([false, false, true]);
    expect([views(one, NOW + 20), isForgotten(one, NOW + 19), isForgotten(one, NOW + 20)]).toEqual([
      [false, false, false],
      false,
      true,
    ]);
    expect(isKept(one, 0)).toBe(false);
  });
});
