import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { HISTORY_CHAIN } from "@/lib/db/chain";
import { listHistory } from "@/lib/db/elevation-history";
import { stepsOf, windowsOf } from "@/lib/db/history-state";
import { emptyTestDatabase, pastTriggers, type TestDatabase } from "@/lib/db/testing";
import type { HistoryEvent } from "@/lib/domain/elevation/history/types";
import { AppError } from "@/lib/domain/errors";
import { activation, FakeHistoryAzure, NOTHING, OWNER, person, SUBSCRIPTION, stateHolding } from "./history-fixture";
import type { HistoryCarrier } from "./history-remote";
import { HistorySweep } from "./history-sweep";
import { FakeClock, quietLog } from "./testing";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const TENANT = "t1";
const ADA: HistoryCarrier = { tenantId: TENANT, objectId: "ada", name: "Ada" };
const BEN: HistoryCarrier = { tenantId: TENANT, objectId: "ben", name: "Ben" };

let store: TestDatabase;
let clock: FakeClock;
let azure: FakeHistoryAzure;
let carriers: HistoryCarrier[];
let remotes: Map<string, FakeHistoryAzure>;
let news: HistoryEvent[];
let sweep: HistorySweep;

beforeAll(async () => {
  store = await emptyTestDatabase();
});
afterAll(() => store.dispose());
beforeEach(async () => {
  const { session } = store.db;
  for (const table of ["history_holding", "history_window", "history_step"])
    await session.execute(sql.raw(`delete from ${table}`));
  const emptied = [sql`delete from history_event`, sql`delete from audit_head where stream = 'history'`];
  await pastTriggers(session, "history_event", ...emptied);
  clock = new FakeClock();
  azure = new FakeHistoryAzure(clock.now);
  carriers = [ADA];
  remotes = new Map([["ada", azure]]);
  news = [];
  sweep = make();
});

function make(): HistorySweep {
  return new HistorySweep({
    db: store.db,
    carriers: { historyCarriers: () => carriers, historyRemoteFor: ({ objectId }) => remotes.get(objectId) ?? null },
    now: clock.now,
    log: quietLog,
    onNew: async (_, { events }) => void news.push(...events),
  });
}

const stored = async () =>
  (await listHistory(store.db, { scope: { tenantId: TENANT, personId: null }, filter: {}, before: null, limit: 200 })).events;
const kinds = async () => (await stored()).map(({ kind }) => kind).sort();
const state = (...holdings: ReturnType<typeof stateHolding>[]) => ({
  events: [],
  lists: [{ seenFrom: SUBSCRIPTION, holdings }],
});

describe("reading", () => {
  it("asks for what Azure keeps the first time and from a little before the last reading afterwards", async () => {
    await sweep.tick();
    expect(azure.asked.find(({ source }) => source === "requests")?.from).toBe("2026-01-30T10:00:00.000Z");
    clock.advance(DAY_MS);
    await sweep.tick();
    expect(azure.asked.filter(({ source }) => source === "requests").at(-1)?.from).toBe("2026-03-01T08:00:00.000Z");
    expect(await windowsOf(store.db.session, { tenantId: TENANT, source: "requests", scope: SUBSCRIPTION })).toEqual([
      { from: "2026-01-30T10:00:00.000Z", to: "2026-03-02T10:00:00.000Z" },
    ]);
  });

  it("[A29] stores a fact once, however often and from whichever source it comes", async () => {
    azure.answers = { requests: { events: [activation("a")], lists: null } };
    await sweep.tick();
    clock.advance(DAY_MS / 4);
    azure.answers.state = state(
      stateHolding("a", { activated: true, startsAt: "2026-03-01T09:00:00.000Z", endsAt: "2026-03-01T17:00:00.000Z" }),
    );
    await sweep.tick();
    expect(await kinds()).toEqual(["activated"]);
    expect(news).toHaveLength(1);
  });

  it("leaves a gap when nobody read for longer than Azure keeps its entries, and says from when to when", async () => {
    await sweep.tick();
    clock.advance(40 * DAY_MS);
    await sweep.tick();
    expect(await windowsOf(store.db.session, { tenantId: TENANT, source: "requests", scope: SUBSCRIPTION })).toEqual([
      { from: "2026-01-30T10:00:00.000Z", to: "2026-03-01T10:00:00.000Z" },
      { from: "2026-03-11T10:00:00.000Z", to: "2026-04-10T10:00:00.000Z" },
    ]);
  });

  it("reads nothing and asks Azure nothing while nothing is due", async () => {
    await sweep.tick();
    const before = azure.asked.length;
    clock.advance(MINUTE_MS);
    expect(await sweep.tick()).toBe(0);
    expect(azure.asked).toHaveLength(before);
  });

  it("stores nothing of a reading that failed and tries it again a minute later", async () => {
    azure.answers = { requests: new AppError({ code: "upstream", message: "Azure said 500." }) };
    await sweep.tick();
    const [step] = (await stepsOf(store.db, TENANT)).filter(({ source }) => source === "requests");
    expect(step).toMatchObject({ problem: "Azure said 500.", misses: 1, readAt: null });
    expect(await windowsOf(store.db.session, { tenantId: TENANT, source: "requests", scope: SUBSCRIPTION })).toEqual([]);
    azure.answers = { requests: { events: [activation("a")], lists: null } };
    clock.advance(MINUTE_MS - 1);
    await sweep.tick();
    expect(await kinds()).toEqual([]);
    clock.advance(1);
    await sweep.tick();
    expect(await kinds()).toEqual(["activated"]);
  });

  it("leaves a place that one carrier may not read to another who may, whoever comes first, again and again", async () => {
    const refused = new FakeHistoryAzure(clock.now);
    const no = new AppError({ code: "forbidden", message: "You may not read this." });
    refused.answers = { requests: no, activity: no, state: no };
    azure.answers = { requests: { events: [activation("a")], lists: null } };
    carriers = [BEN, ADA];
    remotes = new Map([
      ["ben", refused],
      ["ada", azure],
    ]);
    const bySource = async () =>
      new Set((await stepsOf(store.db, TENANT)).map(({ carrierName, problem }) => `${carrierName} ${problem}`));
    await sweep.tick();
    expect([await kinds(), await bySource()]).toEqual([["activated"], new Set(["Ada null"])]);
    for (let hours = 0; hours < 3; hours += 1) {
      clock.advance(60 * MINUTE_MS);
      const before = azure.asked.length;
      await sweep.tick();
      expect([azure.asked.length - before, await bySource()]).toEqual([3, new Set(["Ada null"])]);
    }
    carriers = [BEN];
    clock.advance(60 * MINUTE_MS);
    await sweep.tick();
    expect(await bySource()).toEqual(new Set(["Ben You may not read this."]));
  });

  it("does not ask somebody who cannot say what there is to read in every round, and goes on with the others", async () => {
    const lost = new FakeHistoryAzure(clock.now);
    let asked = 0;
    lost.places = () => {
      asked += 1;
      return Promise.reject(new AppError({ code: "upstream", message: "No token." }));
    };
    carriers = [BEN, ADA];
    remotes = new Map([
      ["ben", lost],
      ["ada", azure],
    ]);
    expect(await sweep.tick()).toBe(3);
    await sweep.tick();
    expect(asked).toBe(1);
    clock.advance(2 * MINUTE_MS);
    await sweep.tick();
    expect(asked).toBe(2);
    sweep.wake();
    await sweep.tick();
    expect(asked).toBe(3);
  });
});

describe("ends", () => {
  it("by the clock are exact, also when they came between two readings", async () => {
    azure.answers = { requests: { events: [activation("a")], lists: null } };
    await sweep.tick();
    clock.advance(DAY_MS);
    await sweep.tick();
    expect((await stored()).find(({ kind }) => kind === "expired")).toMatchObject({
      at: "2026-03-01T17:00:00.000Z",
      earliestAt: null,
    });
  });

  it("that a request tells are told instead of the clock's", async () => {
    azure.answers = { requests: { events: [activation("a")], lists: null } };
    await sweep.tick();
    clock.advance(DAY_MS);
    const ended = activation("a", { key: "active:a:ended", kind: "deactivated", at: "2026-03-01T12:00:00.000Z" });
    azure.answers = { requests: { events: [activation("a"), ended], lists: null } };
    await sweep.tick();
    expect(await kinds()).toEqual(["activated", "deactivated"]);
  });

  it("without a trace are noticed at the second reading that misses it, with between when and when it ended", async () => {
    azure.answers = { state: state(stateHolding("a")) };
    await sweep.tick();
    azure.answers = { state: state() };
    clock.advance(20 * MINUTE_MS);
    await sweep.tick();
    expect(await kinds()).toEqual(["assigned"]);
    clock.advance(20 * MINUTE_MS);
    await sweep.tick();
    expect((await stored()).find(({ kind }) => kind === "gone")).toMatchObject({
      earliestAt: "2026-03-01T10:00:00.000Z",
      at: "2026-03-01T10:20:00.000Z",
    });
  });

  it("that the activity log explains in the meantime are not called unexplained", async () => {
    azure.answers = { state: state(stateHolding("a")) };
    await sweep.tick();
    clock.advance(20 * MINUTE_MS);
    azure.answers = { state: state() };
    await sweep.tick();
    clock.advance(20 * MINUTE_MS);
    const removed = activation("a", {
      key: "active:a:ended",
      kind: "removed",
      at: "2026-03-01T10:05:00.000Z",
      source: "activity",
    });
    azure.answers = { state: state(), activity: { events: [removed], lists: null } };
    await sweep.tick();
    expect(await kinds()).toEqual(["assigned", "removed"]);
  });

  it("do not keep the same name from beginning again", async () => {
    azure.answers = { state: state(stateHolding("a")) };
    await sweep.tick();
    const removed = activation("a", {
      key: "active:a:ended",
      kind: "removed",
      at: "2026-03-01T10:05:00.000Z",
      source: "activity",
    });
    clock.advance(20 * MINUTE_MS);
    azure.answers = {
      activity: { events: [removed], lists: null },
      state: state(stateHolding("a", { startsAt: "2026-03-01T10:10:00.000Z" })),
    };
    await sweep.tick();
    clock.advance(20 * MINUTE_MS);
    await sweep.tick();
    expect(await kinds()).toEqual(["assigned", "assigned", "removed"]);
  });
});

describe("the store", () => {
  it("refuses to change or remove what was copied, and verifies", async () => {
    azure.answers = { requests: { events: [activation("a"), activation("b")], lists: null } };
    await sweep.tick();
    for (const statement of ["update history_event set payload = '{}'", "delete from history_event", "truncate history_event"]) {
      await expect(store.db.session.execute(sql.raw(statement))).rejects.toMatchObject({
        cause: { message: expect.stringContaining("append-only") },
      });
    }
    expect(await verifyAudit({ db: store.db, chain: HISTORY_CHAIN, anchorFile: null, anchorKey: null })).toMatchObject({
      ok: true,
      entries: 2,
    });
  });

  it("names the event that was changed behind its back", async () => {
    azure.answers = { requests: { events: [activation("a"), activation("b"), activation("c")], lists: null } };
    await sweep.tick();
    const changed = sql`update history_event set payload = replace(payload, 'person-b', 'person-x') where seq = 2`;
    await pastTriggers(store.db.session, "history_event", changed);
    const result = await verifyAudit({ db: store.db, chain: HISTORY_CHAIN, anchorFile: null, anchorKey: null });
    expect(result).toMatchObject({ ok: false, broken: { seq: 2 } });
  });

  it("shows a person what concerns them and another tenant nothing", async () => {
    azure.answers = {
      requests: { events: [activation("a"), activation("b", { decidedBy: person("person-a") }), activation("c")], lists: null },
    };
    await sweep.tick();
    const of = async (tenantId: string, personId: string | null) =>
      (await listHistory(store.db, { scope: { tenantId, personId }, filter: {}, before: null, limit: 50 })).events
        .map(({ holding }) => holding)
        .sort();
    expect(await of(TENANT, "person-a")).toEqual(["active:a", "active:b"]);
    expect(await of(TENANT, "nobody")).toEqual([]);
    expect(await of("t2", null)).toEqual([]);
  });

  it.each([
    [{ person: "PERSON-B" }, ["active:b"]],
    [{ role: "own" }, ["active:a", "active:b"]],
    [{ role: OWNER.id }, ["active:a", "active:b"]],
    [{ role: "reader" }, []],
    [{ person: "100%_" }, []],
    [{ kinds: ["activated" as const] }, ["active:a"]],
    [{ scopes: [SUBSCRIPTION] }, ["active:a", "active:b"]],
    [{ from: new Date("2026-03-01T09:00:00.001Z") }, ["active:b"]],
  ])("finds by %j", async (filter, expected) => {
    azure.answers = {
      requests: { events: [activation("a"), activation("b", { kind: "denied", at: "2026-03-01T09:30:00.000Z" })], lists: null },
      state: NOTHING,
    };
    await sweep.tick();
    const { events } = await listHistory(store.db, {
      scope: { tenantId: TENANT, personId: null },
      filter,
      before: null,
      limit: 50,
    });
    expect(events.map(({ holding }) => holding).sort()).toEqual(expected);
  });

  it("leaves out who is in which group only where that is asked for", async () => {
    const joined = activation("m", { kind: "joined", track: "member" });
    azure.answers = { requests: { events: [activation("a"), joined], lists: null }, state: NOTHING };
    await sweep.tick();
    const of = async (filter: { members?: boolean }) =>
      (await listHistory(store.db, { scope: { tenantId: TENANT, personId: null }, filter, before: null, limit: 50 })).total;
    expect([await of({}), await of({ members: true }), await of({ members: false })]).toEqual([2, 2, 1]);
  });
});
