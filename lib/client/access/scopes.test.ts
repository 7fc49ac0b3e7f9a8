import { describe, expect, it } from "vitest";
import {
  assign,
  CORP,
  eligible,
  G1,
  G2,
  MACHINE_1,
  MACHINE_2,
  NOW,
  PROD,
  principal,
  S1,
  S2,
  tenant,
} from "@/lib/domain/access/access-fixture";
import { AccessStore } from "./access-store";

const store = new AccessStore(
  {
    inputs: tenant({
      principals: [principal("ada"), principal("ben")],
      assignments: [
        assign("ada", "admin-login", PROD),
        assign("ada", "user-login", MACHINE_2),
        assign("ben", "user-login", MACHINE_1),
        assign("ghost", "reader", G2),
      ],
      eligibleInstances: [eligible("ben", "owner", S2)],
    }),
  },
  NOW,
);
const QUERY = { lane: "now", capabilities: ["signInUser", "becomeIdentity"] } as const;

describe("[A06] the tree of scopes", () => {
  it("puts management groups, subscriptions and groups below each other, siblings by name", () => {
    expect(store.scopes.tree(QUERY).map(({ depth, ref }) => `${"-".repeat(depth)}${ref.kind}:${ref.name}`)).toEqual([
      "root:/",
      "-managementGroup:Corp",
      "--managementGroup:Production",
      "---subscription:Subscription 1",
      "----resourceGroup:g1",
      "----resourceGroup:g2",
      "-subscription:Subscription 2",
      "--resourceGroup:g1",
    ]);
  });

  it("counts machines beneath, assignments made right there, and different people beneath", () => {
    const rows = store.scopes
      .tree(QUERY)
      .map(({ ref, machines, assignments, holders, children }) => [ref.name, machines, assignments, ...holders, children]);
    expect(rows).toEqual([
      ["/", 4, 0, 2, 1, 2],
      ["Corp", 3, 0, 2, 1, 1],
      ["Production", 3, 1, 2, 1, 1],
      ["Subscription 1", 3, 0, 2, 1, 2],
      ["g1", 2, 0, 2, 1, 0],
      ["g2", 1, 1, 1, 1, 0],
      ["Subscription 2", 1, 1, 0, 0, 1],
      ["g1", 1, 0, 0, 0, 0],
    ]);
  });

  it("marks every scope that holds a machine of which something could not be read, and no other", () => {
    const incomplete = [{ source: "assignments" as const, at: G2, label: "g2", reason: "403" }];
    const partial = new AccessStore({ inputs: tenant({ incomplete }) }, NOW);
    const marked = partial.scopes.tree(QUERY).filter(({ atLeast }) => atLeast);
    expect(marked.map(({ ref }) => ref.name)).toEqual(["/", "Corp", "Production", "Subscription 1", "g2"]);
    expect(store.scopes.tree(QUERY).some(({ atLeast }) => atLeast)).toBe(false);
  });

  it("counts in the lane asked for", () => {
    const tree = store.scopes.tree({ lane: "eligible", capabilities: ["assignRoles"] });
    expect(tree.filter(({ holders }) => holders[0] === 1).map(({ ref }) => ref.name)).toEqual(["/", "Subscription 2", "g1"]);
  });

  it("shows subscriptions and management groups without machines too", () => {
    const empty = new AccessStore({ inputs: tenant({ machines: [] }) }, NOW);
    expect(empty.scopes.tree(QUERY).map(({ ref, machines }) => [ref.name, machines])).toEqual([
      ["/", 0],
      ["Corp", 0],
      ["Production", 0],
      ["Subscription 1", 0],
      ["Subscription 2", 0],
    ]);
  });

  it("gives the machines of one group with their own counts", () => {
    expect(store.scopes.machines(G1.toUpperCase(), QUERY)).toMatchObject([
      { name: "srv-1", assignments: 1, counts: [2, 1], atLeast: false },
      { name: "srv-2", assignments: 1, counts: [1, 1], atLeast: false },
    ]);
    expect(store.scopes.machines("/subscriptions/none/resourceGroups/x", QUERY)).toEqual([]);
  });

  it("names what was assigned at a scope, also to principals that nobody can read", () => {
    expect(store.scopes.grants(G2)).toMatchObject([
      { principal: { id: "ghost", kind: "unknown" }, roleName: "reader", capabilities: ["read"] },
    ]);
    expect(store.scopes.grants(S2)[0]?.kind.kind).toBe("eligible");
    expect(store.scopes.grants(CORP)).toEqual([]);
    expect(store.scopes.grants(S1)).toEqual([]);
  });
});
