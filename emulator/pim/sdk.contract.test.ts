import { randomUUID } from "node:crypto";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf } from "../arm/test-client.ts";
import { issueToken } from "../control/token-desk.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { personaId } from "../world/personas.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { ADA, ANTON, HOUR, OPERATOR, OPERATOR_ID, pimTestClient, sub } from "./test-support.ts";

let azure: LocalAzure;
const pim = pimTestClient(() => azure);
const SANDBOX = sub("sandbox");

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, tls: true, options: { enforceQuotas: false } });
});
afterAll(() => azure.close());

function client(upn = OPERATOR, acrs: string[] = []): AuthorizationManagementClient {
  const getToken = async () => ({
    token: await issueToken(azure.instance, { upn, resource: "arm" as const, acrs }),
    expiresOnTimestamp: Date.now() + HOUR,
  });
  return new AuthorizationManagementClient({ getToken }, subscriptionIdOf("sandbox"), {
    endpoint: azure.tlsOrigin ?? "",
    credentialScopes: "https://management.azure.com/.default",
    tlsOptions: { ca: azure.caPem ?? "" },
  });
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of pages) all.push(item);
  return all;
}

const activation = {
  principalId: OPERATOR_ID,
  roleDefinitionId: `${SANDBOX}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.contributor}`,
  requestType: "SelfActivate",
  justification: "SDK",
  scheduleInfo: { startDateTime: new Date(0), expiration: { type: "AfterDuration", duration: "PT1H" } },
};

describe("Privileged Identity Management through the unmodified @azure/arm-authorization", () => {
  it("activates, validates, lists at the tenant and reads by name", async () => {
    const { roleAssignmentScheduleRequests: requests } = client();
    expect((await requests.validate(SANDBOX, randomUUID(), activation)).status).toBe("Granted");
    const name = randomUUID();
    const made = await requests.create(SANDBOX, name, activation);
    expect([made.status, made.name, made.scheduleInfo?.startDateTime instanceof Date]).toEqual(["Provisioned", name, true]);
    const listed = await collect(requests.listForScope("", { filter: "asTarget()" }));
    expect(listed.map((row) => row.name)).toContain(name);
    expect((await requests.get(SANDBOX, name)).id).toBe(made.id);
    await expect(requests.cancel(SANDBOX, name)).rejects.toMatchObject({ statusCode: 400, code: "RequestCannotBeCancelled" });
  });

  it("makes a row of Resource Graph that ends with it", async () => {
    const end = azure.clock.nowMs() + 2 * HOUR;
    const rows = async (): Promise<number> => {
      const query = `authorizationresources | where type == "microsoft.authorization/roleassignments" | where properties.principalId == "${OPERATOR_ID}" | where properties.scope == "${sub("nonProd1")}"`;
      const headers = {
        authorization: `Bearer ${await issueToken(azure.instance, { upn: OPERATOR, resource: "arm" })}`,
        "content-type": "application/json",
      };
      const url = `${azure.origin}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`;
      const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query }) });
      return ((await answer.json()) as { count: number }).count;
    };
    expect(await rows()).toBe(0);
    expect((await pim.put(sub("nonProd1"), ROLE_IDS.adminLogin)).status).toBe(201);
    expect(await rows()).toBe(1);
    azure.clock.set(end);
    expect(await rows()).toBe(0);
  });

  it("reads twenty eligibilities of the operator in one call, and where they apply", async () => {
    const rows = await collect(client().roleEligibilityScheduleInstances.listForScope("", { filter: "asTarget()" }));
    expect(rows).toHaveLength(20);
    expect(rows.filter((row) => row.memberType === "Group")).toHaveLength(1);
    const filter = "resourceType eq 'Subscription'";
    const landingZones = "/providers/Microsoft.Management/managementGroups/contoso-landing-zones";
    const children = await collect(client().eligibleChildResources.list(landingZones, { filter }));
    expect(children.map((row) => row.name)).toEqual(["Sandbox"]);
  });

  it("changes a policy and reads it back through its assignment, page after page", async () => {
    const { roleManagementPolicies, roleManagementPolicyAssignments } = client(ADA);
    const all = await collect(roleManagementPolicyAssignments.listForScope(SANDBOX));
    expect(all.length).toBe(new Set(all.map((row) => row.name)).size);
    expect(all.length).toBeGreaterThan(400);
    const mine = all.find((row) => row.roleDefinitionId?.endsWith(ROLE_IDS.contributor));
    const rule = mine?.effectiveRules?.find((one) => one.id === "Expiration_EndUser_Assignment");
    const changed = { ...rule, ruleType: "RoleManagementPolicyExpirationRule" as const, maximumDuration: "PT3H" };
    const answer = await roleManagementPolicies.update(SANDBOX, mine?.policyId?.split("/").at(-1) ?? "", { rules: [changed] });
    expect(answer.rules).toHaveLength(17);
    const again = await roleManagementPolicyAssignments.get(SANDBOX, mine?.name ?? "");
    expect(again.effectiveRules).toContainEqual(expect.objectContaining({ id: rule?.id, maximumDuration: "PT3H" }));
  });
});

describe("a reader with approval and step-up", () => {
  const rene = { principalId: personaId("rene.reader"), justification: "Tags of the test servers" };
  const RENE = "rene.reader@contoso.example";

  it("may write a machine only from the decision to the end", async () => {
    const machine = azure.world.machines.find((row) => `/subscriptions/${row.subscriptionId}` === sub("prodUs1"));
    const path = `${sub("prodUs1")}/resourceGroups/${machine?.resourceGroup}/providers/Microsoft.HybridCompute/machines/${machine?.name}`;
    const token = () => issueToken(azure.instance, { upn: RENE, resource: "arm" });
    const write = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${await token()}`, "content-type": "application/json" };
      const url = `${azure.origin}${path}?api-version=2025-01-13`;
      return (await fetch(url, { method: "PATCH", headers, body: JSON.stringify({ tags: { elevated: "yes" } }) })).status;
    };
    expect(await write()).toBe(403);
    const put = (acrs: string[]) => pim.put(sub("prodUs1"), ROLE_IDS.machineAdministrator, rene, { upn: RENE, acrs });
    expect(errorOf(await put([])).code).toBe("RoleAssignmentRequestAcrsValidationFailed");
    const made = await put(["c1"]);
    expect([made.status, await write()]).toEqual([201, 403]);
    const { approvalId } = made.body.properties as { approvalId: string };
    await pim.decide(approvalId, ANTON, { reviewResult: "Approve", justification: "Agreed" });
    expect(await write()).toBe(200);
    azure.clock.advance(HOUR);
    expect(await write()).toBe(403);
  });
});
