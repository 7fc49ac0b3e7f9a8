import { describe, expect, it } from "vitest";
import {
  assign,
  eligible,
  G1,
  MACHINE_1,
  MACHINE_2,
  MACHINE_3,
  MACHINE_4,
  NOW,
  PROD,
  principal,
  S1,
  S2,
  tenant,
} from "@/lib/domain/access/access-fixture";
import type { AccessInputs } from "@/lib/domain/access/types";
import { AccessStore } from "./access-store";
import type { MatrixQuery } from "./matrix-types";

const QUERY: MatrixQuery = {
  search: "",
  lane: "now",
  capabilities: ["signInUser", "becomeIdentity"],
  filter: null,
  scope: null,
  incomplete: false,
  sort: { by: "name", descending: false },
};

const INPUTS = tenant({
  principals: [principal("ada"), principal("ben"), principal("cleo")],
  assignments: [assign("ada", "user-login", PROD), assign("ben", "contributor", G1), assign("cleo", "admin-login", MACHINE_2)],
  eligibleInstances: [eligible("ben", "user-login", S2)],
});

function matrix(more: Partial<AccessInputs> = {}) {
  const store = new AccessStore({ inputs: { ...INPUTS, ...more } }, NOW);
  const ask = (query: Partial<MatrixQuery>) => store.matrix.query({ ...QUERY, ...query }, 0, 99);
  return { ask, names: (query: Partial<MatrixQuery>) => ask(query).rows.map((row) => row.name) };
}

describe("machine by capability", () => {
  it("counts on every machine who has each capability in the lane, in the order of the columns asked for", () => {
    expect(
      matrix()
        .ask({})
        .rows.map(({ name, counts }) => [name, ...counts]),
    ).toEqual([
      ["srv-1", 1, 1],
      ["srv-2", 2, 2],
      ["srv-3", 1, 0],
      ["srv-4", 0, 0],
    ]);
    expect(
      matrix()
        .ask({ lane: "eligible", capabilities: ["signInUser"] })
        .rows.map(({ counts }) => counts[0]),
    ).toEqual([0, 0, 0, 1]);
  });

  it("names the subscription and the group of a machine", () => {
    expect(matrix().ask({}).rows[3]).toMatchObject({
      id: MACHINE_4,
      subscription: "Subscription 2",
      group: "g1",
      atLeast: false,
    });
  });

  it("sorts by a count, equal counts by name, and turns round", () => {
    const by = { by: "becomeIdentity", descending: true } as const;
    expect(matrix().names({ sort: by })).toEqual(["srv-2", "srv-1", "srv-3", "srv-4"]);
    expect(matrix().names({ sort: { ...by, descending: false } })).toEqual(["srv-3", "srv-4", "srv-1", "srv-2"]);
    expect(matrix().names({ sort: { by: "name", descending: true } })).toEqual(["srv-4", "srv-3", "srv-2", "srv-1"]);
    expect(matrix().names({ sort: { by: "group", descending: true } })).toEqual(["srv-3", "srv-4", "srv-2", "srv-1"]);
  });

  it("sorts 10 after 9", () => {
    const machines = ["srv-10", "srv-9"].map((name) => ({
      id: `${G1}/providers/Microsoft.HybridCompute/machines/${name}`,
      name,
      principalId: null,
    }));
    expect(matrix({ machines }).names({})).toEqual(["srv-9", "srv-10"]);
  });

  it.each([
    [{ capability: "signInUser", test: "more", than: 0 } as const, ["srv-1", "srv-2", "srv-3"]],
    [{ capability: "signInUser", test: "more", than: 1 } as const, ["srv-2"]],
    [{ capability: "signInUser", test: "more", than: 2 } as const, []],
    [{ capability: "signInUser", test: "none", than: 0 } as const, ["srv-4"]],
    [{ capability: "becomeIdentity", test: "standingOnly", than: 0 } as const, ["srv-1", "srv-2"]],
  ])("keeps the machines that pass %j", (filter, names) => {
    expect(matrix().names({ filter })).toEqual(names);
  });

  it("does not call a capability standing only where somebody may activate it", () => {
    const eligibleInstances = [eligible("ada", "admin-login", MACHINE_1)];
    const filter = { capability: "becomeIdentity", test: "standingOnly", than: 0 } as const;
    expect(matrix({ eligibleInstances }).names({ filter })).toEqual(["srv-2"]);
  });

  it("[A06] keeps the machines below a management group, a subscription, a group or the machine itself, whatever the case", () => {
    expect(matrix().names({ scope: PROD.toUpperCase() })).toEqual(["srv-1", "srv-2", "srv-3"]);
    expect(matrix().names({ scope: S1 })).toEqual(["srv-1", "srv-2", "srv-3"]);
    expect(matrix().names({ scope: `${G1}/` })).toEqual(["srv-1", "srv-2"]);
    expect(matrix().names({ scope: MACHINE_3 })).toEqual(["srv-3"]);
    expect(matrix().names({ scope: "/subscriptions/none" })).toEqual([]);
  });

  it("finds every word of a search in the machine, its group or its subscription", () => {
    expect(matrix().names({ search: "SRV g1" })).toEqual(["srv-1", "srv-2", "srv-4"]);
    expect(matrix().names({ search: "subscription 2" })).toEqual(["srv-2", "srv-3", "srv-4"]);
    expect(matrix().names({ search: "nothing" })).toEqual([]);
  });

  it("marks only the machines whose chain holds what could not be read, and finds them", () => {
    const found = matrix({ incomplete: [{ source: "assignments", at: S2, label: "s2", reason: "forbidden" }] });
    expect(found.ask({}).incomplete).toBe(1);
    expect(found.names({ incomplete: true })).toEqual(["srv-4"]);
  });

  it("gives the rows of a window and the highest count of what is shown", () => {
    const store = new AccessStore({ inputs: INPUTS }, NOW);
    const view = store.matrix.query(QUERY, 1, 2);
    expect(view).toMatchObject({ total: 4, shown: 4, from: 1, highest: [2, 2] });
    expect(view.rows.map(({ name }) => name)).toEqual(["srv-2", "srv-3"]);
    expect(store.matrix.rows(3, 5).map(({ name }) => name)).toEqual(["srv-4"]);
  });

  it("answers for a tenant without machines", () => {
    expect(matrix({ machines: [] }).ask({})).toEqual({ total: 0, shown: 0, from: 0, rows: [], incomplete: 0, highest: [0, 0] });
  });
});
