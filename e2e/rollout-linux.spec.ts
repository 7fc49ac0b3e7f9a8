import { expect, test } from "./support/fixtures.ts";
import { branchGroup, heldByAzure, INSTALL_LINUX, rolloutReport, startRollout } from "./support/rollout.ts";

test.setTimeout(120_000);

test("[A09] AADSSHLoginForLinux on 20 servers: 14 work, errors 22 and 23 are explained", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.reset({ branches: 1 });
  await control.setOptions({ extensionQueuedMs: 100, extensionRunningMs: 400 });
  await signIn("olivia\\.operator", "/rollouts");
  const scope = await branchGroup(control, "rg-branch-linux");
  const { id, preflight } = await startRollout(stack, control, { name: "Linux branches", scope, work: INSTALL_LINUX });
  expect(preflight.targets).toHaveLength(20);

  await page.getByRole("link", { name: "Linux branches" }).click();
  await expect(page.getByText("Ended, some are not good")).toBeVisible({ timeout: 60_000 });
  const causes = page.getByRole("region", { name: "What went wrong" });
  await expect(causes).toContainText(/no system-assigned identity/i);
  await expect(causes).toContainText("Switch the identity on");
  await expect(causes).toContainText(/retired Linux sign-in extension/i);
  await expect(causes).toContainText("remove the old extension");

  const report = await rolloutReport(stack, control, id);
  const held = await heldByAzure(control);
  for (const task of report.tasks) {
    const state = held.get(task.machineId.toLowerCase())?.extensions.find(({ type }) => type === "AADSSHLoginForLinux");
    expect([task.machineName, task.state, state?.provisioningState]).toEqual([
      task.machineName,
      state?.provisioningState === "Succeeded" ? "ready" : "failed",
      state?.provisioningState,
    ]);
  }
  expect(report.tasks.filter(({ state }) => state === "ready")).toHaveLength(14);
});
