import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { HybridComputeManagementClient } from "@azure/arm-hybridcompute";
import type { AccessToken, TokenCredential } from "@azure/core-auth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueToken } from "../control/token-desk.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { armTestClient, OLIVIA } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const SUB = subscriptionIdOf("prodEu1");

beforeAll(async () => {
  const options = { extensionQueuedMs: 20, extensionRunningMs: 60, armPageSizes: [40, 9], enforceQuotas: false };
  azure = await startLocalAzure({ machines: 250, tls: true, options });
});
afterAll(async () => {
  await azure.close();
});

function credential(upn = OLIVIA): TokenCredential {
  return {
    getToken: async (): Promise<AccessToken> => ({
      token: await issueToken(azure.instance, { upn, resource: "arm" }),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
}

function clientOptions() {
  return {
    endpoint: azure.tlsOrigin ?? "",
    credentialScopes: "https://management.azure.com/.default",
    tlsOptions: { ca: azure.caPem ?? "" },
  };
}

const machines = (upn?: string): HybridComputeManagementClient =>
  new HybridComputeManagementClient(credential(upn), SUB, clientOptions());
const roles = (): AuthorizationManagementClient => new AuthorizationManagementClient(credential(), SUB, clientOptions());
const FAST = { updateIntervalInMs: 10 };

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of pages) all.push(item);
  return all;
}

describe("the unmodified @azure/arm-hybridcompute over TLS", () => {
  it("lists every machine of a subscription across uneven pages", async () => {
    const expected = azure.world.machines.filter((spec) => spec.subscriptionId === SUB).length;
    expect(expected).toBeGreaterThan(49);
    const found = await collect(machines().machines.listBySubscription());
    expect(new Set(found.map((item) => item.id)).size).toBe(expected);
  });

  it("reads one machine at its own old version, dates parsed", async () => {
    const machine = await machines().machines.get("rg-app-ams", "ams-app-0001");
    expect([machine.name, machine.properties?.status, machine.properties?.osSku]).toEqual([
      "ams-app-0001",
      "Connected",
      "Windows Server 2025 Datacenter",
    ]);
    expect(machine.properties?.lastStatusChange).toBeInstanceOf(Date);
  });

  it("keeps a status that its types do not know", async () => {
    const own = new HybridComputeManagementClient(credential(), arm.machine("dub-exp-0020").subscriptionId, clientOptions());
    expect((await own.machines.get("rg-exp-dub", "dub-exp-0020")).properties?.status).toBe("Expired");
  });

  it("creates, reads, lists, updates and deletes an extension through the long-running operations", async () => {
    const client = machines().machineExtensions;
    const properties = {
      publisher: "Microsoft.Azure.ActiveDirectory",
      type: "AADLoginForWindows",
      typeHandlerVersion: "2.1.0.0",
      settings: { mdmId: "" },
    };
    const made = await client.beginCreateOrUpdateAndWait(
      "rg-app-ams",
      "ams-app-0001",
      "AADLogin",
      { location: "westeurope", properties },
      FAST,
    );
    expect([made.name, made.properties?.provisioningState]).toEqual(["AADLogin", "Succeeded"]);
    const listed = await collect(client.list("rg-app-ams", "ams-app-0001"));
    expect(listed.map((item) => item.name)).toEqual(["AADLogin"]);
    await client.beginUpdateAndWait("rg-app-ams", "ams-app-0001", "AADLogin", { properties: { settings: { mdmId: "x" } } }, FAST);
    expect((await client.get("rg-app-ams", "ams-app-0001", "AADLogin")).properties?.settings).toEqual({ mdmId: "x" });
    await client.beginDeleteAndWait("rg-app-ams", "ams-app-0001", "AADLogin", FAST);
    await expect(client.get("rg-app-ams", "ams-app-0001", "AADLogin")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
  });

  it("reports a handler that fails with code and message", async () => {
    const own = new HybridComputeManagementClient(credential(), arm.machine("fra-sql-0007").subscriptionId, clientOptions());
    const body = {
      location: arm.machine("fra-sql-0007").location,
      properties: { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows" },
    };
    const run = own.machineExtensions.beginCreateOrUpdateAndWait("rg-sql-fra", "fra-sql-0007", "AADLogin", body, FAST);
    await expect(run).rejects.toThrow(/51/);
  });

  it("meets AuthorizationFailed as a reader", async () => {
    const run = machines("rene.reader@contoso.example").machineExtensions.beginDeleteAndWait(
      "rg-app-ams",
      "ams-app-0002",
      "AADLogin",
    );
    await expect(run).rejects.toMatchObject({ statusCode: 403, code: "AuthorizationFailed" });
  });

  it("deletes a machine synchronously at its version", async () => {
    await machines().machines.delete("rg-app-ams", "none");
    const own = new HybridComputeManagementClient(credential(), arm.machine("ams-pki-0040").subscriptionId, clientOptions());
    await own.machines.delete("rg-pki-ams", "ams-pki-0040");
    await expect(own.machines.get("rg-pki-ams", "ams-pki-0040")).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe("the unmodified @azure/arm-authorization over TLS", () => {
  const scope = `/subscriptions/${SUB}`;

  it("lists role assignments for a scope whose path starts with a double slash", async () => {
    const found = await collect(roles().roleAssignments.listForScope(scope, { filter: "atScope()" }));
    expect(found.length).toBeGreaterThan(5);
    expect(found[0]?.createdOn).toBeInstanceOf(Date);
    expect(found.every((item) => item.type === "Microsoft.Authorization/roleAssignments")).toBe(true);
  });

  it("gets an assignment by its id", async () => {
    const [first] = await collect(roles().roleAssignments.listForScope(scope));
    expect((await roles().roleAssignments.getById(first?.id ?? "")).name).toBe(first?.name);
  });

  it("lists role definitions and gets one", async () => {
    const readers = await collect(roles().roleDefinitions.list(scope, { filter: "roleName eq 'Reader'" }));
    expect(readers.map((item) => item.name)).toEqual([ROLE_IDS.reader]);
    expect((await roles().roleDefinitions.get(scope, ROLE_IDS.adminLogin)).roleName).toBe("Virtual Machine Administrator Login");
  });

  it("lists the caller's permissions of a group and of a machine", async () => {
    const group = await collect(roles().permissions.listForResourceGroup("rg-app-ams"));
    const machine = await collect(
      roles().permissions.listForResource("rg-app-ams", "Microsoft.HybridCompute", "", "machines", "ams-app-0001"),
    );
    expect(group.length).toBe(3);
    expect(machine).toEqual(group);
  });

  it("finds no deny assignments where there are none", async () => {
    const sandbox = `/subscriptions/${subscriptionIdOf("sandbox")}`;
    expect(await collect(roles().denyAssignments.listForScope(sandbox))).toEqual([]);
  });
});
