import { describe, expect, it } from "vitest";
import type { ApproverPeople } from "../approvers";
import { clonePlan } from "./clone-plan";
import { approver, EXAMPLE_SETTINGS, withActivation } from "./manage-fixture";
import { driftFrom } from "./policy-drift";
import { type PolicyPeople, policyProblems } from "./policy-preflight";

const ADA = approver("a", "Ada");
const BOB = approver("b", "Bob");
const TEAM = approver("f", "Approvers", "group");

const person = ({ id, name }: { id: string; name: string }) => ({ id, name, detail: "" });
const alone = (one: typeof ADA): ApproverPeople => ({ ...one, people: [person(one)], atLeast: false });
const team = (members: (typeof ADA)[], atLeast = false): ApproverPeople => ({ ...TEAM, people: members.map(person), atLeast });
const behind = (...all: ApproverPeople[]) => ({ behind: new Map(all.map((one) => [one.id, one])) });

function people(patch: Partial<PolicyPeople> = {}): PolicyPeople {
  return {
    eligible: [{ id: BOB.id, name: "Bob" }],
    eligibleUnread: [],
    running: [],
    ...behind(alone(ADA), alone(BOB)),
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
    expect(problem).toEqual({ id: "lockOut", weight: "typed", values: { count: 1, names: "Bob", standing: 2, deciders: 1 } });
  });

  it("calls it a lock-out when every approver is disabled or gone", () => {
    const [problem, ...more] = policyProblems(approvedBy(ADA), people(behind({ ...alone(ADA), people: [] })));
    expect(problem).toMatchObject({ id: "lockOut", values: { deciders: 0 } });
    expect(more).toEqual([]);
  });

  it("warns when the only approver is one of several who may activate", () => {
    const eligible = [
      { id: ADA.id, name: "Ada" },
      { id: BOB.id, name: "Bob" },
    ];
    const [problem] = policyProblems(approvedBy(BOB), people({ eligible }));
    expect(problem).toEqual({
      id: "onlyApproverIsRequester",
      weight: "warns",
      values: { count: 1, names: "Bob", standing: 0, deciders: 1 },
    });
  });

  it("counts the members of an approving group, never the requester among them", () => {
    expect(found(approvedBy(TEAM), people(behind(team([BOB]))))).toEqual(["lockOut:typed"]);
    expect(found(approvedBy(TEAM), people(behind(team([BOB, ADA]))))).toEqual([]);
  });

  it("counts nobody twice who is named and in the group", () => {
    expect(found(approvedBy(TEAM, BOB), people(behind(team([BOB]), alone(BOB))))).toEqual(["lockOut:typed"]);
  });

  describe("with an approving group that was not read whole", () => {
    const unread = { id: "approversUnreadable", weight: "warns", values: { names: "Approvers" } };

    it("says that it cannot tell while nobody else is known to decide", () => {
      expect(policyProblems(approvedBy(TEAM), people(behind(team([], true))))).toEqual([unread]);
      expect(policyProblems(approvedBy(TEAM), people(behind(team([BOB], true))))).toEqual([unread]);
      expect(policyProblems(approvedBy(TEAM), people(behind()))).toEqual([unread]);
    });

    it("is content with the members that it read, when these are enough", () => {
      expect(found(approvedBy(TEAM), people(behind(team([ADA], true))))).toEqual([]);
      expect(found(approvedBy(TEAM, ADA), people(behind(team([], true), alone(ADA))))).toEqual([]);
    });
  });

  describe("with a group that may activate and was not read whole", () => {
    const eligible = { eligible: [], eligibleUnread: ["Operators"] };

    it("still finds the lock-out when nobody at all can decide", () => {
      expect(found(approvedBy(TEAM), people({ ...behind(team([])), ...eligible }))).toEqual(["lockOut:typed"]);
    });

    it("warns when the only one who can decide may be among them, and is content with two", () => {
      expect(found(approvedBy(TEAM), people({ ...behind(team([ADA])), ...eligible }))).toEqual(["eligibleUnreadable:warns"]);
      expect(found(approvedBy(TEAM), people({ ...behind(team([ADA, BOB])), ...eligible }))).toEqual([]);
    });

    it("calls it no lock-out when the one who decides may serve others than themselves", () => {
      const known = { eligible: [{ id: BOB.id, name: "Bob" }], eligibleUnread: ["Operators"] };
      expect(found(approvedBy(BOB), people(known))).toEqual(["onlyApproverIsRequester:warns", "eligibleUnreadable:warns"]);
    });
  });

  it("names an approver behind whom there is nobody, beside others who can decide", () => {
    const [problem] = policyProblems(approvedBy(TEAM, ADA), people(behind(team([]), alone(ADA))));
    expect(problem).toEqual({ id: "approversEmpty", weight: "warns", values: { names: "Approvers" } });
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
