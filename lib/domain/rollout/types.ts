import type { ExtensionFailure } from "../api";
import type { AzureFailure } from "../errors";

/**
 * A roll-out: one kind of work on many machines, in waves. The states and who may leave each are tables in
 * `lib/domain/rollout/states.ts`; everything here is data that is stored and sent.
 */

/** What can be rolled out. Each kind is described once, in `lib/domain/rollout/kinds`. */
export const WORK_KINDS = [
  "windowsSignIn.install",
  "windowsSignIn.settings",
  "windowsSignIn.upgrade",
  "windowsSignIn.uninstall",
  "linuxSignIn.install",
  "linuxSignIn.upgrade",
  "linuxSignIn.uninstall",
  "role.assign",
] as const;
export type WorkKindId = (typeof WORK_KINDS)[number];

/** What is to be done to each machine; the same for all machines of a roll-out. */
export type Work =
  | { kind: "windowsSignIn.install"; extensionName: string; mdmId: string; version: string | null }
  | { kind: "windowsSignIn.settings"; mdmId: string }
  | { kind: "windowsSignIn.upgrade" | "linuxSignIn.upgrade"; version: string }
  | { kind: "windowsSignIn.uninstall" | "linuxSignIn.uninstall" }
  | { kind: "linuxSignIn.install"; extensionName: string; version: string | null }
  | { kind: "role.assign"; roleDefinitionId: string; roleName: string; principal: RolloutPrincipal };

export type RolloutPrincipal = { id: string; type: "User" | "Group" | "ServicePrincipal"; name: string };

/** One machine of a roll-out as it stood when the list was frozen. */
export type RolloutTarget = {
  machineId: string;
  name: string;
  subscriptionId: string;
  resourceGroup: string;
  location: string;
  osFamily: "windows" | "linux" | "unknown";
  /** Name of the sign-in extension that stood there at preflight; null = none. */
  extensionName: string | null;
};

/** Why a machine failed, for the retry rule and the grouping of failures. `throttled` never counts as an attempt. */
export const CAUSE_KINDS = [
  "endpointBlocked",
  "unsupportedSystem",
  "identityMissing",
  "joinConflict",
  "extensionConflict",
  "settings",
  "deviceName",
  "agent",
  "offline",
  "timedOut",
  "denied",
  "policy",
  "machineGone",
  "changedByOthers",
  "serviceError",
  "other",
] as const;
export type CauseKind = (typeof CAUSE_KINDS)[number];

export type WaveSize = { unit: "machines" | "percent"; value: number };

/** Days 1 = Monday .. 7 = Sunday; times "HH:mm" in `timeZone` (IANA). `from` after `to` means over midnight. */
export type RolloutWindow = { days: number[]; from: string; to: string; timeZone: string };

export type RolloutPlan = {
  /** Machines of the first wave; 0 = no canary. */
  canary: number;
  /** Sizes of the waves after the canary; the last one repeats until all machines are in a wave. */
  waves: WaveSize[];
  /** Between waves: `minutes` to wait, or a person's go. */
  pause: { kind: "none" } | { kind: "minutes"; minutes: number } | { kind: "person" };
  /** Machines on which work is going on at the same time. */
  concurrency: number;
  /** Failures (failed plus not ready) of a wave beyond which it acts. */
  threshold: WaveSize;
  onThreshold: "hold" | "stop";
  /** Attempts per machine, by cause; a cause that is absent is not retried. At most 5. */
  retries: Partial<Record<CauseKind, number>>;
  retryAfterMinutes: number;
  window: RolloutWindow | null;
  /** Machines whose agent is not connected: skip, or wait for them until `until` (ISO 8601). */
  offline: { kind: "skip" } | { kind: "wait"; until: string };
  /** Minutes after which an accepted request that has not ended counts as timed out; at least 30. */
  giveUpAfterMinutes: number;
  /** Removes the extension again where it failed. */
  removeFailed: boolean;
  /** Role for a group as last step: at each machine that has succeeded, or once at a scope. */
  grant: null | {
    roleDefinitionId: string;
    roleName: string;
    principal: RolloutPrincipal;
    at: { kind: "machines" } | { kind: "scope"; scope: string };
  };
};

export const ROLLOUT_STATES = ["running", "paused", "held", "canceling", "canceled", "finished"] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

export const WAVE_STATES = ["pending", "awaitingGo", "running", "held", "stopping", "stopped", "done", "canceled"] as const;
export type WaveState = (typeof WAVE_STATES)[number];

/**
 * queued: nothing was sent. submitting: the request may be on the wire. unknown: no answer, Azure is asked. provisioning:
 * Azure accepted it. granting: the role of the last step. checking: can a person sign in? removing: what failed is removed.
 * ready, notReady, failed, skipped, canceled end it; a person's "retry" leads failed and notReady back to queued.
 */
export const TASK_STATES = [
  "queued",
  "submitting",
  "unknown",
  "provisioning",
  "granting",
  "checking",
  "removing",
  "ready",
  "notReady",
  "failed",
  "skipped",
  "canceled",
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/**
 * `waitingFor` of roll-outs (go, pause, window, operator) and of tasks (operator, otherWork, offline, throttled, retry); texts:
 * messages rollout.waiting.<word>.
 */
export type WaitingWord = "go" | "pause" | "window" | "operator" | "otherWork" | "offline" | "throttled" | "retry";

/** Why a machine is ready, is not, failed or was left out. Texts: messages `rollout.outcome.<code>` with `values`. */
export type TaskOutcome = {
  /** For example canSignIn, noSignInRole, noDeviceObject, deviceNameConflict, joinConflict, disallowedByPolicy. */
  code: string;
  cause: CauseKind | null;
  values: Record<string, string | number>;
  failure: ExtensionFailure | null;
  azure: AzureFailure | null;
};

/** One thing that was looked at after the extension succeeded. */
export type PostCheck = {
  id: "extension" | "device" | "signInRole" | "joinConflict";
  verdict: "pass" | "fail" | "unknown";
  /** Message key rollout.check.<id>.<found>. */
  found: string;
  values: Record<string, string | number>;
};
