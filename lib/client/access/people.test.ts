import { describe, expect, it } from "vitest";
import {
  assign,
  CORP,
  eligible,
  G1,
  MACHINE_1,
  MACHINE_3,
  NOW,
  PROD,
  principal,
  S1,
  tenant,
} from "@/lib/domain/access/access-fixture";
import { AccessStore } from "./access-store";
import type { PeopleQuery } from "./people-types";

const QUERY: PeopleQuery = {
  search: "",
  kind: "people",
  lane: "now",
  reachingOnly: false,
  sort: { by: "becomeIdentity", descending: true },
};

const store = new AccessStore(
  {
    inputs: tenant({
      principals: [
        principal("ada"),
        principal("ben", "user", { detail: "ben@contoso.example" }),
        principal("gus", "guest"),
        principal("off", "user", { enabled: false }),
        principal("app", "servicePrincipal"),
        principal("msi", "managedIdentity", { machineId: MACHINE_1 }),
        principal("inner", "group"),
        principal("outer", "group"),
        principal("empty", "group"),
      ],
      groups: [
        { groupId: "outer", memberIds: ["inner"], transitive: false },
        { groupId: "inner", memberIds: ["ada", "off"], transitive: false },
        { groupId: "empty", memberIds: [], transitive: false },
      ],
      assignments: [
        assign("outer", "admin-login", PROD),
        assign("ben", "user-login", MACHINE_3),
        assign("gus", "contributor", G1),
        assign("app", "runner", S1),
        assign("empty", "owner", CORP),
      ],
      eligibleInstances: [eligible("ben", "contributor", G1)],
    }),
  },
  NOW,
);

const ask = (query: Partial<PeopleQuery>) => store.people.query({ ...QUERY, ...query }, 0, 99);
const figures = (query: Partial<PeopleQuery>) =>
  ask(query).rows.map(({ principal: { id }, machines, eligible: later }) => [id, ...machines, later]);

describe("people and what they reach", () => {
  it("[A12] counts the machines beneath each way in, the widest first", () => {
    // Sign in, sign in as admin, administer any way, assign roles, administer after activation.
    expect(figures({})).toEqual([
      ["ada", 3, 3, 3, 0, 0],
      ["gus", 0, 0, 2, 0, 0],
      ["ben", 1, 0, 0, 0, 2],
      ["off", 0, 0, 0, 0, 0],
    ]);
  });

  it("[A02] gives a group the reach that its next member would get, also when it is empty or nested", () => {
    expect(figures({ kind: "groups" })).toEqual([
      ["empty", 0, 0, 3, 3, 0],
      ["inner", 3, 3, 3, 0, 0],
      ["outer", 3, 3, 3, 0, 0],
    ]);
  });

  it("keeps applications and machines' identities apart from people", () => {
    expect(figures({ kind: "applications" }).map(([id]) => id)).toEqual(["app"]);
    expect(figures({ kind: "machines" }).map(([id]) => id)).toEqual(["msi"]);
  });

  it("leaves out those who reach nothing in any lane, and keeps those who are eligible", () => {
    expect(figures({ reachingOnly: true }).map(([id]) => id)).toEqual(["ada", "gus", "ben"]);
  });

  it("finds by name, by user principal name and by object id", () => {
    expect(figures({ search: "BEN@contoso" }).map(([id]) => id)).toEqual(["ben"]);
    expect(figures({ search: "nobody" })).toEqual([]);
  });

  it("sorts by name and by what an activation would give", () => {
    expect(figures({ sort: { by: "name", descending: false } }).map(([id]) => id)).toEqual(["ada", "ben", "gus", "off"]);
    expect(figures({ sort: { by: "eligible", descending: true } })[0]?.[0]).toBe("ben");
  });

  it("counts in the lane asked for", () => {
    expect(figures({ lane: "eligible", search: "ben" })).toEqual([["ben", 0, 0, 2, 0, 2]]);
  });
});

describe("one principal", () => {
  it("[A02] shows every assignment with the chain of groups, the scope and the machines beneath", () => {
    const ada = store.people.person("ADA");
    expect(ada?.grants).toMatchObject([
      {
        roleName: "admin-login",
        scope: { kind: "managementGroup", name: "Production" },
        kind: { kind: "standing" },
        machines: 3,
      },
    ]);
    expect(ada?.grants[0]?.groups.map(({ id }) => id)).toEqual(["inner", "outer"]);
    expect(ada?.memberOf.map(({ id }) => id)).toEqual(["inner", "outer"]);
    expect(ada?.atLeast).toBe(false);
  });

  it("shows machines per capability and lane, and leaves out what is held nowhere", () => {
    const ben = store.people.person("ben");
    const lanes = ben?.reach.find(({ capability }) => capability === "becomeIdentity")?.counts;
    expect(lanes).toEqual({ now: 0, standing: 0, active: 0, eligible: 2, depends: 0 });
    expect(ben?.reach.some(({ capability }) => capability === "assignRoles")).toBe(false);
  });

  it("shows the members of a group, those in inner groups too", () => {
    const outer = store.people.person("outer");
    expect(outer?.members.map(({ id }) => id)).toEqual(["ada", "off"]);
    expect(outer?.membersTotal).toBe(2);
  });

  it("knows nothing of an id that nothing names", () => {
    expect(store.people.person("nobody")).toBeNull();
    expect(store.personMachines("nobody")).toBeNull();
  });

  it("lists every machine with the capabilities and lanes held there", () => {
    const view = store.personMachines("ben")?.query({ search: "", capability: null, lane: null }, 0, 99);
    expect(view?.rows.map(({ name }) => name)).toEqual(["srv-1", "srv-2", "srv-3"]);
    expect(view?.rows[2]?.held).toEqual([{ capability: "signInUser", lanes: ["now", "standing"] }]);
    expect(view?.rows[0]?.held.find(({ capability }) => capability === "runCommand")?.lanes).toEqual(["eligible"]);
    expect(view?.rows[0]).toMatchObject({ group: "g1", subscription: "Subscription 1" });
  });

  it("narrows the machines by capability, lane and text", () => {
    const machines = store.personMachines("ben");
    const names = (capability: "signInUser" | null, lane: "eligible" | null, search = "") =>
      machines?.query({ search, capability, lane }, 0, 99).rows.map(({ name }) => name);
    expect(names("signInUser", null)).toEqual(["srv-3"]);
    expect(names("signInUser", "eligible")).toEqual([]);
    expect(names(null, "eligible")).toEqual(["srv-1", "srv-2"]);
    expect(names(null, null, "srv-2")).toEqual(["srv-2"]);
  });

  it("gives a group's machines as its members get them", () => {
    const view = store.personMachines("empty")?.query({ search: "", capability: "assignRoles", lane: "now" }, 0, 1);
    expect(view).toMatchObject({ total: 3, shown: 3 });
    expect(view?.rows).toHaveLength(1);
  });
});

describe("the overview's figures and the palette", () => {
  it("counts people, not applications, and those who could administer only after an activation apart", () => {
    expect(store.summary()).toEqual({
      machines: 4,
      administrators: 2,
      standing: 2,
      eligibleOnly: 1,
      identities: 1,
      signIn: 2,
      widest: { name: "ada", id: "ada", machines: 3 },
    });
    expect(store.findingCounts()).toEqual({ critical: 0, high: 5, medium: 0, low: 2, info: 0 });
  });

  it("finds names that begin with the text before those that hold it, and no machine's identity", () => {
    expect(store.people.find("a", 9).map(({ id }) => id)).toEqual(["ada", "app", "ben"]);
    expect(
      store.people
        .find("er", 9)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["inner", "outer"]);
    expect(store.people.find("contoso", 9).map(({ id }) => id)).toEqual(["ben"]);
    expect(store.people.find("msi", 9)).toEqual([]);
    expect(store.people.find(" ", 9)).toEqual([]);
    expect(store.people.find("a", 1)).toHaveLength(1);
  });
});
