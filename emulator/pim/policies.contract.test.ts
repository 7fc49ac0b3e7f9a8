import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../arm/request-reading.ts";
import { type Answer, errorOf, valuesOf } from "../arm/test-client.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { restoreWorld, snapshotWorld, type WorldSnapshot } from "../world/mutate.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { ADA, ANTON, OPERATOR, OPERATOR_ID, pimTestClient, propertiesOf, sub } from "./test-support.ts";

let azure: LocalAzure;
let fresh: WorldSnapshot;
const pim = pimTestClient(() => azure);
const SANDBOX = sub("sandbox");

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  fresh = snapshotWorld(azure.world);
});
beforeEach(() => restoreWorld(azure.world, fresh));
afterAll(() => azure.close());

const filterOf = (role: string): string => `roleDefinitionId eq '/providers/Microsoft.Authorization/roleDefinitions/${role}'`;
async function assignmentOf(scope: string, role: string, upn = OPERATOR): Promise<Json> {
  const [row] = valuesOf(await pim.list(scope, "roleManagementPolicyAssignments", filterOf(role), upn));
  return row ?? {};
}
async function policyIdOf(scope: string, role: string): Promise<string> {
  return String(((await assignmentOf(scope, role)).properties as Json).policyId);
}
const rulesOf = (answer: Json): Json[] =>
  ((answer.properties as Json).rules ?? (answer.properties as Json).effectiveRules) as Json[];
const ruleOf = (answer: Json, id: string): Json => rulesOf(answer).find((rule) => rule.id === id) ?? {};
const codeOf = (answer: Answer): string => `${answer.status} ${errorOf(answer)?.code}`;

describe("policies", () => {
  it("exist for every role at every scope, with seventeen rules, and are assigned by a name of two parts", async () => {
    const first = await pim.list(SANDBOX, "roleManagementPolicyAssignments", null);
    expect(valuesOf(first)).toHaveLength(100);
    expect(first.body.nextLink).toContain("skiptoken");
    const row = await assignmentOf(SANDBOX, ROLE_IDS.reader);
    expect(rulesOf(row)).toHaveLength(17);
    const { policyId, roleDefinitionId } = row.properties as Record<string, string>;
    expect(row.name).toBe(`${policyId?.split("/").at(-1)}_${ROLE_IDS.reader}`);
    expect(roleDefinitionId).toBe(`${SANDBOX}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.reader}`);
    const policy = await pim.get(policyId ?? "");
    expect(ruleOf(policy.body, "Expiration_EndUser_Assignment")).toMatchObject({ maximumDuration: "PT8H" });
    expect(
      (await pim.get(String(row.id).replace("roleManagementPolicyAssignment/", "roleManagementPolicyAssignments/"))).status,
    ).toBe(200);
  });

  it("are not inherited: a group below a subscription has its own", async () => {
    const group = `${sub("prodEu2")}/resourceGroups/rg-sql-fra`;
    const above = await assignmentOf(sub("prodEu2"), ROLE_IDS.contributor);
    const below = await assignmentOf(group, ROLE_IDS.contributor);
    const approval = (row: Json) => (ruleOf(row, "Approval_EndUser_Assignment").setting as Json).isApprovalRequired;
    expect([approval(above), approval(below)]).toEqual([true, false]);
  });

  it("are read by readers and by people who are eligible, by nobody else", async () => {
    const list = (upn: string, scope = SANDBOX) =>
      pim.list(scope, "roleManagementPolicyAssignments", filterOf(ROLE_IDS.reader), upn);
    expect((await list("rene.reader@contoso.example")).status).toBe(200);
    expect((await list("elif.moreau@contoso.example", sub("tier0"))).status).toBe(200);
    expect(codeOf(await list("elif.moreau@contoso.example"))).toBe("403 InsufficientPermissions");
    expect(codeOf(await list("nora.norights@contoso.example"))).toBe("403 InsufficientPermissions");
  });
});

describe("a change of a policy", () => {
  const longer = {
    id: "Expiration_EndUser_Assignment",
    ruleType: "RoleManagementPolicyExpirationRule",
    isExpirationRequired: true,
    maximumDuration: "PT2H",
  };
  const patch = async (rules: unknown, upn = ADA) =>
    pim.patch(await policyIdOf(SANDBOX, ROLE_IDS.contributor), upn, { properties: { rules } });

  it("takes the changed rules alone, answers the whole policy and counts for the next activation", async () => {
    const answer = await patch([longer]);
    expect(answer.status).toBe(200);
    expect(rulesOf(answer.body)).toHaveLength(17);
    expect(ruleOf(answer.body, longer.id)).toMatchObject({ maximumDuration: "PT2H", target: { caller: "EndUser" } });
    expect(propertiesOf(answer).lastModifiedBy).toMatchObject({ displayName: "Ada Admin" });
    const refused = await pim.put(SANDBOX, ROLE_IDS.contributor, {
      scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT3H" } },
    });
    expect(errorOf(refused).message).toContain('["ExpirationRule"]');
    expect((await pim.put(SANDBOX, ROLE_IDS.contributor)).status).toBe(201);
  });

  it("needs the right to write it", async () => {
    expect(codeOf(await patch([longer], ANTON))).toBe("403 InsufficientPermissions");
  });

  it("can be taken back", async () => {
    await patch([longer]);
    const id = await policyIdOf(SANDBOX, ROLE_IDS.contributor);
    expect(codeOf(await pim.remove(id, ANTON))).toBe("403 InsufficientPermissions");
    expect((await pim.remove(id, ADA)).status).toBe(200);
    expect((await pim.remove(id, ADA)).status).toBe(204);
    expect(ruleOf((await pim.get(id)).body, "Enablement_EndUser_Assignment").enabledRules).toEqual(["Justification"]);
  });

  const rule = (id: string, ruleType: string, over: object) => ({ id, ruleType: `RoleManagementPolicy${ruleType}Rule`, ...over });
  const expiration = (id: string, over: object) =>
    rule(id, "Expiration", { isExpirationRequired: true, maximumDuration: "PT8H", ...over });
  const context = (over: object) =>
    rule("AuthenticationContext_EndUser_Assignment", "AuthenticationContext", { isEnabled: true, claimValue: "c1", ...over });
  const enablement = (enabledRules: unknown) => rule("Enablement_EndUser_Assignment", "Enablement", { enabledRules });
  const approval = (primaryApprovers: unknown, over: object = {}) =>
    rule("Approval_EndUser_Assignment", "Approval", {
      setting: {
        isApprovalRequired: true,
        isApprovalRequiredForExtension: false,
        isRequestorJustificationRequired: true,
        approvalMode: "SingleStage",
        approvalStages: [
          {
            approvalStageTimeOutInDays: 1,
            isApproverJustificationRequired: true,
            escalationTimeInMinutes: 0,
            isEscalationEnabled: false,
            primaryApprovers,
          },
        ],
        ...over,
      },
    });
  const person = { id: OPERATOR_ID, description: "Olivia", isBackup: false, userType: "User" };
  const mail = (over: object) =>
    rule("Notification_Admin_EndUser_Assignment", "Notification", {
      notificationType: "Email",
      recipientType: "Admin",
      notificationLevel: "Critical",
      isDefaultRecipientsEnabled: false,
      notificationRecipients: ["soc@contoso.example"],
      ...over,
    });

  it.each<[string, unknown[]]>([
    ["a shorter activation", [expiration("Expiration_EndUser_Assignment", { maximumDuration: "PT1H" })]],
    ["a bound eligibility", [expiration("Expiration_Admin_Eligibility", { maximumDuration: "P90D" })]],
    ["all enablements", [enablement(["MultiFactorAuthentication", "Justification", "Ticketing"])]],
    ["an authentication context", [context({})]],
    ["an approver", [approval([person])]],
    ["a mail address", [mail({})]],
    ["several kinds at once", [context({ claimValue: "c99" }), enablement([]), mail({})]],
  ])("of %s is accepted", async (_case, rules) => {
    expect((await patch(rules)).status).toBe(200);
  });

  it.each<[string, unknown]>([
    ["no rules", undefined],
    ["an unknown rule", [rule("Mystery_EndUser_Assignment", "Expiration", {})]],
    ["a rule of another kind", [rule("Expiration_EndUser_Assignment", "Enablement", { enabledRules: [] })]],
    ["an activation of 25 hours", [expiration("Expiration_EndUser_Assignment", { maximumDuration: "PT25H" })]],
    ["an activation under an hour", [expiration("Expiration_EndUser_Assignment", { maximumDuration: "PT59M" })]],
    ["a duration that is none", [expiration("Expiration_Admin_Assignment", { maximumDuration: "180" })]],
    ["an unknown enablement", [enablement(["Prayer"])]],
    ["approval by nobody", [approval([])]],
    ["an approver who is not there", [approval([{ ...person, id: "10ca1a2e-9999-4000-8000-000000000001" }])]],
    ["approvers that are no list, also without approval", [approval("me", { isApprovalRequired: false })]],
    ["an approver without id, also without approval", [approval([{}], { isApprovalRequired: false })]],
    ["a claim that is no text", [context({ isEnabled: false, claimValue: 7 })]],
    ["an unknown approval mode", [approval([person], { approvalMode: "Lottery" })]],
    ["a context that is none", [context({ claimValue: "c100" })]],
    ["multifactor authentication and a context", [context({}), enablement(["MultiFactorAuthentication"])]],
    ["a recipient without an address", [mail({ notificationRecipients: ["everybody"] })]],
    ["another recipient than the rule's", [mail({ recipientType: "Approver" })]],
    ["one good and one bad rule", [longer, enablement(["Prayer"])]],
  ])("with %s is invalid and changes nothing", async (_case, rules) => {
    const answer = await patch(rules);
    expect([codeOf(answer), errorOf(answer).message]).toEqual(["400 InvalidPolicy", "The policy is invalid."]);
    const after = await assignmentOf(SANDBOX, ROLE_IDS.contributor);
    expect(ruleOf(after, "Expiration_EndUser_Assignment").maximumDuration).toBe("PT8H");
  });
});
