import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import {
  type ChangeItemRow,
  type ChangeSetRow,
  carryOwnSets,
  changeItems,
  effectTimes,
  insertChangeSet,
  type NewChangeItem,
  writtenSince,
} from "@/lib/db/access-changes";
import type { Database } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { testEngines } from "@/lib/db/testing";
import type { AccessChangeRemote } from "./access-change-remote";
import { AccessChangeRunner } from "./access-change-runner";
import { LATE_AFTER_MS } from "./access-change-steps";
import { LEASE_MS, RESEND_LIMIT_MS } from "./operation-timing";
import { azureError, FakeClock } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TENANT = "10ca1a2e-0000-4000-8000-00000000000a";
const ADA = "10ca1a2e-0000-4000-8000-0000000000ad";
const LOST = azureError(null);

/** Azure for one person: keeps what was sent, answers as told, the last answer for ever. */
class FakeAzure implements AccessChangeRemote {
  readonly sent: number[] = [];
  answers: (Error | "fine" | "never" | { pending: string })[] = ["fine"];
  inForce: (boolean | Error)[] = [true];
  private looks = 0;

  async send(item: ChangeItemRow): Promise<{ pending: string } | undefined> {
    this.sent.push(item.position);
    const answer = this.answers[this.sent.length - 1] ?? this.answers.at(-1);
    if (answer === "never") await new Promise(() => undefined);
    if (answer instanceof Error) throw answer;
    return typeof answer === "object" ? answer : undefined;
  }

  async isInForce(): Promise<boolean> {
    const answer = this.inForce[this.looks] ?? this.inForce.at(-1) ?? true;
    this.looks += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

const item = (index: number): NewChangeItem => ({
  target: `/subscriptions/S/providers/Microsoft.Authorization/roleAssignments/${index}`,
  request: JSON.stringify({ kind: "assign", assignmentName: String(index) }),
  exact: JSON.stringify({ method: "PUT", url: "https://x", body: null }),
  before: "null",
  undo: "null",
});

describe.each(engines)("changes of access on $name", ({ open }) => {
  let db: Database;
  let clock: FakeClock;
  let azure: FakeAzure;
  let isHere: boolean;
  let runner: AccessChangeRunner;

  beforeEach(async () => {
    const opened = await open();
    db = opened.db;
    clock = new FakeClock();
    azure = new FakeAzure();
    isHere = true;
    runner = newRunner();
    return opened.dispose;
  });

  function newRunner(): AccessChangeRunner {
    const access = { carriers: () => (isHere ? [`${TENANT}/${ADA}`] : []), changeRemoteFor: () => (isHere ? azure : null) };
    return new AccessChangeRunner({ db, now: clock.now, log: quiet, access });
  }

  async function plan(count = 1): Promise<string> {
    const set: ChangeSetRow = {
      id: crypto.randomUUID(),
      tenantId: TENANT,
      operatorObjectId: ADA,
      operatorName: "Ada",
      carrierObjectId: ADA,
      requestHash: "h",
      traceId: "t",
      startedAt: clock.now(),
      kind: "access",
    };
    const items = Array.from({ length: count }, (_, index) => item(index));
    await db.session.transaction((tx) => insertChangeSet(tx, set, items, new Date(clock.now().getTime() + LEASE_MS)));
    return set.id;
  }

  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await runner.tick();
  }

  const states = async (id: string) => (await changeItems(db, id)).map(({ state }) => state);
  const first = async (id: string): Promise<ChangeItemRow> => {
    const [row] = await changeItems(db, id);
    if (row === undefined) throw new Error("no item");
    return row;
  };
  const outcomes = async (id: string) =>
    (await queryRows(db.session, sql`select outcome from audit_event where operation_id = ${id} order by seq`)).map(
      (row) => row.outcome,
    );

  it("sends each item once, however often the set is submitted", async () => {
    const id = await plan(9);
    await Promise.all([runner.submit(id), runner.submit(id)]);
    await runner.submit(id);
    expect([...azure.sent].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(await states(id))).toEqual(new Set(["done"]));
    expect(await outcomes(id)).toEqual(Array.from({ length: 9 }, () => "done"));
  });

  it("counts as in force after three sightings in a row, timed to the first of them", async () => {
    const id = await plan();
    azure.inForce = [false, true, false, true, true, true];
    await runner.submit(id);
    for (let round = 0; round < 5; round++) await pass(2_000);
    expect((await first(id)).effect).toBe("waiting");
    await pass(2_000);
    expect(await first(id)).toMatchObject({ effect: "effective", effectSeen: 3, effectReads: 6, effectMs: 8_000 });
    expect(await effectTimes(db, TENANT)).toEqual({ count: 1, medianMs: 8_000, worstMs: 8_000 });
  });

  it.each([
    [0, "waiting"],
    [1, "late"],
  ])("is late once ten minutes and more have passed: %i ms over is %s", async (over, effect) => {
    const id = await plan();
    azure.inForce = [false];
    await runner.submit(id);
    await pass(LATE_AFTER_MS + over);
    expect((await first(id)).effect).toBe(effect);
  });

  it.each([400, 403, 404, 409])("is refused for good when Azure answers %i", async (status) => {
    const id = await plan();
    azure.answers = [azureError(status, "conflict")];
    await runner.submit(id);
    await pass(3_600_000);
    expect(await states(id)).toEqual(["refused"]);
    expect(azure.sent).toHaveLength(1);
    expect(await outcomes(id)).toEqual(["refused"]);
  });

  it("asks Azure after a lost answer and adopts what it shows", async () => {
    const id = await plan();
    azure.answers = [LOST];
    await runner.submit(id);
    expect(await states(id)).toEqual(["unknown"]);
    await pass(2_999);
    expect(await states(id)).toEqual(["unknown"]);
    await pass(1);
    expect(await states(id)).toEqual(["done"]);
    expect(azure.sent).toHaveLength(1);
    expect(await outcomes(id)).toEqual(["unknown", "done"]);
  });

  it("sends again only after Azure was asked and shows nothing", async () => {
    const id = await plan();
    azure.answers = [LOST, "fine"];
    azure.inForce = [false, true];
    await runner.submit(id);
    await pass(3_000);
    expect(azure.sent).toHaveLength(2);
    expect(await states(id)).toEqual(["done"]);
  });

  it("does not send again when the decision is older than thirty minutes", async () => {
    const id = await plan();
    azure.answers = [LOST];
    azure.inForce = [false];
    await runner.submit(id);
    await pass(RESEND_LIMIT_MS + 1);
    expect(await states(id)).toEqual(["failed"]);
    expect(azure.sent).toHaveLength(1);
  });

  it("a process that dies while the request is on its way is found by the next one, which asks before it sends", async () => {
    const id = await plan();
    azure.answers = ["never"];
    void runner.submit(id);
    await expect.poll(() => azure.sent.length).toBe(1);
    expect(await states(id)).toEqual(["submitting"]);
    runner = newRunner();
    await pass(LEASE_MS);
    expect(await states(id)).toEqual(["done"]);
    expect(azure.sent).toHaveLength(1);
    expect(await outcomes(id)).toEqual(["unknown", "done"]);
  });

  it("a process that dies before anything was sent leaves a plan that the next one sends", async () => {
    const id = await plan(3);
    await pass(LEASE_MS - 1);
    expect(azure.sent).toEqual([]);
    await pass(1);
    expect(await states(id)).toEqual(["done", "done", "done"]);
  });

  it("a change of several steps stays planned while Azure does not show a step, and is done when it does", async () => {
    const id = await plan();
    azure.answers = [{ pending: "Not shown yet." }, { pending: "Not shown yet." }, "fine"];
    await runner.submit(id);
    expect(await first(id)).toMatchObject({ state: "planned", detail: "Not shown yet.", waitingFor: null });
    await pass(2_000);
    expect(await states(id)).toEqual(["planned"]);
    await pass(2_000);
    expect(await states(id)).toEqual(["done"]);
    expect(azure.sent).toHaveLength(3);
  });

  it.each([
    [0, "planned"],
    [1, "unknown"],
  ])("asks for the real state once the decision is older than thirty minutes: %i ms over is %s", async (over, state) => {
    const id = await plan();
    azure.answers = [{ pending: "Not shown yet." }];
    azure.inForce = [false];
    await runner.submit(id);
    await pass(RESEND_LIMIT_MS + over);
    expect(await states(id)).toEqual([state]);
    await pass(60_000);
    if (state === "unknown") expect(await states(id)).toEqual(["failed"]);
  });

  it("a late answer of an older holder changes nothing any more", async () => {
    const id = await plan();
    const late: { answer: () => void } = { answer: () => undefined };
    azure.send = () =>
      new Promise((_, reject) => {
        late.answer = () => reject(azureError(403, "forbidden"));
      });
    const old = runner.submit(id);
    await expect.poll(async () => (await first(id)).state).toBe("submitting");
    await newRunner().tick();
    clock.advance(LEASE_MS);
    await newRunner().tick();
    late.answer();
    await old;
    expect(await states(id)).toEqual(["done"]);
    expect(await outcomes(id)).toEqual(["unknown", "done"]);
  });

  it("stays planned when Azure wants a stronger sign-in, ends when it never comes", async () => {
    const id = await plan();
    azure.answers = [azureError(401, "unauthenticated", "e30=")];
    await expect(runner.submit(id)).rejects.toMatchObject({ claims: "e30=" });
    expect(await first(id)).toMatchObject({ state: "planned", waitingFor: "Ada to confirm the sign-in" });
    await pass(RESEND_LIMIT_MS - 1);
    expect(await states(id)).toEqual(["planned"]);
    await pass(1);
    expect(await states(id)).toEqual(["failed"]);
    expect(azure.sent).toHaveLength(1);
  });

  it("does nothing while nobody is here whose right could carry it, and goes on when the person is back", async () => {
    const id = await plan();
    azure.inForce = [azureError(403, "forbidden"), true];
    await runner.submit(id);
    await pass(1_000);
    expect((await first(id)).waitingFor).toContain("Ada to sign in");
    isHere = false;
    await pass(3_600_000);
    expect(await first(id)).toMatchObject({ effect: "waiting", effectReads: 0 });
    isHere = true;
    expect(await carryOwnSets(db, { tenantId: TENANT, objectId: ADA }, clock.now())).toBe(1);
    expect(await carryOwnSets(db, { tenantId: TENANT, objectId: "another" }, clock.now())).toBe(0);
    await pass(0);
    expect((await first(id)).effectReads).toBe(1);
  });

  it("tells which assignments were written lately, of this tenant only", async () => {
    const id = await plan(2);
    await runner.submit(id);
    const since = clock.now();
    expect((await writtenSince(db, TENANT, since, 10)).map(({ target }) => target).sort()).toEqual([
      item(0).target,
      item(1).target,
    ]);
    expect(await writtenSince(db, TENANT, since, 1)).toHaveLength(1);
    expect(await writtenSince(db, TENANT, new Date(since.getTime() + 1), 10)).toEqual([]);
    expect(await writtenSince(db, "other", since, 10)).toEqual([]);
  });

  it("keeps impossible states out of the store", async () => {
    const id = await plan();
    await expect(db.session.execute(sql`update access_change_item set state = 'done' where set_id = ${id}`)).rejects.toThrow();
    await expect(
      db.session.execute(sql`update access_change_item set effect = 'waiting' where set_id = ${id}`),
    ).rejects.toThrow();
  });
});
