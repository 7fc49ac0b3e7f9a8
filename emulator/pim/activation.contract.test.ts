import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { errorOf, valuesOf } from "../arm/test-client.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { restoreWorld, snapshotWorld, type WorldSnapshot } from "../world/mutate.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { ANTON, HOUR, MINUTE, OPERATOR_ID, pimTestClient, propertiesOf, requestsPath, sub } from "./test-support.ts";

let azure: LocalAzure;
let fresh: WorldSnapshot;
let startMs: number;
const pim = pimTestClient(() => azure);
const SANDBOX = sub("sandbox");
const PLAIN = ROLE_IDS.contributor;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  fresh = snapshotWorld(azure.world);
  startMs = azure.clock.nowMs();
});
beforeEach(() => {
  restoreWorld(azure.world, fresh);
  azure.clock.set(startMs);
  Object.assign(azure.options, { pimEvaluationMs: 0, pimProvisioningMs: 0, replicationDelayMs: 0 });
});
afterAll(() => azure.close());

const mayWrite = (scope: string): boolean => {
  const tenantId = azure.world.tenants[0]?.id ?? "";
  const caller = { tenantId, objectId: OPERATOR_ID, kind: "user" as const, appId: "", scopes: [], acrs: [], amr: [] };
  const action = "Microsoft.Resources/subscriptions/resourceGroups/write";
  return azure.instance.context.isAllowed({ ...caller, canStepUp: false, issuedAtMs: 0, claims: {} }, action, scope);
};
const codeOf = (answer: Awaited<ReturnType<typeof pim.put>>): string => `${answer.status} ${errorOf(answer)?.code}`;
const lasting = (duration: string, startDateTime?: string) => ({
  scheduleInfo: { ...(startDateTime ? { startDateTime } : {}), expiration: { type: "AfterDuration", duration } },
});

describe("an activation", () => {
  it("[A26] gives the right at once and takes it away when its time is over", async () => {
    expect(mayWrite(SANDBOX)).toBe(false);
    const answer = await pim.put(SANDBOX, PLAIN);
    expect([answer.status, propertiesOf(answer).status]).toEqual([201, "Provisioned"]);
    expect(answer.headers.get("mspimslice")).toBe("PROD");
    expect(mayWrite(SANDBOX)).toBe(true);
    azure.clock.advance(HOUR - 1_000);
    expect(mayWrite(SANDBOX)).toBe(true);
    azure.clock.advance(1_000);
    expect(mayWrite(SANDBOX)).toBe(false);
    const { body } = await pim.list(SANDBOX, "roleAssignmentScheduleInstances", "asTarget()");
    expect(JSON.stringify(body)).not.toContain(answer.body.name);
  });

  it("is a row of the role assignments while it lasts, and an instance that names it", async () => {
    const answer = await pim.put(SANDBOX, PLAIN);
    const [instance] = valuesOf(
      await pim.list(SANDBOX, "roleAssignmentScheduleInstances", `principalId eq '${OPERATOR_ID}'`),
    ).filter((row) => (row.properties as { assignmentType: string }).assignmentType === "Activated");
    const shown = instance?.properties as Record<string, string>;
    expect(shown.roleAssignmentScheduleId?.split("/").at(-1)).toBe(answer.body.name);
    const assignment = await pim.get(String(shown.originRoleAssignmentId));
    expect([assignment.status, propertiesOf(assignment).principalId]).toEqual([200, OPERATOR_ID]);
    azure.clock.advance(HOUR);
    expect((await pim.get(String(shown.originRoleAssignmentId))).status).toBe(404);
  });

  it("of one server of an eligible subscription counts there and nowhere else", async () => {
    const machine = azure.world.machines.find((row) => `/subscriptions/${row.subscriptionId}` === sub("nonProd1"));
    const group = `${sub("nonProd1")}/resourceGroups/${machine?.resourceGroup}`;
    const scope = `${group}/providers/Microsoft.HybridCompute/machines/${machine?.name}`;
    const answer = await pim.put(scope, ROLE_IDS.adminLogin);
    expect([answer.status, propertiesOf(answer).scope]).toEqual([201, scope]);
    const filter = "asTarget()";
    const rows = valuesOf(await pim.list(scope, "roleAssignmentScheduleInstances", filter));
    const linked = rows.map((row) => String((row.properties as Record<string, string>).linkedRoleEligibilityScheduleId));
    expect(linked.some((id) => id.startsWith(`${sub("nonProd1")}/providers/`))).toBe(true);
    expect((await pim.put(group, ROLE_IDS.adminLogin)).status).toBe(201);
  });

  it("by a group's eligibility is asked for with the own id", async () => {
    const answer = await pim.put(sub("nonProd2"), ROLE_IDS.contributor, { justification: "why" });
    expect(answer.status).toBe(201);
    const forGroup = await pim.put(sub("nonProd2"), ROLE_IDS.contributor, { principalId: randomUUID(), justification: "why" });
    expect(codeOf(forGroup)).toBe("403 InsufficientPermissions");
  });

  it("that starts later is Granted, and begins by the clock", async () => {
    const start = new Date(startMs + 10 * MINUTE).toISOString();
    const answer = await pim.put(SANDBOX, PLAIN, lasting("PT1H", start));
    expect(propertiesOf(answer).status).toBe("Granted");
    expect(mayWrite(SANDBOX)).toBe(false);
    azure.clock.advance(10 * MINUTE);
    expect(mayWrite(SANDBOX)).toBe(true);
    expect(propertiesOf(await pim.get(String(answer.body.id))).status).toBe("Provisioned");
  });

  it("that was asked for in the past begins now and keeps its length", async () => {
    const answer = await pim.put(SANDBOX, PLAIN, lasting("PT1H", new Date(startMs - 10 * MINUTE).toISOString()));
    azure.clock.advance(HOUR - 2_000);
    expect([answer.status, mayWrite(SANDBOX)]).toEqual([201, true]);
  });

  it("passes through evaluation and provisioning when the service takes its time", async () => {
    Object.assign(azure.options, { pimEvaluationMs: 5_000, pimProvisioningMs: 5_000, replicationDelayMs: 5_000 });
    const answer = await pim.put(SANDBOX, PLAIN);
    const seen = [propertiesOf(answer).status, mayWrite(SANDBOX)];
    for (let step = 0; step < 3; step += 1) {
      azure.clock.advance(5_000);
      seen.push(propertiesOf(await pim.get(String(answer.body.id))).status, mayWrite(SANDBOX));
    }
    expect(seen).toEqual(["PendingEvaluation", false, "PendingProvisioning", false, "Provisioned", false, "Provisioned", true]);
  });

  it.each<[string, string, string, Record<string, unknown>, string]>([
    ["an unknown request type", SANDBOX, PLAIN, { requestType: "Hope" }, "400 InvalidRequestContent"],
    ["a role that one is not eligible for", SANDBOX, ROLE_IDS.owner, {}, "400 RoleAssignmentRequestPolicyValidationFailed"],
    [
      "a scope above the eligibility",
      "/providers/Microsoft.Management/managementGroups/contoso-landing-zones",
      PLAIN,
      {},
      "400 RoleAssignmentRequestPolicyValidationFailed",
    ],
    ["a scope that is not there", `${SANDBOX}/resourceGroups/rg-none`, PLAIN, {}, "404 ResourceGroupNotFound"],
    ["a duration that is none", SANDBOX, PLAIN, lasting("1 hour"), "400 InvalidRoleAssignmentRequestSchedule"],
    [
      "an end in the past",
      SANDBOX,
      PLAIN,
      { scheduleInfo: { expiration: { type: "AfterDateTime", endDateTime: "2020-01-01T00:00:00Z" } } },
      "400 InvalidRoleAssignmentRequestSchedule",
    ],
  ])("with %s is refused", async (_case, scope, role, over, expected) => {
    expect(codeOf(await pim.put(scope, role, over))).toBe(expected);
  });

  it("names every rule of the policy that failed", async () => {
    const answer = await pim.put(sub("nonProd1"), ROLE_IDS.contributor, lasting("PT5H"));
    expect(errorOf(answer).message).toBe(
      'The following policy rules failed: ["JustificationRule","ExpirationRule","TicketingRule"]',
    );
    const short = await pim.put(SANDBOX, PLAIN, lasting("PT4M59S"));
    expect(errorOf(short).message).toContain('["ExpirationRule"]');
    expect((await pim.put(SANDBOX, PLAIN, lasting("PT5M"))).status).toBe(201);
  });

  it("a second one meets the first", async () => {
    await pim.put(SANDBOX, PLAIN);
    expect(codeOf(await pim.put(SANDBOX, PLAIN))).toBe("400 RoleAssignmentExists");
  });

  it("a repeated name acts once", async () => {
    const name = randomUUID();
    expect((await pim.put(SANDBOX, PLAIN, {}, { name })).status).toBe(201);
    expect(codeOf(await pim.put(SANDBOX, PLAIN, {}, { name }))).toBe("409 RequestConflict");
    expect(azure.world.roleSchedules.filter((row) => row.requestName === name)).toHaveLength(1);
  });

  it("[A28] needs the authentication context of the policy: the challenge stands in the message", async () => {
    const over = { justification: "why" };
    const scope = sub("prodEu2");
    const challenge = await pim.put(scope, ROLE_IDS.adminLogin, over);
    expect(codeOf(challenge)).toBe("400 RoleAssignmentRequestAcrsValidationFailed");
    expect(errorOf(challenge).message).toBe(
      "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D",
    );
    expect(challenge.headers.get("www-authenticate")).toBeNull();
    const wrong = await pim.put(scope, ROLE_IDS.adminLogin, over, { acrs: ["c2"] });
    const deaf = await pim.put(scope, ROLE_IDS.adminLogin, over, { acrs: ["c1"], capabilities: [] });
    expect([wrong.status, deaf.status]).toEqual([400, 400]);
    expect((await pim.put(scope, ROLE_IDS.adminLogin, over, { acrs: ["c1"] })).status).toBe(201);
  });

  it("is checked by validate without any effect", async () => {
    const body = {
      properties: {
        principalId: OPERATOR_ID,
        roleDefinitionId: PLAIN,
        requestType: "SelfActivate",
        scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT1H" } },
      },
    };
    const path = `${requestsPath(SANDBOX)}/${randomUUID()}/validate`;
    const answer = await pim.post(path, undefined, body);
    expect([answer.status, propertiesOf(answer).status, mayWrite(SANDBOX)]).toEqual([200, "Granted", false]);
    expect((await pim.get(path.replace("/validate", ""))).status).toBe(404);
  });
});

describe("a deactivation", () => {
  const off = { requestType: "SelfDeactivate" };

  it("is refused in the first five minutes and ends the right afterwards", async () => {
    const made = await pim.put(SANDBOX, PLAIN);
    azure.clock.advance(5 * MINUTE - 1_000);
    expect(codeOf(await pim.put(SANDBOX, PLAIN, off))).toBe("400 ActiveDurationTooShort");
    azure.clock.advance(1_000);
    const answer = await pim.put(SANDBOX, PLAIN, off);
    expect([answer.status, propertiesOf(answer).status, mayWrite(SANDBOX)]).toEqual([201, "Revoked", false]);
    expect(propertiesOf(await pim.get(String(made.body.id))).status).toBe("Revoked");
    expect((await pim.put(SANDBOX, PLAIN)).status).toBe(201);
  });

  it("is PendingRevocation and leaves the right until the service has worked on it", async () => {
    await pim.put(SANDBOX, PLAIN);
    azure.clock.advance(5 * MINUTE);
    Object.assign(azure.options, { pimProvisioningMs: 5_000 });
    const answer = await pim.put(SANDBOX, PLAIN, off);
    expect([propertiesOf(answer).status, mayWrite(SANDBOX)]).toEqual(["PendingRevocation", true]);
    azure.clock.advance(5_000);
    expect([propertiesOf(await pim.get(String(answer.body.id))).status, mayWrite(SANDBOX)]).toEqual(["Revoked", false]);
  });

  it("needs something that is active", async () => {
    expect(codeOf(await pim.put(SANDBOX, PLAIN, off))).toBe("400 RoleAssignmentDoesNotExist");
  });
});

describe("a request", () => {
  it("that waits can be cancelled by whoever asked, once", async () => {
    const scope = sub("prodEu1");
    const made = await pim.put(scope, ROLE_IDS.contributor, { justification: "why" });
    expect(propertiesOf(made).status).toBe("PendingApproval");
    expect(codeOf(await pim.put(scope, ROLE_IDS.contributor, { justification: "why" }))).toBe("400 PendingRoleAssignmentRequest");
    const id = String(made.body.id);
    expect(codeOf(await pim.post(`${id}/cancel`, ANTON))).toBe("403 InsufficientPermissions");
    const answer = await pim.post(`${id}/cancel`);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(propertiesOf(await pim.get(id)).status).toBe("Canceled");
    expect(codeOf(await pim.post(`${id}/cancel`))).toBe("400 RequestCannotBeCancelled");
  });

  it("that was granted for later gives nothing once it is cancelled", async () => {
    const made = await pim.put(SANDBOX, PLAIN, lasting("PT1H", new Date(startMs + HOUR).toISOString()));
    await pim.post(`${made.body.id}/cancel`);
    azure.clock.advance(HOUR + MINUTE);
    expect([propertiesOf(await pim.get(String(made.body.id))).status, mayWrite(SANDBOX)]).toEqual(["Canceled", false]);
  });

  it("is forgotten 30 days after its end", async () => {
    const made = await pim.put(SANDBOX, PLAIN);
    azure.clock.advance(30 * 24 * HOUR + HOUR - 2_000);
    expect((await pim.get(String(made.body.id))).status).toBe(200);
    azure.clock.advance(2_000);
    expect((await pim.get(String(made.body.id))).status).toBe(404);
  });
});

describe("lists of requests", () => {
  it("show the own ones by filter, and everything only to readers", async () => {
    const made = await pim.put(SANDBOX, PLAIN);
    const names = async (filter: string, upn?: string) =>
      valuesOf(await pim.list("/", "roleAssignmentScheduleRequests", filter, upn)).map((row) => row.name);
    expect(await names("asRequestor()")).toContain(made.body.name);
    expect(await names("asTarget()")).toContain(made.body.name);
    expect(await names(`principalId eq '${OPERATOR_ID}' and status eq 'Provisioned' and asRequestor()`)).toContain(
      made.body.name,
    );
    expect(await names("asRequestor()", ANTON)).not.toContain(made.body.name);
    const nora = await pim.list("/", "roleAssignmentScheduleRequests", null, "nora.norights@contoso.example");
    expect(codeOf(nora)).toBe("403 InsufficientPermissions");
    expect(codeOf(await pim.list(SANDBOX, "roleAssignmentScheduleRequests", "colour eq 'red'"))).toBe("400 BadRequest");
  });
});
