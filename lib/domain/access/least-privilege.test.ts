import { describe, expect, test } from "vitest";
import { G1, ROLES, role, S1, S2 } from "./access-fixture";
import { rolesWithAction, smallestRoles } from "./least-privilege";

const all = Object.values(ROLES);
const names = (rows: ReturnType<typeof smallestRoles>) => rows.map((row) => row.role.name);

describe("smallest roles", () => {
  test("[A25] the role with the fewest and least grave other rights comes first", () => {
    const found = smallestRoles(all, { capabilities: ["signInUser"] });
    expect(names(found)).toEqual(["user-login", "admin-login"]);
    expect(found[0]?.extra).toEqual([]);
    expect(found[1]?.extra).toEqual(["signInAdmin", "becomeIdentity", "read"]);
  });

  test("capabilities that follow from the wanted ones are not held against a role", () => {
    expect(smallestRoles(all, { capabilities: ["runCommand"] })[0]).toMatchObject({ role: { name: "runner" }, extra: [] });
  });

  test("of roles alike in capabilities the narrower list of actions, then the name", () => {
    const roles = [
      role("a-all", { actions: ["*"] }),
      role("b-wide", { actions: ["*/delete"], notActions: ["Microsoft.Authorization/*", "*/extensions/*"] }),
      role("c-two-stars", { actions: ["Microsoft.HybridCompute/*/delete*"], notActions: ["*/extensions/*"] }),
      role("d-family", { actions: ["Microsoft.HybridCompute/machines/delete*", "Other/a"] }),
      role("z-one", { actions: ["Microsoft.HybridCompute/machines/delete"] }),
      role("y-one", { actions: ["Microsoft.HybridCompute/machines/delete"] }),
      role("x-data", { actions: ["Microsoft.HybridCompute/machines/delete"], dataActions: ["Other/a", "Other/b"] }),
    ];
    const found = smallestRoles(roles, { capabilities: ["delete"] });
    expect(names(found)).toEqual(["y-one", "z-one", "x-data", "d-family", "c-two-stars", "b-wide", "a-all"]);
    expect(found.map((row) => row.breadth)).toEqual([1, 1, 3, 51, 100, 2000, 100_000]);
  });

  test("one grave right too many weighs more than several light ones", () => {
    const reads = "Microsoft.HybridCompute/machines/read";
    const roles = [
      role("a-grave", { actions: [reads, "Microsoft.HybridCompute/machines/runcommands/write"] }),
      role("b-light", {
        actions: [
          reads,
          "Microsoft.HybridCompute/machines/installPatches/action",
          "Microsoft.HybridCompute/machines/UpgradeExtensions/action",
        ],
      }),
    ];
    expect(names(smallestRoles(roles, { capabilities: ["read"] }))).toEqual(["b-light", "a-grave"]);
  });

  test("several capabilities need one role with all of them; nothing fits is an empty list", () => {
    expect(names(smallestRoles(all, { capabilities: ["read", "assignRoles"] }))).toEqual(["access-admin", "owner"]);
    expect(smallestRoles(all, { capabilities: ["signInUser", "assignRoles"] })).toEqual([]);
  });

  test("a limited right to assign is not the unlimited one", () => {
    const condition = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals x";
    const delegate = role("delegate", { actions: ["Microsoft.Authorization/roleAssignments/write"], condition });
    expect(names(smallestRoles([delegate], { capabilities: ["assignRolesLimited"] }))).toEqual(["delegate"]);
    expect(smallestRoles([delegate], { capabilities: ["assignRoles"] })).toEqual([]);
  });

  test("a custom role is offered only where it can be assigned", () => {
    const at = (assignableScopes: string[]) => [role("custom", { actions: ["*"] }, { assignableScopes })];
    const wanted = { capabilities: ["read"] as const, scope: G1 };
    expect(smallestRoles(at([S1.toUpperCase()]), wanted)).toHaveLength(1);
    expect(smallestRoles(at([G1]), wanted)).toHaveLength(1);
    expect(smallestRoles(at(["/providers/Microsoft.Management/managementGroups/x"]), wanted)).toHaveLength(1);
    expect(smallestRoles(at([]), wanted)).toHaveLength(1);
    expect(smallestRoles(at(["/", S2]), wanted)).toHaveLength(1);
    expect(smallestRoles(at([S2]), wanted)).toEqual([]);
    expect(smallestRoles(at([`${G1}0`, `${G1}/providers/x`]), wanted)).toEqual([]);
    expect(smallestRoles(at([S2]), { capabilities: ["read"] })).toHaveLength(1);
  });
});

describe("roles with an action", () => {
  test("[A22] smallest first, exclusions and kinds of actions respected", () => {
    expect(names(rolesWithAction(all, "Microsoft.HybridCompute/machines/runcommands/write"))).toEqual([
      "runner",
      "contributor",
      "owner",
    ]);
    expect(names(rolesWithAction(all, "Microsoft.Authorization/roleAssignments/write"))).toEqual(["access-admin", "owner"]);
    expect(names(rolesWithAction(all, "Microsoft.HybridCompute/machines/login/action", true))).toEqual([
      "user-login",
      "admin-login",
    ]);
    expect(rolesWithAction(all, "Microsoft.HybridCompute/machines/WACloginAsAdmin/action", true)).toEqual([]);
    const two = role("two", { actions: ["Other/a"] });
    const entry = { actions: ["Other/b"], notActions: [], dataActions: [], notDataActions: [] };
    expect(names(rolesWithAction([{ ...two, permissions: [...two.permissions, entry] }], "Other/b"))).toEqual(["two"]);
  });
});
