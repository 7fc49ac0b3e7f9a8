import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { ACCESS_ROLES, ordinaryPerson } from "../world/access-catalogue.ts";
import { groupIdOf } from "../world/people.ts";
import { personaId } from "../world/personas.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { stableGuid } from "../world/random.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { CONTOSO_TENANT_ID } from "../world/types.ts";
import { type Answer, armTestClient } from "./test-client.ts";

const SUB = `/subscriptions/${subscriptionIdOf("prodEu1")}`;
const GROUP = `${SUB}/resourceGroups/rg-app-ams`;
const MACHINE = `${GROUP}/providers/Microsoft.HybridCompute/machines/ams-app-0001`;
const HANNA = ordinaryPerson(1, "hanna.novak");
const LOGIN = "Microsoft.HybridCompute/machines/login/action";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
let snapshot: string;
let names = 0;

async function control(method: string, path: string, body: unknown = {}): Promise<Record<string, unknown>> {
  const response = await fetch(azure.controlOrigin + path, { method, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  snapshot = String((await control("POST", "/snapshot")).id);
});
beforeEach(async () => {
  await control("POST", "/restore", { id: snapshot });
});
afterAll(() => azure.close());

type Sent = { as?: string; scope?: string; name?: string; properties?: Record<string, unknown> };

function nextName(): string {
  names += 1;
  return stableGuid(99, `test-assignment-${names}`);
}

function send(method: string, path: string, as = "ada.admin@contoso.example", body?: unknown): Promise<Answer> {
  return arm.call(method, path, { upn: as, apiVersion: "2022-04-01", ...(body === undefined ? {} : { body }) });
}

const idOf = (scope: string, name: string) => `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
const roleId = (guid: string) => `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;

function put({ as, scope = MACHINE, name = nextName(), properties = {} }: Sent): Promise<Answer> {
  const body = { properties: { roleDefinitionId: roleId(ROLE_IDS.userLogin), principalId: HANNA, ...properties } };
  return send("PUT", idOf(scope, name), as, body);
}

const codeOf = (answer: Answer) => [answer.status, (answer.body as { error?: { code: string } }).error?.code];
const signsIn = (objectId = HANNA) =>
  azure.instance.context.isAllowed({ tenantId: CONTOSO_TENANT_ID, objectId, ...NO_CLAIMS }, LOGIN, MACHINE, true);
const NO_CLAIMS = {
  kind: "user" as const,
  appId: "",
  scopes: [],
  acrs: [],
  amr: [],
  canStepUp: false,
  issuedAtMs: 0,
  claims: {},
};

describe("creating a role assignment", () => {
  it.each([
    ["a machine", MACHINE],
    ["a resource group", GROUP],
    ["a subscription", SUB],
    ["a management group", "/providers/Microsoft.Management/managementGroups/contoso-production"],
  ])("at %s answers 201 with the recorded shape and gives the right at once", async (_place, scope) => {
    expect(signsIn()).toBe(false);
    const name = nextName();
    const answer = await put({ scope, name, properties: { description: "for the test" } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: idOf(scope, name),
      name,
      type: "Microsoft.Authorization/roleAssignments",
      properties: {
        principalId: HANNA,
        principalType: "User",
        scope,
        condition: null,
        createdBy: null,
        updatedBy: personaId("ada.admin"),
        description: "for the test",
      },
    });
    expect(signsIn()).toBe(true);
    const read = await send("GET", idOf(scope, name));
    expect(read.body).toMatchObject({ properties: { createdBy: personaId("ada.admin") } });
  });

  it("leaves an event in the activity log", async () => {
    const name = nextName();
    await put({ name });
    expect(azure.world.activity.at(-1)).toMatchObject({
      operationName: "Microsoft.Authorization/roleAssignments/write",
      resourceId: idOf(MACHINE, name),
      status: "Succeeded",
    });
  });

  it("again under the same name changes description and condition only, with 200", async () => {
    const name = nextName();
    await put({ name });
    const answer = await put({ name, properties: { description: "second" } });
    expect([answer.status, (answer.body as { properties: { description: string } }).properties.description]).toEqual([
      200,
      "second",
    ]);
    expect(codeOf(await put({ name, properties: { principalId: ordinaryPerson(1, "jia.novak") } }))).toEqual([
      400,
      "RoleAssignmentUpdateNotPermitted",
    ]);
    expect(codeOf(await put({ name, scope: GROUP }))).toEqual([400, "RoleAssignmentUpdateNotPermitted"]);
  });

  it("twice under another name is refused with the id of the first", async () => {
    const name = nextName();
    await put({ name });
    const answer = await put({ scope: MACHINE.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions") });
    expect(codeOf(answer)).toEqual([409, "RoleAssignmentExists"]);
    expect(JSON.stringify(answer.body)).toContain(name.replaceAll("-", ""));
  });

  it.each<[string, Sent, number, string]>([
    ["a name that is no GUID", { name: "first" }, 400, "InvalidRoleAssignmentId"],
    ["no principal", { properties: { principalId: null } }, 400, "InvalidCreateRoleAssignmentRequest"],
    ["a principal that is no GUID", { properties: { principalId: "Hanna" } }, 400, "InvalidPrincipalId"],
    ["a principal nobody knows", { properties: { principalId: stableGuid(5, "nobody") } }, 400, "PrincipalNotFound"],
    [
      "a principal nobody knows, with its type",
      { properties: { principalId: stableGuid(5, "nobody"), principalType: "User" } },
      400,
      "PrincipalNotFound",
    ],
    ["another type than the principal has", { properties: { principalType: "Group" } }, 400, "UnmatchedPrincipalType"],
    ["a type that does not exist", { properties: { principalType: "MSI" } }, 400, "InvalidPrincipalType"],
    [
      "a role nobody knows",
      { properties: { roleDefinitionId: roleId(ACCESS_ROLES.unknown) } },
      404,
      "RoleDefinitionDoesNotExist",
    ],
    ["a role that is no GUID", { properties: { roleDefinitionId: roleId("Reader") } }, 400, "InvalidRoleDefinitionId"],
    [
      "a custom role outside its scopes",
      {
        scope: `/subscriptions/${subscriptionIdOf("tier0")}`,
        properties: { roleDefinitionId: roleId(ROLE_IDS.customDeployer) },
      },
      400,
      "RoleDefinitionNotAssignableAtScope",
    ],
    [
      "a custom role with data actions at a management group",
      {
        scope: "/providers/Microsoft.Management/managementGroups/contoso-production",
        properties: { roleDefinitionId: roleId(ROLE_IDS.customWideLogin) },
      },
      400,
      "RoleDefinitionNotAssignableAtScope",
    ],
    ["a machine that is not there", { scope: `${MACHINE}x` }, 404, "ResourceNotFound"],
    ["a group that is not there", { scope: `${SUB}/resourceGroups/rg-none` }, 404, "ResourceGroupNotFound"],
    ["a condition without version", { properties: { condition: "ActionMatches{'a'}" } }, 400, "InvalidRoleAssignmentCondition"],
    [
      "a condition that does not parse",
      { properties: { condition: "(ActionMatches{'a'}", conditionVersion: "2.0" } },
      400,
      "InvalidRoleAssignmentCondition",
    ],
  ])("with %s is refused and changes nothing", async (_case, sent, status, code) => {
    const before = azure.world.roleAssignments.length;
    expect(codeOf(await put(sent))).toEqual([status, code]);
    expect(azure.world.roleAssignments.length).toBe(before);
  });

  it("keeps a condition that parses", async () => {
    const condition = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (NOT Exists @Principal[a:b]))";
    const name = nextName();
    await put({ name, properties: { condition, conditionVersion: "2.0" } });
    expect((await send("GET", idOf(MACHINE, name))).body).toMatchObject({ properties: { condition, conditionVersion: "2.0" } });
  });

  it("at the limit of the subscription is refused, at a management group above it is not", async () => {
    const held = azure.world.roleAssignments.filter((row) => row.scope.toLowerCase().startsWith(SUB)).length;
    await control("PATCH", "/options", { roleAssignmentLimit: held + 1 });
    expect((await put({ scope: GROUP })).status).toBe(201);
    expect(codeOf(await put({ scope: MACHINE }))).toEqual([400, "RoleAssignmentLimitExceeded"]);
    expect((await put({ scope: "/providers/Microsoft.Management/managementGroups/contoso-production" })).status).toBe(201);
  });

  it("for a principal that has not replicated needs its type", async () => {
    await control("PATCH", "/options", { principalReplicationMs: 60_000 });
    const group = azure.world.groups.find((row) => row.id === groupIdOf(1, "sqlTeam"));
    if (group !== undefined) group.createdAtMs = azure.clock.nowMs();
    const properties = { principalId: groupIdOf(1, "sqlTeam") };
    expect(codeOf(await put({ properties }))).toEqual([400, "PrincipalNotFound"]);
    expect((await put({ properties: { ...properties, principalType: "Group" } })).status).toBe(201);
  });
});

describe("who may assign", () => {
  it("a reader is refused in Azure's words, with action and scope", async () => {
    const name = nextName();
    const answer = await put({ as: "rene.reader@contoso.example", name });
    expect(codeOf(answer)).toEqual([403, "AuthorizationFailed"]);
    expect(JSON.stringify(answer.body)).toContain(
      `does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '${idOf(MACHINE, name)}'`,
    );
  });

  it("the condition inside Lena's role lets her give and take the login roles only", async () => {
    const as = "lena.login@contoso.example";
    const name = nextName();
    expect((await put({ as, name })).status).toBe(201);
    expect(codeOf(await put({ as, properties: { roleDefinitionId: roleId(ROLE_IDS.reader) } }))).toEqual([
      403,
      "AuthorizationFailed",
    ]);
    expect((await send("DELETE", idOf(MACHINE, name), as)).status).toBe(200);
    const other = azure.world.roleAssignments.find((row) => row.roleDefinitionGuid === ROLE_IDS.owner);
    expect(codeOf(await send("DELETE", idOf(other?.scope ?? "", other?.name ?? ""), as))).toEqual([403, "AuthorizationFailed"]);
  });

  it("the condition of Ivan's assignment asks for a group, and for its type in the request", async () => {
    const as = "ivan.novak@contoso.example";
    const principalId = groupIdOf(1, "linuxTeam");
    expect(codeOf(await put({ as, properties: { principalType: "User" } }))).toEqual([403, "AuthorizationFailed"]);
    expect(codeOf(await put({ as, properties: { principalId } }))).toEqual([403, "AuthorizationFailed"]);
    expect((await put({ as, properties: { principalId, principalType: "Group" } })).status).toBe(201);
  });
});

describe("removing a role assignment", () => {
  it("answers 200 with what was removed, takes the right away, and 204 afterwards", async () => {
    const name = nextName();
    await put({ name });
    const answer = await send("DELETE", idOf(MACHINE, name));
    expect([answer.status, (answer.body as { name: string }).name]).toEqual([200, name]);
    expect(signsIn()).toBe(false);
    expect((await send("GET", idOf(MACHINE, name))).status).toBe(404);
    expect((await send("DELETE", idOf(MACHINE, name))).status).toBe(204);
    expect((await put({ name })).status).toBe(201);
  });
});

describe("replication", () => {
  const views = async (name: string) => {
    const listed = await send("GET", `${MACHINE}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()`);
    const query = `authorizationresources | where name == '${name}' | project id`;
    const ask = { upn: "ada.admin@contoso.example", apiVersion: "2022-10-01", body: { query } };
    const graph = await arm.call("POST", "/providers/Microsoft.ResourceGraph/resources", ask);
    const rows = (listed.body as { value: { name: string }[] }).value;
    return [rows.some((row) => row.name === name), signsIn(), (graph.body as { count: number }).count === 1];
  };

  it("shows a new and a removed assignment to each view in its own time", async () => {
    await control("PATCH", "/options", { roleListDelayMs: 60_000, replicationDelayMs: 120_000, roleIndexDelayMs: 180_000 });
    const name = nextName();
    await put({ name });
    expect(await views(name)).toEqual([false, false, false]);
    azure.clock.advance(60_000);
    expect(await views(name)).toEqual([true, false, false]);
    azure.clock.advance(60_000);
    expect(await views(name)).toEqual([true, true, false]);
    azure.clock.advance(60_000);
    expect(await views(name)).toEqual([true, true, true]);
    await send("DELETE", idOf(MACHINE, name));
    expect(await views(name)).toEqual([true, true, true]);
    azure.clock.advance(60_000);
    expect(await views(name)).toEqual([false, true, true]);
    azure.clock.advance(60_000);
    expect(await views(name)).toEqual([false, false, true]);
    azure.clock.advance(60_000);
    expect(await views(name)).toEqual([false, false, false]);
  });

  it("still refuses a duplicate of what no list shows yet", async () => {
    await control("PATCH", "/options", { roleListDelayMs: 60_000 });
    await put({});
    expect(codeOf(await put({}))).toEqual([409, "RoleAssignmentExists"]);
  });
});
