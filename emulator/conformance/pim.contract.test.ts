import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { ordinaryPerson } from "../world/access-catalogue.ts";
import { personaId } from "../world/personas.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { clientOf, type LocalClient, type Reply } from "./local-client.ts";
import { createWireJudge, scoreLine } from "./wire-judge.ts";

const PIM = "api-version=2020-10-01";
const APPROVALS = "api-version=2021-01-01-preview";
const MINUTE = 60_000;
const sub = (key: Parameters<typeof subscriptionIdOf>[0]): string => `/subscriptions/${subscriptionIdOf(key)}`;

let local: LocalAzure;
const people = new Map<string, LocalClient>();

beforeAll(async () => {
  local = await startLocalAzure({ machines: 25, options: { recordBodyChars: 4_000_000, enforceQuotas: false } });
  for (const key of ["ada.admin", "olivia.operator", "anton.approver", "nora.norights"]) {
    people.set(key, await clientOf(local, `${key}@contoso.example`));
  }
});
afterAll(() => local.close());

type Put = {
  who: string;
  scope: string;
  role: string;
  requestType: string;
  kind?: "Assignment" | "Eligibility";
  principalId?: string;
  over?: object;
};

async function call(who: string, method: string, target: string, body?: unknown): Promise<Reply> {
  const client = people.get(who);
  if (client === undefined) throw new Error(`nobody is ${who}`);
  return client.arm(method, target, body);
}

function contentOf({ who, scope, role, requestType, principalId, over }: Put): object {
  return {
    properties: {
      principalId: principalId ?? personaId(who),
      roleDefinitionId: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      requestType,
      justification: "Patch window",
      scheduleInfo: {
        startDateTime: new Date(local.clock.nowMs()).toISOString(),
        expiration: { type: "AfterDuration", duration: "PT1H" },
      },
      ticketInfo: { ticketNumber: "CHG-1", ticketSystem: "ServiceNow" },
      ...over,
    },
  };
}

function put(input: Put, name: string = randomUUID(), end = ""): Promise<Reply> {
  const { who, scope, kind = "Assignment" } = input;
  const path = `${scope}/providers/Microsoft.Authorization/role${kind}ScheduleRequests/${name}${end}?${PIM}`;
  return call(who, end === "" ? "PUT" : "POST", path, contentOf(input));
}

/** Every request type, both families, with and without effect, refused and taken. */
async function requests(): Promise<void> {
  const own = { who: "olivia.operator", scope: sub("sandbox"), role: ROLE_IDS.contributor };
  await put({ ...own, requestType: "SelfActivate" }, undefined, "/validate");
  await put({ ...own, requestType: "SelfActivate" });
  await put({ ...own, requestType: "SelfActivate" });
  await put({ ...own, scope: sub("prodEu2"), role: ROLE_IDS.adminLogin, requestType: "SelfActivate" });
  await put({ ...own, scope: sub("prodUs1"), role: ROLE_IDS.adminLogin, requestType: "SelfActivate", over: { ticketInfo: {} } });
  local.clock.advance(5 * MINUTE);
  await put({ ...own, requestType: "SelfDeactivate", over: { scheduleInfo: undefined } });
  const waiting = await put({ ...own, scope: sub("prodEu2"), requestType: "SelfActivate" });
  await call("olivia.operator", "POST", `${String(waiting.json.id)}/cancel?${PIM}`);
  for (const kind of ["Assignment", "Eligibility"] as const) {
    const elif = ordinaryPerson(1, "elif.jansen");
    const admin = { who: "ada.admin", scope: sub("sandbox"), role: ROLE_IDS.userLogin, kind, principalId: elif };
    const day = { scheduleInfo: { expiration: { type: "AfterDuration", duration: "P1D" } } };
    await put({ ...admin, requestType: "AdminAssign", over: day });
    people.set("elif", await clientOf(local, "elif.jansen@contoso.example"));
    await put({ ...admin, who: "elif", requestType: "SelfExtend", over: day });
    for (const requestType of ["AdminUpdate", "AdminExtend"]) await put({ ...admin, requestType, over: day });
    local.clock.advance(24 * 60 * MINUTE);
    await put({ ...admin, who: "elif", requestType: "SelfRenew", over: day });
    await put({ ...admin, requestType: "AdminRenew", over: day });
    local.clock.advance(5 * MINUTE);
    await put({ ...admin, requestType: "AdminRemove", over: { scheduleInfo: undefined } });
    for (const who of ["ada.admin", "nora.norights"]) {
      await call(who, "GET", `${sub("sandbox")}/providers/Microsoft.Authorization/role${kind}ScheduleRequests?${PIM}`);
    }
    for (const filter of ["asTarget()", "asRequestor()", "asApprover()"]) {
      const path = `/providers/Microsoft.Authorization/role${kind}ScheduleRequests?${PIM}&$filter=${filter}`;
      await call("olivia.operator", "GET", path);
    }
  }
}

async function approvals(): Promise<void> {
  for (const result of ["Approve", "Deny"]) {
    const made = await put({
      who: "olivia.operator",
      scope: sub("prodEu1"),
      role: ROLE_IDS.contributor,
      requestType: "SelfActivate",
    });
    const id = String((made.json.properties as { approvalId?: string }).approvalId);
    await call("anton.approver", "GET", `${id}?${APPROVALS}`);
    const { json } = await call("anton.approver", "GET", `${id}/stages?${APPROVALS}`);
    const [stage] = json.value as { name: string }[];
    const path = `${id}/stages/${stage?.name}?${APPROVALS}`;
    await call("anton.approver", "GET", path);
    await call("olivia.operator", "PATCH", path, { reviewResult: result, justification: "x" });
    await call("anton.approver", "PATCH", path, { reviewResult: result, justification: "Checked" });
    await call("ada.admin", "PUT", path, { reviewResult: result, justification: "Late" });
    local.clock.advance(61 * MINUTE);
  }
  await call(
    "anton.approver",
    "GET",
    `/providers/Microsoft.Authorization/roleAssignmentApprovals?${APPROVALS}&$filter=asApprover()`,
  );
}

type Rule = { id: string; [name: string]: unknown };

/** Every rule of a policy is written back, each in another value, and one that is refused. */
async function policies(): Promise<number> {
  const scope = sub("sandbox");
  const base = `${scope}/providers/Microsoft.Authorization`;
  await call("ada.admin", "GET", `${base}/roleManagementPolicies?${PIM}`);
  const { json } = await call("ada.admin", "GET", `${base}/roleManagementPolicyAssignments?${PIM}`);
  const [first] = json.value as { properties: { policyId: string; effectiveRules: Rule[] } }[];
  const path = `${first?.properties.policyId}?${PIM}`;
  const approver = { id: personaId("anton.approver"), description: "Anton Approver", isBackup: false, userType: "User" };
  const changes: Record<string, (rule: Rule) => Rule> = {
    Expiration: (rule) => ({ ...rule, isExpirationRequired: true, maximumDuration: "PT4H" }),
    Enablement: (rule) => ({ ...rule, enabledRules: ["Justification", "Ticketing"] }),
    AuthenticationContext: (rule) => ({ ...rule, isEnabled: true, claimValue: "c2" }),
    Notification: (rule) => ({ ...rule, notificationLevel: "Critical", notificationRecipients: ["soc@contoso.example"] }),
    Approval: (rule) => {
      const setting = rule.setting as { approvalStages: object[] };
      const approvalStages = setting.approvalStages.map((stage) => ({ ...stage, primaryApprovers: [approver] }));
      return { ...rule, setting: { ...setting, isApprovalRequired: true, approvalStages } };
    },
  };
  const rules = (first?.properties.effectiveRules ?? []).map((rule) => changes[rule.id.split("_")[0] ?? ""]?.(rule) ?? rule);
  const longest = rules.find((rule) => rule.id === "Expiration_EndUser_Assignment");
  for (const rule of rules) await call("ada.admin", "PATCH", path, { properties: { rules: [rule] } });
  await call("ada.admin", "PATCH", path, { properties: { rules: [{ ...longest, maximumDuration: "P2D" }] } });
  await call("ada.admin", "GET", path);
  await call("ada.admin", "DELETE", path);
  return rules.length;
}

describe("Privileged Identity Management", () => {
  it("fits the official descriptions for every request type and every kind of rule", async () => {
    await requests();
    await approvals();
    const rules = await policies();
    for (const filter of ["resourceType eq 'Subscription'", "resourceType eq 'resourcegroup'"]) {
      const path = `${sub("prodEu2")}/providers/Microsoft.Authorization/eligibleChildResources?${PIM}`;
      await call("olivia.operator", "GET", `${path}&$filter=${encodeURIComponent(filter)}`);
    }
    const { exchanges } = local.instance.recorder.list({});
    const report = await (await createWireJudge()).judge(exchanges);
    process.stdout.write(`${scoreLine("Privileged Identity Management", report)}\n`);
    for (const [reason, times] of Object.entries({ ...report.tolerated, ...report.skipped }))
      process.stdout.write(`  ${times} x ${reason}\n`);
    expect([report.requestErrors, report.responseErrors]).toEqual([[], []]);
    const types = exchanges.flatMap((row) => /"requestType":"(\w+)"/.exec(row.requestBody)?.[1] ?? []);
    expect(new Set(types).size).toBe(9);
    expect(rules).toBe(17);
    expect(report.checked).toBeGreaterThan(60);
  });
});
