import { describe, expect, it } from "vitest";
import { fakeAzure } from "./fake-azure";

const SCOPE = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg (1)";
const wire = (over: Record<string, unknown> = {}) => ({
  id: `${SCOPE}/providers/Microsoft.Authorization/roleAssignments/n`,
  name: "n",
  properties: {
    scope: SCOPE,
    principalId: "p",
    roleDefinitionId: "/x/roleDefinitions/r",
    principalType: "Alien",
    condition: null,
    ...over,
  },
});

describe("role assignments", () => {
  it("come from all pages, keep unknown words and leave out what is none", async () => {
    const { clients, sent } = fakeAzure([
      {
        status: 200,
        body: { value: [wire()], nextLink: `https://management.azure.com${encodeURI(SCOPE)}/next?api-version=2099` },
      },
      { status: 200, body: { value: [{ id: "half" }, wire({ createdOn: "2026-01-01T00:00:00.1234567Z" })] } },
    ]);
    const rows = await clients.access.roleAssignments(SCOPE, { atScope: true });
    expect(rows.map(({ principalType, createdAt }) => [principalType, createdAt])).toEqual([
      ["Alien", null],
      ["Alien", "2026-01-01T00:00:00.123Z"],
    ]);
    expect(sent[0]?.url).toContain("/resourceGroups/rg%20(1)/providers/Microsoft.Authorization/roleAssignments?");
    expect(decodeURIComponent(sent[0]?.url ?? "")).toContain("$filter=atScope()");
    expect(sent[1]?.url).toContain("api-version=2099");
  });

  it("that are not there are null, and any other refusal is an error with Azure's words", async () => {
    const gone = fakeAzure([{ status: 404, body: { error: { code: "RoleAssignmentNotFound", message: "x" } } }]);
    expect(await gone.clients.access.roleAssignment(wire().id)).toBeNull();
    const denied = fakeAzure([{ status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } }]);
    await expect(denied.clients.access.roleAssignment(wire().id)).rejects.toMatchObject({
      code: "forbidden",
      azure: { code: "AuthorizationFailed" },
    });
  });

  it("are written with exactly the given body, and a refused body is the caller's mistake", async () => {
    const body = { roleDefinitionId: "/r", principalId: "p", principalType: "Group", condition: "c", conditionVersion: "2.0" };
    const fine = fakeAzure([{ status: 201, body: wire() }]);
    await fine.clients.access.putRoleAssignment({ scope: SCOPE, name: "n", body });
    expect(fine.sent[0]).toMatchObject({ method: "PUT", body: { properties: body } });
    const bad = fakeAzure([{ status: 400, body: { error: { code: "PrincipalNotFound", message: "x" } } }]);
    await expect(bad.clients.access.putRoleAssignment({ scope: SCOPE, name: "n", body })).rejects.toMatchObject({
      code: "invalid_input",
      azure: { status: 400, code: "PrincipalNotFound" },
    });
    expect(bad.sent).toHaveLength(1);
  });

  it("are not sent again by the client when no answer comes", async () => {
    const { clients, sent } = fakeAzure([{ fail: "reset" }]);
    const body = { roleDefinitionId: "/r", principalId: "p", principalType: "User" };
    await expect(clients.access.putRoleAssignment({ scope: SCOPE, name: "n", body })).rejects.toMatchObject({ code: "upstream" });
    expect(sent).toHaveLength(1);
  });

  it("that are gone already are removed without an error", async () => {
    const { clients } = fakeAzure([{ status: 204 }]);
    expect(await clients.access.deleteRoleAssignment(wire().id)).toBeNull();
  });
});

describe("role definitions", () => {
  it("keep the condition of a permission, which the SDK would lose", async () => {
    const permission = { actions: ["a"], condition: "only this", conditionVersion: "2.0" };
    const { clients } = fakeAzure([
      { status: 200, body: { id: "/x/roleDefinitions/r", name: "r", properties: { permissions: [permission, "odd"] } } },
    ]);
    const role = await clients.access.roleDefinition({ scope: "/", name: "r" });
    expect(role).toMatchObject({
      roleName: "r",
      roleType: "Unknown",
      permissions: [{ actions: ["a"], notActions: [], condition: "only this" }],
    });
  });

  it("of a custom role are written as one", async () => {
    const { clients, sent } = fakeAzure([{ status: 201, body: { id: "/x/roleDefinitions/r", name: "r", properties: {} } }]);
    const permissions = [{ actions: ["a"], notActions: [], dataActions: [], notDataActions: [] }];
    await clients.access.putRoleDefinition({
      scope: "/",
      name: "r",
      body: { roleName: "R", description: "", assignableScopes: ["/"], permissions },
    });
    expect(sent[0]?.url).toContain("https://management.azure.com/providers/Microsoft.Authorization/roleDefinitions/r");
    expect(sent[0]?.body).toEqual({
      properties: { roleName: "R", type: "CustomRole", description: "", assignableScopes: ["/"], permissions },
    });
  });
});

describe("instances of Privileged Identity Management", () => {
  it("lose the prefix that Azure puts before the scopes of subscriptions", async () => {
    const id = `/providers/Microsoft.Subscription${SCOPE}/providers/Microsoft.Authorization/roleAssignmentScheduleInstances/i`;
    const properties = {
      scope: `/providers/Microsoft.Subscription${SCOPE}`,
      principalId: "p",
      roleDefinitionId: `/providers/Microsoft.Subscription${SCOPE}/roleDefinitions/r`,
      endDateTime: "2026-12-01T00:00:00+00:00",
      assignmentType: "Activated",
    };
    const { clients } = fakeAzure([{ status: 200, body: { value: [{ id, properties }] } }]);
    expect(await clients.access.pimActive(SCOPE, { atScope: false })).toMatchObject([
      {
        scope: SCOPE,
        roleDefinitionId: `${SCOPE}/roleDefinitions/r`,
        endsAt: "2026-12-01T00:00:00.000Z",
        assignmentType: "Activated",
      },
    ]);
  });
});

describe("long lists", () => {
  const link = `https://management.azure.com${encodeURI(SCOPE)}/next`;

  it("of role assignments are handed on page by page", async () => {
    const { clients, sent } = fakeAzure([
      { status: 200, body: { value: [wire(), { id: "half" }], nextLink: link } },
      { status: 200, body: { value: [], nextLink: `${link}2` } },
      { status: 200, body: { value: [wire({ principalId: "q" })] } },
    ]);
    const seen: [number, string[]][] = [];
    for await (const rows of clients.access.roleAssignmentPages(SCOPE, { atScope: false })) {
      seen.push([sent.length, rows.map(({ principalId }) => principalId)]);
    }
    expect(seen).toEqual([
      [1, ["p"]],
      [2, []],
      [3, ["q"]],
    ]);
    expect(sent[0]?.url).not.toContain("filter");
  });

  it("of active instances can leave out what never ends", async () => {
    const instance = (id: string, endDateTime?: string) => ({
      id,
      properties: { scope: SCOPE, principalId: "p", roleDefinitionId: "/r", endDateTime },
    });
    const answer = {
      status: 200,
      body: { value: [instance("standing"), instance("ends", "2026-12-01T00:00:00Z"), { id: "odd" }] },
    };
    const all = fakeAzure([answer]);
    expect((await all.clients.access.pimActive(SCOPE, { atScope: false })).map(({ id }) => id)).toEqual(["standing", "ends"]);
    const ending = fakeAzure([answer]);
    const rows = await ending.clients.access.pimActive(SCOPE, { atScope: true, onlyEnding: true });
    expect(rows.map(({ id }) => id)).toEqual(["ends"]);
    expect(decodeURIComponent(ending.sent[0]?.url ?? "")).toMatch(
      /roleAssignmentScheduleInstances\?api-version=2020-10-01&\$filter=atScope\(\)$/,
    );
  });

  it("fail with Azure's words when a later page fails", async () => {
    const { clients } = fakeAzure([
      { status: 200, body: { value: [wire()], nextLink: link } },
      { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } },
    ]);
    await expect(clients.access.roleAssignments(SCOPE, { atScope: false })).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("the role assignments of"),
    });
  });
});

describe("deny assignments", () => {
  it("bring principals, exceptions and what they do not apply to", async () => {
    const properties = {
      denyAssignmentName: "stack",
      scope: SCOPE,
      doNotApplyToChildScopes: true,
      isSystemProtected: true,
      principals: [{ id: "00000000-0000-0000-0000-000000000000", type: "SystemDefined" }],
      excludePrincipals: [{ id: "x", type: "User" }, { type: "no id" }],
      permissions: [{ actions: ["*/delete"] }],
    };
    const { clients } = fakeAzure([
      {
        status: 200,
        body: {
          value: [
            { id: "d", properties },
            { id: "no scope", properties: {} },
          ],
        },
      },
    ]);
    expect(await clients.access.denyAssignments(SCOPE, { atScope: true })).toEqual([
      expect.objectContaining({
        name: "stack",
        doNotApplyToChildScopes: true,
        isSystemProtected: true,
        excludePrincipals: [{ id: "x", type: "User" }],
      }),
    ]);
  });
});
