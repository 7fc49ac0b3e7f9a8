import { describe, expect, test } from "vitest";
import {
  assign,
  CORP,
  deny,
  eligible,
  G1,
  G2,
  MACHINE_1,
  MACHINE_2,
  MACHINE_3,
  MACHINE_4,
  machine,
  NOW,
  principal,
  S1,
  tenant,
} from "./access-fixture";
import { prepareAccess } from "./access-index";
import { evaluateFleet } from "./evaluate-fleet";
import type { AccessInputs } from "./types";

function fleetOf(inputs: Partial<AccessInputs>) {
  return evaluateFleet(prepareAccess(tenant(inputs), NOW));
}

function machinesOf(fleet: ReturnType<typeof fleetOf>, bits: Uint32Array): string[] {
  return fleet.machines.filter((_, at) => (((bits[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1).map((row) => row.name);
}

const groups = [{ groupId: "team", memberIds: ["ann", "bob"], transitive: false }];

describe("counts per machine", () => {
  test("each scope's people are counted on the machines below it, in the order of the inputs", () => {
    const fleet = fleetOf({
      groups,
      assignments: [
        assign("team", "admin-login", CORP),
        assign("cleo", "admin-login", G2),
        assign("dan", "admin-login", MACHINE_4),
      ],
    });
    expect([...fleet.column("signInAdmin", "standing")]).toEqual([2, 2, 3, 1]);
    expect([0, 1, 2, 3].map((at) => fleet.count("signInAdmin", "standing", at))).toEqual([2, 2, 3, 1]);
  });

  test("a person with several ways counts once", () => {
    const fleet = fleetOf({
      groups,
      assignments: [assign("team", "reader", "/"), assign("ann", "reader", S1), assign("ann", "owner", MACHINE_1)],
    });
    expect([...fleet.column("read", "standing")]).toEqual([2, 2, 2, 2]);
    expect([...fleet.column("delete", "standing")]).toEqual([1, 0, 0, 0]);
  });

  test("standing, active, eligible and undecided are lanes of their own; now is standing or active", () => {
    const condition = "@Principal[team] StringEquals 'x'";
    const fleet = fleetOf({
      assignments: [assign("ann", "reader", S1), assign("dan", "reader", S1, { condition })],
      activeInstances: [
        {
          ...assign("ann", "reader", G1),
          originRoleAssignmentId: null,
          assignmentType: "Activated",
          until: "2026-11-21T14:00:00Z",
          linkedEligibilityId: null,
        },
        {
          ...assign("bob", "reader", G1),
          originRoleAssignmentId: null,
          assignmentType: "Activated",
          until: "2026-11-21T14:00:00Z",
          linkedEligibilityId: null,
        },
      ],
      eligibleInstances: [eligible("ann", "reader", G2), eligible("cleo", "reader", "/")],
    });
    expect([...fleet.column("read", "standing")]).toEqual([1, 1, 1, 0]);
    expect([...fleet.column("read", "active")]).toEqual([2, 2, 0, 0]);
    expect([...fleet.column("read", "now")]).toEqual([2, 2, 1, 0]);
    expect([...fleet.column("read", "eligible")]).toEqual([1, 1, 2, 1]);
    expect([...fleet.column("read", "depends")]).toEqual([1, 1, 1, 0]);
  });

  test("a deny takes people away below its scope only", () => {
    const fleet = fleetOf({
      groups,
      assignments: [assign("team", "contributor", "/")],
      denyAssignments: [deny(G1, { actions: ["*"] }, ["ann"]), deny(MACHINE_2, { actions: ["*"] }, ["bob"])],
    });
    expect([...fleet.column("delete", "now")]).toEqual([1, 0, 2, 2]);
    expect(fleet.reach(fleet.principalIndex("ANN"), "delete", "now")).toBe(2);
    expect(machinesOf(fleet, fleet.machineBits(fleet.principalIndex("bob"), "delete", "now"))).toEqual([
      "srv-1",
      "srv-3",
      "srv-4",
    ]);
  });

  test("a grant below a deny of the same person stays denied", () => {
    const fleet = fleetOf({
      assignments: [assign("ann", "contributor", MACHINE_1), assign("ann", "reader", MACHINE_1)],
      denyAssignments: [deny(S1, { actions: ["*"], notActions: ["*/read"] }, ["ann"])],
    });
    expect(fleet.count("delete", "now", 0)).toBe(0);
    expect(fleet.count("read", "now", 0)).toBe(1);
  });

  test("a deny that hangs on a condition moves people to the undecided", () => {
    const fleet = fleetOf({
      assignments: [assign("ann", "contributor", S1)],
      denyAssignments: [deny(G1, { actions: ["*/delete"] }, ["ann"], { condition: "@Environment[x] StringEquals 'y'" })],
    });
    expect([...fleet.column("delete", "standing")]).toEqual([0, 0, 1, 0]);
    expect([...fleet.column("delete", "depends")]).toEqual([1, 1, 0, 0]);
    expect([...fleet.column("writeExtensions", "standing")]).toEqual([1, 1, 1, 0]);
  });

  test("a deny kept to a group's own scope touches no machine; one on the machine leaves onboarding alone", () => {
    const own = { doNotApplyToChildScopes: true };
    const fleet = fleetOf({
      assignments: [assign("ann", "contributor", S1)],
      denyAssignments: [deny(G1, { actions: ["*"] }, ["ann"], own), deny(MACHINE_3, { actions: ["*"] }, ["ann"], own)],
    });
    expect([...fleet.column("changeIdentity", "now")]).toEqual([1, 1, 0, 0]);
    expect([...fleet.column("onboard", "now")]).toEqual([1, 1, 1, 0]);
  });

  test("a role on the machine itself does not count for what needs the group", () => {
    const fleet = fleetOf({ assignments: [assign("ann", "contributor", MACHINE_1)] });
    expect(fleet.count("changeIdentity", "now", 0)).toBe(1);
    expect(fleet.count("onboard", "now", 0)).toBe(0);
    expect(fleet.count("licences", "now", 0)).toBe(0);
  });
});

describe("reach of a principal", () => {
  test("[A12] the figure equals the machines beneath the scope", () => {
    const fleet = fleetOf({ groups, assignments: [assign("team", "admin-login", S1), assign("ann", "admin-login", G1)] });
    const ann = fleet.principalIndex("ann");
    expect(fleet.reach(ann, "signInAdmin", "now")).toBe(3);
    expect(fleet.reach(ann, "signInAdmin", "eligible")).toBe(0);
    expect(machinesOf(fleet, fleet.machineBits(ann, "signInAdmin", "now"))).toEqual(["srv-1", "srv-2", "srv-3"]);
  });

  test("guests and disabled people reach nothing by sign-in", () => {
    const principals = [principal("gus", "guest"), principal("off", "user", { enabled: false })];
    const fleet = fleetOf({ principals, assignments: [assign("gus", "admin-login", "/"), assign("off", "owner", "/")] });
    expect(fleet.reach(fleet.principalIndex("gus"), "signInAdmin", "now")).toBe(0);
    expect(fleet.reach(fleet.principalIndex("gus"), "read", "now")).toBe(4);
    expect(fleet.reach(fleet.principalIndex("off"), "read", "now")).toBe(0);
  });

  test("holders of a machine are named by their numbers", () => {
    const fleet = fleetOf({ groups, assignments: [assign("team", "reader", G1), assign("cleo", "reader", MACHINE_1)] });
    const names = (at: number) => [...fleet.holdersOf(at, "read", "now")].map((number) => fleet.principals[number]?.id);
    expect(names(0).toSorted()).toEqual(["ann", "bob", "cleo"]);
    expect(names(1).toSorted()).toEqual(["ann", "bob"]);
    expect(names(3)).toEqual([]);
  });

  test("more than 32 machines fill more than one word", () => {
    const machines = Array.from({ length: 70 }, (_, at) =>
      machine(`${at % 2 === 0 ? G1 : G2}/providers/Microsoft.HybridCompute/machines/m${at}`),
    );
    const fleet = fleetOf({ machines, assignments: [assign("ann", "reader", G1)] });
    const bits = fleet.machineBits(0, "read", "now");
    expect(bits).toEqual(Uint32Array.of(0x55555555, 0x55555555, 0b010101));
    expect(fleet.reach(0, "read", "now")).toBe(35);
  });
});

describe("odd inputs", () => {
  test("an id that is no machine's has a place in the list and no access", () => {
    const machines = [machine("not-an-id"), machine(MACHINE_1)];
    const fleet = fleetOf({ machines, assignments: [assign("ann", "reader", "/")] });
    expect([...fleet.column("read", "now")]).toEqual([0, 1]);
    expect([fleet.count("read", "now", 0), fleet.holdersOf(0, "read", "now").length, fleet.count("read", "now", 7)]).toEqual([
      0, 0, 0,
    ]);
  });

  test("machines of one group need not stand together", () => {
    const machines = [MACHINE_1, MACHINE_3, MACHINE_2].map(machine);
    const fleet = fleetOf({ machines, assignments: [assign("ann", "reader", G1)] });
    expect([...fleet.column("read", "now")]).toEqual([1, 0, 1]);
    expect(machinesOf(fleet, fleet.machineBits(0, "read", "now"))).toEqual(["srv-1", "srv-2"]);
  });

  test("unknown principals and machines have the index -1", () => {
    const fleet = fleetOf({});
    expect([fleet.principalIndex("nobody"), fleet.machineIndex("/x"), fleet.machineIndex(MACHINE_2.toUpperCase())]).toEqual([
      -1, -1, 1,
    ]);
  });

  test("no machines, no people", () => {
    const fleet = fleetOf({ machines: [] });
    expect(fleet.column("read", "now")).toEqual(new Int32Array(0));
    expect(fleet.principals).toEqual([]);
  });
});

describe("at least", () => {
  test("machines below an unread scope, an unknown role, or a group without members are marked", () => {
    const incomplete = [{ source: "assignments", at: G2, label: "g2", reason: "403" } as const];
    const assignments = [assign("ann", "gone", MACHINE_1), assign("hidden", "reader", MACHINE_4, { principalType: "Group" })];
    const fleet = fleetOf({ incomplete, assignments });
    expect([...fleet.atLeastColumn()]).toEqual([1, 0, 1, 1]);
    expect([0, 1, 2, 3].map((at) => fleet.atLeast(at).length)).toEqual([1, 0, 1, 1]);
    expect(fleet.atLeast(9)).toEqual([]);
  });

  test("an unread group marks the machines its roles reach; something unread everywhere marks all", () => {
    const assignments = [assign("team", "reader", G1)];
    const group = { source: "groups", at: "ann", label: "ann", reason: "403" } as const;
    expect([...fleetOf({ groups, assignments, incomplete: [group] }).atLeastColumn()]).toEqual([1, 1, 0, 0]);
    expect([...fleetOf({ incomplete: [{ ...group, at: null }] }).atLeastColumn()]).toEqual([1, 1, 1, 1]);
  });
});
