import { describe, expect, it } from "vitest";
import type { TaskCounts } from "./api";
import { type DecideWave, decideRollout, failureCount, openCount } from "./decide";
import { countsFixture, planFixture } from "./plan-fixture";
import type { RolloutPlan, RolloutState } from "./types";

const NOW = new Date("2026-11-21T12:00:00.000Z");
const NIGHT = { days: [1, 2, 3, 4, 5, 6, 7], from: "22:00", to: "05:00", timeZone: "UTC" };

function wave(number: number, part: Partial<DecideWave> = {}): DecideWave {
  return { number, kind: "wave", state: "pending", size: 100, accepted: 0, dueAt: null, endedAt: null, ...part };
}

type Case = {
  state?: RolloutState;
  plan?: Partial<RolloutPlan>;
  waves: DecideWave[];
  counts?: Record<number, Partial<TaskCounts>>;
  now?: Date;
};

function decide({ state = "running", plan = {}, waves, counts = {}, now = NOW }: Case) {
  const countsByWave = new Map(Object.entries(counts).map(([number, part]) => [Number(number), countsFixture(part)]));
  return decideRollout({ rollout: { state, plan: planFixture(plan) }, waves, countsByWave, now });
}

const done = (number: number, minutesAgo = 0) =>
  wave(number, { state: "done", endedAt: new Date(NOW.getTime() - minutesAgo * 60_000) });
const running = (number: number, part: Partial<DecideWave> = {}) => wave(number, { state: "running", ...part });

describe("the first wave", () => {
  it("starts at once, whatever the pause", () => {
    const plan = { pause: { kind: "person" } } as const;
    expect(decide({ plan, waves: [wave(1), wave(2)] }).moves).toEqual([{ kind: "startWave", number: 1 }]);
  });

  it("waits for its window, and says until when", () => {
    const decision = decide({ plan: { window: NIGHT }, waves: [wave(1)] });
    expect(decision).toEqual({ moves: [], lookAgainAt: new Date("2026-11-21T22:00:00.000Z"), waitingFor: "window" });
    expect(decide({ plan: { window: NIGHT }, waves: [wave(1)], now: new Date("2026-11-21T22:00:00.000Z") }).moves).toHaveLength(
      1,
    );
  });
});

describe("a running wave", () => {
  it("goes on while a machine is open", () => {
    const decision = decide({ waves: [running(1), wave(2)], counts: { 1: { ready: 99, checking: 1 } } });
    expect(decision).toEqual({ moves: [], lookAgainAt: null, waitingFor: null });
  });

  it("[C75] is done when all its machines have ended, in whatever way", () => {
    const counts = { 1: { ready: 90, skipped: 2, canceled: 1, failed: 4, notReady: 3 } };
    expect(decide({ waves: [running(1), wave(2)], counts }).moves).toEqual([{ kind: "waveDone", number: 1 }]);
  });

  it("waits for its window while something is queued, but not for what Azure has already accepted", () => {
    const plan = { window: NIGHT };
    expect(decide({ plan, waves: [running(1)], counts: { 1: { queued: 1 } } }).waitingFor).toBe("window");
    expect(decide({ plan, waves: [running(1)], counts: { 1: { provisioning: 1 } } }).waitingFor).toBeNull();
  });
});

describe("the threshold", () => {
  const counts = (failed: number, notReady: number, queued = 50) => ({ 2: { failed, notReady, queued } });
  const waves = [done(1), running(2), wave(3)];

  it("[C75] holds beyond it, not at it; what is installed but cannot be signed in to counts", () => {
    expect(decide({ waves, counts: counts(6, 4) }).moves).toEqual([]);
    expect(decide({ waves, counts: counts(6, 5) }).moves).toEqual([
      {
        kind: "holdWave",
        number: 2,
        reason: "11 of 100 machines of wave 2 failed or cannot be signed in to; the plan allows 10.",
      },
    ]);
  });

  it("holds before the wave is called done, so that the next one cannot start", () => {
    expect(decide({ waves, counts: counts(11, 0, 0) }).moves[0]?.kind).toBe("holdWave");
  });

  it("stops the roll-out where the plan says so", () => {
    const [move] = decide({ waves, counts: counts(11, 0), plan: { onThreshold: "stop" } }).moves;
    expect(move?.kind).toBe("stopRollout");
  });

  it("one failure of a canary of five is beyond 10 percent", () => {
    const canary = running(1, { kind: "canary", size: 5 });
    const [move] = decide({ waves: [canary, wave(2)], counts: { 1: { failed: 1, ready: 4 } } }).moves;
    expect(move).toEqual({
      kind: "holdWave",
      number: 1,
      reason: "1 of 5 machines of the canary failed or cannot be signed in to; the plan allows 0.",
    });
  });

  it("failures that a person accepted by resuming do not hold again; further ones beyond the plan do", () => {
    const resumed = [done(1), running(2, { accepted: 11 }), wave(3)];
    expect(decide({ waves: resumed, counts: counts(11, 0) }).moves).toEqual([]);
    expect(decide({ waves: resumed, counts: counts(21, 0) }).moves).toEqual([]);
    expect(decide({ waves: resumed, counts: counts(22, 0) }).moves[0]).toMatchObject({
      kind: "holdWave",
      reason: "22 of 100 machines of wave 2 failed or cannot be signed in to, 11 of them accepted earlier; the plan allows 10.",
    });
  });

  it("does not hold where nothing is left to protect: the end is told instead", () => {
    const last = [done(1), running(2)];
    expect(decide({ waves: last, counts: { 2: { failed: 100 } } }).moves).toEqual([{ kind: "waveDone", number: 2 }]);
    expect(decide({ waves: last, counts: { 2: { failed: 50, provisioning: 50 } } }).moves).toEqual([]);
    expect(decide({ waves: last, counts: { 2: { failed: 50, queued: 1 } } }).moves[0]?.kind).toBe("holdWave");
  });

  it("a held wave stays held, whatever ends meanwhile, until a person acts", () => {
    const held = [wave(1, { state: "held" }), wave(2)];
    expect(decide({ state: "held", waves: held, counts: { 1: { failed: 100 } } }).moves).toEqual([]);
  });
});

describe("between waves", () => {
  it("the next one starts at once without a pause", () => {
    expect(decide({ waves: [done(1), wave(2)] }).moves).toEqual([{ kind: "startWave", number: 2 }]);
  });

  it("waits the plan's minutes from the end of the one before, to the moment", () => {
    const plan = { pause: { kind: "minutes", minutes: 30 } } as const;
    const dueAt = new Date(NOW.getTime() + 20 * 60_000);
    expect(decide({ plan, waves: [done(1, 10), wave(2)] })).toEqual({
      moves: [{ kind: "setDue", number: 2, dueAt }],
      lookAgainAt: dueAt,
      waitingFor: "pause",
    });
    const stored = [done(1, 10), wave(2, { dueAt })];
    expect(decide({ plan, waves: stored }).moves).toEqual([]);
    expect(decide({ plan, waves: stored, now: new Date(dueAt.getTime() - 1) }).moves).toEqual([]);
    expect(decide({ plan, waves: stored, now: dueAt }).moves).toEqual([{ kind: "startWave", number: 2 }]);
  });

  it("waits for the window too when the pause is over", () => {
    const plan = { pause: { kind: "minutes", minutes: 30 }, window: NIGHT } as const;
    expect(decide({ plan, waves: [done(1, 31), wave(2)] }).waitingFor).toBe("window");
  });

  it("asks a person for a go once, and then waits for it without a time", () => {
    const plan = { pause: { kind: "person" } } as const;
    expect(decide({ plan, waves: [done(1), wave(2)] })).toEqual({
      moves: [{ kind: "awaitGo", number: 2 }],
      lookAgainAt: null,
      waitingFor: "go",
    });
    const asked = decide({ plan, waves: [done(1), wave(2, { state: "awaitingGo" })] });
    expect(asked).toEqual({ moves: [], lookAgainAt: null, waitingFor: "go" });
  });

  it.each(["minutes", "person"] as const)("a retry does not wait for a pause by %s: a person asked for it just now", (kind) => {
    const plan = { pause: kind === "person" ? { kind } : { kind, minutes: 30 } };
    expect(decide({ plan, waves: [done(1), wave(2, { kind: "retry" })] }).moves).toEqual([{ kind: "startWave", number: 2 }]);
  });

  it("resuming after a stopped wave is the go for the next one", () => {
    const plan = { pause: { kind: "person" } } as const;
    const waves = [wave(1, { state: "stopped", endedAt: NOW }), wave(2)];
    expect(decide({ plan, waves }).moves).toEqual([{ kind: "startWave", number: 2 }]);
    expect(decide({ state: "paused", plan, waves }).moves).toEqual([]);
  });
});

describe("a wave that a person stops", () => {
  const stopping = [wave(1, { state: "stopping" }), wave(2)];

  it.each(["running", "paused", "held"] as const)(
    "is stopped when what was sent has ended, in a roll-out that is %s",
    (state) => {
      expect(decide({ state, waves: stopping, counts: { 1: { provisioning: 1 } } }).moves).toEqual([]);
      expect(decide({ state, waves: stopping, counts: { 1: { ready: 3 } } }).moves).toEqual([{ kind: "waveStopped", number: 1 }]);
    },
  );

  it("leaves out what came back to the queue meanwhile", () => {
    const counts = { 1: { queued: 2, provisioning: 1 } };
    expect(decide({ state: "paused", waves: stopping, counts }).moves).toEqual([{ kind: "skipQueued", number: 1 }]);
  });
});

describe("a roll-out that is being canceled", () => {
  const waves = [done(1), running(2), wave(3), wave(4, { state: "awaitingGo" })];

  it("[C75] ends only when what Azure has accepted has ended", () => {
    const { moves } = decide({ state: "canceling", waves, counts: { 2: { provisioning: 1, queued: 9 } } });
    expect(moves).toEqual([
      { kind: "cancelQueued" },
      { kind: "stopWave", number: 2 },
      { kind: "cancelWave", number: 3 },
      { kind: "cancelWave", number: 4 },
    ]);
  });

  it("closes its waves and itself in one step when nothing is under way", () => {
    const { moves } = decide({ state: "canceling", waves, counts: { 2: { queued: 9 } } });
    expect(moves).toEqual([
      { kind: "cancelQueued" },
      { kind: "stopWave", number: 2 },
      { kind: "waveStopped", number: 2 },
      { kind: "cancelWave", number: 3 },
      { kind: "cancelWave", number: 4 },
      { kind: "cancelDone" },
    ]);
  });

  it("follows a machine that is checked again in a wave that has ended", () => {
    const { moves } = decide({ state: "canceling", waves: [done(1)], counts: { 1: { checking: 1 } } });
    expect(moves).toEqual([]);
  });
});

describe("the end", () => {
  it("comes when no wave is left and no machine is open", () => {
    expect(decide({ waves: [done(1), wave(2, { state: "stopped" })] }).moves).toEqual([{ kind: "finish" }]);
    expect(decide({ waves: [] }).moves).toEqual([{ kind: "finish" }]);
    expect(decide({ waves: [done(1)], counts: { 1: { checking: 1 } } }).moves).toEqual([]);
  });

  it.each(["finished", "canceled", "paused", "held"] as const)("nothing moves by itself in a roll-out that is %s", (state) => {
    const waves = [done(1), running(2), wave(3)];
    expect(decide({ state, waves, counts: { 2: { failed: 100 } } })).toEqual({ moves: [], lookAgainAt: null, waitingFor: null });
  });
});

it("a roll-out that runs over a held wave is held with it", () => {
  expect(decide({ waves: [wave(1, { state: "held" })] }).moves).toMatchObject([{ kind: "holdWave", number: 1 }]);
});

it("takes waves in any order", () => {
  expect(decide({ waves: [wave(3), wave(2), done(1)] }).moves).toEqual([{ kind: "startWave", number: 2 }]);
});

it("counts of a wave that is not known are none", () => {
  expect(openCount(undefined)).toBe(0);
  expect(failureCount(undefined)).toBe(0);
  expect(openCount(countsFixture({ queued: 1, submitting: 2, checking: 4, ready: 8, skipped: 16 }))).toBe(7);
});
