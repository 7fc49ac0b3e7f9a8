import "server-only";
import { and, asc, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { RolloutActor } from "@/lib/domain/rollout/api";
import type {
  RolloutPlan,
  RolloutState,
  RolloutTarget,
  TaskState,
  WaitingWord,
  WaveState,
  Work,
  WorkKindId,
} from "@/lib/domain/rollout/types";
import type { Database, DbSession } from "./database";
import { rollout, rolloutTask, rolloutWave } from "./rollout-schema";

type RawRollout = typeof rollout.$inferSelect;
type RawWave = typeof rolloutWave.$inferSelect;
type RawTask = typeof rolloutTask.$inferSelect;

/** State, kind and actor are among the named ones: the check constraints hold them. */
export type RolloutRow = Omit<RawRollout, "state" | "kind" | "actsAs"> & {
  state: RolloutState;
  kind: WorkKindId;
  actsAs: RolloutActor;
};
export type RolloutWaveRow = Omit<RawWave, "state" | "kind"> & { state: WaveState; kind: "canary" | "wave" | "retry" };
export type RolloutTaskRow = Omit<RawTask, "state"> & { state: TaskState };

export const asRollout = (row: RawRollout): RolloutRow => row as RolloutRow;
const asWave = (row: RawWave): RolloutWaveRow => row as RolloutWaveRow;
export const asTask = (row: RawTask): RolloutTaskRow => ({ ...row, state: row.state as TaskState });

export type NewRollout = Pick<
  RolloutRow,
  "id" | "tenantId" | "name" | "describedAs" | "requestHash" | "actsAs" | "operatorObjectId" | "operatorName" | "traceId"
> & {
  work: Work;
  plan: RolloutPlan;
  /** In the order of the waves: the first wave takes as many as its size from the front. */
  targets: readonly RolloutTarget[];
  waves: readonly { number: number; kind: "canary" | "wave"; size: number }[];
};

const TASKS_A_STATEMENT = 2_500;

function taskRows(values: NewRollout): { position: number; wave: number; target: string; t: RolloutTarget }[] {
  const rows: { position: number; wave: number; target: string; t: RolloutTarget }[] = [];
  for (const wave of values.waves) {
    for (const t of values.targets.slice(rows.length, rows.length + wave.size)) {
      rows.push({ position: rows.length, wave: wave.number, target: JSON.stringify(t), t });
    }
  }
  if (rows.length !== values.targets.length || rows.length === 0) {
    throw new Error(`Roll-out ${values.id}: its waves hold ${rows.length} of ${values.targets.length} machines.`);
  }
  return rows;
}

/**
 * Stores a roll-out with all its waves (pending) and tasks (queued). Nothing is sent before the runner opens wave 1, which
 * writes the intent of that wave. The same id twice breaks rollout_pkey.
 */
export async function insertRollout(tx: DbSession, values: NewRollout, at: Date): Promise<void> {
  const { work, plan, targets, waves, ...own } = values;
  const rows = taskRows(values);
  await tx.insert(rollout).values({
    ...own,
    kind: work.kind,
    state: "running",
    work: JSON.stringify(work),
    plan: JSON.stringify(plan),
    carrierObjectId: own.operatorObjectId,
    carrierName: own.operatorName,
    total: targets.length,
    notBefore: at,
    createdAt: at,
    updatedAt: at,
  });
  await tx
    .insert(rolloutWave)
    .values(waves.map((wave) => ({ ...wave, rolloutId: own.id, state: "pending", dueAt: wave.number === 1 ? at : null })));
  // One parameter a statement: thousands of bound values would cost more than the rows themselves.
  for (let from = 0; from < rows.length; from += TASKS_A_STATEMENT) {
    const chunk = JSON.stringify(rows.slice(from, from + TASKS_A_STATEMENT));
    await tx.execute(sql`
      insert into rollout_task (rollout_id, position, wave, machine_id, machine_key, machine_name, subscription_id,
        resource_group, target, state, not_before, updated_at)
      select ${own.id}::uuid, position, wave, t ->> 'machineId', lower(t ->> 'machineId'), t ->> 'name', t ->> 'subscriptionId',
        t ->> 'resourceGroup', target, 'queued', ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz
      from json_to_recordset(${chunk}::json) as x(position int, wave int, target text, t json)`);
  }
}

export async function findRollout(db: Database, id: string): Promise<RolloutRow | null> {
  const rows = await db.session.select().from(rollout).where(eq(rollout.id, id));
  return rows[0] === undefined ? null : asRollout(rows[0]);
}

/**
 * Ends a query over `rollout_task t` that locks what a statement is about to change: two such statements that meet wait for each
 * other in the same direction, so that neither is ended by PostgreSQL as a deadlock.
 */
export const TASK_LOCK_ORDER = sql.raw("order by t.rollout_id, t.position for no key update of t");

/** Locks the roll-out until the transaction ends: one decides at a time. */
export async function lockRollout(tx: DbSession, id: string): Promise<RolloutRow | null> {
  const rows = await tx.select().from(rollout).where(eq(rollout.id, id)).for("update");
  return rows[0] === undefined ? null : asRollout(rows[0]);
}

/** All roll-outs of a tenant that have not ended and the newest that have, of one person or of everybody, the newest first. */
export async function listRollouts(
  db: Database,
  of: { tenantId: string; operatorObjectId: string | null; endedLimit: number },
): Promise<{ rollouts: RolloutRow[]; olderLeftOut: boolean }> {
  const who = of.operatorObjectId === null ? undefined : eq(rollout.operatorObjectId, of.operatorObjectId);
  const read = (which: SQL) =>
    db.session
      .select()
      .from(rollout)
      .where(and(eq(rollout.tenantId, of.tenantId), who, which))
      .orderBy(desc(rollout.createdAt));
  const open = await read(isNull(rollout.endedAt));
  const ended = await read(isNotNull(rollout.endedAt)).limit(of.endedLimit + 1);
  const shown = [...open, ...ended.slice(0, of.endedLimit)].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  return { rollouts: shown.map(asRollout), olderLeftOut: ended.length > of.endedLimit };
}

/** Roll-outs that have not ended, of every tenant, the oldest first. */
export async function openRollouts(db: Database): Promise<RolloutRow[]> {
  const rows = await db.session.select().from(rollout).where(isNull(rollout.endedAt)).orderBy(asc(rollout.createdAt));
  return rows.map(asRollout);
}

export async function rolloutWaves(session: DbSession, rolloutId: string): Promise<RolloutWaveRow[]> {
  const rows = await session
    .select()
    .from(rolloutWave)
    .where(eq(rolloutWave.rolloutId, rolloutId))
    .orderBy(asc(rolloutWave.number));
  return rows.map(asWave);
}

/** A stronger sign-in that Azure demands of a person; `issuedAtMs` = when the sign-in that it refused was issued. */
export type SignInDemand = { tenantId: string; objectId: string; claims: string; issuedAtMs: number };

/** What Azure has demanded of the person who carries the roll-out, whichever portal was told; null = nothing. */
export function demandIn(row: RolloutRow): SignInDemand | null {
  const { demandClaims: claims, demandIssuedAt: issuedAt } = row;
  if (row.actsAs !== "operator" || !claims || !issuedAt) return null;
  return { tenantId: row.tenantId, objectId: row.carrierObjectId, claims, issuedAtMs: issuedAt.getTime() };
}

/** A sign-in was refused: the roll-out says at once what it waits for, and what Azure demands of that person's next one. */
export async function awaitSignIn(session: DbSession, id: string, demand: SignInDemand | null): Promise<void> {
  const kept = (): { demandClaims?: SQL; demandIssuedAt?: SQL } => {
    if (demand === null) return {};
    const at = sql`${new Date(demand.issuedAtMs).toISOString()}::timestamptz`;
    const isNews = sql`${rollout.carrierObjectId} = ${demand.objectId} and coalesce(${rollout.demandIssuedAt} <= ${at}, true)`;
    return {
      demandClaims: sql`case when ${isNews} then ${demand.claims} else ${rollout.demandClaims} end`,
      demandIssuedAt: sql`case when ${isNews} then ${at} else ${rollout.demandIssuedAt} end`,
    };
  };
  await session
    .update(rollout)
    .set({ waitingFor: WAITING_FOR_OPERATOR, ...kept() })
    .where(eq(rollout.id, id));
}

/** Open roll-outs that wait for somebody to sign in, for whoever calls next. */
export async function waitingRollouts(db: Database, tenantId: string): Promise<RolloutRow[]> {
  const rows = await db.session
    .select()
    .from(rollout)
    .where(and(eq(rollout.tenantId, tenantId), isNull(rollout.endedAt), eq(rollout.waitingFor, WAITING_FOR_OPERATOR)));
  return rows.map(asRollout);
}

/** Of a roll-out, and of its tasks, whose carrier's sign-in has ended. */
export const WAITING_FOR_OPERATOR: WaitingWord = "operator";

/**
 * From now on this person's sign-in carries the roll-out; tasks that waited for a sign-in are due at once. False when it has
 * ended. Whether the person has the right is the caller's to know. Lock order: this first, then the audit.
 */
export async function carryRollout(
  tx: DbSession,
  args: { id: string; objectId: string; name: string; at: Date },
): Promise<boolean> {
  const row = await lockRollout(tx, args.id);
  if (row === null || row.endedAt !== null) return false;
  await tx
    .update(rollout)
    .set({
      carrierObjectId: args.objectId,
      carrierName: args.name,
      // What was demanded of one person says nothing about another.
      ...(row.carrierObjectId === args.objectId ? {} : { demandClaims: null, demandIssuedAt: null }),
      waitingFor: row.waitingFor === WAITING_FOR_OPERATOR ? null : row.waitingFor,
      notBefore: args.at,
      updatedAt: args.at,
    })
    .where(eq(rollout.id, args.id));
  await releaseWaitingTasks(tx, args.id, args.at);
  return true;
}

/** Machines that waited for a sign-in are due at once. */
export async function releaseWaitingTasks(tx: DbSession, rolloutId: string, now: Date): Promise<void> {
  const at = now.toISOString();
  await tx.execute(sql`
    with waiting as (
      select t.rollout_id, t.position from rollout_task t
      where t.rollout_id = ${rolloutId}::uuid and t.ended_at is null and t.waiting_for = ${WAITING_FOR_OPERATOR} ${TASK_LOCK_ORDER})
    update rollout_task t set waiting_for = null, not_before = ${at}::timestamptz, updated_at = ${at}::timestamptz
    from waiting where t.rollout_id = waiting.rollout_id and t.position = waiting.position`);
}

/** Machines, by key, of which some roll-out is writing right now, with the roll-out. */
export async function writersOn(
  session: DbSession,
  machineKeys: readonly string[],
): Promise<{ machineKey: string; rolloutId: string; name: string; operatorName: string }[]> {
  if (machineKeys.length === 0) return [];
  const rows = await session
    .select({
      machineKey: rolloutTask.machineKey,
      rolloutId: rollout.id,
      name: rollout.name,
      operatorName: rollout.operatorName,
    })
    .from(rolloutTask)
    .innerJoin(rollout, eq(rollout.id, rolloutTask.rolloutId))
    .where(
      and(
        inArray(rolloutTask.machineKey, [...machineKeys]),
        sql`${rolloutTask.state} in ('submitting', 'unknown', 'provisioning', 'granting', 'removing')`,
      ),
    );
  return rows;
}

/** The one role at a scope stands: no further task of this roll-out asks for it. */
export async function setGrantDone(db: Database, id: string): Promise<void> {
  await db.session.update(rollout).set({ grantState: "done" }).where(eq(rollout.id, id));
}
