import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { armTestClient, errorOf, valuesOf } from "../arm/test-client.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { REQUEST_TYPES } from "../world/pim-types.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { ADA, ANTON, APPROVALS, OPERATOR_ID, PIM, sub } from "./test-support.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const RUNS = 200;
const AT = `${sub("sandbox")}/providers/Microsoft.Authorization`;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
});
afterAll(() => azure.close());

const part = fc.jsonValue({ maxDepth: 3 });
const oddTime = fc.constantFrom("0001-01-01", "+275760-09-13T00:00:00Z", "9999-12-31T23:59:59Z", "now", "", "2026-11-21");
const oddLength = fc.constantFrom("P99999999999D", "PT0S", "P1Y", "PT1H", "-PT1H", "P1M", "");
const expiration = fc.record(
  {
    type: fc.oneof(fc.constantFrom("AfterDuration", "AfterDateTime", "NoExpiration"), part),
    duration: fc.oneof(oddLength, part),
    endDateTime: fc.oneof(oddTime, part),
  },
  { requiredKeys: [] },
);
const request = fc.record(
  {
    principalId: fc.oneof(fc.constant(OPERATOR_ID), part),
    roleDefinitionId: fc.oneof(fc.constantFrom(ROLE_IDS.contributor, ROLE_IDS.reader), part),
    requestType: fc.oneof(fc.constantFrom(...REQUEST_TYPES), part),
    scheduleInfo: fc.oneof(fc.record({ startDateTime: fc.oneof(oddTime, part), expiration }, { requiredKeys: [] }), part),
    justification: part,
    ticketInfo: part,
    condition: part,
    conditionVersion: part,
    linkedRoleEligibilityScheduleId: part,
    targetRoleAssignmentScheduleId: part,
  },
  { requiredKeys: [] },
);

it.each([
  ["roleAssignmentScheduleRequests", ""],
  ["roleEligibilityScheduleRequests", ""],
  ["roleAssignmentScheduleRequests", "/validate"],
])("any body of %s%s is taken or refused in Azure's form, never an own failure", async (type, end) => {
  const bodies = fc.oneof(part, fc.record({ properties: fc.oneof({ arbitrary: request, weight: 9 }, part) }));
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const method = end === "" ? "PUT" : "POST";
      const answer = await arm.call(method, `${AT}/${type}/${randomUUID()}${end}`, {
        body: JSON.stringify(body),
        upn: ADA,
        apiVersion: PIM,
      });
      expect([200, 201, 400, 403, 404]).toContain(answer.status);
      if (answer.status >= 400) expect(errorOf(answer)).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }),
    { numRuns: RUNS },
  );
  // Whatever was taken can be read again.
  for (const list of [type, type.replace("Requests", "s")]) {
    expect((await arm.call("GET", `${AT}/${list}`, { upn: ADA, apiVersion: PIM })).status).toBe(200);
  }
});

it("any change of a policy is taken or invalid, and the policy can be read", async () => {
  const list = await arm.call("GET", `${AT}/roleManagementPolicyAssignments`, { upn: ADA, apiVersion: PIM });
  const [first = {}] = valuesOf(list);
  const { policyId, effectiveRules } = first.properties as {
    policyId: string;
    effectiveRules: { id: string; ruleType: string }[];
  };
  const rule = fc.constantFrom(...effectiveRules).chain((known) => {
    const spoilt = Object.fromEntries(Object.entries(known).map(([key, value]) => [key, fc.oneof(fc.constant(value), part)]));
    return fc.record(spoilt, { requiredKeys: [] });
  });
  const bodies = fc.oneof(
    part,
    fc.record({ properties: fc.record({ rules: fc.oneof(fc.array(rule, { maxLength: 3 }), part) }) }),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const answer = await arm.call("PATCH", policyId, { body: JSON.stringify(body), upn: ADA, apiVersion: PIM });
      expect([200, 400]).toContain(answer.status);
    }),
    { numRuns: RUNS },
  );
  expect((await arm.call("GET", policyId, { upn: ADA, apiVersion: PIM })).status).toBe(200);
});

it("any decision is taken or refused", async () => {
  const list = await arm.call("GET", "/providers/Microsoft.Authorization/roleAssignmentApprovals", {
    upn: ANTON,
    apiVersion: APPROVALS,
  });
  const [first = {}] = valuesOf(list);
  const stage = (first.properties as { stages: { id: string }[] }).stages[0]?.id ?? "";
  const bodies = fc.oneof(
    part,
    fc.record({ reviewResult: fc.oneof(fc.constantFrom("Deny", "approve"), part), justification: part }),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const answer = await arm.call("PATCH", stage, { body: JSON.stringify(body), upn: ANTON, apiVersion: APPROVALS });
      expect([200, 400, 409]).toContain(answer.status);
    }),
    { numRuns: RUNS },
  );
});
