import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "@/lib/db/database";
import {
  carryOwnElevations,
  type ElevationBatchRow,
  type ElevationItemRow,
  elevationItems,
  insertElevationBatch,
  type NewElevationItem,
} from "@/lib/db/elevation";
import { queryRows } from "@/lib/db/query";
import { testEngines } from "@/lib/db/testing";
import { ITEM_MOVES } from "@/lib/domain/elevation/item-state";
import type { RequestPhase } from "@/lib/domain/elevation/request-status";
import { ITEM_STATES } from "@/lib/domain/elevation/write-api";
import { AppError, type AzureFailure } from "@/lib/domain/errors";
import { LATE_AFTER_MS } from "./access-change-steps";
import type { ElevationRemote, KnownRefusal, TakenRequest } from "./elevation-remote";
import { ElevationRunner } from "./elevation-runner";
import { LEASE_MS, RESEND_LIMIT_MS } from "./operation-timing";
import { azureError, FakeClock } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TENANT = "10ca1a2e-0000-4000-8000-00000000000a";
const ADA = "10ca1a2e-0000-4000-8000-0000000000ad";
const ROLE = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const SCOPE = "/subscriptions/s";

type Answer = TakenRequest | KnownRefusal | Error | "never";

const taken = (status: string, phase: RequestPhase, more: Partial<TakenRequest> = {}): TakenRequest => ({
  kind: "taken",
  status,
  phase,
  startsAt: null,
  endsAt: null,
  ...more,
});
const PROVISIONED = taken("Provisioned", "done");

/** Azure's demand for an authentication context, as the clients throw it. */
function challenge(context: string): AppError {
  const claims = btoa(JSON.stringify({ access_token: { acrs: { essential: true, value: context } } }));
  return azureError(400, "unauthenticated", claims);
}

/** Azure for one person: keeps what was sent, answers as told by position, else that it is provisioned. */
class FakePim implements ElevationRemote {
  readonly sent: number[] = [];
  answer: (position: number, count: number) => Answer = () => PROVISIONED;
  looks: (TakenRequest | KnownRefusal | null | Error)[] = [PROVISIONED];
  inForce: (boolean | Error)[] = [true];
  looked = 0;
  private read = 0;

  async send(item: ElevationItemRow): Promise<TakenRequest | KnownRefusal> {
    this.sent.push(item.position);
    const answer = this.answer(item.position, this.sent.filter((position) => position === item.position).length);
    if (answer === "never") return new Promise(() => undefined);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async look(): Promise<TakenRequest | KnownRefusal | null> {
    const answer = this.looks[this.looked] ?? this.looks.at(-1) ?? null;
    this.looked += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async isInForce(): Promise<boolean> {
    const answer = this.inForce[this.read] ?? this.inForce.at(-1) ?? true;
    this.read += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

describe.each(engines)("requests of elevation on $name", ({ open }) => {
  let db: Database;
  let clock: FakeClock;
  let pim: FakePim;
  let isHere: boolean;
  let runner: ElevationRunner;

  beforeEach(async () => {
    const opened = await open();
    db = opened.db;
    clock = new FakeClock();
    pim = new FakePim();
    isHere = true;
    runner = newRunner();
    return opened.dispose;
  });

  function newRunner(): ElevationRunner {
    const access = {
      carriers: () => (isHere ? [`${TENANT}/${ADA}`] : []),
      elevationRemoteFor: () => (isHere ? pim : null),
    };
    return new ElevationRunner({ db, now: clock.now, log: quiet, access });
  }

  async function store(contexts: readonly (string | null)[], more: Partial<NewElevationItem> = {}): Promise<ElevationBatchRow> {
    const batch: ElevationBatchRow = {
      id: crypto.randomUUID(),
      tenantId: TENANT,
      operatorObjectId: ADA,
      operatorName: "Ada",
      carrierObjectId: ADA,
      requestHash: "h",
      traceId: "t",
      startedAt: clock.now(),
    };
    const items = contexts.map((context): NewElevationItem => {
      const id = crypto.randomUUID();
      return {
        id,
        kind: "activate",
        roleId: ROLE,
        scopeKey: SCOPE,
        target: id,
        request: JSON.stringify({ kind: "activate", id }),
        exact: "{}",
        facts: "{}",
        context,
        refusal: null,
        decidedBy: null,
        ...more,
      };
    });
    await db.session.transaction((tx) => insertElevationBatch(tx, batch, items, new Date(clock.now().getTime() + LEASE_MS)));
    return batch;
  }

  const rows = (batch: ElevationBatchRow) => elevationItems(db, batch.id);
  const states = async (batch: ElevationBatchRow) => (await rows(batch)).map(({ state }) => state);
  const refusals = async (batch: ElevationBatchRow) =>
    (await rows(batch)).map(({ refusal }) => (refusal === null ? null : (JSON.parse(refusal) as { id: string }).id));
  const outcomes = async () =>
    (await queryRows(db.session, sql`select outcome from audit_event order by seq`)).map(({ outcome }) => outcome);

  async function ticks(count: number, ms: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      clock.advance(ms);
      await runner.tick();
    }
  }

  it("are sent once, and a second submit of the same batch sends nothing", async () => {
    const batch = await store([null, null, null]);
    await runner.submit(batch.id, pim, "1");
    await runner.submit(batch.id, pim, "1");
    expect(pim.sent.toSorted()).toEqual([0, 1, 2]);
    expect(await states(batch)).toEqual(["done", "done", "done"]);
    expect(await outcomes()).toEqual(["done", "done", "done"]);
  });

  it("are sent once by two submits at the same time", async () => {
    const batch = await store([null, null, null, null]);
    await Promise.all([runner.submit(batch.id, pim, "1"), newRunner().submit(batch.id, pim, "1")]);
    expect(pim.sent.toSorted()).toEqual([0, 1, 2, 3]);
  });

  it("that the portal refused itself are never sent", async () => {
    const batch = await store([null], { refusal: JSON.stringify({ id: "formInvalid", values: {}, azure: null }) });
    await runner.submit(batch.id, pim, "1");
    await ticks(3, 5_000);
    expect([pim.sent, await states(batch)]).toEqual([[], ["refused"]]);
  });

  describe("step-ups", () => {
    it("go context by context: each is asked for once, with nothing lost, nothing done twice and no step-up in vain", async () => {
      const batch = await store(["c2", null, "c1", "c1", "c2", null]);
      const satisfied = new Set<string>();
      const context = ["c2", "", "c1", "c1", "c2", ""];
      pim.answer = (position) => {
        const wanted = context[position] ?? "";
        return wanted === "" || satisfied.has(wanted) ? PROVISIONED : challenge(wanted);
      };
      await expect(runner.submit(batch.id, pim, "1")).rejects.toMatchObject({ code: "unauthenticated" });
      expect(await states(batch)).toEqual(["planned", "done", "stepUp", "stepUp", "planned", "done"]);
      expect(pim.sent.toSorted()).toEqual([1, 2, 5]);
      satisfied.add("c1");
      await expect(runner.submit(batch.id, pim, "2")).rejects.toMatchObject({ claims: challenge("c2").claims });
      expect(await states(batch)).toEqual(["stepUp", "done", "done", "done", "stepUp", "done"]);
      satisfied.clear();
      satisfied.add("c2");
      await runner.submit(batch.id, pim, "3");
      expect(await states(batch)).toEqual(Array.from({ length: 6 }, () => "done"));
      expect(pim.sent.filter((position) => position === 3 || position === 4)).toEqual([3, 4]);
    });

    it("that do not help are not asked for a third time: the item is refused and says why", async () => {
      const batch = await store(["c1"]);
      pim.answer = () => challenge("c1");
      await expect(runner.submit(batch.id, pim, "1")).rejects.toThrow();
      await runner.submit(batch.id, pim, "2");
      expect([await states(batch), await refusals(batch)]).toEqual([["refused"], ["stepUpRepeated"]]);
      await runner.submit(batch.id, pim, "3");
      expect(pim.sent).toEqual([0, 0]);
    });

    it("that were not made are asked for again with the same sign-in", async () => {
      const batch = await store(["c1"]);
      pim.answer = () => challenge("c1");
      for (const _ of [1, 2, 3]) await expect(runner.submit(batch.id, pim, "1")).rejects.toThrow();
      expect(await states(batch)).toEqual(["stepUp"]);
    });

    it("that no policy announced hold up their own item only", async () => {
      const batch = await store([null, null, null, null, null, null]);
      pim.answer = (position, count) => (position === 1 && count === 1 ? challenge("c7") : PROVISIONED);
      await expect(runner.submit(batch.id, pim, "1")).rejects.toMatchObject({ code: "unauthenticated" });
      expect(await states(batch)).toEqual(["done", "stepUp", "done", "done", "done", "done"]);
      expect((await rows(batch))[1]?.context).toBe("c7");
      await runner.submit(batch.id, pim, "2");
      expect((await states(batch))[1]).toBe("done");
    });

    it("of two contexts found at once: the answer to one is no answer to the other", async () => {
      const batch = await store([null, null]);
      const satisfied = new Set<string>();
      pim.answer = (position) => (satisfied.has(`c${position}`) ? PROVISIONED : challenge(`c${position}`));
      await expect(runner.submit(batch.id, pim, "1")).rejects.toThrow();
      satisfied.add("c0");
      await expect(runner.submit(batch.id, pim, "2")).rejects.toThrow();
      expect(await states(batch)).toEqual(["done", "stepUp"]);
      satisfied.add("c1");
      await runner.submit(batch.id, pim, "3");
      expect(await states(batch)).toEqual(["done", "done"]);
    });

    it("that nobody confirms within 30 minutes end unsent, and the audit says so", async () => {
      const batch = await store(["c1", "c1", "c2"]);
      pim.answer = () => challenge("c1");
      await expect(runner.submit(batch.id, pim, "1")).rejects.toThrow();
      clock.advance(RESEND_LIMIT_MS - 1);
      await runner.tick();
      expect(await states(batch)).toEqual(["stepUp", "stepUp", "planned"]);
      clock.advance(1);
      await runner.tick();
      expect(await states(batch)).toEqual(["failed", "failed", "failed"]);
      expect(new Set(await refusals(batch))).toEqual(new Set(["signInNotConfirmed"]));
      expect(pim.sent).toEqual([0]);
    });
  });

  describe("a batch with a failure in the middle", () => {
    it("keeps what was done, and asks Azure about the one that got a 500 instead of sending it blindly", async () => {
      const batch = await store([null, null, null]);
      pim.answer = (position) => (position === 1 ? azureError(500) : PROVISIONED);
      await runner.submit(batch.id, pim, "1");
      expect(await states(batch)).toEqual(["done", "unknown", "done"]);
      expect((await refusals(batch))[1]).toBe("azureDown");
      await ticks(1, 4_000);
      expect(await states(batch)).toEqual(["done", "done", "done"]);
      expect(pim.sent.filter((position) => position === 1)).toEqual([1]);
    });

    it("sends again under the same id only after Azure has said that it has nothing", async () => {
      const batch = await store([null]);
      pim.answer = (_, count) => (count === 1 ? azureError(null) : PROVISIONED);
      pim.looks = [null];
      await runner.submit(batch.id, pim, "1");
      await ticks(1, 4_000);
      expect([pim.sent, pim.looked, await states(batch)]).toEqual([[0, 0], 1, ["done"]]);
    });

    it("never sends again what is older than 30 minutes", async () => {
      const batch = await store([null]);
      pim.answer = () => azureError(null);
      pim.looks = [null];
      await runner.submit(batch.id, pim, "1");
      clock.advance(RESEND_LIMIT_MS + 1);
      await runner.tick();
      expect([pim.sent, await states(batch), await refusals(batch)]).toEqual([[0], ["failed"], ["notSeenTooLate"]]);
    });

    it("refuses one and does the others", async () => {
      const batch = await store([null, null]);
      pim.answer = (position) => (position === 0 ? azureError(403, "forbidden") : PROVISIONED);
      await runner.submit(batch.id, pim, "1");
      expect([await states(batch), await refusals(batch)]).toEqual([
        ["refused", "done"],
        ["noPermission", null],
      ]);
    });

    it("says from when on an activation can be ended, also when only Azure knew that it is too soon", async () => {
      const batch = await store([null], { kind: "deactivate" });
      const azure = { ...azureError(400).azure, code: "ActiveDurationTooShort" } as AzureFailure;
      pim.answer = () => new AppError({ code: "invalid_input", message: "too soon", azure });
      await runner.submit(batch.id, pim, "1");
      const [row] = await rows(batch);
      const canEndFrom = new Date(clock.now().getTime() + 300_000).toISOString();
      expect(JSON.parse(row?.refusal ?? "null")).toEqual({ id: "tooSoonToEnd", values: { canEndFrom }, azure });
    });

    it("waits as long as a 429 says and sends then, six times at most", async () => {
      const batch = await store([null]);
      pim.answer = () => azureError(429, "throttled");
      await runner.submit(batch.id, pim, "1");
      expect(await states(batch)).toEqual(["planned"]);
      await ticks(10, 70_000);
      expect([pim.sent.length, await states(batch), await refusals(batch)]).toEqual([6, ["refused"], ["throttled"]]);
    });
  });

  describe("a process that stops", () => {
    it("while a request is on the wire leaves it to be asked about, not to be sent again", async () => {
      const batch = await store([null]);
      pim.answer = () => "never";
      void runner.submit(batch.id, pim, "1");
      await expect.poll(() => states(batch)).toEqual(["submitting"]);
      const other = newRunner();
      clock.advance(LEASE_MS + 1);
      await other.tick();
      expect([pim.sent, pim.looked, await states(batch)]).toEqual([[0], 1, ["done"]]);
    });

    it("drops the answer of a holder that has lost its lease", async () => {
      const batch = await store([null]);
      let answer: (value: TakenRequest) => void = () => undefined;
      pim.send = () => new Promise((resolve) => (answer = resolve));
      const late = runner.submit(batch.id, pim, "1");
      await expect.poll(() => states(batch)).toEqual(["submitting"]);
      clock.advance(LEASE_MS + 1);
      pim.looks = [taken("Denied", "refused")];
      await newRunner().tick();
      answer(PROVISIONED);
      await late;
      expect([await states(batch), await outcomes()]).toEqual([["refused"], ["unknown", "refused"]]);
    });

    it("is carried on by the person who signs in again", async () => {
      const batch = await store([null]);
      pim.answer = () => taken("PendingApproval", "needsDecision");
      await runner.submit(batch.id, pim, "1");
      isHere = false;
      await ticks(3, 60_000);
      expect([pim.looked, await states(batch)]).toEqual([0, ["waiting"]]);
      isHere = true;
      pim.looks = [azureError(401, "unauthenticated"), PROVISIONED];
      await ticks(1, 60_000);
      expect((await rows(batch))[0]?.waitingFor).toBe("Ada to sign in");
      expect(await carryOwnElevations(db, { tenantId: TENANT, objectId: ADA }, clock.now())).toBe(1);
      await runner.tick();
      expect(await states(batch)).toEqual(["done"]);
    });
  });

  describe("what Azure still decides", () => {
    it("is followed from evaluation over approval to the end, and stands in the audit", async () => {
      const batch = await store([null]);
      pim.answer = () => taken("PendingEvaluation", "waiting");
      pim.looks = [taken("PendingApproval", "needsDecision"), taken("PendingMoon", "unknown"), PROVISIONED];
      await runner.submit(batch.id, pim, "1");
      const seen = [(await rows(batch))[0]?.azureStatus];
      for (const _ of [1, 2, 3]) {
        await ticks(1, 10_000);
        seen.push((await rows(batch))[0]?.azureStatus);
      }
      expect(seen).toEqual(["PendingEvaluation", "PendingApproval", "PendingMoon", "Provisioned"]);
      expect(await outcomes()).toEqual(["unknown", "done"]);
    });

    it.each([
      ["Denied", "refused", "refused", "denied"],
      ["TimedOut", "refused", "refused", "timedOut"],
      ["Failed", "refused", "refused", "evaluationFailed"],
      ["Canceled", "canceled", "canceled", "canceledByOther"],
    ] as const)("%s ends the request as %s with its reason", async (status, phase, state, refusal) => {
      const batch = await store([null]);
      pim.answer = () => taken("PendingApproval", "needsDecision");
      pim.looks = [taken(status, phase)];
      await runner.submit(batch.id, pim, "1");
      await ticks(1, 5_000);
      expect([await states(batch), await refusals(batch)]).toEqual([[state], [refusal]]);
    });

    it("and begins later is looked at every five minutes, and at its start", async () => {
      const batch = await store([null]);
      const startsAt = new Date(clock.now().getTime() + 3_599_000).toISOString();
      const granted = taken("Granted", "scheduled", { startsAt });
      pim.answer = () => granted;
      pim.looks = [...Array.from({ length: 11 }, () => granted), PROVISIONED];
      await runner.submit(batch.id, pim, "1");
      await ticks(59, 60_000);
      expect([pim.looked, await states(batch)]).toEqual([11, ["scheduled"]]);
      await ticks(1, 60_000);
      expect(await states(batch)).toEqual(["done"]);
    });

    it("and begins later may be taken back elsewhere: that is seen long before its start", async () => {
      const batch = await store([null]);
      const startsAt = new Date(clock.now().getTime() + 86_400_000).toISOString();
      pim.answer = () => taken("Granted", "scheduled", { startsAt });
      pim.looks = [taken("Canceled", "canceled")];
      await runner.submit(batch.id, pim, "1");
      await ticks(5, 60_000);
      expect(await states(batch)).toEqual(["canceled"]);
    });

    it("and vanishes is believed gone only after it was missed again and again", async () => {
      const batch = await store([null]);
      pim.answer = () => taken("PendingApproval", "needsDecision");
      pim.looks = [null];
      await runner.submit(batch.id, pim, "1");
      await ticks(3, 60_000);
      expect(await states(batch)).toEqual(["waiting"]);
      await ticks(4, 60_000);
      expect([await states(batch), await refusals(batch)]).toEqual([["failed"], ["requestGone"]]);
    });

    it("tells who was faster", async () => {
      const decidedBy = {
        person: { id: "b", kind: "user" as const, name: "Bob", detail: "" },
        decision: "deny" as const,
        at: null,
        reason: "no",
      };
      const batch = await store([null], { kind: "decide" });
      pim.answer = () => ({ kind: "refused", refusal: "decidedByOther", values: { person: "Bob" }, decidedBy });
      await runner.submit(batch.id, pim, "1");
      const [row] = await rows(batch);
      expect([row?.state, JSON.parse(row?.decidedBy ?? "null"), await refusals(batch)]).toEqual([
        "refused",
        decidedBy,
        ["decidedByOther"],
      ]);
    });
  });

  describe("[A28] whether it works", () => {
    it("counts from Azure's acceptance to the first of three sightings in a row", async () => {
      const batch = await store([null]);
      pim.inForce = [false, true, false, true, true, true];
      await runner.submit(batch.id, pim, "1");
      await ticks(6, 2_000);
      const [row] = await rows(batch);
      expect([row?.effect, row?.effectMs, row?.effectReads]).toEqual(["effective", 8_000, 6]);
    });

    it("is late after ten minutes and goes on being read", async () => {
      const batch = await store([null]);
      pim.inForce = [false];
      await runner.submit(batch.id, pim, "1");
      clock.advance(LATE_AFTER_MS);
      await runner.tick();
      expect((await rows(batch))[0]?.effect).toBe("waiting");
      clock.advance(31_000);
      await runner.tick();
      expect((await rows(batch))[0]?.effect).toBe("late");
      pim.inForce = [true];
      await ticks(3, 60_000);
      expect((await rows(batch))[0]?.effect).toBe("effective");
    });

    it("ends by itself at its end, when Azure does not show it any more", async () => {
      const batch = await store([null]);
      const endsAt = new Date(clock.now().getTime() + 300_000).toISOString();
      pim.answer = () => taken("Provisioned", "done", { endsAt });
      await runner.submit(batch.id, pim, "1");
      await ticks(3, 2_000);
      expect((await rows(batch))[0]?.effect).toBe("effective");
      pim.inForce = [false];
      await ticks(1, 200_000);
      expect((await rows(batch))[0]?.effect).toBe("effective");
      await ticks(1, 100_000);
      expect((await rows(batch))[0]?.effect).toBe("ended");
    });

    it("is over when Azure does not show it three times in a row, long before its end; two times prove nothing", async () => {
      const batch = await store([null]);
      const endsAt = new Date(clock.now().getTime() + 8 * 3_600_000).toISOString();
      pim.answer = () => taken("Provisioned", "done", { endsAt });
      pim.inForce = [true, true, true, false, false, true, false, false, false];
      await runner.submit(batch.id, pim, "1");
      await ticks(3, 2_000);
      const seen: unknown[] = [];
      for (let round = 0; round < 6; round += 1) {
        await ticks(1, 60_000);
        seen.push((await rows(batch))[0]?.effect);
      }
      expect(seen).toEqual(["effective", "effective", "effective", "effective", "effective", "ended"]);
    });

    it("is over for an activation that was given back", async () => {
      const batch = await store([null]);
      await runner.submit(batch.id, pim, "1");
      await ticks(3, 2_000);
      const back = await store([null], { kind: "deactivate" });
      await runner.submit(back.id, pim, "1");
      expect((await rows(batch))[0]?.effect).toBe("ended");
    });
  });

  it("move only as the table of the domain says, whoever writes", async () => {
    const batch = await store([null]);
    const [row] = await rows(batch);
    for (const from of ITEM_STATES) {
      for (const to of ITEM_STATES) {
        await db.session.execute(sql`alter table elevation_item disable trigger elevation_item_table`);
        await db.session.execute(sql`update elevation_item set state = ${from} where id = ${row?.id}`);
        await db.session.execute(sql`alter table elevation_item enable trigger elevation_item_table`);
        const moved = db.session.execute(sql`update elevation_item set state = ${to} where id = ${row?.id}`);
        const isAllowed = from === to || ITEM_MOVES[from].includes(to);
        if (isAllowed) await expect(moved).resolves.toBeDefined();
        else await expect(moved).rejects.toThrow();
      }
    }
  });
});
