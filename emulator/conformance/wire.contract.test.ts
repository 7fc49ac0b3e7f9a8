import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { createArmJudge } from "./arm-judge.ts";
import { createGraphJudge } from "./graph-judge.ts";
import { deviationOf, KNOWN_DEVIATIONS } from "./known-deviations.ts";
import { clientOf, type LocalClient } from "./local-client.ts";
import { readRecordings } from "./recordings.ts";
import { createWireJudge, type ListedExchange, scoreLine, type WireJudge } from "./wire-judge.ts";

let local: LocalAzure;
let ada: LocalClient;
let judge: WireJudge;

beforeAll(async () => {
  judge = await createWireJudge();
  local = await startLocalAzure({ machines: 60, options: { recordBodyChars: 4_000_000, enforceQuotas: false } });
  ada = await clientOf(local, "ada.admin@contoso.example");
});
afterAll(() => local.close());

const HYBRID_VERSIONS = ["2021-05-20", "2022-12-27", "2024-07-10", "2025-01-13"];

async function readMachines(): Promise<void> {
  const ids = local.world.machines.map((spec) => ({
    spec,
    path: `/subscriptions/${spec.subscriptionId}/resourceGroups/${spec.resourceGroup}/providers/Microsoft.HybridCompute/machines/${spec.name}`,
  }));
  for (const version of HYBRID_VERSIONS) {
    for (const { id } of local.world.subscriptions)
      await ada.arm("GET", `/subscriptions/${id}/providers/Microsoft.HybridCompute/machines?api-version=${version}`);
    for (const { path, spec } of ids) {
      await ada.arm("GET", `${path}?api-version=${version}&$expand=instanceView`);
      if (spec.extensions) await ada.arm("GET", `${path}/extensions?api-version=${version}`);
    }
  }
}

async function readAuthorization(): Promise<void> {
  for (const { id } of local.world.subscriptions) {
    for (const kind of ["roleAssignments", "roleDefinitions", "denyAssignments"]) {
      await ada.arm("GET", `/subscriptions/${id}/providers/Microsoft.Authorization/${kind}?api-version=2022-04-01`);
    }
    for (const kind of ["Schedules", "ScheduleInstances"].flatMap((end) => [`roleAssignment${end}`, `roleEligibility${end}`])) {
      await ada.arm("GET", `/subscriptions/${id}/providers/Microsoft.Authorization/${kind}?api-version=2020-10-01`);
    }
    await ada.arm("GET", `/subscriptions/${id}?api-version=2022-12-01`);
    await ada.arm("GET", `/subscriptions/${id}/locations?api-version=2022-12-01`);
    await ada.arm("GET", `/subscriptions/${id}/resourcegroups?api-version=2022-09-01`);
  }
  for (const path of ["/subscriptions", "/tenants"]) await ada.arm("GET", `${path}?api-version=2022-12-01`);
}

describe("the judge", () => {
  const listed = (over: Partial<ListedExchange>): ListedExchange => ({
    face: "resourceGraph",
    method: "POST",
    url: "https://management.azure.com/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01",
    requestHeaders: { "content-type": "application/json" },
    requestBody: JSON.stringify({ query: "resources" }),
    status: 200,
    responseHeaders: { "content-type": "application/json" },
    responseBody: JSON.stringify({ totalRecords: 0, count: 0, data: [], facets: [], resultTruncated: "false" }),
    ...over,
  });

  it("passes what the description allows", async () => {
    expect(await judge.judge([listed({})])).toEqual({
      checked: 1,
      requestErrors: [],
      responseErrors: [],
      tolerated: {},
      skipped: {},
    });
  });

  it("finds a property that a request may not have", async () => {
    const { requestErrors } = await judge.judge([listed({ requestBody: JSON.stringify({ query: "resources", colour: "red" }) })]);
    expect(requestErrors).toMatchObject([{ operation: "Resources", code: "OBJECT_ADDITIONAL_PROPERTIES", path: "$.colour" }]);
  });

  it("finds an answer of the wrong type and one that lacks a property", async () => {
    const wrong = listed({
      responseBody: JSON.stringify({ totalRecords: "many", count: 0, data: [], resultTruncated: "false" }),
    });
    const short = listed({ responseBody: JSON.stringify({ totalRecords: 0, count: 0, data: [] }) });
    const { responseErrors } = await judge.judge([wrong, short]);
    expect(responseErrors.map((error) => error.code).sort()).toEqual(["INVALID_TYPE", "OBJECT_MISSING_REQUIRED_PROPERTY"]);
  });

  it("finds a Graph option that the description does not know", async () => {
    const url = "https://graph.microsoft.com/v1.0/groups/11111111-1111-4111-8111-111111111111/members?$select=id,shoeSize";
    const { requestErrors } = await judge.judge([
      listed({ face: "graph", method: "GET", url, requestBody: "", responseBody: '{"value":[]}' }),
    ]);
    expect(requestErrors).toMatchObject([{ code: "enum", path: "/query/$select/1" }]);
  });

  it("lets a request ask for properties of objects by their ids, and for nothing else that is not described", async () => {
    const url = "https://graph.microsoft.com/v1.0/directoryObjects/getByIds";
    const ask = (query: string) =>
      listed({ face: "graph", url: `${url}?${query}`, requestBody: JSON.stringify({ ids: [], types: ["user"] }) });
    const report = await judge.judge([ask("$select=id,displayName"), ask("%24colour=red")]);
    expect(Object.keys(report.tolerated)).toEqual([expect.stringContaining("directoryobject-getbyids")]);
    expect(report.requestErrors).toMatchObject([{ url: `${url}?%24colour=red`, code: "additionalProperties" }]);
  });

  it("judges the request but not the answer when a fault shaped it or the list cut it", async () => {
    const broken = { responseBody: '{"totalRecords":', requestBody: JSON.stringify({ query: "resources", colour: "red" }) };
    const report = await judge.judge([
      listed({ ...broken, faultId: "f1" }),
      listed({ ...broken, responseBodyCut: true }),
      listed(broken),
    ]);
    expect([report.requestErrors.length, report.responseErrors.length]).toEqual([3, 0]);
    expect(report.skipped).toEqual({
      "answer shaped by a fault": 1,
      "answer too long for the request list": 1,
      "answer is not JSON": 1,
    });
  });

  it("says what no description covers", async () => {
    const url = "https://management.azure.com/providers/Microsoft.Management/managementGroups?api-version=2023-04-01";
    expect((await judge.judge([listed({ url, method: "GET" })])).skipped).toEqual({ "no description of this path": 1 });
  });
});

describe("real traffic", () => {
  it("has no request error and only answers whose deviations are listed", async () => {
    const [arm, graph] = [await createArmJudge(), await createGraphJudge()];
    const unlisted: string[] = [];
    let checked = 0;
    for (const row of readRecordings()) {
      const verdict = row.url.includes("//graph.") ? graph(row) : await arm(row);
      if (verdict.kind === "skipped") continue;
      checked += 1;
      unlisted.push(...verdict.requestErrors.map((error) => `request ${verdict.operation} ${error.code} ${error.path}`));
      for (const error of verdict.responseErrors) {
        if (deviationOf(verdict.operation, error) === null) unlisted.push(`${verdict.operation} ${error.code} ${error.path}`);
      }
    }
    process.stdout.write(`conformance recordings: ${checked} real exchanges checked, ${unlisted.length} deviations not listed\n`);
    expect(unlisted).toEqual([]);
  });

  it("backs every listed deviation by a recording that exists or by a page", () => {
    const files = new Set(readRecordings().map((row) => row.file.replace(/\.json$/, "")));
    for (const { reason } of KNOWN_DEVIATIONS) {
      const named = reason.match(/\b(?:account|pysdk|role|connectedmachine)\.[A-Za-z0-9._-]*[A-Za-z0-9]/g) ?? [];
      expect(named.filter((name) => !files.has(name))).toEqual([]);
      expect(named.length > 0 || /azure-apis\.md|2026-07-15|2025-01-13|issue \d+/.test(reason)).toBe(true);
    }
  });
});

describe("local Azure", () => {
  it("fits the official descriptions for every machine of the world, at four versions, and for everything around them", async () => {
    await readMachines();
    await readAuthorization();
    const report = await judge.judge(local.instance.recorder.list({}).exchanges);
    process.stdout.write(`${scoreLine("ARM reads", report)}\n`);
    for (const [reason, times] of Object.entries(report.tolerated)) process.stdout.write(`  ${times} x ${reason}\n`);
    expect([report.requestErrors, report.responseErrors]).toEqual([[], []]);
    expect(report.checked).toBeGreaterThan(300);
  });
});
