import type { Page } from "@playwright/test";
import type { RolloutList } from "../lib/domain/rollout/api.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi } from "./support/fleet.ts";
import { openStep } from "./support/rollout.ts";

const OLIVIA = "olivia\\.operator";
const LIVE = /\/rollouts\/[0-9a-f-]{36}$/;
const startButton = (page: Page) => page.getByRole("button", { name: /^Start on \d+ machines?$/ });
const typedCount = (page: Page) => page.getByLabel(/^Type \d+ to confirm the number of machines$/);

/** From the rows that a search leaves to the review, with the machines to confirm among them. */
async function toReview(page: Page): Promise<number> {
  await page.getByRole("button", { name: /^Roll out to (all|the) / }).click();
  await expect(page.getByRole("heading", { name: "New roll-out" })).toBeVisible();
  await openStep(page, "Checks");
  const confirm = page.getByRole("checkbox", { name: /^Include the / });
  await expect(page.getByRole("list", { name: "Machines by verdict" })).toBeVisible({ timeout: 60_000 });
  if (await confirm.isVisible()) await confirm.check();
  await openStep(page, "Review");
  const label = await startButton(page).innerText();
  return Number(/\d+/.exec(label)?.[0]);
}

test("who may work on extensions nowhere finds every way to a roll-out off, with the action that is missing", async ({
  page,
  signIn,
  control,
}) => {
  await signIn("rene\\.reader", "/machines?q=ams-app");
  await page
    .getByRole("checkbox", { name: /^Select / })
    .nth(1)
    .click();
  const bar = page.getByRole("region", { name: "Selected machines" });
  const button = bar.getByRole("button", { name: /^Roll out to/ });
  await expect(button).toHaveAttribute("aria-disabled", "true", { timeout: 30_000 });
  await expect(button).toHaveAccessibleDescription(/^This needs Microsoft\.HybridCompute\/machines\/extensions\/write\./);
  await page.goto(new URL("/rollouts/new", page.url()).href);
  await expect(page.getByRole("radio", { name: "Install Entra sign-in", exact: true })).toBeDisabled({ timeout: 30_000 });
  await expect(page.getByText("Azure Connected Machine Resource Administrator").first()).toBeVisible();
  expect((await control.requests({ face: "arm" })).filter(({ method }) => method === "PUT")).toEqual([]);
});

test("[C75] a start that Azure has overtaken sends nothing and shows what changed; the new number starts it once", async ({
  page,
  signIn,
  control,
}) => {
  await signIn(OLIVIA, "/machines?q=ams-app");
  const before = await toReview(page);
  expect(before).toBeGreaterThan(1);
  const target = await page.getByRole("group", { name: "Target" }).innerText();
  const name = /machines\/([^/]+)\/extensions/.exec(target)?.[1] ?? "";
  await control.clearRequests();
  await control.patchMachine(name, { status: "Disconnected" });
  await typedCount(page).fill(String(before));
  await startButton(page).click();
  const alert = page.getByRole("alert").filter({ hasText: "Azure has changed since the checks" });
  await expect(alert).toContainText(`${name}:`, { timeout: 60_000 });
  expect((await control.requests({ face: "arm" })).filter(({ method }) => method === "PUT")).toEqual([]);
  await expect(startButton(page)).toBeDisabled();
  await typedCount(page).fill(String(before - 1));
  await startButton(page).click();
  await page.waitForURL(LIVE, { timeout: 60_000 });
  await expect(page.getByText(new RegExp(`on ${before - 1} machines`)).first()).toBeVisible();
});

test("[A03] the form survives a reload, and a start that Azure wants a new sign-in for is one roll-out after it", async ({
  page,
  signIn,
  control,
  stack,
}) => {
  // A whole wizard, a reload and a sign-in.
  test.setTimeout(120_000);
  await signIn(OLIVIA, "/machines?q=ams-app");
  const count = await toReview(page);
  await page.getByLabel("Name of the roll-out").fill("After the reload");
  await page.reload();
  await expect(page.getByLabel("Name of the roll-out")).toHaveValue("After the reload", { timeout: 60_000 });
  await typedCount(page).fill(String(count));
  await control.revokeSessions("olivia.operator@contoso.example");
  await startButton(page).click();
  await page.getByRole("heading", { name: "Pick an account" }).waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: /olivia\.operator/ }).click();
  await page.waitForURL(LIVE, { timeout: 60_000 });
  await expect(page.getByRole("heading", { name: "After the reload" })).toBeVisible();
  const { json } = await callApi(stack, await apiToken(control), "GET", "/api/rollouts");
  expect((json as RolloutList).rollouts.filter((rollout) => rollout.name === "After the reload")).toHaveLength(1);
});
