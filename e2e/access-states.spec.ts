import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { FaultEffect } from "../emulator/core/faults.ts";
import type { ControlClient } from "../emulator/testing/control-client.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machinePage, machineRef } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";
import { violationsOn } from "./support/look.ts";
import type { Stack } from "./support/stack.ts";

const MACHINE = "ams-app-0001";
const ADA = "ada.admin";

/** A wait that is longer than the portal waits: the operator is told instead of kept. */
const THROTTLED: FaultEffect = {
  kind: "respond",
  status: 429,
  headers: { "retry-after": "120" },
  body: { error: { code: "TooManyRequests", message: "The test asks for two minutes." } },
};
/** A refusal that no repeat changes. */
const BROKEN: FaultEffect = {
  kind: "respond",
  status: 501,
  body: { error: { code: "NotImplemented", message: "The test answers nothing else." } },
};

const STATES = [
  {
    effect: THROTTLED,
    said: "The test asks for two minutes.",
    title: `Azure asks the portal to wait before it reads access to ${MACHINE}.`,
  },
  { effect: BROKEN, said: "The test answers nothing else.", title: `Access to ${MACHINE} could not be read.` },
];

test.describe.configure({ timeout: 120_000 });

/** Signed in and at rest, so that the next address is not overtaken by the sign-in's own. */
async function openSettings(page: Page, signIn: (persona: string, path: string) => Promise<void>): Promise<void> {
  await signIn(ADA, "/settings");
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
}

test("access and reach of a machine say throttled and failed apart, in Azure's words, and read again", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const machine = await machinePage(stack, control, MACHINE);
  const found: string[] = [];
  await openSettings(page, signIn);
  for (const { effect, said, title } of STATES) {
    for (const view of ["access", "reach"]) {
      const fault = await control.addFault({ match: { face: "arm", path: `/machines/${MACHINE}\\?` }, effect });
      await page.goto(`${stack.portal}${machine}/${view}`);
      await expect(page.getByText(title, { exact: true })).toBeVisible();
      await expect(page.getByText(said).first()).toBeVisible();
      // The reach page draws the same parts.
      if (view === "access") found.push(...(await violationsOn(page, said)));
      await control.removeFault(fault);
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByText(/^Role assignments: \d+ loaded/)).toBeVisible();
    }
  }
  expect(found).toEqual([]);
});

test("access of a machine whose groups cannot be read is shown all the same, and says at least", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const path = `${await machinePage(stack, control, MACHINE)}/access`;
  await openSettings(page, signIn);
  await control.addFault({ match: { face: "graph", path: "\\$batch" }, effect: BROKEN });
  await page.goto(stack.portal + path);
  await expect(page.getByRole("note").filter({ hasText: "At least these" })).toContainText("The test answers nothing else.");
  await expect(page.getByRole("list", { name: /^Holders of/ })).toContainText("Daan Jansen");
  expect(await violationsOn(page, "at least")).toEqual([]);
});

test("access of the fleet says throttled, failed and nothing to show, each with its way on", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const found: string[] = [];
  await openSettings(page, signIn);
  for (const { effect, said } of STATES) {
    await control.addFault({ match: { face: "resourceGraph" }, effect });
    for (const view of ["machines", "findings"]) {
      await page.goto(`${stack.portal}/access?view=${view}`);
      await expect(page.getByText(said).first()).toBeVisible({ timeout: 30_000 });
    }
    found.push(...(await violationsOn(page, `fleet ${said}`)));
    await control.clearFaults();
    await page.getByRole("button", { name: "Try again" }).first().click();
    await expect(page.getByText(said)).toHaveCount(0, { timeout: 30_000 });
  }
  expect(found).toEqual([]);
});

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

/** Lets Nora read one resource group that holds no machine. */
async function letNoraRead(stack: Stack, control: ControlClient): Promise<void> {
  const { subscriptionId } = await machineRef(stack, control, MACHINE);
  const found = await callApi(
    stack,
    await apiToken(control, "ada.admin@contoso.example"),
    "GET",
    "/api/principals?search=nora.norights",
  );
  const principalId = (found.json as { principals: { id: string }[] }).principals[0]?.id;
  const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${READER}`;
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/rg-identities`;
  const url = `${stack.localAzure}${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`;
  const token = await control.token({ upn: "ada.admin@contoso.example", resource: "arm" });
  const answer = await fetch(url, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "x-forwarded-host": "management.azure.com" },
    body: JSON.stringify({ properties: { roleDefinitionId, principalId, principalType: "User" } }),
  });
  expect(answer.status).toBe(201);
}

test("a person without rights is told on every access page what is missing, and one without machines that there are none", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const machine = await machinePage(stack, control, MACHINE);
  const found: string[] = [];
  await signIn("nora.norights", "/access");
  const nothing = page.getByRole("heading", { name: "You have no access to Azure here" });
  await expect(nothing).toBeVisible();
  for (const path of ["/access/change", `${machine}/access`, `${machine}/reach`]) {
    await follow(page, path);
    await expect(nothing).toBeVisible();
  }
  await letNoraRead(stack, control);
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(page.getByText(`You may not read who has access to ${MACHINE}.`)).toBeVisible();
  await expect(page.getByText("AuthorizationFailed").first()).toBeVisible();
  found.push(...(await violationsOn(page, "reach of nobody")));
  await follow(page, "/access");
  await expect(page.getByText("There are no machines to show")).toBeVisible({ timeout: 30_000 });
  found.push(...(await violationsOn(page, "fleet without machines")));
  await follow(page, "/access/changes");
  await expect(page.getByText("No change yet.")).toBeVisible();
  found.push(...(await violationsOn(page, "no changes")));
  await follow(page, "/access/changes/11111111-1111-4111-8111-111111111111");
  await expect(page.getByText(/no record of this change|no such set of changes/).first()).toBeVisible();
  found.push(...(await violationsOn(page, "unknown change")));
  expect(found).toEqual([]);
});

test("a preview that Azure throttles or fails is said so and asked for again", async ({ page, stack, control, signIn }) => {
  const found: string[] = [];
  const machine = await machinePage(stack, control, MACHINE);
  await signIn(ADA, `${machine}/access?search=jia.novak&capability=signInUser`);
  const remove = page.getByRole("button", { name: /^Remove Virtual Machine User Login at Machine .* from Jia Novak/i }).first();
  await expect(remove).toBeVisible();
  for (const [index, { effect, said }] of STATES.entries()) {
    await control.addFault({ match: { face: "arm", path: "/roleAssignments/" }, effect });
    if (index === 0) await remove.click();
    else await page.reload();
    await expect(page.getByText(said).first()).toBeVisible({ timeout: 30_000 });
    if (index === 0) found.push(...(await violationsOn(page, `preview ${said}`)));
    await control.clearFaults();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("button", { name: "Write 1 change" })).toBeVisible();
  }
  expect(found).toEqual([]);
});
