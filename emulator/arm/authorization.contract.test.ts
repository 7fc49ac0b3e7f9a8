import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { groupIdOf } from "../world/people.ts";
import { personaId } from "../world/personas.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { ROLE_IDS } from "../world/roles.ts";
import type { Json } from "./request-reading.ts";
import { type Ask, armTestClient, errorOf, valuesOf } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const SUB = `/subscriptions/${subscriptionIdOf("nonProd1")}`;
const get = (path: string, ask: Ask = {}) => arm.call("GET", path, { apiVersion: "2022-04-01", ...ask });
const assignments = (scope: string, filter?: string, ask: Ask = {}) =>
  get(
    `${scope}/providers/Microsoft.Authorization/roleAssignments${filter === undefined ? "" : `?$filter=${encodeURIComponent(filter)}`}`,
    ask,
  );
const propertiesOf = (item: Json): Json => item.properties as Json;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 250, options: { enforceQuotas: false } });
});
afterAll(async () => {
  await azure.close();
});

describe("role assignments", () => {
  it("at a subscription come from above, at and below", async () => {
    const scopes = new Set(
      valuesOf(await assignments(`/subscriptions/${subscriptionIdOf("nonProd2")}`)).map((item) => propertiesOf(item).scope),
    );
    expect(scopes).toContain(`/subscriptions/${subscriptionIdOf("nonProd2")}/resourceGroups/rg-shared-tools`);
    expect(scopes).toContain("/providers/Microsoft.Management/managementGroups/10ca1a2e-0000-4000-8000-000000000001");
    expect(scopes).toContain(`/subscriptions/${subscriptionIdOf("nonProd2")}`);
    expect(scopes).not.toContain(SUB);
  });

  it("with atScope() leave out what lies below", async () => {
    const scopes = valuesOf(await assignments(`/subscriptions/${subscriptionIdOf("nonProd2")}`, "atScope()")).map((item) =>
      String(propertiesOf(item).scope),
    );
    expect(scopes.some((scope) => scope.includes("/resourceGroups/"))).toBe(false);
    expect(scopes.length).toBeGreaterThan(3);
  });

  it("by principal are direct only, assignedTo includes groups of groups and survives a cycle", async () => {
    const member =
      azure.world.groups
        .find((row) => row.id === groupIdOf(1, "windowsTeam"))
        ?.memberIds.find((id) => azure.world.users.some((user) => user.id === id)) ?? "";
    const production = "/providers/Microsoft.Management/managementGroups/contoso-production";
    expect(valuesOf(await assignments(production, `principalId eq '${member}'`))).toEqual([]);
    const roles = valuesOf(await assignments(production, `atScope() and assignedTo('${member}')`)).map((item) =>
      String(propertiesOf(item).roleDefinitionId).split("/").at(-1),
    );
    expect(roles.toSorted()).toEqual([ROLE_IDS.adminLogin, ROLE_IDS.userLogin].toSorted());
    const looped = azure.world.groups.find((row) => row.id === groupIdOf(1, "loopB"))?.memberIds.at(-1) ?? "";
    expect(valuesOf(await assignments(`/subscriptions/${subscriptionIdOf("sandbox")}`, `assignedTo('${looped}')`)).length).toBe(
      1,
    );
  });

  it("have the recorded keys, nulls included", async () => {
    const [item] = valuesOf(await assignments(SUB, `principalId eq '${personaId("wade.wholesale")}'`));
    const keys =
      "condition,conditionVersion,createdBy,createdOn,delegatedManagedIdentityResourceId,description,principalId,principalType,roleDefinitionId,scope,updatedBy,updatedOn";
    expect(
      Object.keys(propertiesOf(item ?? {}))
        .toSorted()
        .join(),
    ).toBe(keys);
    expect(propertiesOf(item ?? {}).condition).toBeNull();
    expect(item?.id).toBe(`${SUB}/providers/Microsoft.Authorization/roleAssignments/${String(item?.name)}`);
    expect(propertiesOf(item ?? {}).roleDefinitionId).toBe(
      `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.contributor}`,
    );
  });

  it("are read one by one by id, and not found elsewhere", async () => {
    const [item] = valuesOf(await assignments(SUB, `principalId eq '${personaId("wade.wholesale")}'`));
    expect((await get(String(item?.id))).body).toEqual(item);
    const elsewhere = `/subscriptions/${subscriptionIdOf("prodEu1")}/providers/Microsoft.Authorization/roleAssignments/${String(item?.name)}`;
    expect((await get(elsewhere)).status).toBe(404);
  });

  it("of another tenant never appear, not even at the root", async () => {
    const rows = valuesOf(
      await assignments("/providers/Microsoft.Management/managementGroups/10ca1a2e-0000-4000-8000-000000000001"),
    );
    const fiona = personaId("fiona.fabrikam", "10ca1a2e-0000-4000-8000-000000000002");
    expect(rows.some((item) => propertiesOf(item).principalId === fiona)).toBe(false);
  });

  it("refuse a filter that the service does not know, and people without the right", async () => {
    expect((await assignments(SUB, "roleName eq 'x'")).status).toBe(400);
    expect((await assignments(SUB, "nonsense")).status).toBe(400);
    const nora = await assignments(SUB, undefined, { upn: "nora.norights@contoso.example" });
    expect([nora.status, errorOf(nora).code]).toEqual([403, "AuthorizationFailed"]);
  });
});

describe("role definitions", () => {
  const definitions = (filter?: string, scope = SUB) =>
    get(
      `${scope}/providers/Microsoft.Authorization/roleDefinitions${filter === undefined ? "" : `?$filter=${encodeURIComponent(filter)}`}`,
    );

  it("are the built-in roles and the tenant's own, custom ones first", async () => {
    const rows = valuesOf(await definitions());
    expect(rows.length).toBeGreaterThan(400);
    expect(rows.slice(0, 4).map((item) => propertiesOf(item).type)).toEqual(Array(4).fill("CustomRole"));
    expect(propertiesOf(rows[4] ?? {}).type).toBe("BuiltInRole");
  });

  it("are found by name without case", async () => {
    const rows = valuesOf(await definitions("roleName eq 'reader'"));
    expect(rows.map((item) => item.id)).toEqual([`${SUB}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.reader}`]);
  });

  it("are filtered by type", async () => {
    expect(valuesOf(await definitions("type eq 'CustomRole'")).length).toBe(4);
    expect(valuesOf(await definitions("type eq 'CustomRole'", `/subscriptions/${subscriptionIdOf("tier0")}`)).length).toBe(0);
  });

  it("are read one by one, also without a scope", async () => {
    const answer = await get(`/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.owner}`);
    expect(propertiesOf(answer.body).roleName).toBe("Owner");
    const none = await get("/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-000000000000");
    expect([none.status, errorOf(none).code]).toEqual([404, "RoleDefinitionDoesNotExist"]);
  });

  it("carry the condition of the role that may only give login roles", async () => {
    const answer = await get(`/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.dataAccessAdministrator}`);
    expect(JSON.stringify(answer.body)).toContain("ForAnyOfAnyValues:GuidEquals");
  });
});

describe("permissions of the caller", () => {
  const permissions = async (upn: string, scope: string) =>
    valuesOf(await get(`${scope}/providers/Microsoft.Authorization/permissions`, { upn }));

  it("at a group are the entries of every role held there or above", async () => {
    const rows = await permissions("olivia.operator@contoso.example", `${SUB}/resourcegroups/rg-w11-ams`);
    const actions = rows.flatMap((row) => row.actions as string[]);
    expect(actions).toContain("*/read");
    expect(actions).toContain("Microsoft.HybridCompute/machines/extensions/*");
  });

  it("at a machine are those of the caller, not of others", async () => {
    const machine = arm.machineId("ams-app-0001");
    expect(await permissions("rene.reader@contoso.example", machine)).toEqual([
      { actions: ["*/read"], notActions: [], dataActions: [], notDataActions: [] },
    ]);
    expect(await permissions("nora.norights@contoso.example", machine)).toEqual([]);
    expect(await permissions("wade.wholesale@contoso.example", machine)).toEqual([]);
  });

  it("include roles held through groups", async () => {
    const member = azure.world.groups.find((row) => row.id === groupIdOf(1, "sqlTeam"))?.memberIds[0];
    const upn = azure.world.users.find((user) => user.id === member)?.userPrincipalName ?? "";
    const rows = await permissions(upn, `/subscriptions/${subscriptionIdOf("prodEu1")}/resourcegroups/rg-app-ams`);
    expect(JSON.stringify(rows)).toContain("Microsoft.HybridCompute/machines/login/action");
  });
});

it("has no deny assignments", async () => {
  expect(valuesOf(await get(`${SUB}/providers/Microsoft.Authorization/denyAssignments?$filter=atScope()`))).toEqual([]);
});
