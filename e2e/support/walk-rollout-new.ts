import { expect } from "./expect.ts";
import { follow } from "./follow.ts";
import { openStep } from "./rollout.ts";
import type { Walk } from "./walk.ts";

const HEADING = "New roll-out";
const FORTNIGHT_MS = 14 * 86_400_000;

/** The wizard without machines, then every step of it with the machines of a search, up to the start. */
export async function walkRolloutNew({ page, control, look }: Walk): Promise<void> {
  page.setDefaultTimeout(20_000);
  await follow(page, "/rollouts/new");
  await expect(page.getByRole("heading", { name: HEADING })).toBeVisible();
  await openStep(page, "Machines");
  await expect(page.getByText("No machines yet")).toBeVisible();
  await look("rollout-new-no-machines");
  await openStep(page, "Checks");
  await expect(page.getByRole("button", { name: "To the machines" })).toBeVisible();
  await look("rollout-new-no-checks");

  await follow(page, "/machines?q=ams");
  await page.getByRole("button", { name: /^Roll out to all [\d,]+ machines shown/ }).click();
  await expect(page.getByRole("heading", { name: HEADING })).toBeVisible();
  await page.getByRole("radio", { name: "Another product" }).click();
  await page.getByLabel("Application id of your management product").fill("wrong");
  await look("rollout-new-work");
  await page.getByRole("radio", { name: "Empty", exact: true }).click();
  await openStep(page, "Machines");
  await expect(page.getByRole("grid", { name: "Machines of the roll-out" })).toBeVisible();
  await look("rollout-new-machines");

  await control.addFault({
    match: { face: "resourceGraph" },
    effect: { kind: "respond", status: 403, body: { error: { code: "AuthorizationFailed", message: "No read." } } },
  });
  await openStep(page, "Checks");
  await expect(page.getByRole("alert").filter({ hasText: "AuthorizationFailed" }).first()).toBeVisible({ timeout: 30_000 });
  await look("rollout-new-refused");
  await control.clearFaults();
  await page.getByRole("button", { name: "Run the checks again" }).click();
  await expect(page.getByText(/machines? will be worked on$/)).toBeVisible({ timeout: 60_000 });
  await look("rollout-new-checks");
  await page
    .getByRole("button", { name: /^Show the machines/ })
    .last()
    .click();
  await expect(page.getByRole("dialog").getByRole("grid")).toBeVisible();
  await look("rollout-new-group");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await openStep(page, "Plan");
  await page.getByRole("radio", { name: "Only in a window" }).click();
  await page.getByRole("radio", { name: "Wait for them" }).click();
  // The window opens in every fortnight, whatever day it is.
  await page.getByLabel("Wait until (UTC)").fill(new Date(Date.now() + FORTNIGHT_MS).toISOString().slice(0, 16));
  await page.getByRole("checkbox", { name: "Give a group or person a role" }).click();
  await page.getByLabel("Machines at the same time").fill("0");
  await expect(page.getByLabel("Role to give")).toBeVisible();
  await page.getByRole("searchbox", { name: "Group or person" }).fill("op");
  await expect(page.getByRole("list", { name: "Found" })).toBeVisible();
  await look("rollout-new-plan");
  await openStep(page, "Review");
  await look("rollout-new-plan-wrong");
  await page.getByRole("button", { name: "To the plan" }).click();
  await page.getByRole("checkbox", { name: "Give a group or person a role" }).click();
  await page.getByLabel("Machines at the same time").fill("50");
  await openStep(page, "Review");
  await page.getByLabel(/^Type \d+ to confirm/).fill("x");
  await look("rollout-new-review");
  await page.getByRole("button", { name: "As a script or template" }).click();
  await expect(page.getByRole("dialog").getByRole("tab", { name: "Bicep" })).toBeVisible();
  await look("rollout-new-templates");
  await page.keyboard.press("Escape");
}
