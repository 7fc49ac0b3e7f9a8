import type {
  CauseGroup,
  RolloutList,
  RolloutReport,
  RolloutSummary,
  RolloutView,
  TaskDetail,
  TaskPage,
  TaskView,
  WaveView,
} from "@/lib/domain/rollout/api";
import { ROLLOUT_ACTIONS } from "@/lib/domain/rollout/api";
import { countsFixture, planFixture } from "@/lib/domain/rollout/plan-fixture";
import type { TaskOutcome } from "@/lib/domain/rollout/types";

/** Plain objects for the tests and pictures of this folder. */

export const NOW = "2026-11-21T12:00:00.000Z";
export const ROLLOUT_ID = "6a1f0c1e-9f5b-4a53-9d39-0d6a0a5b7c10";
const SUBSCRIPTION = "10ca1a2e-1111-4000-8000-000000000001";

export function inMinutes(minutes: number): string {
  return new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
}

export const PLAN = planFixture({
  canary: 5,
  waves: [{ unit: "percent", value: 25 }],
  concurrency: 100,
  retries: { endpointBlocked: 2 },
});

export function wave(part: Partial<WaveView> = {}): WaveView {
  return {
    number: 1,
    kind: "canary",
    state: "done",
    counts: countsFixture({ ready: 5 }),
    size: 5,
    dueAt: null,
    startedAt: inMinutes(-12),
    endedAt: inMinutes(-9),
    ...part,
  };
}

export function cause(part: Partial<CauseGroup> = {}): CauseGroup {
  return {
    cause: "endpointBlocked",
    code: "0x801c002d",
    meaning: "The server cannot reach Microsoft's registration endpoint.",
    fixes: ["Open https://enterpriseregistration.windows.net on port 443.", "Then retry these machines."],
    state: "failed",
    count: 31,
    example: {
      machineName: "fra-blk-0004",
      said: "Enable failed with exit code -2145648595.",
      azure: {
        status: null,
        code: "VMExtensionProvisioningError",
        message: "Enable failed with exit code -2145648595.",
        requestId: "req-31",
        correlationId: null,
        retryAfterSeconds: null,
        service: "arm",
      },
    },
    retryable: true,
    groups: [{ subscriptionId: SUBSCRIPTION, resourceGroup: "rg-branch-blocked", count: 31, queued: 29 }],
    ...part,
  };
}

const CONTROLS = Object.fromEntries(
  ROLLOUT_ACTIONS.map((action) => [action, { allowed: true, reason: null }]),
) as RolloutView["controls"];

export function off(reason: string): RolloutView["controls"] {
  return Object.fromEntries(ROLLOUT_ACTIONS.map((action) => [action, { allowed: false, reason }])) as RolloutView["controls"];
}

export function summary(part: Partial<RolloutSummary> = {}): RolloutSummary {
  return {
    id: ROLLOUT_ID,
    name: "Sign-in for Frankfurt",
    kind: "windowsSignIn.install",
    state: "running",
    stateReason: null,
    waitingFor: null,
    operatorName: "Olivia Operator",
    operatorObjectId: "olivia",
    actsAs: "operator",
    createdAt: inMinutes(-15),
    endedAt: null,
    total: 500,
    counts: countsFixture({ ready: 96, notReady: 4, failed: 3, provisioning: 20, checking: 7, queued: 370 }),
    wave: { number: 2, of: 5 },
    ...part,
  };
}

export function rollout(part: Partial<RolloutView> = {}): RolloutView {
  return {
    ...summary(),
    work: { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null },
    plan: PLAN,
    describedAs: "Machines: Windows, connected, without Entra sign-in",
    waves: [
      wave(),
      wave({
        number: 2,
        kind: "wave",
        state: "running",
        size: 125,
        counts: countsFixture({ ready: 91, notReady: 4, failed: 3, provisioning: 20, checking: 7 }),
        startedAt: inMinutes(-8),
        endedAt: null,
      }),
      ...[3, 4, 5].map((number) =>
        wave({
          number,
          kind: "wave",
          state: "pending",
          size: number === 5 ? 120 : 125,
          counts: countsFixture({ queued: number === 5 ? 120 : 125 }),
          startedAt: null,
          endedAt: null,
        }),
      ),
    ],
    causes: [],
    rate: { perSecond: 6.4, floorPerSecond: 9.7 },
    eta: { at: inMinutes(34), reason: null },
    carrierName: "Olivia Operator",
    confirmSignIn: false,
    controls: CONTROLS,
    asOf: NOW,
    ...part,
  };
}

/** Wave 2 has failed beyond its threshold. */
export function heldRollout(part: Partial<RolloutView> = {}): RolloutView {
  const held = countsFixture({ ready: 70, notReady: 4, failed: 31, provisioning: 3, queued: 17 });
  const base = rollout();
  return {
    ...base,
    state: "held",
    stateReason: "Wave 2: 35 of 125 machines failed or cannot sign in, more than the 13 that the plan tolerates.",
    counts: countsFixture({ ready: 75, notReady: 4, failed: 31, provisioning: 3, queued: 387 }),
    waves: base.waves.map((one) => (one.number === 2 ? { ...one, state: "held", counts: held } : one)),
    causes: [
      cause(),
      cause({
        cause: "deviceName",
        code: "deviceNameConflict",
        meaning: "Another device in Entra has the same name, so Entra cannot tell which one signs in.",
        fixes: ["Delete the stale device object in Entra, or rename the server."],
        state: "notReady",
        count: 4,
        example: null,
        retryable: false,
        groups: [{ subscriptionId: SUBSCRIPTION, resourceGroup: "rg-app", count: 4, queued: 0 }],
      }),
    ],
    rate: { perSecond: null, floorPerSecond: 9.7 },
    eta: { at: null, reason: "waiting" },
    ...part,
  };
}

export const BLOCKED: TaskOutcome = {
  code: "extensionFailed",
  cause: "endpointBlocked",
  values: {},
  failure: null,
  azure: cause().example?.azure ?? null,
};

export function task(part: Partial<TaskView> = {}): TaskView {
  const position = part.position ?? 1;
  const name = part.machineName ?? `fra-app-${String(position).padStart(4, "0")}`;
  const group = part.resourceGroup ?? "rg-app";
  return {
    position,
    machineId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/${name}`,
    machineName: name,
    subscriptionId: SUBSCRIPTION,
    resourceGroup: group,
    wave: 2,
    state: "ready",
    attempt: 1,
    outcome: null,
    checks: [],
    waitingFor: null,
    azureStatus: "Succeeded",
    submittedAt: inMinutes(-8),
    endedAt: inMinutes(-5),
    ...part,
  };
}

export const TASKS: TaskView[] = [
  task({ position: 1, outcome: { code: "canSignIn", cause: null, values: {}, failure: null, azure: null } }),
  task({ position: 2, state: "provisioning", azureStatus: "Creating", endedAt: null }),
  task({
    position: 3,
    machineName: "fra-blk-0004",
    resourceGroup: "rg-branch-blocked",
    state: "failed",
    attempt: 2,
    outcome: BLOCKED,
  }),
  task({ position: 4, state: "queued", attempt: 0, azureStatus: null, submittedAt: null, endedAt: null, waitingFor: "operator" }),
];

export function taskPage(tasks: TaskView[] = TASKS, part: Partial<TaskPage> = {}): TaskPage {
  return { tasks, total: tasks.length, nextCursor: null, asOf: NOW, ...part };
}

export function taskDetail(of: TaskView, part: Partial<TaskDetail> = {}): TaskDetail {
  return {
    task: of,
    events: [
      { at: inMinutes(-9), state: "submitting", detail: "The request is sent.", instance: "portal-1" },
      { at: inMinutes(-8), state: "provisioning", detail: "Azure accepted it.", instance: "portal-1" },
      { at: inMinutes(-5), state: of.state, detail: "The extension reported an end.", instance: "portal-2" },
    ],
    request: {
      method: "PUT",
      url: `https://management.azure.com${of.machineId}/extensions/AADLogin?api-version=2025-01-13`,
      body: { location: "westeurope", properties: { type: "AADLoginForWindows" } },
    },
    kept: "nothing",
    asOf: NOW,
    ...part,
  };
}

export function rolloutList(rollouts: RolloutSummary[], part: Partial<RolloutList> = {}): RolloutList {
  return { rollouts, asOf: NOW, scope: "own", olderLeftOut: null, ...part };
}

export function report(part: Partial<RolloutReport> = {}): RolloutReport {
  return {
    rollout: heldRollout({ state: "finished", stateReason: null, endedAt: NOW, eta: { at: null, reason: "ended" } }),
    tasks: TASKS,
    actions: [
      { at: inMinutes(-15), operatorName: "Olivia Operator", action: "start", changed: 500 },
      { at: inMinutes(-3), operatorName: "Ada Admin", action: "exclude", changed: 29 },
    ],
    asOf: NOW,
    ...part,
  };
}
