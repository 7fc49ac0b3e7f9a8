import { AuthorizationManagementClient } from "@azure/arm-authorization";
import type { AccessToken, TokenCredential } from "@azure/core-auth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWireJudge, scoreLine } from "../conformance/wire-judge.ts";
import { issueToken } from "../control/token-desk.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { ACCESS_ROLES, ordinaryPerson } from "../world/access-catalogue.ts";
import { groupIdOf } from "../world/people.ts";
import { personaId } from "../world/personas.ts";
import { subscriptionIdOf } from "../world/places.ts";
import { stableGuid } from "../world/random.ts";
import { ROLE_IDS } from "../world/roles.ts";

const DAY_MS = 86_400_000;
const ADA = "ada.admin@contoso.example";
const SUB_ID = subscriptionIdOf("prodEu1");
const SUB = `/subscriptions/${SUB_ID}`;
const MACHINE = `${SUB}/resourceGroups/rg-app-ams/providers/Microsoft.HybridCompute/machines/ams-app-0001`;
const PRODUCTION = "/providers/Microsoft.Management/managementGroups/contoso-production";
const BEN = ordinaryPerson(1, "ben.moreau");

let azure: LocalAzure;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, tls: true, options: { enforceQuotas: false, recordBodyChars: 4_000_000 } });
});
afterAll(() => azure.close());

function client(upn = ADA): AuthorizationManagementClient {
  const credential: TokenCredential = {
    getToken: async (): Promise<AccessToken> => ({
      token: await issueToken(azure.instance, { upn, resource: "arm" }),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  return new AuthorizationManagementClient(credential, SUB_ID, {
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

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => "no refusal",
    (error: { statusCode?: number; code?: string }) => `${error.statusCode} ${error.code}`,
  );

describe("role assignments through the unmodified @azure/arm-authorization", () => {
  it("are created at a machine, read by name and by id, listed by filter, and deleted", async () => {
    const { roleAssignments } = client();
    const name = stableGuid(3, "sdk");
    const made = await roleAssignments.create(MACHINE, name, {
      roleDefinitionId: `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS.userLogin}`,
      principalId: groupIdOf(1, "helpdesk"),
      principalType: "Group",
    });
    expect([made.scope, made.principalType]).toEqual([MACHINE, "Group"]);
    expect((await roleAssignments.get(MACHINE, name)).id).toBe(made.id);
    expect((await roleAssignments.getById(made.id ?? "")).name).toBe(name);
    const filter = `atScope() and assignedTo('${ordinaryPerson(1, "hanna.moreau")}')`;
    const listed = await collect(roleAssignments.listForScope(MACHINE, { filter }));
    expect(listed.map((row) => row.name)).toContain(name);
    expect((await roleAssignments.deleteById(made.id ?? "")).name).toBe(name);
    expect(await refusal(roleAssignments.get(MACHINE, name))).toBe("404 RoleAssignmentNotFound");
  });

  it("come in pages when there are many", async () => {
    const template = azure.world.roleAssignments[0];
    if (template === undefined) throw new Error("the world has assignments");
    const scope = `/subscriptions/${subscriptionIdOf("sandbox")}`;
    for (let n = 0; n < 2_345; n += 1) azure.world.roleAssignments.push({ ...template, scope, name: stableGuid(4, `many-${n}`) });
    const rows = await collect(client().roleAssignments.listForScope(scope));
    expect(rows.filter((row) => row.scope === scope).length).toBeGreaterThanOrEqual(2_345);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  });
});

describe("custom roles through the SDK", () => {
  const id = stableGuid(3, "custom-role");
  const body = (over: object = {}) => ({
    roleName: "Log collector",
    roleType: "CustomRole",
    description: "reads",
    assignableScopes: [SUB],
    permissions: [{ actions: ["Microsoft.HybridCompute/machines/read"], notActions: [], dataActions: [], notDataActions: [] }],
    ...over,
  });

  it("are created, found, changed and deleted", async () => {
    const { roleDefinitions } = client();
    const made = await roleDefinitions.createOrUpdate(SUB, id, body());
    expect([made.roleName, made.roleType, made.assignableScopes]).toEqual(["Log collector", "CustomRole", [SUB]]);
    await roleDefinitions.createOrUpdate(SUB, id, body({ description: "reads more" }));
    const found = await collect(roleDefinitions.list(MACHINE, { filter: "roleName eq 'log collector'" }));
    expect(found.map((row) => row.description)).toEqual(["reads more"]);
    expect((await roleDefinitions.delete(SUB, id)).name).toBe(id);
    expect(await refusal(roleDefinitions.get(SUB, id))).toBe("404 RoleDefinitionDoesNotExist");
  });

  it("a changed role counts at once", async () => {
    const { roleDefinitions } = client();
    const lotte = { tenantId: azure.world.tenants[0]?.id ?? "", objectId: ordinaryPerson(1, "lotte.novak") };
    const may = () =>
      azure.instance.context.isAllowed({ ...CALLER, ...lotte }, "Microsoft.HybridCompute/machines/extensions/write", MACHINE);
    const role = await roleDefinitions.get(SUB, ACCESS_ROLES.runCommandOperator);
    expect(may()).toBe(false);
    const { roleName, roleType, description, assignableScopes } = role;
    const permissions = [
      { actions: ["Microsoft.HybridCompute/machines/*"], notActions: [], dataActions: [], notDataActions: [] },
    ];
    const given = { roleName, roleType, description, assignableScopes, permissions } as Parameters<
      typeof roleDefinitions.createOrUpdate
    >[2];
    await roleDefinitions.createOrUpdate(SUB, ACCESS_ROLES.runCommandOperator, given);
    expect(may()).toBe(true);
  });

  it.each<[string, object, string]>([
    ["the name of another role", { roleName: "READER" }, "409 RoleDefinitionWithSameNameExists"],
    ["no name", { roleName: "" }, "400 InvalidRoleDefinition"],
    ["the root as scope", { assignableScopes: ["/"] }, "400 InvalidRoleDefinition"],
    ["no scope", { assignableScopes: [] }, "400 InvalidRoleDefinition"],
    [
      "two management groups",
      { assignableScopes: [PRODUCTION, "/providers/Microsoft.Management/managementGroups/contoso-platform"] },
      "400 InvalidRoleDefinition",
    ],
    ["a scope that is not there", { assignableScopes: [`${SUB}/resourceGroups/rg-none`] }, "404 ResourceGroupNotFound"],
    ["an action of no provider", { permissions: [{ actions: ["Contoso.Own/read"] }] }, "400 InvalidActionOrNotAction"],
    ["no action at all", { permissions: [{ actions: [] }] }, "400 InvalidRoleDefinition"],
    ["a built-in type", { roleType: "BuiltInRole" }, "400 InvalidRoleDefinition"],
  ])("with %s are refused", async (_case, over, expected) => {
    const call = client().roleDefinitions.createOrUpdate(SUB, stableGuid(3, "refused"), body(over));
    expect(await refusal(call)).toBe(expected);
  });

  it("cannot be changed when built in, nor deleted while assigned, nor written with rights at one of two scopes", async () => {
    const { roleDefinitions } = client();
    expect(await refusal(roleDefinitions.createOrUpdate(SUB, ROLE_IDS.reader, body()))).toBe("403 RoleDefinitionNotAllowed");
    expect(await refusal(roleDefinitions.delete(SUB, ROLE_IDS.customDeployer))).toBe("400 RoleDefinitionHasAssignments");
    const nonProd = `/subscriptions/${subscriptionIdOf("nonProd1")}`;
    const owner = client("elif.novak@contoso.example");
    const both = body({ assignableScopes: [nonProd, SUB] });
    expect(await refusal(owner.roleDefinitions.createOrUpdate(nonProd, id, both))).toBe("403 AuthorizationFailed");
  });
});

const CALLER = {
  kind: "user" as const,
  appId: "",
  scopes: [],
  acrs: [],
  amr: [],
  canStepUp: false,
  issuedAtMs: 0,
  claims: {},
};

describe("deny assignments through the SDK", () => {
  const machine = `/subscriptions/${subscriptionIdOf("prodEu2")}/resourceGroups/rg-sql-fra/providers/Microsoft.HybridCompute/machines/fra-sql-0007`;
  const hanna = { ...CALLER, tenantId: "10ca1a2e-0000-4000-8000-000000000001", objectId: ordinaryPerson(1, "hanna.lindqvist") };

  it("are listed at a machine with what they deny, by name and by principal", async () => {
    const { denyAssignments } = client();
    const [row, ...others] = await collect(denyAssignments.listForScope(machine, { filter: "atScope()" }));
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      denyAssignmentName: "Contractors do not administer database servers",
      isSystemProtected: false,
      permissions: [{ dataActions: ["Microsoft.HybridCompute/machines/loginAsAdmin/action"] }],
    });
    expect((await denyAssignments.getById(row?.id ?? "")).denyAssignmentName).toBe(row?.denyAssignmentName);
    const root = "/providers/Microsoft.Management/managementGroups/contoso-landing-zones";
    const filter = `principalId eq '${groupIdOf(1, "contractors")}'`;
    expect((await collect(denyAssignments.listForScope(root, { filter }))).map((one) => one.name)).toEqual([row?.name]);
  });

  it("take away what a role gives, for those they name and nobody else", () => {
    const { context } = azure.instance;
    const asAdmin = "Microsoft.HybridCompute/machines/loginAsAdmin/action";
    const elsewhere = machine.replace("rg-sql-fra", "rg-old-fra").replace("fra-sql-0007", "fra-old-0009");
    const team = { ...hanna, objectId: ordinaryPerson(1, "hanna.jansen") };
    expect([machine, elsewhere].map((scope) => context.isAllowed(hanna, asAdmin, scope, true))).toEqual([false, true]);
    expect(context.isAllowed(hanna, "Microsoft.HybridCompute/machines/login/action", machine, true)).toBe(true);
    expect(context.isAllowed(team, asAdmin, machine, true)).toBe(true);
  });

  it("exclude those they exclude, and spare what is below when they say so", () => {
    const { context } = azure.instance;
    const controller = `/subscriptions/${subscriptionIdOf("tier0")}/resourceGroups/rg-dc-ams`;
    const remove = (key: string, scope: string, action: string) =>
      context.isAllowed({ ...hanna, objectId: personaId(key) }, action, scope);
    expect(remove("olivia.operator", controller, "Microsoft.HybridCompute/machines/delete")).toBe(false);
    expect(remove("ada.admin", controller, "Microsoft.HybridCompute/machines/delete")).toBe(true);
    const group = `${SUB}/resourceGroups/rg-identities`;
    const action = "Microsoft.Resources/subscriptions/resourceGroups/delete";
    expect(remove("ada.admin", group, action)).toBe(false);
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-contoso-prod`;
    expect(remove("ada.admin", vault, "Microsoft.KeyVault/vaults/delete")).toBe(true);
  });
});

describe("Privileged Identity Management through the SDK", () => {
  const prodEu2 = `/subscriptions/${subscriptionIdOf("prodEu2")}`;

  it("an activation shows its end and its eligibility, a standing assignment has neither", async () => {
    const filter = `principalId eq '${BEN}'`;
    const [row] = await collect(client().roleAssignmentScheduleInstances.listForScope(prodEu2, { filter }));
    expect(row).toMatchObject({ assignmentType: "Activated", memberType: "Direct", scope: prodEu2, principalId: BEN });
    const schedule = azure.world.roleSchedules.find((one) => one.instanceName === row?.name);
    expect(row?.endDateTime?.getTime()).toBe(schedule?.endMs);
    const eligible = await collect(client().roleEligibilityScheduleInstances.listForScope(prodEu2, { filter }));
    expect(eligible.map((one) => one.id)).toEqual([row?.linkedRoleEligibilityScheduleInstanceId]);
    const assignments = await collect(client().roleAssignments.listForScope(prodEu2, { filter }));
    expect(assignments.map((one) => one.id)).toEqual([row?.originRoleAssignmentId]);
    const standing = await collect(client().roleAssignmentScheduleInstances.listForScope(prodEu2, { filter: "atScope()" }));
    const ada = standing.find((one) => one.principalId === personaId("ada.admin"));
    expect(ada).toMatchObject({ assignmentType: "Assigned", memberType: "Inherited" });
    expect(ada).not.toHaveProperty("endDateTime");
  });

  it("a person without rights sees the own eligibilities, also those of groups, and is told how", async () => {
    const own = client("hanna.jansen@contoso.example");
    const rows = await collect(own.roleEligibilityScheduleInstances.listForScope("", { filter: "asTarget()" }));
    expect(rows.map((row) => [row.memberType, row.principalType, row.scope])).toEqual([["Group", "Group", SUB]]);
    const call = collect(client("nora.norights@contoso.example").roleEligibilityScheduleInstances.listForScope(SUB));
    expect(await refusal(call)).toBe("403 InsufficientPermissions");
  });

  it("what starts later is a schedule and no instance, what is over is neither", async () => {
    const { roleAssignmentSchedules, roleAssignmentScheduleInstances, roleEligibilitySchedules } = client();
    const scope = `/subscriptions/${subscriptionIdOf("nonProd2")}`;
    const filter = `principalId eq '${ordinaryPerson(1, "jia.jansen")}'`;
    const [schedule] = await collect(roleAssignmentSchedules.listForScope(scope, { filter }));
    expect(schedule?.startDateTime?.getTime()).toBeGreaterThan(azure.clock.nowMs());
    expect((await roleAssignmentSchedules.get(scope, schedule?.name ?? "")).id).toBe(schedule?.id);
    expect(await collect(roleAssignmentScheduleInstances.listForScope(scope, { filter }))).toEqual([]);
    const chiara = `principalId eq '${ordinaryPerson(1, "chiara.jansen")}'`;
    const usa = `/subscriptions/${subscriptionIdOf("prodUs1")}`;
    expect(await collect(roleEligibilitySchedules.listForScope(usa, { filter: chiara }))).toEqual([]);
  });

  it("an activation gives its rights until its end and not one millisecond longer", () => {
    const end = azure.world.roleSchedules.find((row) => row.principalId === BEN && row.kind === "assignment")?.endMs ?? 0;
    const machine = `${prodEu2}/resourceGroups/rg-app-dub/providers/Microsoft.HybridCompute/machines/dub-app-0008`;
    const ben = { ...CALLER, tenantId: "10ca1a2e-0000-4000-8000-000000000001", objectId: BEN };
    const may = () =>
      azure.instance.context.isAllowed(ben, "Microsoft.HybridCompute/machines/loginAsAdmin/action", machine, true);
    const start = azure.clock.nowMs();
    azure.clock.set(end - 2_000);
    expect(may()).toBe(true);
    azure.clock.set(end);
    expect(may()).toBe(false);
    azure.clock.set(start);
  });

  it("a planned assignment counts from its start", async () => {
    const scope = `/subscriptions/${subscriptionIdOf("nonProd2")}`;
    const filter = `principalId eq '${ordinaryPerson(1, "jia.jansen")}'`;
    const start = azure.clock.nowMs();
    azure.clock.set(start + 8 * DAY_MS);
    const rows = await collect(client().roleAssignmentScheduleInstances.listForScope(scope, { filter }));
    expect(rows.map((row) => row.assignmentType)).toEqual(["Assigned"]);
    azure.clock.set(start);
  });
});

it("every exchange of this file fits the official descriptions", async () => {
  const judge = await createWireJudge();
  const report = await judge.judge(azure.instance.recorder.list({}).exchanges);
  process.stdout.write(`${scoreLine("@azure/arm-authorization", report)}\n`);
  for (const [reason, times] of Object.entries(report.skipped)) process.stdout.write(`  ${times} x ${reason}\n`);
  expect([report.requestErrors, report.responseErrors]).toEqual([[], []]);
  expect(report.checked).toBeGreaterThanOrEqual(35);
});
