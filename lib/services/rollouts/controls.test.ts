import { describe, expect, it } from "vitest";
import { ROLLOUT_ACTIONS, type RolloutAction, type WaveView } from "@/lib/domain/rollout/api";
import { planFixture } from "@/lib/domain/rollout/plan-fixture";
import { emptyCounts } from "@/lib/domain/rollout/states";
import { ROLLOUT_STATES, type RolloutState, type WaveState } from "@/lib/domain/rollout/types";
import { controlsOf } from "./controls";
import type { Viewer } from "./viewer";

const wave = (state: WaveState): WaveView => ({
  number: 1,
  kind: "wave",
  state,
  counts: emptyCounts(),
  size: 1,
  dueAt: null,
  startedAt: null,
  endedAt: null,
});

function facts(state: RolloutState, over: { waves?: WaveState[]; queued?: number; failed?: number; notReady?: number } = {}) {
  const { waves = ["running"], queued = 1, failed = 1, notReady = 1 } = over;
  return {
    state,
    counts: { ...emptyCounts(), queued, failed, notReady },
    waves: waves.map(wave),
    plan: planFixture(),
    waitingFor: null as string | null,
  };
}

function allowed(given: ReturnType<typeof facts>, viewer: Viewer = "owner"): RolloutAction[] {
  const controls = controlsOf(given, viewer);
  return ROLLOUT_ACTIONS.filter((action) => controls[action].allowed);
}

describe("controlsOf", () => {
  it.each([
    ["running", ["pause", "cancel", "stopWave", "exclude", "retry", "recheck"]],
    ["paused", ["resume", "cancel", "stopWave", "exclude", "retry", "recheck"]],
    ["held", ["resume", "cancel", "stopWave", "exclude", "retry", "recheck"]],
    ["canceling", []],
    ["canceled", ["retry", "recheck"]],
    ["finished", ["retry", "recheck"]],
  ] as [RolloutState, RolloutAction[]][])("offers for a %s roll-out exactly what its state takes", (state, expected) => {
    expect(allowed(facts(state))).toEqual(expected);
  });

  it("offers a go only where a wave waits for it and the roll-out runs", () => {
    expect(allowed(facts("running", { waves: ["done", "awaitingGo"] }))).toContain("go");
    expect(allowed(facts("paused", { waves: ["done", "awaitingGo"] }))).not.toContain("go");
  });

  it("offers to resume a running roll-out that waits for a sign-in, to whoever may carry it", () => {
    const waiting = { ...facts("running"), waitingFor: "operator" };
    expect(allowed(waiting)).toContain("resume");
    expect(allowed(waiting, "carrier")).toContain("resume");
    expect(allowed({ ...waiting, waitingFor: "window" })).not.toContain("resume");
  });

  it("offers nothing for what is not there", () => {
    const empty = allowed(facts("running", { waves: ["pending"], queued: 0, failed: 0, notReady: 0 }));
    expect(empty).toEqual(["pause", "cancel"]);
  });

  it.each(ROLLOUT_STATES)("gives a reason for everything it does not offer, in state %s", (state) => {
    for (const viewer of ["owner", "admin", "carrier", "auditor"] as const) {
      for (const { allowed: may, reason } of Object.values(controlsOf(facts(state), viewer))) {
        expect(may).toBe(reason === null);
      }
    }
  });

  it("lets somebody who only carries the work go on with it, and an auditor do nothing", () => {
    expect(allowed(facts("held"), "carrier")).toEqual(["resume", "retry", "recheck"]);
    expect(allowed(facts("held"), "auditor")).toEqual([]);
    expect(allowed(facts("held"), "admin")).toEqual(allowed(facts("held"), "owner"));
  });
});
