import { describe, expect, it } from "vitest";
import { evidenceOf, fixOf, groupTitle, saysTheSame, sortedGroups } from "./preflight-model";
import { preflightFixture } from "./rollout-fixture";

describe("the groups of the checks", () => {
  it("stand in the order in which an operator decides, the larger first, without empty ones", () => {
    const preflight = preflightFixture({ ready: 1, confirm: 1, offline: 1, blocked: 1, nothingToDo: 1 });
    const [ready] = preflight.groups;
    const groups = [
      { verdict: "blocked" as const, reason: null, members: [] },
      ...preflight.groups.toReversed(),
      { verdict: "ready" as const, reason: null, members: [7, 8] },
    ];
    const sorted = sortedGroups({ groups });
    expect(sorted.map(({ verdict }) => verdict)).toEqual(["ready", "ready", "confirm", "offline", "blocked", "nothingToDo"]);
    expect(sorted[1]).toBe(ready);
  });

  it("have a title also without a reason", () => {
    const titles = preflightFixture({ ready: 1, nothingToDo: 1 }).groups.map(groupTitle);
    expect(titles).toEqual(["Every check passed", "Already as wanted"]);
  });

  it("say a sentence of all machines only where it is true of each", () => {
    const preflight = preflightFixture({ blocked: 2 });
    const [group] = preflight.groups;
    if (group === undefined) throw new Error("The fixture has a group.");
    expect(saysTheSame(preflight, group)).toBe(false);
    const equal = { ...preflight, values: preflight.targets.map(() => ({ sku: "S", build: 1, minimum: 2 })) };
    expect(saysTheSame(equal, group)).toBe(true);
    expect(evidenceOf(equal, group, 1)).toBe("S, build 1: the extension needs build 2 or newer.");
  });

  it("write times for people, and leave overruling to the machine's own page", () => {
    const preflight = preflightFixture({ offline: 1 });
    preflight.values[0] = { status: "Disconnected", since: "2026-09-14T16:09:02.857Z" };
    const [group] = preflight.groups;
    if (group === undefined) throw new Error("The fixture has a group.");
    expect(evidenceOf(preflight, group, 0)).toContain("Disconnected since Sep 14, 2026");
    expect(fixOf(preflight, group)).toBe("Bring the machine online, or let the plan wait for offline machines.");
  });

  it("name what to do, and nothing where nothing is to be done", () => {
    const blocked = preflightFixture({ blocked: 1 });
    const ready = preflightFixture({ ready: 1 });
    expect(blocked.groups.map((group) => fixOf(blocked, group))).toEqual([
      expect.stringContaining("Upgrade to Windows Server 2025"),
    ]);
    expect(ready.groups.map((group) => fixOf(ready, group))).toEqual([""]);
  });
});
