import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { DbSession } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { cancelQueued, skipQueuedOfWave } from "@/lib/db/rollout-actions";
import { closeRollout, closeWave, moveRollout, moveWave, openWave } from "@/lib/db/rollout-moves";
import { countsByWave } from "@/lib/db/rollout-read";
import { rollout, rolloutWave } from "@/lib/db/rollout-schema";
import {
  awaitSignIn,
  lockRollout,
  type RolloutRow,
  type RolloutWaveRow,
  releaseWaitingTasks,
  rolloutWaves,
  type SignInDemand,
  WAITING_FOR_OPERATOR,
} from "@/lib/db/rollouts";
import { type Decision, decideRollout } from "@/lib/domain/rollout/decide";
import { canWaveMove } from "@/lib/domain/rollout/states";
import type { RolloutPlan, WaveState } from "@/lib/domain/rollout/types";
import { afterMs, type RolloutDeps } from "./rollout-record";

/** Decisions follow from one another; more than this in one go is a mistake in the rule. */
const MOST_STEPS = 24;

export function planOf(row: RolloutRow): RolloutPlan {
  return JSON.parse(row.plan) as RolloutPlan;
}

type Turn = { tx: DbSession; deps: RolloutDeps; row: RolloutRow; waves: readonly RolloutWaveRow[]; at: Date };

async function moveWaveTo(turn: Turn, number: number, to: WaveState): Promise<void> {
  const wave = turn.waves.find((one) => one.number === number);
  if (wave === undefined || !canWaveMove(wave.state, to)) return;
  const of = { rolloutId: turn.row.id, wave, at: turn.at };
  if (to === "running") await openWave(turn.tx, turn.row, wave, turn.at);
  else if (to === "done" || to === "stopped") await closeWave(turn.tx, { ...of, row: turn.row, to });
  else await moveWave(turn.tx, { ...of, to });
}

async function apply(turn: Turn, decision: Decision): Promise<void> {
  const { tx, deps, row, at } = turn;
  const args = { id: row.id, at, instance: deps.instance };
  switch (decision.kind) {
    case "startWave":
      return moveWaveTo(turn, decision.number, "running");
    case "awaitGo":
      return moveWaveTo(turn, decision.number, "awaitingGo");
    case "setDue":
      await tx
        .update(rolloutWave)
        .set({ dueAt: decision.dueAt })
        .where(and(eq(rolloutWave.rolloutId, row.id), eq(rolloutWave.number, decision.number)));
      return;
    case "holdWave":
      await moveWaveTo(turn, decision.number, "held");
      await moveRollout(tx, { row, to: "held", at, reason: decision.reason });
      return;
    case "stopRollout":
      await moveRollout(tx, { row, to: "canceling", at, reason: decision.reason });
      await cancelQueued(tx, args);
      return;
    case "waveDone":
      return moveWaveTo(turn, decision.number, "done");
    case "skipQueued":
      await skipQueuedOfWave(tx, { ...args, wave: decision.number });
      return;
    case "cancelQueued":
      await cancelQueued(tx, args);
      return;
    case "stopWave":
      return moveWaveTo(turn, decision.number, "stopping");
    case "waveStopped":
      return moveWaveTo(turn, decision.number, "stopped");
    case "cancelWave":
      return moveWaveTo(turn, decision.number, "canceled");
    case "finish":
      return closeRollout(tx, { row, to: "finished", at, reason: row.stateReason });
    case "cancelDone":
      return closeRollout(tx, { row, to: "canceled", at, reason: row.stateReason });
  }
}

/** One decision's first move, or the marks of waiting. True when something moved and the rule is to be asked again. */
async function step(tx: DbSession, deps: RolloutDeps, row: RolloutRow): Promise<boolean> {
  const at = deps.now();
  const waves = await rolloutWaves(tx, row.id);
  const decision = decideRollout({
    rollout: { state: row.state, plan: planOf(row) },
    waves,
    countsByWave: await countsByWave(tx, row.id),
    now: at,
  });
  const move = decision.moves[0];
  if (move !== undefined) {
    await apply({ tx, deps, row, waves, at }, move);
    return move.kind !== "awaitGo" && move.kind !== "setDue";
  }
  const waitingFor = decision.waitingFor ?? (row.waitingFor === WAITING_FOR_OPERATOR ? WAITING_FOR_OPERATOR : null);
  const latest = afterMs(deps, deps.timing.decideMs);
  const notBefore = decision.lookAgainAt !== null && decision.lookAgainAt < latest ? decision.lookAgainAt : latest;
  // Rounds come several times a second: what would change nothing is not written.
  if (waitingFor === row.waitingFor && row.notBefore > at && row.notBefore <= notBefore) return false;
  await tx.update(rollout).set({ waitingFor, notBefore }).where(eq(rollout.id, row.id));
  return false;
}

/** Decides what happens next to one roll-out and writes it, one decider at a time. */
export async function decideWaves(deps: RolloutDeps, id: string): Promise<void> {
  let moved = false;
  await deps.db.session.transaction(async (tx) => {
    for (let turn = 0; turn < MOST_STEPS; turn++) {
      const row = await lockRollout(tx, id);
      if (row === null || row.endedAt !== null) return;
      if (!(await step(tx, deps, row))) return;
      moved = true;
    }
    throw new Error(`Roll-out ${id}: the rule of its waves does not come to rest.`);
  });
  if (moved) {
    deps.log.info("rollout.decided", { rolloutId: id });
    deps.changed(id);
  }
}

/** Says on the roll-out that nobody is signed in who could carry it on; only when something of it is overdue. */
export async function markUnattendedRollouts(deps: RolloutDeps, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const graceMs = deps.db.engine === "server" ? deps.timing.unattendedMs : 0;
  const before = new Date(deps.now().getTime() - graceMs).toISOString();
  const rows = await queryRows(
    deps.db.session,
    sql`with idle as (
      select r.id from rollout r
      where r.id in (select json_array_elements_text(${JSON.stringify(ids)}::json)::uuid) and r.ended_at is null
        and r.waiting_for is distinct from ${WAITING_FOR_OPERATOR}
        and exists (select 1 from rollout_task t where t.rollout_id = r.id and t.ended_at is null
          and t.not_before <= ${before}::timestamptz and (t.state <> 'queued' or (r.state = 'running' and t.wave = r.wave
            and exists (select 1 from rollout_wave w where w.rollout_id = r.id and w.number = r.wave and w.state = 'running'))))
      order by r.id for no key update of r)
    update rollout r set waiting_for = ${WAITING_FOR_OPERATOR}, updated_at = ${deps.now().toISOString()}::timestamptz
    from idle where r.id = idle.id
    returning r.id`,
  );
  for (const row of rows) deps.changed(String(row.id));
}

/** Somebody who may carry the roll-out is here again: it goes on at once, and so do the machines that waited with it. */
export async function clearUnattended(deps: RolloutDeps, id: string): Promise<void> {
  const at = deps.now();
  await deps.db.session.transaction(async (tx) => {
    await tx
      .update(rollout)
      .set({ waitingFor: null, updatedAt: at })
      .where(and(eq(rollout.id, id), eq(rollout.waitingFor, WAITING_FOR_OPERATOR)));
    await releaseWaitingTasks(tx, id, at);
  });
  deps.changed(id);
}

/** A sign-in was refused: the roll-out says so, with what Azure demands of the next one. */
export async function markSignedOut(deps: RolloutDeps, id: string, demand: SignInDemand | null): Promise<void> {
  await awaitSignIn(deps.db.session, id, demand);
  deps.changed(id);
}
