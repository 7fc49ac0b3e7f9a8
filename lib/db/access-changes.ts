import "server-only";
import { and, asc, desc, eq, gte, inArray, isNotNull, lte, min, or, type SQL, sql } from "drizzle-orm";
import type { ChangeState, EffectState } from "@/lib/domain/access/api";
import type { Database, DbSession } from "./database";
import { lockedOnce, ofCarriers } from "./query";
import { accessChangeItem, accessChangeSet } from "./schema";

export type ChangeSetKind = "access" | "elevation";
/** The kind is among the named ones: the table's check constraint holds it. */
export type ChangeSetRow = Omit<typeof accessChangeSet.$inferSelect, "kind"> & { kind: ChangeSetKind };
type RawItem = typeof accessChangeItem.$inferSelect;
/** State and effect are among the named ones: the table's check constraints hold them. */
export type ChangeItemRow = Omit<RawItem, "state" | "effect"> & { state: ChangeState; effect: EffectState };
/** An item together with whose it is. */
export type ClaimedItem = { item: ChangeItemRow; set: ChangeSetRow };
export type NewChangeItem = Pick<ChangeItemRow, "target" | "request" | "exact" | "before" | "undo">;
export type ChangeItemPatch = Partial<Omit<ChangeItemRow, "setId" | "position" | "fence">>;

const asItem = (row: RawItem): ChangeItemRow => ({
  ...row,
  state: row.state as ChangeState,
  effect: row.effect as EffectState,
});
const asSet = (row: typeof accessChangeSet.$inferSelect): ChangeSetRow => ({ ...row, kind: row.kind as ChangeSetKind });
const OPEN = or(
  inArray(accessChangeItem.state, ["planned", "submitting", "unknown"]),
  inArray(accessChangeItem.effect, ["waiting", "late"]),
);

/** Stores a set with all its items in state planned. Nothing was sent yet. */
export async function insertChangeSet(
  tx: DbSession,
  set: ChangeSetRow,
  items: readonly NewChangeItem[],
  leaseUntil: Date,
): Promise<void> {
  await tx.insert(accessChangeSet).values(set);
  await tx.insert(accessChangeItem).values(
    items.map((item, position) => ({
      ...item,
      setId: set.id,
      position,
      state: "planned",
      detail: "The intent is stored. Nothing was sent yet.",
      sends: 0,
      fence: 0,
      notBefore: leaseUntil,
      updatedAt: set.startedAt,
      effect: "none",
      effectSeen: 0,
      effectReads: 0,
    })),
  );
}

export async function findChangeSet(db: Database, id: string): Promise<ChangeSetRow | null> {
  const rows = await db.session.select().from(accessChangeSet).where(eq(accessChangeSet.id, id));
  return rows[0] === undefined ? null : asSet(rows[0]);
}

export async function changeItems(db: Database, setId: string): Promise<ChangeItemRow[]> {
  const rows = await db.session
    .select()
    .from(accessChangeItem)
    .where(eq(accessChangeItem.setId, setId))
    .orderBy(asc(accessChangeItem.position));
  return rows.map(asItem);
}

/** The newest sets of one kind, of one person or of the whole tenant. */
export async function recentChangeSets(
  db: Database,
  of: { tenantId: string; operatorObjectId: string | null; limit: number; kind: ChangeSetKind },
): Promise<ChangeSetRow[]> {
  const who = of.operatorObjectId === null ? undefined : eq(accessChangeSet.operatorObjectId, of.operatorObjectId);
  const rows = await db.session
    .select()
    .from(accessChangeSet)
    .where(and(eq(accessChangeSet.tenantId, of.tenantId), eq(accessChangeSet.kind, of.kind), who))
    .orderBy(desc(accessChangeSet.startedAt))
    .limit(of.limit);
  return rows.map(asSet);
}

async function withSets(db: Database, rows: readonly RawItem[]): Promise<ClaimedItem[]> {
  const ids = [...new Set(rows.map(({ setId }) => setId))];
  if (ids.length === 0) return [];
  const sets = await db.session.select().from(accessChangeSet).where(inArray(accessChangeSet.id, ids));
  const byId = new Map(sets.map((set) => [set.id, asSet(set)]));
  return rows.flatMap((row) => {
    const set = byId.get(row.setId);
    return set === undefined ? [] : [{ item: asItem(row), set }];
  });
}

/** Items in one order, locked: whoever changes several at once never meets another in a deadlock. */
function inOrder(db: Database, which: SQL | undefined): SQL {
  const items = db.session
    .select({ setId: accessChangeItem.setId, position: accessChangeItem.position })
    .from(accessChangeItem)
    .where(which)
    .orderBy(asc(accessChangeItem.setId), asc(accessChangeItem.position))
    .for("update");
  return sql`(${accessChangeItem.setId}, ${accessChangeItem.position}) in ${lockedOnce(items)}`;
}

async function claim(db: Database, due: SQL, leaseUntil: Date): Promise<ClaimedItem[]> {
  const rows = await db.session
    .update(accessChangeItem)
    .set({ fence: sql`${accessChangeItem.fence} + 1`, notBefore: leaseUntil })
    .where(due)
    .returning();
  return withSets(db, rows);
}

/** Takes the planned items of one set for sending now. Whoever raises the fence last sends; an older holder loses. */
export function takePlannedItems(db: Database, setId: string, leaseUntil: Date): Promise<ClaimedItem[]> {
  const planned = sql`${accessChangeItem.setId} = ${setId} and ${accessChangeItem.state} = 'planned'`;
  return claim(db, inOrder(db, planned), leaseUntil);
}

/** Takes due items whose carrier's token lives here: open writes and effects that are not seen yet. */
export async function claimDueItems(
  db: Database,
  args: { carriers: readonly string[]; now: Date; leaseUntil: Date; limit: number },
): Promise<ClaimedItem[]> {
  if (args.carriers.length === 0) return [];
  const due = db.session
    .select({ setId: accessChangeItem.setId, position: accessChangeItem.position })
    .from(accessChangeItem)
    .innerJoin(accessChangeSet, eq(accessChangeSet.id, accessChangeItem.setId))
    .where(and(OPEN, lte(accessChangeItem.notBefore, args.now), ofCarriers(accessChangeSet, args.carriers)))
    .orderBy(asc(accessChangeItem.notBefore))
    .limit(args.limit)
    .for("update", { of: accessChangeItem, skipLocked: true });
  return claim(db, sql`(${accessChangeItem.setId}, ${accessChangeItem.position}) in ${lockedOnce(due)}`, args.leaseUntil);
}

/** When the next open item of these carriers is due; null when there is none. */
export async function nextItemDue(db: Database, carriers: readonly string[]): Promise<Date | null> {
  if (carriers.length === 0) return null;
  const rows = await db.session
    .select({ at: min(accessChangeItem.notBefore) })
    .from(accessChangeItem)
    .innerJoin(accessChangeSet, eq(accessChangeSet.id, accessChangeItem.setId))
    .where(and(OPEN, ofCarriers(accessChangeSet, carriers)));
  return rows[0]?.at ?? null;
}

/** Changes an item that is still this holder's. Null when another holder has taken it: the caller drops its result. */
export async function patchChangeItem(
  tx: DbSession,
  item: ChangeItemRow,
  at: Date,
  patch: ChangeItemPatch,
): Promise<ChangeItemRow | null> {
  const rows = await tx
    .update(accessChangeItem)
    .set({ ...patch, updatedAt: at })
    .where(
      and(
        eq(accessChangeItem.setId, item.setId),
        eq(accessChangeItem.position, item.position),
        eq(accessChangeItem.fence, item.fence),
        eq(accessChangeItem.state, item.state),
      ),
    )
    .returning();
  return rows[0] === undefined ? null : asItem(rows[0]);
}

/** Frees every lease. Only for the embedded store: its directory lock proves that no other holder lives. */
export async function freeChangeLeases(db: Database, now: Date): Promise<void> {
  await db.session.update(accessChangeItem).set({ notBefore: now }).where(OPEN);
}

/** How long changes of the tenant took until they were seen in force. */
export async function effectTimes(
  db: Database,
  tenantId: string,
): Promise<{ count: number; medianMs: number | null; worstMs: number | null }> {
  const rows = await db.session
    .select({
      count: sql<number>`count(*)::int`,
      medianMs: sql<number | null>`percentile_cont(0.5) within group (order by ${accessChangeItem.effectMs})`,
      worstMs: sql<number | null>`max(${accessChangeItem.effectMs})`,
    })
    .from(accessChangeItem)
    .innerJoin(accessChangeSet, eq(accessChangeSet.id, accessChangeItem.setId))
    .where(and(eq(accessChangeSet.tenantId, tenantId), eq(accessChangeSet.kind, "access"), isNotNull(accessChangeItem.effectMs)));
  const [row] = rows;
  const number = (value: number | null | undefined) => (value == null ? null : Number(value));
  return { count: row?.count ?? 0, medianMs: number(row?.medianMs), worstMs: number(row?.worstMs) };
}

/** Items of a tenant that were written since a moment: what Resource Graph may not show yet. */
export async function writtenSince(db: Database, tenantId: string, since: Date, limit: number): Promise<ChangeItemRow[]> {
  const rows = await db.session
    .select({ item: accessChangeItem })
    .from(accessChangeItem)
    .innerJoin(accessChangeSet, eq(accessChangeSet.id, accessChangeItem.setId))
    .where(
      and(
        eq(accessChangeSet.tenantId, tenantId),
        eq(accessChangeSet.kind, "access"),
        eq(accessChangeItem.state, "done"),
        gte(accessChangeItem.acceptedAt, since),
      ),
    )
    .orderBy(desc(accessChangeItem.acceptedAt))
    .limit(limit);
  return rows.map(({ item }) => asItem(item));
}

/** Sets with open items that nobody's token carries; the person who signs in next carries their own on. */
export async function carryOwnSets(db: Database, of: { tenantId: string; objectId: string }, now: Date): Promise<number> {
  const own = db.session
    .select({ id: accessChangeSet.id })
    .from(accessChangeSet)
    .where(and(eq(accessChangeSet.tenantId, of.tenantId), eq(accessChangeSet.operatorObjectId, of.objectId)));
  const waiting = and(
    OPEN,
    isNotNull(accessChangeItem.waitingFor),
    sql`${accessChangeItem.state} <> 'planned'`,
    inArray(accessChangeItem.setId, own),
  );
  const rows = await db.session
    .update(accessChangeItem)
    .set({ waitingFor: null, notBefore: now, fence: sql`${accessChangeItem.fence} + 1` })
    .where(inOrder(db, waiting))
    .returning();
  return rows.length;
}
