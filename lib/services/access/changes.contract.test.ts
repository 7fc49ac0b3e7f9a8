import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { queryRows } from "@/lib/db/query";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { ROLE_TEMPLATES, type RolePermissions, type RoleTemplateId } from "@/lib/domain/access/action-catalogue";
import type { AccessChangeRequest, AccessChangeSet, AccessPreview } from "@/lib/domain/access/api";
import { machineId } from "@/lib/domain/machine";
import { AccessChangeRunner } from "@/lib/jobs/access-change-runner";
import type { FaultRule } from "../../../emulator/core/faults";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import type { ServiceContext } from "../context";
import { OperatorAccess } from "../operations/access";
import { quiet } from "../operations/testing";
import { type ChangeOutcome, changeAccess } from "./change";
import { getAccessChange, listAccessChanges } from "./changes";
import { previewAccess } from "./preview";
import { searchPrincipals } from "./principals";
import { listRoles } from "./roles";
import { type AccessBench, createAccessBench, LOGIN_ADMIN, OWNER, READER, SECURITY } from "./testing";

const ADMIN_LOGIN = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
const USER_LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const ONBOARDING = "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7";
const EXTENSION_WRITE = "Microsoft.HybridCompute/machines/extensions/write";
const READER_ROLE = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;
let store: TestDatabase;
let clean: string;
let access: OperatorAccess;
let runner: AccessChangeRunner;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 120, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
  clean = await control.snapshot();
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(async () => {
  await control.restore(clean);
  await control.clearFaults();
  await control.clearRequests();
  await control.setOptions({ roleListDelayMs: 0, roleIndexDelayMs: 0, replicationDelayMs: 0, roleAssignmentLimit: 4_000 });
  await store.db.session.execute(sql`delete from access_change_set`);
  await store.db.session.execute(sql`delete from fleet_snapshot`);
  bench.nowMs.value += 24 * 3_600_000;
  access = new OperatorAccess(() => bench.nowMs.value);
  runner = new AccessChangeRunner({ db: store.db, now: () => new Date(bench.nowMs.value), log: quiet, access });
});

/** A signed-in person whose object id is the real one, as the portal's token would say. */
async function as(upn: string): Promise<ServiceContext> {
  const me = await bench.fixture.clientsFor(upn).graph.me();
  const plain = bench.as(upn);
  const ctx = { ...plain, operator: { ...plain.operator, objectId: me.id } };
  access.remember(ctx.operator, bench.nowMs.value + 24 * 3_600_000, () => ctx.azure);
  return ctx;
}

async function principal(name: string): Promise<string> {
  const { principals } = await searchPrincipals({ ctx: bench.as(OWNER), search: name });
  const found = principals.find(({ displayName }) => displayName === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found.id;
}

const groupOf = (name: string) => machineId(bench.machine(name)).replace(/\/providers\/.*$/, "");
const machinesIn = async (group: string): Promise<number> => {
  const query = `resources | where type =~ 'microsoft.hybridcompute/machines' | where id startswith '${group}/' | count`;
  const { rows } = await bench.fixture.clientsFor(OWNER).resourceGraph.query({ query });
  return Number(rows[0]?.Count);
};
const subscriptionOf = (name: string) => groupOf(name).split("/").slice(0, 3).join("/");
const assign = (over: Partial<Extract<AccessChangeRequest, { kind: "assign" }>>): AccessChangeRequest => ({
  kind: "assign",
  assignmentName: crypto.randomUUID(),
  principalId: "",
  roleId: USER_LOGIN,
  scope: "/",
  condition: null,
  description: null,
  ...over,
});
const preview = async (ctx: ServiceContext, changes: AccessChangeRequest[]) => (await previewAccess({ ctx, changes })).preview;
const write = (
  ctx: ServiceContext,
  changes: AccessChangeRequest[],
  seen: Pick<AccessPreview, "stamp">,
  changeSetId: string = crypto.randomUUID(),
) => changeAccess({ ctx, runner, input: { changeSetId, changes, stamp: seen.stamp, confirmed: true } });
function written(outcome: ChangeOutcome): AccessChangeSet {
  if (!outcome.ok) throw new Error("the preview was stale");
  return outcome.set;
}
const warningIds = ({ warnings }: AccessPreview) => warnings.map(({ id }) => id);
const onPut = (effect: FaultRule["effect"], over: Partial<FaultRule> = {}) =>
  control.addFault({ match: { face: "arm", method: "PUT", path: "/roleAssignments/" }, effect, times: 1, ...over });
const refusal = (status: number, code: string): FaultRule["effect"] => ({
  kind: "respond",
  status,
  body: { error: { code, message: `the test says ${code}` } },
});
const wireWrites = async () =>
  (await control.requests({ face: "arm" })).filter(({ method }) => method === "PUT" || method === "DELETE");
const audit = async (setId: string) =>
  queryRows(
    store.db.session,
    sql`select action, outcome, target, payload::jsonb -> 'detail' as detail from audit_event where operation_id = ${setId} order by seq`,
  );

/** Lets time pass until the set's effects are seen or `rounds` are over. */
async function watch(ctx: ServiceContext, id: string, rounds = 12): Promise<AccessChangeSet> {
  for (let round = 0; round < rounds; round++) {
    bench.nowMs.value += 2_000;
    await control.advanceClock(2_000);
    await runner.tick();
  }
  return getAccessChange({ ctx, id });
}

describe("assigning", () => {
  it("[C05] [C34] shows who gains what, sends exactly the shown request with the principal's type, and audits both ends", async () => {
    const ctx = await as(OWNER);
    const change = assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") });
    const shown = await preview(ctx, [change]);
    expect(shown.verdict).toBe("confirm");
    expect(warningIds(shown)).toEqual(["directUser"]);
    const gain = shown.gained.find(({ capability, lane }) => capability === "signInUser" && lane === "now");
    expect(gain?.principal.displayName).toBe("Daan Moreau");
    expect(gain?.machines).toBeGreaterThan(0);
    expect(shown.lost).toEqual([]);

    const set = written(await write(ctx, [change], shown));
    expect(set.counts).toMatchObject({ done: 1, planned: 0 });
    expect(set.items[0]?.names).toEqual({ principal: "Daan Moreau", role: "Virtual Machine User Login" });
    const [exchange, ...others] = await wireWrites();
    expect(others).toEqual([]);
    const exact = shown.changes[0]?.exact;
    expect(new URL(exact?.url ?? "").pathname.toLowerCase()).toBe(exchange?.path.toLowerCase());
    expect(JSON.parse(exchange?.requestBody ?? "null")).toEqual(exact?.body);
    expect(exact?.body).toMatchObject({
      properties: { principalType: "User", roleDefinitionId: expect.stringContaining(USER_LOGIN) },
    });

    const entries = await audit(set.id);
    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(["access.assign intent", "access.assign done"]);
    expect(entries[0]?.detail).toMatchObject({
      request: exact,
      role: { name: "Virtual Machine User Login" },
      stamp: shown.stamp,
    });
    expect((await verifyAudit({ db: store.db, anchorFile: null, anchorKey: null })).ok).toBe(true);
  });

  it("[A08] gives a group on its machines, and the member's own answer changes as previewed", async () => {
    const ctx = await as(OWNER);
    const groupId = await control.addGroup("Arc sign-in", [await principal("Daan Moreau"), await principal("Elif Okafor")]);
    const change = assign({ principalId: groupId, roleId: ADMIN_LOGIN, scope: groupOf("ams-app-0001") });
    const shown = await preview(ctx, [change]);
    expect(warningIds(shown)).toEqual([]);
    expect(shown.verdict).toBe("ready");
    const names = shown.gained
      .filter(({ capability, lane }) => capability === "signInAdmin" && lane === "now")
      .map(({ principal: p }) => p.displayName);
    expect(names.sort()).toEqual(["Daan Moreau", "Elif Okafor"]);
    const set = written(await write(ctx, [change], shown));
    expect(set.counts.done).toBe(1);
    const [decision] = await control.decisions([
      {
        principalId: await principal("Daan Moreau"),
        action: "Microsoft.HybridCompute/machines/loginAsAdmin/action",
        scope: machineId(bench.machine("ams-app-0001")),
        dataAction: true,
      },
    ]);
    expect(decision?.outcome).toBe("allowed");
  });

  it("counts a member who joined the group after the fleet was read", async () => {
    const ctx = await as(OWNER);
    const groupId = await control.addGroup("Late joiners", [await principal("Daan Moreau")]);
    const first = assign({ principalId: groupId, roleId: ADMIN_LOGIN, scope: groupOf("ams-app-0001") });
    await preview(ctx, [first]);
    await control.changeGroup(groupId, { add: [await principal("Elif Okafor")] });
    const again = await preview(ctx, [first]);
    expect(again.gained.map(({ principal: who }) => who.displayName)).toContain("Elif Okafor");
  });

  it("is one set however often the same id comes, and refuses the id for other changes", async () => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    const id = crypto.randomUUID();
    const both = await Promise.all([write(ctx, changes, shown, id), write(ctx, changes, shown, id)]);
    written(await write(ctx, changes, shown, id));
    expect(both.every(({ ok }) => ok)).toBe(true);
    expect(await wireWrites()).toHaveLength(1);
    expect((await audit(id)).filter(({ outcome }) => outcome === "intent")).toHaveLength(1);
    await expect(
      write(ctx, [assign({ principalId: await principal("Daan Moreau"), scope: "/" })], shown, id),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  it("writes nothing before the warnings are confirmed", async () => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Gus Guest"), scope: subscriptionOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    expect(warningIds(shown)).toEqual(["guest", "directUser", "wideScope"]);
    const input = { changeSetId: crypto.randomUUID(), changes, stamp: shown.stamp, confirmed: false };
    await expect(changeAccess({ ctx, runner, input })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("Nothing was sent"),
    });
    expect(await wireWrites()).toEqual([]);
  });

  it.each([
    ["[C22] a management role that gives no sign-in", "Daan Moreau", CONTRIBUTOR, "ownerDoesNotSignIn"],
    ["[A23] the onboarding role to a person", "Daan Moreau", ONBOARDING, "onboardingRoleToPerson"],
    ["[C19] a guest", "Gus Guest", USER_LOGIN, "guest"],
  ])("warns of %s", async (_what, name, roleId, warning) => {
    const shown = await preview(await as(OWNER), [
      assign({ principalId: await principal(name), roleId, scope: groupOf("ams-app-0001") }),
    ]);
    expect(warningIds(shown)).toContain(warning);
  });

  it.each([
    ["an unknown principal", { principalId: "10ca1a2e-0000-4000-8000-00000000ffff" }, "unknownPrincipal"],
    ["an unknown role", { roleId: "10ca1a2e-0000-4000-8000-00000000dead" }, "unknownRole"],
    ["a condition that does not parse", { condition: "((!(ActionMatches{" }, "conditionUnreadable"],
  ])("blocks %s and sends nothing", async (_what, over, warning) => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001"), ...over })];
    const shown = await preview(ctx, changes);
    expect(shown.warnings).toContainEqual(expect.objectContaining({ id: warning, blocks: true }));
    await expect(write(ctx, changes, shown)).rejects.toMatchObject({ code: "conflict" });
    expect(await wireWrites()).toEqual([]);
  });

  it("says in Azure's words that a scope does not exist", async () => {
    const ctx = await as(OWNER);
    const scope = `${subscriptionOf("ams-app-0001")}/resourceGroups/no-such-group`;
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope })];
    const shown = await preview(ctx, changes);
    expect([shown.gained, shown.totals.machines]).toEqual([[], 0]);
    const set = written(await write(ctx, changes, shown));
    expect(set.items[0]).toMatchObject({ state: "refused", azure: { code: "ResourceGroupNotFound" } });
    expect((await audit(set.id)).map(({ outcome }) => outcome)).toEqual(["intent", "refused"]);
  });

  it("blocks what exists already under another name", async () => {
    const ctx = await as(OWNER);
    const shown = await preview(ctx, [
      assign({ principalId: await principal("Jia Novak"), scope: machineId(bench.machine("ams-app-0001")) }),
    ]);
    expect(shown.warnings).toContainEqual(expect.objectContaining({ id: "duplicate", blocks: true }));
  });

  it("blocks one assignment too many in a subscription", async () => {
    const ctx = await as(OWNER);
    const scope = groupOf("ams-app-0001");
    await onPut(refusal(400, "RoleAssignmentLimitExceeded"));
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope })];
    const set = written(await write(ctx, changes, await preview(ctx, changes)));
    expect(set.items[0]).toMatchObject({ state: "refused", azure: { code: "RoleAssignmentLimitExceeded" } });
  });
});

describe("rights", () => {
  it("[D12] refuses a reader with the action and the smallest role, before anything is stored", async () => {
    const ctx = await as(READER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    expect(shown.changes[0]?.right).toMatchObject({ allowed: false, action: "Microsoft.Authorization/roleAssignments/write" });
    await expect(write(ctx, changes, shown)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("Microsoft.Authorization/roleAssignments/write"),
      nextStep: expect.stringContaining("Role Based Access Control Administrator"),
    });
    expect(await wireWrites()).toEqual([]);
    expect((await listAccessChanges({ ctx })).sets).toEqual([]);
  });

  it("shows an assigner whose right is limited by a condition that this role is outside of it", async () => {
    const ctx = await as(LOGIN_ADMIN);
    const scope = groupOf("ams-app-0001");
    const inside = await preview(ctx, [assign({ principalId: await principal("Daan Moreau"), scope })]);
    expect(warningIds(inside)).not.toContain("limitedByYourCondition");
    const changes = [assign({ principalId: await principal("Daan Moreau"), roleId: READER_ROLE, scope })];
    const outside = await preview(ctx, changes);
    expect(warningIds(outside)).toContain("limitedByYourCondition");
    const set = written(await write(ctx, changes, outside));
    expect(set.items[0]).toMatchObject({ state: "refused", azure: { status: 403, code: "AuthorizationFailed" } });
    expect((await audit(set.id)).map(({ outcome }) => outcome)).toEqual(["intent", "refused"]);
  });
});

describe("removing", () => {
  async function given(): Promise<{ ctx: ServiceContext; id: string }> {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const set = written(await write(ctx, changes, await preview(ctx, changes)));
    await watch(ctx, set.id);
    const [undo] = (await getAccessChange({ ctx, id: set.id })).undo;
    if (undo?.kind !== "remove") throw new Error("an assignment is undone by its removal");
    return { ctx, id: undo.assignmentId };
  }

  it("shows who loses what, and its undo brings the same assignment back", async () => {
    const { ctx, id } = await given();
    const changes: AccessChangeRequest[] = [{ kind: "remove", assignmentId: id }];
    const shown = await preview(ctx, changes);
    expect(shown.lost.find(({ capability, lane }) => capability === "signInUser" && lane === "now")?.principal.displayName).toBe(
      "Daan Moreau",
    );
    const set = written(await write(ctx, changes, shown));
    expect(set.counts.done).toBe(1);
    expect(await ctx.azure.access.roleAssignment(id)).toBeNull();
    const after = await watch(ctx, set.id);
    expect(after.items[0]?.effect.state).toBe("effective");

    const back = await preview(ctx, after.undo);
    expect(back.gained.map(({ capability, machines }) => [capability, machines])).toEqual(
      shown.lost.map(({ capability, machines }) => [capability, machines]),
    );
    expect(written(await write(ctx, after.undo, back)).counts.done).toBe(1);
    expect((await ctx.azure.access.roleAssignment(id))?.id.toLowerCase()).toBe(id.toLowerCase());
  });

  it("says that somebody would remove the own right to undo it", async () => {
    const ctx = await as(LOGIN_ADMIN);
    const rows = await ctx.azure.access.roleAssignments(groupOf("ams-app-0001"), { atScope: true });
    const own = rows.filter(({ principalId }) => principalId.toLowerCase() === ctx.operator.objectId.toLowerCase());
    const shown = await preview(
      ctx,
      own.map(({ id }) => ({ kind: "remove" as const, assignmentId: id })),
    );
    expect(own.length).toBeGreaterThan(0);
    expect(warningIds(shown)).toContain("removesOwnRight");
  });

  it("blocks what is gone already", async () => {
    const { ctx, id } = await given();
    await ctx.azure.access.deleteRoleAssignment(id);
    expect((await preview(ctx, [{ kind: "remove", assignmentId: id }])).warnings).toContainEqual(
      expect.objectContaining({ id: "alreadyGone", blocks: true }),
    );
  });
});

describe("custom roles", () => {
  function rolePart(roleName: string, template: RoleTemplateId) {
    const list = (name: keyof RolePermissions) => [...ROLE_TEMPLATES[template][name]];
    const permissions = {
      actions: list("actions"),
      notActions: list("notActions"),
      dataActions: list("dataActions"),
      notDataActions: list("notDataActions"),
    };
    return { roleId: crypto.randomUUID(), roleName, description: "Made by a test", permissions, assignableScopes: [""] };
  }
  const define = (template: RoleTemplateId, over: { roleName?: string } = {}) => ({
    kind: "defineRole" as const,
    ...rolePart(`Test ${template}`, template),
    assignableScopes: [subscriptionOf("ams-app-0001")],
    ...over,
  });
  async function made(ctx: ServiceContext, change: AccessChangeRequest): Promise<AccessChangeSet> {
    return written(await write(ctx, [change], await preview(ctx, [change])));
  }
  const catalogued = async (ctx: ServiceContext, roleId: string) =>
    (await listRoles({ ctx })).roles.find(({ id }) => id === roleId);

  it.each([
    ["[A21] run commands and nothing else", "runCommandOnly", ["runCommand", "indirectAdmin", "becomeIdentity", "read"]],
    ["[A22] read and nothing else", "configurationReader", ["read"]],
    ["[A24] patch without sign-in and without extensions", "patchOperator", ["installPatches", "read"]],
    ["sign in and nothing else", "signInOnly", ["signInUser", "read"]],
  ] as const)(
    "%s: the template becomes a role of the tenant, sent exactly as shown, and its capabilities are computed",
    async (_name, template, expected) => {
      const ctx = await as(OWNER);
      const change = define(template);
      const shown = await preview(ctx, [change]);
      expect([shown.verdict, shown.gained, shown.lost]).toEqual(["ready", [], []]);
      const set = written(await write(ctx, [change], shown));
      expect(set.counts).toMatchObject({ done: 1 });
      const [exchange, ...others] = await wireWrites();
      expect(others).toEqual([]);
      expect(JSON.parse(exchange?.requestBody ?? "null")).toEqual(shown.changes[0]?.exact.body);
      expect((await watch(ctx, set.id)).items[0]?.effect.state).toBe("effective");
      const role = await catalogued(ctx, change.roleId);
      expect(role).toMatchObject({ type: "CustomRole", name: change.roleName, permissions: [change.permissions] });
      expect(new Set(role?.capabilities)).toEqual(new Set(expected));
      expect((await audit(set.id)).map(({ action, outcome }) => [action, outcome])).toEqual([
        ["access.defineRole", "intent"],
        ["access.defineRole", "done"],
      ]);
    },
  );

  it("[A11] a change of a role shows what its holders gain, and its undo takes it back", async () => {
    const ctx = await as(OWNER);
    const role = define("patchOperator");
    await made(ctx, role);
    const given = assign({ principalId: await principal("Daan Moreau"), roleId: role.roleId, scope: groupOf("ams-app-0001") });
    await made(ctx, given);
    const wider = { ...role, permissions: { ...role.permissions, actions: [...role.permissions.actions, EXTENSION_WRITE] } };
    const shown = await preview(ctx, [wider]);
    const gain = shown.gained.find(({ capability, lane }) => capability === "indirectAdmin" && lane === "now");
    expect(gain?.principal.displayName).toBe("Daan Moreau");
    expect(gain?.machines).toBe(await machinesIn(groupOf("ams-app-0001")));
    const set = written(await write(ctx, [wider], shown));
    expect((await catalogued(ctx, role.roleId))?.capabilities).toContain("indirectAdmin");
    const back = await preview(ctx, set.undo);
    expect(back.lost.map(({ capability, machines }) => [capability, machines])).toEqual(
      shown.gained.map(({ capability, machines }) => [capability, machines]),
    );
    await write(ctx, set.undo, back);
    expect((await catalogued(ctx, role.roleId))?.permissions).toEqual([role.permissions]);
  });

  it("a role that was changed by somebody else after the preview is not written over", async () => {
    const ctx = await as(OWNER);
    const role = define("patchOperator");
    await made(ctx, role);
    const mine = { ...role, description: "Mine" };
    const shown = await preview(ctx, [mine]);
    await made(ctx, { ...role, permissions: { ...role.permissions, actions: [...role.permissions.actions, EXTENSION_WRITE] } });
    await control.clearRequests();
    expect(await write(ctx, [mine], shown)).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(await wireWrites()).toEqual([]);
  });

  it("says in Azure's words why a role was refused: a name that is taken, an action that no provider has", async () => {
    const ctx = await as(OWNER);
    const named = await made(ctx, define("signInOnly", { roleName: "contributor" }));
    expect(named.items[0]).toMatchObject({ state: "refused", azure: { code: "RoleDefinitionWithSameNameExists" } });
    const unknown = define("signInOnly");
    const wrong = await made(ctx, {
      ...unknown,
      permissions: { ...unknown.permissions, actions: ["Contoso.Nothing/things/read"] },
    });
    expect(wrong.items[0]).toMatchObject({ state: "refused", azure: { code: "InvalidActionOrNotAction" } });
    expect(await catalogued(ctx, unknown.roleId)).toBeUndefined();
  });

  it("[A22] refuses a reader with the action and the smallest role; Azure refuses the forced call too", async () => {
    const ctx = await as(READER);
    const role = define("signInOnly");
    const shown = await preview(ctx, [role]);
    expect(shown.changes[0]?.right).toMatchObject({
      action: "Microsoft.Authorization/roleDefinitions/write",
      allowed: false,
      smallestRole: { name: "User Access Administrator" },
    });
    await expect(write(ctx, [role], shown)).rejects.toMatchObject({ code: "forbidden" });
    const { roleId, roleName, description, assignableScopes, permissions } = role;
    const body = { roleName, description, assignableScopes, permissions: [permissions] };
    const forced = ctx.azure.access.putRoleDefinition({ scope: assignableScopes[0] ?? "", name: roleId, body });
    await expect(forced).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("what changes between the preview and the write", () => {
  it("a deleted principal makes the preview stale: nothing is written, the preview comes again", async () => {
    const ctx = await as(OWNER);
    const principalId = await principal("Daan Moreau");
    const changes = [assign({ principalId, scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    await control.removePrincipal(principalId);
    const outcome = await write(ctx, changes, shown);
    if (outcome.ok) throw new Error("written although the principal is gone");
    expect(warningIds(outcome.preview)).toContain("unknownPrincipal");
    expect(outcome.error).toMatchObject({ code: "conflict" });
    expect(await wireWrites()).toEqual([]);
  });

  it("a changed role definition makes the preview stale", async () => {
    const ctx = await as(OWNER);
    const roleId = "10ca1a2e-4000-4000-8000-000000000001";
    const changes = [assign({ principalId: await principal("Daan Moreau"), roleId, scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    await control.addFault({
      match: { face: "arm", method: "GET", path: `/roleDefinitions/${roleId}` },
      effect: {
        kind: "patchJson",
        set: { "properties.permissions": [{ actions: ["*"], notActions: [], dataActions: [], notDataActions: [] }] },
      },
    });
    const outcome = await write(ctx, changes, shown);
    if (outcome.ok) throw new Error("written although the role is another one");
    expect(outcome.preview.gained.some(({ capability }) => capability === "delete")).toBe(true);
    expect(await wireWrites()).toEqual([]);
  });
});

describe("faults on the way", () => {
  it("a new principal that has not replicated is sent again until Azure knows it", async () => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    await onPut(refusal(400, "PrincipalNotFound"), { times: 2 });
    const set = written(await write(ctx, changes, shown));
    expect(set.items[0]).toMatchObject({ state: "planned", azure: { code: "PrincipalNotFound" } });
    const after = await watch(ctx, set.id);
    expect(after.items[0]).toMatchObject({ state: "done", azure: null });
    expect(await wireWrites()).toHaveLength(3);
  });

  it("half of a batch refused leaves an outcome for each item", async () => {
    const ctx = await as(OWNER);
    const people = await Promise.all(["Daan Moreau", "Elif Okafor", "Hanna Lindqvist", "Chiara Jansen"].map(principal));
    const changes = people.map((principalId) => assign({ principalId, scope: groupOf("ams-app-0001") }));
    const shown = await preview(ctx, changes);
    const bad = changes.slice(0, 2).map((change) => (change.kind === "assign" ? change.assignmentName : ""));
    await onPut(refusal(409, "RoleAssignmentExists"), {
      match: { face: "arm", method: "PUT", path: `(${bad.join("|")})` },
      times: 2,
    });
    const set = written(await write(ctx, changes, shown));
    expect(set.counts).toMatchObject({ done: 2, refused: 2 });
    expect(set.items.map(({ state }) => state)).toEqual(["refused", "refused", "done", "done"]);
    expect(set.items[0]?.azure).toMatchObject({ status: 409, code: "RoleAssignmentExists" });
    expect(set.undo).toHaveLength(2);
    const outcomes = (await audit(set.id)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "refused")).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(2);
  });

  it("no answer is unknown, not failed: Azure is asked and the change is found", async () => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    await onPut({ kind: "resetAfterHandling" });
    const set = written(await write(ctx, changes, shown));
    expect(set.items[0]?.state).toBe("unknown");
    const after = await watch(ctx, set.id);
    expect(after.items[0]?.state).toBe("done");
    expect((await audit(set.id)).map(({ outcome }) => outcome)).toEqual(["intent", "unknown", "done"]);
    expect(await wireWrites()).toHaveLength(1);
  });

  it("a request that never arrived is sent again under the same name", async () => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    await onPut({ kind: "reset" });
    const set = written(await write(ctx, changes, shown));
    expect(set.items[0]?.state).toBe("unknown");
    expect((await watch(ctx, set.id)).items[0]?.state).toBe("done");
  });

  it("a stronger sign-in leaves everything planned, and the repeated request sends it", async () => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const shown = await preview(ctx, changes);
    await onPut(
      {
        kind: "respond",
        status: 401,
        headers: { "www-authenticate": 'Bearer error="insufficient_claims", claims="eyJhIjoxfQ=="' },
        body: { error: { code: "InvalidAuthenticationToken", message: "step up" } },
      },
      { times: 2 },
    );
    const id = crypto.randomUUID();
    await expect(write(ctx, changes, shown, id)).rejects.toMatchObject({ code: "unauthenticated", claims: "eyJhIjoxfQ==" });
    expect((await getAccessChange({ ctx, id })).items[0]?.state).toBe("planned");
    expect(written(await write(ctx, changes, shown, id)).items[0]?.state).toBe("done");
  });
});

describe("effective yet", () => {
  it("waits until Azure's list shows the change three times in a row, and keeps how long that took", async () => {
    await control.setOptions({ roleListDelayMs: 9_000 });
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const set = written(await write(ctx, changes, await preview(ctx, changes)));
    expect((await watch(ctx, set.id, 2)).items[0]?.effect).toMatchObject({ state: "waiting", seen: 0 });
    const after = await watch(ctx, set.id, 12);
    expect(after.items[0]?.effect).toMatchObject({ state: "effective", seen: 3 });
    const elapsedMs = after.items[0]?.effect.elapsedMs ?? 0;
    expect(elapsedMs).toBeGreaterThanOrEqual(9_000);
    const { effectTimes } = await listAccessChanges({ ctx });
    expect(effectTimes).toEqual({ count: 1, medianMs: elapsedMs, worstMs: elapsedMs });
  });

  it("is late after ten minutes and effective when it comes all the same", async () => {
    await control.setOptions({ roleListDelayMs: 11 * 60_000 });
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const set = written(await write(ctx, changes, await preview(ctx, changes)));
    bench.nowMs.value += 10 * 60_000 + 1;
    await control.advanceClock(10 * 60_000 + 1);
    expect((await watch(ctx, set.id, 1)).items[0]?.effect.state).toBe("late");
    bench.nowMs.value += 60_000;
    await control.advanceClock(60_000);
    expect((await watch(ctx, set.id, 30)).items[0]?.effect.state).toBe("effective");
  });

  it("shows a new assignment in the fleet although Resource Graph does not have it yet", async () => {
    await control.setOptions({ roleIndexDelayMs: 3_600_000 });
    const ctx = await as(OWNER);
    const change = assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") });
    written(await write(ctx, [change], await preview(ctx, [change])));
    const again = await preview(ctx, [
      assign({ principalId: await principal("Daan Moreau"), roleId: ADMIN_LOGIN, scope: groupOf("ams-app-0001") }),
    ]);
    // Read has come with the first role already, so the second one does not give it again.
    expect(again.gained.map(({ capability }) => capability)).not.toContain("read");
  });
});

describe("who may see a set", () => {
  it("hides it from other operators and shows it to the portal's auditors", async () => {
    const ctx = await as(OWNER);
    const changes = [assign({ principalId: await principal("Daan Moreau"), scope: groupOf("ams-app-0001") })];
    const set = written(await write(ctx, changes, await preview(ctx, changes)));
    await expect(getAccessChange({ ctx: await as(READER), id: set.id })).rejects.toMatchObject({ code: "not_found" });
    const auditor = await as(SECURITY);
    const seen = await getAccessChange({
      ctx: { ...auditor, operator: { ...auditor.operator, portalRoles: ["Portal.Auditor"] } },
      id: set.id,
    });
    expect(seen.id).toBe(set.id);
  });
});
