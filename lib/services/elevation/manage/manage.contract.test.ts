import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { queryRows } from "@/lib/db/query";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { lastSegment } from "@/lib/domain/access/scope";
import type { ManageOverview, ManageSet, PolicyRow, ScheduleRow, StandingRow } from "@/lib/domain/elevation/manage/api";
import { driftFrom } from "@/lib/domain/elevation/manage/policy-drift";
import { policyDifferences } from "@/lib/domain/elevation/manage/policy-settings";
import type { AdminRequestType, ManageRequest, ScheduleRequest } from "@/lib/domain/elevation/manage/requests";
import { AccessChangeRunner } from "@/lib/jobs/access-change-runner";
import { type LocalAzure, startLocalAzure } from "../../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../../emulator/testing/control-client";
import { groupIdOf } from "../../../../emulator/world/people";
import { type AccessBench, createAccessBench, OWNER, READER } from "../../access/testing";
import type { ServiceContext } from "../../context";
import { OperatorAccess } from "../../operations/access";
import { quiet } from "../../operations/testing";
import { changeManage } from "./change";
import { manageOverview } from "./overview";
import { givenRule, listPolicies } from "./policies";
import { previewManage } from "./preview";
import { getManageSet } from "./view";

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;
let store: TestDatabase;
let clean: string;
let access: OperatorAccess;
let runner: AccessChangeRunner;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
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
  await store.db.session.execute(sql`delete from access_change_set`);
  await store.db.session.execute(sql`delete from fleet_snapshot`);
  await store.db.session.execute(sql`delete from preference`);
  bench.nowMs.value += 24 * 3_600_000;
  access = new OperatorAccess(() => bench.nowMs.value);
  runner = new AccessChangeRunner({ db: store.db, now: () => new Date(bench.nowMs.value), log: quiet, access });
});

async function as(upn: string): Promise<ServiceContext> {
  const me = await bench.fixture.clientsFor(upn).graph.me();
  const plain = bench.as(upn);
  const ctx = { ...plain, operator: { ...plain.operator, objectId: me.id } };
  access.remember(ctx.operator, bench.nowMs.value + 24 * 3_600_000, () => ctx.azure);
  return ctx;
}

async function send(ctx: ServiceContext, requests: ManageRequest[], confirmText = ""): Promise<ManageSet> {
  const { preview } = await previewManage({ ctx, requests });
  const input = { setId: crypto.randomUUID(), requests, stamp: preview.stamp, confirmText };
  const outcome = await changeManage({ ctx, runner, input });
  if (!outcome.ok) throw new Error("the preview was stale");
  return outcome.set;
}

const isUnderWay = ({ counts, effects }: ManageSet) => counts.planned + counts.submitting + counts.unknown + effects.waiting > 0;

/** Lets time pass until the set's effects are seen or `rounds` are over. */
async function watch(ctx: ServiceContext, id: string, rounds = 15, stepMs = 2_000): Promise<ManageSet> {
  let set = await getManageSet({ ctx, id });
  for (let round = 0; round < rounds && isUnderWay(set); round++) {
    bench.nowMs.value += stepMs;
    await control.advanceClock(stepMs);
    await runner.tick();
    set = await getManageSet({ ctx, id });
  }
  return set;
}

function convertOf(row: StandingRow): ManageRequest {
  const { assignmentId, principalId, roleId, scope } = row;
  const fixed = { kind: "convert", requestName: crypto.randomUUID(), justification: "less standing access" } as const;
  return { ...fixed, assignmentId, principalId, roleId, scope: scope.id, end: { kind: "after", minutes: 90 * 1_440 } };
}

const convertible = ({ standing }: ManageOverview, operatorId: string) =>
  standing.filter(
    ({ kind, condition, assignsRoles, principalId }) =>
      (kind === "user" || kind === "group") && condition === null && !assignsRoles && principalId !== operatorId,
  );

const writes = async () =>
  (await control.requests({ face: "arm" })).filter(({ method }) => method === "PUT" || method === "DELETE" || method === "PATCH");

describe("overview", () => {
  it("counts standing against eligible of people and groups, and keeps one entry a day", async () => {
    const ctx = await as(OWNER);
    const overview = await manageOverview({ ctx });
    const { all } = overview.ratio;
    expect(all.standing).toBeGreaterThan(0);
    expect(all.eligible).toBe(overview.schedules.filter(({ of }) => of === "eligible").length);
    await manageOverview({ ctx });
    bench.nowMs.value += 24 * 3_600_000;
    const { history } = await manageOverview({ ctx });
    expect(history.map(({ standing }) => standing)).toEqual([all.standing, all.standing]);
  });
});

describe("conversion", () => {
  it("[A30] makes five assignments eligible, eligibility before removal for each, and puts them back by undo", async () => {
    const ctx = await as(OWNER);
    const rows = convertible(await manageOverview({ ctx }), ctx.operator.objectId).slice(0, 5);
    expect(rows).toHaveLength(5);
    await control.clearRequests();
    const set = await send(ctx, rows.map(convertOf));
    const done = await watch(ctx, set.id);
    expect(done.counts).toMatchObject({ done: 5 });
    expect(done.effects).toMatchObject({ effective: 5 });
    const order = await writes();
    for (const [index, row] of rows.entries()) {
      const request = done.items[index]?.request;
      const name = request?.kind === "convert" ? request.requestName : "";
      const put = order.findIndex(({ method, path }) => method === "PUT" && path.endsWith(name));
      const gone = order.findIndex(({ method, path }) => method === "DELETE" && path.endsWith(lastSegment(row.assignmentId)));
      expect([put >= 0, gone > put]).toEqual([true, true]);
    }
    bench.nowMs.value += 60_000;
    const after = await manageOverview({ ctx });
    const left = new Set(after.standing.map(({ assignmentId }) => assignmentId));
    expect(rows.filter(({ assignmentId }) => left.has(assignmentId))).toEqual([]);

    const sent = await send(ctx, done.undo);
    expect(sent.items[0]).toMatchObject({ state: "planned", detail: expect.stringContaining("five minutes after its start") });
    const undone = await watch(ctx, sent.id, 20, 30_000);
    expect(undone.counts).toMatchObject({ done: 5 });
    expect(undone.effects).toMatchObject({ effective: 5 });
    bench.nowMs.value += 60_000;
    const back = await manageOverview({ ctx });
    const names = new Set(back.standing.map(({ assignmentId }) => lastSegment(assignmentId)));
    expect(rows.every(({ assignmentId }) => names.has(lastSegment(assignmentId)))).toBe(true);
  });

  it("one that Azure refuses still stands with Azure's words, and a retry sends it alone", async () => {
    const ctx = await as(OWNER);
    const rows = convertible(await manageOverview({ ctx }), ctx.operator.objectId).slice(0, 3);
    const requests = rows.map(convertOf);
    const [, second] = requests;
    const name = second?.kind === "convert" ? second.requestName : "";
    const body = { error: { code: "RoleAssignmentRequestPolicyValidationFailed", message: "the test says no" } };
    await control.addFault({
      match: { face: "arm", method: "PUT", path: name },
      effect: { kind: "respond", status: 400, body },
      times: 1,
    });
    const done = await watch(ctx, (await send(ctx, requests)).id);
    expect(done.items.map(({ state }) => state)).toEqual(["done", "refused", "done"]);
    expect(done.items[1]?.azure?.message).toContain("the test says no");
    expect(await ctx.azure.access.roleAssignment(rows[1]?.assignmentId ?? "")).not.toBeNull();
    expect(done.retry).toHaveLength(1);
    const again = await watch(ctx, (await send(ctx, done.retry)).id);
    expect(again.items.map(({ state }) => state)).toEqual(["done"]);
  });

  it("stores the intent before anything is sent and the outcome after", async () => {
    const ctx = await as(OWNER);
    const [row] = convertible(await manageOverview({ ctx }), ctx.operator.objectId);
    if (row === undefined) throw new Error("nothing to convert");
    const set = await send(ctx, [convertOf(row)]);
    const entries = await queryRows(
      store.db.session,
      sql`select action, outcome, target from audit_event where operation_id = ${set.id} order by seq`,
    );
    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      "pimAdmin.convert intent",
      "pimAdmin.convert done",
    ]);
  });

  it("sends nothing for somebody without the right", async () => {
    const owner = await as(OWNER);
    const [row] = convertible(await manageOverview({ ctx: owner }), owner.operator.objectId);
    if (row === undefined) throw new Error("nothing to convert");
    const reader = await as(READER);
    await control.clearRequests();
    await expect(send(reader, [convertOf(row)])).rejects.toMatchObject({ code: "forbidden" });
    expect(await writes()).toEqual([]);
  });
});

describe("role settings", () => {
  const shorter = (row: PolicyRow): ManageRequest => ({
    kind: "policy",
    policyId: row.policyId,
    roleId: row.role.id,
    scope: row.scope.id,
    settings: { ...row.settings, activation: { ...row.settings.activation, maxMinutes: 90 } },
  });

  it("are read for the roles in use, changed, read back and put back by undo", async () => {
    const ctx = await as(OWNER);
    const { rows } = await listPolicies({ ctx, all: false });
    const [row] = rows;
    if (row === undefined) throw new Error("no settings");
    const done = await watch(ctx, (await send(ctx, [shorter(row)])).id);
    expect(done.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    const after = (await listPolicies({ ctx, all: false })).rows.find(({ key }) => key === row.key);
    expect(after?.settings.activation.maxMinutes).toBe(90);
    await watch(ctx, (await send(ctx, done.undo)).id);
    const back = (await listPolicies({ ctx, all: false })).rows.find(({ key }) => key === row.key);
    expect(back === undefined ? null : policyDifferences(back.settings, row.settings)).toEqual([]);
  });

  it("cloned to thirty role-scope pairs are what Azure holds afterwards, read back", async () => {
    const ctx = await as(OWNER);
    const all = (await listPolicies({ ctx, all: true })).rows;
    const [baseline] = all;
    if (baseline === undefined) throw new Error("no settings");
    const settings = { ...baseline.settings, activation: { ...baseline.settings.activation, maxMinutes: 75, ticket: true } };
    const targets = all.slice(0, 30);
    expect(targets).toHaveLength(30);
    const requests = targets.map(
      ({ policyId, role, scope }): ManageRequest => ({
        ...{ kind: "policy", policyId, roleId: role.id, scope: scope.id, settings },
      }),
    );
    const done = await watch(ctx, (await send(ctx, requests)).id, 25);
    expect(done.effects).toMatchObject({ effective: 30 });
    const keys = new Set(targets.map(({ key }) => key));
    const read = (await listPolicies({ ctx, all: true })).rows.filter(({ key }) => keys.has(key));
    expect(driftFrom(settings, read)).toMatchObject({ same: { length: 30 }, different: [] });
  });

  it("their mails change only where somebody changes them, and the undo touches no other", async () => {
    const ctx = await as(OWNER);
    const find = async (key: string) => (await listPolicies({ ctx, all: false })).rows.find((one) => one.key === key);
    const [row] = (await listPolicies({ ctx, all: false })).rows;
    const mails = row?.settings.mails ?? [];
    if (row === undefined) throw new Error("no settings");
    expect(mails).toHaveLength(9);
    const sentRules = async () =>
      (await writes()).map(({ requestBody }) =>
        (JSON.parse(requestBody ?? "{}") as { properties: { rules: { id: string }[] } }).properties.rules.map(({ id }) => id),
      );
    const change = (settings: Partial<PolicyRow["settings"]>): ManageRequest => {
      const { activation, ...rest } = row.settings;
      return { ...shorter(row), settings: { activation, ...rest, ...settings } } as ManageRequest;
    };

    await control.clearRequests();
    const { activation } = row.settings;
    await watch(ctx, (await send(ctx, [change({ activation: { ...activation, maxMinutes: 75 }, mails: null })])).id);
    expect(await sentRules()).toEqual([["Expiration_EndUser_Assignment"]]);
    expect((await find(row.key))?.settings.mails).toEqual(mails);

    const [first, second] = mails;
    if (first === undefined || second === undefined) throw new Error("no mails");
    const silent = { ...first, level: "None", others: ["soc@contoso.example"] };
    await control.clearRequests();
    const done = await watch(
      ctx,
      (await send(ctx, [change({ activation: { ...activation, maxMinutes: 75 }, mails: [silent] })])).id,
    );
    expect(done.effects).toMatchObject({ effective: 1 });
    expect(await sentRules()).toEqual([["Notification_Admin_Admin_Eligibility"]]);
    expect((await find(row.key))?.settings.mails).toEqual([silent, ...mails.slice(1)]);

    const other = { ...second, level: "Critical" };
    await watch(ctx, (await send(ctx, [change({ activation: { ...activation, maxMinutes: 75 }, mails: [other] })])).id);
    await watch(ctx, (await send(ctx, done.undo)).id);
    expect((await find(row.key))?.settings.mails).toEqual([first, other, ...mails.slice(2)]);
  });

  it("a lock-out is not sent without the typed words", async () => {
    const ctx = await as(OWNER);
    const overview = await manageOverview({ ctx });
    const eligible = overview.schedules.find(({ of, principal }) => of === "eligible" && principal.kind === "user");
    if (eligible === undefined) throw new Error("nobody is eligible");
    const { rows } = await listPolicies({ ctx, all: false });
    const row = rows.find(({ role, scope }) => role.id === eligible.role.id && scope.id === eligible.scope.id);
    if (row === undefined) throw new Error("no settings");
    const mates = overview.schedules.filter(
      ({ of, role, scope }) => of === "eligible" && role.id === row.role.id && scope.id === row.scope.id,
    );
    expect(mates).toHaveLength(1);
    const { activation } = row.settings;
    const approver = { id: eligible.principal.id, kind: "user" as const, name: eligible.principal.displayName, isBackup: false };
    const approval = { ...activation.approval, required: true, mode: "SingleStage", approvers: [approver] };
    const request = { ...shorter(row), settings: { ...row.settings, activation: { ...activation, approval } } } as ManageRequest;
    const { preview } = await previewManage({ ctx, requests: [request] });
    expect(preview.items[0]).toMatchObject({ verdict: "confirm", problems: [{ id: "lockOut" }] });
    const behindGroup = async (key: Parameters<typeof groupIdOf>[1]) => {
      const approvers = [{ id: groupIdOf(1, key), kind: "group" as const, name: key, isBackup: false }];
      const settings = { ...row.settings, activation: { ...activation, approval: { ...approval, approvers } } };
      const asked = await previewManage({ ctx, requests: [{ ...shorter(row), settings } as ManageRequest] });
      return asked.preview.items[0]?.problems.map(({ id }) => id);
    };
    expect(await behindGroup("formerTeam")).toEqual(["lockOut"]);
    expect(await behindGroup("allIt")).toEqual([]);
    expect(await behindGroup("boardroom")).toEqual(["approversUnreadable"]);
    await expect(send(ctx, [request])).rejects.toMatchObject({ code: "invalid_input" });
    expect((await send(ctx, [request], row.role.name)).counts).toMatchObject({ done: 1 });
  });

  it("say what administrators may give", async () => {
    const ctx = await as(OWNER);
    const [row] = (await listPolicies({ ctx, all: false })).rows;
    if (row === undefined) throw new Error("no settings");
    const answer = await givenRule({ ctx, of: "eligible", scope: row.scope.id, roleId: row.role.id });
    expect(answer.rule).toEqual(row.settings.eligible);
  });
});

describe("an eligibility", () => {
  it("[A31] is given with an end, seen in force, extended and removed", async () => {
    const ctx = await as(OWNER);
    const overview = await manageOverview({ ctx });
    const person = overview.standing.find(({ kind }) => kind === "user")?.principal;
    const scope = overview.schedules[0]?.scope.id ?? "";
    const assign: ManageRequest = {
      ...{ kind: "schedule", requestName: crypto.randomUUID(), of: "eligible", requestType: "AdminAssign" },
      ...{ principalId: person?.id ?? "", roleId: "cd570a14-e51a-42ad-bac8-bafd67325302", scope, targetScheduleId: null },
      ...{ startsAt: null, end: { kind: "after", minutes: 30 * 1_440 }, justification: "on call", ticket: null },
    } as ManageRequest;
    const given = await watch(ctx, (await send(ctx, [assign])).id);
    expect(given.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    bench.nowMs.value += 60_000;
    const row = (await manageOverview({ ctx })).schedules.find(
      ({ principal, role }) => principal.id === person?.id && role.id.startsWith("cd570a14"),
    );
    const change = (requestType: "AdminExtend" | "AdminUpdate" | "AdminRemove"): ManageRequest =>
      ({
        ...assign,
        requestName: crypto.randomUUID(),
        requestType,
        targetScheduleId: row?.scheduleId ?? null,
        end: requestType === "AdminRemove" ? { kind: "none" } : { kind: "after", minutes: 60 * 1_440 },
      }) as ManageRequest;
    const extended = await watch(ctx, (await send(ctx, [change("AdminUpdate")])).id);
    expect(extended.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    // Undone, it has the end that it had before.
    expect(extended.undo).toMatchObject([{ requestType: "AdminUpdate", end: { kind: "at", endsAt: row?.endsAt } }]);
    const removed = await watch(ctx, (await send(ctx, [change("AdminRemove")])).id, 20, 30_000);
    expect(removed.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    expect(removed.undo).toMatchObject([{ requestType: "AdminAssign", targetScheduleId: null, end: { kind: "at" } }]);
    bench.nowMs.value += 60_000;
    const { preview } = await previewManage({ ctx, requests: [change("AdminRemove")] });
    expect(preview.items[0]).toMatchObject({ verdict: "blocked", problems: [{ id: "scheduleGone" }] });
  });
});

describe("what begins later", () => {
  const ROLE = "cd570a14-e51a-42ad-bac8-bafd67325302";
  const DAY_MINUTES = 1_440;

  it("is checked from its start, sent with it, listed until it begins, and taken back before", async () => {
    await control.setClock(bench.nowMs.value);
    const ctx = await as(OWNER);
    const overview = await manageOverview({ ctx });
    const person = overview.standing.find(({ kind }) => kind === "user")?.principal;
    const scope = overview.schedules[0]?.scope;
    if (person === undefined || scope === undefined) throw new Error("the world has nobody to make eligible");
    const startsAt = new Date(bench.nowMs.value + 7 * DAY_MINUTES * 60_000).toISOString();
    const change = (patch: Partial<ScheduleRequest>): ScheduleRequest => ({
      ...{ kind: "schedule", requestName: crypto.randomUUID(), of: "eligible", requestType: "AdminAssign" },
      ...{ principalId: person.id, roleId: ROLE, scope: scope.id, targetScheduleId: null, startsAt },
      ...{ end: { kind: "after", minutes: 30 * DAY_MINUTES }, justification: "on call", ticket: null, ...patch },
    });
    const mine = (rows: readonly ScheduleRow[]) =>
      rows.filter(({ principal, role }) => principal.id === person.id && role.id === ROLE);
    const given = change({});

    const { preview } = await previewManage({ ctx, requests: [given] });
    expect(preview.items[0]?.steps[0]?.body).toMatchObject({
      properties: { scheduleInfo: { startDateTime: startsAt, expiration: { type: "AfterDuration", duration: "P30D" } } },
    });
    expect(preview.items[0]?.commands.azCli).toContain(startsAt);
    // At this scope the settings take 30 days at most; the days before the start do not count.
    const { subscriptions } = await control.state();
    const platform = `/subscriptions/${subscriptions.find(({ displayName }) => displayName === "Platform management")?.id}`;
    const problemsOf = async (days: number) => {
      const end = { kind: "at", endsAt: new Date(Date.parse(startsAt) + days * DAY_MINUTES * 60_000).toISOString() } as const;
      const requests = [change({ roleId: "92aaf0da-9dab-42b6-94a3-d43ce8d16293", scope: platform, end })];
      return (await previewManage({ ctx, requests })).preview.items[0]?.problems;
    };
    expect(await problemsOf(30)).toEqual([]);
    expect(await problemsOf(31)).toMatchObject([{ id: "tooLong", values: { minutes: 30 * DAY_MINUTES } }]);

    const set = await watch(ctx, (await send(ctx, [given])).id);
    expect(set.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    bench.nowMs.value += 60_000;
    const after = await manageOverview({ ctx });
    expect(mine(after.schedules)).toEqual([]);
    expect(mine(after.coming)).toMatchObject([{ of: "eligible", over: false, startsAt, scope }]);

    const scheduleId = mine(after.coming)[0]?.scheduleId ?? null;
    const removal = change({ requestType: "AdminRemove", targetScheduleId: scheduleId, startsAt: null, end: { kind: "none" } });
    const removed = await watch(ctx, (await send(ctx, [removal])).id);
    expect(removed.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    expect(removed.undo).toMatchObject([{ requestType: "AdminAssign", startsAt, targetScheduleId: null }]);
    bench.nowMs.value += 60_000;
    const last = await manageOverview({ ctx });
    expect([mine(last.coming), mine(last.schedules), mine(last.ended)]).toEqual([[], [], []]);
    const again = await previewManage({ ctx, requests: [{ ...removal, requestName: crypto.randomUUID() }] });
    expect(again.preview.items[0]?.problems).toMatchObject([{ id: "scheduleGone" }]);
  });
});

describe("what has ended", () => {
  const ROLE = "cd570a14-e51a-42ad-bac8-bafd67325302";
  const MINUTE_MS = 60_000;

  async function pass(minutes: number): Promise<void> {
    bench.nowMs.value += minutes * MINUTE_MS;
    await control.advanceClock(minutes * MINUTE_MS);
  }

  it("by the clock is listed, renewed by its schedule and eligible again; what was removed is not listed", async () => {
    await control.setClock(bench.nowMs.value);
    const ctx = await as(OWNER);
    const first = await manageOverview({ ctx });
    const person = first.standing.find(({ kind }) => kind === "user")?.principal;
    const scope = first.schedules[0]?.scope;
    if (person === undefined || scope === undefined) throw new Error("the world has nobody to make eligible");
    const change = (requestType: AdminRequestType, targetScheduleId: string | null, minutes: number): ManageRequest => ({
      ...{ kind: "schedule", requestName: crypto.randomUUID(), of: "eligible", requestType, targetScheduleId },
      ...{ principalId: person.id, roleId: ROLE, scope: scope.id, startsAt: null, justification: "on call", ticket: null },
      end: requestType === "AdminRemove" ? { kind: "none" } : { kind: "after", minutes },
    });
    const problemsOf = async (request: ManageRequest) =>
      (await previewManage({ ctx, requests: [request] })).preview.items[0]?.problems;
    const mine = (rows: readonly ScheduleRow[]) =>
      rows.filter(({ principal, role }) => principal.id === person.id && role.id === ROLE);

    await watch(ctx, (await send(ctx, [change("AdminAssign", null, 10)])).id);
    const [running] = mine((await manageOverview({ ctx })).schedules);
    expect(running).toMatchObject({ of: "eligible", over: false });
    const scheduleId = running?.scheduleId ?? "";
    expect(await problemsOf(change("AdminRenew", scheduleId, 60))).toMatchObject([{ id: "notRenewable", weight: "blocks" }]);

    await pass(11);
    const after = await manageOverview({ ctx });
    expect(mine(after.schedules)).toEqual([]);
    expect(mine(after.ended)).toMatchObject([
      { of: "eligible", over: true, scheduleId, endsAt: running?.endsAt, scope, principal: { displayName: person.displayName } },
    ]);
    expect(await problemsOf(change("AdminExtend", scheduleId, 60))).toMatchObject([{ id: "scheduleGone" }]);
    expect(await problemsOf(change("AdminRenew", crypto.randomUUID(), 60))).toMatchObject([{ id: "notRenewable" }]);

    const renewed = await watch(ctx, (await send(ctx, [change("AdminRenew", scheduleId, 60)])).id);
    expect(renewed.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    expect(renewed.items[0]?.steps).toMatchObject([
      { method: "PUT", body: { properties: { requestType: "AdminRenew", targetRoleEligibilityScheduleId: scheduleId } } },
    ]);
    expect(renewed.undo).toMatchObject([{ requestType: "AdminRemove", targetScheduleId: scheduleId }]);
    const again = await manageOverview({ ctx });
    expect(mine(again.schedules)).toMatchObject([{ scheduleId, over: false }]);
    expect(mine(again.ended)).toEqual([]);

    await pass(6);
    const removed = await watch(ctx, (await send(ctx, renewed.undo)).id);
    expect(removed.items[0]).toMatchObject({ state: "done", effect: { state: "effective" } });
    const last = await manageOverview({ ctx });
    expect([mine(last.schedules), mine(last.ended)]).toEqual([[], []]);
  });

  it("is named as missing when its requests cannot be read, and the rest is there", async () => {
    const ctx = await as(OWNER);
    await control.addFault({
      match: { face: "arm", method: "GET", path: "roleEligibilityScheduleRequests" },
      effect: { kind: "respond", status: 403, body: { error: { code: "AuthorizationFailed", message: "the test says no" } } },
    });
    const { schedules, ended, history, completeness } = await manageOverview({ ctx });
    expect(schedules.length).toBeGreaterThan(0);
    expect(ended.filter(({ of }) => of === "eligible")).toEqual([]);
    expect(completeness.complete).toBe(false);
    const missing = completeness.missing.filter(({ source }) => source === "endedSchedules");
    expect(missing.map(({ label }) => label)).toContainEqual(expect.stringMatching(/^Ended eligibilities of ./));
    // Who holds what was read whole, so the day counts.
    expect(history).toHaveLength(1);
  });

  it("is not refused beforehand when Azure does not say whether it can be renewed", async () => {
    const ctx = await as(OWNER);
    const [row] = (await manageOverview({ ctx })).schedules;
    if (row === undefined) throw new Error("the world has no schedule");
    await control.addFault({
      match: { face: "arm", method: "GET", path: "ScheduleRequests" },
      effect: { kind: "respond", status: 403, body: { error: { code: "AuthorizationFailed", message: "the test says no" } } },
    });
    const request: ManageRequest = {
      ...{ kind: "schedule", requestName: crypto.randomUUID(), of: row.of, requestType: "AdminRenew" },
      ...{ principalId: row.principal.id, roleId: row.role.id, scope: row.scope.id, targetScheduleId: row.scheduleId },
      ...{ startsAt: null, end: { kind: "after", minutes: 60 }, justification: "on call", ticket: null },
    };
    const [item] = (await previewManage({ ctx, requests: [request] })).preview.items;
    expect(item?.problems).toContainEqual({ about: "state", id: "renewUnknown", weight: "warns", values: {} });
  });
});
