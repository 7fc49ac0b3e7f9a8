import "server-only";
import { and, asc, eq, inArray, isNotNull, isNull, lte, sql } from "drizzle-orm";
import type { KnownHolding } from "@/lib/domain/elevation/history/compare";
import type { Window } from "@/lib/domain/elevation/history/coverage";
import type { HistoryEvent, HistorySource, Holding } from "@/lib/domain/elevation/history/types";
import type { Database, DbSession } from "./database";
import { historyHolding, historyStep, historyWindow } from "./history-schema";

export type HoldingRow = KnownHolding & { seenFrom: string; endedAt: string | null };
export type StepRow = typeof historyStep.$inferSelect;
/** A place of a source: a subscription, or "tenant". */
export type StepKey = { tenantId: string; source: HistorySource; scope: string };

const CHUNK = 500;
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const date = (text: string | null): Date | null => (text === null ? null : new Date(text));

function toHolding(row: typeof historyHolding.$inferSelect): HoldingRow {
  return {
    id: row.id,
    // Written by putHoldings from an event of this portal.
    begin: JSON.parse(row.facts) as HistoryEvent,
    assignmentName: row.assignmentName,
    endsAt: iso(row.endsAt),
    lastSeen: iso(row.lastSeen),
    missingSince: iso(row.missingSince),
    endedAt: iso(row.endedAt),
    seenFrom: row.seenFrom,
  };
}

/** Open holdings that readings of a place show; all of a tenant without a place. */
export async function openHoldings(tx: DbSession, tenantId: string, seenFrom?: string): Promise<HoldingRow[]> {
  const place = seenFrom === undefined ? undefined : eq(historyHolding.seenFrom, seenFrom);
  const rows = await tx
    .select()
    .from(historyHolding)
    .where(and(eq(historyHolding.tenantId, tenantId), place, isNull(historyHolding.endedAt)));
  return rows.map(toHolding);
}

/** Holdings by their ids, open or over. */
export async function holdingsByIds(tx: DbSession, tenantId: string, ids: readonly string[]): Promise<HoldingRow[]> {
  const found: HoldingRow[] = [];
  for (let at = 0; at < ids.length; at += CHUNK) {
    const rows = await tx
      .select()
      .from(historyHolding)
      .where(and(eq(historyHolding.tenantId, tenantId), inArray(historyHolding.id, ids.slice(at, at + CHUNK))));
    found.push(...rows.map(toHolding));
  }
  return found;
}

/** Holdings behind role assignments, the one that lasted longest last: it is the one a later entry is about. */
export async function holdingsByAssignment(tx: DbSession, tenantId: string, names: readonly string[]): Promise<HoldingRow[]> {
  const found: HoldingRow[] = [];
  for (let at = 0; at < names.length; at += CHUNK) {
    const rows = await tx
      .select()
      .from(historyHolding)
      .where(and(eq(historyHolding.tenantId, tenantId), inArray(historyHolding.assignmentName, names.slice(at, at + CHUNK))))
      .orderBy(sql`${historyHolding.endedAt} asc nulls last`);
    found.push(...rows.map(toHolding));
  }
  return found;
}

/** Stores holdings as begun or seen. What was over stays over. `seenAt` null: told by a log, not seen. */
export async function putHoldings(
  tx: DbSession,
  args: { tenantId: string; seenFrom: string; holdings: readonly Holding[]; seenAt: Date | null },
): Promise<void> {
  for (let at = 0; at < args.holdings.length; at += CHUNK) {
    const values = args.holdings.slice(at, at + CHUNK).map((holding) => ({
      tenantId: args.tenantId,
      id: holding.id,
      seenFrom: args.seenFrom,
      assignmentName: holding.assignmentName,
      facts: JSON.stringify(holding.begin),
      endsAt: date(holding.endsAt),
      lastSeen: args.seenAt,
      missingSince: null,
      endedAt: null,
    }));
    const conflict = { target: [historyHolding.tenantId, historyHolding.id] };
    if (args.seenAt === null) await tx.insert(historyHolding).values(values).onConflictDoNothing(conflict);
    else {
      await tx
        .insert(historyHolding)
        .values(values)
        .onConflictDoUpdate({
          ...conflict,
          set: {
            seenFrom: args.seenFrom,
            lastSeen: args.seenAt,
            missingSince: null,
            endsAt: sql`excluded.ends_at`,
            assignmentName: sql`coalesce(excluded.assignment_name, ${historyHolding.assignmentName})`,
          },
        });
    }
  }
}

export async function setHoldingEnd(tx: DbSession, tenantId: string, id: string, endsAt: string | null): Promise<void> {
  await tx
    .update(historyHolding)
    .set({ endsAt: date(endsAt) })
    .where(and(eq(historyHolding.tenantId, tenantId), eq(historyHolding.id, id)));
}

export async function markMissing(tx: DbSession, tenantId: string, id: string, since: string): Promise<void> {
  await tx
    .update(historyHolding)
    .set({ missingSince: new Date(since) })
    .where(and(eq(historyHolding.tenantId, tenantId), eq(historyHolding.id, id)));
}

export async function endHolding(tx: DbSession, tenantId: string, id: string, at: string): Promise<void> {
  await tx
    .update(historyHolding)
    .set({ endedAt: new Date(at) })
    .where(and(eq(historyHolding.tenantId, tenantId), eq(historyHolding.id, id), isNull(historyHolding.endedAt)));
}

/** Open holdings whose planned end has come. */
export async function overdueHoldings(tx: DbSession, tenantId: string, now: Date): Promise<HoldingRow[]> {
  const rows = await tx
    .select()
    .from(historyHolding)
    .where(and(eq(historyHolding.tenantId, tenantId), isNull(historyHolding.endedAt), lte(historyHolding.endsAt, now)));
  return rows.map(toHolding);
}

export async function windowsOf(tx: DbSession, key: StepKey): Promise<Window[]> {
  const rows = await tx
    .select()
    .from(historyWindow)
    .where(
      and(eq(historyWindow.tenantId, key.tenantId), eq(historyWindow.source, key.source), eq(historyWindow.scope, key.scope)),
    )
    .orderBy(asc(historyWindow.fromAt));
  return rows.map(({ fromAt, toAt }) => ({ from: fromAt.toISOString(), to: toAt.toISOString() }));
}

export async function saveWindow(tx: DbSession, key: StepKey, window: Window): Promise<void> {
  const toAt = new Date(window.to);
  await tx
    .insert(historyWindow)
    .values({ ...key, fromAt: new Date(window.from), toAt })
    .onConflictDoUpdate({
      target: [historyWindow.tenantId, historyWindow.source, historyWindow.scope, historyWindow.fromAt],
      set: { toAt: sql`greatest(${historyWindow.toAt}, excluded.to_at)` },
    });
}

export type WindowRow = Window & { source: HistorySource; scope: string };

export async function allWindows(db: Database, tenantId: string): Promise<WindowRow[]> {
  const rows = await db.session
    .select()
    .from(historyWindow)
    .where(eq(historyWindow.tenantId, tenantId))
    .orderBy(asc(historyWindow.source), asc(historyWindow.scope), asc(historyWindow.fromAt));
  // Only saveWindow writes the column.
  return rows.map((row) => ({
    source: row.source as HistorySource,
    scope: row.scope,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
  }));
}

/** Makes the steps of a tenant known; a new one is due at once. */
export async function putSteps(
  tx: DbSession,
  tenantId: string,
  steps: readonly { source: HistorySource; scope: string; name: string }[],
  now: Date,
): Promise<void> {
  if (steps.length === 0) return;
  await tx
    .insert(historyStep)
    .values(steps.map(({ source, scope, name }) => ({ tenantId, source, scope, scopeName: name, due: now, fence: 0, misses: 0 })))
    .onConflictDoUpdate({
      target: [historyStep.tenantId, historyStep.source, historyStep.scope],
      set: { scopeName: sql`excluded.scope_name` },
    });
}

export async function stepsOf(db: Database, tenantId: string): Promise<StepRow[]> {
  return db.session
    .select()
    .from(historyStep)
    .where(eq(historyStep.tenantId, tenantId))
    .orderBy(asc(historyStep.source), asc(historyStep.scope));
}

/** Takes one due step of a place and holds it until `leaseUntil`; null when another process has it or it is not due. */
export async function claimStep(db: Database, key: StepKey, now: Date, leaseUntil: Date): Promise<StepRow | null> {
  const rows = await db.session
    .update(historyStep)
    .set({ due: leaseUntil, fence: sql`${historyStep.fence} + 1` })
    .where(
      and(
        eq(historyStep.tenantId, key.tenantId),
        eq(historyStep.source, key.source),
        eq(historyStep.scope, key.scope),
        lte(historyStep.due, now),
      ),
    )
    .returning();
  return rows[0] ?? null;
}

export type StepResult = {
  due: Date;
  readAt?: Date;
  carrierId: string;
  carrierName: string;
  problem: string | null;
  misses: number;
};

/** Writes how a step ended, if it is still this holder's. False = somebody else has taken it: drop the result. */
export async function finishStep(tx: DbSession, step: StepRow, result: StepResult): Promise<boolean> {
  const rows = await tx
    .update(historyStep)
    .set(result)
    .where(
      and(
        eq(historyStep.tenantId, step.tenantId),
        eq(historyStep.source, step.source),
        eq(historyStep.scope, step.scope),
        eq(historyStep.fence, step.fence),
      ),
    )
    .returning({ fence: historyStep.fence });
  return rows.length > 0;
}

/** Makes what was read before `idleBefore` due now: all of a tenant, or one source of it. */
export async function wakeSteps(
  db: Database,
  tenantId: string,
  now: Date,
  idleBefore: Date,
  source?: HistorySource,
): Promise<number> {
  const rows = await db.session
    .update(historyStep)
    .set({ due: now })
    .where(
      and(
        eq(historyStep.tenantId, tenantId),
        source === undefined ? undefined : eq(historyStep.source, source),
        isNotNull(historyStep.carrierId),
        lte(historyStep.readAt, idleBefore),
      ),
    )
    .returning({ scope: historyStep.scope });
  return rows.length;
}

/** Frees every lease. Only for the embedded store: its directory lock proves that no other holder lives. */
export async function freeHistoryLeases(db: Database, now: Date): Promise<void> {
  await db.session.update(historyStep).set({ due: now }).where(sql`${historyStep.due} > ${now.toISOString()}::timestamptz`);
}
