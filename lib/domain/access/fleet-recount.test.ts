import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assign,
  CORP,
  deny,
  eligible,
  G1,
  G2,
  MACHINE_1,
  MACHINE_3,
  NOW,
  PROD,
  principal,
  S1,
  S2,
  tenant,
} from "./access-fixture";
import { prepareAccess } from "./access-index";
import { type AccessCapabilityId, CAPABILITY_IDS } from "./capabilities";
import { applyChanges, changeFleet } from "./change";
import { type EvaluatedFleet, evaluateFleet } from "./evaluate-fleet";
import { LANES } from "./fleet-state";
import type { AccessChange, AccessInputs, AccessLane, ActiveInstanceInput } from "./types";

// Under mutation testing the same property runs with fewer cases.
const scale = Number(process.env.ACCESS_PROPERTY_SCALE ?? 1);
const runs = (count: number) =>
  scale === 1 ? { numRuns: count } : { numRuns: Math.max(40, Math.round(count * scale)), seed: 7, endOnFailure: true };

const MANY = Array.from({ length: 90 }, (_, at) => `p${at}`);
const GROUPS = [
  { groupId: "crowd", memberIds: MANY, transitive: false },
  { groupId: "half", memberIds: [...MANY.slice(0, 70), "ann"], transitive: false },
  { groupId: "team", memberIds: ["ann", "p1", "p2", "sub"], transitive: false },
  { groupId: "sub", memberIds: ["p3"], transitive: false },
];
const SCOPES = ["/", CORP, PROD, S1, S2, G1, G2, MACHINE_1, MACHINE_3];
const CONDITION = "@Principal[team] StringEquals 'ops'";

/** A role active for a while, without an assignment of its own. */
function active(principalId: string, roleDefinitionId: string, scope: string): ActiveInstanceInput {
  const { createdOn: _, ...row } = assign(principalId, roleDefinitionId, scope);
  return {
    ...row,
    assignmentType: "Activated",
    until: "2031-01-01T00:00:00Z",
    originRoleAssignmentId: null,
    linkedEligibilityId: null,
  };
}

function fleetOf(inputs: Partial<AccessInputs>): { inputs: AccessInputs; fleet: EvaluatedFleet } {
  const principals = [principal("ann"), ...MANY.map((id, at) => principal(id, at % 9 === 0 ? "guest" : "user"))];
  const whole = tenant({ groups: GROUPS, principals, ...inputs });
  return { inputs: whole, fleet: evaluateFleet(prepareAccess(whole, NOW)) };
}

/** Every count and every reach. */
function reachesOf(fleet: EvaluatedFleet, ...of: [AccessCapabilityId, AccessLane]): Int32Array {
  const reaches = new Int32Array(fleet.principals.length);
  for (let at = 0; at < reaches.length; at += 1) reaches[at] = fleet.reach(at, ...of);
  return reaches;
}

function figures(fleet: EvaluatedFleet): Record<string, Int32Array> {
  const entries = CAPABILITY_IDS.flatMap((capability) =>
    LANES.flatMap((lane) => [
      [`${capability} ${lane}`, fleet.column(capability, lane)] as const,
      [`${capability} ${lane} reach`, reachesOf(fleet, capability, lane)] as const,
    ]),
  );
  return Object.fromEntries(entries.filter(([, values]) => values.some((value) => value !== 0)));
}

type Figures = ReturnType<typeof figures>;

/** The figures that are not the same on both sides, as text. Telling it of numbers one by one is slow for as many as here. */
function differing(one: Figures, other: Figures): string[] {
  const same = (a: Int32Array | undefined, b: Int32Array | undefined) =>
    a?.length === b?.length && a?.every((value, at) => value === b?.[at]) === true;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !same(one[name], other[name])).map((name) => `${name}: ${one[name]} / ${other[name]}`);
}

function check(inputs: AccessInputs, changes: readonly AccessChange[], fleet: EvaluatedFleet): void {
  for (const change of changes) changeFleet(fleet, change);
  const fromNothing = evaluateFleet(prepareAccess(applyChanges(inputs, changes), NOW));
  expect(differing(figures(fleet), figures(fromNothing))).toEqual([]);
}

describe("one grant more or less in an evaluated fleet", () => {
  const who = fc.constantFrom("ann", "p1", "p3", "p9", "crowd", "crowd", "half", "team", "sub");
  const where = fc.constantFrom(...SCOPES);
  const condition = fc.constantFrom(null, null, CONDITION);
  const assignment = fc
    .tuple(who, fc.constantFrom("reader", "admin-login", "owner"), where, condition)
    .map(([person, role, scope, text]) => assign(person, role, scope, { condition: text }));
  // Other roles than those of assignments, so that no instance stands for one of them.
  const instance = fc
    .tuple(who, fc.constantFrom("contributor", "user-login"), where)
    .map(([person, role, scope]) => active(person, role, scope));
  const eligibility = fc
    .tuple(who, fc.constantFrom("reader", "runner"), where)
    .map(([person, role, scope]) => eligible(person, role, scope));
  const denial = fc
    .tuple(fc.constantFrom("crowd", "p1", "team"), where)
    .map(([person, scope]) => deny(scope, { actions: ["*/read"] }, [person]));

  test("counts and reaches what an evaluation from nothing does", { timeout: 120_000 }, () => {
    const some = fc.record({
      assignments: fc.array(assignment, { maxLength: 6 }),
      activeInstances: fc.array(instance, { maxLength: 3 }),
      eligibleInstances: fc.array(eligibility, { maxLength: 3 }),
      denyAssignments: fc.array(denial, { maxLength: 1 }),
    });
    fc.assert(
      fc.property(some, assignment, eligibility, fc.nat(5), fc.boolean(), (given, added, offered, pick, askFirst) => {
        const { inputs, fleet } = fleetOf(given);
        if (askFirst) fleet.reach(0, "read", "now");
        const removed = given.assignments[pick];
        check(
          inputs,
          [
            { kind: "add", assignment: added },
            { kind: "addEligible", eligible: offered },
            ...(removed === undefined ? [] : [{ kind: "remove", assignmentId: removed.id } as const]),
          ],
          fleet,
        );
      }),
      runs(250),
    );
  });

  test("takes from people further down what they have from above now, and gives it back", () => {
    const { inputs, fleet } = fleetOf({
      assignments: [assign("p1", "reader", MACHINE_1), assign("half", "owner", G2), assign("crowd", "contributor", S2)],
    });
    const wide = assign("crowd", "reader", CORP);
    const before = figures(fleet);
    check(inputs, [{ kind: "add", assignment: wide }], fleet);
    expect([...fleet.column("read", "standing")]).toEqual([90, 90, 91, 90]);
    changeFleet(fleet, { kind: "remove", assignmentId: wide.id });
    expect(figures(fleet)).toEqual(before);
  });

  test("counts standing and active of the same person once in now, wherever the two meet", () => {
    for (const [standing, activated] of [
      [CORP, MACHINE_1],
      [MACHINE_1, CORP],
      [G1, G1],
    ] as const) {
      const { inputs, fleet } = fleetOf({ activeInstances: [active("team", "contributor", activated)] });
      const added = assign("crowd", "reader", standing);
      check(inputs, [{ kind: "add", assignment: added }], fleet);
      check(inputs, [{ kind: "remove", assignmentId: added.id }], fleet);
    }
  });

  test("follows what a few people and what many people have further down, in every lane", () => {
    const below = (person: string, at: string) => ({
      assignments: [assign(person, "reader", at), assign("ann", "owner", MACHINE_3, { condition: CONDITION })],
      activeInstances: [active(person, "contributor", at), active("p2", "user-login", MACHINE_1)],
      eligibleInstances: [eligible(person, "reader", at), eligible("p1", "runner", S1)],
    });
    for (const person of ["team", "crowd", "p1"]) {
      for (const at of [S1, G1, MACHINE_1]) {
        for (const given of [assign("team", "owner", CORP), assign("crowd", "reader", PROD), assign("half", "owner", S1)]) {
          for (const condition of [null, CONDITION]) {
            const { inputs, fleet } = fleetOf(below(person, at));
            fleet.reach(0, "read", "now");
            const added = { ...given, condition };
            check(inputs, [{ kind: "add", assignment: added }], fleet);
            check(inputs, [{ kind: "remove", assignmentId: added.id }], fleet);
          }
        }
      }
    }
  });

  test("follows a role of a condition past others of a condition, above and below", () => {
    const open = (person: string, role: string, at: string) => assign(person, role, at, { condition: CONDITION });
    for (const [above, middle, below] of [
      ["crowd", "team", "half"],
      ["team", "crowd", "p1"],
      ["p1", "team", "crowd"],
    ] as const) {
      const { inputs, fleet } = fleetOf({
        assignments: [open(above, "reader", CORP), open(below, "owner", G1), assign(below, "admin-login", MACHINE_1)],
        activeInstances: [active(middle, "contributor", G1), active(above, "user-login", CORP)],
      });
      const added = open(middle, "owner", S1);
      check(inputs, [{ kind: "add", assignment: added }], fleet);
      check(inputs, [{ kind: "remove", assignmentId: added.id }], fleet);
    }
  });

  test("changes no count when everybody holds it already", () => {
    const { fleet } = fleetOf({ assignments: [assign("crowd", "owner", "/")] });
    const { counts, rows } = fleet.state;
    const before = counts.slice();
    changeFleet(fleet, { kind: "add", assignment: assign("half", "reader", S1, { principalType: "Group" }) });
    changeFleet(fleet, { kind: "add", assignment: assign("p7", "owner", G1) });
    expect([...fleet.column("read", "standing")]).toEqual([91, 91, 91, 90]);
    const { fleet: narrow } = fleetOf({ assignments: [assign("crowd", "owner", "/")] });
    changeFleet(narrow, { kind: "add", assignment: assign("p7", "owner", G1) });
    expect(narrow.state.rows).toBe(rows);
    expect(narrow.state.counts.slice(0, before.length)).toEqual(before);
  });

  test("leaves what a deny takes away taken away", () => {
    const { inputs, fleet } = fleetOf({ denyAssignments: [deny(G1, { actions: ["*/read"] }, ["team"])] });
    check(inputs, [{ kind: "add", assignment: assign("crowd", "reader", CORP) }], fleet);
    expect([...fleet.column("read", "now")]).toEqual([87, 87, 90, 0]);
  });
});
