import { describe, expect, it } from "vitest";
import { cloudById } from "../clouds";
import type { ElevationAction } from "./write-api";
import { elevationCommands, exactElevation, placeOf, placeOfRequestId, type RequestFacts, requestIdOf } from "./write-request";

const CLOUD = cloudById("public");
const SUB = "/subscriptions/5e000000-0000-4000-8000-000000000001";
const AUTH = "providers/Microsoft.Authorization";
const ROLE = `${SUB}/${AUTH}/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
const ID = "11111111-1111-4111-8111-111111111111";
const FACTS: RequestFacts = { principalId: "me", condition: null, conditionVersion: null, stage: null };

const activate: Extract<ElevationAction, { kind: "activate" }> = {
  kind: "activate",
  id: ID,
  eligibleScheduleId: `${SUB}/${AUTH}/roleEligibilitySchedules/e1`,
  roleDefinitionId: ROLE,
  eligibleScope: SUB,
  scope: SUB,
  minutes: 90,
  startsAt: null,
  justification: " INC1 ",
  ticket: null,
  policyStamp: null,
};
const bodyOf = (action: ElevationAction, facts: Partial<RequestFacts> = {}) =>
  (exactElevation(CLOUD, action, { ...FACTS, ...facts }).body as { properties: Record<string, unknown> }).properties;

describe("an activation on the wire", () => {
  it("[A31] names the eligibility by its name, the person, the reason and the length, and no start when it begins now", () => {
    expect(bodyOf(activate)).toEqual({
      principalId: "me",
      roleDefinitionId: ROLE,
      requestType: "SelfActivate",
      linkedRoleEligibilityScheduleId: "e1",
      justification: "INC1",
      scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT1H30M" } },
    });
  });

  it("carries start, ticket and the condition of the eligibility where there are such", () => {
    const ticket = { number: " 4711 ", system: "Jira" };
    const body = bodyOf(
      { ...activate, startsAt: "2026-11-21T10:00:00+01:00", ticket },
      { condition: "@x", conditionVersion: null },
    );
    expect(body).toMatchObject({
      ticketInfo: { ticketNumber: "4711", ticketSystem: "Jira" },
      scheduleInfo: { startDateTime: "2026-11-21T09:00:00.000Z" },
      condition: "@x",
      conditionVersion: "2.0",
    });
  });

  it("sends no empty words and no ticket without a number", () => {
    const body = bodyOf({ ...activate, justification: "  ", ticket: { number: " ", system: "Jira" } });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(["justification"]));
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(["ticketInfo"]));
  });
});

describe("where a request lies", () => {
  const extend: ElevationAction = {
    ...{ kind: "extend", id: ID, of: "eligible", scheduleId: "s1", roleDefinitionId: ROLE, scope: "/", justification: "on call" },
    endsAt: "2027-01-01T00:00:00Z",
  };

  it("is below its scope, under the id that the browser chose; the tenant root has no prefix", () => {
    expect(exactElevation(CLOUD, activate, FACTS).url).toBe(
      `${CLOUD.arm}${SUB}/${AUTH}/roleAssignmentScheduleRequests/${ID}?api-version=2020-10-01`,
    );
    expect(exactElevation(CLOUD, extend, FACTS)).toEqual({
      method: "PUT",
      url: `${CLOUD.arm}/${AUTH}/roleEligibilityScheduleRequests/${ID}?api-version=2020-10-01`,
      body: {
        properties: {
          principalId: "me",
          roleDefinitionId: ROLE,
          requestType: "SelfExtend",
          justification: "on call",
          targetRoleEligibilityScheduleId: "s1",
          scheduleInfo: { expiration: { type: "AfterDateTime", endDateTime: "2027-01-01T00:00:00.000Z" } },
        },
      },
    });
  });

  it("of an active assignment is the other type with the other target", () => {
    const exact = exactElevation(CLOUD, { ...extend, of: "active" }, FACTS);
    expect(exact.url).toContain("/roleAssignmentScheduleRequests/");
    expect(exact.body).toMatchObject({ properties: { targetRoleAssignmentScheduleId: "s1" } });
  });

  it("is read back from its id, for every scope and kind", () => {
    for (const place of [
      { kind: "activation", scope: "/", name: "n" },
      { kind: "eligibility", scope: `${SUB}/resourceGroups/rg`, name: ID },
    ] as const) {
      expect(placeOfRequestId(requestIdOf(place))).toEqual(place);
    }
    expect(placeOfRequestId(`${SUB}/${AUTH}/roleAssignments/x`)).toBeNull();
  });

  it("is none for a decision", () => {
    expect(placeOf({ kind: "decide", id: ID, requestId: "/r", approvalId: "/a", decision: "deny", reason: "" })).toBeNull();
  });
});

it("takes a request back at the request's own place", () => {
  const requestId = requestIdOf({ kind: "activation", scope: SUB, name: "n1" });
  expect(exactElevation(CLOUD, { kind: "cancel", id: ID, requestId, of: "activation" }, FACTS)).toEqual({
    method: "POST",
    url: `${CLOUD.arm}${requestId}/cancel?api-version=2020-10-01`,
    body: null,
  });
});

it("ends an activation with its schedule as target", () => {
  const action: ElevationAction = {
    kind: "deactivate",
    id: ID,
    roleDefinitionId: ROLE,
    scope: SUB,
    scheduleId: "s9",
    justification: "",
  };
  expect(bodyOf(action)).toEqual({
    principalId: "me",
    roleDefinitionId: ROLE,
    requestType: "SelfDeactivate",
    targetRoleAssignmentScheduleId: "s9",
  });
});

describe("a decision on the wire", () => {
  const approvalId = `${SUB}/${AUTH}/roleAssignmentApprovals/a1`;
  const decide: ElevationAction = { kind: "decide", id: ID, requestId: "/r", approvalId, decision: "deny", reason: " no " };

  it("is a PATCH of the stage that is mine", () => {
    expect(exactElevation(CLOUD, decide, { ...FACTS, stage: "s1" })).toEqual({
      method: "PATCH",
      url: `${CLOUD.arm}${approvalId}/stages/s1?api-version=2021-01-01-preview`,
      body: { reviewResult: "Deny", justification: "no" },
    });
  });

  it("is offered for az, PowerShell and as plain HTTP, quoted so that a reason stays a reason", () => {
    const reason = "it's $(rm -rf /) `x`";
    const commands = elevationCommands(CLOUD, exactElevation(CLOUD, { ...decide, reason }, { ...FACTS, stage: "s1" }));
    expect(commands.azCli).toContain("az rest --method patch");
    expect(commands.azCli).toContain(`it'\\''s $(rm -rf /)`);
    expect(commands.powershell).toContain(`it''s $(rm -rf /)`);
    expect(commands.http.split("\n").slice(0, 2)).toEqual([
      `PATCH ${approvalId}/stages/s1?api-version=2021-01-01-preview HTTP/1.1`,
      "Host: management.azure.com",
    ]);
  });
});
