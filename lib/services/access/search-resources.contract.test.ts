import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { machineId } from "@/lib/domain/machine";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { accessRightsAt } from "./rights";
import { resourceQuerySchema, rightsInputSchema } from "./schemas";
import { searchResources } from "./search-resources";
import { type AccessBench, createAccessBench, NO_RIGHTS, OWNER, PARTIAL, READER } from "./testing";

const VAULTS = "microsoft.keyvault/vaults";

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  bench = await createAccessBench({ origin: azure.origin, token: control.token });
});
afterAll(() => azure.close());
beforeEach(() => control.clearFaults());

const search = (upn: string, text: string, type: string | null = VAULTS) =>
  searchResources({ ctx: bench.as(upn), search: text, type });
const names = (found: { resources: { name: string }[] }) => found.resources.map(({ name }) => name);

describe("[D13] the search over resources", () => {
  it("finds vaults, accounts and workspaces by a part of the name in any case, with place and permission model", async () => {
    const found = await search(READER, "CONTOSO");
    expect(names(found)).toEqual(["kv-contoso-platform", "kv-contoso-prod"]);
    expect(found).toMatchObject({ total: 2, asOf: "2026-11-21T10:00:00.000Z" });
    expect(found.resources[1]).toMatchObject({ resourceGroup: "rg-identities", usesRoles: true });
    expect(found.resources[1]?.id).toMatch(
      /^\/subscriptions\/[^/]+\/resourceGroups\/rg-identities\/providers\/Microsoft\.KeyVault\/vaults\/kv-contoso-prod$/i,
    );
    expect(names(await search(READER, "prod", "microsoft.storage/storageaccounts"))).toEqual(["stcontosoprod"]);
    expect(names(await search(READER, "law-", "microsoft.operationalinsights/workspaces"))).toEqual(["law-contoso-prod"]);
  });

  it("gives at most 20 and says how many there are", async () => {
    const found = await search(READER, "-", "microsoft.hybridcompute/machines");
    expect(found.resources).toHaveLength(20);
    expect(found.total).toBe(60);
  });

  it("finds nothing where the operator may read nothing, and takes quotes and backslashes as letters", async () => {
    expect(await search(NO_RIGHTS, "kv")).toMatchObject({ resources: [], total: 0 });
    expect(await search(READER, "kv' or name contains 'kv\\")).toMatchObject({ resources: [], total: 0 });
  });

  it("says in Azure's words when Resource Graph refuses", async () => {
    const body = { error: { code: "AuthorizationFailed", message: "The test refuses." } };
    await control.addFault({ match: { face: "resourceGraph" }, effect: { kind: "respond", status: 403, body } });
    await expect(search(READER, "kv")).rejects.toMatchObject({ code: "forbidden" });
  });

  it("refuses one letter, a word without letters and a type that is none", () => {
    const fine = { search: "kv", type: VAULTS };
    expect(resourceQuerySchema.safeParse(fine).success).toBe(true);
    for (const wrong of [{ search: "k" }, { search: "--" }, { ...fine, type: "vaults'" }, { ...fine, other: "x" }]) {
      expect(resourceQuerySchema.safeParse(wrong).success).toBe(false);
    }
  });
});

describe("[D12] [E04] the operator's own rights at many scopes", () => {
  it("come in the order asked, each scope asked of Azure once, with action and smallest role", async () => {
    const group = machineId(bench.machine("ams-app-0001")).replace(/\/providers\/.*$/, "");
    const other = group.split("/").slice(0, 3).join("/");
    await control.clearRequests();
    const { rights } = await accessRightsAt(bench.as(OWNER), [
      group,
      other,
      group.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions"),
    ]);
    expect(rights.map(({ scope, assignRoles }) => [scope.toLowerCase(), assignRoles.allowed])).toEqual([
      [group.toLowerCase(), true],
      [other.toLowerCase(), true],
      [group.toLowerCase(), true],
    ]);
    expect((await control.requests({ face: "arm", path: "/permissions" })).length).toBe(2);
    const reader = (await accessRightsAt(bench.as(READER), [group])).rights[0];
    expect(reader).toMatchObject({
      assignRoles: { allowed: false, smallestRole: { name: "Role Based Access Control Administrator" } },
      removeRoles: { allowed: false, action: "Microsoft.Authorization/roleAssignments/delete" },
      defineRoles: { allowed: false, smallestRole: { name: "User Access Administrator" } },
      readAssignments: { allowed: true },
    });
  });

  it("are not all the same for a contributor: nothing that Azure excludes from the role", async () => {
    const query = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id | take 1";
    const { rows } = await bench.fixture.clientsFor(PARTIAL).resourceGraph.query({ query });
    const subscription = String(rows[0]?.id).split("/").slice(0, 3).join("/");
    const [rights] = (await accessRightsAt(bench.as(PARTIAL), [subscription])).rights;
    expect([rights?.assignRoles.allowed, rights?.defineRoles.allowed, rights?.readAssignments.allowed]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("take at most 100 scopes, and only scopes", () => {
    const scope = "/subscriptions/00000000-0000-4000-8000-000000000001";
    expect(rightsInputSchema.safeParse({ scopes: Array(100).fill(scope) }).success).toBe(true);
    for (const scopes of [[], Array(101).fill(scope), ["nowhere"]])
      expect(rightsInputSchema.safeParse({ scopes }).success).toBe(false);
  });
});
