import { expect } from "./expect.ts";
import { follow } from "./follow.ts";
import { signInAs } from "./sign-in.ts";
import type { Walk } from "./walk.ts";

const JUSTIFICATION = "CHG0040221: patch night";

async function openMine({ page }: Walk): Promise<void> {
  await follow(page, "/elevation");
  await expect(page.getByRole("list", { name: "Roles you can activate" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^on \d+ machines?$/).first()).toBeVisible({ timeout: 60_000 });
}

async function walkForm(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await openMine(walk);
  await look("elevation-mine");
  const boxes = page.getByRole("checkbox", { name: /^Select Log Analytics Contributor/ });
  await boxes.first().check();
  await page.getByRole("checkbox", { name: /^Select Contributor at Subscription Production EU 01/ }).check();
  await page.getByText("Differs for this role").first().click();
  await expect(page.getByRole("combobox", { name: "Where" })).toBeVisible();
  await look("elevation-form");
  await page.getByRole("textbox", { name: "Justification" }).first().fill(JUSTIFICATION);
  await page.getByText("Exact requests and commands").click();
  await expect(page.getByText("Azure would take it").first()).toBeVisible({ timeout: 30_000 });
  await page.getByText("Save this form").click();
  await look("elevation-form-exact");
  await page.getByRole("button", { name: "Activate 2 roles" }).last().click();
  await page.waitForURL(/\/elevation\/requests\//);
  await expect(page.getByText("Waits for approval")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Effective", { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByText("Exact request").first().click();
  await look("elevation-request");
  await openMine(walk);
  await expect(page.getByText("1 active")).toBeVisible();
  await look("elevation-active");
}

async function walkApprovals(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await expect(page.getByRole("heading", { name: "Approvals", level: 1 })).toBeVisible();
  await expect(page.getByText(/machine identit(y|ies) within reach/).first()).toBeVisible({ timeout: 60_000 });
  await page.getByText("History, settings and machines").first().click();
  await page.getByRole("checkbox", { name: "Select all that you can decide" }).check();
  await look("elevation-approvals");
  await page
    .getByRole("button", { name: /^Deny \d+$/ })
    .last()
    .click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("elevation-decide");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Not this week");
  await dialog.getByRole("button", { name: /^Deny/ }).click();
  await expect(page.getByRole("list", { name: "Decided in the last 24 hours" })).toBeVisible();
  await look("elevation-decided");
}

async function walkTrouble(walk: Walk): Promise<void> {
  const { page, stack, control, look } = walk;
  const refuse = { error: { code: "AadPremiumLicenseRequired", message: "The tenant needs a Microsoft Entra ID P2 licence." } };
  await control.addFault({
    match: { face: "arm", path: "role(Eligibility|Assignment)Schedule" },
    effect: { kind: "respond", status: 400, body: refuse },
  });
  await page.goto(`${stack.portal}/elevation`);
  await expect(page.getByText("The tenant has no licence for this").first()).toBeVisible({ timeout: 30_000 });
  await look("elevation-no-licence");
  await control.clearFaults();
}

/** My access, its form, a request and its outcome, approvals and their dialog, and a tenant without the licence. */
export async function walkElevation(walk: Walk): Promise<void> {
  const { page, stack } = walk;
  await walkForm(walk);
  await walkTrouble(walk);
  await page.evaluate(() => {
    sessionStorage.clear();
    localStorage.clear();
  });
  await page.context().clearCookies();
  await signInAs(page, stack, "anton\\.approver", "/elevation/approvals");
  await walkApprovals(walk);
}
