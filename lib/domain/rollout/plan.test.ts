import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowedFailures, isOverThreshold, machinesOf, planErrors, planWaves } from "./plan";
import { planFixture } from "./plan-fixture";
import type { RolloutPlan, WaveSize } from "./types";

const NOW = new Date("2026-11-21T12:00:00.000Z");
const percent = (value: number): WaveSize => ({ unit: "percent", value });
const machines = (value: number): WaveSize => ({ unit: "machines", value });

function sizes(part: Partial<RolloutPlan>, total: number): string {
  return planWaves(planFixture(part), total)
    .map((wave) => `${wave.kind === "canary" ? "c" : ""}${wave.size}`)
    .join(" ");
}

describe("waves", () => {
  it.each([
    [{ canary: 5, waves: [percent(25)] }, 500, "c5 125 125 125 120"],
    [{ canary: 0, waves: [percent(25)] }, 500, "125 125 125 125"],
    [{ canary: 5, waves: [machines(10), machines(50), percent(50)] }, 500, "c5 10 50 250 185"],
    [{ canary: 10, waves: [percent(100)] }, 7, "c7"],
    [{ canary: 0, waves: [percent(1)] }, 3, "1 1 1"],
    [{ canary: 1, waves: [] }, 10, "c1 9"],
    [{ canary: 3, waves: [machines(1)] }, 0, ""],
    [{ canary: 0, waves: [percent(33)] }, 100, "33 33 33 1"],
    [{ canary: 0, waves: [percent(7)] }, 100, "7 7 7 7 7 7 7 7 7 7 7 7 7 7 2"],
    [{ canary: 0, waves: [percent(7)] }, 101, "8 8 8 8 8 8 8 8 8 8 8 8 5"],
  ])("[C75] %j over %s machines: %s", (part, total, made) => {
    expect(sizes(part, total)).toBe(made);
  });

  it("add up to all machines, none is empty, numbers run from 1 and only the first may be the canary", () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 500 }).map(machines), fc.integer({ min: 1, max: 100 }).map(percent));
    fc.assert(
      fc.property(fc.nat(50), fc.array(size, { maxLength: 6 }), fc.nat(2_000), (canary, waves, total) => {
        const made = planWaves({ canary, waves }, total);
        expect(made.reduce((sum, wave) => sum + wave.size, 0)).toBe(total);
        expect(made.every((wave) => wave.size >= 1)).toBe(true);
        expect(made.map((wave) => wave.number)).toEqual(made.map((_, index) => index + 1));
        expect(made.slice(1).some((wave) => wave.kind === "canary")).toBe(false);
        expect(made[0]?.kind === "canary").toBe(canary > 0 && total > 0);
      }),
    );
  });
});

describe("sizes", () => {
  it.each([
    [percent(25), 500, 125],
    [percent(25), 501, 126],
    [percent(1), 5, 1],
    [percent(0), 5, 0],
    [percent(7), 100, 7],
    [machines(12), 5, 12],
  ])("%j of %s machines is %s, percentages rounded up", (size, total, count) => {
    expect(machinesOf(size, total)).toBe(count);
  });

  it.each([
    [percent(10), 125, 12],
    [percent(10), 5, 0],
    [percent(20), 5, 1],
    [percent(7), 100, 7],
    [percent(0), 100, 0],
    [percent(100), 9, 9],
    [machines(3), 5, 3],
  ])("%j allows a wave of %s machines %s failures, percentages rounded down", (threshold, size, allowed) => {
    expect(allowedFailures(threshold, size)).toBe(allowed);
  });

  it.each([
    [2, 0, false],
    [3, 0, true],
    [5, 3, false],
    [6, 3, true],
  ])("%s failures, %s of them accepted, are too many for two of twenty: %s", (failures, accepted, tooMany) => {
    expect(isOverThreshold(percent(10), { size: 20, accepted }, failures)).toBe(tooMany);
  });
});

describe("what is wrong with a plan", () => {
  const window = { days: [1, 2], from: "22:00", to: "05:00", timeZone: "Europe/Berlin" };

  it("nothing, for the plans at the bounds", () => {
    const edges: Partial<RolloutPlan>[] = [
      {},
      { canary: 10_000, concurrency: 5_000, giveUpAfterMinutes: 30, retryAfterMinutes: 1440 },
      { concurrency: 1, retryAfterMinutes: 1, giveUpAfterMinutes: 10_080, pause: { kind: "minutes", minutes: 10_080 } },
      { waves: Array.from({ length: 50 }, () => percent(100)) },
      { waves: [percent(2)] },
      { threshold: percent(0) },
      { threshold: percent(100) },
      { threshold: machines(0) },
      { retries: { endpointBlocked: 5, policy: 0 } },
      { window },
      { offline: { kind: "wait", until: "2026-12-24T12:00:00.000Z" } },
    ];
    for (const part of edges) expect(planErrors(planFixture(part), 500, NOW)).toEqual([]);
  });

  it.each<[string, Partial<RolloutPlan>]>([
    ["plan.canary", { canary: -1 }],
    ["plan.canary", { canary: 1.5 }],
    ["plan.canary", { canary: 10_001 }],
    ["plan.waves", { waves: [] }],
    ["plan.waves", { waves: Array.from({ length: 51 }, () => percent(100)) }],
    ["plan.waves.1", { waves: [percent(10), percent(0)] }],
    ["plan.waves.0", { waves: [percent(101)] }],
    ["plan.waves.0", { waves: [machines(0)] }],
    ["plan.waves.0", { waves: [machines(2.5)] }],
    ["plan.waves.0", { waves: [percent(Number.NaN)] }],
    ["plan.pause.minutes", { pause: { kind: "minutes", minutes: 0 } }],
    ["plan.concurrency", { concurrency: 0 }],
    ["plan.concurrency", { concurrency: 5_001 }],
    ["plan.threshold", { threshold: percent(-1) }],
    ["plan.threshold", { threshold: percent(101) }],
    ["plan.threshold", { threshold: machines(-1) }],
    ["plan.retries.endpointBlocked", { retries: { endpointBlocked: 6 } }],
    ["plan.retries.endpointBlocked", { retries: { endpointBlocked: -1 } }],
    ["plan.retries.unsupportedSystem", { retries: { unsupportedSystem: 1 } }],
    ["plan.retryAfterMinutes", { retryAfterMinutes: 0 }],
    ["plan.window.days", { window: { ...window, days: [] } }],
    ["plan.window.days", { window: { ...window, days: [0] } }],
    ["plan.window.days", { window: { ...window, days: [8] } }],
    ["plan.window.days", { window: { ...window, days: [1, 1] } }],
    ["plan.window.from", { window: { ...window, from: "24:00" } }],
    ["plan.window.to", { window: { ...window, to: "" } }],
    ["plan.window.timeZone", { window: { ...window, timeZone: "Europe/Nowhere" } }],
    ["plan.offline.until", { offline: { kind: "wait", until: "2026-11-21T12:00:00.000Z" } }],
    ["plan.offline.until", { offline: { kind: "wait", until: "tomorrow" } }],
    ["plan.giveUpAfterMinutes", { giveUpAfterMinutes: 29 }],
  ])("%s: %j", (field, part) => {
    const errors = planErrors(planFixture(part), 500, NOW);
    expect(errors.map((error) => error.field)).toEqual([field]);
    expect(errors[0]?.message).toMatch(/^[A-Z0-9].*\.$/);
  });

  it("waves so small that they become too many are refused with the number that they make", () => {
    const errors = planErrors(planFixture({ waves: [machines(1)] }), 500, NOW);
    expect(errors).toEqual([
      { field: "plan.waves", message: "500 machines would make 500 waves; 50 is the most. Make waves larger." },
    ]);
    expect(planErrors(planFixture({ canary: 5, waves: [machines(10)] }), 505, NOW)).toEqual([]);
    expect(planErrors(planFixture({ canary: 5, waves: [machines(10)] }), 506, NOW)).toHaveLength(1);
  });

  it("a date to wait for offline machines must let the window open at least once", () => {
    // 21 November 2026 is a Saturday; Monday 22:00 in Berlin is 21:00 in UTC.
    const wait = (until: string) => planErrors(planFixture({ window, offline: { kind: "wait", until } }), 5, NOW);
    expect(wait("2026-11-23T21:00:00.000Z").map((error) => error.field)).toEqual(["plan.offline.until"]);
    expect(wait("2026-11-23T21:00:00.001Z")).toEqual([]);
  });

  it("names everything at once", () => {
    const part = { canary: -1, concurrency: 0, giveUpAfterMinutes: 1 };
    const fields = planErrors(planFixture(part), 5, NOW).map((error) => error.field);
    expect(fields).toEqual(["plan.canary", "plan.concurrency", "plan.giveUpAfterMinutes"]);
  });
});
