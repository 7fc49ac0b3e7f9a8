import { expect } from "./expect.ts";
import { follow } from "./follow.ts";
import { branchGroup, INSTALL_WINDOWS, startRollout } from "./rollout.ts";
import type { Walk } from "./walk.ts";

/** The roll-outs: none yet, one that holds itself at blocked servers, its dialogs and log, and the report of its end. */
export async function walkRollouts({ page, stack, control, look }: Walk): Promise<void> {
  await follow(page, "/rollouts");
  const nothing = page.getByText("No roll-out yet");
  await expect(nothing.or(page.getByRole("list", { name: "Roll-outs" }))).toBeVisible();
  // The portal keeps what an earlier walk has started.
  if (await nothing.isVisible()) await look("rollouts-empty");
  await control.reset({ branches: 60 });
  await control.setOptions({ extensionQueuedMs: 100, extensionRunningMs: 200 });
  const { id } = await startRollout(stack, control, {
    name: "Branch office",
    scope: await branchGroup(control, "rg-branch-blocked"),
    work: INSTALL_WINDOWS,
    plan: { canary: 2, threshold: { unit: "machines", value: 0 } },
  });
  await follow(page, `/rollouts/${id}`);
  await expect(page.getByText("Held", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Leave out rg-branch-blocked" })).toBeVisible();
  await look("rollout-held");
  await page.getByRole("button", { name: "Leave out rg-branch-blocked" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("rollout-dialog");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page
    .getByRole("button", { name: /^Log of/ })
    .first()
    .click();
  await expect(page.getByRole("dialog").getByText("Exact request")).toBeVisible();
  await look("rollout-log");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "As a script" }).click();
  await expect(page.getByRole("dialog").getByRole("tab", { name: "Bicep" })).toBeVisible();
  await look("rollout-templates");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await follow(page, `/rollouts/${id}?search=zzzz`);
  await expect(page.getByText("No machine matches")).toBeVisible();
  await look("rollout-nothing-found");
  await follow(page, "/rollouts");
  await expect(page.getByRole("link", { name: "Branch office" }).first()).toBeVisible();
  await look("rollouts");
  await follow(page, `/rollouts/${id}/report`);
  await expect(page.getByRole("table", { name: "Every machine" })).toBeVisible();
  await look("rollout-report");
}
