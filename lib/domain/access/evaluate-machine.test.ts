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
  MACHINE_4,
  machineId,
  NOW,
  PROD,
  principal,
  ROLES,
  role,
  S1,
  S2,
  tenant,
} from "./access-fixture";
import { prepareAccess } from "./access-index";
import { type AccessCapabilityId, CAPABILITY_IDS } from "./capabilities";
import { evaluateMachine } from "./evaluate-machine";
import type { AccessInputs } from "./types";

function answer(inputs: Partial<AccessInputs>, capability: AccessCapabilityId, machine = MACHINE_1) {
  return evaluateMachine(prepareAccess(tenant(inputs), NOW), machine).answers[capability];
}

function holders(inputs: Partial<AccessInputs>, capability: AccessCapabilityId, machine = MACHINE_1): string[] {
  return answer(inputs, capability, machine)
    .holders.map((row) => row.principal.id)
    .sort();
}

describe("inheritance", () => {
  test.each([
    ["the tenant root", "/"],
    ["a management group two levels up", CORP],
    ["the management group above the subscription", PROD],
    ["the subscription", S1],
    ["the resource group", G1],
    ["the machine", MACHINE_1],
  ])("[C02] an assignment at %s reaches the machine", (_, scope) => {
    expect(holders({ assignments: [assign("ann", "admin-login", scope)] }, "signInAdmin")).toEqual(["ann"]);
  });

  test.each([
    ["another resource group", G2],
    ["another subscription", S2],
    ["another machine of the group", machineId(G1, "srv-10")],
    ["a resource whose id begins with the machine's", `${MACHINE_1}0`],
    ["an extension of the machine", `${MACHINE_1}/extensions/x`],
    ["a management group that is not above", "/providers/Microsoft.Management/managementGroups/other"],
  ])("an assignment at %s does not", (_, scope) => {
    expect(holders({ assignments: [assign("ann", "admin-login", scope)] }, "signInAdmin")).toEqual([]);
  });

  test("scopes, roles and principals are compared without case", () => {
    const assignments = [assign("ANN", `${S1}/providers/Microsoft.Authorization/roleDefinitions/ADMIN-LOGIN`, G1.toUpperCase())];
    expect(holders({ assignments, principals: [principal("ann")] }, "signInAdmin", MACHINE_1.toLowerCase())).toEqual(["ann"]);
  });

  test("a path says whether it is direct or inherited, and from which scope under which name", () => {
    const assignments = [assign("ann", "admin-login", PROD), assign("bob", "admin-login", MACHINE_1)];
    const [ann, bob] = answer({ assignments }, "signInAdmin").holders.flatMap((row) => row.paths);
    expect(ann).toMatchObject({ inherited: true, scope: { id: PROD, kind: "managementGroup", name: "Production" } });
    expect(bob).toMatchObject({ inherited: false, scope: { kind: "machine", name: "srv-1" } });
  });

  test("a cycle among management groups ends", () => {
    const managementGroups = [
      { id: CORP, displayName: "Corp", parentId: PROD },
      { id: PROD, displayName: "Production", parentId: CORP },
    ];
    expect(holders({ managementGroups, assignments: [assign("ann", "reader", CORP)] }, "read")).toEqual(["ann"]);
  });
});

describe("roles", () => {
  test("[B25 B28] Contributor writes extensions, runs commands and so can become the identity, but cannot sign in or assign", () => {
    const { answers } = evaluateMachine(
      prepareAccess(tenant({ assignments: [assign("ann", "contributor", S1)] }), NOW),
      MACHINE_1,
    );
    const has = CAPABILITY_IDS.filter((id) => answers[id].holders.length > 0);
    expect(has).toEqual(
      expect.arrayContaining(["indirectAdmin", "becomeIdentity", "writeExtensions", "runCommand", "delete", "onboard"]),
    );
    for (const id of ["signInUser", "signInAdmin", "adminCenter", "assignRoles", "defineRoles", "writePolicy"])
      expect(has).not.toContain(id);
  });

  test("[C22] Owner alone signs in nowhere but may assign the role to itself", () => {
    const inputs = { assignments: [assign("ann", "owner", S1)] };
    expect(holders(inputs, "signInAdmin")).toEqual([]);
    expect(holders(inputs, "assignRoles")).toEqual(["ann"]);
  });

  test("notActions take away only inside their own role", () => {
    const assignments = [assign("ann", "contributor", S1), assign("ann", "access-admin", S1)];
    const paths = answer({ assignments }, "assignRoles").holders[0]?.paths;
    expect(paths?.map((path) => path.roleName)).toEqual(["access-admin"]);
  });

  test("entries of one role add up, and exclusions of one entry do not touch the other", () => {
    const two = role("two", {});
    const permissions = [
      { actions: ["*"], notActions: ["*/write"], dataActions: [], notDataActions: [] },
      { actions: ["Microsoft.HybridCompute/machines/write"], notActions: [], dataActions: [], notDataActions: [] },
    ];
    const inputs = { roleDefinitions: [{ ...two, permissions }], assignments: [assign("ann", "two", S1)] };
    expect(holders(inputs, "changeIdentity")).toEqual(["ann"]);
    expect(holders(inputs, "writeExtensions")).toEqual([]);
  });

  test("data actions and actions do not give each other", () => {
    const login = "Microsoft.HybridCompute/machines/login/action";
    const roleDefinitions = [role("control", { actions: [login, "*"] }), role("data", { dataActions: ["*"] })];
    const assignments = [assign("ann", "control", S1), assign("bob", "data", S1)];
    expect(holders({ roleDefinitions, assignments }, "signInUser")).toEqual(["bob"]);
    expect(holders({ roleDefinitions, assignments }, "writeExtensions")).toEqual(["ann"]);
  });

  test("onboarding needs the right on the group: a role on the machine alone does not give it", () => {
    const assignments = [assign("ann", "contributor", MACHINE_1), assign("bob", "contributor", G1)];
    expect(holders({ assignments }, "onboard")).toEqual(["bob"]);
    expect(holders({ assignments }, "changeIdentity")).toEqual(["ann", "bob"]);
  });

  test("a path names the action and the pattern that matched", () => {
    const [path] = answer({ assignments: [assign("ann", "contributor", S1)] }, "indirectAdmin").holders[0]?.paths ?? [];
    expect(path).toMatchObject({
      action: "Microsoft.HybridCompute/machines/extensions/write",
      isDataAction: false,
      pattern: "*",
    });
  });

  test("an unknown role gives nothing and makes the answer at least", () => {
    const access = evaluateMachine(prepareAccess(tenant({ assignments: [assign("ann", "gone", S1)] }), NOW), MACHINE_1);
    expect(CAPABILITY_IDS.flatMap((id) => access.answers[id].holders)).toEqual([]);
    expect(access.atLeast).toMatchObject([{ source: "roleDefinitions", at: "gone", reason: "unknownRole" }]);
  });
});

describe("groups", () => {
  const groups = [
    { groupId: "outer", memberIds: ["Middle"], transitive: false },
    { groupId: "middle", memberIds: ["inner", "outer"], transitive: false },
    { groupId: "inner", memberIds: ["ann", "svc"], transitive: false },
  ];
  const principals = [
    principal("ann"),
    principal("svc", "servicePrincipal"),
    principal("outer", "group", { displayName: "Outer" }),
  ];

  test("[A08] access comes through three nested groups, and the chain is named from the person up", () => {
    const [holder] = answer({ groups, principals, assignments: [assign("outer", "admin-login", CORP)] }, "signInAdmin").holders;
    expect(holder?.principal.id).toBe("ann");
    expect(holder?.paths[0]?.groups.map((group) => group.id)).toEqual(["inner", "middle", "outer"]);
    expect(holder?.paths[0]?.groups[2]?.displayName).toBe("Outer");
    expect(holder?.paths[0]?.groupsExact).toBe(true);
  });

  test("of two ways up the shorter is shown, and each assignment gives its own path", () => {
    const more = [...groups, { groupId: "outer", memberIds: ["ann"], transitive: false }];
    const assignments = [assign("outer", "reader", S1), assign("ann", "reader", G1)];
    const paths = answer({ groups: more, principals, assignments }, "read").holders.find(
      (row) => row.principal.id === "ann",
    )?.paths;
    expect(paths?.map((path) => path.groups.map((group) => group.id))).toEqual([[], ["outer"]]);
  });

  test("members read as transitive only make a chain that is not exact", () => {
    const flat = [{ groupId: "outer", memberIds: ["ann"], transitive: true }];
    const [holder] = answer({ groups: flat, principals, assignments: [assign("outer", "reader", S1)] }, "read").holders;
    expect(holder?.paths[0]).toMatchObject({ groupsExact: false, groups: [{ id: "outer" }] });
  });

  test("a group is never a holder itself, whatever names it so", () => {
    const assignments = [assign("outer", "reader", S1), assign("empty", "reader", S1, { principalType: "Group" })];
    expect(holders({ groups, principals, assignments }, "read")).toEqual(["ann", "svc"]);
  });

  test("a group whose members were not read makes the answer at least, once", () => {
    const assignments = [
      assign("hidden", "reader", S1, { principalType: "Group" }),
      assign("hidden", "owner", G1, { principalType: "Group" }),
    ];
    const access = evaluateMachine(prepareAccess(tenant({ assignments }), NOW), MACHINE_1);
    expect(access.atLeast).toEqual([{ source: "groups", at: "hidden", label: "hidden", reason: "membersNotRead" }]);
  });
});

describe("people who have the role and still cannot", () => {
  test("[C07] a disabled person has nothing and is listed as blocked", () => {
    const inputs = { principals: [principal("ann", "user", { enabled: false })], assignments: [assign("ann", "owner", S1)] };
    expect(holders(inputs, "read")).toEqual([]);
    expect(answer(inputs, "read").blocked).toMatchObject([{ principal: { id: "ann" }, blocked: [{ reason: "disabled" }] }]);
  });

  test("[C19] a guest cannot sign in but keeps other rights", () => {
    const inputs = {
      principals: [principal("gus", "guest")],
      assignments: [assign("gus", "admin-login", S1), assign("gus", "contributor", S1)],
    };
    expect(holders(inputs, "signInAdmin")).toEqual([]);
    expect(answer(inputs, "signInAdmin").blocked[0]?.blocked).toEqual([{ reason: "guest" }]);
    expect(holders(inputs, "writeExtensions")).toEqual(["gus"]);
  });

  test("a guest with only the sign-in role cannot become the identity either", () => {
    const inputs = { principals: [principal("gus", "guest")], assignments: [assign("gus", "admin-login", S1)] };
    expect(holders(inputs, "becomeIdentity")).toEqual([]);
  });

  test.each(["servicePrincipal", "managedIdentity", "device"] as const)("a %s cannot sign in", (kind) => {
    const inputs = { principals: [principal("svc", kind)], assignments: [assign("svc", "user-login", S1)] };
    expect(answer(inputs, "signInUser")).toMatchObject({ holders: [], blocked: [{ blocked: [{ reason: "notAPerson" }] }] });
  });

  test("a deleted principal has nothing; one that could not be read is counted", () => {
    const principals = [principal("old", "deleted"), principal("who", "unknown", { enabled: null })];
    const assignments = [assign("old", "user-login", S1), assign("who", "user-login", S1)];
    expect(holders({ principals, assignments }, "signInUser")).toEqual(["who"]);
    expect(answer({ principals, assignments }, "signInUser").blocked[0]?.blocked).toEqual([{ reason: "deleted" }]);
  });
});

describe("deny assignments", () => {
  const assignments = [assign("ann", "contributor", S1), assign("bob", "contributor", S1)];
  const write = "Microsoft.HybridCompute/machines/extensions/write";

  test("[C02] a deny wins over roles, for the people it names", () => {
    const inputs = { assignments, denyAssignments: [deny(S1, { actions: [write] }, ["ann"])] };
    expect(holders(inputs, "writeExtensions")).toEqual(["bob"]);
    expect(answer(inputs, "writeExtensions").blocked).toMatchObject([
      { principal: { id: "ann" }, blocked: [{ reason: "denied", scope: { kind: "subscription" } }] },
    ]);
  });

  test("a capability with several ways stays while one way is not denied", () => {
    const inputs = { assignments, denyAssignments: [deny(S1, { actions: [write] }, ["ann"])] };
    const paths = answer(inputs, "becomeIdentity").holders.find((row) => row.principal.id === "ann")?.paths;
    expect(paths?.[0]?.action).toBe("Microsoft.HybridCompute/machines/addExtensions/action");
  });

  test("notActions of a deny leave an action allowed", () => {
    const inputs = { assignments, denyAssignments: [deny(S1, { actions: ["*"], notActions: ["*/read"] }, ["ann"])] };
    expect(holders(inputs, "delete")).toEqual(["bob"]);
    expect(holders(inputs, "read")).toEqual(["ann", "bob"]);
  });

  test("everyone is everyone but the excluded, groups of either included", () => {
    const everyone = "00000000-0000-0000-0000-000000000000";
    const groups = [{ groupId: "trusted", memberIds: ["bob"], transitive: false }];
    const denyAssignments = [deny(S1, { actions: ["*"] }, [everyone], { excludePrincipalIds: ["Trusted"] })];
    expect(holders({ assignments, groups, denyAssignments }, "delete")).toEqual(["bob"]);
    expect(holders({ assignments, groups, denyAssignments: [deny(S1, { actions: ["*"] }, ["TRUSTED"])] }, "delete")).toEqual([
      "ann",
    ]);
  });

  test("doNotApplyToChildScopes keeps a deny to its own scope", () => {
    const above = deny(G1, { actions: ["*"] }, ["ann"], { doNotApplyToChildScopes: true });
    const here = deny(MACHINE_1, { actions: ["*"] }, ["ann"], { doNotApplyToChildScopes: true });
    expect(holders({ assignments, denyAssignments: [above] }, "delete")).toEqual(["ann", "bob"]);
    expect(holders({ assignments, denyAssignments: [here] }, "delete")).toEqual(["bob"]);
  });

  test("a deny on the machine does not stop onboarding into its group", () => {
    const inputs = { assignments, denyAssignments: [deny(MACHINE_1, { actions: ["*"] }, ["ann"])] };
    expect(holders(inputs, "changeIdentity")).toEqual(["bob"]);
    expect(holders(inputs, "onboard")).toEqual(["ann", "bob"]);
  });

  test("actions of a deny do not deny data actions", () => {
    const rows = [assign("ann", "admin-login", S1)];
    expect(holders({ assignments: rows, denyAssignments: [deny(S1, { actions: ["*"] }, ["ann"])] }, "signInAdmin")).toEqual([
      "ann",
    ]);
    expect(holders({ assignments: rows, denyAssignments: [deny(S1, { dataActions: ["*"] }, ["ann"])] }, "signInAdmin")).toEqual(
      [],
    );
  });

  test("a deny whose condition is not decided makes the path depend on it", () => {
    const condition = "@Environment[isPrivateLink] BoolEquals true";
    const inputs = { assignments, denyAssignments: [deny(S1, { actions: [write] }, ["ann"], { condition })] };
    const [ann, bob] = answer(inputs, "writeExtensions").holders.map((row) => row.paths[0]?.condition);
    expect(ann).toEqual({ kind: "depends", text: condition, why: "denyCondition" });
    expect(bob).toEqual({ kind: "none" });
  });
});

describe("conditions", () => {
  const limited = (guid: string) =>
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${guid}}))`;
  const guid = "1c0163c0-47e6-4577-8991-ea5c82e286e4";

  test("a condition that limits roles moves assigning to the limited capability and leaves other actions alone", () => {
    const inputs = { assignments: [assign("ann", "owner", S1, { condition: limited(guid) })] };
    expect(holders(inputs, "assignRoles")).toEqual([]);
    expect(answer(inputs, "assignRolesLimited").holders[0]?.paths[0]?.condition).toMatchObject({
      kind: "limitsRoles",
      limit: { roleIds: [guid], principalIds: null },
    });
    expect(answer(inputs, "delete").holders[0]?.paths[0]?.condition).toEqual({ kind: "none" });
  });

  test("a role's own condition counts as an assignment's does", () => {
    const own = role("delegate", { actions: ["Microsoft.Authorization/roleAssignments/*"], condition: limited(guid) });
    const inputs = { roleDefinitions: [own], assignments: [assign("ann", "delegate", S1)] };
    expect(holders(inputs, "assignRoles")).toEqual([]);
    expect(holders(inputs, "assignRolesLimited")).toEqual(["ann"]);
    expect(holders(inputs, "removeRoles")).toEqual(["ann"]);
  });

  test("another condition is kept and shown, and makes the path depend", () => {
    const condition = "@Principal[department] StringEquals 'ops'";
    const inputs = { assignments: [assign("ann", "admin-login", S1, { condition })] };
    expect(answer(inputs, "signInAdmin").holders[0]?.paths[0]?.condition).toEqual({
      kind: "depends",
      text: condition,
      why: "condition",
    });
  });

  test("a condition that does not parse is shown and makes the path depend", () => {
    const inputs = { assignments: [assign("ann", "admin-login", S1, { condition: "((" })] };
    const [path] = answer(inputs, "signInAdmin").holders[0]?.paths ?? [];
    expect(path?.condition).toEqual({ kind: "depends", text: "((", why: "unreadableCondition" });
  });

  test("a condition that excludes the action gives no path", () => {
    const condition = "!(ActionMatches{'Microsoft.HybridCompute/machines/loginAsAdmin/action'})";
    const inputs = { assignments: [assign("ann", "admin-login", S1, { condition })] };
    expect(holders(inputs, "signInAdmin")).toEqual([]);
    expect(holders(inputs, "signInUser")).toEqual(["ann"]);
  });

  test("a sure way beside an undecided one of the same grant gives both paths, sure first", () => {
    const condition = `!(ActionMatches{'${"Microsoft.HybridCompute/machines/extensions/write"}'}) OR @Principal[x] StringEquals 'y'`;
    const paths = answer({ assignments: [assign("ann", "contributor", S1, { condition })] }, "becomeIdentity").holders[0]?.paths;
    expect(paths?.map((path) => path.condition.kind)).toEqual(["none", "depends"]);
  });
});

describe("kinds of paths", () => {
  test("standing and eligible are two paths, standing first", () => {
    const inputs = {
      assignments: [assign("ann", "admin-login", S1)],
      eligibleInstances: [eligible("ann", "admin-login", "/", { until: "2027-01-01T00:00:00Z", approvalRequired: true })],
    };
    expect(answer(inputs, "signInAdmin").holders[0]?.paths.map((path) => path.kind)).toEqual([
      { kind: "standing" },
      { kind: "eligible", until: "2027-01-01T00:00:00Z", approvalRequired: true, mfaRequired: null, authenticationContext: null },
    ]);
  });

  test("an eligibility that is over gives nothing", () => {
    const until = NOW.toISOString();
    expect(holders({ eligibleInstances: [eligible("ann", "admin-login", S1, { until })] }, "signInAdmin")).toEqual([]);
  });
});

test("only the wanted capabilities are worked out", () => {
  const index = prepareAccess(tenant({ assignments: [assign("ann", "owner", S1)] }), NOW);
  const { answers } = evaluateMachine(index, MACHINE_1, ["read"]);
  expect(answers.read.holders).toHaveLength(1);
  expect(answers.delete).toEqual({ capability: "delete", holders: [], blocked: [] });
});

test("a machine that the inputs do not list is answered by its id", () => {
  const index = prepareAccess(tenant({ assignments: [assign("ann", "reader", G2)] }), NOW);
  const access = evaluateMachine(index, machineId(G2, "srv-new"));
  expect(access.machine.name).toBe("srv-new");
  expect(access.answers.read.holders.map((row) => row.principal.id)).toEqual(["ann"]);
});

test("a machine that the inputs list is answered with what they know of it", () => {
  const machines = [{ id: MACHINE_1, name: "Shown", principalId: "identity" }];
  const access = evaluateMachine(prepareAccess(tenant({ machines }), NOW), MACHINE_1.toUpperCase());
  expect(access.machine).toBe(machines[0]);
  expect(access.asOf.assignments).toBe("2026-11-21T11:59:00Z");
});

test("a group that is known to be unreadable is named once, with the reason it was given; another by its name", () => {
  const incomplete = [{ source: "groups", at: "SECRET", label: "Secret", reason: "403" } as const];
  const principals = [principal("secret", "group"), principal("quiet", "group", { displayName: "Quiet team" })];
  const assignments = [
    assign("secret", "reader", S1),
    assign("quiet", "reader", S1),
    assign("p", "gone", S1),
    assign("q", "GONE", G1),
  ];
  const { atLeast } = evaluateMachine(prepareAccess(tenant({ incomplete, principals, assignments }), NOW), MACHINE_1);
  expect(atLeast.map((row) => [row.source, row.at, row.reason]).sort()).toEqual([
    ["groups", "SECRET", "403"],
    ["groups", "quiet", "membersNotRead"],
    ["roleDefinitions", "gone", "unknownRole"],
  ]);
  expect(atLeast.find((row) => row.at === "quiet")?.label).toBe("Quiet team");
});

test("of blocked ways the reasons are gathered, and each way is shown", () => {
  const inputs = {
    principals: [principal("gus", "guest", { enabled: false })],
    assignments: [assign("gus", "user-login", S1), assign("gus", "admin-login", G1)],
  };
  const [row] = answer(inputs, "signInUser").blocked;
  expect(row?.blocked).toEqual([{ reason: "disabled" }, { reason: "guest" }]);
  expect(row?.paths.map((path) => path.roleName).sort()).toEqual(["admin-login", "user-login"]);
});

describe("at least", () => {
  const row = (source: "assignments" | "groups" | "principals", at: string | null) => ({ source, at, label: "x", reason: "403" });
  function reasons(incomplete: ReturnType<typeof row>[], machine: string) {
    const groups = [{ groupId: "team", memberIds: ["ann"], transitive: false }];
    const inputs = tenant({ incomplete, groups, assignments: [assign("team", "reader", G1)], roleDefinitions: [ROLES.reader] });
    return evaluateMachine(prepareAccess(inputs, NOW), machine).atLeast.length;
  }

  test.each([
    ["everything unread", row("assignments", null), [1, 1, 1]],
    ["a subscription", row("assignments", S1.toUpperCase()), [1, 1, 0]],
    ["a management group", row("assignments", PROD), [1, 1, 0]],
    ["a resource group", row("assignments", G1), [1, 0, 0]],
    ["a group with a role on the machine", row("groups", "TEAM"), [1, 0, 0]],
    ["a member of such a group", row("principals", "ann"), [1, 0, 0]],
    ["a group without a role", row("groups", "others"), [0, 0, 0]],
  ])("%s counts where it matters", (_, incomplete, expected) => {
    expect([MACHINE_1, MACHINE_3, MACHINE_4].map((machine) => reasons([incomplete], machine))).toEqual(expected);
  });
});
