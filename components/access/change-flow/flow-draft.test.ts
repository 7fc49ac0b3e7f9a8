import { describe, expect, it } from "vitest";
import type { PrincipalInput } from "@/lib/domain/access/types";
import {
  changesOf,
  conditionOf,
  initialFlowDraft,
  isFlowDraft,
  isScopeId,
  lacksOf,
  narrowestFirst,
  withNames,
} from "./flow-draft";

const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";
const RG = `${SUB}/resourceGroups/rg`;
const MACHINE = `${RG}/providers/Microsoft.HybridCompute/machines/srv`;
const who = (id: string): PrincipalInput => ({ id, kind: "user", displayName: id, detail: "", enabled: true, machineId: null });

function ids(): () => string {
  let next = 0;
  return () => {
    next += 1;
    return `id-${next}`;
  };
}

describe("the draft of a change", () => {
  it("chooses the narrowest offered scope and goes straight to the preview of ready made changes", () => {
    expect(initialFlowDraft({ scopes: [MACHINE, RG] }, ids()).scopes).toEqual([MACHINE]);
    expect(initialFlowDraft({ scopes: [MACHINE, RG] }, ids()).previewing).toBe(false);
    expect(initialFlowDraft({ changes: [{ kind: "remove", assignmentId: "a" }] }, ids()).previewing).toBe(true);
  });

  it("chooses all of several machines that were selected together, and only them", () => {
    const second = `${MACHINE}-2`;
    expect(initialFlowDraft({ scopes: [MACHINE, second, RG] }, ids()).scopes).toEqual([MACHINE, second]);
  });

  it("makes one assignment for every person, role and scope, and keeps each name for the next attempt", () => {
    const newId = ids();
    const draft = { ...initialFlowDraft({ who: [who("a"), who("b")], roleIds: ["r"], scopes: [RG] }, newId), scopes: [RG, SUB] };
    const named = withNames(draft, newId);
    const changes = changesOf(named);
    expect(changes).toHaveLength(4);
    expect(new Set(changes.map((change) => (change.kind === "assign" ? change.assignmentName : ""))).size).toBe(4);
    expect(
      changesOf(withNames({ ...named, description: " why " }, newId)).map(
        (change) => change.kind === "assign" && change.assignmentName,
      ),
    ).toEqual(changes.map((change) => change.kind === "assign" && change.assignmentName));
  });

  it("says everything that is missing, and nothing for a ready made change", () => {
    expect(lacksOf(initialFlowDraft({}, ids()))).toEqual(["who", "role", "scope"]);
    expect(lacksOf(initialFlowDraft({ changes: [{ kind: "remove", assignmentId: "a" }] }, ids()))).toEqual([]);
    const half = initialFlowDraft({ changes: [{ kind: "remove", assignmentId: "a" }], who: [who("a")] }, ids());
    expect(lacksOf(half)).toEqual(["role", "scope"]);
    expect(lacksOf({ ...half, limit: { roleIds: [], principalTypes: [] } })).toContain("limit");
  });

  it("sends a condition only when roles are chosen for it", () => {
    const draft = initialFlowDraft({}, ids());
    expect(conditionOf(draft)).toBeNull();
    expect(conditionOf({ ...draft, limit: { roleIds: [], principalTypes: ["User"] } })).toBeNull();
    expect(conditionOf({ ...draft, limit: { roleIds: ["r"], principalTypes: [] } })).toContain("GuidEquals {r}");
  });

  it("recognises its own stored form and nothing else", () => {
    expect(isFlowDraft(JSON.parse(JSON.stringify(initialFlowDraft({ who: [who("a")] }, ids()))))).toBe(true);
    expect(isFlowDraft({ ...initialFlowDraft({}, ids()), wants: ["nonsense"] })).toBe(false);
    expect(isFlowDraft({ who: [] })).toBe(false);
  });

  it.each([
    ["/", true],
    ["/providers/Microsoft.Management/managementGroups/corp", true],
    [SUB, true],
    [RG, true],
    [MACHINE, true],
    [`${RG}/`, true],
    ["/subscriptions/nonsense", false],
    [`${RG}/providers/Microsoft.KeyVault`, false],
    [`${RG}/providers/Microsoft.KeyVault/vaults`, false],
    ["https://portal.azure.com", false],
    ["", false],
  ])("takes %j as the id of a scope: %s", (text, expected) => {
    expect(isScopeId(text)).toBe(expected);
  });

  it("orders scopes from the machine up to the root", () => {
    const group = "/providers/Microsoft.Management/managementGroups/corp";
    expect(narrowestFirst(["/", SUB, group, RG, MACHINE])).toEqual([MACHINE, RG, SUB, group, "/"]);
  });
});
