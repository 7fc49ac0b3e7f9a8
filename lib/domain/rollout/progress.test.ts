import { describe, expect, it } from "vitest";
import { durationsOf } from "./durations";
import { floorRate, floorSeconds, ROLLOUT_PACE, rateOf } from "./pace";
import { planWaves } from "./plan";
import { planFixture } from "./plan-fixture";
import { type EtaInput, etaOf } from "./progress";
import type { RolloutPlan } from "./types";

const NOW = new Date("2026-11-21T12:00:00.000Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe("ARM's limits", () => {
  it.each([
    [[1_000], 80],
    [[200], 0],
    [[201], 0.1],
    [[1_000, 1_000, 1_000, 1_000, 1_000], 80],
    [[5_000], 480],
    [[], 0],
  ])("machines per subscription %j: at least %s s", (counts, seconds) => {
    expect(floorSeconds(counts)).toBeCloseTo(seconds);
  });

  it("roll-outs leave ten requests of the burst to people and stay below the refill", () => {
    expect(ROLLOUT_PACE).toEqual({ burst: 190, perSecond: 9.7 });
    expect(floorRate(3)).toBe(30);
  });
});

describe("the present rate", () => {
  const every = (gap: number, count: number) => Array.from({ length: count }, (_, index) => gap * (index + 1));
  it.each<[string, number[], number | null]>([
    ["nothing", [], null],
    ["nothing for half a minute", [31], null],
    ["ten a second for a minute", every(0.1, 600), 10],
    ["one a second since ten seconds", every(1, 10), 1],
    ["a burst just now", Array.from({ length: 190 }, () => 0.5), 190],
  ])("%s", (_, ages, rate) => {
    const found = rateOf(ages);
    if (rate === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(rate, 0);
  });
});

describe("durations", () => {
  it("are those seen, when all have ended", () => {
    const seen = durationsOf([100, 200, 300, 400], []);
    expect([0.25, 0.5, 0.75, 1].map((share) => seen.quantile(share))).toEqual([100, 200, 300, 400]);
    expect(seen.share(200)).toBeCloseTo(0.5);
  });

  it("[C75] count machines under way as at least so long: half of them under way moves the middle", () => {
    const seen = durationsOf([100, 200], [250, 250]);
    expect(seen.share(200)).toBeCloseTo(0.5);
    expect(seen.quantile(0.9)).toBeGreaterThan(250);
  });

  it("all alike are all alike", () => {
    const seen = durationsOf([60, 60, 60], [30]);
    expect(seen.quantile(0.5)).toBeLessThanOrEqual(60);
    expect(seen.quantile(1)).toBeCloseTo(60);
    expect(seen.share(30)).toBeLessThan(1);
  });
});

function input(part: Partial<EtaInput> = {}): EtaInput {
  return {
    state: "running",
    waitingFor: null,
    plan: planFixture(),
    waves: [{ number: 1, state: "running", dueAt: null, queued: 0 }],
    queuedPerSubscription: [],
    total: 10,
    ended: 5,
    durations: [60, 60, 60, 60, 60],
    ages: [30, 30, 30, 30, 30],
    now: NOW,
    ...part,
  };
}

describe("no estimate", () => {
  it.each<[Partial<EtaInput>, string]>([
    [{ state: "finished" }, "ended"],
    [{ state: "canceled" }, "ended"],
    [{ state: "paused" }, "waiting"],
    [{ state: "held" }, "waiting"],
    [{ waitingFor: "go" }, "waiting"],
    [{ waitingFor: "operator" }, "waiting"],
    [{ durations: [60, 60, 60, 60] }, "tooEarly"],
    [{ total: 1_000, ended: 99, durations: Array.from({ length: 99 }, () => 60) }, "tooEarly"],
  ])("%j: %s", (part, reason) => {
    expect(etaOf(input(part))).toEqual({ at: null, reason });
  });
});

describe("an estimate", () => {
  it("is the rest of what is under way", () => {
    expect(etaOf(input())).toEqual({ at: later(30), reason: null });
  });

  it("waits for the window and the pause by itself", () => {
    const plan = planFixture({ window: { days: [1, 2, 3, 4, 5, 6, 7], from: "22:00", to: "05:00", timeZone: "UTC" } });
    const waves = [{ number: 2, state: "pending", dueAt: null, queued: 1 } as const];
    const night = etaOf(input({ plan, waves, ages: [], queuedPerSubscription: [1], waitingFor: "window" }));
    expect(night.at?.getTime()).toBeGreaterThanOrEqual(Date.parse("2026-11-21T22:00:00Z"));
    expect(night.at?.getTime()).toBeLessThan(Date.parse("2026-11-21T22:02:00Z"));
    const due = [{ number: 2, state: "pending", dueAt: later(600), queued: 1 } as const];
    const paused = etaOf(input({ waves: due, ages: [], queuedPerSubscription: [1], waitingFor: "pause" }));
    expect(paused.at?.getTime()).toBeGreaterThanOrEqual(later(600).getTime());
    expect(paused.at?.getTime()).toBeLessThan(later(670).getTime());
  });

  it("of a roll-out that is being canceled is that of what Azure has accepted", () => {
    const waves = [{ number: 1, state: "running", dueAt: null, queued: 5_000 } as const];
    expect(etaOf(input({ state: "canceling", waves, queuedPerSubscription: [5_000] })).at).toEqual(later(30));
  });

  it("takes little time, also for 10,000 machines", () => {
    const waves = [{ number: 1, state: "running", dueAt: null, queued: 9_000 } as const];
    const begin = performance.now();
    etaOf(input({ waves, queuedPerSubscription: [9_000], total: 10_000, ended: 1_000 }));
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});

function seeded(seed: number): () => number {
  let value = seed >>> 0;
  return () => {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
    return value / 2 ** 32;
  };
}

type Task = { wave: number; sent: number | null; end: number | null };
type Run = { end: number; tasks: Task[]; started: Map<number, number>; ended: Map<number, number> };

/** The engine's pace in steps of half a second, written without any of the forecast's code. */
function play(plan: RolloutPlan, total: number, subscriptions: number, random: () => number): Run {
  const tasks: (Task & { subscription: number })[] = planWaves(plan, total).flatMap((wave) =>
    Array.from({ length: wave.size }, (_, index) => ({
      wave: wave.number,
      sent: null,
      end: null,
      subscription: index % subscriptions,
    })),
  );
  const buckets = Array.from({ length: subscriptions }, () => 190);
  const started = new Map<number, number>();
  const ended = new Map<number, number>();
  const waves = [...new Set(tasks.map((task) => task.wave))];
  let startsAt = 0;
  let time = 0;
  for (const wave of waves) {
    time = startsAt;
    started.set(wave, time);
    const mine = tasks.filter((task) => task.wave === wave);
    for (;;) {
      let free = plan.concurrency - mine.filter((task) => task.sent !== null && (task.end ?? 0) > time).length;
      for (const task of mine) {
        const tokens = buckets[task.subscription] ?? 0;
        if (free <= 0 || task.sent !== null || tokens < 1) continue;
        buckets[task.subscription] = tokens - 1;
        task.sent = time;
        task.end = time + 30 + 570 * random();
        free -= 1;
      }
      if (mine.every((task) => task.sent !== null && (task.end ?? 0) <= time)) break;
      time += 0.5;
      for (const [index, tokens] of buckets.entries()) buckets[index] = Math.min(190, tokens + 4.85);
    }
    ended.set(wave, time);
    const pause = plan.pause.kind === "minutes" ? plan.pause.minutes * 60 : 0;
    for (const [index, tokens] of buckets.entries()) buckets[index] = Math.min(190, tokens + pause * 9.7);
    startsAt = time + pause;
  }
  return { end: time, tasks, started, ended };
}

/** What the store would say at a moment of that run. */
function seenAt(run: Run, plan: RolloutPlan, subscriptions: number, at: number): EtaInput {
  const of = (wanted: (task: Task) => boolean) => run.tasks.filter(wanted);
  const queued = of((task) => task.sent === null || task.sent > at);
  const ended = of((task) => task.end !== null && task.end <= at);
  const underWay = of((task) => task.sent !== null && task.sent <= at && (task.end ?? 0) > at);
  const waves = [...run.started.keys()].map((number) => {
    const begins = run.started.get(number) ?? 0;
    const before = run.ended.get(number - 1);
    const state = at < begins ? "pending" : at < (run.ended.get(number) ?? 0) ? "running" : "done";
    const dueAt = state === "pending" && before !== undefined && before <= at ? later(begins) : null;
    return { number, state, dueAt, queued: queued.filter((task) => task.wave === number).length } as const;
  });
  return {
    state: "running",
    waitingFor: null,
    plan,
    waves,
    queuedPerSubscription: Array.from({ length: subscriptions }, () => queued.length / subscriptions),
    total: run.tasks.length,
    ended: ended.length,
    durations: ended.map((task) => (task.end ?? 0) - (task.sent ?? 0)),
    ages: underWay.map((task) => at - (task.sent ?? 0)),
    now: later(at),
  };
}

describe("[C75] from one fifth of the way on the estimate is within 10 percent of the true end", () => {
  const percent = (value: number) => ({ unit: "percent", value }) as const;
  const plans: [string, Partial<RolloutPlan>, number, number][] = [
    ["500 machines, canary of 5, waves of 25 percent", { canary: 5, waves: [percent(25)], concurrency: 200 }, 500, 1],
    [
      "the same with ten minutes between waves",
      { canary: 5, waves: [percent(25)], concurrency: 200, pause: { kind: "minutes", minutes: 10 } },
      500,
      1,
    ],
    ["1,000 machines at once: the bucket is the bound", { concurrency: 1_000 }, 1_000, 1],
    ["1,000 machines, 50 at a time", { concurrency: 50 }, 1_000, 1],
    [
      "1,500 machines of three subscriptions in growing waves",
      { canary: 10, waves: [percent(10), percent(30), percent(60)], concurrency: 300 },
      1_500,
      3,
    ],
  ];

  it.each(plans)("%s", (_, part, total, subscriptions) => {
    const plan = planFixture(part);
    for (const seed of [1, 2, 3]) {
      const run = play(plan, total, subscriptions, seeded(seed * 7_919));
      const ends = run.tasks.map((task) => task.end ?? 0).sort((a, b) => a - b);
      const fifth = ends[Math.ceil(total / 5)] ?? 0;
      for (let step = 0; step <= 20; step++) {
        const at = fifth + ((run.end - fifth) * step) / 21;
        const eta = etaOf(seenAt(run, plan, subscriptions, at));
        const error = Math.abs(((eta.at?.getTime() ?? 0) - NOW.getTime()) / 1000 - run.end) / run.end;
        expect([at, error < 0.1 ? "within" : error]).toEqual([at, "within"]);
      }
    }
  });
});
