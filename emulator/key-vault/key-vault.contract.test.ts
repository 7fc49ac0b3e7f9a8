import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { armTestClient } from "../arm/test-client.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { type ControlClient, createControlClient } from "../testing/control-client.ts";
import { ACCESS_ROLES, machineIdentity, ordinaryPerson } from "../world/access-catalogue.ts";
import { groupIdOf } from "../world/people.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { stableGuid } from "../world/random.ts";

const VAULT = `/subscriptions/${subscriptionIdOf("platform")}/resourceGroups/rg-identities/providers/Microsoft.KeyVault/vaults/kv-contoso-platform`;
const AUDIENCE = "https://vault.azure.net";

let azure: LocalAzure;
let control: ControlClient;
let snapshot: string;
const arm = armTestClient(() => azure);

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  snapshot = await control.snapshot();
});
beforeEach(() => control.restore(snapshot));
afterAll(() => azure.close());

type Read = { status: number; body: { value?: string; error?: { code: string; message: string } }; headers: Headers };

async function read(vault: string, secret: string, token: string | null): Promise<Read> {
  const headers = {
    "x-forwarded-host": `${vault}.vault.azure.net`,
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(`${azure.origin}/secrets/${secret}?api-version=7.4`, { headers });
  return { status: response.status, body: (await response.json()) as Read["body"], headers: response.headers };
}

describe("a secret", () => {
  it("is read by the identity that holds the role at the vault, and by no other", async () => {
    const answer = await read("kv-contoso-prod", "sql-connection", await control.machineToken("ams-app-0001", AUDIENCE));
    expect([answer.status, answer.body.value]).toEqual([200, "local-azure-only-sql-connection"]);
    const other = await read("kv-contoso-prod", "sql-connection", await control.machineToken("ams-rdp-0003", AUDIENCE));
    expect([other.status, other.body.error?.code]).toEqual([403, "Forbidden"]);
    expect(other.body.error?.message).toContain(`oid=${machineIdentity(1, "ams-rdp-0003")}`);
    expect(other.body.error?.message).toContain("Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'");
  });

  it("becomes readable by a grant at the vault through ARM, once that has replicated", async () => {
    await control.setOptions({ replicationDelayMs: 30_000 });
    const token = await control.machineToken("ams-rdp-0003", AUDIENCE);
    expect((await read("kv-contoso-platform", "agent-key", token)).status).toBe(403);
    const made = await arm.call("PUT", `${VAULT}/providers/Microsoft.Authorization/roleAssignments/${stableGuid(2, "grant")}`, {
      upn: "ada.admin@contoso.example",
      apiVersion: "2022-04-01",
      body: {
        properties: {
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ACCESS_ROLES.vaultSecretsUser}`,
          principalId: machineIdentity(1, "ams-rdp-0003"),
          principalType: "ServicePrincipal",
        },
      },
    });
    expect(made.status).toBe(201);
    expect((await read("kv-contoso-platform", "agent-key", token)).status).toBe(403);
    await control.advanceClock(30_000);
    const answer = await read("kv-contoso-platform", "agent-key", token);
    expect([answer.status, answer.body.value]).toEqual([200, "local-azure-only-agent-key"]);
  });

  it("is not found under another name, and a vault that is not there is named", async () => {
    const token = await control.machineToken("ams-app-0001", AUDIENCE);
    expect((await read("kv-contoso-prod", "none", token)).body.error?.code).toBe("SecretNotFound");
    expect((await read("kv-none", "none", token)).body.error?.code).toBe("VaultNotFound");
  });

  it("needs a token for vaults", async () => {
    const none = await read("kv-contoso-prod", "sql-connection", null);
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer authorization="https://login.windows.net/common", resource="https://vault.azure.net"',
    ]);
    const wrong = await read("kv-contoso-prod", "sql-connection", await control.machineToken("ams-app-0001"));
    expect([wrong.status, wrong.body.error?.code]).toEqual([401, "Unauthorized"]);
  });

  it("is not kept in the list of requests", async () => {
    await read("kv-contoso-prod", "sql-connection", await control.machineToken("ams-app-0001", AUDIENCE));
    expect(JSON.stringify(await control.requests({ face: "keyVault" }))).not.toContain("local-azure-only-sql");
  });
});

describe("the token of a machine", () => {
  it("works for Resource Manager too, with the rights of the identity", async () => {
    const token = await control.machineToken("ams-app-0001");
    const vault = VAULT.replace(subscriptionIdOf("platform"), subscriptionIdOf("prodEu1")).replace("platform", "prod");
    const get = (id: string) =>
      fetch(`${azure.origin}${id}?api-version=2023-07-01`, { headers: { authorization: `Bearer ${token}` } });
    expect((await get(vault)).status).toBe(403);
    const sql = await control.machineToken("fra-sql-0007");
    const group = `/subscriptions/${subscriptionIdOf("prodEu2")}/resourcegroups/rg-sql-fra?api-version=2022-09-01`;
    expect((await fetch(azure.origin + group, { headers: { authorization: `Bearer ${sql}` } })).status).toBe(200);
  });

  it.each([
    ["ams-noid-0014", "has no identity"],
    ["dub-exp-0020", "expired on"],
    ["nowhere", "There is no machine"],
  ])("of %s is refused, because it %s", async (machine, why) => {
    await expect(control.machineToken(machine)).rejects.toThrow(why);
  });
});

describe("control of the directory", () => {
  const machine = `/subscriptions/${subscriptionIdOf("prodEu1")}/resourceGroups/rg-app-ams/providers/Microsoft.HybridCompute/machines/ams-app-0001`;
  const question = (name: string) => ({
    principalId: ordinaryPerson(1, name),
    action: "Microsoft.HybridCompute/machines/loginAsAdmin/action",
    dataAction: true,
    scope: machine,
  });

  it("decisions say by which assignment, and what depends on a condition", async () => {
    const write = { action: "Microsoft.Authorization/roleAssignments/write", scope: machine };
    const answers = await control.decisions([
      question("hanna.lindqvist"),
      question("jia.novak"),
      { principalId: ordinaryPerson(1, "ivan.novak"), ...write },
    ]);
    expect(answers.map((answer) => answer.outcome)).toEqual(["allowed", "denied", "depends"]);
    const row = azure.world.roleAssignments.find((one) => one.name === answers[0]?.assignment);
    expect(row?.principalId).toBe(groupIdOf(1, "windowsAdmins"));
  });

  it("members who leave and principals who are deleted lose what they held through groups", async () => {
    const hanna = question("hanna.lindqvist");
    await control.changeGroup(groupIdOf(1, "contractors"), { remove: [hanna.principalId] });
    expect((await control.decisions([hanna]))[0]?.outcome).toBe("denied");
    await control.changeGroup(groupIdOf(1, "onCall"), { add: [hanna.principalId] });
    expect((await control.decisions([hanna]))[0]?.outcome).toBe("allowed");
    await control.removePrincipal(groupIdOf(1, "onCall"));
    expect((await control.decisions([hanna]))[0]?.outcome).toBe("denied");
    const id = await control.addGroup("Fresh", [hanna.principalId]);
    expect(azure.world.groups.find((row) => row.id === id)?.memberIds).toEqual([hanna.principalId]);
    await expect(control.removePrincipal("nobody")).rejects.toThrow("There is no principal");
  });
});
