import { eq, sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { TaskSelect } from "@/lib/domain/rollout/api";
import { GRAPH_PACE } from "@/lib/domain/rollout/pace";
import { verifyAudit } from "./audit-verify";
import type { Database } from "./database";
import { meetOnTheWay } from "./lock-testing";
import { insertOperation } from "./operations";
import { queryRows, storeErrorOf } from "./query";
import {
  applyAction,
  cancelRollout,
  excludeTasks,
  goWave,
  pauseRollout,
  recheckTasks,
  resumeRollout,
  retryTasks,
  stopWave,
} from "./rollout-actions";
import { blockBucket, bookGraphQuery, shareSlots, takeTokens } from "./rollout-budget";
import {
  claimOpenTasks,
  claimQueuedTasks,
  extendLeases,
  freeTaskLeases,
  sweepSubmitting,
  upcomingTasks,
  WAITING_FOR_OTHER_WORK,
} from "./rollout-claim";
import { closeWave, deferTasks, moveTask, moveWave, openWave, patchTask } from "./rollout-moves";
import { causeGroups, causeResourceGroups, countsByWave, countsOfRollouts, findTask, taskEvents, taskPage } from "./rollout-read";
import { rollout } from "./rollout-schema";
import { newRollout, START, SUBSCRIPTIONS, storeRollout, testTarget } from "./rollout-testing";
import {
  awaitSignIn,
  carryRollout,
  demandIn,
  findRollout,
  insertRollout,
  listRollouts,
  openRollouts,
  type RolloutTaskRow,
  releaseWaitingTasks,
  rolloutWaves,
  WAITING_FOR_OPERATOR,
  waitingRollouts,
  writersOn,
} from "./rollouts";
import { testEngines } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const later = (ms: number) => new Date(START.getTime() + ms);
const LEASE_MS = 1_000;

/** A single operation that runs on a machine of `testTarget`. */
const operationOn = (tx: Database["session"], number: number) =>
  insertOperation(
    tx,
    {
      id: crypto.randomUUID(),
      tenantId: "t1",
      kind: "extension.deploy",
      machineId: testTarget(number).machineId,
      machineName: "x",
      extensionName: null,
      operatorObjectId: "ada",
      operatorName: "Ada",
      request: "{}",
      before: "null",
      traceId: "t",
    },
    START,
    START,
  );

const holder = (instance: string, atMs = 0) => ({ instance, now: later(atMs), leaseUntil: later(atMs + LEASE_MS) });

describe.each(engines)("store of roll-outs on $name", ({ open, name }) => {
  let db: Database;
  beforeEach(async () => {
    const opened = await open();
    db = opened.db;
    return opened.dispose;
  });

  const action = (id: string, atMs = 0) => ({ id, at: later(atMs), instance: "p1" });
  const inTx = <T>(work: (tx: Database["session"]) => Promise<T>) => db.session.transaction(work);
  const wave = async (id: string, number = 1, session = db.session) => {
    const found = (await rolloutWaves(session, id)).find((one) => one.number === number);
    if (found === undefined) throw new Error("no wave");
    return found;
  };
  const rolloutOf = async (id: string) => {
    const row = await findRollout(db, id);
    if (row === null) throw new Error("no roll-out");
    return row;
  };
  const opened = async (id: string, number = 1) => {
    const row = await rolloutOf(id);
    const of = await wave(id, number);
    await inTx((tx) => openWave(tx, row, of, START));
  };
  const claim = (id: string, over: { slots?: number; concurrency?: number; atMs?: number; instance?: string } = {}) =>
    claimQueuedTasks(db, {
      ...holder(over.instance ?? "p1", over.atMs),
      rolloutId: id,
      slots: over.slots ?? 100,
      concurrency: over.concurrency ?? 100,
    });
  const move = (row: RolloutTaskRow, to: RolloutTaskRow["state"], patch = {}) =>
    inTx((tx) => moveTask(tx, { row, to, at: START, detail: to, instance: "p1", patch }));
  const ended = async (row: RolloutTaskRow | undefined, to: "failed", patch = {}) => {
    if (row === undefined) throw new Error("no task");
    return move(row, to, patch);
  };
  const states = async (id: string) =>
    (await taskPage(db, { rolloutId: id }, { after: null, limit: 100 })).tasks.map((t) => t.state);

  it("stores a roll-out, its waves and tasks together, in the order of the waves", async () => {
    const id = await storeRollout(db, { machines: 5, sizes: [1, 4] });
    expect(await rolloutOf(id)).toMatchObject({
      state: "running",
      total: 5,
      wave: 1,
      carrierObjectId: "ada",
      kind: "windowsSignIn.install",
    });
    expect((await rolloutWaves(db.session, id)).map((w) => [w.number, w.state, w.size])).toEqual([
      [1, "pending", 1],
      [2, "pending", 4],
    ]);
    const { tasks } = await taskPage(db, { rolloutId: id }, { after: null, limit: 100 });
    expect(tasks.map((t) => [t.position, t.wave, t.state])).toEqual([
      [0, 1, "queued"],
      [1, 2, "queued"],
      [2, 2, "queued"],
      [3, 2, "queued"],
      [4, 2, "queued"],
    ]);
    expect(JSON.parse(tasks[4]?.target ?? "{}")).toEqual(testTarget(4));
    const listed = async (operatorObjectId: string) =>
      (await listRollouts(db, { tenantId: "t1", operatorObjectId, endedLimit: 9 })).rollouts.map((r) => r.id);
    expect(await listed("bob")).toEqual([]);
    expect(await listed("ada")).toEqual([id]);
    expect((await openRollouts(db)).map((r) => r.id)).toEqual([id]);
  });

  it("lists every roll-out that has not ended, however old, and says when older ended ones are left out", async () => {
    const hour = (hours: number) => new Date(START.getTime() + hours * 3_600_000);
    const [open, first, second, third] = [
      await storeRollout(db, {}, hour(0)),
      await storeRollout(db, {}, hour(1)),
      await storeRollout(db, {}, hour(2)),
      await storeRollout(db, {}, hour(3)),
    ];
    for (const id of [first, second, third])
      await db.session
        .update(rollout)
        .set({ state: "finished", endedAt: hour(4) })
        .where(eq(rollout.id, id));
    const list = async (endedLimit: number) => {
      const { rollouts, olderLeftOut } = await listRollouts(db, { tenantId: "t1", operatorObjectId: null, endedLimit });
      return { ids: rollouts.map(({ id }) => id), olderLeftOut };
    };
    expect(await list(2)).toEqual({ ids: [third, second, open], olderLeftOut: true });
    expect(await list(3)).toEqual({ ids: [third, second, first, open], olderLeftOut: false });
  });

  it("stores nothing when the waves do not hold every machine or a machine stands twice", async () => {
    const short = newRollout({ machines: 3, sizes: [2] });
    await expect(inTx((tx) => insertRollout(tx, short, START))).rejects.toThrow("its waves hold 2 of 3");
    const twice = newRollout({
      targets: [testTarget(1), { ...testTarget(1), machineId: testTarget(1).machineId.toUpperCase() }],
    });
    const error = await inTx((tx) => insertRollout(tx, twice, START)).catch((e: unknown) => e);
    expect(storeErrorOf(error).code).toBe("23505");
    expect(await findRollout(db, twice.id)).toBeNull();
  });

  it("stores 10,000 machines in their waves", async () => {
    const values = newRollout({ machines: 10_000, sizes: [5, 4_995, 5_000] });
    await inTx((tx) => insertRollout(tx, values, START));
    const counts = await countsByWave(db.session, values.id);
    expect([1, 2, 3].map((n) => counts.get(n)?.queued)).toEqual([5, 4_995, 5_000]);
  });

  it("gives out nothing before the wave was opened, and the opening stores its intent", async () => {
    const id = await storeRollout(db);
    expect(await claim(id)).toEqual([]);
    await opened(id);
    const tasks = await claim(id);
    expect(tasks.map((t) => [t.state, t.attempt, t.sends, t.fence, t.owner])).toEqual(
      Array(3).fill(["submitting", 1, 1, 1, "p1"]),
    );
    const [entry] = await queryRows(db.session, sql`select outcome, payload from audit_event`);
    expect(entry?.outcome).toBe("intent");
    expect(JSON.parse(String(entry?.payload)).detail.machineIds).toEqual([0, 1, 2].map((n) => testTarget(n).machineId));
    expect((await taskEvents(db, id, 0)).map((e) => e.state)).toEqual(["submitting"]);
  });

  it("gives each task to one of many claimers, never more than the concurrency at once", async () => {
    const id = await storeRollout(db, { machines: 60 });
    await opened(id);
    const all: number[] = [];
    for (let round = 0; round < 8; round++) {
      const got = await Promise.all(["p1", "p2", "p3"].map((instance) => claim(id, { instance, slots: 10, concurrency: 40 })));
      all.push(...got.flat().map((t) => t.position));
    }
    expect(all).toHaveLength(40);
    expect(new Set(all).size).toBe(40);
  });

  it.each(["paused", "held", "canceling"] as const)("gives out nothing while it is %s", async (state) => {
    const id = await storeRollout(db);
    await opened(id);
    await queryRows(db.session, sql`update rollout set state = ${state} where id = ${id}::uuid`);
    expect(await claim(id)).toEqual([]);
  });

  it("never takes a second task of a machine on which another roll-out or operation is at work", async () => {
    const first = await storeRollout(db, { machines: 2 });
    const second = await storeRollout(db, { machines: 3 });
    await opened(first);
    await opened(second);
    await inTx((tx) => operationOn(tx, 2));
    expect((await claim(first)).map((t) => t.position)).toEqual([0, 1]);
    expect(await claim(second)).toEqual([]);
    expect((await findTask(db, second, 0))?.waitingFor).toBe(WAITING_FOR_OTHER_WORK);
    expect((await findTask(db, second, 2))?.waitingFor).toBe(WAITING_FOR_OTHER_WORK);
    expect((await writersOn(db.session, [testTarget(0).machineId.toLowerCase()])).map((w) => w.rolloutId)).toEqual([first]);
  });

  it("refuses a single operation on a machine that a roll-out writes to, and the roll-out's own race", async () => {
    const id = await storeRollout(db, { machines: 2 });
    await opened(id);
    await claim(id, { slots: 1 });
    const insert = (n: number) => inTx((tx) => operationOn(tx, n));
    expect(storeErrorOf(await insert(0).catch((e: unknown) => e))).toEqual({
      code: "23505",
      constraint: "operation_beside_rollout",
    });
    await insert(1);
    const race = queryRows(
      db.session,
      sql`update rollout_task set state = 'submitting' where rollout_id = ${id}::uuid and position = 1`,
    );
    expect(storeErrorOf(await race.catch((e: unknown) => e))).toEqual({ code: "23505", constraint: "rollout_task_one_writer" });
  });

  it("drops the result of a holder that has lost its task", async () => {
    const id = await storeRollout(db, { machines: 1 });
    await opened(id);
    const [mine] = await claim(id);
    if (mine === undefined) throw new Error("nothing claimed");
    expect(await sweepSubmitting(db, { now: later(LEASE_MS - 1), instance: "p2" })).toEqual([]);
    expect(await sweepSubmitting(db, { now: later(LEASE_MS), instance: "p2" })).toEqual([id]);
    const [theirs] = await claimOpenTasks(db, { ...holder("p2", LEASE_MS), rolloutIds: [id], limit: 9 });
    expect(theirs).toMatchObject({ state: "unknown", fence: 3, owner: "p2" });
    expect(await move(mine, "provisioning")).toBeNull();
    expect(await inTx((tx) => patchTask(tx, { row: mine, at: START, patch: { misses: 9 }, instance: "p1" }))).toBeNull();
    await extendLeases(db, [mine], later(99_999));
    expect(await findTask(db, id, 0)).toMatchObject({ state: "unknown", misses: 0, notBefore: later(2 * LEASE_MS) });
  });

  it("keeps what is still worked on, and frees at a start only what somebody held", async () => {
    const id = await storeRollout(db, { machines: 2 });
    await opened(id);
    const [a, b] = await claim(id);
    if (a === undefined || b === undefined) throw new Error("nothing claimed");
    await extendLeases(db, [a], later(5_000));
    expect(await sweepSubmitting(db, { now: later(LEASE_MS), instance: "p2" })).toEqual([id]);
    expect((await states(id)).sort()).toEqual(["submitting", "unknown"]);
    await move(a, "provisioning", { notBefore: later(60_000) });
    const [open] = await claimOpenTasks(db, { ...holder("p2", LEASE_MS), rolloutIds: [id], limit: 9 });
    expect(open?.position).toBe(b.position);
    await freeTaskLeases(db, later(1_500));
    expect((await findTask(db, id, a.position))?.notBefore).toEqual(later(60_000));
    expect((await findTask(db, id, b.position))?.notBefore).toEqual(later(1_500));
  });

  it("issues the burst at once, then what ARM refills, ten requests kept for people", async () => {
    const id = await storeRollout(db, { machines: 300 });
    await opened(id);
    const count = async (atMs: number) => (await claim(id, { slots: 999, concurrency: 999, atMs })).length;
    expect(await count(0)).toBe(190);
    expect(await count(100)).toBe(0);
    expect(await count(1_000)).toBe(9);
    expect(await count(11_000)).toBe(97);
  });

  it("takes nothing once more have failed than the plan allows, also before anybody has decided to hold", async () => {
    const id = await storeRollout(db, { machines: 6, plan: { threshold: { unit: "machines", value: 1 } } });
    await opened(id);
    const [first, second] = await claim(id, { slots: 2 });
    await ended(first, "failed");
    const [third] = await claim(id, { slots: 1 });
    await ended(second, "failed");
    expect(await claim(id)).toEqual([]);
    await inTx((tx) => tx.execute(sql`update rollout_wave set accepted = 2 where rollout_id = ${id}::uuid`));
    expect((await claim(id)).map((row) => row.position)).toEqual([3, 4, 5]);
    expect(third?.position).toBe(2);
  });

  it("lets four queries of Resource Graph go at once and books the others behind one another, for each person", async () => {
    const waits: number[] = [];
    for (let n = 0; n < 7; n++) waits.push(await bookGraphQuery(db.session, "ada"));
    expect(waits.slice(0, 4)).toEqual([0, 0, 0, 0]);
    // A place every two thirds of a second, less what has passed meanwhile.
    for (const [at, place] of [4, 5, 6].entries()) {
      expect(waits[place]).toBeLessThanOrEqual(Math.ceil(((at + 1) / GRAPH_PACE.perSecond) * 1000));
    }
    expect(waits[6]).toBeGreaterThan(0);
    expect(await bookGraphQuery(db.session, "grace")).toBe(0);
  });

  it("lets a thousand requests of one subscription out in 84 seconds", async () => {
    let [sent, atMs] = [0, 0];
    for (; sent < 1_000; atMs += 1_000) {
      const wanted = new Map([["s", 1_000 - sent]]);
      const given = await inTx((tx) => takeTokens(tx, { principal: "p", class: "write", wanted, slots: 999, now: later(atMs) }));
      sent += given.get("s") ?? 0;
    }
    expect(atMs / 1_000 - 1).toBe(84);
  });

  it("looks ahead in every subscription, for the machines of the wave that are sent next", async () => {
    const targets = [0, 1, 2, 3, 4, 5].map((n) => testTarget(n, n < 4 ? SUBSCRIPTIONS[0] : SUBSCRIPTIONS[1]));
    const id = await storeRollout(db, { targets, sizes: [5, 1] });
    await opened(id);
    const ahead = async (count: number) => (await upcomingTasks(db, await rolloutOf(id), count)).map((row) => row.position);
    expect(await ahead(2)).toEqual([0, 1, 4]);
    await claim(id, { slots: 2 });
    expect(await ahead(2)).toEqual([1, 2]);
  });

  it("shares free slots over the subscriptions", async () => {
    const targets = [0, 1, 2, 3, 4, 5, 6].map((n) => testTarget(n, n < 6 ? SUBSCRIPTIONS[0] : SUBSCRIPTIONS[1]));
    const id = await storeRollout(db, { targets });
    await opened(id);
    expect((await claim(id, { slots: 3 })).map((t) => t.position)).toEqual([0, 1, 6]);
    expect(
      shareSlots(
        new Map([
          ["a", 5],
          ["b", 1],
          ["c", 0],
        ]),
        4,
      ),
    ).toEqual(
      new Map([
        ["a", 3],
        ["b", 1],
      ]),
    );
  });

  it("learns downwards from what ARM says is left, and waits out a throttle without losing tokens", async () => {
    const take = (n: number, atMs: number, remaining?: number) =>
      inTx((tx) =>
        takeTokens(tx, {
          principal: "p",
          class: "write",
          wanted: new Map([["s", n]]),
          slots: 999,
          now: later(atMs),
          ...(remaining === undefined ? {} : { seen: new Map([["s", { remaining, at: later(atMs) }]]) }),
        }),
      );
    expect((await take(10, 0)).get("s")).toBe(10);
    expect((await take(10, 0, 500)).get("s")).toBe(10);
    expect((await take(100, 0, 15)).get("s")).toBe(5);
    expect((await take(100, 0, 2)).get("s") ?? 0).toBe(0);
    await inTx((tx) => blockBucket(tx, { principal: "p", subscriptionId: "s", class: "write" }, later(10_000)));
    await inTx((tx) => blockBucket(tx, { principal: "p", subscriptionId: "s", class: "write" }, later(5_000)));
    expect((await take(100, 9_999)).get("s") ?? 0).toBe(0);
    expect((await take(100, 10_000)).get("s")).toBe(89);
  });

  it("pauses and resumes, twice is once", async () => {
    const id = await storeRollout(db);
    await opened(id);
    expect(await inTx((tx) => pauseRollout(tx, action(id)))).toMatchObject({ changed: 1, row: { state: "paused" } });
    expect(await inTx((tx) => pauseRollout(tx, action(id)))).toMatchObject({ changed: 0 });
    expect(await inTx((tx) => resumeRollout(tx, action(id)))).toMatchObject({ changed: 1, row: { state: "running" } });
    expect(await inTx((tx) => applyAction(tx, action(id), { action: "resume" }))).toMatchObject({ changed: 0 });
    expect((await claim(id)).length).toBe(3);
  });

  it("accepts the failures of a held wave when a person resumes", async () => {
    const id = await storeRollout(db);
    await opened(id);
    const [first] = await claim(id);
    await ended(first, "failed", { cause: "other", code: "x" });
    await inTx(async (tx) => moveWave(tx, { rolloutId: id, wave: await wave(id, 1, tx), to: "held", at: START }));
    await queryRows(db.session, sql`update rollout set state = 'held' where id = ${id}::uuid`);
    await inTx((tx) => resumeRollout(tx, action(id)));
    expect(await wave(id)).toMatchObject({ state: "running", accepted: 1 });
  });

  it("cancels what was not sent and leaves what is on its way", async () => {
    const id = await storeRollout(db, { machines: 4, sizes: [2, 2] });
    await opened(id);
    await claim(id, { slots: 1 });
    expect(await inTx((tx) => cancelRollout(tx, action(id)))).toMatchObject({ changed: 1, row: { state: "canceling" } });
    expect(await inTx((tx) => cancelRollout(tx, action(id)))).toMatchObject({ changed: 0 });
    expect(await states(id)).toEqual(["submitting", "canceled", "canceled", "canceled"]);
    expect((await rolloutWaves(db.session, id)).map((w) => w.state)).toEqual(["stopping", "canceled"]);
    await expect(inTx((tx) => pauseRollout(tx, action(id)))).rejects.toMatchObject({ code: "conflict" });
  });

  it("opens a wave on a person's go, once", async () => {
    const id = await storeRollout(db, { sizes: [1, 2] });
    await opened(id);
    await expect(inTx((tx) => goWave(tx, { ...action(id), wave: 2 }))).rejects.toMatchObject({ code: "conflict" });
    await inTx(async (tx) => moveWave(tx, { rolloutId: id, wave: await wave(id, 2, tx), to: "awaitingGo", at: START }));
    expect(await inTx((tx) => goWave(tx, { ...action(id), wave: 2 }))).toMatchObject({ changed: 1 });
    expect(await inTx((tx) => goWave(tx, { ...action(id), wave: 2 }))).toMatchObject({ changed: 0 });
    expect(await queryRows(db.session, sql`select outcome from audit_event`)).toHaveLength(2);
    await expect(inTx((tx) => goWave(tx, { ...action(id), wave: 3 }))).rejects.toMatchObject({ code: "not_found" });
  });

  it("stops a wave: skips what it has not sent and pauses", async () => {
    const id = await storeRollout(db, { machines: 4, sizes: [3, 1] });
    await opened(id);
    await claim(id, { slots: 1 });
    expect(await inTx((tx) => stopWave(tx, { ...action(id), wave: 1 }))).toMatchObject({ changed: 1, row: { state: "paused" } });
    expect(await inTx((tx) => stopWave(tx, { ...action(id), wave: 1 }))).toMatchObject({ changed: 0 });
    expect(await states(id)).toEqual(["submitting", "skipped", "skipped", "queued"]);
    expect((await findTask(db, id, 1))?.code).toBe("waveStopped");
  });

  it("excludes only machines for which nothing was sent, by position and by resource group in any spelling", async () => {
    const targets = [
      testTarget(0),
      testTarget(1),
      testTarget(2, SUBSCRIPTIONS[0], "RG-Bad"),
      testTarget(3, SUBSCRIPTIONS[0], "rg-bad"),
    ];
    const id = await storeRollout(db, { targets });
    await opened(id);
    await claim(id, { slots: 1 });
    const select = { by: "group", subscriptionId: SUBSCRIPTIONS[0].toUpperCase(), resourceGroup: "rg-BAD" } as const;
    expect(await inTx((tx) => excludeTasks(tx, { ...action(id), select }))).toMatchObject({ changed: 2 });
    expect(await inTx((tx) => excludeTasks(tx, { ...action(id), select }))).toMatchObject({ changed: 0 });
    const positions: TaskSelect = { by: "positions", positions: [0, 1] };
    expect(await inTx((tx) => excludeTasks(tx, { ...action(id), select: positions }))).toMatchObject({ changed: 1 });
    expect(await states(id)).toEqual(["submitting", "skipped", "skipped", "skipped"]);
  });

  const finishWith = async (id: string) => {
    await opened(id);
    const [a, b, c] = await claim(id);
    await ended(a, "failed", { cause: "endpointBlocked", code: "51" });
    await ended(b, "failed", { cause: "unsupportedSystem", code: "52" });
    if (c === undefined) throw new Error("no task");
    const provisioning = await move(c, "provisioning");
    const checking = provisioning && (await move(provisioning, "checking"));
    if (checking) await move(checking, "notReady", { code: "noSignInRole" });
    const row = await rolloutOf(id);
    await inTx(async (tx) => closeWave(tx, { row, wave: await wave(id, 1, tx), to: "done", at: START }));
    await queryRows(
      db.session,
      sql`update rollout set state = 'finished', ended_at = ${START.toISOString()} where id = ${id}::uuid`,
    );
  };

  it("retries what was chosen as a further wave, once", async () => {
    const id = await storeRollout(db);
    await finishWith(id);
    const select = { by: "cause", cause: "endpointBlocked", code: "51" } as const;
    expect(await inTx((tx) => retryTasks(tx, { ...action(id), select }))).toMatchObject({
      changed: 1,
      row: { state: "running" },
    });
    expect(await inTx((tx) => retryTasks(tx, { ...action(id), select }))).toMatchObject({ changed: 0 });
    expect(await states(id)).toEqual(["queued", "failed", "notReady"]);
    expect(await findTask(db, id, 0)).toMatchObject({ wave: 2, attempt: 0, sends: 1, cause: null, endedAt: null });
    expect(await wave(id, 2)).toMatchObject({ kind: "retry", state: "pending", size: 1 });
    expect(await rolloutOf(id)).toMatchObject({ state: "running", endedAt: null });
  });

  it("checks again only where nobody could sign in", async () => {
    const id = await storeRollout(db);
    await finishWith(id);
    const select: TaskSelect = { by: "positions", positions: [0, 1, 2] };
    expect(await inTx((tx) => recheckTasks(tx, { ...action(id), select }))).toMatchObject({ changed: 1 });
    expect(await states(id)).toEqual(["failed", "failed", "checking"]);
  });

  it("names the machines of a wave by result when it ends, and the chain verifies", async () => {
    const id = await storeRollout(db);
    await finishWith(id);
    const rows = await queryRows(db.session, sql`select outcome, payload from audit_event order by seq`);
    expect(rows.map((r) => r.outcome)).toEqual(["intent", "failed"]);
    const { detail } = JSON.parse(String(rows[1]?.payload));
    expect(detail.counts).toEqual({ failed: 2, notReady: 1 });
    expect(detail.machineIds.notReady).toEqual([testTarget(2).machineId]);
    expect(await verifyAudit({ db, anchorFile: null, anchorKey: null })).toMatchObject({ ok: true });
  });

  it("groups failures by cause and code, and says where they are and what still waits there", async () => {
    const id = await storeRollout(db, { machines: 4 });
    await opened(id);
    const tasks = await claim(id, { slots: 3 });
    await ended(tasks[0], "failed", { cause: "endpointBlocked", code: "51" });
    await ended(tasks[1], "failed", { cause: "policy", code: "denied" });
    await ended(tasks[2], "failed", { cause: "endpointBlocked", code: "51" });
    expect(await causeGroups(db, id)).toEqual([
      { state: "failed", cause: "endpointBlocked", code: "51", count: 2, examplePosition: 0 },
      { state: "failed", cause: "policy", code: "denied", count: 1, examplePosition: 1 },
    ]);
    expect((await causeResourceGroups(db, id))[0]).toEqual({
      state: "failed",
      cause: "endpointBlocked",
      code: "51",
      subscriptionId: SUBSCRIPTIONS[0],
      resourceGroup: "rg-prod",
      count: 2,
      queued: 1,
    });
    expect((await countsOfRollouts(db, [id])).get(id)).toMatchObject({ failed: 3, queued: 1 });
  });

  it("pages tasks by position with a total, filtered by state, wave and text", async () => {
    const id = await storeRollout(db, { machines: 7, sizes: [3, 4] });
    const first = await taskPage(db, { rolloutId: id }, { after: null, limit: 3 });
    expect([first.total, first.next, first.tasks.length]).toEqual([7, 2, 3]);
    const last = await taskPage(db, { rolloutId: id }, { after: 5, limit: 3 });
    expect([last.next, last.tasks.map((t) => t.position)]).toEqual([null, [6]]);
    expect((await taskPage(db, { rolloutId: id, wave: 2, states: ["queued"] }, { after: null, limit: 9 })).total).toBe(4);
    expect(
      (await taskPage(db, { rolloutId: id, search: "win-00004" }, { after: null, limit: 9 })).tasks.map((t) => t.position),
    ).toEqual([4]);
    expect((await taskPage(db, { rolloutId: id, search: "%" }, { after: null, limit: 9 })).total).toBe(0);
  });

  it("goes on under the sign-in of whoever returns", async () => {
    const id = await storeRollout(db, { machines: 1 });
    await opened(id);
    await queryRows(db.session, sql`update rollout set waiting_for = ${WAITING_FOR_OPERATOR} where id = ${id}::uuid`);
    await queryRows(
      db.session,
      sql`update rollout_task set waiting_for = ${WAITING_FOR_OPERATOR}, not_before = ${later(99_999).toISOString()} where rollout_id = ${id}::uuid`,
    );
    expect((await waitingRollouts(db, "t1")).map((r) => r.id)).toEqual([id]);
    expect(await inTx((tx) => carryRollout(tx, { id, objectId: "bob", name: "Bob", at: later(5) }))).toBe(true);
    expect(await rolloutOf(id)).toMatchObject({ carrierObjectId: "bob", operatorObjectId: "ada", waitingFor: null });
    expect(await findTask(db, id, 0)).toMatchObject({ waitingFor: null, notBefore: later(5) });
  });

  it("keeps the newest demand of whoever carries it, and no demand of anybody else", async () => {
    const id = await storeRollout(db, { machines: 1 });
    const demand = (objectId: string, issuedAtMs: number) => ({ tenantId: "t1", objectId, claims: `c${issuedAtMs}`, issuedAtMs });
    const told = async (of: ReturnType<typeof demand> | null) => {
      await awaitSignIn(db.session, id, of);
      return demandIn(await rolloutOf(id));
    };
    expect(await told(null)).toBeNull();
    expect(await told(demand("ada", 2_000))).toEqual(demand("ada", 2_000));
    expect(await told(demand("ada", 1_000))).toEqual(demand("ada", 2_000));
    expect(await told(null)).toEqual(demand("ada", 2_000));
    expect(await told(demand("bob", 9_000))).toEqual(demand("ada", 2_000));
    expect(await told(demand("ada", 3_000))).toEqual(demand("ada", 3_000));
    await inTx((tx) => carryRollout(tx, { id, objectId: "ada", name: "Ada", at: later(5) }));
    expect(demandIn(await rolloutOf(id))).toEqual(demand("ada", 3_000));
    await inTx((tx) => carryRollout(tx, { id, objectId: "bob", name: "Bob", at: later(5) }));
    expect(demandIn(await rolloutOf(id))).toBeNull();
    expect(await told(demand("bob", 1_000))).toEqual(demand("bob", 1_000));
  });

  type Crossing = (rows: RolloutTaskRow[], id: string) => Promise<unknown>;
  const crossings: [string, Crossing][] = [
    ["putting many off", (rows) => deferTasks(db.session, rows, { at: START, notBefore: later(1) })],
    ["keeping many", (rows) => extendLeases(db, rows, later(9_000))],
    ["waking many that waited for a sign-in", (_rows, id) => inTx((tx) => releaseWaitingTasks(tx, id, later(1)))],
  ];

  it.each(name === "embedded" ? [] : crossings)(
    "%s takes the machines in their order, so none meets another in a deadlock",
    async (_what, crossing) => {
      const id = await storeRollout(db, { machines: 3 });
      await opened(id);
      await claim(id);
      const set = (change: string, position: number) =>
        queryRows(
          db.session,
          sql`update rollout_task set ${sql.raw(change)} where rollout_id = ${id}::uuid and position = ${position}`,
        );
      // The last machine comes first in the table and in the list.
      for (const position of [2, 1, 0]) await set(`waiting_for = '${WAITING_FOR_OPERATOR}'`, position);
      const { tasks } = await taskPage(db, { rolloutId: id }, { after: null, limit: 9 });
      const lock = (tx: Database["session"], position: number) =>
        queryRows(tx, sql`select 1 from rollout_task where rollout_id = ${id}::uuid and position = ${position} for update`);
      const cross = () => crossing(tasks.toReversed(), id);
      expect(await meetOnTheWay(db, { lock, cross })).toBe("done");
      const after = await taskPage(db, { rolloutId: id }, { after: null, limit: 9 });
      expect(new Set(after.tasks.map(({ notBefore }) => notBefore.getTime())).size).toBe(1);
      expect(after.tasks[0]?.notBefore).not.toEqual(tasks[0]?.notBefore);
    },
  );
});
