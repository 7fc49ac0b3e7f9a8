import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, valuesOf } from "../arm/test-client.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { ADA, ANTON, HOUR, OPERATOR, pimTestClient, propertiesOf, sub } from "../pim/test-support.ts";
import { type ControlClient, createControlClient } from "../testing/control-client.ts";
import { personaId } from "../world/personas.ts";
import { ROLE_IDS } from "../world/roles.ts";

let azure: LocalAzure;
let control: ControlClient;
let snapshot: string;
const pim = pimTestClient(() => azure);
const SANDBOX = sub("sandbox");
const PROD = sub("prodEu1");
const REQUESTS = "/roleassignmentschedulerequests/";

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  snapshot = await control.snapshot();
});
afterAll(() => azure.close());

async function ask(): Promise<{ id: string; name: string; approvalId: string }> {
  await control.restore(snapshot);
  const made = await pim.put(PROD, ROLE_IDS.contributor, { justification: "why" });
  return { id: String(made.body.id), name: String(made.body.name), approvalId: String(propertiesOf(made).approvalId) };
}

describe("what can go wrong in between", () => {
  it("settings change between the form and the request", async () => {
    await control.restore(snapshot);
    const rules = [{ id: "Enablement_EndUser_Assignment", enabledRules: ["MultiFactorAuthentication"] }];
    await control.setPolicy({ scope: SANDBOX, roleDefinitionId: ROLE_IDS.contributor, rules });
    expect(errorOf(await pim.put(SANDBOX, ROLE_IDS.contributor)).message).toContain('["MfaRule"]');
    expect((await pim.put(SANDBOX, ROLE_IDS.contributor, {}, { amr: ["pwd", "mfa"] })).status).toBe(201);
  });

  it("an approver is removed, and another decides", async () => {
    const { approvalId } = await ask();
    expect(await control.removeApprover(personaId("anton.approver"))).toBeGreaterThan(0);
    const inbox = valuesOf(await pim.list("/", "roleAssignmentScheduleRequests", "asApprover()", ANTON));
    expect(inbox).toEqual([]);
    const decision = { reviewResult: "Approve", justification: "Checked" };
    expect((await pim.decide(approvalId, ANTON, decision)).status).toBe(403);
    expect((await pim.decide(approvalId, ADA, decision)).status).toBe(200);
  });

  it("an eligibility ends while its request waits", async () => {
    const { id, approvalId } = await ask();
    const linked = String(propertiesOf(await pim.get(id)).linkedRoleEligibilityScheduleId);
    await control.endSchedule(linked);
    await pim.decide(approvalId, ANTON, { reviewResult: "Approve", justification: "Checked" });
    expect(propertiesOf(await pim.get(id)).status).toBe("Failed");
    expect(errorOf(await pim.put(PROD, ROLE_IDS.contributor, { justification: "why" })).message).toContain("EligibilityRule");
  });

  it.each(["Failed", "FailedAsResourceIsLocked", "AdminDenied", "Invalid", "PendingExternalProvisioning"])(
    "the service leads a request to %s",
    async (status) => {
      const { id, name } = await ask();
      await control.settleRequest(name, status);
      expect(propertiesOf(await pim.get(id)).status).toBe(status);
    },
  );

  it("an answer is lost after the request took effect: the same name conflicts and can be read", async () => {
    await control.restore(snapshot);
    const name = randomUUID();
    const match = { face: "arm" as const, method: "PUT", path: REQUESTS };
    await control.addFault({ match, effect: { kind: "resetAfterHandling" }, times: 1 });
    await expect(pim.put(SANDBOX, ROLE_IDS.contributor, {}, { name })).rejects.toThrow();
    expect((await pim.put(SANDBOX, ROLE_IDS.contributor, {}, { name })).status).toBe(409);
    const read = await pim.get(`${SANDBOX}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/${name}`);
    expect(propertiesOf(read).status).toBe("Provisioned");
    expect((await control.pim()).schedules.filter((row) => row.requestName === name)).toHaveLength(1);
  });

  it("PIM answers 500 in the middle of a batch, and nothing has happened for those", async () => {
    await control.restore(snapshot);
    const match = { face: "arm" as const, method: "PUT", path: REQUESTS };
    const body = { error: { code: "InternalServerError", message: "An error has occurred." } };
    await control.addFault({ match, effect: { kind: "respond", status: 500, body }, skip: 1, times: 1 });
    const before = (await control.pim()).schedules.length;
    const statuses: number[] = [];
    for (const scope of [SANDBOX, sub("nonProd1"), sub("nonProd2")]) {
      const role = scope === SANDBOX ? ROLE_IDS.contributor : ROLE_IDS.adminLogin;
      statuses.push((await pim.put(scope, role)).status);
    }
    expect(statuses).toEqual([201, 500, 201]);
    expect((await control.pim()).schedules.length).toBe(before + 2);
    await control.clearFaults();
  });

  it("the challenge comes a second time although the token carries the context", async () => {
    await control.restore(snapshot);
    const message =
      "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D";
    const body = { error: { code: "RoleAssignmentRequestAcrsValidationFailed", message } };
    const match = { face: "arm" as const, method: "PUT", path: REQUESTS, callerUpn: OPERATOR };
    await control.addFault({ match, effect: { kind: "respond", status: 400, body }, skip: 1, times: 1 });
    const put = (acrs: string[]) => pim.put(sub("prodEu2"), ROLE_IDS.adminLogin, { justification: "why" }, { acrs });
    const answers = [await put([]), await put(["c1"]), await put(["c1"])];
    expect(answers.map((one) => one.status)).toEqual([400, 400, 201]);
    expect(errorOf(answers[1] ?? answers[0] ?? (await put([]))).message).toBe(message);
    await control.clearFaults();
  });

  it("the clocks differ: a start that is past here begins now, one that is still to come is granted", async () => {
    await control.restore(snapshot);
    const expiration = { type: "AfterDuration", duration: "PT1H" };
    const startDateTime = new Date(await control.nowMs()).toISOString();
    await control.advanceClock(-HOUR / 6);
    const answer = await pim.put(SANDBOX, ROLE_IDS.contributor, { scheduleInfo: { startDateTime, expiration } });
    expect(propertiesOf(answer).status).toBe("Granted");
    expect(Math.abs(Date.parse(answer.headers.get("date") ?? "") - (await control.nowMs()))).toBeLessThan(3_000);
  });
});

describe("the record of local Azure itself", () => {
  it("tells who had a right at a moment, also after it is over", async () => {
    await control.restore(snapshot);
    const startMs = await control.nowMs();
    expect((await pim.put(SANDBOX, ROLE_IDS.contributor)).status).toBe(201);
    await control.advanceClock(HOUR * 24 * 45);
    const action = "Microsoft.Resources/subscriptions/resourceGroups/write";
    const question = { principalId: personaId("olivia.operator"), action, scope: SANDBOX };
    const at = [startMs - HOUR, startMs + HOUR / 2, startMs + 2 * HOUR].map((atMs) => ({ ...question, atMs }));
    const answers = await control.decisions([...at, question]);
    expect(answers.map((one) => one.outcome)).toEqual(["denied", "allowed", "denied", "denied"]);
  });
});

describe("many eligibilities", () => {
  it("are given at once and listed in pages", async () => {
    await control.restore(snapshot);
    const names = await control.addEligibilities({ scope: SANDBOX, roleDefinitionId: ROLE_IDS.reader, count: 60 });
    expect(names).toHaveLength(60);
    const rows = valuesOf(await pim.list(SANDBOX, "roleEligibilitySchedules", "atScope()", ADA)).map((row) => row.name);
    expect(names.filter((name) => !rows.includes(name))).toEqual([]);
  });
});
