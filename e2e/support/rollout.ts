import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { MachineRecord } from "../../emulator/control/control-extensions.ts";
import type { ControlClient } from "../../emulator/testing/control-client.ts";
import type { RolloutPreflight, RolloutReport } from "../../lib/domain/rollout/api.ts";
import type { RolloutPlan, Work } from "../../lib/domain/rollout/types.ts";
import { expect } from "./expect.ts";
import { apiToken, callApi } from "./fleet.ts";
import type { Stack } from "./stack.ts";

/** No retries by themselves: they wait for minutes. */
const QUICK_PLAN: RolloutPlan = {
  canary: 0,
  waves: [{ unit: "percent", value: 100 }],
  pause: { kind: "none" },
  concurrency: 200,
  threshold: { unit: "percent", value: 100 },
  onThreshold: "hold",
  retries: {},
  retryAfterMinutes: 1,
  window: null,
  offline: { kind: "skip" },
  giveUpAfterMinutes: 60,
  removeFailed: false,
  grant: null,
};

export const INSTALL_WINDOWS: Work = {
  kind: "windowsSignIn.install",
  extensionName: "AADLoginForWindows",
  mdmId: "",
  version: null,
};
export const INSTALL_LINUX: Work = { kind: "linuxSignIn.install", extensionName: "AADSSHLoginForLinux", version: null };

export type StartOrder = { name: string; scope: string; work: Work; plan?: Partial<RolloutPlan>; upn?: string };

/** Scope of a resource group of the branch offices. */
export async function branchGroup(control: ControlClient, group: string): Promise<string> {
  const { subscriptions } = await control.state();
  const branches = subscriptions.find(({ displayName }) => displayName === "Branch offices 01");
  if (branches === undefined) throw new Error("local Azure was started without branch offices");
  return `/subscriptions/${branches.id}/resourceGroups/${group}`;
}

/** Preflight and start past the user interface, as the wizard sends them. Gives the preflight and the id. */
export async function startRollout(
  stack: Stack,
  control: ControlClient,
  order: StartOrder,
): Promise<{ id: string; preflight: RolloutPreflight }> {
  const token = await apiToken(control, order.upn);
  const plan = { ...QUICK_PLAN, ...order.plan };
  const targets = { by: "scope", scope: order.scope };
  const asked = { work: order.work, targets, plan };
  const checked = await callApi(stack, token, "POST", "/api/rollouts/preflight", asked);
  expect(checked.status, JSON.stringify(checked.json)).toBe(200);
  const preflight = checked.json as RolloutPreflight;
  const id = randomUUID();
  const started = await callApi(stack, token, "POST", "/api/rollouts", {
    ...asked,
    id,
    name: order.name,
    stamp: preflight.stamp,
    includeConfirm: true,
    typedCount: preflight.counts.ready + preflight.counts.confirm,
    actsAs: "operator",
  });
  expect(started.status, JSON.stringify(started.json)).toBeLessThan(300);
  return { id, preflight };
}

export async function rolloutReport(stack: Stack, control: ControlClient, id: string, upn?: string): Promise<RolloutReport> {
  const answer = await callApi(stack, await apiToken(control, upn), "GET", `/api/rollouts/${id}/report?format=json`);
  expect(answer.status, JSON.stringify(answer.json)).toBe(200);
  return answer.json as RolloutReport;
}

/** A step of the wizard, which may be opened at any time. */
export async function openStep(page: Page, name: string): Promise<void> {
  const steps = page.getByRole("navigation", { name: "Steps of the roll-out" });
  await steps.getByRole("button", { name: new RegExp(name) }).click();
  await expect(steps.locator("[aria-current=step]")).toContainText(name);
}

/** What local Azure holds of each machine that was written to, by the machine's id in lower case. */
export async function heldByAzure(control: ControlClient): Promise<Map<string, MachineRecord>> {
  return new Map((await control.extensions()).map((record) => [record.machineId.toLowerCase(), record]));
}
