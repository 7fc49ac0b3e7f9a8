import { describe, expect, test } from "vitest";
import {
  assign,
  CORP,
  deny,
  G1,
  G2,
  MACHINE_1,
  MACHINE_3,
  machine,
  machineId,
  NOW,
  principal,
  S1,
  tenant,
} from "./access-fixture";
import { prepareAccess } from "./access-index";
import { CAPABILITY_IDS } from "./capabilities";
import { applyChanges, changeFleet } from "./change";
import { diffFleets, previewChanges } from "./diff";
import { evaluateFleet } from "./evaluate-fleet";
import { evaluateMachine } from "./evaluate-machine";
import { LANES } from "./fleet-state";
import type { AccessChange, AccessInputs } from "./types";

/** Enough of everything that tables have to grow: 1,500 people, 720 machines in 24 groups, 1,300 rows of counts. */
const PEOPLE = 1500;
const people = Array.from({ length: PEOPLE }, (_, at) => `p${at}`);
const group = (at: number) => `${S1}/resourceGroups/g${at}`;
const machineAt = (at: number) => machineId(group(Math.floor(at / 30)), `m${at}`);
const ROLE_NAMES = ["reader", "contributor", "owner", "admin-login", "user-login", "runner", "access-admin"];

function largeTenant(): AccessInputs {
  const everyone = { groupId: "everyone", memberIds: people, transitive: false };
  const teams = Array.from({ length: 20 }, (_, at) => ({
    groupId: `t${at}`,
    memberIds: [...people.filter((_, person) => person % (at + 7) === 0), ...(at > 0 ? [`t${at - 1}`] : [])],
    transitive: false,
  }));
  const spread = Array.from({ length: 900 }, (_, at) => {
    const scope = at % 5 === 0 ? group((at * 7) % 24) : machineAt((at * 37) % 720);
    const condition = at % 11 === 0 ? "Exists @Resource[tag]" : null;
    return assign(at % 4 === 0 ? `t${at % 20}` : `p${(at * 13) % PEOPLE}`, ROLE_NAMES[at % 7] ?? "", scope, { condition });
  });
  return tenant({
    machines: Array.from({ length: 720 }, (_, at) => machine(machineAt(at))),
    principals: [principal("p0", "guest"), principal("p7", "user", { enabled: false })],
    groups: [everyone, ...teams],
    assignments: [
      assign("everyone", "reader", CORP),
      assign("everyone", "user-login", group(3)),
      assign("everyone", "runner", machineAt(100)),
      ...spread,
    ],
    denyAssignments: [
      deny(group(5), { actions: ["*/delete", "*/write"] }, ["t3"]),
      deny(machineAt(200), { actions: ["*"] }, ["everyone"], { excludePrincipalIds: ["t2"] }),
      deny(group(9), { actions: ["*"] }, ["t1"], { condition: "Exists @Resource[x]" }),
    ],
  });
}

const inputs = largeTenant();
const fresh = (changed: AccessInputs) => evaluateFleet(prepareAccess(changed, NOW));

function columns(fleet: ReturnType<typeof evaluateFleet>): Record<string, readonly number[]> {
  const pairs = CAPABILITY_IDS.flatMap((capability) =>
    LANES.map((lane) => [`${capability} ${lane}`, [...fleet.column(capability, lane)]] as const),
  );
  return Object.fromEntries(pairs);
}

describe("a large fleet", () => {
  const fleet = fresh(inputs);

  test("counts on a machine are the people that the plain rules name", () => {
    const index = prepareAccess(inputs, NOW);
    for (const at of [100, 95, 150, 200, 270, 719]) {
      const { answers } = evaluateMachine(index, machineAt(at));
      for (const capability of CAPABILITY_IDS) {
        const standing = answers[capability].holders.filter((row) => row.paths.some((path) => path.condition.kind !== "depends"));
        const depends = answers[capability].holders.filter((row) => row.paths.some((path) => path.condition.kind === "depends"));
        expect([capability, fleet.count(capability, "standing", at)]).toEqual([capability, standing.length]);
        expect([capability, fleet.count(capability, "depends", at)]).toEqual([capability, depends.length]);
      }
    }
  });

  test("what people reach adds up to what machines count", () => {
    for (const capability of ["read", "signInUser", "delete", "becomeIdentity"] as const) {
      const reached = fleet.principals.reduce((sum, _, at) => sum + fleet.reach(at, capability, "now"), 0);
      expect(fleet.column(capability, "now").reduce((sum, count) => sum + count, 0)).toBe(reached);
      expect(reached).toBeGreaterThan(1000);
    }
  });
});

describe("changes one after the other", () => {
  const changes: AccessChange[] = [
    { kind: "add", assignment: assign("everyone", "contributor", group(4)) },
    { kind: "add", assignment: assign("t19", "owner", S1) },
    { kind: "add", assignment: assign("p11", "admin-login", CORP) },
    { kind: "add", assignment: assign("p0", "owner", machineAt(200)) },
    { kind: "add", assignment: assign("t3", "owner", group(5)) },
    ...[0, 1, 2, 10, 44, 77, 300].map((at): AccessChange => ({ kind: "remove", assignmentId: inputs.assignments[at]?.id ?? "" })),
    { kind: "add", assignment: assign("everyone", "reader", "/") },
  ];

  test("leave the same counts, reach and machines as an evaluation from nothing", () => {
    const fleet = fresh(inputs);
    fleet.reach(0, "read", "now");
    for (const change of changes) changeFleet(fleet, change);
    const after = fresh(applyChanges(inputs, changes));
    expect(columns(fleet)).toEqual(columns(after));
    for (const person of ["p0", "p7", "p11", "p13", "p26", "p1499"]) {
      const at = fleet.principalIndex(person);
      for (const capability of ["read", "delete", "signInAdmin", "assignRoles"] as const) {
        expect(fleet.reach(at, capability, "now")).toBe(after.reach(after.principalIndex(person), capability, "now"));
        expect(fleet.machineBits(at, capability, "now")).toEqual(
          after.machineBits(after.principalIndex(person), capability, "now"),
        );
      }
    }
  });

  test("one by one and back again end where they began", () => {
    const fleet = fresh(inputs);
    const before = columns(fleet);
    const added = changes.filter((change) => change.kind === "add");
    for (const change of added) changeFleet(fleet, change);
    expect(columns(fleet)).not.toEqual(before);
    for (const change of added) changeFleet(fleet, { kind: "remove", assignmentId: change.assignment.id });
    expect(columns(fleet)).toEqual(before);
  });
});

describe("differences by machine", () => {
  const three = [MACHINE_3, MACHINE_1, machineId(G2, "x"), machineId(G1, "y")].map(machine);
  const base = tenant({ machines: three, groups: [{ groupId: "team", memberIds: ["ann", "bob"], transitive: false }] });

  test("machines that do not stand together are one ascending list, shared by people alike", () => {
    const assignments = [assign("team", "reader", G2), assign("team", "reader", machineId(G1, "y"))];
    const { gained } = diffFleets(fresh(base), fresh({ ...base, assignments }));
    const rows = gained.filter((row) => row.capability === "read" && row.lane === "now");
    expect(rows.map((row) => [row.principalId, [...row.machineIndexes]])).toEqual([
      ["ann", [0, 2, 3]],
      ["bob", [0, 2, 3]],
    ]);
    expect(rows[0]?.machineIndexes).toBe(rows[1]?.machineIndexes);
  });

  test("the same machines in another order are refused", () => {
    const other = { ...base, machines: three.toReversed() };
    expect(() => diffFleets(fresh(base), fresh(other))).toThrow(RangeError);
  });

  test("a preview names only people whom the change can touch", () => {
    const assignments = [assign("ann", "reader", G1)];
    const change: AccessChange = { kind: "add", assignment: assign("bob", "reader", G1) };
    const { diff } = previewChanges(fresh({ ...base, assignments }), [change]);
    expect([...new Set(diff.gained.map((row) => row.principalId))]).toEqual(["bob"]);
  });
});

describe("removing by id", () => {
  test("only the assignment with that id goes, of several alike at one scope", () => {
    const rows = ["aa", "ab", "ac"].map((id) => ({
      ...assign(id, "reader", G1),
      id: `${G1}/providers/Microsoft.Authorization/roleAssignments/${id}`,
    }));
    const fleet = fresh(tenant({ assignments: rows }));
    changeFleet(fleet, { kind: "remove", assignmentId: rows[1]?.id ?? "" });
    expect(fleet.principals.map((one, at) => [one.id, fleet.reach(at, "read", "now")])).toEqual([
      ["aa", 2],
      ["ab", 0],
      ["ac", 2],
    ]);
    changeFleet(fleet, { kind: "remove", assignmentId: rows[0]?.id ?? "" });
    expect(fleet.machineBits(0, "read", "now")[0]).toBe(0);
    expect(fleet.machineBits(2, "read", "now")[0]).toBe(0b11);
  });

  test("ids without a scope are found too, by their whole text", () => {
    const rows = ["one", "two"].map((id) => ({ ...assign("ann", "reader", id === "one" ? G1 : G2), id }));
    const fleet = fresh(tenant({ assignments: rows }));
    changeFleet(fleet, { kind: "remove", assignmentId: "TWO" });
    expect([...fleet.column("read", "now")]).toEqual([1, 1, 0, 0]);
  });

  test("a removed eligibility leaves an assignment of the same person alone", () => {
    const row = assign("ann", "reader", G1);
    const fleet = fresh(tenant({ assignments: [row] }));
    changeFleet(fleet, { kind: "removeEligible", eligibleId: "other" });
    expect([...fleet.column("read", "now")]).toEqual([1, 1, 0, 0]);
  });

  test("a PIM instance is taken out by its own id as well", () => {
    const row = assign("ann", "reader", G1);
    const instance = {
      ...row,
      id: "Inst",
      originRoleAssignmentId: null,
      assignmentType: "Activated",
      until: null,
      linkedEligibilityId: null,
    };
    const after = applyChanges(tenant({ activeInstances: [instance, { ...instance, id: "keep" }] }), [
      { kind: "remove", assignmentId: "INST" },
    ]);
    expect(after.activeInstances.map((one) => one.id)).toEqual(["keep"]);
  });
});

test("a change is counted in place where its numbers fit, and from nothing where they do not", () => {
  const fleet = fresh(tenant({ principals: [principal("ann")] }));
  const { state } = fleet;
  changeFleet(fleet, { kind: "add", assignment: assign("ann", "reader", G1) });
  changeFleet(fleet, { kind: "remove", assignmentId: "nothing" });
  expect(fleet.state).toBe(state);
  changeFleet(fleet, { kind: "add", assignment: assign("new", "reader", G1) });
  expect(fleet.state).not.toBe(state);
});
