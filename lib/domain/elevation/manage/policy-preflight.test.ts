import { describe, expect, it } from "vitest";
import { clonePlan } from "./clone-plan";
import { approver, EXAMPLE_SETTINGS, withActivation } from "./manage-fixture";
import { driftFrom } from "./policy-drift";
import { type PolicyPeople, policyProblems } from "./policy-preflight";

const ADA = approver("a", "Ada");
const BOB = approver("b", "Bob");
const TEAM = approver("f", "Approvers", "group");

function people(patch: Partial<PolicyPeople> = {}): PolicyPeople {
  return {
    eligible: [{ id: BOB.id, name: "Bob" }],
    running: [],
    behind: new Map([
      [ADA.id, [ADA.id]],
      [BOB.id, [BOB.id]],
    ]),
    standing: 0,
    ...patch,
  };
}

const approvedBy = (...approvers: ReturnType<typeof approver>[]) => withActivation({ approval: { required: true, approvers } });
const found = (...args: Parameters<typeof policyProblems>) => policyProblems(...args).map(({ id, weight }) => `${id}:${weight}`);

describe("policyProblems", () => {
  it("finds nothing against a plain policy", () => {
    expect(policyProblems(EXAMPLE_SETTINGS, people())).toEqual([]);
  });

  it("blocks approval without approvers", () => {
    expect(found(approvedBy(), people())).toEqual(["approvalWithoutApprovers:blocks"]);
  });

  it("calls it a lock-out when nobody who may activate could get an approval", () => {
    const [problem] = policyProblems(approvedBy(BOB), people({ standing: 2 }));
    expect(problem).toEqual({ id: "lockOut", weight: "typed", values: { count: 1, names: "Bob", standing: 2 } });
  });

  it("calls it a lock-out when every approver is disabled or gone", () => {
    expect(found(approvedBy(ADA), people({ behind: new Map([[ADA.id, []]]) }))).toEqual(["lockOut:typed"]);
  });

  it("warns when the only approver is one of several who may activate", () => {
    const eligible = [
      { id: ADA.id, name: "Ada" },
      { id: BOB.id, name: "Bob" },
    ];
    const [problem] = policyProblems(approvedBy(BOB), people({ eligible }));
    expect(problem).toEqual({ id: "onlyApproverIsRequester", weight: "warns", values: { count: 1, names: "Bob", standing: 0 } });
  });

  it("counts the members of an approving group, never the requester among them", () => {
    const group = (members: string[]) => people({ behind: new Map([[TEAM.id, members]]) });
    expect(found(approvedBy(TEAM), group([BOB.id]))).toEqual(["lockOut:typed"]);
    expect(found(approvedBy(TEAM), group([BOB.id, ADA.id]))).toEqual([]);
  });

  it("says that it cannot tell when an approving group could not be read", () => {
    expect(found(approvedBy(TEAM), people({ behind: new Map([[TEAM.id, null]]) }))).toEqual(["approversUnreadable:warns"]);
  });

  it("finds no lock-out where nobody may activate", () => {
    expect(found(approvedBy(BOB), people({ eligible: [] }))).toEqual([]);
  });

  it("blocks multi-factor and an authentication context together", () => {
    expect(found(withActivation({ mfa: true, authenticationContext: "c1" }), people())).toEqual(["mfaAndContext:blocks"]);
  });

  it.each([
    [4, true],
    [5, false],
    [1_440, false],
    [1_441, true],
  ])("takes an activation of %i minutes as out of range: %s", (maxMinutes, blocked) => {
    expect(found(withActivation({ maxMinutes }), people())).toEqual(blocked ? ["maxOutOfRange:blocks"] : []);
  });

  it("warns when a running activation is longer than the new maximum, not when it is as long", () => {
    const running = [{ id: "x", name: "Cleo", minutes: 120 }];
    expect(found(withActivation({ maxMinutes: 119 }), people({ running }))).toEqual(["maxBelowRunning:warns"]);
    expect(found(withActivation({ maxMinutes: 120 }), people({ running }))).toEqual([]);
  });
});

describe("clonePlan", () => {
  const target = (key: string, settings = EXAMPLE_SETTINGS, own = people()) => ({ key, settings, people: own });

  it("finds the one target of thirty in which everybody would be locked out", () => {
    const safe = people({ eligible: [{ id: ADA.id, name: "Ada" }] });
    const targets = Array.from({ length: 30 }, (_, index) =>
      target(`t${index}`, EXAMPLE_SETTINGS, index === 17 ? people() : safe),
    );
    const plan = clonePlan(approvedBy(BOB), targets);
    expect(plan.filter(({ verdict }) => verdict === "confirm").map(({ key }) => key)).toEqual(["t17"]);
    expect(plan.filter(({ verdict }) => verdict === "ready")).toHaveLength(29);
  });

  it("leaves a target alone that asks for the same already, whatever its people", () => {
    expect(clonePlan(approvedBy(BOB), [target("same", approvedBy(BOB))])).toEqual([
      { key: "same", differences: [], problems: [], verdict: "unchanged" },
    ]);
  });

  it("blocks what Azure would refuse everywhere", () => {
    expect(clonePlan(approvedBy(), [target("one")]).map(({ verdict }) => verdict)).toEqual(["blocked"]);
  });
});

describe("driftFrom", () => {
  it("counts rows per field and keeps the baseline's value as the first one", () => {
    const rows = [
      { name: "as the baseline", settings: EXAMPLE_SETTINGS },
      { name: "shorter", settings: withActivation({ maxMinutes: 60 }) },
      { name: "shorter with ticket", settings: withActivation({ maxMinutes: 60, ticket: true }) },
    ];
    const report = driftFrom(EXAMPLE_SETTINGS, rows);
    expect(report.same.map(({ name }) => name)).toEqual(["as the baseline"]);
    expect(report.fields).toEqual({ activationMax: 2, activationTicket: 1 });
    expect(report.different[0]?.differences).toEqual([
      { field: "activationMax", before: { kind: "minutes", minutes: 480 }, after: { kind: "minutes", minutes: 60 } },
    ]);
  });
});
