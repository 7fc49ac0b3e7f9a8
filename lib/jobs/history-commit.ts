import "server-only";
import { and, eq, inArray } from "drizzle-orm";
import type { Database, DbSession } from "@/lib/db/database";
import { appendHistory } from "@/lib/db/elevation-history";
import { historyEvent } from "@/lib/db/history-schema";
import {
  endHolding,
  finishStep,
  holdingsByAssignment,
  holdingsByIds,
  markMissing,
  openHoldings,
  overdueHoldings,
  putHoldings,
  type StepKey,
  type StepResult,
  type StepRow,
  saveWindow,
  setHoldingEnd,
  windowsOf,
} from "@/lib/db/history-state";
import { compareReading, expiryOf } from "@/lib/domain/elevation/history/compare";
import type { Window } from "@/lib/domain/elevation/history/coverage";
import { holdingOf } from "@/lib/domain/elevation/history/from-requests";
import { withKnownNames } from "@/lib/domain/elevation/history/from-state";
import type { HistoryEvent } from "@/lib/domain/elevation/history/types";
import type { HistoryLookup, Reading } from "./history-remote";

/** A log entry that explains a missing assignment may come this much later (activity log: minutes). */
export const GRACE_MS = 10 * 60_000;
const CHUNK = 200;

export type CommitArgs = {
  step: StepRow;
  key: StepKey;
  reading: Reading;
  window: Window;
  /** Azure's clock when the reading began. */
  now: Date;
  recordedAt: Date;
  result: StepResult;
  /** Told inside the transaction what is new, so that notices stand or fall with it. */
  onNew(tx: DbSession, events: readonly HistoryEvent[]): Promise<void>;
};

/** What stored events mean for what is believed to hold. */
async function follow(tx: DbSession, tenantId: string, seenFrom: string, fresh: readonly HistoryEvent[]): Promise<void> {
  const begun = fresh.flatMap((event) => {
    const name = event.source === "activity" ? (event.holding?.split(":")[1]?.split("~")[0] ?? null) : null;
    return holdingOf(event, name) ?? [];
  });
  // Members and rows of the state are put by their reading, with when they were seen.
  const told = begun.filter(({ begin }) => begin.source !== "state" && begin.source !== "groups");
  await putHoldings(tx, { tenantId, seenFrom, holdings: told, seenAt: null });
  for (const event of fresh) {
    if (event.holding === null) continue;
    if (event.key.includes(":ended")) await endHolding(tx, tenantId, event.holding, event.at);
    else if (event.kind === "extended") await setHoldingEnd(tx, tenantId, event.holding, event.endsAt);
  }
}

async function commitList(tx: DbSession, args: CommitArgs, list: NonNullable<Reading["lists"]>[number]): Promise<HistoryEvent[]> {
  const { tenantId } = args.key;
  const now = args.now.toISOString();
  const ids = list.holdings.flatMap(({ id, begin }) => [id, `${id}~${begin.startsAt ?? begin.at}`]);
  const names = list.holdings.flatMap(({ assignmentName }) => (assignmentName === null ? [] : [assignmentName]));
  const byId = new Map((await holdingsByIds(tx, tenantId, ids)).map((row) => [row.id, row]));
  const byAssignment = new Map((await holdingsByAssignment(tx, tenantId, names)).map((row) => [row.assignmentName ?? "", row]));
  const listed = withKnownNames(list.holdings, { byId, byAssignment });
  const there = new Map((await openHoldings(tx, tenantId, list.seenFrom)).map((row) => [row.id, row]));
  // Known from elsewhere and seen here: not new, and its end may have moved.
  const known = await holdingsByIds(
    tx,
    tenantId,
    listed.map(({ id }) => id).filter((id) => !there.has(id)),
  );
  for (const row of known) if (row.endedAt === null) there.set(row.id, row);
  const { events, seen, missing, ended } = compareReading({ known: [...there.values()], listed, now, graceMs: GRACE_MS });
  const fresh = await appendHistory(tx, { tenantId, events, recordedAt: args.recordedAt });
  await putHoldings(tx, { tenantId, seenFrom: list.seenFrom, holdings: seen, seenAt: args.now });
  for (const { id, since } of missing) await markMissing(tx, tenantId, id, since);
  for (const id of ended) await endHolding(tx, tenantId, id, now);
  return fresh;
}

async function commitExpiries(tx: DbSession, args: CommitArgs): Promise<HistoryEvent[]> {
  const { tenantId } = args.key;
  const overdue = await overdueHoldings(tx, tenantId, args.now);
  const events = overdue.flatMap((row) => expiryOf(row) ?? []);
  const fresh = await appendHistory(tx, { tenantId, events, recordedAt: args.recordedAt });
  for (const row of overdue) await endHolding(tx, tenantId, row.id, row.endsAt ?? args.now.toISOString());
  return fresh;
}

/**
 * Stores one reading: what is new, what now holds, how far the source is read, and that the step is done; all or nothing.
 * False = the step is another holder's by now and nothing was stored.
 */
export function commitReading(db: Database, args: CommitArgs): Promise<boolean> {
  const { key, reading } = args;
  return db.session.transaction(async (tx) => {
    if (!(await finishStep(tx, args.step, args.result))) return false;
    const fresh = await appendHistory(tx, { tenantId: key.tenantId, events: reading.events, recordedAt: args.recordedAt });
    await follow(tx, key.tenantId, key.scope, fresh);
    for (const list of reading.lists ?? []) fresh.push(...(await commitList(tx, args, list)));
    // Requests were read up to now, so nothing can have ended an overdue one earlier than its time.
    if (key.source === "requests") fresh.push(...(await commitExpiries(tx, args)));
    await saveWindow(tx, key, args.window);
    if (fresh.length > 0) await args.onNew(tx, fresh);
    return true;
  });
}

/** What the history knows, for a reading of this tenant. */
export function lookupOf(db: Database, tenantId: string): HistoryLookup {
  return {
    async knownKeys(keys) {
      const known = new Set<string>();
      for (let at = 0; at < keys.length; at += CHUNK) {
        const rows = await db.session
          .select({ key: historyEvent.key })
          .from(historyEvent)
          .where(and(eq(historyEvent.tenantId, tenantId), inArray(historyEvent.key, keys.slice(at, at + CHUNK))));
        for (const { key } of rows) if (key !== null) known.add(key);
      }
      return known;
    },
    async byAssignment(names) {
      const rows = await holdingsByAssignment(db.session, tenantId, names);
      return new Map(rows.map((row) => [row.assignmentName ?? "", row]));
    },
    open: () => openHoldings(db.session, tenantId),
    async lastRead(source, scope) {
      return (await windowsOf(db.session, { tenantId, source, scope })).at(-1)?.to ?? null;
    },
  };
}
