import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { personaId } from "../world/personas.ts";
import { GROUP_IDS, managementGroupScope } from "../world/places.ts";
import { ROLE_IDS } from "../world/roles.ts";
import type { Json } from "./request-reading.ts";
import { armTestClient, valuesOf } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const DAY_MS = 86_400_000;

beforeAll(async () => {
  azure = await startLocalAzure({
    machines: 25,
    options: { extensionQueuedMs: 1_000, extensionRunningMs: 1_000, enforceQuotas: false },
  });
});
afterAll(async () => {
  await azure.close();
});

const sub = (): string => `/subscriptions/${arm.machine("ams-app-0001").subscriptionId}`;
const since = (days: number): string => new Date(azure.clock.nowMs() - days * DAY_MS).toISOString();
function read(filter: string, more = "") {
  const path = `${sub()}/providers/Microsoft.Insights/eventtypes/management/values?$filter=${encodeURIComponent(filter)}${more}`;
  return arm.call("GET", path, { apiVersion: "2015-04-01" });
}

describe("the activity log above the subscriptions", () => {
  const VALUES = "providers/Microsoft.Insights/eventtypes/management/values";
  const GROUP = managementGroupScope(GROUP_IDS.production);
  const ADA = "ada.admin@contoso.example";
  const log = async (place: string) => {
    const filter = encodeURIComponent(`eventTimestamp ge '${since(1)}' and resourceProvider eq 'Microsoft.Authorization'`);
    return arm.call("GET", `${place}/${VALUES}?$filter=${filter}`, { apiVersion: "2015-04-01", upn: ADA });
  };
  const idsOf = async (place: string) => [...new Set(valuesOf(await log(place)).map(({ resourceId }) => resourceId))];

  it("holds of a management group what happened to it alone, and of the root nothing of what is below", async () => {
    const id = `${GROUP}/providers/Microsoft.Authorization/roleAssignments/5f0c3a52-0000-4000-8000-00000000aaaa`;
    const properties = {
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.reader}`,
      principalId: personaId("nora.norights"),
      principalType: "User",
    };
    const made = await arm.call("PUT", id, { apiVersion: "2022-04-01", upn: ADA, body: { properties } });
    expect(made.status).toBe(201);
    expect(await idsOf(GROUP)).toEqual([id]);
    expect(await idsOf(managementGroupScope(GROUP_IDS.contosoRoot))).toEqual([]);
    expect((await log("")).status).toBe(403);

    const [root] = azure.world.roleAssignments.filter(({ scope }) => scope === managementGroupScope(GROUP_IDS.contosoRoot));
    if (root === undefined) throw new Error("no assignment at the root group");
    const reader = { ...root, name: "tenant-log", scope: "/providers/Microsoft.Insights", principalId: personaId("ada.admin") };
    azure.world.roleAssignments.push({ ...reader, roleDefinitionGuid: ROLE_IDS.reader });
    azure.world.revision += 1;
    expect(await idsOf("")).toEqual([]);
    azure.world.activity.push(
      ...azure.world.activity
        .filter(({ resourceId }) => resourceId === id)
        .map((event) => ({ ...event, resourceId: id.slice(GROUP.length), eventDataId: `root-${event.eventDataId}` })),
    );
    expect(await idsOf("")).toEqual([id.slice(GROUP.length)]);
  });
});

describe("the activity log", () => {
  it("shows a deployment as accepted and ended, with caller, action and one correlation id", async () => {
    const machine = arm.machineId("ams-app-0001");
    const properties = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows", settings: { mdmId: "" } };
    const correlation = "5f0c3a52-0000-4000-8000-00000000c0de";
    await arm.call("PUT", `${machine}/extensions/AADLogin`, {
      body: { location: "westeurope", properties },
      headers: { "x-ms-correlation-request-id": correlation },
    });
    azure.clock.advance(5_000);
    const rows = valuesOf(await read(`eventTimestamp ge '${since(1)}' and resourceUri eq '${machine}'`));
    expect(rows.map((row) => (row.status as Json).value)).toEqual(["Succeeded", "Accepted"]);
    expect(new Set(rows.map((row) => row.correlationId))).toEqual(new Set([correlation]));
    expect(rows[0]).toMatchObject({
      caller: "olivia.operator@contoso.example",
      operationName: { value: "Microsoft.HybridCompute/machines/extensions/write" },
    });
    expect(rows[0]).toMatchObject({ resourceType: { value: "Microsoft.HybridCompute/machines/extensions" } });
  });

  it("narrows by group, provider and correlation id, with and without quotes", async () => {
    const count = async (field: string) => valuesOf(await read(`eventTimestamp ge ${since(1)} and ${field}`)).length;
    expect(await count("resourceGroupName eq 'rg-app-ams'")).toBe(2);
    expect(await count("resourceGroupName eq other")).toBe(0);
    expect(await count("resourceProvider eq Microsoft.HybridCompute")).toBe(2);
    expect(await count("correlationId eq '5f0c3a52-0000-4000-8000-00000000c0de'")).toBe(2);
  });

  it("gives only the selected columns", async () => {
    const [row] = valuesOf(await read(`eventTimestamp ge '${since(1)}'`, "&$select=caller,status"));
    expect(Object.keys(row ?? {})).toEqual(["caller", "status"]);
  });

  it("ends at the given time", async () => {
    expect(valuesOf(await read(`eventTimestamp ge '${since(2)}' and eventTimestamp le '${since(1)}'`))).toEqual([]);
  });

  it.each([
    [
      "a start more than 90 days ago",
      () => `eventTimestamp ge '${since(90.1)}'`,
      "The start time cannot be more than 90 days in the past.",
    ],
    ["no start", () => "resourceGroupName eq 'x'", "The filter must contain a start time (eventTimestamp ge)."],
    [
      "two narrowing fields",
      () => `eventTimestamp ge '${since(1)}' and resourceGroupName eq 'x' and correlationId eq 'y'`,
      "The filter 'correlationId eq 'y'' is not supported.",
    ],
    ["another field", () => `eventTimestamp ge '${since(1)}' and caller eq 'x'`, "The filter 'caller eq 'x'' is not supported."],
    ["a time that is none", () => "eventTimestamp ge 'yesterday'", "The time 'yesterday' is not valid."],
  ])("refuses %s with a bare body, without the usual envelope", async (_, filter, message) => {
    const answer = await read(filter());
    expect([answer.status, answer.body]).toEqual([400, { code: "BadRequest", message }]);
  });
});
