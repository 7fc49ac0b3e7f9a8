import { describe, expect, it } from "vitest";
import { assignmentsQueryWithout, toAssignment } from "./assignment-rows";
import { changeInputSchema, previewInputSchema, principalQuerySchema, rightsQuerySchema, scopeSchema } from "./schemas";
import { toScopeTree } from "./scopes";

const MG = "/providers/Microsoft.Management/managementGroups/";
const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";
const NAME = "11111111-1111-4111-8111-111111111111";

describe("the scope tree from Resource Graph", () => {
  it("takes parents from the chains, which name groups that may not be read on their own", () => {
    const chain = [
      { name: "prod", displayName: "Production" },
      { name: "root", displayName: null },
    ];
    expect(toScopeTree([{ id: SUB, name: "One", type: "microsoft.resources/subscriptions", chain }])).toEqual({
      subscriptions: [{ id: SUB, displayName: "One", managementGroupId: `${MG}prod` }],
      managementGroups: [
        { id: `${MG}prod`, displayName: "Production", parentId: `${MG}root` },
        { id: `${MG}root`, displayName: "root", parentId: null },
      ],
    });
  });

  it("prefers a group's own row and leaves out rows that are none", () => {
    const rows = [
      { id: SUB, name: "One", type: "microsoft.resources/subscriptions", chain: [{ name: "prod" }] },
      {
        id: `${MG}prod`,
        name: "prod",
        type: "microsoft.management/managementgroups",
        displayName: "Production",
        parents: [{ name: "root" }],
      },
      { id: 7 },
      { id: `${SUB}2`, name: "Two", type: "microsoft.resources/subscriptions", chain: "odd" },
    ];
    const tree = toScopeTree(rows);
    expect(tree.managementGroups).toContainEqual({ id: `${MG}prod`, displayName: "Production", parentId: `${MG}root` });
    expect(tree.subscriptions[1]).toMatchObject({ displayName: "Two", managementGroupId: null });
  });
});

describe("role assignments from Resource Graph", () => {
  it("read empty text as nothing and leave out rows without their parts", () => {
    const row = {
      id: `/providers/x/RoleAssignments/${NAME}`,
      scope: "/",
      principalId: "p",
      roleDefinitionId: "r",
      condition: "",
      principalType: "",
    };
    expect(toAssignment(row)).toMatchObject({ name: NAME, condition: null, principalType: "Unknown" });
    expect(toAssignment({ ...row, principalId: "" })).toBeNull();
    expect(toAssignment({ id: "x" })).toBeNull();
  });

  it("escape what enters a query", () => expect(assignmentsQueryWithout(["a'b\\"])).toContain("in~ ('a\\'b\\\\')"));
});

describe("what the access routes take", () => {
  it.each([
    "/",
    `${MG}prod`,
    SUB,
    `${SUB}/resourceGroups/rg (1)`,
    `${SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv`,
  ])("takes the scope %s", (scope) => expect(scopeSchema.safeParse(scope).success).toBe(true));

  it.each([
    "",
    "//",
    "https://evil.example/",
    `${SUB}/`,
    `${SUB}/resourceGroups/..`,
    `${SUB}/resourceGroups/a?b`,
    `${SUB}/resourceGroups/rg/providers/X`,
    `${MG}a/b`,
    `${SUB}/resourceGroups/a\u0000`,
    "/subscriptions/x",
  ])("refuses the scope %j", (scope) => expect(rightsQuerySchema.safeParse({ scope }).success).toBe(false));

  const assign = {
    kind: "assign",
    assignmentName: NAME,
    principalId: NAME,
    roleId: NAME,
    scope: SUB,
    condition: null,
    description: null,
  };
  const remove = { kind: "remove", assignmentId: `${SUB}/providers/Microsoft.Authorization/roleAssignments/${NAME}` };

  it("takes both kinds of changes and nothing more in them", () => {
    expect(previewInputSchema.safeParse({ changes: [assign, remove] }).success).toBe(true);
    expect(previewInputSchema.safeParse({ changes: [{ ...assign, principalType: "User" }] }).success).toBe(false);
    expect(previewInputSchema.safeParse({ changes: [{ ...remove, assignmentId: `${SUB}/x` }] }).success).toBe(false);
    expect(
      previewInputSchema.safeParse({
        changes: [{ ...remove, assignmentId: `/../x/providers/Microsoft.Authorization/roleAssignments/${NAME}` }],
      }).success,
    ).toBe(false);
  });

  it.each([
    [0, false],
    [1, true],
    [100, true],
    [101, false],
  ])("%i changes at once: %s", (count, expected) => {
    expect(previewInputSchema.safeParse({ changes: Array.from({ length: count }, () => assign) }).success).toBe(expected);
  });

  it("takes a write only with the stamp of a preview", () => {
    const input = { changeSetId: NAME, changes: [assign], confirmed: true };
    expect(changeInputSchema.safeParse({ ...input, stamp: "a".repeat(64) }).success).toBe(true);
    expect(changeInputSchema.safeParse({ ...input, stamp: "" }).success).toBe(false);
  });

  it("refuses actions of a custom role that are none", () => {
    const role = { kind: "defineRole", roleId: NAME, roleName: "R", description: "", assignableScopes: [SUB] };
    const permissions = (action: string) => ({ actions: [action], notActions: [], dataActions: [], notDataActions: [] });
    const takes = (action: string) =>
      previewInputSchema.safeParse({ changes: [{ ...role, permissions: permissions(action) }] }).success;
    expect(takes("Microsoft.HybridCompute/machines/*/read")).toBe(true);
    expect(takes("a b")).toBe(false);
  });

  it.each([
    ["a", true],
    ["  jia ", true],
    ["", false],
    ["  ", false],
    ['"*', false],
    ["x".repeat(121), false],
  ])("search %j: %s", (search, expected) => expect(principalQuerySchema.safeParse({ search }).success).toBe(expected));
});
