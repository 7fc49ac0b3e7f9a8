import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { enqueueNotices, noticeCounts, noticeEventId, recentNotices, retryNotice } from "@/lib/db/notices";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { GIVE_UP_AFTER_MS } from "@/lib/domain/notices/retry";
import type { Notice } from "@/lib/domain/notices/types";
import { type NoticeAnswer, NoticeSender } from "./notice-sender";
import { FakeClock, quietLog } from "./testing";

let store: TestDatabase;
let clock: FakeClock;
let answers: (NoticeAnswer | Error)[];
let sent: { eventId: string; attempt: number; body: string }[];
let sender: NoticeSender;

beforeAll(async () => {
  store = await emptyTestDatabase();
});
afterAll(() => store.dispose());
beforeEach(async () => {
  await store.db.session.execute(sql`delete from notice_outbox`);
  await store.db.session.execute(sql`delete from history_holding`);
  clock = new FakeClock();
  answers = [];
  sent = [];
  const transport = {
    targets: ["json"] as const,
    send: async ({ eventId, attempt, body }: { eventId: string; attempt: number; body: string }) => {
      sent.push({ eventId, attempt, body });
      const answer = answers.shift() ?? { status: 204, retryAfterMs: null };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  sender = new NoticeSender({ db: store.db, transport, now: clock.now, log: quietLog, random: () => 0.5 });
});

const notice = (over: Partial<Notice> = {}): Notice => ({
  kind: "activated",
  fact: "activated/active:s1",
  at: "2026-03-01T10:00:00.000Z",
  person: { id: "p1", kind: "user", name: "Ben", detail: "" },
  role: { id: "r1", name: "Owner" },
  scope: { id: "/subscriptions/s", name: "Prod" },
  startsAt: null,
  endsAt: null,
  decision: null,
  decidedBy: null,
  reason: "",
  justification: "",
  ticket: null,
  path: null,
  dueAt: null,
  holding: null,
  ...over,
});

const put = (one: Notice) =>
  store.db.session.transaction((tx) =>
    enqueueNotices(tx, { tenantId: "t1", notices: [one], targets: ["json"], origin: null, now: clock.now() }),
  );
const only = async () => (await recentNotices(store.db, "t1", 5))[0];

describe("the outbox", () => {
  it("takes one fact once, whoever finds it first", async () => {
    expect(await put(notice())).toBe(1);
    expect(await put(notice({ reason: "told again" }))).toBe(0);
    await sender.tick();
    expect(sent.map(({ eventId }) => eventId)).toEqual([noticeEventId("t1", "activated/active:s1")]);
    expect(await put(notice())).toBe(0);
  });

  it("sends the same body under the same id until it is taken, each attempt counted", async () => {
    await put(notice());
    answers = [new Error("The receiver could not be reached."), { status: 500, retryAfterMs: null }];
    for (let round = 0; round < 3; round++) {
      await sender.tick();
      clock.advance(60_000);
    }
    expect(sent.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(sent.map(({ eventId, body }) => `${eventId}${body}`)).size).toBe(1);
    expect(await only()).toMatchObject({ state: "delivered", attempts: 3, lastStatus: 204, lastError: null });
  });

  it("waits 5 seconds after the first failure and not a millisecond less", async () => {
    await put(notice());
    answers = [{ status: 503, retryAfterMs: null }];
    await sender.tick();
    clock.advance(4_999);
    expect(await sender.tick()).toBe(0);
    clock.advance(1);
    expect(await sender.tick()).toBe(1);
  });

  it("waits as long as the receiver asks", async () => {
    await put(notice());
    answers = [{ status: 429, retryAfterMs: 120_000 }];
    await sender.tick();
    clock.advance(119_999);
    expect(await sender.tick()).toBe(0);
    clock.advance(1);
    expect(await sender.tick()).toBe(1);
  });

  it("gives up after a day, says so, and sends again under the old id when asked", async () => {
    await put(notice());
    answers = Array.from({ length: 60 }, () => ({ status: 500, retryAfterMs: null }));
    for (let hour = 0; hour < 30; hour++) {
      await sender.tick();
      clock.advance(GIVE_UP_AFTER_MS / 20);
    }
    expect(await only()).toMatchObject({ state: "givenUp", lastStatus: 500, lastError: "The receiver answered HTTP 500." });
    expect((await noticeCounts(store.db, "t1")).givenUp).toBe(1);
    answers = [];
    const eventId = sent[0]?.eventId ?? "";
    await store.db.session.transaction((tx) => retryNotice(tx, { tenantId: "t1", eventId, target: "json" }, clock.now()));
    await sender.tick();
    expect(sent.at(-1)?.eventId).toBe(eventId);
    expect(await only()).toMatchObject({ state: "delivered" });
  });

  it("never follows a redirect and tries no second time", async () => {
    await put(notice());
    answers = [{ status: 307, retryAfterMs: null }];
    await sender.tick();
    clock.advance(3_600_000);
    expect(await sender.tick()).toBe(0);
    expect(await only()).toMatchObject({ state: "givenUp", lastStatus: 307 });
  });

  it("does not let another tenant send a notice again", async () => {
    await put(notice());
    answers = [{ status: 307, retryAfterMs: null }];
    await sender.tick();
    const of = { tenantId: "t2", eventId: sent[0]?.eventId ?? "", target: "json" as const };
    expect(await store.db.session.transaction((tx) => retryNotice(tx, of, clock.now()))).toBeNull();
  });
});

describe("the notice of an end", () => {
  const ends = () => new Date(clock.now().getTime() + 3_600_000).toISOString();
  const holding = (endsAt: string, endedAt: string | null) =>
    store.db.session.execute(
      sql`insert into history_holding (tenant_id, id, seen_from, facts, ends_at, ended_at) values ('t1', 'active:s1', 'x', '{}', ${endsAt}, ${endedAt})`,
    );
  const put15 = (endsAt: string) =>
    put(
      notice({
        kind: "endsSoon",
        fact: `endsSoon/active:s1/${endsAt}`,
        endsAt,
        holding: "active:s1",
        dueAt: new Date(Date.parse(endsAt) - 900_000).toISOString(),
      }),
    );

  it("is sent 15 minutes before the end and not before", async () => {
    const endsAt = ends();
    await holding(endsAt, null);
    await put15(endsAt);
    clock.advance(45 * 60_000 - 1);
    expect(await sender.tick()).toBe(0);
    clock.advance(1);
    await sender.tick();
    expect(await only()).toMatchObject({ state: "delivered", kind: "endsSoon" });
  });

  it.each([
    ["the activation was ended before", (end: string) => holding(end, "2026-03-01T10:05:00Z")],
    ["its end was moved", () => holding("2026-03-02T10:00:00Z", null)],
  ])("is dropped when %s", async (_, prepare) => {
    const endsAt = ends();
    await prepare(endsAt);
    await put15(endsAt);
    clock.advance(46 * 60_000);
    await sender.tick();
    expect(sent).toEqual([]);
    expect(await only()).toMatchObject({ state: "dropped" });
  });
});
