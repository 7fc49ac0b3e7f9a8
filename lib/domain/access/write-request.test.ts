import { describe, expect, it } from "vitest";
import { cloudById } from "../clouds";
import type { AccessChangeRequest } from "./api";
import {
  assignmentIdOf,
  exactRequest,
  principalTypeOf,
  roleDefinitionIdAt,
  type StandingAssignment,
  scopeOfChange,
  undoOf,
  undoOfRole,
} from "./write-request";
import { changeTemplates } from "./write-templates";

const CLOUD = cloudById("public");
const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";
const GROUP = `${SUB}/resourceGroups/rg-app`;
const MACHINE = `${GROUP}/providers/Microsoft.HybridCompute/machines/srv-1`;
const NAME = "11111111-1111-4111-8111-111111111111";
const ROLE = "fb879df8-f326-4884-b1cf-06f3ad86be52";
const PERSON = "22222222-2222-4222-8222-222222222222";

type Assign = Extract<AccessChangeRequest, { kind: "assign" }>;
const assign = (over: Partial<Assign> = {}): Assign => ({
  kind: "assign",
  assignmentName: NAME,
  principalId: PERSON,
  roleId: ROLE,
  scope: GROUP,
  condition: null,
  description: null,
  ...over,
});
const standing: StandingAssignment = {
  id: `${GROUP}/providers/Microsoft.Authorization/roleAssignments/${NAME}`,
  name: NAME,
  scope: GROUP,
  principalId: PERSON,
  principalType: "User",
  roleDefinitionId: `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
  condition: "x",
  conditionVersion: "2.0",
  description: "Ticket 1",
};

describe("the request of a change", () => {
  it("puts the assignment at its scope with the principal's type and the role of the subscription", () => {
    expect(exactRequest(CLOUD, assign(), "Group")).toEqual({
      method: "PUT",
      url: `https://management.azure.com${GROUP}/providers/Microsoft.Authorization/roleAssignments/${NAME}?api-version=2022-04-01`,
      body: {
        properties: {
          roleDefinitionId: `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
          principalId: PERSON,
          principalType: "Group",
        },
      },
    });
  });

  it("sends a condition with its version and a description only when there is one", () => {
    const { body } = exactRequest(CLOUD, assign({ condition: "c", description: "d" }), "User");
    expect(body).toMatchObject({ properties: { condition: "c", conditionVersion: "2.0", description: "d" } });
  });

  it.each([
    [
      "/",
      `/providers/Microsoft.Authorization/roleAssignments/${NAME}`,
      `/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
    ],
    [
      "/providers/Microsoft.Management/managementGroups/prod",
      `/providers/Microsoft.Management/managementGroups/prod/providers/Microsoft.Authorization/roleAssignments/${NAME}`,
      `/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
    ],
    [
      MACHINE,
      `${MACHINE}/providers/Microsoft.Authorization/roleAssignments/${NAME}`,
      `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
    ],
  ])("names assignment and role at %s", (scope, assignment, role) => {
    expect(assignmentIdOf(assign({ scope }))).toBe(assignment);
    expect(roleDefinitionIdAt(scope, ROLE)).toBe(role);
  });

  it("deletes a removal by its id and asks for the right at its scope", () => {
    const request: AccessChangeRequest = { kind: "remove", assignmentId: standing.id };
    expect(exactRequest(CLOUD, request, "User")).toMatchObject({ method: "DELETE", body: null });
    expect(scopeOfChange(request)).toBe(GROUP);
    expect(scopeOfChange({ kind: "remove", assignmentId: `/providers/Microsoft.Authorization/roleAssignments/${NAME}` })).toBe(
      "/",
    );
  });

  it.each([
    ["user", "User"],
    ["guest", "User"],
    ["group", "Group"],
    ["servicePrincipal", "ServicePrincipal"],
    ["managedIdentity", "ServicePrincipal"],
    ["device", null],
    ["unknown", null],
    ["deleted", null],
  ] as const)("a %s is sent as %s", (kind, type) => expect(principalTypeOf(kind)).toBe(type));
});

describe("undo", () => {
  it("takes away what was assigned, but nothing that stood there before", () => {
    expect(undoOf(assign(), null)).toEqual({ kind: "remove", assignmentId: standing.id });
    expect(undoOf(assign(), standing)).toBeNull();
  });

  it("puts back what was removed under its own name, with condition and description", () => {
    expect(undoOf({ kind: "remove", assignmentId: standing.id }, standing)).toEqual(
      assign({ condition: "x", description: "Ticket 1" }),
    );
    expect(undoOf({ kind: "remove", assignmentId: standing.id }, null)).toBeNull();
  });

  it("puts a changed custom role back as it was, and leaves a new one and those Azure takes no write for", () => {
    const entry = { actions: ["a/read"], notActions: ["a/b/read"], dataActions: ["a/login/action"], notDataActions: [] };
    const role = {
      name: ROLE.toUpperCase(),
      roleName: "Scripts",
      roleType: "CustomRole",
      description: "d",
      assignableScopes: [SUB],
    };
    expect(undoOfRole({ ...role, permissions: [{ ...entry, condition: null }] })).toEqual({
      kind: "defineRole",
      roleId: ROLE,
      roleName: "Scripts",
      description: "d",
      permissions: entry,
      assignableScopes: [SUB],
    });
    expect(undoOfRole(null)).toBeNull();
    expect(undoOfRole({ ...role, permissions: [] })).toBeNull();
    expect(undoOfRole({ ...role, permissions: [entry, entry] })).toBeNull();
    expect(undoOfRole({ ...role, permissions: [{ ...entry, condition: "x" }] })).toBeNull();
    expect(undoOfRole({ ...role, roleType: "BuiltInRole", permissions: [entry] })).toBeNull();
  });
});

describe("[D20] the same change in four forms", () => {
  it("az CLI and PowerShell name the same principal, type, role, scope and condition as the request", () => {
    const { azCli, powershell } = changeTemplates(CLOUD, assign({ condition: "it's so", description: "d" }), "Group");
    for (const text of [PERSON, ROLE, GROUP, "Group"]) {
      expect(azCli).toContain(text);
      expect(powershell).toContain(text);
    }
    expect(azCli).toContain(`--name '${NAME}'`);
    expect(azCli).toContain("--condition 'it'\\''s so' \\\n  --condition-version '2.0'");
    expect(powershell).toContain("-Condition 'it''s so' `\n  -ConditionVersion '2.0'");
  });

  it("ARM JSON and Bicep make the assignment as an extension of the machine", () => {
    const { armJson, bicep } = changeTemplates(CLOUD, assign({ scope: MACHINE }), "User");
    const [resource] = (JSON.parse(armJson) as { resources: Record<string, unknown>[] }).resources;
    expect(resource).toMatchObject({
      name: NAME,
      scope: "Microsoft.HybridCompute/machines/srv-1",
      properties: { principalType: "User" },
    });
    expect(bicep).toContain("resource target 'Microsoft.HybridCompute/machines@2024-07-10' existing = {\n  name: 'srv-1'\n}");
    expect(bicep).toContain("  scope: target\n");
  });

  it.each([
    ["/", "tenantDeploymentTemplate", "tenant"],
    ["/providers/Microsoft.Management/managementGroups/prod", "managementGroupDeploymentTemplate", "managementGroup"],
    [SUB, "subscriptionDeploymentTemplate", "subscription"],
    [GROUP, "2019-04-01/deploymentTemplate", "resourceGroup"],
  ])("templates for %s are of its deployment level and carry no scope of their own", (scope, schema, target) => {
    const { armJson, bicep } = changeTemplates(CLOUD, assign({ scope }), "User");
    expect(armJson).toContain(schema);
    expect(bicep.split("\n")[0]).toBe(`targetScope = '${target}'`);
    expect(bicep).not.toContain("scope: target");
  });

  it("a removal has commands and no templates: a template cannot take something away", () => {
    const templates = changeTemplates(CLOUD, { kind: "remove", assignmentId: standing.id }, "User");
    expect(templates).toMatchObject({ armJson: "", bicep: "", azCli: expect.stringContaining(`--ids '${standing.id}'`) });
    expect(templates.powershell).toContain("-Method DELETE");
  });

  it("a custom role goes through the request itself", () => {
    const permissions = { actions: ["a/read"], notActions: [], dataActions: [], notDataActions: [] };
    const request: AccessChangeRequest = {
      kind: "defineRole",
      roleId: ROLE,
      roleName: "R",
      description: "",
      permissions,
      assignableScopes: [SUB],
    };
    expect(changeTemplates(CLOUD, request, "User").azCli).toContain(
      `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
    );
    expect(exactRequest(CLOUD, request, "User").body).toMatchObject({
      properties: { type: "CustomRole", permissions: [permissions] },
    });
  });
});
