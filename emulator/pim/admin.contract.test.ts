import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../arm/request-reading.ts";
import { errorOf, valuesOf } from "../arm/test-client.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { ordinaryPerson } from "../world/access-catalogue.ts";
import { restoreWorld, snapshotWorld, type WorldSnapshot } from "../world/mutate.ts";
import { groupIdOf } from "../world/people.ts";
import { ROLE_IDS } from "../world/roles.ts";
import { ADA, HOUR, MINUTE, OPERATOR, type Put, pimTestClient, propertiesOf, sub } from "./test-support.ts";

let azure: LocalAzure;
let fresh: WorldSnapshot;
let startMs: number;
const pim = pimTestClient(() => azure);
const DAY = 24 * HOUR;
const SCOPE = sub("sandbox");
const ELIF = ordinaryPerson(1, "elif.jansen");
const ELIF_UPN = "elif.jansen@contoso.example";
const ROLE = ROLE_IDS.userLogin;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
  fresh = snapshotWorld(azure.world);
  startMs = azure.clock.nowMs();
});
beforeEach(() => {
  restoreWorld(azure.world, fresh);
  azure.clock.set(startMs);
});
afterAll(() => azure.close());

type Kind = "Assignment" | "Eligibility";
const KINDS: Kind[] = ["Assignment", "Eligibility"];
const codeOf = (answer: Awaited<ReturnType<typeof pim.put>>): string => `${answer.status} ${errorOf(answer)?.code}`;
const lasting = (duration: string): Json => ({ scheduleInfo: { expiration: { type: "AfterDuration", duration } } });
const forever: Json = { scheduleInfo: { expiration: { type: "NoExpiration" } } };
const ask = (kind: Kind, requestType: string, over: Json = {}, how: Put = {}) =>
  pim.put(SCOPE, ROLE, { principalId: ELIF, requestType, justification: "why", ...over }, { kind, upn: ADA, ...how });
const held = async (kind: Kind, upn = ADA): Promise<Json[]> =>
  valuesOf(await pim.list(SCOPE, `role${kind}ScheduleInstances`, `principalId eq '${ELIF}' and atScope()`, upn)).filter((row) =>
    String((row.properties as Json).roleDefinitionId).endsWith(ROLE),
  );
const endOf = (row: Json | undefined): number => Date.parse(String((row?.properties as Json | undefined)?.endDateTime));

describe.each(KINDS)("administrators and a role %s", (kind) => {
  it("[A30] assign it for a time, and the instance ends by the clock", async () => {
    const answer = await ask(kind, "AdminAssign", lasting("P2D"));
    expect([answer.status, propertiesOf(answer).status]).toEqual([201, "Provisioned"]);
    const target = propertiesOf(answer)[`targetRole${kind}ScheduleId`];
    expect(target).toBe(
      `/providers/Microsoft.Subscription${SCOPE}/providers/Microsoft.Authorization/role${kind}Schedules/${answer.body.name}`,
    );
    expect(await held(kind)).toHaveLength(1);
    azure.clock.advance(2 * DAY);
    expect(await held(kind)).toEqual([]);
  });

  it("assign it for later and without end", async () => {
    const startDateTime = new Date(startMs + DAY).toISOString();
    const answer = await ask(kind, "AdminAssign", { scheduleInfo: { startDateTime, expiration: { type: "NoExpiration" } } });
    expect(propertiesOf(answer).status).toBe("Granted");
    expect(await held(kind)).toEqual([]);
    azure.clock.advance(DAY);
    const [row] = await held(kind);
    expect(row?.properties).not.toHaveProperty("endDateTime");
  });

  it("assign it once", async () => {
    await ask(kind, "AdminAssign", forever);
    expect(codeOf(await ask(kind, "AdminAssign", lasting("P1D")))).toBe("400 RoleAssignmentExists");
  });

  it("change its end, extend it, and remove it after five minutes", async () => {
    await ask(kind, "AdminAssign", lasting("P2D"));
    await ask(kind, "AdminUpdate", lasting("P9D"));
    expect(Math.abs(endOf((await held(kind))[0]) - startMs - 9 * DAY)).toBeLessThan(5_000);
    await ask(kind, "AdminExtend", lasting("P20D"));
    expect(Math.abs(endOf((await held(kind))[0]) - startMs - 20 * DAY)).toBeLessThan(5_000);
    expect(codeOf(await ask(kind, "AdminRemove"))).toBe("400 ActiveDurationTooShort");
    azure.clock.advance(5 * MINUTE);
    const answer = await ask(kind, "AdminRemove");
    expect([answer.status, propertiesOf(answer).status]).toEqual([201, "Revoked"]);
    expect(await held(kind)).toEqual([]);
    expect(codeOf(await ask(kind, "AdminRemove"))).toBe("400 RoleAssignmentDoesNotExist");
  });

  it("renew it within 30 days after its end, not while it lasts", async () => {
    await ask(kind, "AdminAssign", lasting("P1D"));
    expect(codeOf(await ask(kind, "AdminRenew", lasting("P5D")))).toBe("400 RoleAssignmentDoesNotExist");
    azure.clock.advance(30 * DAY);
    expect((await ask(kind, "AdminRenew", lasting("P5D"))).status).toBe(201);
    expect(await held(kind)).toHaveLength(1);
    azure.clock.advance(35 * DAY + 1_000);
    expect(codeOf(await ask(kind, "AdminRenew", lasting("P5D")))).toBe("400 RoleAssignmentDoesNotExist");
  });

  it("need the right to write such requests at the scope", async () => {
    expect(codeOf(await ask(kind, "AdminAssign", forever, { upn: OPERATOR }))).toBe("403 InsufficientPermissions");
    expect(codeOf(await ask(kind, "AdminRemove", {}, { upn: OPERATOR }))).toBe("403 InsufficientPermissions");
  });

  it.each<[string, Json, string]>([
    ["a principal who is not there", { principalId: "10ca1a2e-9999-4000-8000-000000000001" }, "400 PrincipalNotFound"],
    ["a role that is not there", { roleDefinitionId: "10ca1a2e-9999-4000-8000-000000000001" }, "404 RoleDefinitionDoesNotExist"],
    ["a condition that does not parse", { condition: "@@", conditionVersion: "2.0" }, "400 InvalidRoleAssignmentCondition"],
    ["four minutes", lasting("PT4M"), "400 RoleAssignmentRequestPolicyValidationFailed"],
    ["no role", { roleDefinitionId: "" }, "400 InvalidRequestContent"],
  ])("cannot assign with %s", async (_case, over, expected) => {
    expect(codeOf(await ask(kind, "AdminAssign", over))).toBe(expected);
    expect(await held(kind)).toEqual([]);
  });

  it("the person may ask to extend in the last 14 days, and waits for an administrator", async () => {
    const own = { principalId: ELIF };
    await ask(kind, "AdminAssign", lasting("P15D"));
    const early = await ask(kind, "SelfExtend", { ...own, ...lasting("P30D") }, { upn: ELIF_UPN });
    expect(codeOf(early)).toBe("400 InvalidRoleAssignmentRequestSchedule");
    azure.clock.advance(DAY);
    const answer = await ask(kind, "SelfExtend", { ...own, ...lasting("P30D") }, { upn: ELIF_UPN });
    expect([answer.status, propertiesOf(answer).status]).toEqual([201, "PendingAdminDecision"]);
    const again = await ask(kind, "SelfExtend", { ...own, ...lasting("P30D") }, { upn: ELIF_UPN });
    expect(codeOf(again)).toBe("400 PendingRoleAssignmentRequest");
    await ask(kind, "AdminExtend", lasting("P30D"));
    expect(propertiesOf(await pim.get(String(answer.body.id), ELIF_UPN)).status).toBe("AdminApproved");
  });

  it("the person may ask to renew what is over", async () => {
    await ask(kind, "AdminAssign", lasting("P1D"));
    azure.clock.advance(2 * DAY);
    const answer = await ask(kind, "SelfRenew", lasting("P30D"), { upn: ELIF_UPN });
    expect([answer.status, propertiesOf(answer).status]).toEqual([201, "PendingAdminDecision"]);
  });
});

describe("eligibility", () => {
  it("stands beside a standing assignment, which is then removed: no moment without either", async () => {
    const standing = azure.world.roleAssignments.find((row) => row.description === "Given at the roll-out, used now and then");
    if (standing === undefined) throw new Error("the world has standing assignments that could be eligible");
    const over = { principalId: standing.principalId, requestType: "AdminAssign", ...forever };
    const made = await pim.put(standing.scope, standing.roleDefinitionGuid, over, { kind: "Eligibility", upn: ADA });
    expect(made.status).toBe(201);
    const target = { principalId: standing.principalId, requestType: "AdminRemove" };
    const removed = await pim.put(standing.scope, standing.roleDefinitionGuid, target, { upn: ADA });
    expect(removed.status).toBe(201);
    expect(azure.world.roleAssignments.find((row) => row.name === standing.name)?.removed).toBeDefined();
  });

  it("of a group lets its members activate, and the rows say that it comes from the group", async () => {
    const team = groupIdOf(1, "sqlTeam");
    await ask("Eligibility", "AdminAssign", { principalId: team, ...forever });
    const upn = "elif.okafor@contoso.example";
    const member = ordinaryPerson(1, "elif.okafor");
    const rows = valuesOf(await pim.list("/", "roleEligibilityScheduleInstances", "asTarget()", upn));
    const row = rows.find((one) => (one.properties as Json).principalId === team);
    expect(row?.properties).toMatchObject({ memberType: "Group" });
    const own = { principalId: member, requestType: "SelfActivate", ...lasting("PT1H") };
    expect((await ask("Assignment", "SelfActivate", own, { upn })).status).toBe(201);
    const prolonged = await ask("Eligibility", "SelfExtend", { ...own, requestType: "SelfExtend" }, { upn });
    expect(codeOf(prolonged)).toBe("400 RoleAssignmentDoesNotExist");
  });

  it("that is permanent is refused where the settings demand an end", async () => {
    const over = { principalId: ELIF, requestType: "AdminAssign" };
    const put = (schedule: Json) =>
      pim.put(sub("platform"), ROLE_IDS.logAnalyticsContributor, { ...over, ...schedule }, { kind: "Eligibility", upn: ADA });
    expect(errorOf(await put(forever)).message).toBe('The following policy rules failed: ["ExpirationRule"]');
    expect(codeOf(await put(lasting("P31D")))).toBe("400 RoleAssignmentRequestPolicyValidationFailed");
    expect((await put(lasting("P30D"))).status).toBe(201);
  });

  it("cannot be given to an application, and is not activated by an eligibility request", async () => {
    const application = [...azure.world.servicePrincipals.values()].find((row) => row.displayName === "Arc onboarding");
    const given = await ask("Eligibility", "AdminAssign", { principalId: application?.id ?? "", ...forever });
    expect(codeOf(given)).toBe("400 InvalidPrincipalType");
    expect(codeOf(await ask("Eligibility", "SelfActivate", lasting("PT1H")))).toBe("400 InvalidRequestContent");
  });
});

describe("active assignments by administrators", () => {
  it("need a reason where the settings ask for one", async () => {
    const answer = await ask("Assignment", "AdminAssign", { ...forever, justification: " " });
    expect(errorOf(answer).message).toContain('["JustificationRule"]');
  });
});

describe("eligible child resources", () => {
  it("are the containers in which the person could activate something", async () => {
    const read = (filter: string | null, scope: string, upn = OPERATOR) => pim.list(scope, "eligibleChildResources", filter, upn);
    const group = "/providers/Microsoft.Management/managementGroups/contoso-production";
    const subscriptions = valuesOf(await read("resourceType eq 'Subscription'", group));
    expect(subscriptions.map((row) => row.type)).toEqual(["subscription", "subscription", "subscription"]);
    const groups = valuesOf(await read("resourceType eq 'subscription' or resourceType eq 'resourcegroup'", sub("prodEu2")));
    expect(groups.map((row) => row.name)).toContain("rg-sql-fra");
    expect(valuesOf(await read(null, sub("prodEu2"), "nora.norights@contoso.example"))).toEqual([]);
    expect(codeOf(await read("colour eq 'red'", group))).toBe("400 BadRequest");
  });
});
