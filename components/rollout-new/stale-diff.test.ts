import { describe, expect, it } from "vitest";
import { preflightFixture } from "./rollout-fixture";
import { isSeenVerdicts, seenVerdicts, staleDiff } from "./stale-diff";

describe("what differs between two checks", () => {
  it("is nothing for the same machines and verdicts", () => {
    const same = () => seenVerdicts(preflightFixture({ ready: 3, blocked: 2 }));
    expect(staleDiff(same(), same())).toEqual({ counts: [], gone: [], added: [], moved: [] });
  });

  it("names machines that came, went and got another verdict", () => {
    // In the fixture machines are numbered through the verdicts: the third is blocked before and ready after.
    const before = seenVerdicts(preflightFixture({ ready: 2, blocked: 2 }));
    const after = seenVerdicts(preflightFixture({ ready: 3 }));
    expect(staleDiff(before, after)).toEqual({
      counts: [
        { verdict: "ready", before: 2, after: 3 },
        { verdict: "blocked", before: 2, after: 0 },
      ],
      gone: ["ams-app-3"],
      added: [],
      moved: [{ name: "ams-app-2", before: "blocked", after: "ready" }],
    });
    expect(staleDiff(after, before)).toMatchObject({ gone: [], added: ["ams-app-3"] });
  });

  it("knows a machine however its id is written", () => {
    const before = preflightFixture({ ready: 1 });
    const after = preflightFixture({ ready: 1 });
    for (const target of after.targets) target.resourceGroup = target.resourceGroup.toUpperCase();
    expect(staleDiff(seenVerdicts(before), seenVerdicts(after))).toMatchObject({ gone: [], added: [], moved: [] });
  });

  it("is the same after the tab's memory, and what is no list of verdicts is not taken for one", () => {
    const seen = seenVerdicts(preflightFixture({ ready: 2, offline: 1 }));
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
    expect(isSeenVerdicts(JSON.parse(JSON.stringify(seen)))).toBe(true);
    for (const other of [null, "ready", { ready: 3 }, { ready: [1] }, { unheard: [] }]) expect(isSeenVerdicts(other)).toBe(false);
  });
});
