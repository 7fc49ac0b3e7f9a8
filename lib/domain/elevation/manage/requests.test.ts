import { describe, expect, it } from "vitest";
import { cloudById } from "../../clouds";
import { eligibilityBicep, policyBicep } from "./bicep";
import { EXAMPLE_SETTINGS } from "./manage-fixture";
import { actionsOf, exactRequests, type ManageRequest, type ScheduleRequest, scheduleProperties, targetOf } from "./requests";

const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";
const MACHINE = `${SUB}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/srv`;
const ROLE = "cd570a14-0000-4000-8000-000000000001";
const AT = `${SUB}/providers/Microsoft.Authorization`;
const cloud = cloudById("public");

const ASSIGN: ScheduleRequest = {
  ...{ kind: "schedule", requestName: "req-1", of: "eligible", requestType: "AdminAssign", principalId: "ada", roleId: ROLE },
  ...{ scope: SUB, targetScheduleId: null, startsAt: null, end: { kind: "none" }, justification: "", ticket: null },
};

describe("scheduleProperties", () => {
  it("[A31] names the role within its subscription and leaves the start to Azure", () => {
    expect(scheduleProperties(ASSIGN)).toEqual({
      principalId: "ada",
      roleDefinitionId: `${AT}/roleDefinitions/${ROLE}`,
      requestType: "AdminAssign",
      scheduleInfo: { expiration: { type: "NoExpiration" } },
    });
  });

  it.each([
    [
      { kind: "after", minutes: 90 },
      { type: "AfterDuration", duration: "PT1H30M" },
    ],
    [
      { kind: "after", minutes: 30 * 1_440 },
      { type: "AfterDuration", duration: "P30D" },
    ],
    [
      { kind: "at", endsAt: "2027-01-01T00:00:00Z" },
      { type: "AfterDateTime", endDateTime: "2027-01-01T00:00:00Z" },
    ],
  ] as const)("writes the end %j as Azure's %j", (end, expiration) => {
    expect(scheduleProperties({ ...ASSIGN, end })).toMatchObject({ scheduleInfo: { expiration } });
  });

  it("removes by schedule, without a schedule of its own", () => {
    const removal: ScheduleRequest = { ...ASSIGN, of: "active", requestType: "AdminRemove", targetScheduleId: "s-1" };
    expect(scheduleProperties(removal)).toEqual({
      principalId: "ada",
      roleDefinitionId: `${AT}/roleDefinitions/${ROLE}`,
      requestType: "AdminRemove",
      targetRoleAssignmentScheduleId: "s-1",
    });
  });
});

const CONVERT: ManageRequest = {
  ...{ kind: "convert", assignmentId: `${AT}/roleAssignments/a-1`, requestName: "req-1", principalId: "ada", roleId: ROLE },
  ...{ scope: SUB, end: { kind: "none" }, justification: "less standing access" },
};
const RESTORE: ManageRequest = {
  ...{ kind: "restore", assignmentName: "a-1", requestName: "req-2", principalId: "ada", principalType: "User", roleId: ROLE },
  ...{ scope: SUB, description: null, justification: "undo" },
};

describe("exactRequests", () => {
  const sent = (request: ManageRequest) => exactRequests(cloud, request).map(({ method, url }) => `${method} ${url}`);

  it("[A30] converts in the order eligibility, then removal", () => {
    expect(sent(CONVERT)).toEqual([
      `PUT ${cloud.arm}${AT}/roleEligibilityScheduleRequests/req-1?api-version=2020-10-01`,
      `DELETE ${cloud.arm}${AT}/roleAssignments/a-1?api-version=2022-04-01`,
    ]);
  });

  it("undoes in the order standing assignment, then removal of the eligibility", () => {
    expect(sent(RESTORE)).toEqual([
      `PUT ${cloud.arm}${AT}/roleAssignments/a-1?api-version=2022-04-01`,
      `PUT ${cloud.arm}${AT}/roleEligibilityScheduleRequests/req-2?api-version=2020-10-01`,
    ]);
  });

  it("patches a policy with exactly the rules that it was given", () => {
    const policyId = `${AT}/roleManagementPolicies/p-1`;
    const request: ManageRequest = { kind: "policy", policyId, roleId: ROLE, scope: SUB, settings: EXAMPLE_SETTINGS };
    expect(exactRequests(cloud, request, [{ id: "x" }])).toEqual([
      { method: "PATCH", url: `${cloud.arm}${policyId}?api-version=2020-10-01`, body: { properties: { rules: [{ id: "x" }] } } },
    ]);
    expect(targetOf(request)).toBe(policyId);
    expect(actionsOf(request)).toEqual(["Microsoft.Authorization/roleManagementPolicies/write"]);
  });

  it("needs the right to write requests and to remove or write assignments", () => {
    expect(actionsOf(CONVERT)).toEqual([
      "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
      "Microsoft.Authorization/roleAssignments/delete",
    ]);
    expect(actionsOf(RESTORE)[1]).toBe("Microsoft.Authorization/roleAssignments/write");
  });
});

describe("Bicep", () => {
  it("writes eligibilities of one scope into one file, below a machine as an extension of it", () => {
    const [file, second] = eligibilityBicep([
      { ...ASSIGN, scope: MACHINE },
      { ...ASSIGN, requestType: "AdminRemove" },
    ]);
    expect(second).toBeUndefined();
    expect(file?.text).toContain("targetScope = 'resourceGroup'");
    expect(file?.text).toContain("resource target 'Microsoft.HybridCompute/machines@2024-07-10' existing = {\n  name: 'srv'\n}");
    expect(file?.text).toContain(
      "resource eligibility1 'Microsoft.Authorization/roleEligibilityScheduleRequests@2020-10-01' = {",
    );
    expect(file?.text).toContain("  scope: target\n  properties: {\n    principalId: 'ada'");
  });

  it("escapes what a justification holds", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text that would be an interpolation in Bicep.
    const [file] = eligibilityBicep([{ ...ASSIGN, justification: "it's ${me}\nnow" }]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the same, escaped.
    expect(file?.text).toContain("justification: 'it\\'s \\${me}\\nnow'");
  });

  it("sets policies by a script, because Bicep has no type for them", () => {
    const text = policyBicep([{ policyId: "/p", roleName: "O'Role", scope: SUB, rules: [{ id: "r" }] }], cloud.arm);
    expect(text).toContain("resource settings 'Microsoft.Resources/deploymentScripts@2023-08-01'");
    expect(text).toContain(`  '# O\\'Role at ${SUB}'`);
    expect(text).toContain(`az rest --method patch --url \\'${cloud.arm}/p?api-version=2020-10-01\\'`);
    expect(text).toContain("scriptContent: join(lines, '\\n')");
  });
});
