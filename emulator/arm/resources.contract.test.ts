import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { armTestClient, errorOf, valuesOf } from "./test-client.ts";

const GROUP = `/subscriptions/${subscriptionIdOf("prodEu1")}/resourceGroups/rg-identities/providers`;
const VAULT = `${GROUP}/Microsoft.KeyVault/vaults/kv-contoso-prod`;
const ADA = "ada.admin@contoso.example";
const WADE = "wade.wholesale@contoso.example";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
});
afterAll(() => azure.close());

async function query(text: string, upn = ADA): Promise<Record<string, unknown>[]> {
  const ask = { upn, apiVersion: "2022-10-01", body: { query: text } };
  const answer = await arm.call("POST", "/providers/Microsoft.ResourceGraph/resources", ask);
  expect(answer.status).toBe(200);
  return answer.body.data as Record<string, unknown>[];
}

describe("vaults, accounts and workspaces", () => {
  it.each([
    [VAULT, "2023-07-01", { enableRbacAuthorization: true, vaultUri: "https://kv-contoso-prod.vault.azure.net/" }],
    [`${GROUP}/Microsoft.Storage/storageAccounts/stcontosoprod`, "2023-05-01", { allowSharedKeyAccess: false }],
    [`${GROUP}/Microsoft.OperationalInsights/workspaces/law-contoso-prod`, "2022-10-01", { retentionInDays: 30 }],
  ])("%s is read by its id", async (id, apiVersion, properties) => {
    const answer = await arm.call("GET", id.toLowerCase(), { upn: ADA, apiVersion });
    expect([answer.status, answer.body.id]).toEqual([200, id]);
    expect(answer.body).toMatchObject({ properties });
  });

  it("are refused without the right and not found under another name", async () => {
    expect((await arm.call("GET", VAULT, { upn: WADE, apiVersion: "2023-07-01" })).status).toBe(403);
    const gone = await arm.call("GET", `${VAULT}x`, { upn: ADA, apiVersion: "2023-07-01" });
    expect([gone.status, errorOf(gone).code]).toEqual([404, "ResourceNotFound"]);
  });

  it("are rows of Resource Graph for those who may read them", async () => {
    const text =
      "resources | where type in~ ('microsoft.keyvault/vaults','microsoft.storage/storageaccounts') | project id, kind, name";
    const rows = await query(text);
    expect(rows.map((row) => row.name).sort()).toEqual(["kv-contoso-platform", "kv-contoso-prod", "stcontosoprod"]);
    expect(rows.find((row) => row.name === "kv-contoso-prod")?.id).toBe(VAULT);
    expect(await query(text, WADE)).toEqual([]);
  });
});

describe("assignments in Resource Graph", () => {
  const text = "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project id, name";

  it.each([
    ["the owner of everything", ADA],
    ["the contributor of one subscription", WADE],
  ])("equal those of Resource Manager at one subscription, inherited and root ones included, for %s", async (_who, upn) => {
    const id = subscriptionIdOf("nonProd1");
    const path = `/subscriptions/${id}/providers/Microsoft.Authorization/roleAssignments`;
    const listed = valuesOf(await arm.call("GET", path, { upn, apiVersion: "2022-04-01" })).map((row) => String(row.name));
    const ask = {
      upn,
      apiVersion: "2022-10-01",
      body: { query: text, subscriptions: [id], options: { authorizationScopeFilter: "AtScopeAboveAndBelow" } },
    };
    const answer = await arm.call("POST", "/providers/Microsoft.ResourceGraph/resources", ask);
    const rows = (answer.body.data as { name: string }[]).map((row) => row.name);
    expect(rows.sort()).toEqual(listed.sort());
    const root = azure.world.roleAssignments.find((row) => row.scope === "/");
    expect(rows).toContain(root?.name);
  });

  it("show nothing to somebody without rights", async () => {
    expect(await query(text, "nora.norights@contoso.example")).toEqual([]);
  });
});
