import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { type AuditWrite, appendAudit, appendIntent, auditHash, closeEntry } from "./audit";
import { writeAnchor } from "./audit-anchor";
import { type AuditScope, listAudit, streamAudit } from "./audit-read";
import { verificationLines, verifyAudit } from "./audit-verify";
import type { Database } from "./database";
import { queryRows, storeErrorOf } from "./query";
import { pastTriggers, testEngines } from "./testing";

const engines = await testEngines();
const folder = mkdtempSync(join(tmpdir(), "arcwarden-anchor-"));
afterAll(async () => {
  for (const engine of engines) await engine.stop();
  rmSync(folder, { recursive: true });
});

const KEY = "a key that the store never sees";
const ALL: AuditScope = { tenantId: "t1", operatorObjectId: null };
let files = 0;
const newFile = () => join(folder, `anchor-${files++}.jsonl`);

function write(over: Partial<AuditWrite> = {}): AuditWrite {
  return {
    at: new Date("2026-03-01T10:00:00.000Z"),
    tenantId: "t1",
    operatorObjectId: "o1",
    operatorName: "Ada",
    action: "extension.deploy",
    targetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines/WIN-1",
    outcome: "intent",
    operationId: null,
    traceId: "trace",
    detail: {},
    ...over,
  };
}

async function append(db: Database, count: number, over: (index: number) => Partial<AuditWrite> = () => ({})): Promise<void> {
  for (let index = 0; index < count; index++) {
    await db.session.transaction((tx) => appendAudit(tx, write({ detail: { index }, ...over(index) })));
  }
}

const check = (db: Database, anchorFile: string | null = null, anchorKey: string | null = null) =>
  verifyAudit({ db, anchorFile, anchorKey });

const tamper = (db: Database, statement: string) => pastTriggers(db.session, "audit_event", sql.raw(statement));

describe.each(engines)("audit on $name", ({ open }) => {
  it("numbers entries from one and links each to the one before", async () => {
    const { db, dispose } = await open();
    const first = await db.session.transaction((tx) => appendIntent(tx, write()));
    const second = await db.session.transaction((tx) => closeEntry(tx, { ...write(), outcome: "done" }));
    const rows = await queryRows(db.session, sql`select seq, payload, prev, hash from audit_event order by seq`);
    expect(rows.map((row) => row.seq)).toEqual([1, 2]);
    expect(rows[0]?.prev).toBe("0".repeat(64));
    expect(rows[1]?.prev).toBe(first.hash);
    expect(rows.map((row) => row.hash)).toEqual(rows.map((row) => auditHash(String(row.payload))));
    expect(second.seq).toBe(2);
    await dispose();
  });

  it("keeps one unbroken chain under parallel writers", async () => {
    const { db, dispose } = await open();
    await Promise.all(
      Array.from({ length: 25 }, (_, index) => db.session.transaction((tx) => appendAudit(tx, write({ detail: { index } })))),
    );
    expect(await check(db)).toMatchObject({ ok: true, entries: 25, broken: null });
    await dispose();
  });

  it("holds while others write: an entry after each statement of the verification breaks nothing", async () => {
    const { db, dispose } = await open();
    await append(db, 3);
    const statements: number[] = [];
    const execute = async (statement: SQL) => {
      const result = await db.session.execute(statement);
      statements.push(statements.length);
      await append(db, 1);
      return result;
    };
    const session = new Proxy(db.session, { get: (target, name) => (name === "execute" ? execute : Reflect.get(target, name)) });
    const file = newFile();
    await writeAnchor({ db, file, key: KEY, now: new Date() });
    const result = await check({ ...db, session }, file, KEY);
    expect(result).toMatchObject({ ok: true, broken: null, anchor: { state: "genuine", seq: 3 } });
    expect(result.entries).toBeGreaterThan(3);
    expect(await check(db)).toMatchObject({ ok: true, entries: 3 + statements.length });
    await dispose();
  });

  it("gives no number away when the caller's transaction fails", async () => {
    const { db, dispose } = await open();
    await append(db, 1);
    const failing = db.session.transaction(async (tx) => {
      await appendIntent(tx, write());
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    await append(db, 1);
    expect(await check(db)).toMatchObject({ ok: true, entries: 2 });
    await dispose();
  });

  it("stores an intent whose names hold NUL and lone surrogates", async () => {
    const { db, dispose } = await open();
    await append(db, 1, () => ({ operatorName: "a\u0000b\ud800c", detail: { "k\u0000": ["\udfff"] } }));
    const page = await listAudit(db, { scope: ALL, filter: {}, before: null, limit: 10 });
    expect(page.entries[0]).toMatchObject({ operatorName: "a\uFFFDb\uFFFDc", detail: { "k\uFFFD": ["\uFFFD"] } });
    expect(await check(db)).toMatchObject({ ok: true });
    await dispose();
  });

  it.each(["update audit_event set prev = prev", "delete from audit_event", "truncate audit_event"])(
    "refuses: %s",
    async (statement) => {
      const { db, dispose } = await open();
      await append(db, 2);
      const error = await db.session.execute(sql.raw(statement)).then(
        () => null,
        (caught: unknown) => caught,
      );
      expect(storeErrorOf(error).code).toBe("42501");
      expect(await check(db)).toMatchObject({ ok: true, entries: 2 });
      await dispose();
    },
  );

  it.each([
    [
      "a changed text",
      "update audit_event set payload = replace(payload, 'Ada', 'Eve') where seq = 3",
      3,
      "its text was changed",
    ],
    ["a removed entry", "delete from audit_event where seq = 3", 4, "an entry before it is missing"],
    ["a removed end", "delete from audit_event where seq = 5", 5, "head names another last entry"],
    ["a changed hash", "update audit_event set hash = repeat('a', 64) where seq = 2", 2, "its text was changed"],
    [
      "a rehashed text",
      "update audit_event set payload = replace(payload, 'Ada', 'Eve'), hash = encode(sha256(convert_to(replace(payload, 'Ada', 'Eve'), 'UTF8')), 'hex') where seq = 3",
      4,
      "it does not continue the entry before it",
    ],
  ])("finds the first entry that does not hold: %s", async (_, statement, seq, reason) => {
    const { db, dispose } = await open();
    await append(db, 5);
    await tamper(db, statement);
    const result = await check(db);
    expect(result.ok).toBe(false);
    expect(result.broken?.seq).toBe(seq);
    expect(result.broken?.reason).toContain(reason);
    expect(verificationLines(result).join("\n")).toContain(`BROKEN at entry ${seq}`);
    await dispose();
  });

  it("finds a chain that was rewritten as a whole, by the anchor outside the store", async () => {
    const { db, dispose } = await open();
    const file = newFile();
    await append(db, 3);
    await writeAnchor({ db, file, key: KEY, now: new Date() });
    await tamper(db, "truncate audit_event");
    await db.session.execute(sql`update audit_head set seq = 0, hash = repeat('0', 64)`);
    await append(db, 4, () => ({ operatorName: "Eve" }));
    const result = await check(db, file, KEY);
    expect(result.broken).toBeNull();
    expect(result.anchor.state).toBe("contradicts");
    expect(result.ok).toBe(false);
    await dispose();
  });

  it("finds an anchor that another key signed", async () => {
    const { db, dispose } = await open();
    const file = newFile();
    await append(db, 2);
    await writeAnchor({ db, file, key: "another key altogether", now: new Date() });
    expect(await check(db, file, KEY)).toMatchObject({ ok: false, anchor: { state: "forged", seq: 2 } });
    await dispose();
  });

  it("anchors each head once and survives a line cut short", async () => {
    const { db, dispose } = await open();
    const file = newFile();
    await append(db, 1);
    await writeAnchor({ db, file, key: KEY, now: new Date() });
    expect(await writeAnchor({ db, file, key: KEY, now: new Date() })).toBeNull();
    writeFileSync(file, `${readFileSync(file, "utf8")}{"seq":9,"ha`);
    expect(await check(db, file, KEY)).toMatchObject({ ok: true, anchor: { state: "genuine", seq: 1 } });
    await dispose();
  });

  it("shows a person only the entries of that person and tenant", async () => {
    const { db, dispose } = await open();
    await append(db, 1);
    await append(db, 1, () => ({ operatorObjectId: "o2", operatorName: "Bob" }));
    await append(db, 1, () => ({ tenantId: "t2" }));
    const list = async (scope: AuditScope) =>
      (await listAudit(db, { scope, filter: {}, before: null, limit: 10 })).entries.map((entry) => entry.seq);
    expect(await list({ tenantId: "t1", operatorObjectId: "o1" })).toEqual([1]);
    expect(await list(ALL)).toEqual([2, 1]);
    await dispose();
  });

  it.each([
    ["who by part of the name, without case", { who: "aD" }, [1]],
    ["who by object id", { who: "O2" }, [2]],
    ["action", { action: "identity.enable" }, [2]],
    ["outcomes", { outcomes: ["done", "failed"] as const }, [2]],
    ["target without case", { target: "win-9" }, [2]],
    ["a percent sign as itself", { target: "%" }, []],
    ["from, the edge included", { from: new Date("2026-03-01T10:00:00.001Z") }, [2]],
    ["to, the edge included", { to: new Date("2026-03-01T10:00:00.000Z") }, [1]],
  ])("filters by %s", async (_, filter, expected) => {
    const { db, dispose } = await open();
    await append(db, 1);
    await append(db, 1, () => ({
      operatorObjectId: "o2",
      operatorName: "Bob",
      action: "identity.enable",
      outcome: "done",
      targetId: "/machines/WIN-9",
      at: new Date("2026-03-01T10:00:00.001Z"),
    }));
    const filters = { ...filter, outcomes: "outcomes" in filter ? [...filter.outcomes] : undefined };
    const page = await listAudit(db, { scope: ALL, filter: filters, before: null, limit: 10 });
    expect(page.entries.map((entry) => entry.seq)).toEqual(expected);
    expect(page.total).toBe(expected.length);
    await dispose();
  });

  it("pages without gap or repetition while entries are added", async () => {
    const { db, dispose } = await open();
    await append(db, 7);
    const seen: number[] = [];
    let before: number | null = null;
    do {
      const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(db, { scope: ALL, filter: {}, before, limit: 3 });
      seen.push(...page.entries.map((entry) => entry.seq));
      before = page.nextBefore;
      await append(db, 1);
    } while (before !== null);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    await dispose();
  });

  it("streams everything up to the newest entry at the start", async () => {
    const { db, dispose } = await open();
    await append(db, 3);
    const seen: number[] = [];
    for await (const entries of streamAudit(db, { scope: ALL, filter: {} })) {
      seen.push(...entries.map((entry) => entry.seq));
      await append(db, 1);
    }
    expect(seen).toEqual([1, 2, 3]);
    await dispose();
  });
});
