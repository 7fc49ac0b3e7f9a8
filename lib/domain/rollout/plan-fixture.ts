import type { TaskCounts } from "./api";
import { emptyCounts } from "./states";
import type { RolloutPlan, RolloutTarget, Work } from "./types";

/** The usual work for tests. */
export const INSTALL: Work = { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null };

/** A plan for tests: no canary, everything in one wave, no pause, no window, holds beyond 10 %. */
export function planFixture(part: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    canary: 0,
    waves: [{ unit: "percent", value: 100 }],
    pause: { kind: "none" },
    concurrency: 50,
    threshold: { unit: "percent", value: 10 },
    onThreshold: "hold",
    retries: {},
    retryAfterMinutes: 5,
    window: null,
    offline: { kind: "skip" },
    giveUpAfterMinutes: 60,
    removeFailed: false,
    grant: null,
    ...part,
  };
}

/** Counts of a wave for tests; states that are not named are 0. */
export function countsFixture(part: Partial<TaskCounts> = {}): TaskCounts {
  return { ...emptyCounts(), ...part };
}

/** A target for tests. */
export function targetFixture(part: Partial<RolloutTarget> = {}): RolloutTarget {
  const ref = { subscriptionId: "11111111-1111-1111-1111-111111111111", resourceGroup: "rg-prod", name: "ams-app-0001" };
  return {
    ...ref,
    machineId: `/subscriptions/${ref.subscriptionId}/resourceGroups/${ref.resourceGroup}/providers/Microsoft.HybridCompute/machines/${ref.name}`,
    location: "westeurope",
    osFamily: "windows",
    extensionName: null,
    ...part,
  };
}
