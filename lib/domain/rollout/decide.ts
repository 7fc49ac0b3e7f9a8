import type { TaskCounts } from "./api";
import { allowedFailures, isOverThreshold } from "./plan";
import { OPEN_STATES } from "./states";
import type { RolloutPlan, RolloutState, WaveState } from "./types";
import { insideWindow, windowOpensAt } from "./window";

/** A wave as the rule sees it. */
export type DecideWave = {
  number: number;
  kind: "canary" | "wave" | "retry";
  state: WaveState;
  size: number;
  /** Failures that a person has accepted by resuming the wave: only those beyond count against the threshold. */
  accepted: number;
  dueAt: Date | null;
  endedAt: Date | null;
};

export type DecideInput = {
  rollout: { state: RolloutState; plan: Pick<RolloutPlan, "pause" | "threshold" | "onThreshold" | "window"> };
  /** In any order. */
  waves: readonly DecideWave[];
  /** Tasks by the wave that they are in now; a wave without tasks may be absent. */
  countsByWave: ReadonlyMap<number, TaskCounts>;
  now: Date;
};

/**
 * What the engine has to write, in this order. `reason` is a sentence for the operator.
 * waveDone carries the time before which the next wave may not start; skipQueued and cancelQueued end what was never sent.
 */
export type Decision =
  | { kind: "startWave"; number: number }
  | { kind: "awaitGo"; number: number }
  | { kind: "setDue"; number: number; dueAt: Date }
  | { kind: "holdWave"; number: number; reason: string }
  | { kind: "stopRollout"; reason: string }
  | { kind: "waveDone"; number: number }
  | { kind: "skipQueued"; number: number }
  | { kind: "cancelQueued" }
  | { kind: "stopWave"; number: number }
  | { kind: "waveStopped"; number: number }
  | { kind: "cancelWave"; number: number }
  | { kind: "finish" }
  | { kind: "cancelDone" };

export type RolloutDecision = {
  moves: Decision[];
  /** When time alone changes the answer; null = only an event does. */
  lookAgainAt: Date | null;
  /** What a running roll-out waits for. */
  waitingFor: "go" | "pause" | "window" | null;
};

const NOTHING: RolloutDecision = { moves: [], lookAgainAt: null, waitingFor: null };

/** Tasks that have not ended. */
export function openCount(counts: TaskCounts | undefined): number {
  return counts === undefined ? 0 : OPEN_STATES.reduce((sum, state) => sum + counts[state], 0);
}

/** Failures of a wave as the threshold counts them: failed, and installed where nobody can sign in. */
export function failureCount(counts: TaskCounts | undefined): number {
  return counts === undefined ? 0 : counts.failed + counts.notReady;
}

function queuedCount(counts: TaskCounts | undefined): number {
  return counts?.queued ?? 0;
}

type Eyes = { input: DecideInput; waves: readonly DecideWave[]; of: (wave: DecideWave) => TaskCounts | undefined };

function does(...moves: Decision[]): RolloutDecision {
  return { ...NOTHING, moves };
}

/** Nothing of this wave was left to be sent, and no wave follows: holding would protect no machine. */
function nothingLeftToProtect({ waves, of }: Eyes, wave: DecideWave): boolean {
  const follows = waves.some((one) => one.state === "pending" || one.state === "awaitingGo");
  return !follows && queuedCount(of(wave)) === 0;
}

function brokenThreshold(eyes: Eyes, wave: DecideWave): string | null {
  const failures = failureCount(eyes.of(wave));
  const { threshold } = eyes.input.rollout.plan;
  if (!isOverThreshold(threshold, wave, failures)) return null;
  const allowed = allowedFailures(threshold, wave.size);
  const name = wave.kind === "canary" ? "the canary" : `wave ${wave.number}`;
  const accepted = wave.accepted === 0 ? "" : `, ${wave.accepted} of them accepted earlier`;
  return `${failures} of ${wave.size} machines of ${name} failed or cannot be signed in to${accepted}; the plan allows ${allowed}.`;
}

function followRunning(eyes: Eyes, wave: DecideWave): RolloutDecision {
  const { plan } = eyes.input.rollout;
  const reason = brokenThreshold(eyes, wave);
  if (reason !== null && !nothingLeftToProtect(eyes, wave)) {
    return plan.onThreshold === "stop"
      ? does({ kind: "stopRollout", reason })
      : does({ kind: "holdWave", number: wave.number, reason });
  }
  if (openCount(eyes.of(wave)) === 0) return does({ kind: "waveDone", number: wave.number });
  if (queuedCount(eyes.of(wave)) === 0 || insideWindow(plan.window, eyes.input.now)) return NOTHING;
  return { moves: [], lookAgainAt: windowOpensAt(plan.window, eyes.input.now), waitingFor: "window" };
}

function followStopping(eyes: Eyes, wave: DecideWave): RolloutDecision {
  const moves: Decision[] = [];
  if (queuedCount(eyes.of(wave)) > 0) moves.push({ kind: "skipQueued", number: wave.number });
  if (openCount(eyes.of(wave)) === queuedCount(eyes.of(wave))) moves.push({ kind: "waveStopped", number: wave.number });
  return does(...moves);
}

/** The wave that ended last before this one; pauses count from there. */
function endedBefore(waves: readonly DecideWave[], wave: DecideWave): DecideWave | null {
  return waves.findLast((one) => one.number < wave.number) ?? null;
}

function startInWindow(eyes: Eyes, wave: DecideWave): RolloutDecision {
  const { input } = eyes;
  if (insideWindow(input.rollout.plan.window, input.now)) return does({ kind: "startWave", number: wave.number });
  return { moves: [], lookAgainAt: windowOpensAt(input.rollout.plan.window, input.now), waitingFor: "window" };
}

function startNext(eyes: Eyes, wave: DecideWave): RolloutDecision {
  const { input, waves } = eyes;
  if (wave.state === "awaitingGo") return { ...NOTHING, waitingFor: "go" };
  const before = endedBefore(waves, wave);
  const { pause } = input.rollout.plan;
  // A person asked for the retry just now, and resuming after a stopped wave is a go: neither waits for the plan's pause.
  if (before === null || wave.kind === "retry" || before.state !== "done" || pause.kind === "none")
    return startInWindow(eyes, wave);
  if (pause.kind === "person") return { moves: [{ kind: "awaitGo", number: wave.number }], lookAgainAt: null, waitingFor: "go" };
  const dueAt = wave.dueAt ?? new Date((before.endedAt ?? input.now).getTime() + pause.minutes * 60_000);
  if (dueAt.getTime() <= input.now.getTime()) return startInWindow(eyes, wave);
  const moves: Decision[] = wave.dueAt === null ? [{ kind: "setDue", number: wave.number, dueAt }] : [];
  return { moves, lookAgainAt: dueAt, waitingFor: "pause" };
}

function decideRunning(eyes: Eyes): RolloutDecision {
  const { waves } = eyes;
  const active = waves.find((wave) => wave.state === "running" || wave.state === "held" || wave.state === "stopping");
  if (active?.state === "running") return followRunning(eyes, active);
  if (active?.state === "stopping") return followStopping(eyes, active);
  if (active !== undefined) return does({ kind: "holdWave", number: active.number, reason: "The wave is held." });
  const next = waves.find((wave) => wave.state === "awaitingGo" || wave.state === "pending");
  if (next !== undefined) return startNext(eyes, next);
  // A machine that a person has checked again may still be open in a wave that has ended.
  return waves.some((wave) => openCount(eyes.of(wave)) > 0) ? NOTHING : does({ kind: "finish" });
}

function decideCanceling(eyes: Eyes): RolloutDecision {
  const { waves, of } = eyes;
  const queued = waves.reduce((sum, wave) => sum + queuedCount(of(wave)), 0);
  const sent = waves.reduce((sum, wave) => sum + openCount(of(wave)), 0) - queued;
  const moves: Decision[] = queued > 0 ? [{ kind: "cancelQueued" }] : [];
  for (const wave of waves) {
    if (wave.state === "pending" || wave.state === "awaitingGo") moves.push({ kind: "cancelWave", number: wave.number });
    if (wave.state === "running" || wave.state === "held") moves.push({ kind: "stopWave", number: wave.number });
    const stopping = wave.state === "running" || wave.state === "held" || wave.state === "stopping";
    if (stopping && openCount(of(wave)) === queuedCount(of(wave))) moves.push({ kind: "waveStopped", number: wave.number });
  }
  if (sent === 0) moves.push({ kind: "cancelDone" });
  return does(...moves);
}

/**
 * What happens next to a roll-out: waves one after the other, a wave ends when all its machines have, failures beyond the
 * threshold hold it or stop it, a canceled roll-out ends when what Azure has accepted has ended. Pure, total and idempotent:
 * asked again after its moves were written, it never gives the same move. Source: design.md section 9.
 */
export function decideRollout(input: DecideInput): RolloutDecision {
  const waves = [...input.waves].sort((a, b) => a.number - b.number);
  const eyes: Eyes = { input, waves, of: (wave) => input.countsByWave.get(wave.number) };
  switch (input.rollout.state) {
    case "running":
      return decideRunning(eyes);
    case "paused":
    case "held": {
      const stopping = waves.find((wave) => wave.state === "stopping");
      return stopping === undefined ? NOTHING : followStopping(eyes, stopping);
    }
    case "canceling":
      return decideCanceling(eyes);
    case "canceled":
    case "finished":
      return NOTHING;
  }
}
