import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { ControlClient } from "../../emulator/testing/control-client.ts";
import { expect } from "./expect.ts";
import { apiToken, callApi, machineRef } from "./fleet.ts";
import type { Stack } from "./stack.ts";

export type ApiOperation = { id: string; kind: string; state: string; waitingFor: string | null };

/** Operations of local Azure take no longer than a test needs to see them run. */
export async function quickOperations(control: ControlClient): Promise<void> {
  await control.setOptions({ extensionQueuedMs: 200, extensionRunningMs: 800 });
}

/** From the checks through settings and consent to the review. */
export async function goToReview(page: Page, mdm: "Empty" | "Microsoft Intune" = "Empty"): Promise<void> {
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("radio", { name: new RegExp(`^${mdm}`) }).check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("checkbox", { name: /becomes Entra joined/ }).check();
  const questions = page.getByRole("checkbox", { name: /points to confirm/ });
  if (await questions.isVisible()) await questions.check();
  await page.getByRole("button", { name: "Next" }).click();
}

/** Sends a deployment past the forms, as a script or a changed browser would. */
export async function forceDeployment(
  stack: Stack,
  token: string,
  ref: { subscriptionId: string; resourceGroup: string; name: string },
  change: Record<string, unknown> = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const base = `/api/machines/${ref.subscriptionId}/${ref.resourceGroup}/${ref.name}`;
  const answer = await callApi(stack, token, "POST", `${base}/sign-in/deployments`, {
    extensionName: "AADLogin",
    mdmId: "",
    consent: true,
    overrides: [],
    typedMachineName: "",
    operationId: randomUUID(),
    ...change,
  });
  return { status: answer.status, json: answer.json as Record<string, unknown> };
}

/** Starts a deployment past the forms and gives its operation. */
export async function startDeployment(stack: Stack, control: ControlClient, name: string): Promise<string> {
  const operationId = randomUUID();
  const ref = await machineRef(stack, control, name);
  const started = await forceDeployment(stack, await apiToken(control), ref, { operationId });
  expect(started.status, JSON.stringify(started.json)).toBeLessThan(300);
  return operationId;
}

/** Deploys as a person and waits for the end; gives the operation as it ended. */
export async function deployed(stack: Stack, control: ControlClient, name: string, upn?: string): Promise<ApiOperation> {
  const token = await apiToken(control, upn);
  const started = await forceDeployment(stack, token, await machineRef(stack, control, name));
  expect(started.status, JSON.stringify(started.json)).toBeLessThan(300);
  const path = `/api/operations/${String(started.json.id)}`;
  let operation = started.json as unknown as ApiOperation;
  await expect
    .poll(
      async () => {
        operation = (await callApi(stack, token, "GET", path)).json as ApiOperation;
        return operation.state;
      },
      { timeout: 30_000 },
    )
    .toMatch(/succeeded|failed|refused|canceled/);
  return operation;
}

/** Writes of the portal that reached Resource Manager. */
export async function armWrites(control: ControlClient): Promise<{ method: string; url: string; requestBody: unknown }[]> {
  return (await control.requests({ face: "arm" })).filter((exchange) => exchange.method !== "GET" && exchange.method !== "POST");
}

export function jsonOf(body: unknown): Record<string, unknown> {
  return (typeof body === "string" ? JSON.parse(body) : body) as Record<string, unknown>;
}
