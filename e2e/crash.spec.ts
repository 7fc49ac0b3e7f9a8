import { execFileSync } from "node:child_process";
import { createControlClient } from "../emulator/testing/control-client.ts";
import { startDeployment } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi } from "./support/fleet.ts";
import { startStack } from "./support/stack.ts";

type Operation = { id: string; state: string; waitingFor: string | null };

test("after kill -9 during a deployment the page shows the true state, Azure saw one PUT and the audit verifies", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const stack = await startStack({ machines: 25 });
  const control = createControlClient(stack.control);
  try {
    await control.setOptions({ extensionQueuedMs: 1_000, extensionRunningMs: 8_000 });
    const operationId = await startDeployment(stack, control, "ams-app-0001");
    await stack.killPortal();
    await stack.startPortal();

    await page.goto(`${stack.portal}/operations/${operationId}`);
    await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
    await page.getByRole("button", { name: /olivia\.operator/ }).click();
    await expect(page.getByText("Azure reports Succeeded. ams-app-0001 is Entra joined.")).toBeVisible({ timeout: 60_000 });
    const operation = (await callApi(stack, await apiToken(control), "GET", `/api/operations/${operationId}`)).json as Operation;
    expect(operation).toMatchObject({ state: "succeeded", waitingFor: null });
    const puts = (await control.requests({ face: "arm" })).filter((exchange) => exchange.method === "PUT");
    expect(puts).toHaveLength(1);

    await stack.killPortal();
    const output = execFileSync(process.execPath, ["--import", "./scripts/register.mjs", "scripts/audit-verify.ts"], {
      env: { ...process.env, DATA_DIR: stack.dataDir, ARCWARDEN_MODE: "local", LOCAL_AZURE_ORIGIN: stack.localAzure },
      encoding: "utf8",
    });
    expect(output).toContain("The audit chain holds.");
  } finally {
    await stack.close();
  }
});
