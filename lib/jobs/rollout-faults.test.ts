import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import type { Database, DbSession } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { applyAction } from "@/lib/db/rollout-actions";
import { blockBucket } from "@/lib/db/rollout-budget";
import { findTask, taskEvents } from "@/lib/db/rollout-read";
import { storeRollout, testTarget } from "@/lib/db/rollout-testing";
import { carryRollout, demandIn, WAITING_FOR_OPERATOR, waitingRollouts } from "@/lib/db/rollouts";
import { testEngines } from "@/lib/db/testing";
import { AppError } from "@/lib/domain/errors";
import type { RolloutActionInput } from "@/lib/domain/rollout/api";
import { type RolloutBench, rolloutBench, rolloutOf, statesOf } from "./rollout-testing";
import { azureError, quietLog } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const MINUTE = 60_000;
const FIRST = "WIN-00000";

function throttled(retryAfterSeconds: number | null): AppError {
  const { azure, message } = azureError(429, "throttled");
  return new AppError({ code: "throttled", message, ...(azure === undefined ? {} : { azure: { ...azure, retryAfterSeconds } }) });
}

/** A promise that a test settles when it likes. */
function gate(): { open: () => void; passed: Promise<void> } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe.each(engines)("faults during a roll-out on $name", ({ open }) => {
  let bench: RolloutBench;
  beforeEach(async () => {
    const { db, dispose } = await open();
    bench = rolloutBench(db);
    return dispose;
  });

  const start = (shape: Parameters<typeof storeRollout>[1] = {}) =>
    storeRollout(bench.db, { machines: 1, ...shape }, bench.clock.now());
  const act = (id: string, input: RolloutActionInput) =>
    bench.db.session.transaction((tx) => applyAction(tx, { id, at: bench.clock.now(), instance: "p1" }, input));
  const task = async (id: string, position = 0) => {
    const row = await findTask(bench.db, id, position);
    if (row === null) throw new Error("no task");
    return row;
  };
  const machine = (name = FIRST) => bench.azure.machine(name);

  it.each([
    [30, 30_000],
    [null, 10_000],
  ])("counts a throttled request as no attempt and waits %s seconds as asked", async (seconds, ms) => {
    const id = await start();
    machine().sends = [throttled(seconds)];
    await bench.run(0);
    expect(await task(id)).toMatchObject({ state: "queued", attempt: 0, sends: 0, waitingFor: "throttled" });
    await bench.run(ms - 1, ms - 1);
    expect(bench.azure.count("send")).toBe(1);
    await bench.run(1);
    expect(bench.azure.count("send")).toBe(2);
    await bench.run(5 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "ready", attempt: 1 });
  });

  it("leaves the whole subscription alone after one throttled request", async () => {
    const id = await start({ machines: 3, plan: { concurrency: 1 } });
    machine().sends = [throttled(60)];
    await bench.run(59_000, 1_000);
    expect(bench.azure.count("send")).toBe(1);
    await bench.run(10 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 3 });
  });

  it("sends less when ARM says that others have used the bucket up", async () => {
    await start({ machines: 100, plan: { concurrency: 100 } });
    bench.azure.remaining = 12;
    await bench.run(0);
    const first = bench.azure.count("send");
    await bench.run(250, 250);
    expect(bench.azure.count("send") - first).toBeLessThanOrEqual(4);
  });

  it("waits visibly when the sign-in has ended, and another person carries it on", async () => {
    const id = await start({ machines: 3 });
    const demand = { tenantId: "t1", objectId: "ada", claims: "e30=", issuedAtMs: 1_000 };
    bench.carriers.demand = demand;
    machine("WIN-00001").sends = [azureError(401, "unauthenticated", "e30=")];
    await bench.run(0);
    expect(await task(id, 1)).toMatchObject({ state: "queued", attempt: 0, waitingFor: WAITING_FOR_OPERATOR });
    await bench.run(10 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ provisioning: 2, queued: 1 });
    expect((await waitingRollouts(bench.db, "t1")).map((row) => row.id)).toEqual([id]);
    expect(demandIn(await rolloutOf(bench.db, id))).toEqual(demand);
    bench.carriers.people.add("bob");
    await bench.db.session.transaction((tx) => carryRollout(tx, { id, objectId: "bob", name: "Bob", at: bench.clock.now() }));
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 3 });
    expect(machine("WIN-00001").puts).toBe(1);
    const after = await rolloutOf(bench.db, id);
    expect(after).toMatchObject({ state: "finished", carrierObjectId: "bob", waitingFor: null });
    // What was demanded of the first person is not asked of the second.
    expect(demandIn(after)).toBeNull();
  });

  it("waits when the sign-in ends while Azure is asked, and takes nothing for failed", async () => {
    const id = await start({ machines: 2 });
    await bench.run(0);
    bench.azure.failing.set("statusOf", azureError(401, "unauthenticated"));
    await bench.run(2 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ provisioning: 2 });
    expect((await rolloutOf(bench.db, id)).waitingFor).toBe("operator");
    bench.azure.failing.clear();
    bench.carriers.people.add("ada");
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 2 });
  });

  it("fails machines when the right was removed in the middle, and the threshold holds the rest", async () => {
    const id = await start({ machines: 12, plan: { concurrency: 4, threshold: { unit: "machines", value: 2 } } });
    bench.azure.failing.set("send", azureError(403, "forbidden"));
    await bench.run(MINUTE);
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "held" });
    expect(await statesOf(bench.db, id)).toEqual({ failed: 4, queued: 8 });
    expect(await task(id)).toMatchObject({ cause: "denied", code: "noRight" });
  });

  it("ends a machine that was deleted: before the request, and while Azure worked on it", async () => {
    const id = await start({ machines: 2 });
    machine().gone = true;
    await bench.run(0);
    machine("WIN-00001").gone = true;
    await bench.run(2 * MINUTE);
    expect(await task(id, 0)).toMatchObject({ state: "failed", cause: "machineGone" });
    expect(await task(id, 1)).toMatchObject({ state: "failed", cause: "machineGone" });
  });

  it("claims no success for an extension that somebody else has changed", async () => {
    const id = await start();
    await bench.run(0);
    machine().ours = false;
    await bench.run(10 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "failed", cause: "changedByOthers" });
  });

  it("leaves machines out that are not connected, and takes no token for them", async () => {
    const id = await start({ machines: 2 });
    machine().connected = false;
    await bench.run(5 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "skipped", code: "offlineSkipped", attempt: 0 });
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1, skipped: 1 });
    expect(machine().puts).toBe(0);
    const budget = await queryRows(bench.db.session, sql`select tokens from arm_budget`);
    expect(budget.map((row) => row.tokens)).toEqual([189]);
  });

  it("waits for a machine that is not connected until it is, or until the date of the plan", async () => {
    const until = new Date(bench.clock.now().getTime() + 60 * MINUTE).toISOString();
    const id = await start({ machines: 2, plan: { offline: { kind: "wait", until } } });
    machine().connected = false;
    machine("WIN-00001").connected = false;
    await bench.run(20 * MINUTE, MINUTE);
    expect(await task(id)).toMatchObject({ state: "queued", waitingFor: "offline", attempt: 0 });
    machine().connected = true;
    await bench.run(10 * MINUTE, MINUTE);
    expect(await task(id)).toMatchObject({ state: "ready" });
    await bench.run(40 * MINUTE, MINUTE);
    expect(await task(id, 1)).toMatchObject({ state: "failed", code: "offlineTooLong", cause: "offline" });
  });

  it("gives up on what stays in Creating for longer than the plan allows", async () => {
    const id = await start({ plan: { giveUpAfterMinutes: 360 } });
    machine().durationMs = 24 * 60 * MINUTE;
    await bench.run(359 * MINUTE, 20 * MINUTE);
    expect((await task(id)).state).toBe("provisioning");
    await bench.run(3 * MINUTE, MINUTE);
    expect(await task(id)).toMatchObject({ state: "failed", cause: "timedOut" });
    expect(machine().puts).toBe(1);
  });

  it("ends an hour past the plan's time with a machine that cannot be read, and waits for the right to read it", async () => {
    const id = await start({ plan: { giveUpAfterMinutes: 30 } });
    bench.azure.graph = "blind";
    bench.azure.failing.set("look", azureError(403, "forbidden"));
    await bench.run(95 * MINUTE, MINUTE);
    expect(await task(id)).toMatchObject({ state: "provisioning", waitingFor: WAITING_FOR_OPERATOR });
    bench.azure.failing.set("look", azureError(500));
    await bench.run(5 * MINUTE, MINUTE);
    expect(await task(id)).toMatchObject({ state: "failed", cause: "timedOut" });
    expect((await taskEvents(bench.db, id, 0)).at(-1)?.detail).toContain("could not be read 90 minutes after");
    expect(machine().puts).toBe(1);
  });

  it("reads a machine again whose reads fail within that hour", async () => {
    const id = await start({ plan: { giveUpAfterMinutes: 30 } });
    bench.azure.graph = "blind";
    bench.azure.failing.set("look", azureError(500));
    await bench.run(85 * MINUTE, MINUTE);
    expect((await task(id)).state).toBe("provisioning");
    bench.azure.failing.clear();
    await bench.run(10 * MINUTE, MINUTE);
    expect((await task(id)).state).toBe("ready");
  });

  it.each(["blind", "stale"] as const)("asks the machine itself where Resource Graph is %s", async (graph) => {
    const id = await start();
    bench.azure.graph = graph;
    await bench.run(8 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
  });

  it("reports failed where Azure first said succeeded", async () => {
    const id = await start();
    machine().verdict = "failed";
    machine().durationMs = 1_000;
    await bench.run(10_000);
    expect((await task(id)).state).toBe("checking");
    machine().end = "failed";
    await bench.run(MINUTE);
    expect((await task(id)).state).toBe("failed");
    expect((await taskEvents(bench.db, id, 0)).at(-1)?.detail).toContain("first reported success");
  });

  it("adopts a request that arrived although no answer came", async () => {
    const id = await start();
    machine().sends = ["accepted"];
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
    expect(machine()).toMatchObject({ puts: 1, overlaps: 0 });
    expect((await taskEvents(bench.db, id, 0)).map((event) => event.state).slice(0, 3)).toEqual([
      "submitting",
      "unknown",
      "provisioning",
    ]);
  });

  it("sends again only after Azure was asked and shows nothing, as the same attempt", async () => {
    const id = await start();
    machine().sends = [azureError(503)];
    await bench.run(5 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "ready", attempt: 1, sends: 2 });
    expect(machine().puts).toBe(1);
    expect(bench.azure.calls.indexOf("look")).toBeLessThan(bench.azure.calls.lastIndexOf("send"));
  });

  it("takes a conflict for what it may be after a request without an answer: that request, arrived late", async () => {
    const id = await start();
    machine().sends = [azureError(500), azureError(409, "conflict")];
    bench.azure.beforeSend = () => {
      if (bench.azure.count("send") === 2) machine().startedAt = bench.clock.now().getTime();
    };
    await bench.run(5 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "ready", attempt: 1, sends: 2 });
    expect(bench.azure.count("send")).toBe(2);
  });

  it("fails a machine on a conflict with the first request at once", async () => {
    const id = await start();
    machine().sends = [azureError(409, "conflict")];
    await bench.run(MINUTE);
    expect(await task(id)).toMatchObject({ state: "failed", cause: "extensionConflict" });
  });

  it("ends a machine that never answers, and not within the first ten minutes", async () => {
    const id = await start();
    bench.azure.failing.set("send", azureError(502));
    await bench.run(9 * MINUTE, 20_000);
    expect((await task(id)).state).toBe("unknown");
    await bench.run(20 * MINUTE, 20_000);
    expect(await task(id)).toMatchObject({ state: "failed", code: "noAnswer" });
    expect(bench.azure.count("send")).toBe(8);
  });

  it("does not take processes that died under a request for silence of Azure", async () => {
    const id = await start();
    const { passed } = gate();
    bench.azure.beforeSend = () => passed;
    for (let death = 1; death <= 12; death++) {
      const dying = rolloutBench(bench.db, { clock: bench.clock, azure: bench.azure, instance: `d${death}` });
      void dying.runner.tick();
      await expect.poll(() => bench.azure.count("send")).toBe(death);
      bench.clock.advance(4 * MINUTE);
    }
    bench.azure.beforeSend = () => undefined;
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
  });

  it("sends nothing again once it is canceled, and leaves no request unasked about", async () => {
    const id = await start({ machines: 2 });
    machine().sends = [azureError(503)];
    machine("WIN-00001").sends = ["accepted"];
    await bench.run(0);
    await act(id, { action: "cancel" });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ canceled: 1, ready: 1 });
    expect(bench.azure.count("send")).toBe(2);
    expect((await rolloutOf(bench.db, id)).state).toBe("canceled");
  });

  it("retries what the plan retries, after its wait, and nothing else", async () => {
    const id = await start({ machines: 2, plan: { retries: { extensionConflict: 1 }, retryAfterMinutes: 10 } });
    Object.assign(machine(), { end: "failed", failure: "OperationInProgress" });
    Object.assign(machine("WIN-00001"), { end: "failed", failure: "RequestDisallowedByPolicy" });
    await bench.run(3 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "queued", waitingFor: "retry", cause: "extensionConflict", attempt: 1 });
    expect(await task(id, 1)).toMatchObject({ state: "failed", cause: "policy" });
    machine().end = "succeeded";
    await bench.run(15 * MINUTE);
    // What stands there by now is what was wanted, so nothing had to be sent a second time.
    expect(await task(id)).toMatchObject({ state: "ready", attempt: 2 });
  });

  it("removes what failed when the plan says so, and still reports the failure", async () => {
    const id = await start({ plan: { removeFailed: true } });
    machine().end = "failed";
    await bench.run(5 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "failed" });
    expect((await task(id)).outcome).toContain("VMExtensionProvisioningError");
    expect(machine()).toMatchObject({ removals: 1, startedAt: null });
  });

  it("takes a token of the removals for each removal, and waits where none is left", async () => {
    const id = await start({ machines: 2, plan: { removeFailed: true } });
    for (const name of [FIRST, "WIN-00001"]) machine(name).end = "failed";
    const bucket = { principal: "t1/ada", subscriptionId: (await task(id)).subscriptionId, class: "delete" as const };
    await blockBucket(bench.db.session, bucket, new Date(bench.clock.now().getTime() + 5 * MINUTE));
    await bench.run(4 * MINUTE);
    expect(bench.azure.count("remove")).toBe(0);
    expect(await task(id)).toMatchObject({ state: "removing", waitingFor: "throttled" });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ failed: 2 });
    expect(bench.azure.count("remove")).toBe(2);
    const rows = await queryRows(bench.db.session, sql`select class from arm_budget order by class`);
    expect(rows).toEqual([{ class: "delete" }, { class: "write" }]);
  });

  it("sends a removal that Azure throttled or did not answer once more, and gives one up that never goes through", async () => {
    const id = await start({ plan: { removeFailed: true } });
    machine().end = "failed";
    bench.azure.failing.set("remove", throttled(20));
    await bench.run(2 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "removing", waitingFor: "throttled", polls: 0, misses: 0 });
    bench.azure.failing.set("remove", azureError(503));
    await bench.run(MINUTE);
    expect((await task(id)).misses).toBeGreaterThan(1);
    bench.azure.failing.clear();
    await bench.run(MINUTE);
    expect(await task(id)).toMatchObject({ state: "failed" });
    expect(machine().removals).toBe(1);

    const stuck = await start({ targets: [testTarget(7)], plan: { removeFailed: true } });
    machine("WIN-00007").end = "failed";
    bench.azure.failing.set("remove", azureError(503));
    await bench.run(30 * MINUTE, 30_000);
    expect(await task(stuck)).toMatchObject({ state: "failed" });
    expect((await taskEvents(bench.db, stuck, 0)).at(-1)?.detail).toContain("Azure took no request to remove it");
  });

  it("outlives a read that fails for a while", async () => {
    const id = await start({ machines: 3 });
    await bench.run(0);
    for (const call of ["statusOf", "look", "check"]) bench.azure.failing.set(call, azureError(503));
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ provisioning: 3 });
    bench.azure.failing.clear();
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 3 });
  });

  it("names a mistake of its own in the log, with the error itself, and goes on", async () => {
    const errors: unknown[] = [];
    bench = rolloutBench(bench.db, { log: { ...quietLog, error: (_event, error) => void errors.push(error) } });
    const id = await start();
    await bench.run(0);
    const mistake = new TypeError("x is not a function");
    bench.azure.failing.set("statusOf", mistake);
    await bench.run(MINUTE);
    expect(errors).toContain(mistake);
    bench.azure.failing.clear();
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
  });

  it("refuses the late result of a process that was frozen while its request was on the wire", async () => {
    const id = await start();
    const { open: answer, passed } = gate();
    bench.azure.beforeSend = () => passed;
    const frozen = bench.runner.tick();
    await expect.poll(() => bench.azure.count("send")).toBe(1);
    const other = rolloutBench(bench.db, { clock: bench.clock, azure: bench.azure, instance: "p2" });
    bench.clock.advance(3 * MINUTE);
    bench.azure.beforeSend = () => undefined;
    await other.run(5 * MINUTE);
    expect(await task(id)).toMatchObject({ state: "ready" });
    answer();
    await frozen;
    expect(await task(id)).toMatchObject({ state: "ready", endedAt: expect.any(Date) });
    const instances = (await taskEvents(bench.db, id, 0)).map((event) => [event.instance, event.state]);
    expect(instances.filter(([instance]) => instance === "p1")).toEqual([["p1", "submitting"]]);
  });

  it("sends nothing for a task whose lease ran out while its process was frozen", async () => {
    const id = await start();
    const { open: thaw, passed } = gate();
    const connected = bench.azure.connected.bind(bench.azure);
    bench.azure.connected = async (...args) => {
      await passed;
      return connected(...args);
    };
    const frozen = bench.runner.tick();
    await expect.poll(async () => (await task(id)).state).toBe("submitting");
    bench.azure.connected = connected;
    const other = rolloutBench(bench.db, { clock: bench.clock, azure: bench.azure, instance: "p2" });
    bench.clock.advance(3 * MINUTE);
    await other.run(5 * MINUTE);
    thaw();
    await frozen;
    expect(machine()).toMatchObject({ puts: 1, overlaps: 0 });
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
  });

  it("goes on where it stood when the store was gone for half a minute", async () => {
    let isDown = false;
    const broken = () => Promise.reject(new Error("connection terminated"));
    const session = new Proxy(bench.db.session, {
      get: (target, key) => {
        if (isDown && (key === "transaction" || key === "execute")) return broken;
        if (isDown && (key === "select" || key === "update" || key === "insert"))
          return () => {
            throw new Error("connection terminated");
          };
        const value = Reflect.get(target, key) as unknown;
        return typeof value === "function" ? value.bind(target) : value;
      },
    }) as DbSession;
    const db: Database = { ...bench.db, session };
    const shaky = rolloutBench(db, { clock: bench.clock, azure: bench.azure });
    const id = await start({ machines: 6 });
    shaky.azure.beforeSend = () => {
      isDown = true;
    };
    await shaky.run(0).catch(() => undefined);
    expect(isDown).toBe(true);
    shaky.azure.beforeSend = () => undefined;
    bench.clock.advance(30_000);
    isDown = false;
    await shaky.run(10 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 6 });
    for (const one of bench.azure.machines.values()) expect(one).toMatchObject({ puts: 1, overlaps: 0 });
  });

  it("shares one roll-out between two processes without sending anything twice", async () => {
    const id = await start({ machines: 80, plan: { concurrency: 80 } });
    const other = rolloutBench(bench.db, { clock: bench.clock, azure: bench.azure, instance: "p2" });
    for (let round = 0; round < 12; round++) {
      await Promise.all([bench.runner.tick(), other.runner.tick()]);
      bench.clock.advance(15_000);
    }
    expect(await statesOf(bench.db, id)).toEqual({ ready: 80 });
    expect([...bench.azure.machines.values()].filter((one) => one.puts !== 1)).toEqual([]);
    const entries = await queryRows(bench.db.session, sql`select outcome from audit_event order by seq`);
    expect(entries.map((entry) => entry.outcome)).toEqual(["intent", "done", "done"]);
    expect(await verifyAudit({ db: bench.db, anchorFile: null, anchorKey: null })).toMatchObject({ ok: true });
  });

  it("stores what is on its way before it stops", async () => {
    const id = await start();
    const { open: answer, passed } = gate();
    bench.azure.beforeSend = () => passed;
    await bench.runner.start();
    await expect.poll(() => bench.azure.count("send")).toBe(1);
    const stopped = bench.runner.stop();
    answer();
    await stopped;
    expect((await task(id)).state).toBe("provisioning");
  });
});
