import { describe, expect, it } from "vitest";
import { fakeAzure } from "./fake-azure";
import type { PimRequestBody } from "./pim-ports";

const SUB = "/subscriptions/5e000000-0000-4000-8000-000000000001";
const PREFIX = "/providers/Microsoft.Subscription";
const AUTH = "/providers/Microsoft.Authorization";
const ME = "0b000000-0000-4000-8000-000000000001";
const ROLE = `${SUB}${AUTH}/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
const NAME = "11111111-1111-4111-8111-111111111111";

/** A request as the service was recorded, with its prefix, its offset times and its empty ticket. */
function request(over: Record<string, unknown> = {}) {
  return {
    id: `${PREFIX}${SUB}${AUTH}/roleAssignmentScheduleRequests/${NAME}`,
    name: NAME,
    type: "Microsoft.Authorization/RoleAssignmentScheduleRequests",
    properties: {
      targetRoleAssignmentScheduleId: `${PREFIX}${SUB}${AUTH}/roleAssignmentSchedules/22222222-2222-4222-8222-222222222222`,
      scope: SUB,
      roleDefinitionId: ROLE.slice(1),
      principalId: ME,
      principalType: "User",
      requestType: "SelfActivate",
      status: "Provisioned",
      scheduleInfo: {
        startDateTime: "2022-02-11T00:20:37.9165692+00:00",
        expiration: { type: "AfterDuration", duration: "PT30M" },
      },
      ticketInfo: {},
      justification: "text",
      requestorId: ME,
      createdOn: "2022-02-11T00:20:40.12Z",
      expandedProperties: {
        scope: { id: SUB, displayName: "Sub", type: "subscription" },
        roleDefinition: { id: ROLE, displayName: "Reader", type: "BuiltInRole" },
        principal: { id: ME, displayName: "Ann", email: "ann@contoso.com", type: "User" },
      },
      ...over,
    },
  };
}

const BODY: PimRequestBody = {
  principalId: ME,
  roleDefinitionId: ROLE,
  requestType: "SelfActivate",
  justification: "INC1",
  ticketInfo: { ticketNumber: "INC1", ticketSystem: "Jira" },
  linkedRoleEligibilityScheduleId: "33333333-3333-4333-8333-333333333333",
  scheduleInfo: { startDateTime: "2026-11-21T12:00:00.000Z", expiration: { type: "AfterDuration", duration: "PT1H" } },
};

describe("requests of Privileged Identity Management", () => {
  it("are read as recorded: without prefix, with a slash, with names, with what is missing as null", async () => {
    const { clients, sent } = fakeAzure([{ status: 200, body: { value: [request(), { id: "half" }] } }]);
    const rows = await clients.pim.requests("activation", "asApprover");
    expect(rows).toEqual([
      {
        id: `${SUB}${AUTH}/roleAssignmentScheduleRequests/${NAME}`,
        name: NAME,
        kind: "activation",
        scope: SUB,
        roleDefinitionId: ROLE,
        principalId: ME,
        principalType: "User",
        requestType: "SelfActivate",
        status: "Provisioned",
        approvalId: null,
        scheduleId: `${SUB}${AUTH}/roleAssignmentSchedules/22222222-2222-4222-8222-222222222222`,
        eligibleScheduleId: null,
        startsAt: "2022-02-11T00:20:37.916Z",
        endsAt: null,
        duration: "PT30M",
        justification: "text",
        ticketNumber: "",
        ticketSystem: "",
        createdAt: "2022-02-11T00:20:40.120Z",
        requestorId: ME,
        names: { scope: "Sub", role: "Reader", roleType: "BuiltInRole", principal: "Ann", email: "ann@contoso.com" },
      },
    ]);
    const url = new URL(sent[0]?.url ?? "");
    expect(url.pathname).toBe(`${AUTH}/roleAssignmentScheduleRequests`);
    expect(url.searchParams.get("$filter")).toBe("asApprover()");
    expect(url.searchParams.get("api-version")).toBe("2020-10-01");
  });

  it("of a status and type that no specification knows stay in the list with Azure's words", async () => {
    const { clients } = fakeAzure([
      { status: 200, body: { value: [request({ status: "PendingMoon", requestType: "SelfTeleport" })] } },
    ]);
    const [row] = await clients.pim.requests("activation", "asRequestor");
    expect([row?.status, row?.requestType]).toEqual(["PendingMoon", "SelfTeleport"]);
  });

  it("are put under the name that was given, with exactly the given body, once", async () => {
    const { clients, sent } = fakeAzure([{ status: 201, body: request() }]);
    await clients.pim.putRequest({ kind: "activation", scope: SUB, name: NAME, body: BODY });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: "PUT", body: { properties: BODY } });
    expect(new URL(sent[0]?.url ?? "").pathname).toBe(`${SUB}${AUTH}/roleAssignmentScheduleRequests/${NAME}`);
  });

  it("of eligibilities go to their own type and name their target", async () => {
    const eligible = { ...request(), id: `${SUB}${AUTH}/roleEligibilityScheduleRequests/${NAME}` };
    const { clients, sent } = fakeAzure([{ status: 201, body: eligible }]);
    const body: PimRequestBody = {
      principalId: ME,
      roleDefinitionId: ROLE,
      requestType: "SelfExtend",
      targetRoleEligibilityScheduleId: "44444444-4444-4444-8444-444444444444",
      scheduleInfo: { expiration: { type: "AfterDateTime", endDateTime: "2027-01-01T00:00:00.000Z" } },
    };
    await clients.pim.putRequest({ kind: "eligibility", scope: SUB, name: NAME, body });
    expect(sent[0]?.url).toContain("/roleEligibilityScheduleRequests/");
    expect(sent[0]?.body).toEqual({ properties: body });
  });

  it("that are not there are null, at any scope of the path", async () => {
    const { clients, sent } = fakeAzure([
      { status: 404, body: { error: { code: "RoleAssignmentScheduleRequestNotFound", message: "x" } } },
    ]);
    expect(await clients.pim.request({ kind: "activation", scope: "/", name: NAME })).toBeNull();
    expect(new URL(sent[0]?.url ?? "").pathname).toBe(`${AUTH}/roleAssignmentScheduleRequests/${NAME}`);
  });

  it("are taken back and checked beforehand by their own calls", async () => {
    const { clients, sent } = fakeAzure([{ status: 200 }, { status: 200, body: request({ status: "Granted" }) }]);
    await clients.pim.cancelRequest({ kind: "activation", scope: SUB, name: NAME });
    const dry = await clients.pim.validateRequest({ kind: "activation", scope: SUB, name: NAME, body: BODY });
    expect(dry).toEqual({ status: "Granted" });
    const path = `${SUB}${AUTH}/roleAssignmentScheduleRequests/${NAME}`;
    expect(sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      `POST ${path}/cancel`,
      `POST ${path}/validate`,
    ]);
  });

  it("that Azure never answered are not sent again by the client", async () => {
    const { clients, sent } = fakeAzure([{ fail: "reset" }]);
    await expect(clients.pim.putRequest({ kind: "activation", scope: SUB, name: NAME, body: BODY })).rejects.toMatchObject({
      code: "upstream",
    });
    expect(sent).toHaveLength(1);
  });
});

describe("the step-up of Privileged Identity Management", () => {
  const CLAIMS = '{"access_token":{"acrs":{"essential":true, "value":"c1"}}}';
  const refused = (message: string) => ({
    status: 400,
    body: { error: { code: "RoleAssignmentRequestAcrsValidationFailed", message } },
  });

  it("comes out of the error's words as a challenge, like one of the header", async () => {
    const { clients } = fakeAzure([refused(`&claims=${encodeURIComponent(CLAIMS)}`)]);
    const sent = clients.pim.putRequest({ kind: "activation", scope: SUB, name: NAME, body: BODY });
    await expect(sent).rejects.toMatchObject({
      code: "unauthenticated",
      claims: Buffer.from(CLAIMS).toString("base64"),
      azure: { status: 400, code: "RoleAssignmentRequestAcrsValidationFailed" },
    });
  });

  it.each([
    ["no claims at all", "the request needs more"],
    ["claims that are no JSON", "&claims=%7Bnope"],
    [
      "claims that want more than a context",
      `&claims=${encodeURIComponent('{"access_token":{"acrs":{"value":"c1"},"xms":{}}}')}`,
    ],
    ["claims for another token", `&claims=${encodeURIComponent('{"id_token":{"acrs":{"value":"c1"}}}')}`],
  ])("is not passed on with %s: the refusal stays a refusal", async (_, message) => {
    const { clients } = fakeAzure([refused(message)]);
    const sent = clients.pim.putRequest({ kind: "activation", scope: SUB, name: NAME, body: BODY });
    await expect(sent).rejects.toMatchObject({ code: "invalid_input", claims: undefined });
  });
});

describe("schedule instances", () => {
  it("of mine come from the whole tenant, with what links an activation to its eligibility", async () => {
    const instance = {
      id: `${PREFIX}${SUB}${AUTH}/roleAssignmentScheduleInstances/i`,
      name: "i",
      properties: {
        scope: `${PREFIX}${SUB}`,
        roleDefinitionId: ROLE,
        principalId: ME,
        roleAssignmentScheduleId: `${PREFIX}${SUB}${AUTH}/roleAssignmentSchedules/s`,
        linkedRoleEligibilityScheduleId: `${PREFIX}${SUB}${AUTH}/roleEligibilitySchedules/e`,
        assignmentType: "Activated",
        memberType: "Direct",
        startDateTime: "2026-11-21T10:00:00Z",
        endDateTime: "2026-11-21T11:00:00Z",
      },
    };
    const { clients, sent } = fakeAzure([{ status: 200, body: { value: [instance] } }]);
    const [row] = await clients.pim.myAssignments();
    expect(row).toMatchObject({
      scope: SUB,
      scheduleId: `${SUB}${AUTH}/roleAssignmentSchedules/s`,
      eligibleScheduleId: `${SUB}${AUTH}/roleEligibilitySchedules/e`,
      assignmentType: "Activated",
      endsAt: "2026-11-21T11:00:00.000Z",
    });
    const url = new URL(sent[0]?.url ?? "");
    expect([url.pathname, url.searchParams.get("$filter")]).toEqual([`${AUTH}/roleAssignmentScheduleInstances`, "asTarget()"]);
  });

  it("follow every page", async () => {
    const eligible = (name: string) => ({
      id: `${SUB}/x/${name}`,
      name,
      properties: { scope: SUB, roleDefinitionId: ROLE, principalId: ME },
    });
    const { clients } = fakeAzure([
      { status: 200, body: { value: [eligible("a")], nextLink: "https://management.azure.com/next?api-version=2020-10-01" } },
      { status: 200, body: { value: [eligible("b")] } },
    ]);
    expect((await clients.pim.myEligibilities()).map(({ name }) => name)).toEqual(["a", "b"]);
  });
});

describe("role settings", () => {
  const policy = (role: string) => ({
    id: `${SUB}${AUTH}/roleManagementPolicyAssignments/p_${role}`,
    properties: {
      scope: SUB,
      roleDefinitionId: `${SUB}${AUTH}/roleDefinitions/${role}`,
      policyId: `${PREFIX}${SUB}${AUTH}/roleManagementPolicies/p`,
      effectiveRules: [
        { id: "PimOnly", ruleType: "RoleManagementPolicyPimOnlyModeRule", pimOnlyModeSettings: { mode: "Enabled" } },
      ],
      policyAssignmentProperties: {
        policy: { lastModifiedDateTime: "2026-01-01T00:00:00Z", lastModifiedBy: { displayName: "Ann" } },
      },
    },
  });
  const few = ["a", "b"].map((role) => `${SUB}${AUTH}/roleDefinitions/${role}`);

  it("keep rules of kinds that the SDK would drop", async () => {
    const { clients } = fakeAzure([{ status: 200, body: { value: [policy("a")] } }]);
    const [row] = await clients.pim.policies({ scope: SUB, roleDefinitionIds: few.slice(0, 1) });
    expect(row).toMatchObject({ policyId: `${SUB}${AUTH}/roleManagementPolicies/p`, lastModifiedBy: "Ann" });
    expect(row?.rules).toEqual(policy("a").properties.effectiveRules);
  });

  it("of few roles are asked for one by one, of many all at once, and none that was not wanted comes back", async () => {
    const asked = fakeAzure((_, count) => ({ status: 200, body: { value: [policy(count === 1 ? "a" : "b"), policy("other")] } }));
    const rows = await asked.clients.pim.policies({ scope: SUB, roleDefinitionIds: few });
    expect(rows.map(({ roleDefinitionId }) => roleDefinitionId.at(-1)).toSorted()).toEqual(["a", "b"]);
    expect(asked.sent.map(({ url }) => new URL(url).searchParams.get("$filter"))).toEqual(
      few.map((id) => `roleDefinitionId eq '${id}'`),
    );
    const many = fakeAzure([{ status: 200, body: { value: [policy("a"), policy("z")] } }]);
    const five = ["a", "b", "c", "d", "e"].map((role) => `/roleDefinitions/${role}`);
    expect(await many.clients.pim.policies({ scope: SUB, roleDefinitionIds: five })).toHaveLength(1);
    expect(new URL(many.sent[0]?.url ?? "").searchParams.has("$filter")).toBe(false);
  });

  it("are read whole where the service takes no filter", async () => {
    const { clients, sent } = fakeAzure((call) =>
      call.url.includes("filter")
        ? { status: 400, body: { error: { code: "InvalidFilter", message: "no" } } }
        : { status: 200, body: { value: [policy("a"), policy("z")] } },
    );
    const rows = await clients.pim.policies({ scope: SUB, roleDefinitionIds: few.slice(0, 1) });
    expect(rows).toHaveLength(1);
    expect(sent).toHaveLength(2);
  });

  it("that may not be read are an error and never an empty list", async () => {
    const { clients } = fakeAzure([{ status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } }]);
    await expect(clients.pim.policies({ scope: SUB, roleDefinitionIds: few })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("approvals", () => {
  const APPROVAL = `${SUB}${AUTH}/roleAssignmentApprovals/a`;
  const stage = (properties: Record<string, unknown> = {}) => ({
    id: `${APPROVAL}/stages/s`,
    name: "s",
    properties: {
      status: "InProgress",
      assignedToMe: true,
      reviewResult: "NotReviewed",
      reviewedBy: { principalId: "", principalName: "", userPrincipalName: "" },
      reviewedDateTime: "",
      ...properties,
    },
  });

  it("name nobody while nobody has reviewed, and the reviewer afterwards", async () => {
    const reviewedBy = { principalId: "bob", principalName: "Bob", userPrincipalName: "bob@contoso.com" };
    const done = stage({
      status: "Completed",
      reviewResult: "Deny",
      reviewedBy,
      justification: "no",
      reviewedDateTime: "2026-11-21T10:00:00Z",
    });
    const { clients, sent } = fakeAzure([{ status: 200, body: { value: [stage(), done] } }]);
    const rows = await clients.pim.approvalStages(APPROVAL);
    expect(rows?.map(({ reviewedBy: by, reviewResult }) => [by?.name ?? null, reviewResult])).toEqual([
      [null, "NotReviewed"],
      ["Bob", "Deny"],
    ]);
    expect(new URL(sent[0]?.url ?? "").searchParams.get("api-version")).toBe("2021-01-01-preview");
  });

  it("are read in their second documented form too", async () => {
    const { clients } = fakeAzure([{ status: 200, body: { properties: { stages: [stage()] } } }]);
    expect(await clients.pim.approvalStages(APPROVAL)).toHaveLength(1);
  });

  it("that are gone are null", async () => {
    const { clients } = fakeAzure([{ status: 404, body: { error: { code: "NotFound", message: "x" } } }]);
    expect(await clients.pim.approvalStages(APPROVAL)).toBeNull();
  });

  it("are decided by a flat PATCH of the stage", async () => {
    const { clients, sent } = fakeAzure([{ status: 204 }]);
    await clients.pim.decide({ approvalId: APPROVAL, stage: "s", decision: "Approve", justification: "ok" });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: "PATCH", body: { reviewResult: "Approve", justification: "ok" } });
    expect(new URL(sent[0]?.url ?? "").pathname).toBe(`${APPROVAL}/stages/s`);
  });

  it("are decided by a wrapped PUT where the flat form is not understood", async () => {
    const refused = { status: 400, body: { error: { code: "InvalidRequestContent", message: "x" } } };
    const { clients, sent } = fakeAzure([refused, { status: 200, body: stage() }]);
    await clients.pim.decide({ approvalId: APPROVAL, stage: "s", decision: "Deny", justification: "no" });
    expect(sent[1]).toMatchObject({ method: "PUT", body: { properties: { reviewResult: "Deny", justification: "no" } } });
  });

  it("that PIM itself refuses are not sent a second time in another form", async () => {
    const refused = { status: 400, body: { error: { code: "RoleAssignmentApprovalAlreadyDecided", message: "x" } } };
    const { clients, sent } = fakeAzure([refused]);
    await expect(
      clients.pim.decide({ approvalId: APPROVAL, stage: "s", decision: "Approve", justification: "" }),
    ).rejects.toMatchObject({ azure: { code: "RoleAssignmentApprovalAlreadyDecided" } });
    expect(sent).toHaveLength(1);
  });
});

it("remembers Azure's clock beside the portal's from every answer that names a time", async () => {
  const { clients, now } = fakeAzure([{ status: 200, body: { value: [] }, headers: { date: "Sat, 21 Nov 2026 11:50:00 GMT" } }]);
  expect(clients.pim.clock()).toBeNull();
  await clients.pim.myEligibilities();
  expect(clients.pim.clock()).toEqual({ azure: new Date("2026-11-21T11:50:00Z"), portal: new Date(now.ms) });
});
