import fc from "fast-check";
import { expect, it } from "vitest";
import { type DecideWave, type Decision, decideRollout, failureCount } from "./decide";
import { allowedFailures, planWaves } from "./plan";
import { countsFixture, planFixture } from "./plan-fixture";
import { canRolloutMove, canTaskMove, canWaveMove, END_STATES, WRITING_STATES } from "./states";
import type { RolloutPlan, RolloutState, TaskState, WaveState } from "./types";

/** A small stand-in for store, engine and people, in which every write goes through the tables of states. */
class World {
  state: RolloutState = "running";
  waves: DecideWave[];
  tasks: { wave: number; state: TaskState }[];
  now = new Date("2026-11-21T12:00:00.000Z");
  readonly plan: RolloutPlan;
  private readonly random: () => number;

  constructor(plan: RolloutPlan, total: number, random: () => number) {
    this.plan = plan;
    this.random = random;
    const planned = planWaves(plan, total);
    this.waves = planned.map((one) => ({ ...one, state: "pending", accepted: 0, dueAt: null, endedAt: null }));
    this.tasks = planned.flatMap((one) =>
      Array.from({ length: one.size }, () => ({ wave: one.number, state: "queued" as const })),
    );
  }

  decision() {
    const countsByWave = new Map(this.waves.map((one) => [one.number, countsFixture()]));
    for (const task of this.tasks) {
      const counts = countsByWave.get(task.wave);
      if (counts !== undefined) counts[task.state] += 1;
    }
    return decideRollout({ rollout: { state: this.state, plan: this.plan }, waves: this.waves, countsByWave, now: this.now });
  }

  moveRollout(to: RolloutState): void {
    if (!canRolloutMove(this.state, to)) throw new Error(`roll-out ${this.state} > ${to}`);
    this.state = to;
  }

  moveWave(number: number, to: WaveState): void {
    const wave = this.waves.find((one) => one.number === number);
    if (wave === undefined || !canWaveMove(wave.state, to)) throw new Error(`wave ${number} ${wave?.state} > ${to}`);
    wave.state = to;
    if (["done", "stopped", "canceled"].includes(to)) wave.endedAt = this.now;
  }

  moveTask(task: World["tasks"][number], to: TaskState): void {
    if (!canTaskMove(task.state, to)) throw new Error(`task ${task.state} > ${to}`);
    task.state = to;
  }

  write(move: Decision): unknown {
    const queued = (number: number | null) =>
      this.tasks.filter((task) => task.state === "queued" && (number === null || task.wave === number));
    switch (move.kind) {
      case "startWave":
        return this.moveWave(move.number, "running");
      case "awaitGo":
        return this.moveWave(move.number, "awaitingGo");
      case "setDue":
        for (const wave of this.waves) if (wave.number === move.number) wave.dueAt = move.dueAt;
        return undefined;
      case "holdWave":
        this.moveWave(move.number, "held");
        return this.moveRollout("held");
      case "stopRollout":
        return this.moveRollout("canceling");
      case "waveDone":
        return this.moveWave(move.number, "done");
      case "skipQueued":
        for (const task of queued(move.number)) this.moveTask(task, "skipped");
        return undefined;
      case "cancelQueued":
        for (const task of queued(null)) this.moveTask(task, "canceled");
        return undefined;
      case "stopWave":
        return this.moveWave(move.number, "stopping");
      case "waveStopped":
        return this.moveWave(move.number, "stopped");
      case "cancelWave":
        return this.moveWave(move.number, "canceled");
      case "finish":
        return this.moveRollout("finished");
      case "cancelDone":
        return this.moveRollout("canceled");
    }
  }

  private active(): DecideWave | undefined {
    return this.waves.find((one) => one.state === "running");
  }

  /** One thing that the engine does to one task. */
  work(): unknown {
    const sends = this.state === "running" ? this.active()?.number : undefined;
    const next = this.tasks.filter(
      (task) =>
        WRITING_STATES.includes(task.state) || task.state === "checking" || (task.state === "queued" && task.wave === sends),
    );
    const task = next[Math.floor(this.random() * next.length)];
    if (task === undefined) return undefined;
    const chance = this.random();
    if (task.state === "queued") return this.moveTask(task, "submitting");
    if (task.state === "submitting")
      return this.moveTask(task, chance < 0.1 ? "unknown" : chance < 0.2 ? "queued" : "provisioning");
    if (task.state === "unknown") return this.moveTask(task, chance < 0.5 ? "submitting" : "provisioning");
    if (task.state === "provisioning")
      return this.moveTask(task, chance < 0.15 ? "failed" : chance < 0.2 ? "queued" : "checking");
    return this.moveTask(task, chance < 0.85 ? "ready" : "notReady");
  }

  /** What a person may do now, and one of it. */
  person(): unknown {
    const active = this.waves.find((one) => ["running", "held"].includes(one.state));
    const failures =
      active === undefined
        ? 0
        : this.tasks.filter((task) => task.wave === active.number && ["failed", "notReady"].includes(task.state)).length;
    const choice = Math.floor(this.random() * 5);
    if (this.state === "held") {
      if (choice === 0) return this.moveRollout("canceling");
      if (active?.state === "held") {
        active.accepted = failures;
        this.moveWave(active.number, "running");
      }
      return this.moveRollout("running");
    }
    if (this.state === "paused") return this.moveRollout(choice === 0 ? "canceling" : "running");
    if (this.state !== "running") return undefined;
    const waiting = this.waves.find((one) => one.state === "awaitingGo");
    if (waiting !== undefined) return this.moveWave(waiting.number, "running");
    if (choice === 0) return this.moveRollout("paused");
    if (choice === 1 && active !== undefined) {
      this.moveWave(active.number, "stopping");
      for (const task of this.tasks) if (task.wave === active.number && task.state === "queued") this.moveTask(task, "skipped");
      return this.moveRollout("paused");
    }
    if (choice === 2 && this.random() < 0.05) this.moveRollout("canceling");
  }
}

function seeded(seed: number): () => number {
  let value = seed >>> 0;
  return () => {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
    return value / 2 ** 32;
  };
}

const plans = fc.record({
  canary: fc.nat(3),
  waves: fc.array(fc.record({ unit: fc.constantFrom("machines", "percent"), value: fc.integer({ min: 5, max: 60 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  pause: fc.constantFrom({ kind: "none" } as const, { kind: "minutes", minutes: 10 } as const, { kind: "person" } as const),
  threshold: fc.record({ unit: fc.constantFrom("machines", "percent"), value: fc.nat(40) }),
  onThreshold: fc.constantFrom("hold", "stop"),
});

function checkInvariants(world: World, move: Decision): void {
  const working = world.waves.filter((one) => ["running", "held", "stopping"].includes(one.state));
  expect(working.length).toBeLessThanOrEqual(1);
  if (move.kind !== "startWave") return;
  // Every earlier wave has ended, and none of them beyond its threshold unless a person has resumed, stopped or retried it.
  for (const one of world.waves.filter((wave) => wave.number < move.number)) {
    expect(["done", "stopped", "canceled"]).toContain(one.state);
    const counts = countsFixture();
    for (const task of world.tasks) if (task.wave === one.number) counts[task.state] += 1;
    if (one.state === "done") {
      expect(failureCount(counts) - one.accepted).toBeLessThanOrEqual(allowedFailures(world.plan.threshold, one.size));
    }
  }
}

function follow(world: World, random: () => number): void {
  for (let step = 0; step < 20_000; step++) {
    const { moves, lookAgainAt } = world.decision();
    for (const move of moves) {
      world.write(move);
      checkInvariants(world, move);
    }
    if (moves.length > 0) {
      const again = world.decision().moves.map((move) => JSON.stringify(move));
      expect(moves.filter((move) => again.includes(JSON.stringify(move)))).toEqual([]);
    }
    if (world.state === "finished" || world.state === "canceled") return;
    world.work();
    if (random() < 0.03) world.person();
    if (lookAgainAt !== null && lookAgainAt > world.now) world.now = lookAgainAt;
  }
  throw new Error(`No end: ${world.state}, ${world.waves.map((one) => one.state).join(" ")}`);
}

it("[C75] whatever the plan, the failures and the people: one wave at a time, none beyond a broken threshold, and an end", () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 60 }), fc.nat(), (plan, total, seed) => {
      const random = seeded(seed);
      const world = new World(planFixture(plan as Partial<RolloutPlan>), total, random);
      follow(world, random);
      expect(world.tasks.filter((task) => !END_STATES.includes(task.state))).toEqual([]);
      expect(world.waves.filter((one) => !["done", "stopped", "canceled"].includes(one.state))).toEqual([]);
      expect(world.tasks).toHaveLength(total);
    }),
    { numRuns: 120 },
  );
});
