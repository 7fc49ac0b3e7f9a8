import { describe, expect, test } from "vitest";
import { assign, eligible, G1, G2, MACHINE_1, MACHINE_3, NOW, principal, ROLES, role, S1, tenant } from "./access-fixture";
import { prepareAccess } from "./access-index";
import { applyChanges, changeFleet } from "./change";
import { diffFleets, previewChanges, summariseDifferences } from "./diff";
import { evaluateFleet } from "./evaluate-fleet";
import type { AccessInputs } from "./types";

const groups = [
  { groupId: "team", memberIds: ["ann", "bob", "sub"], transitive: false },
  { groupId: "sub", memberIds: ["cleo"], transitive: false },
];

function fleetOf(inputs: Partial<AccessInputs>) {
  return evaluateFleet(prepareAccess(tenant({ groups, ...inputs }), NOW));
}

describe("one change in place", () => {
  test("an added assignment is counted for the members, once per person", () => {
    const fleet = fleetOf({ assignments: [assign("ann", "reader", S1), assign("bob", "reader", MACHINE_1)] });
    changeFleet(fleet, { kind: "add", assignment: assign("team", "reader", G1) });
    expect([...fleet.column("read", "now")]).toEqual([3, 3, 1, 0]);
    expect(fleet.reach(fleet.principalIndex("bob"), "read", "now")).toBe(2);
    expect(fleet.reach(fleet.principalIndex("cleo"), "read", "now")).toBe(2);
  });

  test("a removed assignment leaves what people hold by other ways", () => {
    const wide = assign("team", "reader", S1);
    const fleet = fleetOf({ assignments: [wide, assign("bob", "reader", MACHINE_1)] });
    changeFleet(fleet, { kind: "remove", assignmentId: wide.id.toUpperCase() });
    expect([...fleet.column("read", "now")]).toEqual([1, 0, 0, 0]);
    expect(fleet.reach(fleet.principalIndex("bob"), "read", "now")).toBe(1);
  });

  test("removing and adding again gives the first counts", () => {
    const wide = assign("team", "owner", S1);
    const fleet = fleetOf({ assignments: [wide, assign("sub", "contributor", G2)] });
    const before = [...fleet.column("delete", "now")];
    changeFleet(fleet, { kind: "remove", assignmentId: wide.id });
    expect([...fleet.column("delete", "now")]).toEqual([0, 0, 1, 0]);
    changeFleet(fleet, { kind: "add", assignment: wide });
    expect([...fleet.column("delete", "now")]).toEqual(before);
  });

  test("eligibilities change their own lane", () => {
    const row = eligible("team", "admin-login", G1);
    const fleet = fleetOf({});
    changeFleet(fleet, { kind: "addEligible", eligible: row });
    expect([...fleet.column("signInAdmin", "eligible")]).toEqual([3, 3, 0, 0]);
    expect([...fleet.column("signInAdmin", "now")]).toEqual([0, 0, 0, 0]);
    changeFleet(fleet, { kind: "removeEligible", eligibleId: row.id });
    expect([...fleet.column("signInAdmin", "eligible")]).toEqual([0, 0, 0, 0]);
  });

  test("more people than are looked up one by one come out the same", () => {
    const memberIds = Array.from({ length: 100 }, (_, at) => `p${at}`);
    const many = [{ groupId: "many", memberIds, transitive: false }];
    const fleet = fleetOf({ groups: many, assignments: [assign("p1", "reader", "/"), assign("p2", "reader", MACHINE_1)] });
    changeFleet(fleet, { kind: "add", assignment: assign("many", "reader", G1) });
    expect([...fleet.column("read", "now")]).toEqual([100, 100, 1, 1]);
  });

  test("an unknown id, or a scope without machines, changes nothing", () => {
    const fleet = fleetOf({ assignments: [assign("ann", "reader", S1)] });
    changeFleet(fleet, { kind: "remove", assignmentId: "nothing" });
    changeFleet(fleet, { kind: "add", assignment: assign("ann", "reader", `${S1}/resourceGroups/empty`) });
    expect([...fleet.column("read", "now")]).toEqual([1, 1, 1, 0]);
  });

  test("a new principal and a new role definition are taken in with what was changed before", () => {
    const fleet = fleetOf({ assignments: [assign("ann", "reader", S1)] });
    changeFleet(fleet, { kind: "add", assignment: assign("bob", "reader", G1) });
    changeFleet(fleet, { kind: "add", assignment: assign("newcomer", "reader", MACHINE_3) });
    expect([...fleet.column("read", "now")]).toEqual([2, 2, 2, 0]);
    changeFleet(fleet, { kind: "setRole", role: role("reader", { actions: ["Microsoft.HybridCompute/machines/delete"] }) });
    expect([...fleet.column("read", "now")]).toEqual([0, 0, 0, 0]);
    expect([...fleet.column("delete", "now")]).toEqual([2, 2, 2, 0]);
    expect(fleet.principalIndex("newcomer")).not.toBe(-1);
  });
});

describe("inputs after changes", () => {
  test("removing an assignment takes its PIM instance along, and only its own", () => {
    const row = assign("ann", "reader", S1);
    const instance = {
      ...row,
      id: "i1",
      originRoleAssignmentId: row.id,
      assignmentType: "Activated",
      until: null,
      linkedEligibilityId: null,
    };
    const other = { ...instance, id: "i2", originRoleAssignmentId: null };
    const after = applyChanges(tenant({ assignments: [row], activeInstances: [instance, other] }), [
      { kind: "remove", assignmentId: row.id },
    ]);
    expect(after.assignments).toEqual([]);
    expect(after.activeInstances.map((one) => one.id)).toEqual(["i2"]);
  });

  test("a role of the same GUID is replaced", () => {
    const changed = role("/providers/Microsoft.Authorization/roleDefinitions/READER", { actions: [] });
    const after = applyChanges(tenant({ roleDefinitions: [ROLES.reader, ROLES.owner] }), [{ kind: "setRole", role: changed }]);
    expect(after.roleDefinitions).toEqual([ROLES.owner, changed]);
  });
});

describe("preview", () => {
  test("[A08] says exactly who gains what on which machines, and leaves the fleet as it was", () => {
    const fleet = fleetOf({ assignments: [assign("ann", "user-login", MACHINE_1)] });
    const { diff, after } = previewChanges(fleet, [{ kind: "add", assignment: assign("team", "user-login", G1) }]);
    expect(diff.lost).toEqual([]);
    const now = diff.gained.filter((row) => row.lane === "now");
    expect(now.map((row) => [row.principalId, row.capability, [...row.machineIndexes]])).toEqual([
      ["ann", "signInUser", [1]],
      ["bob", "signInUser", [0, 1]],
      ["cleo", "signInUser", [0, 1]],
    ]);
    expect([...fleet.column("signInUser", "now")]).toEqual([1, 0, 0, 0]);
    expect([...after.column("signInUser", "now")]).toEqual([3, 3, 0, 0]);
  });

  test("people lose only what no other way gives them", () => {
    const wide = assign("team", "admin-login", S1);
    const fleet = fleetOf({ assignments: [wide, assign("ann", "user-login", G1)] });
    const { diff } = previewChanges(fleet, [{ kind: "remove", assignmentId: wide.id }]);
    expect(diff.gained).toEqual([]);
    expect(summariseDifferences(diff.lost, "signInAdmin")).toEqual({ principalIds: ["ann", "bob", "cleo"], machines: 3 });
    const user = diff.lost.filter((row) => row.capability === "signInUser" && row.lane === "now");
    expect(user.find((row) => row.principalId === "ann")).toMatchObject({ machineIndexes: Int32Array.of(2) });
    expect(summariseDifferences(diff.lost, "delete")).toEqual({ principalIds: [], machines: 0 });
  });

  test("a change after others builds on them", () => {
    const wide = assign("team", "reader", S1);
    const fleet = fleetOf({});
    changeFleet(fleet, { kind: "add", assignment: wide });
    const { diff } = previewChanges(fleet, [{ kind: "remove", assignmentId: wide.id }]);
    expect(summariseDifferences(diff.lost, "read").machines).toBe(3);
  });

  test("a new principal gains; a changed role touches its holders", () => {
    const fleet = fleetOf({ principals: [principal("ann")], assignments: [assign("ann", "user-login", G2)] });
    const added = previewChanges(fleet, [{ kind: "add", assignment: assign("new", "reader", MACHINE_3) }]).diff;
    expect(summariseDifferences(added.gained, "read")).toEqual({ principalIds: ["new"], machines: 1 });
    const changed = previewChanges(fleet, [{ kind: "setRole", role: role("user-login", {}) }]).diff;
    expect(summariseDifferences(changed.lost, "signInUser")).toEqual({ principalIds: ["ann"], machines: 1 });
  });

  test("eligibilities show in their own lane", () => {
    const row = eligible("ann", "reader", G1);
    const fleet = fleetOf({ eligibleInstances: [row] });
    const { diff } = previewChanges(fleet, [{ kind: "removeEligible", eligibleId: row.id }]);
    expect(diff.lost.map((one) => [one.capability, one.lane])).toEqual([["read", "eligible"]]);
    const again = previewChanges(fleetOf({}), [{ kind: "addEligible", eligible: row }]).diff;
    expect(summariseDifferences(again.gained, "read", "eligible").machines).toBe(2);
  });
});

describe("difference of two evaluations", () => {
  test("both directions at once", () => {
    const before = fleetOf({ assignments: [assign("ann", "reader", S1)] });
    const after = fleetOf({ assignments: [assign("ann", "reader", G1), assign("bob", "reader", G2)] });
    const diff = diffFleets(before, after);
    expect(summariseDifferences(diff.gained, "read")).toEqual({ principalIds: ["bob"], machines: 1 });
    expect(diff.lost.filter((row) => row.lane === "now").map((row) => [row.principalId, [...row.machineIndexes]])).toEqual([
      ["ann", [2]],
    ]);
  });

  test("evaluations of other machines are refused", () => {
    const other = fleetOf({ machines: tenant().machines.slice(1) });
    expect(() => diffFleets(fleetOf({}), other)).toThrow(RangeError);
    const renamed = fleetOf({ machines: tenant().machines.map((row) => ({ ...row, id: row.id.replace("srv-1", "srv-9") })) });
    expect(() => diffFleets(fleetOf({}), renamed)).toThrow("not of the same machines");
  });
});
