import { sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { OPERATION_STATES } from "@/lib/domain/api";
import { canMove, isFinal } from "@/lib/domain/operation-state";
import {
  claimDue,
  findOperation,
  insertOperation,
  moveOperation,
  type NewOperation,
  runningOperations,
  takePlanned,
} from "./operations";
import { queryRows, storeErrorOf } from "./query";
import { pastTriggers, testEngines } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const NOW = new Date("2026-03-01T10:00:00.000Z");
const LATER = new Date("2026-03-01T10:03:00.000Z");

function values(over: Partial<NewOperation> = {}): NewOperation {
  return {
    id: crypto.randomUUID(),
    tenantId: "t1",
    kind: "extension.deploy",
    machineId: "/subscriptions/S/machines/WIN-1",
    machineName: "WIN-1",
    extensionName: "AADLogin",
    operatorObjectId: "ada",
    operatorName: "Ada",
    request: "{}",
    before: "null",
    traceId: "trace",
    ...over,
  };
}

describe.each(engines)("operation table on $name", ({ open }) => {
  const insert = async (db: Awaited<ReturnType<typeof open>>["db"], over: Partial<NewOperation> = {}, lease = LATER) => {
    const row = values(over);
    await db.session.transaction((tx) => insertOperation(tx, row, NOW, lease));
    return row.id;
  };

  it("lets pass exactly the transitions of the table, whoever writes", async () => {
    const { db, dispose } = await open();
    const refused: string[] = [];
    const wanted: string[] = [];
    for (const from of OPERATION_STATES) {
      for (const to of OPERATION_STATES) {
        if (from === to) continue;
        const ended = (state: string) => (isFinal(state as never) ? NOW.toISOString() : null);
        const id = await insert(db, { machineId: `/m/${from}/${to}` });
        const first = sql`update operation set state = ${from}, ended_at = ${ended(from)} where id = ${id}`;
        await pastTriggers(db.session, "operation", first);
        const error = await db.session
          .execute(sql`update operation set state = ${to}, ended_at = ${ended(to)} where id = ${id}`)
          .then(
            () => null,
            (caught: unknown) => storeErrorOf(caught).code,
          );
        if (error === "23514") refused.push(`${from}>${to}`);
        if (!canMove(from, to)) wanted.push(`${from}>${to}`);
      }
    }
    expect(refused).toEqual(wanted);
    await dispose();
  });

  it("refuses a state that the portal does not know and an end without its time", async () => {
    const { db, dispose } = await open();
    const id = await insert(db);
    const codeOf = (statement: ReturnType<typeof sql>) =>
      db.session.execute(statement).then(
        () => null,
        (error: unknown) => storeErrorOf(error).code,
      );
    expect(await codeOf(sql`update operation set state = 'dreaming' where id = ${id}`)).toBe("23514");
    expect(await codeOf(sql`update operation set state = 'canceled' where id = ${id}`)).toBe("23514");
    await dispose();
  });

  it("holds one running operation per machine, whatever the case of its id", async () => {
    const { db, dispose } = await open();
    await insert(db);
    const error = await insert(db, { machineId: "/SUBSCRIPTIONS/s/machines/win-1" }).catch((caught: unknown) => caught);
    expect(storeErrorOf(error)).toEqual({ code: "23505", constraint: "operation_one_running" });
    expect(await runningOperations(db, "t1", "/subscriptions/s/MACHINES/win-1")).toHaveLength(1);
    await dispose();
  });

  it("drops the result of a holder whose operation was taken by another", async () => {
    const { db, dispose } = await open();
    const id = await insert(db);
    const first = await takePlanned(db, id, LATER);
    const second = await takePlanned(db, id, LATER);
    if (first === null || second === null) throw new Error("not taken");
    const move = (row: typeof first) => moveOperation(db.session, { row, to: "submitting", at: NOW, detail: "x" });
    expect(await move(first)).toBeNull();
    expect((await move(second))?.state).toBe("submitting");
    const events = await queryRows(db.session, sql`select count(*)::int as n from operation_event where operation_id = ${id}`);
    expect(events[0]?.n).toBe(2);
    await dispose();
  });

  it("claims only what is due, and only for people whose token lives here", async () => {
    const { db, dispose } = await open();
    const due = await insert(db, { machineId: "/m/1" }, NOW);
    await insert(db, { machineId: "/m/2" }, new Date(NOW.getTime() + 1));
    await insert(db, { machineId: "/m/3", operatorObjectId: "bob" }, NOW);
    const claim = (carriers: string[]) => claimDue(db, { carriers, now: NOW, leaseUntil: LATER, limit: 10 });
    expect((await claim(["t1/ada"])).map((row) => row.id)).toEqual([due]);
    expect(await claim(["t1/ada"])).toEqual([]);
    expect(await claim([])).toEqual([]);
    await dispose();
  });

  it("gives one due operation to one of several claimers at the same time", async () => {
    const { db, dispose } = await open();
    for (let index = 0; index < 10; index++) await insert(db, { machineId: `/m/${index}` }, NOW);
    const claims = await Promise.all(
      Array.from({ length: 6 }, () => claimDue(db, { carriers: ["t1/ada"], now: NOW, leaseUntil: LATER, limit: 4 })),
    );
    const ids = claims.flat().map((row) => row.id);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(new Set(ids).size).toBeGreaterThanOrEqual(4);
    await dispose();
  });

  it("forgets the signed addresses when an operation ends", async () => {
    const { db, dispose } = await open();
    const id = await insert(db);
    let row = await takePlanned(db, id, LATER);
    for (const to of ["submitting", "provisioning", "succeeded"] as const) {
      if (row === null) throw new Error("lost");
      row = await moveOperation(db.session, {
        row,
        to,
        at: NOW,
        detail: "x",
        patch: to === "provisioning" ? { operationUrl: "https://signed" } : {},
      });
    }
    expect(await findOperation(db, id)).toMatchObject({ state: "succeeded", operationUrl: null, endedAt: NOW });
    await dispose();
  });
});
