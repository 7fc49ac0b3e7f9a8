import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MachineRef } from "@/lib/domain/machine";
import { parseMachineId } from "@/lib/domain/machine";
import { operatorPermissions } from "@/lib/domain/permissions";
import { signInExtensionBody, WINDOWS_SIGN_IN_TYPE } from "@/lib/domain/sign-in-extension";
import { type LocalAzure, startLocalAzure } from "../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../emulator/testing/control-client";
import { type ClientFixture, createClientFixture } from "./client-fixture";
import type { AzureClients, LongRunningStatus } from "./ports";

const OPERATOR = "olivia.operator@contoso.example";
const READER = "rene.reader@contoso.example";
const NOBODY = "nora.norights@contoso.example";

let azure: LocalAzure;
let control: ControlClient;
let fixture: ClientFixture;
let operator: AzureClients;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25 });
  control = createControlClient(azure.controlOrigin);
  fixture = createClientFixture({ origin: azure.origin, token: control.token });
  operator = fixture.clientsFor(OPERATOR);
});
afterAll(() => azure.close());
beforeEach(async () => {
  await control.clearFaults();
  await control.clearRequests();
  fixture.waits.length = 0;
});

async function refOf(name: string): Promise<MachineRef> {
  const query = `resources | where type =~ 'microsoft.hybridcompute/machines' and name == '${name}' | project id`;
  const page = await operator.resourceGraph.query({ query });
  const ref = parseMachineId(String(page.rows[0]?.id));
  if (ref === null) throw new Error(`no machine ${name}`);
  return ref;
}

async function armRequests(path: string) {
  return (await control.requests({ face: "arm" })).filter((exchange) => exchange.path.toLowerCase().includes(path));
}

describe("a machine", () => {
  it("is read through the SDK with the raised api-version and keeps what the SDK does not know", async () => {
    const { machine, raw } = await operator.hybridCompute.getMachine(await refOf("ams-app-0002"));
    expect(machine).toMatchObject({ name: "ams-app-0002", status: "Connected", osFamily: "windows", identityKeyStore: "TPM" });
    expect(machine.identity).toMatchObject({ kind: "SystemAssigned", principalId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(machine.agentConfiguration?.configMode).toBe("full");
    expect(raw).toMatchObject({ properties: { identityKeyStore: "TPM" } });
    const [exchange] = await armRequests("/machines/ams-app-0002");
    expect(new URL(exchange?.url ?? "").searchParams.get("api-version")).toBe("2025-01-13");
    expect(exchange?.host).toBe("management.azure.com");
  });

  it("of every kind in the fleet is readable, odd records included", async () => {
    const page = await operator.resourceGraph.query({
      query: "resources | where type =~ 'microsoft.hybridcompute/machines' | project id",
    });
    const refs = page.rows.map((row) => parseMachineId(String(row.id))).filter((ref) => ref !== null);
    expect(refs).toHaveLength(25);
    const read = await Promise.all(refs.map((ref) => operator.hybridCompute.getMachine(ref)));
    const byName = new Map(read.map(({ machine }) => [machine.name, machine]));
    expect(byName.get("ams-lnx-0012")).toMatchObject({ status: "Unknown", statusRaw: "Paused", osFamily: "linux" });
    expect(byName.get("ams-noid-0014")?.identity).toMatchObject({ kind: "None", principalId: null });
    expect(byName.get("fra-old-0009")).toMatchObject({ status: "Error", agentConfiguration: null });
    expect(byName.get("lon-ren-0023")?.identity.userAssigned).toHaveLength(1);
    expect(byName.get("dub-exp-0020")).toMatchObject({ status: "Expired", statusReason: "Cloned" });
  });

  it("that is not there is not_found with Azure's code and request id", async () => {
    const ref = { ...(await refOf("ams-app-0001")), name: "no-such-machine" };
    await expect(operator.hybridCompute.getMachine(ref)).rejects.toMatchObject({
      code: "not_found",
      azure: { status: 404, code: "ResourceNotFound", service: "arm", requestId: expect.any(String) },
    });
  });

  it("that a person may not read is forbidden with Azure's own words", async () => {
    const ref = await refOf("ams-app-0001");
    await expect(fixture.clientsFor(NOBODY).hybridCompute.getMachine(ref)).rejects.toMatchObject({
      code: "forbidden",
      azure: { code: "AuthorizationFailed", message: expect.stringContaining("Microsoft.HybridCompute/machines/read") },
    });
  });

  it("gets its system-assigned identity by PATCH and answers the new principal", async () => {
    const ref = await refOf("ams-noid-0014");
    const { machine } = await operator.hybridCompute.patchMachine(ref, { identity: { type: "SystemAssigned" } });
    expect(machine.identity.kind).toBe("SystemAssigned");
    const principal = await operator.graph.getServicePrincipal(machine.identity.principalId ?? "");
    expect(principal?.displayName).toBe("ams-noid-0014");
  });
});

describe("the sign-in extension", () => {
  async function pollToEnd(start: { operationUrl: string | null; locationUrl: string | null }) {
    const seen: string[] = [];
    for (let polls = 0; polls < 10; polls++) {
      const status: LongRunningStatus = await operator.hybridCompute.pollOperation(start);
      seen.push(status.azureStatus);
      if (status.phase !== "running") return { status, seen };
      await control.advanceClock(3_000);
    }
    throw new Error(`still running: ${seen.join(" ")}`);
  }

  it("is installed by one PUT whose body arrives as written, polled by the signed address, found and removed again [C31]", async () => {
    const ref = await refOf("ams-app-0001");
    const body = signInExtensionBody({ location: "westeurope", mdmId: "" });
    const withUpgrade = { ...body, properties: { ...body.properties, enableAutomaticUpgrade: true } };
    const start = await operator.hybridCompute.putExtension(ref, "AADLogin", withUpgrade);
    expect(start).toMatchObject({ status: 202, body: null, retryAfterSeconds: null, requestId: expect.any(String) });
    expect(start.operationUrl).toContain("https://management.azure.com/");

    const [put] = (await armRequests("/extensions/aadlogin")).filter((exchange) => exchange.method === "PUT");
    expect(JSON.parse(put?.requestBody ?? "")).toEqual(withUpgrade);
    expect(new URL(put?.url ?? "").pathname).toMatch(
      /\/providers\/Microsoft\.HybridCompute\/machines\/ams-app-0001\/extensions\/AADLogin$/,
    );
    expect(put?.url).toContain("api-version=2025-01-13");

    const { status, seen } = await pollToEnd(start);
    expect(status).toMatchObject({ phase: "succeeded", failure: null });
    expect(seen).toContain("InProgress");
    const extension = await operator.hybridCompute.getExtension(ref, "AADLogin");
    expect(extension).toMatchObject({ type: WINDOWS_SIGN_IN_TYPE, provisioningState: "Succeeded", settings: { mdmId: "" } });
    expect(extension?.enableAutomaticUpgrade).toBe(true);

    await pollToEnd(await operator.hybridCompute.deleteExtension(ref, "AADLogin"));
    expect(await operator.hybridCompute.getExtension(ref, "AADLogin")).toBeNull();
  });

  it("that fails on the machine ends as failed with Azure's words", async () => {
    const ref = await refOf("fra-sql-0007");
    const { machine } = await operator.hybridCompute.getMachine(ref);
    const body = signInExtensionBody({ location: machine.location, mdmId: "" });
    const { status } = await pollToEnd(await operator.hybridCompute.putExtension(ref, "AADLogin", body));
    expect(status.phase).toBe("failed");
    expect(status.failure?.message).toContain("51");
  });

  it("may not be written by a reader, and Azure's refusal names the action", async () => {
    const ref = await refOf("ams-app-0001");
    const body = signInExtensionBody({ location: "westeurope", mdmId: "" });
    await expect(fixture.clientsFor(READER).hybridCompute.putExtension(ref, "AADLogin", body)).rejects.toMatchObject({
      code: "forbidden",
      azure: { message: expect.stringContaining("Microsoft.HybridCompute/machines/extensions/write") },
    });
  });

  it("is never asked about at an address of another host", async () => {
    const start = { operationUrl: "https://evil.example/op?api-version=1", locationUrl: null };
    await expect(operator.hybridCompute.pollOperation(start)).rejects.toMatchObject({
      code: "upstream",
      azure: { code: "Portal.AddressRefused" },
    });
  });

  it("has its versions listed newest first", async () => {
    const { subscriptionId } = await refOf("ams-app-0001");
    const versions = await operator.hybridCompute.extensionVersions({
      subscriptionId,
      location: "westeurope",
      publisher: "Microsoft.Azure.ActiveDirectory",
      type: WINDOWS_SIGN_IN_TYPE,
    });
    expect(versions[0]).toMatch(/^2\./);
  });
});

describe("the operator's own rights", () => {
  it("come from Azure for the machine, without an empty segment in the path", async () => {
    const ref = await refOf("ams-app-0001");
    const rights = await operator.authorization.permissionsAtMachine(ref);
    expect(operatorPermissions(rights)).toMatchObject({ writeExtension: { allowed: true }, signInAsUser: { allowed: false } });
    const readerRights = await fixture.clientsFor(READER).authorization.permissionsAtMachine(ref);
    expect(operatorPermissions(readerRights)).toMatchObject({
      readMachine: { allowed: true },
      writeExtension: { allowed: false },
    });
    const [exchange] = await armRequests("/providers/microsoft.authorization/permissions");
    expect(new URL(exchange?.url ?? "").pathname).not.toContain("//");
  });
});

describe("the activity log", () => {
  it("shows one row per operation with its last state", async () => {
    const ref = await refOf("ams-app-0001");
    const { machine } = await operator.hybridCompute.getMachine(ref);
    await operator.hybridCompute.patchMachine(ref, { tags: { owner: "p2b" } });
    await control.advanceClock(600_000);
    const later = fixture.clientsFor(OPERATOR, { clock: { now: () => new Date(Date.now() + 3_600_000) } });
    const entries = await later.resourceManager.listActivity(machine.id, new Date(0));
    const writes = entries.filter((entry) => entry.operation === "Microsoft.HybridCompute/machines/write");
    expect(writes[0]).toMatchObject({ status: "Succeeded", caller: OPERATOR, source: "azure" });
    expect(new Set(writes.map((entry) => entry.correlationId)).size).toBe(writes.length);
  });
});

describe("in 21Vianet mode", () => {
  it("every host on the wire is a Chinese one", async () => {
    const running = await startLocalAzure({ machines: 25, cloud: "china" });
    const wire = createControlClient(running.controlOrigin);
    try {
      const clients = createClientFixture({ origin: running.origin, cloudId: "china", token: wire.token }).clientsFor(OPERATOR);
      await clients.resourceManager.listSubscriptions();
      await clients.resourceGraph.query({ query: "resources | project id" });
      for await (const _page of clients.graph.managedIdentityPages()) break;
      const hosts = (await wire.requests()).map((exchange) => `${exchange.face} ${exchange.host}`);
      expect([...new Set(hosts)].toSorted()).toEqual([
        "arm management.chinacloudapi.cn",
        "graph microsoftgraph.chinacloudapi.cn",
        "resourceGraph management.chinacloudapi.cn",
      ]);
    } finally {
      await running.close();
    }
  });
});
