import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type LocalClient } from "../conformance/local-client.ts";
import { createWireJudge, scoreLine } from "../conformance/wire-judge.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";

const RESOURCES = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
const EXTENSIONS = "resources | where type =~ 'microsoft.hybridcompute/machines/extensions'";

/** The queries that the portal's reference names (azure-apis.md 5.4), with its paging options. */
const FLEET = `resources // portal:fleet
| where type =~ 'microsoft.hybridcompute/machines'
| extend p = properties
| project id, name, subscriptionId, resourceGroup, location, kind, tags,
    status = tostring(p.status), lastStatusChange = todatetime(p.lastStatusChange), agentVersion = tostring(p.agentVersion),
    osType = tostring(p.osType), osSku = tostring(p.osSku), osVersion = tostring(p.osVersion), domainName = tostring(p.domainName),
    principalId = tostring(identity.principalId), tenantId = tostring(identity.tenantId), identityType = tostring(identity.type),
    configMode = tostring(p.agentConfiguration.configMode), extEnabled = tostring(p.agentConfiguration.extensionsEnabled)
| order by id asc`;
const SIGN_IN_STATES = `${EXTENSIONS}
| where properties.publisher =~ 'Microsoft.Azure.ActiveDirectory' and properties.type in~ ('AADLoginForWindows','AADSSHLoginForLinux')
| project id, machineId = tolower(substring(id, 0, indexof(tolower(id), '/extensions/'))), extType = tostring(properties.type),
    state = tostring(properties.provisioningState), ver = tostring(properties.typeHandlerVersion),
    code = tostring(properties.instanceView.status.code), msg = tostring(properties.instanceView.status.message)
| order by id asc`;
const WITHOUT_SIGN_IN = `resources | where type =~ 'microsoft.hybridcompute/machines' | extend k = tolower(id)
| join kind=leftouter ( ${EXTENSIONS} and properties.type =~ 'AADLoginForWindows'
    | extend k = tolower(substring(id, 0, indexof(tolower(id), '/extensions/'))) | project k, state = tostring(properties.provisioningState) ) on k
| where isempty(state) | project id, name, resourceGroup, subscriptionId`;
const ASSIGNMENTS = `authorizationresources
| where type =~ 'microsoft.authorization/roleassignments'
| extend rd = tolower(tostring(properties.roleDefinitionId)), scope = tolower(tostring(properties.scope)), pid = tostring(properties.principalId), ptype = tostring(properties.principalType)
| project id, rd = tostring(split(rd,'/')[-1]), scope, pid, ptype, condition = tostring(properties.condition), createdOn = tostring(properties.createdOn)`;

type Answer = {
  totalRecords: number;
  count: number;
  data: Record<string, unknown>[];
  $skipToken?: string;
  resultTruncated: string;
};

let local: LocalAzure;
let ada: LocalClient;

beforeAll(async () => {
  local = await startLocalAzure({ machines: 120, options: { enforceQuotas: false, recordBodyChars: 4_000_000 } });
  ada = await clientOf(local, "ada.admin@contoso.example");
});
afterAll(() => local.close());

async function ask(client: LocalClient, query: string, options: object = {}): Promise<Answer> {
  const { status, json } = await client.arm("POST", RESOURCES, {
    query,
    options: { resultFormat: "objectArray", $top: 1000, ...options },
  });
  expect(status).toBe(200);
  return json as unknown as Answer;
}

describe("the queries of the portal", () => {
  it("give every machine once over uneven pages", async () => {
    local.options.resourceGraphPageSizes = [40, 17];
    const ids: unknown[] = [];
    let token: string | undefined;
    do {
      const page: Answer = await ask(ada, FLEET, token ? { $skipToken: token } : {});
      ids.push(...page.data.map((row) => row.id));
      token = page.$skipToken;
    } while (token);
    local.options.resourceGraphPageSizes = [];
    const wanted = local.world.machines.filter((spec) => !spec.name.startsWith("fab-"));
    expect(ids).toHaveLength(wanted.length);
    expect(new Set(ids).size).toBe(wanted.length);
  });

  it("give the sign-in extension's state, with the failure message of those that failed", async () => {
    const { data } = await ask(ada, SIGN_IN_STATES);
    const failed = data.filter((row) => row.state === "Failed");
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every((row) => String(row.msg).includes("exit code"))).toBe(true);
    expect(data.every((row) => String(row.machineId).endsWith(String(row.id).split("/")[8]?.toLowerCase() ?? "?"))).toBe(true);
  });

  it("give the machines without the extension: all others of the fleet", async () => {
    const [without, all, states] = [await ask(ada, WITHOUT_SIGN_IN), await ask(ada, FLEET), await ask(ada, SIGN_IN_STATES)];
    const windows = states.data.filter((row) => row.extType === "AADLoginForWindows");
    expect(without.totalRecords).toBe(all.totalRecords - windows.length);
  });

  it("give the same assignments as ARM at the subscription", async () => {
    const subscription = local.world.machines[0]?.subscriptionId;
    const { json } = await ada.arm(
      "GET",
      `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`,
    );
    const fromArm = (json.value as { name: string }[]).map((row) => row.name).sort();
    const answer = await ada.arm("POST", RESOURCES, {
      query: ASSIGNMENTS,
      subscriptions: [subscription],
      options: { authorizationScopeFilter: "AtScopeAndAbove", $top: 1000 },
    });
    const fromGraph = (answer.json.data as { id: string }[]).map((row) => row.id.split("/").at(-1)).sort();
    expect(fromGraph).toEqual(fromArm);
  });

  it("show a new extension after its PUT, and its end after the operation ended", async () => {
    const spec = local.world.machines.find((candidate) => candidate.name === "ams-app-0001");
    const path = `/subscriptions/${spec?.subscriptionId}/resourceGroups/${spec?.resourceGroup}/providers/Microsoft.HybridCompute/machines/${spec?.name}/extensions/AADLogin?api-version=2024-07-10`;
    const properties = {
      publisher: "Microsoft.Azure.ActiveDirectory",
      type: "AADLoginForWindows",
      typeHandlerVersion: "2.1.0.0",
      settings: { mdmId: "" },
    };
    expect((await ada.arm("PUT", path, { location: spec?.location, properties })).status).toBe(202);
    const state = async () =>
      (
        await ask(
          ada,
          `${EXTENSIONS} and id contains '/ams-app-0001/' and name == 'AADLogin' | project id, s = tostring(properties.provisioningState)`,
        )
      ).data[0]?.s;
    expect(await state()).toBe("Creating");
    local.clock.advance(600_000);
    expect(await state()).toBe("Succeeded");
  });
});

describe("the wire", () => {
  it.each(["2021-03-01", "2022-10-01", "2024-04-01"])("accepts api-version %s", async (version) => {
    const { status } = await ada.arm("POST", `/providers/Microsoft.ResourceGraph/resources?api-version=${version}`, {
      query: "resources | count",
    });
    expect(status).toBe(200);
  });

  it("names the key order and text of the answer as recorded", async () => {
    const { json, headers } = await ada.arm("POST", RESOURCES, { query: "resources | project id", options: { $top: 3 } });
    expect(Object.keys(json)).toEqual(["totalRecords", "count", "data", "facets", "resultTruncated", "$skipToken"]);
    expect(json.resultTruncated).toBe("false");
    expect(headers["x-ms-resource-graph-request-duration"]).toMatch(/^0:00:00:\d\d\.\d{7}$/);
  });

  it("counts fifteen queries in five seconds and then answers 429 with the time to wait", async () => {
    const own = await startLocalAzure({ machines: 25, wallNowMs: () => 1_800_000_000_000 });
    try {
      const person = await clientOf(own, "ada.admin@contoso.example");
      const answers = [];
      for (let round = 0; round < 16; round += 1)
        answers.push(await person.arm("POST", RESOURCES, { query: "resources | count" }));
      expect(answers.map((answer) => answer.status)).toEqual([...Array.from({ length: 15 }, () => 200), 429]);
      expect(answers[0]?.headers).toMatchObject({
        "x-ms-user-quota-remaining": "14",
        "x-ms-user-quota-resets-after": "00:00:05",
      });
      expect(answers[14]?.headers["x-ms-user-quota-remaining"]).toBe("0");
      expect(answers[15]?.headers["retry-after"]).toBe("5");
    } finally {
      await own.close();
    }
  });

  it("fits the official description in requests and answers", async () => {
    await ada.arm("POST", RESOURCES, { query: "resources | whee" });
    await ada.arm("POST", RESOURCES, {
      query: FLEET,
      options: { resultFormat: "table", $top: 10 },
      facets: [{ expression: "location" }, { expression: "nope" }],
    });
    const judge = await createWireJudge();
    const report = await judge.judge(local.instance.recorder.list({}).exchanges);
    process.stdout.write(`${scoreLine("Resource Graph contract tests", report)}\n`);
    expect([report.requestErrors, report.responseErrors]).toEqual([[], []]);
    expect(report.checked).toBeGreaterThan(15);
  });
});
