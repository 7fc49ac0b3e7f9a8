import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import { canRolloutMove, canTaskMove, canWaveMove, END_STATES } from "@/lib/domain/rollout/states";
import type { RolloutState, TaskState, WaveState } from "@/lib/domain/rollout/types";
import { appendAudit } from "./audit";
import type { DbSession } from "./database";
import { queryRows } from "./query";
import { rollout, rolloutTask, rolloutTaskEvent, rolloutWave } from "./rollout-schema";
import { asTask, type RolloutRow, type RolloutTaskRow, type RolloutWaveRow, TASK_LOCK_ORDER } from "./rollouts";

/** What may change of a task besides its state. With `notBefore` the lease ends and the task is due then. */
export type TaskPatch = Partial<
  Pick<
    RolloutTaskRow,
    | "attempt"
    | "sends"
    | "polls"
    | "misses"
    | "notBefore"
    | "waitingFor"
    | "operationUrl"
    | "locationUrl"
    | "azureStatus"
    | "requestId"
    | "cause"
    | "code"
    | "outcome"
    | "checks"
    | "submittedAt"
    | "acceptedAt"
  >
>;

export type TaskMove = {
  row: RolloutTaskRow;
  to: TaskState;
  at: Date;
  detail: string;
  instance: string;
  patch?: TaskPatch;
};

const held = (row: RolloutTaskRow) =>
  and(eq(rolloutTask.rolloutId, row.rolloutId), eq(rolloutTask.position, row.position), eq(rolloutTask.fence, row.fence));

/** Moves a task and writes its event. Null when another holder has taken it: the caller drops its result. */
export async function moveTask(tx: DbSession, move: TaskMove): Promise<RolloutTaskRow | null> {
  const { row, to, at, detail, instance, patch } = move;
  if (!canTaskMove(row.state, to)) {
    throw new Error(`Task ${row.rolloutId}/${row.position}: ${row.state} to ${to} is not a transition.`);
  }
  const isEnd = END_STATES.includes(to);
  const ended = isEnd ? { endedAt: at, operationUrl: null, locationUrl: null, waitingFor: null } : { endedAt: null };
  const freed = isEnd || patch?.notBefore !== undefined ? { owner: null } : {};
  const rows = await tx
    .update(rolloutTask)
    .set({ ...patch, ...ended, ...freed, state: to, updatedAt: at })
    .where(and(held(row), eq(rolloutTask.state, row.state)))
    .returning();
  if (rows[0] === undefined) return null;
  await tx.insert(rolloutTaskEvent).values({ rolloutId: row.rolloutId, position: row.position, at, state: to, detail, instance });
  return asTask(rows[0]);
}

/** Changes a task within its state; an event is written when there is something to say. Null when it was lost. */
export async function patchTask(
  tx: DbSession,
  args: { row: RolloutTaskRow; at: Date; patch: TaskPatch; instance: string; detail?: string | undefined },
): Promise<RolloutTaskRow | null> {
  const { row, at, patch, instance, detail } = args;
  const freed = patch.notBefore === undefined ? {} : { owner: null };
  const rows = await tx
    .update(rolloutTask)
    .set({ ...patch, ...freed, updatedAt: at })
    .where(and(held(row), isNull(rolloutTask.endedAt)))
    .returning();
  if (rows[0] === undefined) return null;
  if (detail !== undefined) {
    await tx
      .insert(rolloutTaskEvent)
      .values({ rolloutId: row.rolloutId, position: row.position, at, state: row.state, detail, instance });
  }
  return asTask(rows[0]);
}

/**
 * Puts many tasks of one roll-out off to the same time in one statement; those that another holder has taken stay. `missed` =
 * where Azure showed nothing; absent leaves the count of misses as it is.
 */
export async function deferTasks(
  session: DbSession,
  rows: readonly RolloutTaskRow[],
  patch: { notBefore: Date; at: Date; azureStatus?: ReadonlyMap<number, string>; missed?: ReadonlySet<number> },
): Promise<void> {
  if (rows.length === 0) return;
  const list = rows.map((row) => ({
    r: row.rolloutId,
    p: row.position,
    f: row.fence,
    s: patch.azureStatus?.get(row.position) ?? null,
    m: patch.missed === undefined ? row.misses : patch.missed.has(row.position) ? row.misses + 1 : 0,
  }));
  await session.execute(sql`
    with mine as (
      select t.rollout_id, t.position, x.s, x.m
      from rollout_task t join json_to_recordset(${JSON.stringify(list)}::json) as x(r uuid, p int, f bigint, s text, m int)
        on t.rollout_id = x.r and t.position = x.p
      where t.fence = x.f and t.ended_at is null ${TASK_LOCK_ORDER})
    update rollout_task t set not_before = ${patch.notBefore.toISOString()}::timestamptz, owner = null, waiting_for = null, polls = t.polls + 1,
      misses = mine.m, azure_status = coalesce(mine.s, t.azure_status), updated_at = ${patch.at.toISOString()}::timestamptz
    from mine where t.rollout_id = mine.rollout_id and t.position = mine.position`);
}

/** Moves a wave. The caller holds the lock of the roll-out. */
export async function moveWave(
  tx: DbSession,
  args: { rolloutId: string; wave: Pick<RolloutWaveRow, "number" | "state">; to: WaveState; at: Date; accepted?: number },
): Promise<void> {
  const { rolloutId, wave, to, at } = args;
  if (!canWaveMove(wave.state, to)) {
    throw new Error(`Wave ${rolloutId}/${wave.number}: ${wave.state} to ${to} is not a transition.`);
  }
  const isEnd = to === "done" || to === "stopped" || to === "canceled";
  await tx
    .update(rolloutWave)
    .set({
      state: to,
      ...(to === "running" && wave.state !== "held" ? { startedAt: at } : {}),
      ...(isEnd ? { endedAt: at } : {}),
      ...(args.accepted === undefined ? {} : { accepted: args.accepted }),
    })
    .where(and(eq(rolloutWave.rolloutId, rolloutId), eq(rolloutWave.number, wave.number)));
}

/** Moves a roll-out. The caller holds its lock. */
export async function moveRollout(
  tx: DbSession,
  args: { row: RolloutRow; to: RolloutState; at: Date; reason: string | null },
): Promise<RolloutRow> {
  const { row, to, at, reason } = args;
  if (!canRolloutMove(row.state, to)) throw new Error(`Roll-out ${row.id}: ${row.state} to ${to} is not a transition.`);
  const isEnd = to === "finished" || to === "canceled";
  const patch = { state: to, stateReason: reason, waitingFor: null, endedAt: isEnd ? at : null, updatedAt: at, notBefore: at };
  await tx.update(rollout).set(patch).where(eq(rollout.id, row.id));
  return { ...row, ...patch };
}

const auditFields = (row: RolloutRow, action: "rollout.wave" | "rollout.end", at: Date) => ({
  at,
  tenantId: row.tenantId,
  operatorObjectId: row.carrierObjectId,
  operatorName: row.carrierName,
  action,
  targetId: row.id,
  operationId: row.id,
  traceId: row.traceId,
});

/**
 * Opens a wave: the roll-out's current wave from now on, with the intent that names its machines, in the caller's
 * transaction. Nothing of a wave is sent when that intent cannot be stored. The caller holds the lock of the roll-out.
 */
export async function openWave(tx: DbSession, row: RolloutRow, wave: RolloutWaveRow, at: Date): Promise<void> {
  await moveWave(tx, { rolloutId: row.id, wave, to: "running", at });
  await tx.update(rollout).set({ wave: wave.number, updatedAt: at }).where(eq(rollout.id, row.id));
  const tasks = await tx
    .select({ machineId: rolloutTask.machineId })
    .from(rolloutTask)
    .where(and(eq(rolloutTask.rolloutId, row.id), eq(rolloutTask.wave, wave.number), isNull(rolloutTask.endedAt)))
    .orderBy(rolloutTask.position);
  await appendAudit(tx, {
    ...auditFields(row, "rollout.wave", at),
    outcome: "intent",
    detail: {
      wave: wave.number,
      waveKind: wave.kind,
      actsAs: row.actsAs,
      work: JSON.parse(row.work),
      count: tasks.length,
      machineIds: tasks.map((task) => task.machineId),
    },
  });
}

/** Ends a wave with the outcome that names its machines by result. The caller holds the lock of the roll-out. */
export async function closeWave(
  tx: DbSession,
  args: { row: RolloutRow; wave: RolloutWaveRow; to: "done" | "stopped"; at: Date },
): Promise<void> {
  const { row, wave, to, at } = args;
  await moveWave(tx, { rolloutId: row.id, wave, to, at });
  const tasks = await tx
    .select({ machineId: rolloutTask.machineId, state: rolloutTask.state })
    .from(rolloutTask)
    .where(and(eq(rolloutTask.rolloutId, row.id), eq(rolloutTask.wave, wave.number)))
    .orderBy(rolloutTask.position);
  const byResult: Record<string, string[]> = {};
  for (const task of tasks) {
    byResult[task.state] ??= [];
    byResult[task.state]?.push(task.machineId);
  }
  const bad = (byResult.failed?.length ?? 0) + (byResult.notReady?.length ?? 0);
  await appendAudit(tx, {
    ...auditFields(row, "rollout.wave", at),
    outcome: bad === 0 ? "done" : "failed",
    detail: { wave: wave.number, waveState: to, counts: countsOf(byResult), machineIds: byResult },
  });
}

const countsOf = (by: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(by).map(([state, ids]) => [state, ids.length]));

/** Ends a roll-out with the outcome over all its machines. The caller holds its lock. */
export async function closeRollout(
  tx: DbSession,
  args: { row: RolloutRow; to: "finished" | "canceled"; at: Date; reason: string | null },
): Promise<void> {
  const { row, to, at, reason } = args;
  await moveRollout(tx, { row, to, at, reason });
  const rows = await queryRows(
    tx,
    sql`select state, count(*)::int as n from rollout_task where rollout_id = ${row.id}::uuid group by state`,
  );
  const counts = Object.fromEntries(rows.map(({ state, n }) => [String(state), Number(n)]));
  const bad = (counts.failed ?? 0) + (counts.notReady ?? 0);
  await appendAudit(tx, {
    ...auditFields(row, "rollout.end", at),
    outcome: bad === 0 && to === "finished" ? "done" : "failed",
    detail: { rolloutState: to, counts },
  });
}
