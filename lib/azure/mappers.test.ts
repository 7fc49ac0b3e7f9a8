import { describe, expect, it } from "vitest";
import { fakeAzure } from "./fake-azure";
import { isMachineIdentity, toServicePrincipal } from "./graph";
import { sortVersions } from "./hybrid-compute";
import { phaseOf } from "./long-running";
import { toActivity } from "./resource-manager";

describe("toServicePrincipal", () => {
  const raw = {
    id: "p",
    appId: "a",
    displayName: "SRV01",
    accountEnabled: true,
    alternativeNames: ["isExplicit=False", "/subscriptions/s/resourcegroups/rg/providers/Microsoft.HybridCompute/machines/SRV01"],
    createdDateTime: "2026-01-01T00:00:00Z",
    keyCredentials: [
      {
        keyId: "k1",
        customKeyIdentifier: "AB",
        startDateTime: "2026-09-01T00:00:00Z",
        endDateTime: "2026-11-30T00:00:00Z",
        key: null,
      },
      { keyId: "k2", endDateTime: "not a date" },
      "odd",
    ],
  };

  it("keeps the keys that have a readable end", () => {
    expect(toServicePrincipal(raw)?.keys).toEqual([
      { keyId: "k1", thumbprint: "AB", startsAt: "2026-09-01T00:00:00Z", endsAt: "2026-11-30T00:00:00Z" },
    ]);
  });

  it("knows a machine's identity by its alternative names, not by its display name", () => {
    const machine = toServicePrincipal(raw);
    const other = toServicePrincipal({
      ...raw,
      alternativeNames: [
        "isExplicit=False",
        "/subscriptions/s/resourcegroups/rg/providers/Microsoft.Compute/virtualMachines/SRV01",
      ],
    });
    expect([machine, other].map((principal) => principal !== null && isMachineIdentity(principal))).toEqual([true, false]);
  });

  it.each([{}, { id: 7 }, null, "text"])("answers null for %j", (odd) => {
    expect(toServicePrincipal(odd)).toBeNull();
  });

  it("survives an object of which only the id is there", () => {
    expect(toServicePrincipal({ id: "p" })).toMatchObject({ id: "p", displayName: "", keys: [], accountEnabled: true });
  });
});

describe("toActivity", () => {
  const event = (status: string, at: string, operationId = "op1") => ({
    eventTimestamp: at,
    operationName: { value: "Microsoft.HybridCompute/machines/extensions/write" },
    status: { value: status },
    caller: "ann@contoso.example",
    correlationId: "c",
    operationId,
  });

  it("shows the newest event of each operation, newest operation first", () => {
    const entries = toActivity([
      event("Started", "2026-11-01T10:00:00Z"),
      event("Succeeded", "2026-11-01T10:02:00Z"),
      event("Accepted", "2026-11-01T10:00:01Z"),
      event("Failed", "2026-11-02T10:00:00.1234567Z", "op2"),
      { odd: true },
      event("Started", "no time", "op3"),
    ]);
    expect(entries.map(({ at, status }) => [at, status])).toEqual([
      ["2026-11-02T10:00:00.123Z", "Failed"],
      ["2026-11-01T10:02:00.000Z", "Succeeded"],
    ]);
  });
});

describe("sortVersions", () => {
  it("sorts by number, newest first, without repeats", () => {
    expect(sortVersions(["1.9", "1.10.17", "1.9.5", "2.0", "1.9", "1.10.2"])).toEqual([
      "2.0",
      "1.10.17",
      "1.10.2",
      "1.9.5",
      "1.9",
    ]);
  });
});

describe("phaseOf", () => {
  it.each([
    ["Succeeded", "succeeded"],
    ["succeeded", "succeeded"],
    ["Failed", "failed"],
    ["Canceled", "canceled"],
    ["Queued", "running"],
    ["InProgress", "running"],
    ["Frobnicating", "running"],
  ])("takes %s as %s", (word, phase) => {
    expect(phaseOf(word)).toBe(phase);
  });
});

describe("polling", () => {
  const OPERATION = "https://management.azure.com/op?api-version=2020-01-01&t=1&c=a%2Bb&s=x_y&h=z%3D";

  it("uses the signed address byte for byte", async () => {
    const azure = fakeAzure([{ status: 200, body: { status: "InProgress" }, headers: { "retry-after": "15" } }]);
    const status = await azure.clients.hybridCompute.pollOperation({ operationUrl: OPERATION, locationUrl: null });
    expect(azure.sent[0]?.url).toBe(OPERATION);
    expect(status).toEqual({ azureStatus: "InProgress", phase: "running", failure: null, retryAfterSeconds: 15 });
  });

  it("gives the error inside a failed operation, which comes with HTTP 200", async () => {
    const azure = fakeAzure([
      {
        status: 200,
        body: { status: "Failed", error: { code: "HCRP500", message: "boom" } },
        headers: { "x-ms-request-id": "r" },
      },
    ]);
    const status = await azure.clients.hybridCompute.pollOperation({ operationUrl: OPERATION, locationUrl: null });
    expect(status).toMatchObject({ phase: "failed", failure: { code: "HCRP500", message: "boom", requestId: "r", status: 200 } });
  });

  it.each([
    [202, undefined, "running"],
    [200, undefined, "succeeded"],
    [204, undefined, "succeeded"],
    [200, { properties: { provisioningState: "Failed" } }, "failed"],
  ])("takes a Location that answers %i with %j as %s", async (status, body, phase) => {
    const azure = fakeAzure([{ status, ...(body === undefined ? {} : { body }) }]);
    expect(await azure.clients.hybridCompute.pollOperation({ operationUrl: null, locationUrl: OPERATION })).toMatchObject({
      phase,
    });
  });

  it("refuses an operation without an address instead of calling it done", async () => {
    const azure = fakeAzure([{ status: 200 }]);
    await expect(azure.clients.hybridCompute.pollOperation({ operationUrl: null, locationUrl: null })).rejects.toMatchObject({
      code: "upstream",
    });
    expect(azure.sent).toEqual([]);
  });
});

describe("the list of managed identities", () => {
  const refusal = { status: 400, body: { error: { code: "Request_UnsupportedQuery", message: "x" } } };
  const list = { status: 200, body: { value: [] } };

  async function pages(azure: ReturnType<typeof fakeAzure>) {
    for await (const _page of azure.clients.graph.managedIdentityPages());
  }

  it("is asked as an advanced query when the tenant refuses the plain one", async () => {
    const azure = fakeAzure([refusal, list]);
    await pages(azure);
    expect(azure.sent.map((request) => request.headers.consistencylevel)).toEqual([undefined, "eventual"]);
    expect(azure.sent[1]?.url).toContain("$count=true");
  });

  it("is not asked again after any other refusal", async () => {
    const azure = fakeAzure([{ status: 403, body: { error: { code: "Authorization_RequestDenied", message: "x" } } }]);
    await expect(pages(azure)).rejects.toMatchObject({ code: "forbidden" });
    expect(azure.sent).toHaveLength(1);
  });

  it("never sends the token to another host that a next link names", async () => {
    const azure = fakeAzure([{ status: 200, body: { value: [], "@odata.nextLink": "https://graph.evil.example/next" } }]);
    await expect(pages(azure)).rejects.toMatchObject({ azure: { code: "Portal.AddressRefused" } });
    expect(azure.sent).toHaveLength(1);
  });
});
