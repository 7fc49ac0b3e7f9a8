import { describe, expect, test } from "vitest";
import { assign, deny, eligible, G1, MACHINE_1, NOW, principal, role, S1, tenant } from "./access-fixture";
import { prepareAccess } from "./access-index";
import { canDo } from "./can-do";
import type { AccessInputs } from "./types";
import { explainSignIn } from "./why-not";

const DELETE = "Microsoft.HybridCompute/machines/delete";
const ASSIGN = "Microsoft.Authorization/roleAssignments/write";
const VAULT = `${G1}/providers/Microsoft.KeyVault/vaults/v`;
const groups = [{ groupId: "team", memberIds: ["ann"], transitive: false }];

function ask(inputs: Partial<AccessInputs>, question: Partial<Parameters<typeof canDo>[1]> = {}) {
  const index = prepareAccess(tenant({ groups, ...inputs }), NOW);
  return canDo(index, { principalId: "ann", action: DELETE, isDataAction: false, scope: MACHINE_1, ...question });
}

describe("may a principal do an action", () => {
  test("yes, with the path", () => {
    const answer = ask({ assignments: [assign("team", "contributor", S1)] });
    expect(answer.verdict).toBe("yes");
    expect(answer.paths).toMatchObject([{ action: DELETE, pattern: "*", inherited: true, groups: [{ id: "team" }] }]);
  });

  test("no, but at least, when a group with a role could not be read; a group that was read says nothing", () => {
    const principals = [principal("ann"), principal("board", "group"), principal("team", "group")];
    const unread = ask({ principals, assignments: [assign("board", "contributor", S1)] });
    expect([unread.verdict, unread.atLeast]).toMatchObject(["no", [{ source: "groups", at: "board", reason: "membersNotRead" }]]);
    const read = [{ groupId: "board", memberIds: [], transitive: false }];
    const incomplete = [{ source: "groups" as const, at: "board", label: "Board", reason: "refused" }];
    const partly = ask({ principals, groups: read, incomplete, assignments: [assign("board", "contributor", S1)] });
    expect(partly.atLeast).toEqual(incomplete);
    expect(ask({ principals, groups: read, assignments: [assign("board", "contributor", S1)] }).atLeast).toEqual([]);
  });

  test("no, when nothing gives it", () => {
    expect(ask({ assignments: [assign("ann", "reader", S1)] })).toMatchObject({ verdict: "no", paths: [], blocked: [] });
    expect(ask({ assignments: [assign("bob", "owner", S1)] }).verdict).toBe("no");
  });

  test("eligible and undecided are said as such; a sure way wins", () => {
    const eligibleInstances = [eligible("ann", "owner", S1)];
    const unsure = assign("ann", "owner", S1, { condition: "Exists @Resource[x]" });
    expect(ask({ eligibleInstances }).verdict).toBe("eligible");
    expect(ask({ eligibleInstances, assignments: [unsure] }).verdict).toBe("depends");
    expect(ask({ eligibleInstances, assignments: [unsure, assign("ann", "contributor", G1)] }).verdict).toBe("yes");
  });

  test("denied, disabled and deleted are no, and the reasons are given", () => {
    const assignments = [assign("ann", "owner", S1)];
    const denied = ask({ assignments, denyAssignments: [deny(S1, { actions: ["*"] }, ["team"])] });
    expect(denied).toMatchObject({ verdict: "no", blocked: [{ reason: "denied" }], paths: [{ roleName: "owner" }] });
    expect(ask({ assignments, principals: [principal("ann", "user", { enabled: false })] })).toMatchObject({
      verdict: "no",
      blocked: [{ reason: "disabled" }],
    });
    expect(ask({ assignments, principals: [principal("ann", "deleted")] }).blocked).toEqual([{ reason: "deleted" }]);
  });

  test("without a path a deny is no reason", () => {
    expect(ask({ denyAssignments: [deny(S1, { actions: ["*"] }, ["ann"])] })).toMatchObject({ verdict: "no", blocked: [] });
  });

  test("a deny of other people, of another scope or of another action does not matter", () => {
    const assignments = [assign("ann", "owner", S1)];
    const denyAssignments = [
      deny(S1, { actions: ["*"] }, ["bob"]),
      deny(S1, { actions: ["*/read"] }, ["ann"]),
      deny(G1, { actions: ["*"] }, ["ann"], { doNotApplyToChildScopes: true }),
      deny(VAULT, { actions: ["*"] }, ["ann"]),
    ];
    expect(ask({ assignments, denyAssignments }).verdict).toBe("yes");
    expect(ask({ assignments, denyAssignments }, { scope: G1 }).verdict).toBe("no");
  });

  test("any resource is a scope, with its parents", () => {
    const secrets = role("secrets", { dataActions: ["Microsoft.KeyVault/vaults/secrets/*"] });
    const inputs = { roleDefinitions: [secrets], assignments: [assign("machine-identity", "secrets", VAULT)] };
    const question = {
      principalId: "MACHINE-IDENTITY",
      action: "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      isDataAction: true,
    };
    expect(ask(inputs, { ...question, scope: VAULT })).toMatchObject({ verdict: "yes", paths: [{ inherited: false }] });
    expect(ask(inputs, { ...question, scope: `${VAULT}/secrets/s` })).toMatchObject({
      verdict: "yes",
      paths: [{ inherited: true }],
    });
    expect(ask(inputs, { ...question, scope: G1 }).verdict).toBe("no");
    expect(ask(inputs, { ...question, scope: VAULT, isDataAction: false }).verdict).toBe("no");
  });

  test("a limit on roles is decided when the request is known", () => {
    const condition = `!(ActionMatches{'${ASSIGN}'}) OR @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals r1`;
    const inputs = { assignments: [assign("ann", "owner", S1, { condition })] };
    const question = { action: ASSIGN };
    const request = { roleId: "r1", principalId: "x", principalType: "User" };
    expect(ask(inputs, question)).toMatchObject({ verdict: "depends", paths: [{ condition: { kind: "limitsRoles" } }] });
    expect(ask(inputs, { ...question, request }).verdict).toBe("yes");
    expect(ask(inputs, { ...question, request: { ...request, roleId: "r2" } }).verdict).toBe("no");
  });

  test("a deny that hangs on a condition makes yes depend", () => {
    const denyAssignments = [deny(S1, { actions: ["*"] }, ["ann"], { condition: "Exists @Resource[x]", name: "guard" })];
    const answer = ask({ assignments: [assign("ann", "owner", S1)], denyAssignments });
    expect(answer).toMatchObject({
      verdict: "depends",
      paths: [{ condition: { why: "denyCondition", text: "Exists @Resource[x]" } }],
    });
    const never = [deny(S1, { actions: ["*"] }, ["ann"], { condition: "ActionMatches{'other'}" })];
    expect(ask({ assignments: [assign("ann", "owner", S1)], denyAssignments: never }).verdict).toBe("yes");
  });

  test("conditions of a deny's permissions count too, and one open entry is enough", () => {
    const rule = deny(S1, { actions: ["*"], condition: "ActionMatches{'other'}" }, ["ann"]);
    const more = {
      ...rule,
      permissions: [
        ...rule.permissions,
        { actions: ["*/delete"], notActions: [], dataActions: [], notDataActions: [], condition: " " },
      ],
    };
    const assignments = [assign("ann", "owner", S1)];
    expect(ask({ assignments, denyAssignments: [rule] }).verdict).toBe("yes");
    expect(ask({ assignments, denyAssignments: [more] }).verdict).toBe("no");
  });

  test("paths come best first: standing, active, eligible; without condition; fewest groups; nearest", () => {
    const unsure = { condition: "Exists @Resource[x]" };
    const answer = ask({
      assignments: [
        assign("ann", "owner", "/", unsure),
        assign("team", "owner", MACHINE_1),
        assign("ann", "owner", S1),
        assign("ann", "contributor", MACHINE_1),
      ],
      eligibleInstances: [eligible("ann", "owner", MACHINE_1)],
    });
    expect(answer.paths.map((path) => [path.kind.kind, path.condition.kind, path.groups.length, path.inherited])).toEqual([
      ["standing", "none", 0, false],
      ["standing", "none", 0, true],
      ["standing", "none", 1, false],
      ["standing", "depends", 0, true],
      ["eligible", "none", 0, false],
    ]);
  });
});

describe("the order of paths", () => {
  const order = (rows: AccessInputs["assignments"]) => ask({ assignments: rows }).paths.map((path) => path.assignmentId);
  const at = (id: string, scope: string, who = "ann", condition: string | null = null) => ({
    ...assign(who, "owner", scope, { condition }),
    id,
  });

  test("alike ones are ordered by id, whichever came first", () => {
    expect(order([at("b", S1), at("c", S1), at("a", S1)])).toEqual(["a", "b", "c"]);
    expect(order([at("a", S1), at("c", S1), at("b", S1)])).toEqual(["a", "b", "c"]);
  });

  test("each rule goes before the next: condition, groups, nearness, id", () => {
    const unsure = "Exists @Resource[x]";
    const rows = [
      at("a", MACHINE_1, "ann", unsure),
      at("b", MACHINE_1, "team"),
      at("c", "/"),
      at("d", S1),
      at("e", MACHINE_1),
      at("f", MACHINE_1),
    ];
    expect(order(rows)).toEqual(["e", "f", "c", "d", "b", "a"]);
    expect(order(rows.toReversed())).toEqual(["e", "f", "c", "d", "b", "a"]);
  });

  test("active goes between standing and eligible", () => {
    const row = assign("ann", "owner", S1);
    const active = {
      ...row,
      originRoleAssignmentId: null,
      assignmentType: "Assigned",
      until: "2027-01-01T00:00:00Z",
      linkedEligibilityId: null,
    };
    const answer = ask({
      assignments: [assign("ann", "owner", "/")],
      activeInstances: [active],
      eligibleInstances: [eligible("ann", "owner", MACHINE_1)],
    });
    expect(answer.paths.map((path) => path.kind.kind)).toEqual(["standing", "active", "eligible"]);
    expect(answer.paths[0]).toMatchObject({ roleName: "owner", roleType: "BuiltInRole", roleId: "owner", groupsExact: true });
  });
});

describe("why somebody cannot sign in", () => {
  function why(inputs: Partial<AccessInputs>, capability: "signInUser" | "signInAdmin" = "signInUser") {
    return explainSignIn(prepareAccess(tenant({ groups, ...inputs }), NOW), "ANN", MACHINE_1, capability);
  }

  test("[C20] no role at all", () => {
    expect(why({}).reasons).toEqual([{ reason: "noRole" }]);
    expect(why({ assignments: [assign("ann", "reader", S1)] }).reasons).toEqual([{ reason: "noRole" }]);
  });

  test("[C22] Owner or Contributor alone manage the machine without signing in", () => {
    const assignments = [assign("ann", "owner", S1), assign("team", "contributor", G1), assign("bob", "runner", G1)];
    expect(why({ assignments }).reasons).toEqual([{ reason: "managementRolesOnly", roles: ["contributor", "owner"] }]);
  });

  test("a user sign-in role does not make an administrator", () => {
    const assignments = [assign("ann", "user-login", S1)];
    expect(why({ assignments }).canSignIn).toBe(true);
    expect(why({ assignments }, "signInAdmin")).toMatchObject({ canSignIn: false, reasons: [{ reason: "noRole" }] });
  });

  test("with the role and nothing in the way there is no reason", () => {
    const answer = why({ assignments: [assign("team", "admin-login", S1)], principals: [principal("ann")] });
    expect(answer).toMatchObject({
      canSignIn: true,
      reasons: [],
      principal: { id: "ann" },
      paths: [{ groups: [{ id: "team" }] }],
    });
  });

  test("[C19] [C07] a guest, a disabled account: also without a role", () => {
    const principals = [principal("ann", "guest", { enabled: false })];
    expect(why({ principals, assignments: [assign("ann", "user-login", S1)] }).reasons).toEqual([
      { reason: "disabled" },
      { reason: "guest" },
    ]);
    expect(why({ principals }).reasons).toEqual([{ reason: "disabled" }, { reason: "guest" }, { reason: "noRole" }]);
  });

  test("a deny is named; a role elsewhere is said where; eligible and undecided are shown", () => {
    const denyAssignments = [deny(G1, { dataActions: ["*"] }, ["ann"])];
    const here = assign("ann", "user-login", S1);
    expect(why({ assignments: [here], denyAssignments }).reasons).toMatchObject([
      { reason: "denied", scope: { kind: "resourceGroup" } },
    ]);
    const elsewhere = assign("ann", "user-login", "/subscriptions/Other");
    expect(why({ assignments: [elsewhere, { ...elsewhere, id: "again" }] }).reasons).toEqual([
      { reason: "roleElsewhere", scopes: [{ id: "/subscriptions/Other", kind: "subscription", name: "Other" }] },
    ]);
    const answer = why({
      assignments: [assign("ann", "user-login", S1, { condition: "Exists @Resource[x]" })],
      eligibleInstances: [eligible("ann", "user-login", G1)],
    });
    expect(answer.canSignIn).toBe(false);
    expect(answer.reasons).toMatchObject([
      { reason: "dependsOnCondition", paths: [{ kind: { kind: "standing" } }] },
      { reason: "onlyEligible", paths: [{ kind: { kind: "eligible" } }] },
    ]);
  });

  test("a management role that one could activate is no reason", () => {
    expect(why({ eligibleInstances: [eligible("ann", "owner", S1)] }).reasons).toEqual([{ reason: "noRole" }]);
  });

  test("incomplete input is passed on", () => {
    expect(why({ assignments: [assign("ann", "gone", S1)] }).atLeast).toHaveLength(1);
  });
});
