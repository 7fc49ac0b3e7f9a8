import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { AppError } from "@/lib/domain/errors";
import type { RolloutActionInput, TaskSelect } from "@/lib/domain/rollout/api";
import { type NamedOutcome, namedOutcome } from "@/lib/domain/rollout/causes";
import type { DbSession } from "./database";
import { queryRows } from "./query";
import { moveRollout, moveWave, openWave } from "./rollout-moves";
import { countsByWave } from "./rollout-read";
import { lockRollout, type RolloutRow, type RolloutWaveRow, rolloutWaves } from "./rollouts";

/**
 * What people do to a roll-out. Each action locks the roll-out and may come twice: the second changes nothing. The audit
 * belongs into the same transaction and after the action, because its head is always locked last.
 */
export type ActionArgs = { id: string; at: Date; instance: string };
export type ActionDone = { row: RolloutRow; changed: number };

const REFUSED: Record<RolloutActionInput["action"], string> = {
  pause: "Only a running roll-out can be paused.",
  resume: "Only a paused or held roll-out can be resumed.",
  cancel: "This roll-out has ended, so nothing is left to cancel.",
  go: "This wave does not wait for a go.",
  stopWave: "Only a wave that is being worked on can be stopped.",
  exclude: "This roll-out has ended, so no machine can be left out any more.",
  retry: "A roll-out that is being cancelled takes no retries. Wait until it has ended.",
  recheck: "A roll-out that is being cancelled takes no further checks. Wait until it has ended.",
};

function refuse(action: RolloutActionInput["action"]): never {
  throw new AppError({ code: "conflict", message: REFUSED[action], nextStep: "Reload the roll-out to see its present state." });
}

type MassMove = {
  to: "skipped" | "canceled" | "queued" | "checking";
  set: SQL;
  where: SQL;
  detail: string;
};

async function moveMany(tx: DbSession, args: ActionArgs, move: MassMove): Promise<number> {
  const at = sql`${args.at.toISOString()}::timestamptz`;
  const rows = await queryRows(
    tx,
    sql`with moved as (
      update rollout_task set state = ${move.to}, updated_at = ${at}, not_before = ${at}, fence = fence + 1, owner = null, ${move.set}
      where rollout_id = ${args.id}::uuid and ${move.where} returning rollout_id, position)
    insert into rollout_task_event (rollout_id, position, at, state, detail, instance)
    select rollout_id, position, ${at}, ${move.to}, ${move.detail}, ${args.instance} from moved returning position`,
  );
  return rows.length;
}

const endedNow = (args: ActionArgs, code: NamedOutcome): SQL =>
  sql`ended_at = ${args.at.toISOString()}::timestamptz, waiting_for = null, cause = null, code = ${code}, outcome = ${JSON.stringify(namedOutcome(code))}`;

async function locked(tx: DbSession, id: string): Promise<RolloutRow> {
  const row = await lockRollout(tx, id);
  if (row === null) throw new AppError({ code: "not_found", message: "There is no such roll-out." });
  return row;
}

async function waveOf(tx: DbSession, id: string, number: number): Promise<RolloutWaveRow> {
  const wave = (await rolloutWaves(tx, id)).find((one) => one.number === number);
  if (wave === undefined) throw new AppError({ code: "not_found", message: `This roll-out has no wave ${number}.` });
  return wave;
}

/** Nothing further is sent; what Azure has accepted is followed. */
export async function pauseRollout(tx: DbSession, args: ActionArgs): Promise<ActionDone> {
  const row = await locked(tx, args.id);
  if (row.state === "paused") return { row, changed: 0 };
  if (row.state !== "running") return refuse("pause");
  return { row: await moveRollout(tx, { row, to: "paused", at: args.at, reason: null }), changed: 1 };
}

/** Goes on. A held wave goes on too: the failures that it has now are accepted, only further ones count to its threshold. */
export async function resumeRollout(tx: DbSession, args: ActionArgs): Promise<ActionDone> {
  const row = await locked(tx, args.id);
  if (row.state === "running") return { row, changed: 0 };
  if (row.state !== "paused" && row.state !== "held") return refuse("resume");
  const counts = await countsByWave(tx, row.id);
  for (const wave of await rolloutWaves(tx, row.id)) {
    if (wave.state !== "held") continue;
    const now = counts.get(wave.number);
    const accepted = (now?.failed ?? 0) + (now?.notReady ?? 0);
    await moveWave(tx, { rolloutId: row.id, wave, to: "running", at: args.at, accepted });
  }
  return { row: await moveRollout(tx, { row, to: "running", at: args.at, reason: null }), changed: 1 };
}

/** What was not sent is cancelled at once; what Azure has accepted is followed to its end, then the roll-out is cancelled. */
export async function cancelRollout(tx: DbSession, args: ActionArgs): Promise<ActionDone> {
  const row = await locked(tx, args.id);
  if (row.state === "canceling" || row.state === "canceled") return { row, changed: 0 };
  if (row.state === "finished") return refuse("cancel");
  const moved = await moveRollout(tx, { row, to: "canceling", at: args.at, reason: null });
  await cancelQueued(tx, args);
  return { row: moved, changed: 1 };
}

/** Cancels everything of a canceling roll-out for which nothing is on its way. The caller holds the lock. */
export async function cancelQueued(tx: DbSession, args: ActionArgs): Promise<number> {
  const changed = await moveMany(tx, args, {
    to: "canceled",
    set: endedNow(args, "canceled"),
    where: sql`state = 'queued'`,
    detail: "The roll-out was cancelled. Nothing further is sent to this machine.",
  });
  for (const wave of await rolloutWaves(tx, args.id)) {
    const of = { rolloutId: args.id, wave, at: args.at };
    if (wave.state === "pending" || wave.state === "awaitingGo") await moveWave(tx, { ...of, to: "canceled" });
    if (wave.state === "running" || wave.state === "held") await moveWave(tx, { ...of, to: "stopping" });
  }
  return changed;
}

/** A person lets the next wave begin. */
export async function goWave(tx: DbSession, args: ActionArgs & { wave: number }): Promise<ActionDone> {
  const row = await locked(tx, args.id);
  const wave = await waveOf(tx, row.id, args.wave);
  if (wave.state === "awaitingGo" && row.state === "running") {
    await openWave(tx, row, wave, args.at);
    await tx.execute(sql`update rollout set waiting_for = null, not_before = ${args.at.toISOString()}::timestamptz
      where id = ${row.id}::uuid`);
    return { row: { ...row, wave: wave.number, waitingFor: null }, changed: 1 };
  }
  if (wave.startedAt !== null) return { row, changed: 0 };
  return refuse("go");
}

/** Leaves out what the wave has not sent yet; what is on its way ends, then the wave is stopped. The roll-out is paused. */
export async function stopWave(tx: DbSession, args: ActionArgs & { wave: number }): Promise<ActionDone> {
  let row = await locked(tx, args.id);
  const wave = await waveOf(tx, row.id, args.wave);
  if (wave.state === "stopping" || wave.state === "stopped") return { row, changed: 0 };
  if (wave.state !== "running" && wave.state !== "held") return refuse("stopWave");
  await moveWave(tx, { rolloutId: row.id, wave, to: "stopping", at: args.at });
  await skipQueuedOfWave(tx, args);
  if (row.state === "held") row = await moveRollout(tx, { row, to: "running", at: args.at, reason: null });
  if (row.state === "running") row = await moveRollout(tx, { row, to: "paused", at: args.at, reason: null });
  return { row, changed: 1 };
}

/** Leaves out what a stopping wave has not sent. The caller holds the lock. */
export function skipQueuedOfWave(tx: DbSession, args: ActionArgs & { wave: number }): Promise<number> {
  return moveMany(tx, args, {
    to: "skipped",
    set: endedNow(args, "waveStopped"),
    where: sql`state = 'queued' and wave = ${args.wave}`,
    detail: "The wave was stopped. Nothing further is sent to this machine.",
  });
}

function selected(select: TaskSelect): SQL {
  switch (select.by) {
    case "positions":
      return sql`position in (select json_array_elements_text(${JSON.stringify(select.positions)}::json)::int)`;
    case "cause":
      return sql`coalesce(cause, 'other') = ${select.cause} and coalesce(code, '') = ${select.code}`;
    case "group":
      return sql`lower(subscription_id) = lower(${select.subscriptionId}) and lower(resource_group) = lower(${select.resourceGroup})`;
  }
}

/** Leaves machines out for which nothing was sent yet, also in later waves. */
export async function excludeTasks(tx: DbSession, args: ActionArgs & { select: TaskSelect }): Promise<ActionDone> {
  const row = await locked(tx, args.id);
  if (row.endedAt !== null) return refuse("exclude");
  const changed = await moveMany(tx, args, {
    to: "skipped",
    set: endedNow(args, "excluded"),
    where: sql`state = 'queued' and ${selected(args.select)}`,
    detail: "A person left this machine out. Nothing further is sent to it.",
  });
  await lookAtOnce(tx, args);
  return { row, changed };
}

async function lookAtOnce(tx: DbSession, args: ActionArgs): Promise<void> {
  await tx.execute(sql`update rollout set not_before = ${args.at.toISOString()}::timestamptz where id = ${args.id}::uuid`);
}

async function reopened(tx: DbSession, row: RolloutRow, at: Date): Promise<RolloutRow> {
  const hasEnded = row.state === "finished" || row.state === "canceled";
  return hasEnded ? moveRollout(tx, { row, to: "running", at, reason: null }) : row;
}

/** Sends chosen machines that failed, or where nobody can sign in, again: as a further wave at the end. */
export async function retryTasks(tx: DbSession, args: ActionArgs & { select: TaskSelect }): Promise<ActionDone> {
  const row = await locked(tx, args.id);
  if (row.state === "canceling") return refuse("retry");
  const number = Math.max(0, ...(await rolloutWaves(tx, row.id)).map((wave) => wave.number)) + 1;
  const changed = await moveMany(tx, args, {
    to: "queued",
    set: sql`wave = ${number}, ended_at = null, attempt = 0, polls = 0, misses = 0, waiting_for = null, cause = null, code = null,
      outcome = null, checks = null, azure_status = null, request_id = null, submitted_at = null, accepted_at = null`,
    where: sql`state in ('failed', 'notReady') and ${selected(args.select)}`,
    detail: `A person sends this machine again, in wave ${number}.`,
  });
  if (changed === 0) return { row, changed };
  const at = sql`${args.at.toISOString()}::timestamptz`;
  await tx.execute(sql`insert into rollout_wave (rollout_id, number, kind, state, size, due_at)
    values (${row.id}::uuid, ${number}, 'retry', 'pending', ${changed}, ${at})`);
  await lookAtOnce(tx, args);
  return { row: await reopened(tx, row, args.at), changed };
}

/** Looks again whether a person can sign in. Nothing is sent but, where the plan has one, the missing role. */
export async function recheckTasks(tx: DbSession, args: ActionArgs & { select: TaskSelect }): Promise<ActionDone> {
  const row = await locked(tx, args.id);
  if (row.state === "canceling") return refuse("recheck");
  const changed = await moveMany(tx, args, {
    to: "checking",
    set: sql`ended_at = null, polls = 0, misses = 0`,
    where: sql`state = 'notReady' and ${selected(args.select)}`,
    detail: "A person asks to check this machine again.",
  });
  if (changed === 0) return { row, changed };
  return { row: await reopened(tx, row, args.at), changed };
}

/** The action of a person, whichever it is. */
export function applyAction(tx: DbSession, args: ActionArgs, input: RolloutActionInput): Promise<ActionDone> {
  switch (input.action) {
    case "pause":
      return pauseRollout(tx, args);
    case "resume":
      return resumeRollout(tx, args);
    case "cancel":
      return cancelRollout(tx, args);
    case "go":
      return goWave(tx, { ...args, wave: input.wave });
    case "stopWave":
      return stopWave(tx, { ...args, wave: input.wave });
    case "exclude":
      return excludeTasks(tx, { ...args, select: input.select });
    case "retry":
      return retryTasks(tx, { ...args, select: input.select });
    case "recheck":
      return recheckTasks(tx, { ...args, select: input.select });
  }
}
