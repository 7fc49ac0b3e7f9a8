import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createWireJudge, scoreLine } from "../conformance/wire-judge.ts";
import { issueToken } from "../control/token-desk.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { type ControlClient, createControlClient } from "../testing/control-client.ts";
import { BLOCKED_GROUP } from "../world/branches.ts";
import type { Json } from "./request-reading.ts";
import { type Answer, armTestClient, errorOf } from "./test-client.ts";

let azure: LocalAzure;
let control: ControlClient;
const arm = armTestClient(() => azure);
const RUNNING = 60_000;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, branches: 200 });
  control = createControlClient(azure.controlOrigin);
});
afterAll(async () => {
  await azure.close();
});
beforeEach(async () => {
  await control.reset();
  await control.setOptions({ extensionQueuedMs: 0, extensionRunningMs: RUNNING, enforceQuotas: false });
});

const SIGN_IN = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows", settings: { mdmId: "" } };
const pathOf = (machine: string, name = "AADLogin") => `${arm.machineId(machine)}/extensions/${name}`;
const put = (machine: string, properties: Json = SIGN_IN, name = "AADLogin"): Promise<Answer> =>
  arm.call("PUT", pathOf(machine, name), { body: { location: arm.machine(machine).location, properties } });
const record = async (name: string) => {
  const [found] = await control.extensions({ name });
  if (found === undefined) throw new Error(`no record of ${name}`);
  return found;
};

async function graph(path: string): Promise<{ status: number; body: Json }> {
  const accessToken = await issueToken(azure.instance, { upn: "ada.admin@contoso.example", resource: "graph" });
  const headers = { authorization: `Bearer ${accessToken}`, consistencylevel: "eventual" };
  const answer = await fetch(`${azure.origin}/v1.0/${path}`, { headers });
  return { status: answer.status, body: (await answer.json()) as Json };
}

async function query(text: string): Promise<Json[]> {
  const answer = await arm.call("POST", "/providers/Microsoft.ResourceGraph/resources", {
    apiVersion: "2024-04-01",
    body: { query: text, options: { resultFormat: "objectArray" } },
  });
  return answer.body.data as Json[];
}

describe("the record of writes", () => {
  it("counts what was accepted and refused, and holds the end that Azure holds", async () => {
    expect((await put("arn-brn-0001")).status).toBe(202);
    expect((await put("arn-brn-0001")).status).toBe(409);
    expect(await record("arn-brn-0001")).toMatchObject({ puts: 1, refused: 1, overlapping: 0, running: true });
    azure.clock.advance(RUNNING);
    const ended = await record("arn-brn-0001");
    expect(ended).toMatchObject({ puts: 1, running: false, extensions: [{ name: "AADLogin", provisioningState: "Succeeded" }] });
    expect(ended.devices.map((device) => [device.trustType, device.own])).toEqual([["AzureAd", true]]);
    await arm.call("PATCH", pathOf("arn-brn-0001"), { body: { properties: { settings: {} } } });
    azure.clock.advance(RUNNING);
    await arm.call("DELETE", pathOf("arn-brn-0001"));
    expect(await record("arn-brn-0001")).toMatchObject({ puts: 1, patches: 1, deletes: 1, overlapping: 0 });
  });

  it("counts a write of another extension while one runs as overlapping", async () => {
    await put("arn-brn-0002");
    await put("arn-brn-0002", { publisher: "Microsoft.Azure.Monitor", type: "AzureMonitorWindowsAgent" }, "AMA");
    expect(await record("arn-brn-0002")).toMatchObject({ puts: 2, overlapping: 1, refused: 0 });
  });

  it("accepts a second write while one runs where the option says so, and the second decides the end", async () => {
    await control.setOptions({ concurrentExtensionWrites: "accepted" });
    await put("arn-brn-0003");
    azure.clock.advance(RUNNING / 2);
    expect((await put("arn-brn-0003", { ...SIGN_IN, settings: { mdmId: "x" } })).status).toBe(202);
    azure.clock.advance(RUNNING / 2);
    expect(await record("arn-brn-0003")).toMatchObject({
      overlapping: 1,
      running: true,
      extensions: [{ provisioningState: "Updating" }],
    });
    azure.clock.advance(RUNNING / 2);
    expect(await record("arn-brn-0003")).toMatchObject({ running: false, extensions: [{ provisioningState: "Succeeded" }] });
  });

  it("lists by group and subscription, and keeps deleted machines", async () => {
    await put("ber-brn-0051");
    await put("arn-brn-0004");
    await control.patchMachine("ber-brn-0051", { deleted: true });
    const blocked = await control.extensions({ group: BLOCKED_GROUP });
    expect(blocked.map((row) => [row.name, row.deleted])).toEqual([["ber-brn-0051", true]]);
    const { subscriptionId } = arm.machine("arn-brn-0004");
    expect((await control.extensions({ subscriptionId })).map((row) => row.name)).toEqual([
      "arn-brn-0004",
      "ber-brn-0051",
      "lin-brn-17",
    ]);
    expect((await put("ber-brn-0051")).status).toBe(404);
  });
});

describe("somebody else", () => {
  it("who changes an extension while a write runs decides how it stands", async () => {
    await put("arn-brn-0001");
    await control.patchMachine("arn-brn-0001", {
      extension: { name: "AADLogin", provisioningState: "Succeeded", settings: { mdmId: "theirs" } },
    });
    azure.clock.advance(RUNNING);
    expect((await record("arn-brn-0001")).extensions).toMatchObject([
      { provisioningState: "Succeeded", settings: { mdmId: "theirs" } },
    ]);
    await control.patchMachine("arn-brn-0001", { extension: { name: "AADLogin", removed: true } });
    expect((await arm.call("GET", pathOf("arn-brn-0001"))).status).toBe(404);
  });

  it("who removes the device object leaves a machine that joins no second time", async () => {
    await put("arn-brn-0001");
    azure.clock.advance(RUNNING);
    await control.patchMachine("arn-brn-0001", { deviceRemoved: true, joinedWithoutDevice: true });
    await put("arn-brn-0001");
    azure.clock.advance(RUNNING);
    expect(await record("arn-brn-0001")).toMatchObject({ extensions: [{ provisioningState: "Succeeded" }], devices: [] });
  });
});

describe("device objects", () => {
  const named = "devices?$count=true&$select=displayName,trustType,deviceId&$filter=displayName";

  it("appear in the directory some time after the join, by eq and by in", async () => {
    await control.setOptions({ deviceRegistrationMs: 30_000 });
    await put("arn-brn-0001");
    azure.clock.advance(RUNNING);
    expect((await graph(`${named} eq 'ARN-BRN-0001'`)).body).toMatchObject({ "@odata.count": 0, value: [] });
    expect((await arm.call("GET", pathOf("arn-brn-0001"))).body.properties).toMatchObject({ provisioningState: "Succeeded" });
    expect((await put("arn-brn-0001", { ...SIGN_IN, settings: {} })).status).toBe(202);
    azure.clock.advance(30_000);
    expect((await graph(`${named} in ('ARN-BRN-0001','COR-BRN-0102')`)).body).toMatchObject({
      "@odata.count": 2,
      value: expect.arrayContaining([
        expect.objectContaining({ displayName: "ARN-BRN-0001", trustType: "AzureAd" }),
        expect.objectContaining({ displayName: "COR-BRN-0102", trustType: "ServerAd" }),
      ]),
    });
  });

  it("stand beside a hybrid-joined one of the same name, which does not stop the join", async () => {
    await put("cor-brn-0102");
    azure.clock.advance(RUNNING);
    const { devices } = await record("cor-brn-0102");
    expect(devices.map((device) => device.trustType)).toEqual(["ServerAd", "AzureAd"]);
  });

  it("take 15 names of in; more only in an advanced query, and there within 2,048 characters", async () => {
    const list = (count: number) =>
      Array.from({ length: count }, (_, at) => `'ARN-BRN-${String(at).padStart(4, "0")}'`).join(",");
    const plain = (count: number) => graph(`devices?$filter=displayName in (${list(count)})`);
    expect((await plain(15)).status).toBe(200);
    expect((await plain(16)).status).toBe(400);
    expect((await graph(`${named} in (${list(100)})`)).status).toBe(200);
    expect((await graph(`${named} in (${list(140)})`)).status).toBe(400);
  });
});

describe("Resource Graph", () => {
  const states = (ids: string[]) =>
    query(
      `resources | where type =~ 'microsoft.hybridcompute/machines/extensions' and id in~ (${ids.map((id) => `'${id}'`).join(",")}) | project name, state = tostring(properties.provisioningState)`,
    );

  it("shows changed extensions after its delay, Resource Manager at once", async () => {
    await control.setOptions({ extensionIndexDelayMs: 20_000 });
    const ids = [pathOf("arn-brn-0001"), pathOf("arn-brn-0002").toUpperCase()];
    await put("arn-brn-0001");
    await put("arn-brn-0002");
    expect(await states(ids)).toEqual([]);
    azure.clock.advance(20_000);
    expect(await states(ids)).toEqual([
      { name: "AADLogin", state: "Creating" },
      { name: "AADLogin", state: "Creating" },
    ]);
    azure.clock.advance(RUNNING - 20_000);
    expect((await arm.call("GET", ids[0] ?? "")).body.properties).toMatchObject({ provisioningState: "Succeeded" });
    expect((await states(ids)).map((row) => row.state)).toEqual(["Creating", "Creating"]);
    azure.clock.advance(20_000);
    expect((await states(ids)).map((row) => row.state)).toEqual(["Succeeded", "Succeeded"]);
    await arm.call("DELETE", ids[0] ?? "");
    azure.clock.advance(RUNNING);
    expect((await states(ids)).map((row) => row.state)).toEqual(["Deleting", "Succeeded"]);
  });

  it("joins machines with their extensions", async () => {
    await put("arn-brn-0001");
    const rows = await query(
      `resources | where type =~ 'microsoft.hybridcompute/machines' and resourceGroup =~ 'rg-branch-arnhem' | extend k = tolower(id) | join kind=leftouter (resources | where type =~ 'microsoft.hybridcompute/machines/extensions' | extend k = tolower(substring(id, 0, indexof(tolower(id), '/extensions/'))) | project k, state = tostring(properties.provisioningState)) on k | project name, state | where name in ('arn-brn-0001', 'arn-brn-0002') | order by name asc`,
    );
    expect(rows.map((row) => row.state || null)).toEqual(["Creating", null]);
  });
});

describe("upgradeExtensions", () => {
  const upgrade = (machine: string, targets: Json, upn?: string) =>
    arm.call("POST", `${arm.machineId(machine)}/upgradeExtensions`, {
      body: { extensionTargets: targets },
      upn: upn ?? "ada.admin@contoso.example",
    });
  const KEY = "Microsoft.Azure.ActiveDirectory.AADLoginForWindows";

  it("answers 202 and ends with the extensions in their new version; a wait, where one is named, is 300 s", async () => {
    await control.setOptions({ extensionRetryAfterSeconds: 15 });
    const path = pathOf("ams-app-0002");
    await control.patchMachine("ams-app-0002", { extension: { name: "AADLogin", typeHandlerVersion: "2.0.0.0" } });
    const answer = await upgrade("ams-app-0002", { [KEY]: { targetVersion: "2.1.0.0" } });
    expect([answer.status, answer.text, answer.headers.get("retry-after")]).toEqual([202, "", "300"]);
    expect((await arm.call("GET", path)).body.properties).toMatchObject({
      provisioningState: "Updating",
      typeHandlerVersion: "2.0.0.0",
    });
    expect((await put("ams-app-0002")).status).toBe(409);
    azure.clock.advance(RUNNING);
    const status = await arm.follow(answer.headers.get("azure-asyncoperation") ?? "", { upn: "ada.admin@contoso.example" });
    expect(status.body).toMatchObject({ status: "Succeeded", properties: [{ name: "AADLogin" }] });
    expect((await arm.call("GET", path)).body.properties).toMatchObject({
      provisioningState: "Succeeded",
      typeHandlerVersion: "2.1.0.0",
    });
    expect(await record("ams-app-0002")).toMatchObject({ upgrades: 1, overlapping: 0, refused: 1 });
  });

  it("refuses an extension that is not there, a version that does not exist and an empty list", async () => {
    for (const [machine, targets, target] of [
      ["arn-brn-0001", { [KEY]: { targetVersion: "2.1.0.0" } }, `extensionTargets['${KEY}']`],
      ["ams-app-0002", { [KEY]: { targetVersion: "9.9" } }, `extensionTargets['${KEY}']`],
      ["ams-app-0002", {}, "extensionTargets"],
    ] as const) {
      const answer = await upgrade(machine, targets);
      expect([answer.status, errorOf(answer).code, errorOf(answer).target]).toEqual([400, "HCRP400", target]);
    }
  });

  it("needs its own action: the right to write extensions is not enough", async () => {
    const operators = azure.world.groups.find((row) => row.displayName === "Arc fleet operators");
    const deployer = azure.world.users.find((row) => row.persona === undefined && operators?.memberIds.includes(row.id));
    const upn = deployer?.userPrincipalName ?? "";
    expect((await upgrade("arn-brn-0001", { [KEY]: {} }, upn)).status).toBe(403);
    const path = pathOf("arn-brn-0001");
    const body = { location: arm.machine("arn-brn-0001").location, properties: SIGN_IN };
    expect((await arm.call("PUT", path, { body, upn })).status).toBe(202);
  });
});

describe("write quotas", () => {
  it("let 200 writes of a person through and then 10 a second, for each subscription alone, and say what is left", async () => {
    await control.setOptions({ enforceQuotas: true, armBucketFactor: 0.02 });
    const names = ["arn-brn-0001", "arn-brn-0002", "arn-brn-0003", "arn-brn-0004", "arn-brn-0005"];
    const answers: Answer[] = [];
    for (const name of names) answers.push(await put(name));
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 202, 429]);
    expect(answers[0]?.headers.get("x-ms-ratelimit-remaining-subscription-writes")).toBe("3");
    const refused = answers[4];
    expect([refused?.headers.get("content-type"), refused?.headers.get("retry-after")]).toEqual([
      "text/plain; charset=utf-8",
      null,
    ]);
    expect(refused?.text).toMatch(/Please retry after '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z' UTC/);
    expect((await put("ams-app-0001")).status).toBe(202);
  });
});

it("every exchange of this file fits the official description", async () => {
  const judge = await createWireJudge();
  const report = await judge.judge(azure.instance.recorder.list({}).exchanges);
  process.stdout.write(`${scoreLine("roll-outs", report)}\n`);
  expect([report.requestErrors, report.responseErrors]).toEqual([[], []]);
  expect(report.checked).toBeGreaterThan(40);
}, 60_000);
