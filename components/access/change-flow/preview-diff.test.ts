import { describe, expect, it } from "vitest";
import type { AccessPreview, PreviewDifference } from "@/lib/domain/access/api";
import { byPrincipal, signInSummary, staleChanges } from "./preview-diff";

function difference(id: string, part: Partial<PreviewDifference> = {}): PreviewDifference {
  return {
    principal: { id, kind: "user", displayName: id, detail: "", enabled: true, machineId: null },
    capability: "signInUser",
    lane: "now",
    machines: 3,
    machineIds: ["m1"],
    machineNames: ["m1"],
    ...part,
  };
}

function preview(part: Partial<AccessPreview> = {}): AccessPreview {
  return {
    changes: [],
    gained: [],
    lost: [],
    totals: { peopleGaining: 0, peopleLosing: 0, machines: 0 },
    warnings: [],
    verdict: "ready",
    stamp: "s",
    atLeast: [],
    completeness: { expected: null, received: 0, complete: true, missing: [], asOf: "2026-11-21T12:00:00Z" },
    ...part,
  };
}

describe("what a preview says", () => {
  it("counts people who lose the sign-in itself, once each, with the most machines", () => {
    const lost = [
      difference("a"),
      difference("A", { machines: 41 }),
      difference("b"),
      difference("c", { lane: "standing" }),
      difference("d", { capability: "read" }),
    ];
    expect(signInSummary(lost)).toEqual({ people: 2, machines: 41 });
    expect(signInSummary([])).toBeNull();
  });

  it("gathers a person's differences and leaves the repeating lanes out", () => {
    const people = byPrincipal([
      difference("a"),
      difference("a", { lane: "standing" }),
      difference("b", { lane: "eligible", machines: 9 }),
    ]);
    expect(people.map((person) => [person.principal.id, person.entries.length, person.machines])).toEqual([
      ["b", 1, 9],
      ["a", 1, 3],
    ]);
  });

  it("names what differs between a confirmed preview and the one that holds now", () => {
    const warning = { id: "guest", change: 0, blocks: false, values: {} } as const;
    expect(staleChanges(preview(), preview({ stamp: "t" }))).toEqual(["state"]);
    expect(staleChanges(preview({ lost: [difference("a")] }), preview({ lost: [difference("b")], verdict: "confirm" }))).toEqual([
      "lost",
      "verdict",
    ]);
    expect(staleChanges(preview(), preview({ gained: [difference("a")], warnings: [warning] }))).toEqual(["gained", "warnings"]);
  });
});
