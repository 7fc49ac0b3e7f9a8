import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { errorOf, valuesOf } from "../arm/test-client.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { restoreWorld, snapshotWorld, type WorldSnapshot } from "../world/mutate.ts";
import { personaId } from "../world/personas.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { ADA, ANTON, HOUR, MINUTE, OPERATOR, pimTestClient, propertiesOf, sub } from "./test-support.ts";

let azure: LocalAzure;
let fresh: WorldSnapshot;
let startMs: number;
const pim = pimTestClient(() => azure);
const SCOPE = sub("prodEu1");
const RENE = "rene.reader@contoso.example";

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  fresh = snapshotWorld(azure.world);
  startMs = azure.clock.nowMs();
});
beforeEach(() => {
  restoreWorld(azure.world, fresh);
  azure.clock.set(startMs);
  Object.assign(azure.options, { pimEvaluationMs: 0, pimProvisioningMs: 0 });
});
afterAll(() => azure.close());

type Reply = Awaited<ReturnType<typeof pim.put>>;
const codeOf = (answer: Reply): string => `${answer.status} ${errorOf(answer)?.code}`;
const stageOf = (answer: Reply) => (propertiesOf(answer).stages as { properties: Record<string, unknown> }[])[0]?.properties;
const approve = { reviewResult: "Approve", justification: "Checked with the owner" };

async function ask(): Promise<{ id: string; approvalId: string }> {
  const made = await pim.put(SCOPE, ROLE_IDS.contributor, { justification: "Patch window" });
  const { approvalId, status } = propertiesOf(made);
  expect([made.status, status]).toEqual([201, "PendingApproval"]);
  return { id: String(made.body.id), approvalId: String(approvalId) };
}
const statusOf = async (id: string) => propertiesOf(await pim.get(id)).status;

describe("a request that needs approval", () => {
  it("[A27] comes to the approvers and to nobody else, and gives nothing yet", async () => {
    const { id } = await ask();
    const inbox = async (upn: string) =>
      valuesOf(await pim.list("/", "roleAssignmentScheduleRequests", "asApprover()", upn)).map((row) => row.id);
    expect(await inbox(ANTON)).toContain(id);
    expect(await inbox(ADA)).toContain(id);
    expect(await inbox(RENE)).toEqual([]);
    expect(azure.world.roleSchedules.some((row) => id.endsWith(row.requestName))).toBe(false);
  });

  it("is settled by the first decision; the second is refused and can read who and what", async () => {
    const { id, approvalId } = await ask();
    const decided = await pim.decide(approvalId, ANTON, approve);
    expect([decided.status, propertiesOf(decided)]).toMatchObject([200, { status: "Completed", reviewResult: "Approve" }]);
    expect(await statusOf(id)).toBe("Provisioned");
    const second = await pim.decide(approvalId, ADA, { reviewResult: "Deny", justification: "no" });
    expect(codeOf(second)).toBe("409 RequestConflict");
    const shown = stageOf(await pim.approval(approvalId, ADA));
    expect(shown).toMatchObject({ status: "Completed", reviewResult: "Approve", justification: approve.justification });
    expect(shown?.reviewedBy).toMatchObject({ principalName: "Anton Approver", userPrincipalName: ANTON });
  });

  it.each<[string, "PATCH" | "PUT", object]>([
    ["flat by PATCH", "PATCH", approve],
    ["flat by PUT", "PUT", approve],
    ["wrapped by PATCH", "PATCH", { properties: approve }],
    ["wrapped by PUT", "PUT", { properties: approve }],
  ])("takes a decision %s", async (_how, method, body) => {
    const { id, approvalId } = await ask();
    expect((await pim.decide(approvalId, ANTON, body, method)).status).toBe(200);
    expect(await statusOf(id)).toBe("Provisioned");
  });

  it("that is denied gives nothing, and another may be sent", async () => {
    const { id, approvalId } = await ask();
    await pim.decide(approvalId, ANTON, { reviewResult: "Deny", justification: "Not today" });
    expect(await statusOf(id)).toBe("Denied");
    await ask();
  });

  it.each<[string, string, object, string]>([
    ["by a stranger with the right to read", RENE, approve, "403 InsufficientPermissions"],
    ["by whoever asked", OPERATOR, approve, "403 InsufficientPermissions"],
    ["without a reason", ANTON, { reviewResult: "Approve" }, "400 InvalidRequestContent"],
    ["that is neither yes nor no", ANTON, { reviewResult: "Perhaps", justification: "x" }, "400 InvalidRequestContent"],
  ])("is not decided %s", async (_case, upn, body, expected) => {
    const { id, approvalId } = await ask();
    expect(codeOf(await pim.decide(approvalId, upn, body))).toBe(expected);
    expect(await statusOf(id)).toBe("PendingApproval");
  });

  it("is not decided by an approver who asked for it", async () => {
    const rows = valuesOf(await pim.list("/", "roleAssignmentScheduleRequests", "asApprover() and asRequestor()", ANTON));
    expect(rows).toHaveLength(1);
    const approvalId = String((rows[0]?.properties as Record<string, unknown> | undefined)?.approvalId);
    expect(codeOf(await pim.decide(approvalId, ANTON, approve))).toBe("400 SelfApprovalNotAllowed");
    expect((await pim.decide(approvalId, ADA, approve)).status).toBe(200);
  });

  it("is over 24 hours later, to the second", async () => {
    const { id, approvalId } = await ask();
    azure.clock.advance(24 * HOUR - 2_000);
    expect(await statusOf(id)).toBe("PendingApproval");
    azure.clock.advance(2_000);
    expect(await statusOf(id)).toBe("TimedOut");
    expect(codeOf(await pim.decide(approvalId, ANTON, approve))).toBe("409 RequestConflict");
  });

  it("begins with the decision and keeps its length", async () => {
    const { id, approvalId } = await ask();
    azure.clock.advance(3 * HOUR);
    await pim.decide(approvalId, ANTON, approve);
    const schedule = azure.world.roleSchedules.find((row) => id.endsWith(row.requestName));
    expect((schedule?.endMs ?? 0) - (schedule?.startMs ?? 0)).toBe(HOUR);
    expect(Math.abs((schedule?.startMs ?? 0) - azure.clock.nowMs())).toBeLessThan(2_000);
  });

  it("fails when the eligibility has ended meanwhile", async () => {
    const { id, approvalId } = await ask();
    const linked = propertiesOf(await pim.get(id)).linkedRoleEligibilityScheduleId;
    const eligibility = azure.world.roleSchedules.find((row) => row.name === linked);
    if (eligibility) eligibility.endMs = azure.clock.nowMs();
    expect((await pim.decide(approvalId, ANTON, approve)).status).toBe(200);
    expect(await statusOf(id)).toBe("Failed");
  });

  it("can no longer be decided by an approver whom the policy lost", async () => {
    const { approvalId } = await ask();
    const record = [...azure.world.pim.policies.values()].find(
      (row) => row.scope === SCOPE && row.roleDefinitionGuid === ROLE_IDS.contributor,
    );
    for (const rule of record?.rules ?? []) {
      if (rule.ruleType !== "RoleManagementPolicyApprovalRule") continue;
      for (const stage of rule.setting.approvalStages) {
        stage.primaryApprovers = stage.primaryApprovers.filter((one) => one.id === personaId("ada.admin"));
      }
    }
    const answer = await pim.decide(approvalId, ANTON, approve);
    expect([403, 404]).toContain(answer.status);
    expect((await pim.decide(approvalId, ADA, approve)).status).toBe(200);
  });

  it("passes through the statuses of an approved request when the service takes its time", async () => {
    Object.assign(azure.options, { pimEvaluationMs: 1_000, pimProvisioningMs: 1_000 });
    const made = await pim.put(SCOPE, ROLE_IDS.contributor, { justification: "why" });
    azure.clock.advance(MINUTE);
    await pim.decide(String(propertiesOf(made).approvalId), ANTON, approve);
    const id = String(made.body.id);
    const seen = [await statusOf(id)];
    for (let step = 0; step < 2; step += 1) {
      azure.clock.advance(1_000);
      seen.push(await statusOf(id));
    }
    expect(seen).toEqual(["PendingApprovalProvisioning", "PendingScheduleCreation", "Provisioned"]);
  });
});
