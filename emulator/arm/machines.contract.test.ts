import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { subscriptionIdOf } from "../world/places.ts";
import type { Json } from "./request-reading.ts";
import { armTestClient, errorOf, valuesOf } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const PROD = `/subscriptions/${subscriptionIdOf("prodEu1")}`;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 250, options: { armPageSizes: [7, 3], enforceQuotas: false } });
});
afterAll(async () => {
  await azure.close();
});

describe("the list of machines", () => {
  const path = `${PROD}/providers/Microsoft.HybridCompute/machines`;

  async function walk(first: string): Promise<{ sizes: number[]; names: unknown[]; links: string[] }> {
    const [sizes, names, links]: [number[], unknown[], string[]] = [[], [], []];
    let answer = await arm.call("GET", first);
    for (;;) {
      sizes.push(valuesOf(answer).length);
      names.push(...valuesOf(answer).map((item) => item.name));
      if (answer.body.nextLink === undefined) return { sizes, names, links };
      links.push(String(answer.body.nextLink));
      answer = await arm.follow(String(answer.body.nextLink));
    }
  }

  it("comes in pages whose sizes the service chooses, complete and without doubles", async () => {
    const { sizes, names } = await walk(path);
    const expected = azure.world.machines.filter((spec) => spec.subscriptionId === subscriptionIdOf("prodEu1"));
    expect(sizes.slice(0, 4)).toEqual([7, 3, 7, 3]);
    expect(new Set(names)).toEqual(new Set(expected.map((spec) => spec.name)));
    expect(names.length).toBe(expected.length);
  });

  it("links to the next page with the api-version of the request and an opaque token", async () => {
    const { links } = await walk(path);
    expect(links[0]).toMatch(/api-version=2025-01-13&%24skiptoken=/);
    expect(links[0]?.startsWith(azure.origin)).toBe(true);
  });

  it("refuses a damaged token", async () => {
    const answer = await arm.call("GET", `${path}?$skiptoken=xyz`);
    expect([answer.status, errorOf(answer).code]).toEqual([400, "InvalidSkipToken"]);
  });

  it("has items without resources and without nextLink on the last page", async () => {
    const group = `${PROD}/resourceGroups/rg-mdm-ams/providers/Microsoft.HybridCompute/machines`;
    const answer = await arm.call("GET", group);
    expect(answer.body).not.toHaveProperty("nextLink");
    expect(valuesOf(answer)[0]).not.toHaveProperty("resources");
    expect(valuesOf(answer).map((item) => item.name)).toEqual(["ams-mdm-0004"]);
  });

  it("of an unknown group is ResourceGroupNotFound in the recorded words", async () => {
    const answer = await arm.call("GET", `${PROD}/resourceGroups/rg-none/providers/Microsoft.HybridCompute/machines`);
    expect([answer.status, errorOf(answer)]).toEqual([
      404,
      { code: "ResourceGroupNotFound", message: "Resource group 'rg-none' could not be found." },
    ]);
  });

  it.each(["nora.norights@contoso.example", "gus.guest@fabrikam.example", "wade.wholesale@contoso.example"])(
    "is refused to %s with AuthorizationFailed",
    async (upn) => {
      const answer = await arm.call("GET", path, { upn });
      expect([answer.status, errorOf(answer).code, answer.headers.get("x-ms-failure-cause")]).toEqual([
        403,
        "AuthorizationFailed",
        "gateway",
      ]);
    },
  );
});

describe("a machine", () => {
  it("is found whatever the case and number of slashes", async () => {
    const answer = await arm.call("GET", `/${arm.machineId("ams-app-0001").toUpperCase()}`);
    expect([answer.status, answer.body.name]).toEqual([200, "ams-app-0001"]);
  });

  it("shows Expired, a status that the specification does not list", async () => {
    const answer = await arm.call("GET", arm.machineId("dub-exp-0020"));
    expect((answer.body.properties as Json).status).toBe("Expired");
  });

  it("accepts $expand=instanceView and refuses what the service does not know", async () => {
    expect((await arm.call("GET", `${arm.machineId("ams-app-0001")}?$expand=instanceView`)).status).toBe(200);
    expect((await arm.call("GET", `${arm.machineId("ams-app-0001")}?$nonsense=1`)).status).toBe(400);
  });

  it("that is not there is ResourceNotFound, naming type, name and group", async () => {
    const answer = await arm.call("GET", `${PROD}/resourceGroups/rg-app-ams/providers/Microsoft.HybridCompute/machines/none`);
    const message = "The Resource 'Microsoft.HybridCompute/machines/none' under resource group 'rg-app-ams' was not found.";
    expect([answer.status, errorOf(answer)]).toEqual([404, { code: "ResourceNotFound", message }]);
    expect(answer.headers.get("x-ms-failure-cause")).toBe("gateway");
  });

  it("of the group that the guest may read is shown to the guest", async () => {
    const spec = arm.machine("dub-old-0018");
    expect(spec.resourceGroup).toBe("rg-shared-tools");
    expect((await arm.call("GET", arm.machineId("dub-old-0018"), { upn: "gus.guest@fabrikam.example" })).status).toBe(200);
  });

  it("keeps an old record's lower-case id segments", async () => {
    const answer = await arm.call("GET", arm.machineId("fra-old-0009"));
    expect(answer.body.id).toContain("/resourcegroups/");
    expect(answer.body.id).toContain("/microsoft.hybridcompute/");
  });

  it("of another tenant is refused", async () => {
    const refused = await arm.call("GET", arm.machineId("fab-srv-0001"));
    expect([refused.status, errorOf(refused).code]).toEqual([401, "InvalidAuthenticationTokenTenant"]);
    const fiona = { upn: "fiona.fabrikam@fabrikam.example", tenantId: "10ca1a2e-0000-4000-8000-000000000002" };
    expect((await arm.call("GET", arm.machineId("fab-srv-0001"), fiona)).status).toBe(200);
  });
});

describe("PATCH of a machine", () => {
  it("switches the identity on: another principal, its service principal, an event", async () => {
    const path = arm.machineId("ams-noid-0014");
    expect((await arm.call("GET", path)).body.identity).toEqual({
      type: "None",
      tenantId: "10ca1a2e-0000-4000-8000-000000000001",
    });
    const answer = await arm.call("PATCH", path, { body: { identity: { type: "SystemAssigned" } } });
    const identity = answer.body.identity as Record<string, string>;
    expect([answer.status, identity.type]).toEqual([200, "SystemAssigned"]);
    expect(azure.world.servicePrincipals.get(identity.principalId ?? "")?.displayName).toBe("ams-noid-0014");
    expect(azure.world.activity.at(-1)).toMatchObject({
      operationName: "Microsoft.HybridCompute/machines/write",
      status: "Succeeded",
    });
  });

  it("switches it off: no principalId, service principal gone, and on again gives a new one", async () => {
    const path = arm.machineId("ams-app-0002");
    const before = arm.machine("ams-app-0002").principalId ?? "";
    const off = await arm.call("PATCH", path, { body: { identity: { type: "None" } } });
    expect(off.body.identity).toEqual({ type: "None", tenantId: "10ca1a2e-0000-4000-8000-000000000001" });
    expect(azure.world.servicePrincipals.has(before)).toBe(false);
    const on = await arm.call("PATCH", path, { body: { identity: { type: "SystemAssigned" } } });
    expect((on.body.identity as Json).principalId).not.toBe(before);
  });

  it("keeps the principal when the identity was on already", async () => {
    const before = arm.machine("ams-rdp-0003").principalId;
    await arm.call("PATCH", arm.machineId("ams-rdp-0003"), { body: { identity: { type: "SystemAssigned" } } });
    expect(arm.machine("ams-rdp-0003").principalId).toBe(before);
  });

  it("replaces the tags as a whole and ignores properties it does not know", async () => {
    const path = arm.machineId("ams-pki-0040");
    const answer = await arm.call("PATCH", path, {
      body: { tags: { owner: "ada" }, properties: { nonsense: 1, agentUpgrade: { enableAutomaticUpgrade: true } } },
    });
    expect(answer.body.tags).toEqual({ owner: "ada" });
    expect((answer.body.properties as Json).agentUpgrade).toEqual({ enableAutomaticUpgrade: true });
    expect(answer.body.properties).not.toHaveProperty("nonsense");
  });

  it.each([
    ["tags that are no object", { tags: [] }, "InvalidRequestContent"],
    ["a tag value that is no text", { tags: { a: 1 } }, "InvalidRequestContent"],
    ["an identity type that does not exist", { identity: { type: "Magic" } }, "InvalidIdentityType"],
    ["an identity that is no object", { identity: "SystemAssigned" }, "InvalidRequestContent"],
    ["properties that are no object", { properties: [] }, "InvalidRequestContent"],
    ["a body that is no object", [], "InvalidRequestContent"],
    ["a body that is no JSON", "{", "InvalidRequestContent"],
  ])("refuses %s and changes nothing", async (_, body, code) => {
    const before = JSON.stringify(arm.machine("ams-uai-0041"));
    const answer = await arm.call("PATCH", arm.machineId("ams-uai-0041"), { body });
    expect([answer.status, errorOf(answer).code]).toEqual([400, code]);
    expect(JSON.stringify(arm.machine("ams-uai-0041"))).toBe(before);
  });

  it("is refused to a reader before anything is read from the body", async () => {
    const answer = await arm.call("PATCH", arm.machineId("ams-app-0001"), { upn: "rene.reader@contoso.example", body: "{" });
    expect([answer.status, errorOf(answer).code]).toEqual([403, "AuthorizationFailed"]);
    expect(errorOf(answer).message).toContain("Microsoft.HybridCompute/machines/write");
  });
});

describe("DELETE of a machine", () => {
  it("answers 200 with nothing before 2025-01-13, takes the identity along and 204 the next time", async () => {
    const path = arm.machineId("fra-tpm-0029");
    const principal = arm.machine("fra-tpm-0029").principalId ?? "";
    const gone = await arm.call("DELETE", path, { apiVersion: "2024-11-10-preview" });
    expect([gone.status, gone.text]).toEqual([200, ""]);
    expect(azure.world.servicePrincipals.has(principal)).toBe(false);
    expect((await arm.call("DELETE", path)).status).toBe(204);
    expect((await arm.call("GET", path)).status).toBe(404);
  });

  it("is an operation since then: Deleting first, gone at its end", async () => {
    const path = arm.machineId("fra-mon-0030");
    const answer = await arm.call("DELETE", path);
    expect([answer.status, answer.text]).toEqual([202, ""]);
    expect(((await arm.call("GET", path)).body.properties as Json).provisioningState).toBe("Deleting");
    azure.clock.advance(60_000);
    const status = await arm.follow(answer.headers.get("azure-asyncoperation") ?? "");
    expect(status.body.status).toBe("Succeeded");
    expect((await arm.call("GET", path)).status).toBe(404);
  });
});
