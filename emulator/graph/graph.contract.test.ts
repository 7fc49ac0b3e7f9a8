import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type LocalClient } from "../conformance/local-client.ts";
import { createWireJudge, scoreLine } from "../conformance/wire-judge.ts";
import { issueToken } from "../control/token-desk.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import type { Group, MachineSpec } from "../world/types.ts";

type Row = Record<string, unknown>;
type List = { value: Row[]; "@odata.nextLink"?: string; "@odata.count"?: number; "@odata.context": string };

const EVENTUAL = { consistencylevel: "eventual" };
const MANAGED =
  "/v1.0/servicePrincipals?$filter=servicePrincipalType eq 'ManagedIdentity'&$select=id,displayName,alternativeNames,keyCredentials";

let local: LocalAzure;
let ada: LocalClient;

beforeAll(async () => {
  local = await startLocalAzure({ machines: 60, options: { recordBodyChars: 4_000_000 } });
  ada = await clientOf(local, "ada.admin@contoso.example");
});
afterAll(() => local.close());

function list(json: Row): List {
  return json as unknown as List;
}

function errorOf(json: Row): { code: string; message: string; innerError: Row } {
  return json.error as { code: string; message: string; innerError: Row };
}

function machine(match: (spec: MachineSpec) => boolean): MachineSpec {
  const spec = local.world.machines.find(match);
  if (!spec) throw new Error("the world holds such a machine");
  return spec;
}

function group(name: string): Group {
  const found = local.world.groups.find((row) => row.displayName === name);
  if (!found) throw new Error(`the world holds the group ${name}`);
  return found;
}

describe("service principals of machines", () => {
  it("show certificate dates in lists only when keyCredentials is selected, never the key", async () => {
    const { id } = machineWithIdentity();
    const plain = await ada.graph("GET", `/v1.0/servicePrincipals/${id}`);
    const selected = await ada.graph("GET", `${MANAGED}&$top=999`);
    expect(plain.json.keyCredentials).toEqual([]);
    const row = list(selected.json).value.find((candidate) => candidate.id === id);
    expect(row?.keyCredentials).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: null, type: "AsymmetricX509Cert", usage: "Verify" })]),
    );
  });

  it("show the key itself only on a single object that selects keyCredentials", async () => {
    const { id } = machineWithIdentity();
    const { json } = await ada.graph("GET", `/v1.0/servicePrincipals/${id}?$select=keyCredentials`);
    expect((json.keyCredentials as Row[])[0]?.key).toEqual(expect.any(String));
    expect(Object.keys(json)).toEqual(["@odata.context", "keyCredentials"]);
  });

  it("name their machine in alternativeNames with lower-case resourcegroups", async () => {
    const spec = machine((candidate) => candidate.principalId !== null);
    const { json } = await ada.graph("GET", `/v1.0/servicePrincipals/${spec.principalId}?$select=displayName,alternativeNames`);
    expect(json.displayName).toBe(spec.name);
    expect(json.alternativeNames).toEqual([
      "isExplicit=False",
      `/subscriptions/${spec.subscriptionId}/resourcegroups/${spec.resourceGroup}/providers/Microsoft.HybridCompute/machines/${spec.name}`,
    ]);
  });

  it("last 90 days, and two overlap after a renewal", async () => {
    const { json } = await ada.graph("GET", `${MANAGED}&$top=999`);
    const keys = list(json).value.map((row) => row.keyCredentials as { startDateTime: string; endDateTime: string }[]);
    const spans = keys.flat().map((key) => (Date.parse(key.endDateTime) - Date.parse(key.startDateTime)) / 86_400_000);
    expect(new Set(spans)).toEqual(new Set([90]));
    expect(keys.some((credentials) => credentials.length === 2)).toBe(true);
  });

  it("are paged by @odata.nextLink that keeps every option, without loss or repetition", async () => {
    const seen: unknown[] = [];
    let target: string | undefined = `${MANAGED}&$top=7`;
    while (target) {
      const { json } = await ada.graph("GET", target);
      seen.push(...list(json).value.map((row) => row.id));
      target = list(json)["@odata.nextLink"];
      if (target) expect(target).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/servicePrincipals\?.*\$top=7.*\$skiptoken=/);
    }
    const wanted = local.world.machines.filter((spec) => spec.principalId !== null && !spec.name.startsWith("fab-"));
    expect(new Set(seen)).toEqual(new Set(wanted.map((spec) => spec.principalId)));
    expect(seen).toHaveLength(wanted.length);
  });

  it.each([
    ["999", 200],
    ["1000", 400],
    ["0", 400],
    ["x", 400],
  ])("$top=%s answers %i", async (top, status) => {
    expect((await ada.graph("GET", `/v1.0/servicePrincipals?$top=${top}`)).status).toBe(status);
  });

  it("are found by the client id they carry in servicePrincipalNames", async () => {
    const [app] = local.world.apps;
    const { json } = await ada.graph(
      "GET",
      `/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '${app?.appId}')&$select=appId`,
    );
    expect(list(json).value).toEqual([{ appId: app?.appId }]);
  });

  it("of another tenant are not there", async () => {
    const foreign = machine((spec) => spec.name.startsWith("fab-"));
    const answer = await ada.graph("GET", `/v1.0/servicePrincipals/${foreign.principalId}`);
    expect([answer.status, errorOf(answer.json).code]).toEqual([404, "Request_ResourceNotFound"]);
  });

  function machineWithIdentity(): { id: string } {
    return { id: machine((spec) => spec.principalId !== null).principalId ?? "" };
  }
});

describe("permissions", () => {
  it("refuse a guest who reads service principals, people or groups, and let the guest read the own account", async () => {
    const gus = await clientOf(local, "gus.guest@fabrikam.example", local.world.tenants[0]?.id);
    const statuses = await Promise.all(
      ["/v1.0/servicePrincipals", "/v1.0/users", "/v1.0/groups", "/v1.0/me", "/v1.0/organization"].map(
        async (path) => (await gus.graph("GET", path)).status,
      ),
    );
    expect(statuses).toEqual([403, 403, 403, 200, 200]);
    const { json } = await gus.graph("GET", "/v1.0/me?$select=userType");
    expect(json.userType).toBe("Guest");
  });

  it("refuse a token whose claims were changed after signing", async () => {
    const token = await issueToken(local.instance, { upn: "ada.admin@contoso.example", resource: "graph" });
    const [head, body = "", signature] = token.split(".");
    const changed = Buffer.from(body, "base64url").toString("utf8").replace("Application.Read.All", "Directory.ReadWrite.All");
    const authorization = `Bearer ${head}.${Buffer.from(changed).toString("base64url")}.${signature}`;
    const answer = await ada.graph("GET", "/v1.0/users", undefined, { authorization });
    expect([answer.status, errorOf(answer.json).code]).toEqual([401, "InvalidAuthenticationToken"]);
  });
});

describe("people and groups", () => {
  it("are searched by the beginnings of words, with a count, under ConsistencyLevel eventual", async () => {
    const target =
      '/v1.0/users?$search="displayName:ai" OR "userPrincipalName:ai"&$select=id,displayName,userType,accountEnabled&$top=3&$count=true';
    const { status, json } = await ada.graph("GET", target, undefined, EVENTUAL);
    expect(status).toBe(200);
    expect(list(json)["@odata.count"]).toBeGreaterThan(3);
    expect(list(json).value.every((row) => /\bai/i.test(String(row.displayName)))).toBe(true);
  });

  it("are not searched without the header", async () => {
    const answer = await ada.graph("GET", '/v1.0/users?$search="displayName:ai"');
    expect([answer.status, errorOf(answer.json).code]).toEqual([400, "Request_UnsupportedQuery"]);
    expect(errorOf(answer.json).innerError).toMatchObject({ "request-id": expect.any(String), date: expect.any(String) });
  });

  it("give the default properties when nothing is selected", async () => {
    const { json } = await ada.graph("GET", "/v1.0/users('ada.admin@contoso.example')");
    expect(Object.keys(json).sort()).toEqual(
      [
        ...["@odata.context", "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone"],
        ...["officeLocation", "preferredLanguage", "surname", "userPrincipalName"],
      ].sort(),
    );
  });

  it("refuse a property that the type does not have", async () => {
    const answer = await ada.graph("GET", "/v1.0/users?$select=id,shoeSize");
    expect([answer.status, errorOf(answer.json).message]).toEqual([
      400,
      "Parsing OData Select and Expand failed: Could not find a property named 'shoeSize' on type 'microsoft.graph.user'.",
    ]);
  });

  it("are ordered on request, and an order with a filter is an advanced query", async () => {
    const { json } = await ada.graph("GET", "/v1.0/users?$orderby=displayName desc&$select=displayName&$top=5");
    const shown = list(json).value.map((row) => String(row.displayName).toLowerCase());
    expect(shown).toEqual([...shown].sort().reverse());
    const refused = await ada.graph("GET", "/v1.0/users?$orderby=displayName&$filter=accountEnabled eq true");
    const accepted = await ada.graph(
      "GET",
      "/v1.0/users?$orderby=displayName&$filter=accountEnabled eq true&$count=true",
      undefined,
      EVENTUAL,
    );
    expect([refused.status, accepted.status]).toEqual([400, 200]);
  });

  it("show members through nested groups once, although two groups contain each other", async () => {
    const { id } = group("All IT staff");
    const { json } = await ada.graph("GET", `/v1.0/groups/${id}/transitiveMembers/microsoft.graph.user?$select=id&$top=999`);
    const ids = list(json).value.map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(group("External contractors").memberIds));
    const direct = await ada.graph("GET", `/v1.0/groups/${id}/members?$select=id`);
    expect(list(direct.json).value.map((row) => row["@odata.type"])).toEqual(
      group("All IT staff").memberIds.map(() => "#microsoft.graph.group"),
    );
  });

  it("tell which groups a person is in, through groups too", async () => {
    const [member] = group("External contractors").memberIds;
    const ids = [group("All IT staff").id, group("SQL database team").id];
    const checked = await ada.graph("POST", `/v1.0/users/${member}/checkMemberGroups`, { groupIds: ids });
    expect(checked.json.value).toEqual([ids[0]]);
    const listed = await ada.graph("GET", `/v1.0/users/${member}/transitiveMemberOf/microsoft.graph.group?$select=id`);
    expect(list(listed.json).value).toContainEqual({ id: ids[0] });
  });

  it("are resolved by getByIds, which leaves unknown ids out", async () => {
    const spec = machine((candidate) => candidate.principalId !== null);
    const ids = [group("All IT staff").id, "00000000-0000-4000-8000-00000000dead", spec.principalId];
    const { status, headers, json } = await ada.graph("POST", "/v1.0/directoryObjects/getByIds", {
      ids,
      types: ["group", "servicePrincipal"],
    });
    expect(list(json).value.map((row) => row["@odata.type"])).toEqual([
      "#microsoft.graph.group",
      "#microsoft.graph.servicePrincipal",
    ]);
    expect([status, headers["x-ms-resource-unit"]]).toEqual([200, "3"]);
    const users = await ada.graph("POST", "/v1.0/directoryObjects/getByIds", { ids, types: ["user"] });
    expect(users.json.value).toEqual([]);
  });

  it("takes 1,000 ids and refuses 1,001", async () => {
    const ids = Array.from({ length: 1001 }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`);
    const [most, tooMany] = [
      await ada.graph("POST", "/v1.0/directoryObjects/getByIds", { ids: ids.slice(1) }),
      await ada.graph("POST", "/v1.0/directoryObjects/getByIds", { ids }),
    ];
    expect([most.status, tooMany.status]).toEqual([200, 400]);
  });
});

describe("organization", () => {
  it("shows directorySizeQuota in beta only", async () => {
    const beta = await ada.graph("GET", "/beta/organization?$select=directorySizeQuota");
    const stable = await ada.graph("GET", "/v1.0/organization?$select=directorySizeQuota");
    const quota = list(beta.json).value[0]?.directorySizeQuota as { used: number; total: number };
    expect(quota.used).toBeGreaterThan(60);
    expect(stable.status).toBe(400);
  });
});

describe("$batch", () => {
  const step = (id: string, url: string, over: Row = {}) => ({ id, method: "GET", url, ...over });

  it("answers each step by its id, in whatever order", async () => {
    const requests = [step("1", "/me?$select=id"), step("2", "/users/nobody@contoso.example"), step("3", "/groups?$top=1")];
    const { json } = await ada.graph("POST", "/v1.0/$batch", { requests });
    const answers = new Map((json.responses as Row[]).map((row) => [row.id, row]));
    expect([answers.get("1")?.status, answers.get("2")?.status, answers.get("3")?.status]).toEqual([200, 404, 200]);
    expect(answers.get("2")?.body).toMatchObject({ error: { code: "Request_ResourceNotFound", innerError: expect.anything() } });
  });

  it("answers 424 for a step whose predecessor failed", async () => {
    const requests = [step("1", "/users/nobody@contoso.example"), step("2", "/me", { dependsOn: ["1"] })];
    const { json } = await ada.graph("POST", "/v1.0/$batch", { requests });
    expect((json.responses as Row[]).find((row) => row.id === "2")?.status).toBe(424);
  });

  it("takes 20 steps and refuses 21", async () => {
    const requests = Array.from({ length: 21 }, (_, index) => step(String(index), "/me"));
    const [most, tooMany] = [
      await ada.graph("POST", "/v1.0/$batch", { requests: requests.slice(1) }),
      await ada.graph("POST", "/v1.0/$batch", { requests }),
    ];
    expect([most.status, (most.json.responses as Row[]).length, tooMany.status]).toEqual([200, 20, 400]);
  });

  it("applies the permission checks to each step", async () => {
    const gus = await clientOf(local, "gus.guest@fabrikam.example", local.world.tenants[0]?.id);
    const { json } = await gus.graph("POST", "/v1.0/$batch", { requests: [step("1", "/servicePrincipals"), step("2", "/me")] });
    const statuses = new Map((json.responses as Row[]).map((row) => [row.id, row.status]));
    expect([statuses.get("1"), statuses.get("2")]).toEqual([403, 200]);
  });

  it("counts every step that selects keyCredentials and answers the 151st of a minute 429 inside a 200", async () => {
    const own = await startLocalAzure({ machines: 25 });
    try {
      const person = await clientOf(own, "ada.admin@contoso.example");
      const requests = Array.from({ length: 20 }, (_, index) =>
        step(String(index), "/servicePrincipals?$select=keyCredentials&$top=1"),
      );
      const statuses: unknown[] = [];
      for (let round = 0; round < 8; round += 1) {
        const { status, json } = await person.graph("POST", "/v1.0/$batch", { requests });
        expect(status).toBe(200);
        statuses.push(...(json.responses as Row[]).map((row) => row.status));
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(150);
      expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    } finally {
      await own.close();
    }
  });
});

describe("wire", () => {
  it("carries the headers and errors of Graph and fits its official description", async () => {
    const answer = await ada.graph("GET", "/v1.0/devices?$filter=operatingSystem eq 'Windows'&$top=5", undefined, {
      "client-request-id": "11111111-1111-4111-8111-111111111111",
    });
    expect(answer.headers).toMatchObject({
      "odata-version": "4.0",
      "client-request-id": "11111111-1111-4111-8111-111111111111",
      "content-type": "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
      "x-ms-resource-unit": "1",
    });
    const unknown = await ada.graph("GET", "/v1.0/planets");
    expect([unknown.status, errorOf(unknown.json).message]).toEqual([400, "Resource not found for the segment 'planets'."]);
    const judge = await createWireJudge();
    const accepted = local.instance.recorder.list({ face: "graph" }).exchanges.filter((row) => row.status < 400);
    const report = await judge.judge(accepted);
    process.stdout.write(`${scoreLine("Graph contract tests", report)}\n`);
    expect([report.requestErrors, report.responseErrors]).toEqual([[], []]);
    expect(report.checked).toBeGreaterThan(20);
  });
});
