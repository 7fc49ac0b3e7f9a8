import "server-only";
import { and, asc, desc, eq, isNull, lte, min, sql } from "drizzle-orm";
import type { OperationState } from "@/lib/domain/api";
import { canMove, isFinal } from "@/lib/domain/operation-state";
import type { Database, DbSession } from "./database";
import { lockedOnce, ofCarriers } from "./query";
import { operation, operationEvent } from "./schema";

/** A row of the operation table. `state` is one of OPERATION_STATES: the table's check constraint holds it. */
export type OperationRow = Omit<typeof operation.$inferSelect, "state"> & { state: OperationState };
export type OperationEventRow = typeof operationEvent.$inferSelect;
export type NewOperation = Pick<
  OperationRow,
  | "id"
  | "tenantId"
  | "kind"
  | "machineId"
  | "machineName"
  | "extensionName"
  | "operatorObjectId"
  | "operatorName"
  | "request"
  | "before"
  | "traceId"
>;

/** What may change besides the state. */
export type OperationPatch = Partial<
  Pick<
    OperationRow,
    | "azureStatus"
    | "operationUrl"
    | "locationUrl"
    | "waitingFor"
    | "failure"
    | "azure"
    | "sends"
    | "polls"
    | "misses"
    | "notBefore"
    | "carrierObjectId"
  >
>;

const asRow = (row: typeof operation.$inferSelect): OperationRow => ({ ...row, state: row.state as OperationState });
/** Stores a new operation in state planned. A second running one on the same machine breaks operation_one_running. */
export async function insertOperation(tx: DbSession, values: NewOperation, at: Date, leaseUntil: Date): Promise<void> {
  await tx.insert(operation).values({
    ...values,
    machineKey: values.machineId.toLowerCase(),
    state: "planned",
    carrierObjectId: values.operatorObjectId,
    sends: 0,
    polls: 0,
    misses: 0,
    fence: 0,
    notBefore: leaseUntil,
    startedAt: at,
    updatedAt: at,
  });
  await tx
    .insert(operationEvent)
    .values({ operationId: values.id, at, state: "planned", detail: "The intent is stored. Nothing was sent yet." });
}

export async function findOperation(db: Database, id: string): Promise<OperationRow | null> {
  const rows = await db.session.select().from(operation).where(eq(operation.id, id));
  return rows[0] === undefined ? null : asRow(rows[0]);
}

export function operationEvents(db: Database, id: string): Promise<OperationEventRow[]> {
  return db.session.select().from(operationEvent).where(eq(operationEvent.operationId, id)).orderBy(asc(operationEvent.id));
}

/** Operations on a machine that have not ended; ARM ids compare without case. */
export async function runningOperations(db: Database, tenantId: string, machineId: string): Promise<OperationRow[]> {
  const rows = await db.session
    .select()
    .from(operation)
    .where(and(eq(operation.tenantId, tenantId), eq(operation.machineKey, machineId.toLowerCase()), isNull(operation.endedAt)));
  return rows.map(asRow);
}

/** The newest operations of a tenant, of one person or of all. */
export async function recentOperations(
  db: Database,
  args: { tenantId: string; operatorObjectId: string | null; runningOnly: boolean; limit: number },
): Promise<OperationRow[]> {
  const who = args.operatorObjectId === null ? undefined : eq(operation.operatorObjectId, args.operatorObjectId);
  const running = args.runningOnly ? isNull(operation.endedAt) : undefined;
  const rows = await db.session
    .select()
    .from(operation)
    .where(and(eq(operation.tenantId, args.tenantId), who, running))
    .orderBy(desc(operation.startedAt))
    .limit(args.limit);
  return rows.map(asRow);
}

/**
 * Takes a planned operation for sending. Nothing was sent in that state, so whoever raises the fence last sends, and a writer
 * with an older fence loses. Null when the operation is past that state.
 */
export async function takePlanned(db: Database, id: string, leaseUntil: Date): Promise<OperationRow | null> {
  const rows = await db.session
    .update(operation)
    .set({ fence: sql`${operation.fence} + 1`, notBefore: leaseUntil, waitingFor: null })
    .where(and(eq(operation.id, id), eq(operation.state, "planned")))
    .returning();
  return rows[0] === undefined ? null : asRow(rows[0]);
}

/** Takes due operations whose carrier's token lives here. Each claim raises the fence; the lease is the new due time. */
export async function claimDue(
  db: Database,
  args: { carriers: readonly string[]; now: Date; leaseUntil: Date; limit: number },
): Promise<OperationRow[]> {
  if (args.carriers.length === 0) return [];
  const due = db.session
    .select({ id: operation.id })
    .from(operation)
    .where(and(isNull(operation.endedAt), lte(operation.notBefore, args.now), ofCarriers(operation, args.carriers)))
    .orderBy(asc(operation.notBefore))
    .limit(args.limit)
    .for("update", { skipLocked: true });
  const rows = await db.session
    .update(operation)
    .set({ fence: sql`${operation.fence} + 1`, notBefore: args.leaseUntil })
    .where(sql`${operation.id} in ${lockedOnce(due)}`)
    .returning();
  return rows.map(asRow);
}

/** Moves an operation and writes its event. Null when another holder has taken it: the caller drops its result. */
export async function moveOperation(
  tx: DbSession,
  args: { row: OperationRow; to: OperationState; at: Date; detail: string; patch?: OperationPatch },
): Promise<OperationRow | null> {
  const { row, to, at, detail } = args;
  if (!canMove(row.state, to)) throw new Error(`Operation ${row.id}: ${row.state} to ${to} is not a transition.`);
  const ended = isFinal(to) ? { endedAt: at, operationUrl: null, locationUrl: null, waitingFor: null } : {};
  const rows = await tx
    .update(operation)
    .set({ ...args.patch, ...ended, state: to, updatedAt: at })
    .where(and(eq(operation.id, row.id), eq(operation.fence, row.fence), eq(operation.state, row.state)))
    .returning();
  if (rows[0] === undefined) return null;
  await tx.insert(operationEvent).values({ operationId: row.id, at, state: to, detail });
  return asRow(rows[0]);
}

/** Changes an operation within its state; an event is written when there is something to say. Null when it was lost. */
export async function patchOperation(
  session: DbSession,
  args: { row: OperationRow; at: Date; patch: OperationPatch; detail?: string | undefined },
): Promise<OperationRow | null> {
  const { row, at, patch, detail } = args;
  const rows = await session
    .update(operation)
    .set({ ...patch, updatedAt: at })
    .where(and(eq(operation.id, row.id), eq(operation.fence, row.fence), isNull(operation.endedAt)))
    .returning();
  if (rows[0] === undefined) return null;
  if (detail !== undefined) await session.insert(operationEvent).values({ operationId: row.id, at, state: row.state, detail });
  return asRow(rows[0]);
}

/** Marks operations that are overdue since `before` and that nobody carries on. Returns their ids. */
export async function markUnattended(
  db: Database,
  args: { before: Date; at: Date; waitingFor: string; detail: string },
): Promise<string[]> {
  return db.session.transaction(async (tx) => {
    // In one order, so that two of these at the same moment wait for each other and end neither.
    const overdue = tx
      .select({ id: operation.id })
      .from(operation)
      .where(and(isNull(operation.endedAt), isNull(operation.waitingFor), lte(operation.notBefore, args.before)))
      .orderBy(asc(operation.id))
      .for("update");
    const rows = await tx
      .update(operation)
      .set({ waitingFor: args.waitingFor, updatedAt: args.at })
      .where(sql`${operation.id} in ${lockedOnce(overdue)}`)
      .returning();
    for (const row of rows) {
      await tx.insert(operationEvent).values({ operationId: row.id, at: args.at, state: row.state, detail: args.detail });
    }
    return rows.map((row) => row.id);
  });
}

/** Frees every lease. Only for the embedded store: its directory lock proves that no other holder lives. */
export async function freeLeases(db: Database, now: Date): Promise<void> {
  await db.session.update(operation).set({ notBefore: now }).where(isNull(operation.endedAt));
}

/** When the next operation of these carriers is due; null when there is none. */
export async function nextDue(db: Database, carriers: readonly string[]): Promise<Date | null> {
  if (carriers.length === 0) return null;
  const rows = await db.session
    .select({ at: min(operation.notBefore) })
    .from(operation)
    .where(and(isNull(operation.endedAt), ofCarriers(operation, carriers)));
  return rows[0]?.at ?? null;
}

/** Operations of a tenant that wait for a person. */
export async function waitingOperations(db: Database, tenantId: string): Promise<OperationRow[]> {
  const rows = await db.session
    .select()
    .from(operation)
    .where(and(eq(operation.tenantId, tenantId), isNull(operation.endedAt), sql`${operation.waitingFor} is not null`));
  return rows.map(asRow);
}

/** Makes waiting operations due now, carried by this person. Raises the fence, so that a late writer loses. */
export async function resumeOperations(
  db: Database,
  ids: readonly string[],
  carrierObjectId: string,
  at: Date,
  detail: string,
): Promise<void> {
  for (const id of ids) {
    await db.session.transaction(async (tx) => {
      const rows = await tx
        .update(operation)
        .set({ waitingFor: null, carrierObjectId, notBefore: at, updatedAt: at, fence: sql`${operation.fence} + 1` })
        .where(and(eq(operation.id, id), isNull(operation.endedAt), sql`${operation.waitingFor} is not null`))
        .returning();
      const row = rows[0];
      if (row !== undefined) await tx.insert(operationEvent).values({ operationId: id, at, state: row.state, detail });
    });
  }
}
