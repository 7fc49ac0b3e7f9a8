import { describe, expect, it } from "vitest";
import { conversionPlan, grantKey, type StandingFact } from "./conversion-plan";
import { ratios } from "./ratio";

const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";

function fact(id: string, patch: Partial<StandingFact> = {}): StandingFact {
  return {
    assignmentId: id,
    scope: { id: SUB, kind: "subscription", name: "Prod" },
    roleId: "cd570a14",
    roleName: "Resource Administrator",
    principalId: `person-${id}`,
    kind: "user",
    condition: null,
    activatedByPim: false,
    assignsRoles: false,
    ...patch,
  };
}

function verdicts(facts: StandingFact[], chosen = facts.map(({ assignmentId }) => assignmentId), eligible: string[] = []) {
  const plan = conversionPlan({ facts, chosen: new Set(chosen), eligible: new Set(eligible), operatorId: "ME" });
  return Object.fromEntries([...plan].map(([id, { verdict, reasons }]) => [id, [verdict, ...reasons].join(" ")]));
}

describe("conversionPlan", () => {
  it("converts people and groups", () => {
    expect(verdicts([fact("a"), fact("b", { kind: "group" }), fact("c", { kind: "guest" })])).toEqual({
      a: "ready",
      b: "ready",
      c: "ready",
    });
  });

  it.each<[string, Partial<StandingFact>]>([
    ["notAPersonOrGroup", { kind: "servicePrincipal" }],
    ["notAPersonOrGroup", { kind: "managedIdentity" }],
    ["deleted", { kind: "deleted" }],
    ["activatedByPim", { activatedByPim: true }],
    ["condition", { condition: "@Resource[x] StringEquals 'y'" }],
  ])("blocks what Azure would not take back as an eligibility: %s", (reason, patch) => {
    expect(verdicts([fact("a", patch)])).toEqual({ a: `blocked ${reason}` });
  });

  it("asks for typed words before the last who may assign roles at a scope loses the standing right", () => {
    const facts = [fact("a", { assignsRoles: true }), fact("b", { assignsRoles: true })];
    expect(verdicts(facts, ["a"])).toEqual({ a: "ready" });
    expect(verdicts(facts)).toEqual({ a: "confirm lastWhoAssigns", b: "confirm lastWhoAssigns" });
  });

  it("does not count a deleted holder or an activation as one who is left", () => {
    const left = [fact("b", { assignsRoles: true, kind: "deleted" }), fact("c", { assignsRoles: true, activatedByPim: true })];
    expect(verdicts([fact("a", { assignsRoles: true }), ...left], ["a"])).toEqual({ a: "confirm lastWhoAssigns" });
  });

  it("asks for typed words before the operator's own right to assign roles goes", () => {
    const facts = [fact("a", { assignsRoles: true, principalId: "me" }), fact("b", { assignsRoles: true })];
    expect(verdicts(facts, ["a"])).toEqual({ a: "confirm own" });
  });

  it("knows an eligibility that exists, whatever the case of ids: only the removal is left", () => {
    const known = grantKey({
      principalId: "PERSON-A",
      roleId: "/providers/X/roleDefinitions/CD570A14",
      scope: `${SUB.toUpperCase()}/`,
    });
    expect(verdicts([fact("a")], ["a"], [known])).toEqual({ a: "ready alreadyEligible" });
  });
});

describe("ratios", () => {
  it("counts standing, time-bound and eligible, in all and by scope and role, most standing first", () => {
    const at = (scope: string, role: string, kind: "standing" | "timeBound" | "eligible") => ({
      ...{ scopeId: scope, scopeName: scope, roleId: role, roleName: role, kind },
    });
    const facts = [at("A", "r", "eligible"), at("B", "r", "standing"), at("B", "s", "standing"), at("B", "s", "timeBound")];
    const { all, byScope, byRole } = ratios(facts);
    expect(all).toEqual({ standing: 2, timeBound: 1, eligible: 1, share: 0.25 });
    expect(byScope.map(({ key, standing, share }) => [key, standing, share])).toEqual([
      ["b", 2, 0],
      ["a", 0, 1],
    ]);
    expect(byRole.map(({ key, standing, eligible }) => [key, standing, eligible])).toEqual([
      ["r", 1, 1],
      ["s", 1, 0],
    ]);
  });

  it("has no share where there is nothing", () => {
    expect(ratios([]).all.share).toBeNull();
  });
});
