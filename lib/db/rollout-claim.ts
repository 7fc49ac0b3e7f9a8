import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import { isOverThreshold } from "@/lib/domain/rollout/plan";
import type { RolloutPlan, WaitingWord } from "@/lib/domain/rollout/types";
import type { Database, DbSession } from "./database";
import { lockedOnce, queryRows } from "./query";
import { bucketClassOf, type Observation, principalOf, returnTokens, takeTokens } from "./rollout-budget";
import { rollout, rolloutTask } from "./rollout-schema";
import { asRollout, asTask, type RolloutRow, type RolloutTaskRow, TASK_LOCK_ORDER } from "./rollouts";

/** Who claims and until when: the lease is the new due time, so what a dead holder leaves is due again by itself. */
export type Holder = { instance: string; now: Date; leaseUntil: Date };

const iso = (at: Date) => sql`${at.toISOString()}::timestamptz`;
const ids = (list: readonly string[]) => sql`(select json_array_elements_text(${JSON.stringify(list)}::json)::uuid)`;

/** How long a machine on which something else is running is left alone, in seconds. */
const BUSY_SECONDS = 15;
export const WAITING_FOR_OTHER_WORK: WaitingWord = "otherWork";

/**
 * Requests whose holder is gone while they were on the wire become unknown: Azure is asked before anything is sent again.
 * Returns the roll-outs that were touched.
 */
export async function sweepSubmitting(db: Database, args: { now: Date; instance: string }): Promise<string[]> {
  const rows = await queryRows(
    db.session,
    sql`with lost as (
      update rollout_task set state = 'unknown', fence = fence + 1, owner = null, not_before = ${iso(args.now)},
        updated_at = ${iso(args.now)}
      where (rollout_id, position) in ${lockedOnce(sql`
        select rollout_id, position from rollout_task
        where ended_at is null and state = 'submitting' and not_before <= ${iso(args.now)} limit 500 for update skip locked`)}
      returning rollout_id, position)
    insert into rollout_task_event (rollout_id, position, at, state, detail, instance)
    select rollout_id, position, ${iso(args.now)}, 'unknown',
      'The portal stopped while the request was on its way. Whether it arrived is not known; Azure is asked.', ${args.instance}
    from lost returning rollout_id`,
  );
  return [...new Set(rows.map((row) => String(row.rollout_id)))];
}

/** Takes due tasks for which Azure has to be asked something: everything open that is neither queued nor on the wire. */
export async function claimOpenTasks(
  db: Database,
  args: Holder & { rolloutIds: readonly string[]; limit: number },
): Promise<RolloutTaskRow[]> {
  if (args.rolloutIds.length === 0 || args.limit <= 0) return [];
  const rows = await db.session
    .update(rolloutTask)
    .set({ fence: sql`${rolloutTask.fence} + 1`, owner: args.instance, notBefore: args.leaseUntil })
    .where(
      sql`(${rolloutTask.rolloutId}, ${rolloutTask.position}) in ${lockedOnce(sql`
        select rollout_id, position from rollout_task
        where ended_at is null and state in ('unknown', 'provisioning', 'granting', 'checking', 'removing')
          and not_before <= ${iso(args.now)} and rollout_id in ${ids(args.rolloutIds)}
        order by not_before limit ${args.limit} for update skip locked`)}`,
    )
    .returning();
  return rows.map(asTask).sort((a, b) => a.position - b.position);
}

/** When the next of these tasks is due for a question to Azure; null = none is open. */
export async function nextOpenDue(db: Database, rolloutIds: readonly string[]): Promise<Date | null> {
  const rows = await queryRows(
    db.session,
    sql`select (extract(epoch from min(not_before)) * 1000)::float8 as ms from rollout_task
      where ended_at is null and state <> 'queued' and rollout_id in ${ids(rolloutIds)}`,
  );
  return typeof rows[0]?.ms === "number" ? new Date(rows[0].ms) : null;
}

type Demand = { due: Map<string, number>; busy: number };

async function demandOf(tx: DbSession, row: RolloutRow, now: Date): Promise<Demand> {
  const rows = await queryRows(
    tx,
    sql`select subscription_id,
      (count(*) filter (where state = 'queued' and wave = ${row.wave} and not_before <= ${iso(now)}))::int as due,
      (count(*) filter (where state <> 'queued'))::int as busy
    from rollout_task where rollout_id = ${row.id}::uuid and ended_at is null group by subscription_id`,
  );
  const due = new Map(rows.map(({ subscription_id, due }) => [String(subscription_id), Number(due)]));
  return { due, busy: rows.reduce((sum, { busy }) => sum + Number(busy), 0) };
}

/** Something else is at work on the task's machine: a single operation, or another roll-out. */
const BUSY = sql`(exists (select 1 from operation o where o.machine_key = t.machine_key and o.ended_at is null)
  or exists (select 1 from rollout_task w where w.machine_key = t.machine_key
    and w.state in ('submitting', 'unknown', 'provisioning', 'granting', 'removing')))`;

/** Busy machines wait, and say so. */
async function setBusyAside(tx: DbSession, row: RolloutRow, now: Date): Promise<void> {
  const later = new Date(now.getTime() + BUSY_SECONDS * 1000);
  await tx.execute(sql`
    with busy as (
      select t.rollout_id, t.position from rollout_task t
      where t.rollout_id = ${row.id}::uuid and t.wave = ${row.wave} and t.state = 'queued' and t.not_before <= ${iso(now)} and ${BUSY}
      ${TASK_LOCK_ORDER})
    update rollout_task t set not_before = ${iso(later)}, waiting_for = ${WAITING_FOR_OTHER_WORK}, updated_at = ${iso(now)}
    from busy where t.rollout_id = busy.rollout_id and t.position = busy.position`);
}

async function claimIn(
  tx: DbSession,
  row: RolloutRow,
  args: Holder & { subscriptionId: string; count: number },
): Promise<RolloutTaskRow[]> {
  const rows = await tx
    .update(rolloutTask)
    .set({
      state: "submitting",
      fence: sql`${rolloutTask.fence} + 1`,
      owner: args.instance,
      notBefore: args.leaseUntil,
      attempt: sql`${rolloutTask.attempt} + 1`,
      sends: sql`${rolloutTask.sends} + 1`,
      polls: 0,
      misses: 0,
      waitingFor: null,
      submittedAt: args.now,
      acceptedAt: null,
      updatedAt: args.now,
    })
    .where(
      sql`(${rolloutTask.rolloutId}, ${rolloutTask.position}) in ${lockedOnce(sql`
        select rollout_id, position from rollout_task t
        where rollout_id = ${row.id}::uuid and wave = ${row.wave} and state = 'queued' and not_before <= ${iso(args.now)}
          and subscription_id = ${args.subscriptionId} and not ${BUSY}
        order by position limit ${args.count} for update skip locked`)}`,
    )
    .returning();
  return rows.map(asTask).sort((a, b) => a.position - b.position);
}

async function writeSending(tx: DbSession, rows: readonly RolloutTaskRow[], args: Holder): Promise<void> {
  const list = JSON.stringify(rows.map((row) => ({ r: row.rolloutId, p: row.position, s: row.sends })));
  await tx.execute(sql`
    insert into rollout_task_event (rollout_id, position, at, state, detail, instance)
    select r, p, ${iso(args.now)}, 'submitting',
      case when s = 1 then 'The request is being sent.' else 'The request is being sent again.' end, ${args.instance}
    from json_to_recordset(${list}::json) as x(r uuid, p int, s int)`);
}

/**
 * Whether the current wave runs and has no more failures than its plan allows. The decision to hold follows within a moment; what
 * is asked here is that no machine is taken after the failure that leads to it was stored.
 */
async function waveMaySend(tx: DbSession, row: RolloutRow): Promise<boolean> {
  const [wave] = await queryRows(
    tx,
    sql`select size, accepted, (select count(*)::int from rollout_task t where t.rollout_id = w.rollout_id and t.wave = w.number
        and t.state in ('failed', 'notReady')) as failures
      from rollout_wave w where rollout_id = ${row.id}::uuid and number = ${row.wave} and state = 'running'`,
  );
  if (wave === undefined) return false;
  const { threshold } = JSON.parse(row.plan) as RolloutPlan;
  return !isOverThreshold(threshold, { size: Number(wave.size), accepted: Number(wave.accepted) }, Number(wave.failures));
}

/**
 * Takes queued tasks of a running roll-out's current wave for sending, within its concurrency and the tokens of their
 * subscriptions, all in one transaction: `submitting` is committed before anything goes out. One claimer a roll-out at a
 * time; while another one is at it, or a person's action, there is nothing to take.
 */
export async function claimQueuedTasks(
  db: Database,
  args: Holder & {
    rolloutId: string;
    concurrency: number;
    slots: number;
    seen?: ReadonlyMap<string, Observation>;
  },
): Promise<RolloutTaskRow[]> {
  if (args.slots <= 0) return [];
  return db.session.transaction(async (tx) => {
    const locked = await tx
      .select()
      .from(rollout)
      .where(and(eq(rollout.id, args.rolloutId), eq(rollout.state, "running")))
      .for("update", { skipLocked: true });
    if (locked[0] === undefined) return [];
    const row = asRollout(locked[0]);
    const { due, busy } = await demandOf(tx, row, args.now);
    const slots = Math.min(args.slots, args.concurrency - busy);
    if (slots <= 0 || [...due.values()].every((count) => count === 0)) return [];
    // After the count of free places: a place that a failure has freed is seen together with that failure.
    if (!(await waveMaySend(tx, row))) return [];
    const bucket = { principal: principalOf(row), class: bucketClassOf(row.kind) };
    const seen = args.seen === undefined ? {} : { seen: args.seen };
    const given = await takeTokens(tx, { ...bucket, wanted: due, slots, now: args.now, ...seen });
    const claimed: RolloutTaskRow[] = [];
    for (const [subscriptionId, count] of given) {
      const mine = count > 0 ? await claimIn(tx, row, { ...args, subscriptionId, count }) : [];
      if (mine.length < count) {
        await returnTokens(tx, { ...bucket, subscriptionId }, count - mine.length);
        await setBusyAside(tx, row, args.now);
      }
      claimed.push(...mine);
    }
    if (claimed.length > 0) await writeSending(tx, claimed, args);
    return claimed;
  });
}

/** Keeps what this holder is still working on, and gives back what it still has: another one may have taken the rest. */
export async function extendLeases<Held extends Pick<RolloutTaskRow, "rolloutId" | "position" | "fence">>(
  db: Database,
  rows: readonly Held[],
  leaseUntil: Date,
): Promise<Held[]> {
  if (rows.length === 0) return [];
  const list = JSON.stringify(rows.map((row) => ({ r: row.rolloutId, p: row.position, f: row.fence })));
  const kept = await queryRows(
    db.session,
    sql`with mine as (
      select t.rollout_id, t.position
      from rollout_task t join json_to_recordset(${list}::json) as x(r uuid, p int, f bigint)
        on t.rollout_id = x.r and t.position = x.p
      where t.fence = x.f and t.owner is not null and t.ended_at is null ${TASK_LOCK_ORDER})
    update rollout_task t set not_before = ${iso(leaseUntil)}
    from mine where t.rollout_id = mine.rollout_id and t.position = mine.position
    returning t.rollout_id, t.position`,
  );
  const still = new Set(kept.map((row) => `${row.rollout_id}/${row.position}`));
  return rows.filter((row) => still.has(`${row.rolloutId}/${row.position}`));
}

/**
 * Tasks of a wave that are to be sent next, for asking in one go whether their agents are connected: so many of each subscription,
 * because the subscriptions are sent to side by side.
 */
export async function upcomingTasks(db: Database, row: RolloutRow, perSubscription: number): Promise<RolloutTaskRow[]> {
  const rows = await db.session
    .select()
    .from(rolloutTask)
    .where(
      sql`${rolloutTask.rolloutId} = ${row.id}::uuid and ${rolloutTask.position} in (
        select position from (
          select position, row_number() over (partition by subscription_id order by position) as place
          from rollout_task where rollout_id = ${row.id}::uuid and wave = ${row.wave} and state = 'queued') as queued
        where place <= ${perSubscription})`,
    )
    .orderBy(asc(rolloutTask.position));
  return rows.map(asTask);
}

export type Resend = "sent" | "noTokens" | "notRunning" | "lost";

/**
 * Back to the wire after Azure was asked and shows nothing: only while the roll-out and the wave run, with a token. The caller
 * writes the event of what it does otherwise.
 */
export async function takeForResend(
  db: Database,
  row: RolloutTaskRow,
  args: Holder,
): Promise<{ kind: Resend; task: RolloutTaskRow | null }> {
  return db.session.transaction(async (tx) => {
    const found = await tx.select().from(rollout).where(eq(rollout.id, row.rolloutId)).for("share");
    const owner = found[0] === undefined ? null : asRollout(found[0]);
    const wave = await queryRows(
      tx,
      sql`select 1 from rollout_wave where rollout_id = ${row.rolloutId}::uuid and number = ${row.wave} and state = 'running'`,
    );
    if (owner === null || owner.state !== "running" || wave.length === 0) return { kind: "notRunning", task: null };
    const wanted = new Map([[row.subscriptionId, 1]]);
    const bucket = { principal: principalOf(owner), class: bucketClassOf(owner.kind) };
    const given = await takeTokens(tx, { ...bucket, wanted, slots: 1, now: args.now });
    if ((given.get(row.subscriptionId) ?? 0) === 0) return { kind: "noTokens", task: null };
    const rows = await tx
      .update(rolloutTask)
      .set({ state: "submitting", sends: row.sends + 1, owner: args.instance, notBefore: args.leaseUntil, updatedAt: args.now })
      .where(
        and(
          eq(rolloutTask.rolloutId, row.rolloutId),
          eq(rolloutTask.position, row.position),
          eq(rolloutTask.fence, row.fence),
          eq(rolloutTask.state, "unknown"),
        ),
      )
      .returning();
    const task = rows[0] === undefined ? null : asTask(rows[0]);
    if (task !== null) await writeSending(tx, [task], args);
    return { kind: task === null ? "lost" : "sent", task };
  });
}

/** Frees every lease. Only for the embedded store: its directory lock proves that no other holder lives. */
export async function freeTaskLeases(db: Database, now: Date): Promise<void> {
  await db.session.execute(sql`update rollout_task set not_before = ${iso(now)} where ended_at is null and owner is not null`);
}
