import { expect, test } from "./support/fixtures.ts";
import { branchGroup, heldByAzure, INSTALL_WINDOWS, startRollout } from "./support/rollout.ts";

test.setTimeout(120_000);

test("[A03] a roll-out whose sign-in Azure refuses asks for it once, and goes on by itself after the second factor", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.reset({ branches: 50 });
  await control.setOptions({ extensionQueuedMs: 100, extensionRunningMs: 300, requireMfaForWrites: true });
  await signIn("olivia\\.operator", "/rollouts");
  const scope = await branchGroup(control, "rg-branch-arnhem");
  const { id } = await startRollout(stack, control, { name: "Second factor", scope, work: INSTALL_WINDOWS });
  await page.goto(`${stack.portal}/rollouts/${id}`);
  const needs = page.getByRole("region", { name: "What it needs" });
  await expect(needs).toContainText("Azure no longer takes your present sign-in", { timeout: 30_000 });
  await needs.getByRole("button", { name: "Confirm my sign-in and go on" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Confirm my sign-in and go on" }).click();

  await expect(page.getByRole("heading", { name: "Confirm that it is you" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL(`${stack.portal}/rollouts/${id}`, { timeout: 30_000 });
  await expect(page.getByText("Nothing more is needed from you.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Ended, all good").first()).toBeVisible({ timeout: 60_000 });
  const records = [...(await heldByAzure(control)).values()].filter(({ name }) => name.startsWith("arn-"));
  expect(records.map(({ puts, overlapping }) => [puts, overlapping])).toEqual(Array.from({ length: 50 }, () => [1, 0]));
});
