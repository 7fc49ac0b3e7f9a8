import "server-only";
import { and, asc, desc, eq, gte, inArray, isNotNull, lte, min, or, type SQL, sql } from "drizzle-orm";
import type { ElevationActionKind, ElevationEffect, ItemState } from "@/lib/domain/elevation/write-api";
import type { Database, DbSession } from "./database";
import { lockedOnce, ofCarriers } from "./query";
import { elevationBatch, elevationItem } from "./schema";

export type ElevationBatchRow = typeof elevationBatch.$inferSelect;
type RawItem = typeof elevationItem.$inferSelect;
/** State, effect and kind are among the named ones: the table's check constraints hold them. */
export type ElevationItemRow = Omit<RawItem, "state" | "effect" | "kind"> & {
  state: ItemState;
  effect: ElevationEffect["state"];
  kind: ElevationActionKind;
};
export type ClaimedElevation = { item: ElevationItemRow; batch: ElevationBatchRow };
export type NewElevationItem = Pick<
  ElevationItemRow,
  "id" | "kind" | "roleId" | "scopeKey" | "target" | "request" | "exact" | "facts" | "context" | "refusal" | "decidedBy"
>;
export type ElevationItemPatch = Partial<Omit<ElevationItemRow, "id" | "batchId" | "position" | "fence" | "kind">>;

const asItem = (row: RawItem): ElevationItemRow => ({
  ...row,
  state: row.state as ItemState,
  effect: row.effect as ElevationEffect["state"],
  kind: row.kind as ElevationActionKind,
});

const OPEN_STATES = ["planned", "stepUp", "submitting", "unknown", "waiting", "scheduled"];
const OPEN = or(
  inArray(elevationItem.state, OPEN_STATES),
  inArray(elevationItem.effect, ["waiting", "late"]),
  and(eq(elevationItem.effect, "effective"), eq(elevationItem.kind, "activate")),
);

/** Stores a batch with all its items: planned, or refused from the start where the portal found the reason itself. */
export async function insertElevationBatch(
  tx: DbSession,
  batch: ElevationBatchRow,
  items: readonly NewElevationItem[],
  leaseUntil: Date,
): Promise<void> {
  await tx.insert(elevationBatch).values(batch);
  await tx.insert(elevationItem).values(
    items.map((item, position) => ({
      ...item,
      batchId: batch.id,
      position,
      state: item.refusal === null ? "planned" : "refused",
      sends: 0,
      looks: 0,
      fence: 0,
      notBefore: leaseUntil,
      updatedAt: batch.startedAt,
      effect: "none",
      effectSeen: 0,
      effectReads: 0,
    })),
  );
}

export async function findElevationBatch(db: Database, id: string): Promise<ElevationBatchRow | null> {
  const rows = await db.session.select().from(elevationBatch).where(eq(elevationBatch.id, id));
  return rows[0] ?? null;
}

export async function elevationItems(db: Database, batchId: string): Promise<ElevationItemRow[]> {
  const rows = await db.session
    .select()
    .from(elevationItem)
    .where(eq(elevationItem.batchId, batchId))
    .orderBy(asc(elevationItem.position));
  return rows.map(asItem);
}

/** The newest batches of one person, or of the whole tenant. */
export function recentElevationBatches(
  db: Database,
  of: { tenantId: string; operatorObjectId: string | null; limit: number },
): Promise<ElevationBatchRow[]> {
  const who = of.operatorObjectId === null ? undefined : eq(elevationBatch.operatorObjectId, of.operatorObjectId);
  return db.session
    .select()
    .from(elevationBatch)
    .where(and(eq(elevationBatch.tenantId, of.tenantId), who))
    .orderBy(desc(elevationBatch.startedAt))
    .limit(of.limit);
}

async function withBatches(db: Database, rows: readonly RawItem[]): Promise<ClaimedElevation[]> {
  const ids = [...new Set(rows.map(({ batchId }) => batchId))];
  if (ids.length === 0) return [];
  const batches = await db.session.select().from(elevationBatch).where(inArray(elevationBatch.id, ids));
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  return rows
    .toSorted((a, b) => a.position - b.position)
    .flatMap((row) => {
      const batch = byId.get(row.batchId);
      return batch === undefined ? [] : [{ item: asItem(row), batch }];
    });
}

/** Items in one order, locked: whoever changes several at once never meets another in a deadlock. */
function inOrder(session: DbSession, which: SQL | undefined): SQL {
  const items = session
    .select({ id: elevationItem.id })
    .from(elevationItem)
    .where(which)
    .orderBy(asc(elevationItem.id))
    .for("update");
  return sql`${elevationItem.id} in ${lockedOnce(items)}`;
}

async function claim(db: Database, due: SQL, leaseUntil: Date): Promise<ClaimedElevation[]> {
  const rows = await db.session
    .update(elevationItem)
    .set({ fence: sql`${elevationItem.fence} + 1`, notBefore: leaseUntil })
    .where(due)
    .returning();
  return withBatches(db, rows);
}

/** Takes what is not sent yet of one batch, for sending now. Whoever raises the fence last sends; an older holder loses. */
export function takeUnsentElevations(db: Database, batchId: string, leaseUntil: Date): Promise<ClaimedElevation[]> {
  const due = sql`${elevationItem.batchId} = ${batchId} and ${elevationItem.state} in ('planned', 'stepUp')`;
  return claim(db, inOrder(db.session, due), leaseUntil);
}

/** Takes due items whose carrier's token lives here: open requests, and effects that are still to be read. */
export async function claimDueElevations(
  db: Database,
  args: { carriers: readonly string[]; now: Date; leaseUntil: Date; limit: number },
): Promise<ClaimedElevation[]> {
  if (args.carriers.length === 0) return [];
  const due = db.session
    .select({ id: elevationItem.id })
    .from(elevationItem)
    .innerJoin(elevationBatch, eq(elevationBatch.id, elevationItem.batchId))
    .where(and(OPEN, lte(elevationItem.notBefore, args.now), ofCarriers(elevationBatch, args.carriers)))
    .orderBy(asc(elevationItem.notBefore))
    .limit(args.limit)
    .for("update", { of: elevationItem, skipLocked: true });
  return claim(db, sql`${elevationItem.id} in ${lockedOnce(due)}`, args.leaseUntil);
}

/** When the next open request of these carriers is due; null when there is none. */
export async function nextElevationDue(db: Database, carriers: readonly string[]): Promise<Date | null> {
  if (carriers.length === 0) return null;
  const rows = await db.session
    .select({ at: min(elevationItem.notBefore) })
    .from(elevationItem)
    .innerJoin(elevationBatch, eq(elevationBatch.id, elevationItem.batchId))
    .where(and(OPEN, ofCarriers(elevationBatch, carriers)));
  return rows[0]?.at ?? null;
}

/** Changes an item that is still this holder's. Null when another holder has taken it: the caller drops its result. */
export async function patchElevation(
  tx: DbSession,
  item: ElevationItemRow,
  at: Date,
  patch: ElevationItemPatch,
): Promise<ElevationItemRow | null> {
  const rows = await tx
    .update(elevationItem)
    .set({ ...patch, updatedAt: at })
    .where(and(eq(elevationItem.id, item.id), eq(elevationItem.fence, item.fence), eq(elevationItem.state, item.state)))
    .returning();
  return rows[0] === undefined ? null : asItem(rows[0]);
}

/** Frees every lease. Only for the embedded store: its directory lock proves that no other holder lives. */
export async function freeElevationLeases(db: Database, now: Date): Promise<void> {
  await db.session
    .update(elevationItem)
    .set({ notBefore: now })
    .where(and(OPEN, inArray(elevationItem.state, ["submitting", "unknown", "waiting", "scheduled", "done"])));
}

/** What somebody's activations of a role at a scope show, once the role was given back. */
export async function endActivations(
  tx: DbSession,
  of: { tenantId: string; operatorObjectId: string; roleId: string; scopeKey: string },
  at: Date,
): Promise<void> {
  const theirs = tx
    .select({ id: elevationBatch.id })
    .from(elevationBatch)
    .where(and(eq(elevationBatch.tenantId, of.tenantId), eq(elevationBatch.operatorObjectId, of.operatorObjectId)));
  const shown = inOrder(
    tx,
    and(
      eq(elevationItem.kind, "activate"),
      eq(elevationItem.roleId, of.roleId),
      eq(elevationItem.scopeKey, of.scopeKey),
      inArray(elevationItem.effect, ["waiting", "late", "effective"]),
      inArray(elevationItem.batchId, theirs),
    ),
  );
  await tx.update(elevationItem).set({ effect: "ended", updatedAt: at }).where(shown);
}

/** How long activations of the tenant took until they worked. */
export async function activationTimes(
  db: Database,
  tenantId: string,
): Promise<{ count: number; medianMs: number | null; worstMs: number | null }> {
  const rows = await db.session
    .select({
      count: sql<number>`count(*)::int`,
      medianMs: sql<number | null>`percentile_cont(0.5) within group (order by ${elevationItem.effectMs})`,
      worstMs: sql<number | null>`max(${elevationItem.effectMs})`,
    })
    .from(elevationItem)
    .innerJoin(elevationBatch, eq(elevationBatch.id, elevationItem.batchId))
    .where(and(eq(elevationBatch.tenantId, tenantId), eq(elevationItem.kind, "activate"), isNotNull(elevationItem.effectMs)));
  const [row] = rows;
  const number = (value: number | null | undefined) => (value == null ? null : Number(value));
  return { count: row?.count ?? 0, medianMs: number(row?.medianMs), worstMs: number(row?.worstMs) };
}

/** The newest items that people of a tenant sent for these roles: what the portal knows of their history. */
export async function itemsOfPeople(
  db: Database,
  of: { tenantId: string; objectIds: readonly string[]; kinds: readonly ElevationActionKind[]; since: Date; limit: number },
): Promise<ClaimedElevation[]> {
  if (of.objectIds.length === 0) return [];
  const rows = await db.session
    .select({ item: elevationItem, batch: elevationBatch })
    .from(elevationItem)
    .innerJoin(elevationBatch, eq(elevationBatch.id, elevationItem.batchId))
    .where(
      and(
        eq(elevationBatch.tenantId, of.tenantId),
        inArray(elevationBatch.operatorObjectId, [...of.objectIds]),
        inArray(elevationItem.kind, [...of.kinds]),
        gte(elevationBatch.startedAt, of.since),
      ),
    )
    .orderBy(desc(elevationBatch.startedAt))
    .limit(of.limit);
  return rows.map(({ item, batch }) => ({ item: asItem(item), batch }));
}

/** Items that waited for a person to come back; the one who signs in carries their own on. Unsent ones wait for their page. */
export async function carryOwnElevations(db: Database, of: { tenantId: string; objectId: string }, now: Date): Promise<number> {
  const own = db.session
    .select({ id: elevationBatch.id })
    .from(elevationBatch)
    .where(and(eq(elevationBatch.tenantId, of.tenantId), eq(elevationBatch.operatorObjectId, of.objectId)));
  const waiting = and(
    OPEN,
    isNotNull(elevationItem.waitingFor),
    sql`${elevationItem.state} not in ('planned', 'stepUp')`,
    inArray(elevationItem.batchId, own),
  );
  const rows = await db.session
    .update(elevationItem)
    .set({ waitingFor: null, notBefore: now, fence: sql`${elevationItem.fence} + 1` })
    .where(inOrder(db.session, waiting))
    .returning();
  return rows.length;
}
