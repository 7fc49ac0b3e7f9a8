import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { queryRows } from "@/lib/db/query";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { ElevationAction, ElevationBatch, ElevationItem } from "@/lib/domain/elevation/write-api";
import { AppError } from "@/lib/domain/errors";
import { issueToken } from "../../../emulator/control/token-desk";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { sub } from "../../../emulator/pim/test-support";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { restoreWorld, snapshotWorld, type WorldSnapshot } from "../../../emulator/world/mutate";
import { groupIdOf } from "../../../emulator/world/people";
import { policyKey, ruleOf } from "../../../emulator/world/pim-rules";
import { ROLE_IDS } from "../../../emulator/world/roles";
import type { ServiceContext } from "../context";
import { approvalCount, approvalInbox } from "./approvals";
import { approverPeople } from "./approver-people";
import { getElevationBatch, listElevationBatches } from "./batches";
import { checkElevation } from "./check";
import { myElevation } from "./mine";
import { elevationPermits } from "./permits";
import { narrowerScopes } from "./scopes";
import { submitElevation } from "./submit";
import {
  APPROVER,
  activationOf,
  createElevationBench,
  type ElevationBench,
  eligibleAt,
  OPERATOR,
  READER,
  SECOND_APPROVER,
} from "./testing";
import { watchElevation } from "./watch";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SANDBOX = sub("sandbox");
const PROD = sub("prodEu1");
const { contributor: CONTRIBUTOR, adminLogin: ADMIN_LOGIN } = ROLE_IDS;

let azure: LocalAzure;
let control: ControlClient;
let fresh: WorldSnapshot;
let startMs: number;
let store: TestDatabase;
let bench: ElevationBench;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  fresh = snapshotWorld(azure.world);
  startMs = azure.clock.nowMs();
  store = await emptyTestDatabase();
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(async () => {
  restoreWorld(azure.world, fresh);
  azure.clock.set(startMs);
  Object.assign(azure.options, { pimEvaluationMs: 0, pimProvisioningMs: 0, replicationDelayMs: 0 });
  await control.clearFaults();
  await store.db.session.execute(sql`delete from elevation_batch`);
  await store.db.session.execute(sql`delete from fleet_snapshot`);
  const running = {
    origin: azure.origin,
    clock: azure.clock,
    token: (order: Parameters<typeof issueToken>[1]) => issueToken(azure.instance, order),
  };
  bench = createElevationBench(running, store.db);
});

const batchOf = (...actions: ElevationAction[]) => ({ batchId: crypto.randomUUID(), actions });
const send = (ctx: ServiceContext, ...actions: ElevationAction[]) =>
  submitElevation({ ctx, runner: bench.runner, input: batchOf(...actions) });
const seen = (batch: ElevationBatch) => batch.items.map(({ state, refusal }) => refusal?.id ?? state);

async function challengeOf(sent: Promise<unknown>): Promise<string> {
  const error = await sent.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError) || error.claims === undefined) throw new Error(`no challenge: ${String(error)}`);
  return (JSON.parse(atob(error.claims)) as { access_token: { acrs: { value: string } } }).access_token.acrs.value;
}

/** Rounds of the engine while Azure's clock moves on. */
async function follow(rounds: number, ms: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    azure.clock.advance(ms);
    await bench.runner.tick();
  }
}

async function only(ctx: ServiceContext, batch: ElevationBatch): Promise<ElevationItem> {
  const [item] = (await getElevationBatch({ ctx, id: batch.id })).items;
  if (item === undefined) throw new Error("empty batch");
  return item;
}

const mayWrite = async (ctx: ServiceContext, scope: string): Promise<boolean> => {
  const action = "Microsoft.Resources/subscriptions/resourceGroups/write";
  const [decision] = await control.decisions([{ principalId: ctx.operator.objectId, action, scope }]);
  return decision?.outcome === "allowed";
};

describe("my access", () => {
  it("[A26] lists every eligibility on all scopes, through groups too, each with its own settings", async () => {
    const ctx = await bench.as(OPERATOR);
    const mine = await myElevation({ ctx });
    expect(mine.completeness).toMatchObject({ complete: true, missing: [] });
    expect(mine.eligible.length).toBeGreaterThanOrEqual(20);
    expect(new Set(mine.eligible.map(({ scope }) => scope.id)).size).toBeGreaterThanOrEqual(6);
    expect(mine.eligible.every(({ policy }) => policy.known)).toBe(true);
    const byGroup = eligibleAt(mine, sub("nonProd2"), CONTRIBUTOR);
    expect(byGroup.viaGroup?.kind).toBe("group");
    const settings = (scope: string, role: string) => {
      const { policy } = eligibleAt(mine, scope, role);
      if (!policy.known) throw new Error("unknown");
      const { maxMinutes, justification, ticket, authenticationContext, approval } = policy.policy.activation;
      return [maxMinutes, justification, ticket, authenticationContext, approval.approvers.map(({ name }) => name)];
    };
    expect(settings(SANDBOX, CONTRIBUTOR)).toEqual([480, false, false, null, []]);
    expect(settings(sub("nonProd1"), CONTRIBUTOR)).toEqual([240, true, true, null, []]);
    expect(settings(sub("prodEu2"), ADMIN_LOGIN)).toEqual([240, true, false, "c1", []]);
    expect(settings(PROD, CONTRIBUTOR)).toEqual([120, true, false, null, ["Anton Approver", "Ada Admin"]]);
  });

  it("says what cannot be read and shows the rest", async () => {
    const ctx = await bench.as(OPERATOR);
    const broken = {
      ...ctx,
      azure: {
        ...ctx.azure,
        pim: { ...ctx.azure.pim, requests: () => Promise.reject(new AppError({ code: "upstream", message: "down" })) },
      },
    };
    const mine = await myElevation({ ctx: broken });
    expect(mine.eligible.length).toBeGreaterThan(0);
    expect(mine.completeness.complete).toBe(false);
    expect(mine.completeness.missing.map(({ source }) => source)).toContain("requests");
  });

  it("says plainly that the tenant has no licence", async () => {
    const ctx = await bench.as(OPERATOR);
    const failure = {
      status: 400,
      code: "AadPremiumLicenseRequired",
      message: "no P2",
      requestId: null,
      correlationId: null,
      retryAfterSeconds: null,
      service: "arm" as const,
    };
    const unlicensed = () => Promise.reject(new AppError({ code: "upstream", message: "no P2", azure: failure }));
    const pim = { ...ctx.azure.pim, myEligibilities: unlicensed, requests: unlicensed };
    const mine = await myElevation({ ctx: { ...ctx, azure: { ...ctx.azure, pim } } });
    expect(mine.notice).toMatchObject({ id: "licenceMissing", azure: { code: "AadPremiumLicenseRequired" } });
  });

  it("counts what each role would permit on how many machines", async () => {
    const ctx = await bench.as(OPERATOR);
    const items = [
      { key: "a", roleId: CONTRIBUTOR, scope: SANDBOX },
      { key: "b", roleId: ADMIN_LOGIN, scope: PROD },
    ];
    const { permits } = await elevationPermits({ ctx, input: { items } });
    const inScope = (scope: string) =>
      azure.world.machines.filter((row) => `/subscriptions/${row.subscriptionId}` === scope).length;
    expect(permits.map(({ key, machines }) => [key, machines])).toEqual([
      ["a", inScope(SANDBOX)],
      ["b", inScope(PROD)],
    ]);
    expect(permits[1]?.capabilities.map(({ capability }) => capability)).toContain("signInAdmin");
  });

  it("names narrower scopes below an eligibility, machines among them", async () => {
    const ctx = await bench.as(OPERATOR);
    const { scopes } = await narrowerScopes({ ctx, scope: sub("nonProd1") });
    expect(new Set(scopes.map(({ kind }) => kind))).toEqual(new Set(["resourceGroup", "machine"]));
    expect(scopes.every(({ id }) => id.toLowerCase().startsWith(sub("nonProd1")))).toBe(true);
  });
});

describe("an activation", () => {
  it("[A26] [A28] works, is counted until it works, and ends by itself", async () => {
    Object.assign(azure.options, { pimProvisioningMs: 4_000, replicationDelayMs: 8_000 });
    const ctx = await bench.as(OPERATOR);
    const row = eligibleAt(await myElevation({ ctx }), SANDBOX, CONTRIBUTOR);
    const batch = await send(ctx, activationOf(row));
    expect([seen(batch), batch.items[0]?.status]).toEqual([["waiting"], "PendingProvisioning"]);
    await follow(3, 2_000);
    expect([(await only(ctx, batch)).state, await mayWrite(ctx, SANDBOX)]).toEqual(["done", false]);
    expect((await only(ctx, batch)).effect.state).toBe("waiting");
    await follow(12, 2_000);
    const item = await only(ctx, batch);
    expect([item.effect.state, await mayWrite(ctx, SANDBOX)]).toEqual(["effective", true]);
    expect(item.effect.provenBy).toMatch(/^Microsoft\./);
    expect(item.effect.elapsedMs).toBeGreaterThan(2_000);
    const [active] = (await myElevation({ ctx })).active.filter(({ itemId }) => itemId === item.id);
    expect(active).toMatchObject({ kind: "activated", effect: { state: "effective" } });
    azure.clock.set(Date.parse(active?.endsAt ?? "") + 20_000);
    await follow(2, 20_000);
    expect([(await only(ctx, batch)).effect.state, await mayWrite(ctx, SANDBOX)]).toEqual(["ended", false]);
    expect((await myElevation({ ctx })).active.some(({ id }) => id === active?.id)).toBe(false);
    expect((await listElevationBatches({ ctx })).effectTimes.count).toBe(1);
  });

  it("[A31] sends exactly the request that was shown, once, however often it is submitted", async () => {
    const ctx = await bench.as(OPERATOR);
    const row = eligibleAt(await myElevation({ ctx }), SANDBOX, CONTRIBUTOR);
    const input = batchOf(activationOf(row, { minutes: 90 }));
    await control.clearRequests();
    const first = await submitElevation({ ctx, runner: bench.runner, input });
    const again = await submitElevation({ ctx, runner: bench.runner, input });
    const state = ({ items }: ElevationBatch) => items.map(({ effect: _, ...item }) => item);
    expect(state(again)).toEqual(state(first));
    const exact = first.items[0]?.exact;
    expect(exact?.body).toEqual({
      properties: {
        principalId: ctx.operator.objectId,
        roleDefinitionId: row.role.definitionId,
        requestType: "SelfActivate",
        linkedRoleEligibilityScheduleId: row.scheduleId,
        justification: "INC-1: disk full",
        ticketInfo: { ticketNumber: "INC-1", ticketSystem: "ServiceNow" },
        scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT1H30M" } },
      },
    });
    expect(azure.world.pim.requests.filter(({ name }) => name === input.actions[0]?.id)).toHaveLength(1);
  });

  it("refuses an id that was used for something else, and sends nothing", async () => {
    const ctx = await bench.as(OPERATOR);
    const mine = await myElevation({ ctx });
    const input = batchOf(activationOf(eligibleAt(mine, SANDBOX, CONTRIBUTOR)));
    await submitElevation({ ctx, runner: bench.runner, input });
    const other = activationOf(eligibleAt(mine, sub("nonProd1"), ADMIN_LOGIN));
    const sameBatch = submitElevation({ ctx, runner: bench.runner, input: { ...input, actions: [other] } });
    await expect(sameBatch).rejects.toMatchObject({ code: "conflict" });
    const sameItem = send(ctx, { ...other, id: input.actions[0]?.id ?? "" });
    await expect(sameItem).rejects.toMatchObject({ code: "conflict" });
    expect(azure.world.pim.requests.filter(({ createdMs }) => createdMs >= startMs)).toHaveLength(1);
  });

  it("of one machine out of a subscription counts there", async () => {
    const ctx = await bench.as(OPERATOR);
    const row = eligibleAt(await myElevation({ ctx }), sub("nonProd1"), ADMIN_LOGIN);
    const { scopes } = await narrowerScopes({ ctx, scope: row.scope.id });
    const machine = scopes.find(({ kind }) => kind === "machine");
    const batch = await send(ctx, activationOf(row, { scope: machine?.id ?? "" }));
    await follow(4, 2_000);
    expect([(await only(ctx, batch)).effect.state, batch.items[0]?.names.scope]).toEqual(["effective", machine?.name]);
    const mine = await myElevation({ ctx });
    expect(mine.active.find(({ itemId }) => itemId === batch.items[0]?.id)?.scope.kind).toBe("machine");
  });

  it("can be ended after five minutes and not before: the portal says when", async () => {
    const ctx = await bench.as(OPERATOR);
    const batch = await send(ctx, activationOf(eligibleAt(await myElevation({ ctx }), SANDBOX, CONTRIBUTOR)));
    await follow(4, 2_000);
    const active = (await myElevation({ ctx })).active.find(({ itemId }) => itemId === batch.items[0]?.id);
    const end = (): ElevationAction => ({
      kind: "deactivate",
      id: crypto.randomUUID(),
      roleDefinitionId: active?.role.definitionId ?? "",
      scope: SANDBOX,
      scheduleId: active?.scheduleId ?? null,
      justification: "done",
    });
    const early = await send(ctx, end());
    expect(early.items[0]?.refusal).toEqual({ id: "tooSoonToEnd", values: { canEndFrom: active?.canEndFrom }, azure: null });
    azure.clock.set(Date.parse(active?.canEndFrom ?? ""));
    const late = await send(ctx, end());
    await follow(4, 2_000);
    expect([(await only(ctx, late)).state, (await only(ctx, late)).effect.state]).toEqual(["done", "effective"]);
    expect([(await only(ctx, batch)).effect.state, await mayWrite(ctx, SANDBOX)]).toEqual(["ended", false]);
  });

  it("begins at once although the portal's clock is ten minutes ahead, and the page says so", async () => {
    bench.aheadMs.value = 10 * MINUTE;
    const ctx = await bench.as(OPERATOR);
    const mine = await myElevation({ ctx });
    expect(mine.clock.isLarge).toBe(true);
    expect(Math.abs((mine.clock.milliseconds ?? 0) - 10 * MINUTE)).toBeLessThan(5_000);
    const batch = await send(ctx, activationOf(eligibleAt(mine, SANDBOX, CONTRIBUTOR)));
    expect([batch.items[0]?.status, await mayWrite(ctx, SANDBOX)]).toEqual(["Provisioned", true]);
  });

  it("may begin later: it is scheduled, can be taken back, and then gives nothing", async () => {
    const ctx = await bench.as(OPERATOR);
    const startsAt = new Date(azure.clock.nowMs() + HOUR).toISOString();
    const row = eligibleAt(await myElevation({ ctx }), SANDBOX, CONTRIBUTOR);
    const batch = await send(ctx, activationOf(row, { startsAt }));
    expect(seen(batch)).toEqual(["scheduled"]);
    const waiting = (await myElevation({ ctx })).pending.find(({ id }) => id === batch.items[0]?.id);
    expect(waiting).toMatchObject({ phase: "scheduled", canCancel: true, minutes: 60 });
    const taken = await send(ctx, {
      kind: "cancel",
      id: crypto.randomUUID(),
      requestId: waiting?.requestId ?? "",
      of: "activation",
    });
    expect(seen(taken)).toEqual(["done"]);
    await follow(2, HOUR);
    expect([(await only(ctx, batch)).state, await mayWrite(ctx, SANDBOX)]).toEqual(["canceled", false]);
  });
});

describe("what is refused", () => {
  it("before sending: too long, no reason, no ticket, each with its field", async () => {
    const ctx = await bench.as(OPERATOR);
    const row = eligibleAt(await myElevation({ ctx }), sub("nonProd1"), CONTRIBUTOR);
    const batch = await send(ctx, activationOf(row, { minutes: 241, justification: "", ticket: null }));
    expect(seen(batch)).toEqual(["formInvalid"]);
    expect(batch.items[0]?.problems.map(({ field, id }) => `${field}.${id}`)).toEqual([
      "minutes.tooLong",
      "justification.justificationMissing",
      "ticket.ticketMissing",
    ]);
    expect(azure.world.pim.requests.some(({ name }) => name === batch.items[0]?.id)).toBe(false);
  });

  it("because the settings changed between form and send; what still fits is sent and marked", async () => {
    const ctx = await bench.as(OPERATOR);
    const row = eligibleAt(await myElevation({ ctx }), sub("nonProd1"), CONTRIBUTOR);
    for (const record of azure.world.pim.policies.values()) {
      if (record.scope !== sub("nonProd1") || record.roleDefinitionGuid !== CONTRIBUTOR) continue;
      for (const rule of record.rules) {
        if (rule.id === "Expiration_EndUser_Assignment" && "maximumDuration" in rule) rule.maximumDuration = "PT1H";
      }
    }
    const [tooLong, fits] = [
      await send(ctx, activationOf(row, { minutes: 120 })),
      await send(ctx, activationOf(row, { minutes: 60 })),
    ];
    expect([seen(tooLong), tooLong.items[0]?.policyChanged]).toEqual([["policyChanged"], true]);
    expect([seen(fits), fits.items[0]?.policyChanged]).toEqual([["done"], true]);
  });

  it("because the eligibility ended meanwhile, or the role is active or asked for already", async () => {
    const ctx = await bench.as(OPERATOR);
    const mine = await myElevation({ ctx });
    const row = eligibleAt(mine, SANDBOX, CONTRIBUTOR);
    await send(ctx, activationOf(row));
    expect(seen(await send(ctx, activationOf(row)))).toEqual(["alreadyActive"]);
    const approval = eligibleAt(mine, PROD, CONTRIBUTOR);
    await send(ctx, activationOf(approval));
    expect(seen(await send(ctx, activationOf(approval)))).toEqual(["alreadyPending"]);
    const ended = eligibleAt(mine, sub("nonProd1"), ADMIN_LOGIN);
    const schedule = azure.world.roleSchedules.find(({ name }) => name === ended.scheduleId);
    if (schedule) schedule.endMs = azure.clock.nowMs();
    expect(seen(await send(ctx, activationOf(ended)))).toEqual(["eligibilityEnded"]);
  });

  it("by Azure when the portal could not know: the words and Azure's code come with it", async () => {
    const ctx = await bench.as(OPERATOR);
    const row = eligibleAt(await myElevation({ ctx }), SANDBOX, CONTRIBUTOR);
    const unread = {
      ...ctx.azure.pim,
      myEligibilities: () => Promise.reject(new AppError({ code: "upstream", message: "down" })),
    };
    const schedule = azure.world.roleSchedules.find(({ name }) => name === row.scheduleId);
    if (schedule) schedule.endMs = azure.clock.nowMs();
    const batch = await send({ ...ctx, azure: { ...ctx.azure, pim: unread } }, activationOf(row));
    expect(batch.items[0]?.refusal).toMatchObject({
      id: "notEligible",
      azure: { code: "RoleAssignmentRequestPolicyValidationFailed" },
    });
  });

  it("is found by a check before anything is made, with the same request in three other forms", async () => {
    const ctx = await bench.as(OPERATOR);
    const mine = await myElevation({ ctx });
    const actions = [
      activationOf(eligibleAt(mine, SANDBOX, CONTRIBUTOR)),
      activationOf(eligibleAt(mine, sub("prodEu2"), ADMIN_LOGIN)),
      activationOf(eligibleAt(mine, PROD, CONTRIBUTOR)),
    ];
    const before = azure.world.pim.requests.length;
    const { items } = await checkElevation({ ctx, input: { actions } });
    expect(items.map(({ refusal, needs }) => [refusal, needs.authenticationContext, needs.approval])).toEqual([
      [null, null, false],
      [null, "c1", false],
      [null, null, true],
    ]);
    expect(items[0]?.commands.azCli).toContain("az rest --method put");
    expect(items[0]?.commands.powershell).toContain("Invoke-AzRestMethod -Method PUT");
    expect(azure.world.pim.requests.length).toBe(before);
  });
});

describe("a batch while PIM fails", () => {
  const PUTS = { face: "arm" as const, method: "PUT", path: "roleAssignmentScheduleRequests" };

  async function three(ctx: ServiceContext): Promise<ElevationAction[]> {
    const mine = await myElevation({ ctx });
    return [
      activationOf(eligibleAt(mine, SANDBOX, CONTRIBUTOR)),
      activationOf(eligibleAt(mine, sub("nonProd1"), ADMIN_LOGIN)),
      activationOf(eligibleAt(mine, sub("nonProd2"), ADMIN_LOGIN)),
    ];
  }
  const made = (actions: readonly ElevationAction[]) =>
    actions.map(({ id }) => azure.world.pim.requests.filter(({ name }) => name === id).length);

  it.each([
    [
      "with a 500 before it did anything",
      { kind: "respond", status: 500, body: { error: { code: "InternalServerError", message: "x" } } },
    ],
    ["by losing the answer after it did it", { kind: "resetAfterHandling" }],
    ["by losing the request", { kind: "reset" }],
  ] as const)("%s: the others are done, the one is settled, nothing is made twice", async (_, effect) => {
    const ctx = await bench.as(OPERATOR);
    const actions = await three(ctx);
    await control.addFault({ match: PUTS, effect, times: 1, skip: 1 });
    const batch = await send(ctx, ...actions);
    expect(seen(batch).toSorted()).toEqual(["azureDown", "done", "done"]);
    await follow(6, 4_000);
    const after = await getElevationBatch({ ctx, id: batch.id });
    expect(after.items.map(({ state, effect: works }) => [state, works.state])).toEqual(actions.map(() => ["done", "effective"]));
    expect(made(actions)).toEqual([1, 1, 1]);
    expect(after.items.map(({ refusal }) => refusal)).toEqual([null, null, null]);
  });

  it("by evaluating for a while: it waits, and says Azure's word for it", async () => {
    Object.assign(azure.options, { pimEvaluationMs: 6_000 });
    const ctx = await bench.as(OPERATOR);
    const batch = await send(ctx, ...(await three(ctx)).slice(0, 1));
    expect([seen(batch), batch.items[0]?.status]).toEqual([["waiting"], "PendingEvaluation"]);
    await follow(8, 2_000);
    expect((await only(ctx, batch)).effect.state).toBe("effective");
  });
});

describe("step-ups", () => {
  it("one batch of all roles with two contexts is stepped through once each, nothing lost and nothing twice", async () => {
    const ctx = await bench.as(OPERATOR);
    const mine = await myElevation({ ctx });
    const rows = mine.eligible.filter(({ activeId, pendingRequestId }) => activeId === null && pendingRequestId === null);
    const input = batchOf(...rows.map((row) => activationOf(row)));
    expect(rows.length).toBeGreaterThanOrEqual(19);
    expect(await challengeOf(submitElevation({ ctx, runner: bench.runner, input }))).toBe("c1");
    const strong = await bench.as(OPERATOR, ["c1"]);
    expect(await challengeOf(submitElevation({ ctx: strong, runner: bench.runner, input }))).toBe("c2");
    const device = await bench.as(OPERATOR, ["c2"]);
    const batch = await submitElevation({ ctx: device, runner: bench.runner, input });
    const open = batch.items.filter(({ state }) => state !== "done");
    expect(open.every(({ state, status }) => state === "waiting" && status === "PendingApproval")).toBe(true);
    expect(batch.counts.done + open.length).toBe(rows.length);
    const names = new Set(input.actions.map(({ id }) => id));
    expect(azure.world.pim.requests.filter(({ name }) => names.has(name))).toHaveLength(rows.length);
    expect(batch.stepUps).toEqual([]);
  });

  it("twice in vain ends that item and says so; the others are done", async () => {
    const ctx = await bench.as(OPERATOR);
    const mine = await myElevation({ ctx });
    const input = batchOf(
      activationOf(eligibleAt(mine, sub("prodEu2"), ADMIN_LOGIN)),
      activationOf(eligibleAt(mine, SANDBOX, CONTRIBUTOR)),
    );
    await challengeOf(submitElevation({ ctx, runner: bench.runner, input }));
    const other = await bench.as(OPERATOR);
    const batch = await submitElevation({ ctx: other, runner: bench.runner, input });
    expect(seen(batch)).toEqual(["stepUpRepeated", "done"]);
    expect(batch.items[0]?.refusal?.values).toEqual({ context: "c1" });
  });
});

describe("approvals", () => {
  async function ask(ctx: ServiceContext): Promise<ElevationBatch> {
    return send(ctx, activationOf(eligibleAt(await myElevation({ ctx }), PROD, CONTRIBUTOR)));
  }

  async function decide(ctx: ServiceContext, id: string, decision: "approve" | "deny"): Promise<ElevationAction> {
    const row = (await approvalInbox({ ctx })).rows.find((one) => one.id === id);
    if (row === undefined) throw new Error("not in the inbox");
    const { requestId, approvalId } = row;
    return { kind: "decide", id: crypto.randomUUID(), requestId, approvalId, decision, reason: "checked" };
  }

  it("[A27] arrive with who, role, scope, why, ticket, how long, approvers and history, soonest end first", async () => {
    const olivia = await bench.as(OPERATOR);
    const asked = await ask(olivia);
    const ctx = await bench.as(APPROVER);
    const inbox = await approvalInbox({ ctx });
    expect(inbox.completeness.complete).toBe(true);
    const ends = inbox.rows.map(({ expiresAt }) => expiresAt ?? "");
    expect(ends).toEqual(ends.toSorted());
    const row = inbox.rows.find(({ id }) => id === asked.items[0]?.id);
    expect(row).toMatchObject({
      requester: { kind: "user", name: olivia.operator.name },
      role: { id: CONTRIBUTOR },
      justification: "INC-1: disk full",
      ticket: { number: "INC-1", system: "ServiceNow" },
      minutes: 60,
      canDecide: { allowed: true, why: "yes" },
      reasonRequired: true,
      status: "PendingApproval",
    });
    expect(row?.approvers.map(({ name }) => name)).toEqual(["Anton Approver", "Ada Admin"]);
    const narrow = inbox.rows.find(({ scope }) => scope.kind === "machine");
    expect(narrow?.approvers.map(({ name }) => name)).toEqual(["Anton Approver", "Ada Admin"]);
    const closed = inbox.rows.find(({ policy }) => !policy.known);
    expect([closed?.reasonRequired, closed?.approvers, closed?.canDecide.allowed]).toEqual([null, [], true]);
    expect((await approvalCount({ ctx })).waiting).toBe(
      inbox.rows.filter(({ canDecide }) => canDecide.why !== "ownRequest").length,
    );
  });

  it("[A27] come to members of a group inside an approving group, whose people are named, at least as far as they may be read", async () => {
    const [outer, inner] = (["windowsTeam", "contractors"] as const).map((key) => groupIdOf(1, key));
    const ctx = await bench.as(APPROVER);
    azure.world.groups.find(({ id }) => id === inner)?.memberIds.push(ctx.operator.objectId);
    const rules = azure.world.pim.policies.get(policyKey(PROD, CONTRIBUTOR))?.rules ?? [];
    const rule = ruleOf(rules, "Approval_EndUser_Assignment", "RoleManagementPolicyApprovalRule");
    const group = { id: outer ?? "", description: "Windows platform team", isBackup: false, userType: "Group" as const };
    for (const stage of rule.setting.approvalStages) stage.primaryApprovers = [group];
    const asked = await ask(await bench.as(OPERATOR));
    const row = (await approvalInbox({ ctx })).rows.find(({ id }) => id === asked.items[0]?.id);
    expect([row?.canDecide, row?.approvers]).toMatchObject([
      { allowed: true },
      [{ kind: "group", name: "Windows platform team" }],
    ]);
    const input = { approvers: [{ id: outer ?? "", kind: "group" as const, name: "" }] };

    const answer = await approverPeople({ ctx, input });
    expect(answer).toMatchObject({ me: ctx.operator.objectId, missing: [], approvers: [{ atLeast: false, kind: "group" }] });
    const [found] = answer.approvers;
    const working = azure.world.groups
      .filter(({ id }) => id === outer || id === inner)
      .flatMap(({ memberIds }) => memberIds)
      .filter((id) => azure.world.users.some((user) => user.id === id && user.accountEnabled));
    expect(found?.people.map(({ id }) => id).toSorted()).toEqual([...new Set(working)].toSorted());
    expect([found?.total, found?.people.some(({ name }) => name === "Anton Approver")]).toEqual([new Set(working).size, true]);

    const hidden = azure.world.groups.find(({ id }) => id === inner);
    if (hidden !== undefined) hidden.hasHiddenMembership = true;
    const part = await approverPeople({ ctx, input });
    expect(part.approvers[0]).toMatchObject({ atLeast: true });
    expect(part.approvers[0]?.people.map(({ name }) => name)).not.toContain("Anton Approver");
    expect(part.approvers[0]?.total).toBeGreaterThan(0);
    expect(part.missing).toMatchObject([{ label: "External contractors" }]);
  });

  it("[A27] approved: the requester's item is done and works; the history shows it next time", async () => {
    const olivia = await bench.as(OPERATOR);
    const asked = await ask(olivia);
    const id = asked.items[0]?.id ?? "";
    expect(seen(asked)).toEqual(["waiting"]);
    const ctx = await bench.as(APPROVER);
    expect(seen(await send(ctx, await decide(ctx, id, "approve")))).toEqual(["done"]);
    await follow(5, 4_000);
    expect([(await only(olivia, asked)).effect.state, await mayWrite(olivia, PROD)]).toEqual(["effective", true]);
    azure.clock.advance(3 * HOUR);
    const again = await ask(olivia);
    const row = (await approvalInbox({ ctx })).rows.find((one) => one.id === again.items[0]?.id);
    expect(row?.history.rows.map((one) => [one.id, one.phase])).toContainEqual([id, "done"]);
  });

  it("denied: the requester's item says so and nothing is held", async () => {
    const olivia = await bench.as(OPERATOR);
    const asked = await ask(olivia);
    const ctx = await bench.as(APPROVER);
    await send(ctx, await decide(ctx, asked.items[0]?.id ?? "", "deny"));
    await follow(2, 4_000);
    expect([(await only(olivia, asked)).refusal?.id, await mayWrite(olivia, PROD)]).toEqual(["denied", false]);
  });

  it("two approvers at once: one wins, the other is told who and what, whether found before or by Azure", async () => {
    const asked = await ask(await bench.as(OPERATOR));
    const [anton, ada] = [await bench.as(APPROVER), await bench.as(SECOND_APPROVER)];
    const id = asked.items[0]?.id ?? "";
    const [first, second] = [await decide(anton, id, "approve"), await decide(ada, id, "deny")];
    const answers = await Promise.all([send(anton, first), send(ada, second)]);
    expect(answers.map((batch) => seen(batch)[0]).toSorted()).toEqual(["decidedByOther", "done"]);
    const loser = answers.find((batch) => batch.items[0]?.refusal !== null)?.items[0];
    expect(loser?.decidedBy?.person.name).toMatch(/Anton Approver|Ada Admin/);
    expect(loser?.decidedBy?.reason).toBe("checked");
    const late = await send(ada, { ...second, id: crypto.randomUUID() });
    expect(seen(late)).toEqual(["decidedByOther"]);
    const inbox = await approvalInbox({ ctx: ada });
    expect(inbox.rows.map((row) => row.id)).not.toContain(id);
    expect(inbox.decided).toMatchObject([{ id, requester: { name: "Olivia Operator" }, by: loser?.decidedBy ?? {} }]);
    azure.clock.advance(25 * HOUR);
    expect((await approvalInbox({ ctx: await bench.as(SECOND_APPROVER) })).decided).toEqual([]);
  });

  it("nobody decides for themselves: not by the portal, and not by Azure", async () => {
    const ctx = await bench.as(APPROVER);
    const own = (await approvalInbox({ ctx })).rows.find(({ canDecide }) => canDecide.why === "ownRequest");
    const action = await decide(ctx, own?.id ?? "", "approve");
    expect(seen(await send(ctx, action))).toEqual(["ownRequest"]);
    const stages = await ctx.azure.pim.approvalStages(own?.approvalId ?? "");
    const direct = ctx.azure.pim.decide({
      approvalId: own?.approvalId ?? "",
      stage: stages?.[0]?.name ?? "",
      decision: "Approve",
      justification: "me",
    });
    await expect(direct).rejects.toMatchObject({ azure: { code: "SelfApprovalNotAllowed" } });
  });

  it("an approver whom the settings lost is told so; a request that ran out too", async () => {
    const asked = await ask(await bench.as(OPERATOR));
    const ctx = await bench.as(APPROVER);
    const id = asked.items[0]?.id ?? "";
    const action = await decide(ctx, id, "approve");
    for (const record of azure.world.pim.policies.values()) {
      for (const rule of record.rules) {
        if (rule.ruleType !== "RoleManagementPolicyApprovalRule") continue;
        for (const stage of rule.setting.approvalStages)
          stage.primaryApprovers = stage.primaryApprovers.filter(({ description }) => description !== "Anton Approver");
      }
    }
    expect(seen(await send(ctx, action))).toEqual(["notApprover"]);
    const ada = await bench.as(SECOND_APPROVER);
    const second = await decide(ada, id, "approve");
    azure.clock.advance(25 * HOUR);
    expect(seen(await send(ada, second))).toEqual(["requestGone"]);
  });

  it("several at once, each with its own outcome; a reason is asked for", async () => {
    const ctx = await bench.as(APPROVER);
    const rows = (await approvalInbox({ ctx })).rows.filter(({ canDecide }) => canDecide.allowed);
    const actions = await Promise.all(rows.map(({ id }) => decide(ctx, id, "deny")));
    const [first, ...rest] = actions;
    const silent: ElevationAction[] = first?.kind === "decide" ? [{ ...first, reason: " " }] : [];
    const batch = await send(ctx, ...silent, ...rest);
    expect(seen(batch)).toEqual(["formInvalid", ...rest.map(() => "done")]);
    expect(rest.length).toBeGreaterThanOrEqual(2);
  });

  it("nobody who is not asked sees any", async () => {
    const ctx = await bench.as(READER);
    expect([(await approvalInbox({ ctx })).rows, (await approvalCount({ ctx })).waiting]).toEqual([[], 0]);
  });

  it("are told of at once: the approver's stream changes when a request arrives", async () => {
    const olivia = await bench.as(OPERATOR);
    const leave = new AbortController();
    const ctx = { ...(await bench.as(APPROVER)), signal: leave.signal };
    const events = watchElevation({ ctx, runner: bench.runner, pace: "near", everyMs: 60_000 });
    const first = (await events.next()).value;
    const next = events.next();
    await ask(olivia);
    const second = (await next).value;
    expect(second?.waiting).toBe((first?.waiting ?? 0) + 1);
    expect(second?.stamps.approvals).not.toBe(first?.stamps.approvals);
    leave.abort();
    await events.return(undefined);
  });
});

it("the audit holds an intent and an outcome of everything, in one whole chain", async () => {
  const ctx = await bench.as(OPERATOR);
  await store.db.session.execute(sql`select 1`);
  const batch = await send(ctx, activationOf(eligibleAt(await myElevation({ ctx }), SANDBOX, CONTRIBUTOR)));
  const entries = await queryRows(
    store.db.session,
    sql`select action, outcome from audit_event where operation_id = ${batch.id} order by seq`,
  );
  expect(entries).toEqual([
    { action: "elevation.activate", outcome: "intent" },
    { action: "elevation.activate", outcome: "done" },
  ]);
  expect(await verifyAudit({ db: store.db, anchorFile: null, anchorKey: null })).toMatchObject({ ok: true });
});
