import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { queryRows } from "@/lib/db/query";
import { applyAction } from "@/lib/db/rollout-actions";
import { findTask, taskEvents } from "@/lib/db/rollout-read";
import { storeRollout } from "@/lib/db/rollout-testing";
import { rolloutWaves } from "@/lib/db/rollouts";
import { testEngines } from "@/lib/db/testing";
import type { RolloutActionInput } from "@/lib/domain/rollout/api";
import { type RolloutBench, rolloutBench, rolloutOf, statesOf } from "./rollout-testing";
import { ROLLOUT_TIMING } from "./rollout-timing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const MINUTE = 60_000;

describe.each(engines)("roll-outs on $name", ({ open }) => {
  let bench: RolloutBench;
  beforeEach(async () => {
    const { db, dispose } = await open();
    bench = rolloutBench(db);
    return dispose;
  });

  const start = (shape: Parameters<typeof storeRollout>[1] = {}) => storeRollout(bench.db, shape, bench.clock.now());
  const act = (id: string, input: RolloutActionInput) =>
    bench.db.session.transaction((tx) => applyAction(tx, { id, at: bench.clock.now(), instance: "p1" }, input));
  const waves = async (id: string) => (await rolloutWaves(bench.db.session, id)).map((wave) => wave.state);

  it("takes every machine to its end with one request each, and ends with an audit that verifies", async () => {
    const id = await start({ machines: 20, sizes: [2, 18] });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 20 });
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "finished", waitingFor: null });
    expect(await waves(id)).toEqual(["done", "done"]);
    expect([...bench.azure.machines.values()].map((machine) => machine.puts)).toEqual(Array(20).fill(1));
    const entries = await queryRows(bench.db.session, sql`select outcome from audit_event order by seq`);
    expect(entries.map((entry) => entry.outcome)).toEqual(["intent", "done", "intent", "done", "done"]);
    expect(await verifyAudit({ db: bench.db, anchorFile: null, anchorKey: null })).toMatchObject({ ok: true });
    expect((await taskEvents(bench.db, id, 0)).map((event) => event.state)).toEqual([
      "submitting",
      "provisioning",
      "checking",
      "ready",
    ]);
  });

  it("needs fewer than three requests per machine, status and check included", async () => {
    await start({ machines: 150 });
    await bench.run(10 * MINUTE);
    expect(bench.azure.calls.length / 150).toBeLessThan(3);
  });

  it("commits submitting before anything is sent, and the operation's address before it is first asked about", async () => {
    const id = await start({ machines: 1 });
    let during = "";
    bench.azure.beforeSend = async () => {
      during = (await findTask(bench.db, id, 0))?.state ?? "";
    };
    await bench.run(0);
    expect(during).toBe("submitting");
    expect(await findTask(bench.db, id, 0)).toMatchObject({ state: "provisioning", operationUrl: "https://op/0" });
    expect(bench.azure.count("statusOf")).toBe(0);
  });

  it("opens a wave only when the one before has ended, and waits for a person's go", async () => {
    const id = await start({ machines: 4, sizes: [1, 3], plan: { pause: { kind: "person" } } });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1, queued: 3 });
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "running", waitingFor: "go" });
    await act(id, { action: "go", wave: 2 });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 4 });
  });

  it("pauses between waves for as long as the plan says", async () => {
    const id = await start({ machines: 2, sizes: [1, 1], plan: { pause: { kind: "minutes", minutes: 30 } } });
    await bench.run(25 * MINUTE, 10_000);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1, queued: 1 });
    expect((await rolloutOf(bench.db, id)).waitingFor).toBe("pause");
    await bench.run(12 * MINUTE, 10_000);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 2 });
  });

  it("sends nothing outside its window", async () => {
    const window = { days: [1, 2, 3, 4, 5, 6, 7], from: "12:00", to: "13:00", timeZone: "UTC" };
    const id = await start({ machines: 1, plan: { window } });
    await bench.run(110 * MINUTE, 10 * MINUTE);
    expect(bench.azure.count("send")).toBe(0);
    expect((await rolloutOf(bench.db, id)).waitingFor).toBe("window");
    await bench.run(15 * MINUTE, MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
  });

  it("asks the store again soon while something is under way, once a second while nothing can be, and rarely without a roll-out", async () => {
    const { roundMs, idleMs, restMs } = ROLLOUT_TIMING;
    const rounds = async (count: number) => {
      const pauses: number[] = [];
      for (let round = 0; round < count; round++) pauses.push(await bench.runner.tick());
      return pauses;
    };
    expect(await rounds(1)).toEqual([restMs]);
    const id = await start({ machines: 3, plan: { concurrency: 1 } });
    expect(await rounds(1)).toEqual([roundMs]);
    expect((await rounds(3)).at(-1)).toBe(idleMs);
    // The first question about the state is due after ten seconds, to the next five.
    bench.clock.advance(9_600);
    expect(await rounds(2)).toEqual([400, 400]);
    bench.clock.advance(400);
    expect(await rounds(1)).toEqual([roundMs]);
    await act(id, { action: "pause" });
    expect((await rounds(3)).at(-1)).toBe(idleMs);
  });

  it("works on no more machines at once than the plan allows", async () => {
    const id = await start({ machines: 9, plan: { concurrency: 4 } });
    await bench.run(30_000);
    expect(await statesOf(bench.db, id)).toEqual({ provisioning: 4, queued: 5 });
    await bench.run(10 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 9 });
  });

  it("holds by itself beyond the threshold, and goes on when a person resumes", async () => {
    const id = await start({ machines: 10, sizes: [4, 6], plan: { threshold: { unit: "machines", value: 1 } } });
    for (const name of ["WIN-00000", "WIN-00001"]) bench.azure.machine(name).end = "failed";
    await bench.run(5 * MINUTE);
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "held" });
    expect((await rolloutOf(bench.db, id)).stateReason).toContain("2 of 4");
    expect((await statesOf(bench.db, id)).queued).toBe(6);
    await act(id, { action: "resume" });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 8, failed: 2 });
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "finished" });
  });

  it("stops beyond the threshold when the plan says so: what was sent ends, the rest is canceled", async () => {
    const plan = { threshold: { unit: "machines", value: 0 }, onThreshold: "stop", concurrency: 3 } as const;
    const id = await start({ machines: 6, plan });
    bench.azure.machine("WIN-00000").end = "failed";
    bench.azure.machine("WIN-00000").durationMs = 1_000;
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ failed: 1, ready: 2, canceled: 3 });
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "canceled" });
  });

  it("follows what Azure has accepted while paused, and sends nothing further", async () => {
    const id = await start({ machines: 4, plan: { concurrency: 2 } });
    await bench.run(0);
    await act(id, { action: "pause" });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 2, queued: 2 });
    await act(id, { action: "resume" });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 4 });
  });

  it("follows what Azure has accepted to its true end before it is canceled", async () => {
    const id = await start({ machines: 4, plan: { concurrency: 2 } });
    await bench.run(0);
    await act(id, { action: "cancel" });
    await bench.run(10_000);
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "canceling" });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 2, canceled: 2 });
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "canceled" });
  });

  it("stops a wave: what is on its way ends, the rest is skipped, and nothing begins before a person resumes", async () => {
    const id = await start({ machines: 6, sizes: [4, 2], plan: { concurrency: 2 } });
    await bench.run(0);
    await act(id, { action: "stopWave", wave: 1 });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 2, skipped: 2, queued: 2 });
    expect(await waves(id)).toEqual(["stopped", "pending"]);
    await act(id, { action: "resume" });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 4, skipped: 2 });
  });

  it("retries only what a person has chosen, looks before it sends again, and ends anew", async () => {
    const id = await start({ machines: 3 });
    bench.azure.machine("WIN-00001").end = "failed";
    bench.azure.machine("WIN-00002").verdict = "notReady";
    await bench.run(10 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1, failed: 1, notReady: 1 });
    bench.azure.machine("WIN-00001").end = "succeeded";
    await act(id, { action: "retry", select: { by: "positions", positions: [0, 1] } });
    await bench.run(5 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 2, notReady: 1 });
    expect([0, 1, 2].map((n) => bench.azure.machine(`WIN-0000${n}`).puts)).toEqual([1, 1, 1]);
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "finished" });
  });

  it("checks again without sending anything", async () => {
    const id = await start({ machines: 1 });
    bench.azure.machine("WIN-00000").verdict = "notReady";
    await bench.run(10 * MINUTE);
    bench.azure.machine("WIN-00000").verdict = "ready";
    await act(id, { action: "recheck", select: { by: "positions", positions: [0] } });
    await bench.run(MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
    expect(bench.azure.count("send")).toBe(1);
    expect(await rolloutOf(bench.db, id)).toMatchObject({ state: "finished" });
  });

  it("believes that nobody can sign in only after several checks", async () => {
    const id = await start({ machines: 1 });
    bench.azure.machine("WIN-00000").verdict = "notReady";
    await bench.run(2 * MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ checking: 1 });
    bench.azure.machine("WIN-00000").verdict = "ready";
    await bench.run(MINUTE);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 1 });
  });

  const grantAt = (at: { kind: "machines" } | { kind: "scope"; scope: string }) => ({
    grant: {
      roleDefinitionId: "r",
      roleName: "Virtual Machine User Login",
      principal: { id: "g", type: "Group" as const, name: "Ops" },
      at,
    },
  });

  it("assigns the role of the plan per machine, or once for all at a scope", async () => {
    await start({ machines: 3, plan: grantAt({ kind: "machines" }) });
    await bench.run(5 * MINUTE);
    expect(bench.azure.count("grant")).toBe(3);
    const id = await start({ machines: 3, plan: grantAt({ kind: "scope", scope: "/subscriptions/s" }) });
    await bench.run(5 * MINUTE);
    expect(bench.azure.count("grant")).toBe(4);
    expect(await statesOf(bench.db, id)).toEqual({ ready: 3 });
  });

  it("does not call a machine ready whose role could not be assigned, and tries it again on a recheck", async () => {
    const id = await start({ machines: 1, plan: grantAt({ kind: "machines" }) });
    const refused = {
      status: 403,
      code: "AuthorizationFailed",
      message: "no",
      requestId: null,
      correlationId: null,
      retryAfterSeconds: null,
      service: "arm",
    } as const;
    bench.azure.grants = [refused, refused];
    await bench.run(10 * MINUTE);
    expect(await findTask(bench.db, id, 0)).toMatchObject({ state: "notReady", code: "grantFailed" });
    await act(id, { action: "recheck", select: { by: "positions", positions: [0] } });
    await bench.run(MINUTE);
    expect(await findTask(bench.db, id, 0)).toMatchObject({ state: "ready", code: "canSignIn" });
  });
});
