import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "../world/types.ts";
import type { Json } from "./request-reading.ts";
import { type Ask, armTestClient, errorOf, valuesOf } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const NORA = "nora.norights@contoso.example";
const WADE = "wade.wholesale@contoso.example";
const GUS = "gus.guest@fabrikam.example";
const ANTON = "anton.approver@contoso.example";
const get = (path: string, ask: Ask = {}) => arm.call("GET", path, { apiVersion: "2022-12-01", ...ask });
const group = (path: string, ask: Ask = {}, method = "GET") =>
  arm.call(method, `/providers/Microsoft.Management${path}`, { apiVersion: "2023-04-01", ...ask });

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 250, options: { enforceQuotas: false } });
});
afterAll(async () => {
  await azure.close();
});

describe("subscriptions", () => {
  it.each([
    ["olivia.operator@contoso.example", 8],
    [ANTON, 3],
    [WADE, 1],
    [GUS, 1],
    [NORA, 0],
  ])("are listed for %s: %d", async (upn, count) => {
    expect(valuesOf(await get("/subscriptions", { upn })).length).toBe(count);
  });

  it("are listed with the recorded keys", async () => {
    const keys = "authorizationSource,displayName,id,managedByTenants,state,subscriptionId,subscriptionPolicies,tenantId";
    const [first] = valuesOf(await get("/subscriptions"));
    expect(
      Object.keys(first ?? {})
        .toSorted()
        .join(),
    ).toBe(keys);
  });

  it("can be read one by one by whoever holds a role below, by nobody else", async () => {
    const path = `/subscriptions/${subscriptionIdOf("nonProd2")}`;
    expect((await get(path, { upn: GUS })).body.displayName).toBe("Non-production 02");
    const refused = await get(path, { upn: WADE });
    expect([refused.status, errorOf(refused).code]).toEqual([403, "AuthorizationFailed"]);
  });

  it("that do not exist are SubscriptionNotFound", async () => {
    const answer = await get("/subscriptions/00000000-0000-4000-8000-000000000000");
    expect([answer.status, errorOf(answer).code]).toEqual([404, "SubscriptionNotFound"]);
  });

  it("of another tenant are not listed", async () => {
    const fiona = { upn: "fiona.fabrikam@fabrikam.example", tenantId: FABRIKAM_TENANT_ID };
    const names = valuesOf(await get("/subscriptions", fiona)).map((item) => item.displayName);
    expect(names).toEqual(["Fabrikam production", "Fabrikam test"]);
  });

  it("name the cloud's locations", async () => {
    const names = valuesOf(await get(`/subscriptions/${subscriptionIdOf("prodEu1")}/locations`)).map((item) => item.name);
    expect(names).toContain("westeurope");
  });

  it("say that Microsoft.HybridCompute is registered, with types and api-versions", async () => {
    const answer = await get(`/subscriptions/${subscriptionIdOf("prodEu1")}/providers/microsoft.hybridcompute`, {
      apiVersion: "2021-04-01",
    });
    expect([answer.body.namespace, answer.body.registrationState]).toEqual(["Microsoft.HybridCompute", "Registered"]);
    const types = answer.body.resourceTypes as Json[];
    expect(types[0]).toMatchObject({ resourceType: "machines" });
    expect(types[0]?.apiVersions).toContain("2025-01-13");
    expect((await get(`/subscriptions/${subscriptionIdOf("prodEu1")}/providers/none.such`)).status).toBe(404);
  });
});

describe("tenants", () => {
  it("are one for a member and two for a guest, home first or projected", async () => {
    const categories = async (ask: Ask) =>
      valuesOf(await get("/tenants", ask)).map((item) => [item.tenantId, item.tenantCategory]);
    expect(await categories({})).toEqual([[CONTOSO_TENANT_ID, "Home"]]);
    expect(await categories({ upn: GUS })).toEqual([
      [CONTOSO_TENANT_ID, "ProjectedBy"],
      [FABRIKAM_TENANT_ID, "Home"],
    ]);
  });
});

describe("resource groups", () => {
  it("are all listed for a reader of the subscription and one for the guest", async () => {
    const path = `/subscriptions/${subscriptionIdOf("nonProd2")}/resourcegroups`;
    expect(valuesOf(await get(path)).length).toBeGreaterThan(1);
    expect(valuesOf(await get(path, { upn: GUS })).map((item) => item.name)).toEqual(["rg-shared-tools"]);
  });

  it("are read one by one, or not found in the recorded words", async () => {
    const path = `/subscriptions/${subscriptionIdOf("prodEu1")}/resourceGroups`;
    expect((await get(`${path}/RG-APP-AMS`)).body).toMatchObject({
      name: "rg-app-ams",
      properties: { provisioningState: "Succeeded" },
    });
    expect(errorOf(await get(`${path}/none`)).message).toBe("Resource group 'none' could not be found.");
  });
});

describe("management groups", () => {
  it("are listed for a reader at the root, in part for the approver, not for others", async () => {
    const names = async (upn?: string) =>
      valuesOf(await group("/managementGroups", upn === undefined ? {} : { upn })).map((item) => item.name);
    expect((await names()).length).toBe(6);
    expect(await names(ANTON)).toEqual(["contoso-production"]);
    expect(await names(WADE)).toEqual([]);
  });

  it("give their whole tree when asked for children with recursion, and one level without", async () => {
    const tree = await group(`/managementGroups/${CONTOSO_TENANT_ID}?$expand=children&$recurse=true`);
    const text = JSON.stringify(tree.body);
    for (const sub of azure.world.subscriptions.filter((row) => row.tenantId === CONTOSO_TENANT_ID))
      expect(text).toContain(sub.id);
    const flat = await group(`/managementGroups/${CONTOSO_TENANT_ID}?$expand=children`);
    expect(JSON.stringify(flat.body)).not.toContain("contoso-production");
  });

  it("give the way up for path and ancestors", async () => {
    const path = await group("/managementGroups/contoso-production?$expand=path");
    expect(((path.body.properties as Json).details as Json).path).toEqual([
      { name: CONTOSO_TENANT_ID, displayName: "Tenant Root Group" },
      { name: "contoso-landing-zones", displayName: "Landing zones" },
    ]);
    const ancestors = await group("/managementGroups/contoso-production?$expand=ancestors");
    expect(((ancestors.body.properties as Json).details as Json).managementGroupAncestors).toEqual([
      "contoso-landing-zones",
      CONTOSO_TENANT_ID,
    ]);
  });

  it("list descendants and own subscriptions", async () => {
    const descendants = valuesOf(await group("/managementGroups/contoso-landing-zones/descendants"));
    expect(descendants.map((item) => item.name)).toContain(subscriptionIdOf("prodUs1"));
    const subs = valuesOf(await group("/managementGroups/contoso-tier0/subscriptions"));
    expect(subs.map((item) => item.name)).toEqual([subscriptionIdOf("tier0")]);
  });

  it("that do not exist are NotFound, those without a right AuthorizationFailed", async () => {
    expect((await group("/managementGroups/contoso-tier0", { upn: ANTON })).status).toBe(403);
    expect((await group("/managementGroups/none", { upn: "ada.admin@contoso.example" })).status).toBeGreaterThanOrEqual(403);
  });

  it("come with everything visible in one call of getEntities", async () => {
    const all = await group("/getEntities", {}, "POST");
    expect(all.body.count).toBe(14);
    const few = await group("/getEntities", { upn: WADE }, "POST");
    const rows = valuesOf(few).map((item) => [item.name, (item.properties as Json).permissions]);
    expect(rows).toContainEqual([subscriptionIdOf("nonProd1"), "view"]);
    expect(rows).toContainEqual(["contoso-non-production", "noaccess"]);
    expect(valuesOf(await group("/getEntities", { upn: NORA }, "POST"))).toEqual([]);
  });
});

it("refuses a missing and an unknown api-version", async () => {
  expect(errorOf(await arm.follow(`${azure.origin}/subscriptions`)).code).toBe("MissingApiVersionParameter");
  expect(errorOf(await get("/subscriptions", { apiVersion: "1999-01-01" })).code).toBe("InvalidApiVersionParameter");
  expect(errorOf(await arm.call("GET", arm.machineId("ams-app-0001"), { apiVersion: "1999-01-01" })).code).toBe(
    "NoRegisteredProviderFound",
  );
});
