import { armWrites, deployed, forceDeployment, goToReview, jsonOf, quickOperations } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machinePage, machineRef } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";

const OLIVIA = "olivia\\.operator";
const ADA = "ada.admin@contoso.example";
const API = "api-version=2025-01-13";
const SIGN_IN = {
  publisher: "Microsoft.Azure.ActiveDirectory",
  type: "AADLoginForWindows",
  typeHandlerVersion: "2.1.0.0",
  autoUpgradeMinorVersion: true,
  settings: { mdmId: "" },
};

test("[C58 C59] 1007 is explained by the missing identity, a forced repeat is refused, and the fix on the page works", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  await quickOperations(control);
  const ref = await machineRef(stack, control, "ams-noid-0014");
  // Somebody deployed past the portal, for example with the command line.
  const id = `/subscriptions/${ref.subscriptionId}/resourceGroups/${ref.resourceGroup}/providers/Microsoft.HybridCompute/machines/${ref.name}`;
  const put = await fetch(`${stack.localAzure}${id}/extensions/AADLogin?${API}`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${await control.token({ upn: ADA, resource: "arm" })}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ location: "westeurope", properties: SIGN_IN }),
  });
  expect(put.status).toBeLessThan(300);
  await control.advanceClock(60_000);

  await signIn(OLIVIA, await machinePage(stack, control, "ams-noid-0014"));
  const failure = page.getByRole("region", { name: "What the failure means" });
  await expect(failure).toContainText("-2145648574");
  await expect(failure).toContainText("0x801C0042");
  await expect(failure).toContainText("DSREG_E_MSI_TENANTID_UNAVAILABLE");
  await expect(failure).toContainText(/1007/);
  await expect(failure).toContainText(/identity/i);

  await control.clearRequests();
  const forced = await forceDeployment(stack, await apiToken(control), ref);
  expect(forced.status).toBe(409);
  expect(JSON.stringify(forced.json.fields)).toContain("preflight.identityPresent");
  expect(await armWrites(control)).toEqual([]);

  await page.getByRole("button", { name: "Switch on system-assigned identity" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Switch on for ams-noid-0014" }).click();
  await expect(page.getByRole("region", { name: "Identity", exact: true })).toContainText("System-assigned");
  await page.getByRole("link", { name: "Enable Entra sign-in" }).click();
  await expect(page.getByText(/AADLogin is there, state Failed/)).toBeVisible();
  await goToReview(page);
  await page.getByRole("button", { name: "Deploy to ams-noid-0014" }).click();
  await expect(page.getByText("Azure reports Succeeded. ams-noid-0014 is Entra joined.")).toBeVisible({ timeout: 30_000 });
});

test("[C63] exit code 51 of a fresh deployment is told on the operation with what to do, and Azure's own words", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await quickOperations(control);
  const message =
    "Extension Message: Extension returned non-zero exit code for Enable: 51. The operating system is not supported. Extension exit code: 51";
  await control.patchMachine("ams-app-0001", { extensionOutcome: { kind: "fail", exitCode: 51, message } });
  const operation = await deployed(stack, control, "ams-app-0001");
  expect(operation.state).toBe("failed");
  await signIn(OLIVIA, `/operations/${operation.id}`);
  await expect(page.getByText("The deployment failed.")).toBeVisible();
  const failure = page.getByRole("region", { name: "What the failure means" });
  await expect(failure).toContainText("Exit code 51");
  await expect(failure).toContainText("does not support this operating system");
  await expect(failure).toContainText("Extension exit code: 51");
  await page.getByRole("link", { name: "Open the machine" }).click();
  await expect(page.getByRole("region", { name: "Entra sign-in" })).toContainText("Failed");
  await expect(page.getByText("Not Entra joined").or(page.getByText("Entra join not known")).first()).toBeVisible();
});

test("[C32] a machine that lacks mdmId says so, is repaired by the same request with the key, and the audit calls it a repair", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await quickOperations(control);
  await control.clearRequests();
  await signIn(OLIVIA, await machinePage(stack, control, "ams-rdp-0003"));
  const card = page.getByRole("region", { name: "Entra sign-in" });
  await expect(card).toContainText("The setting mdmId is missing");
  await card.getByRole("link", { name: "Repair" }).click();
  await expect(page.getByText(/lacks the setting mdmId/)).toBeVisible();
  await goToReview(page);
  await page.getByRole("button", { name: "Deploy to ams-rdp-0003" }).click();
  await expect(page.getByText(/Azure reports Succeeded/)).toBeVisible({ timeout: 30_000 });
  const writes = await armWrites(control);
  expect(writes.map((exchange) => exchange.method)).toEqual(["PUT"]);
  expect(jsonOf(writes[0]?.requestBody)).toMatchObject({ properties: { settings: { mdmId: "" } } });

  await page.getByRole("link", { name: "Back to ams-rdp-0003" }).click();
  await expect(card).toContainText('{"mdmId":""}');
  await expect(card).not.toContainText("The setting mdmId is missing");
  await follow(page, "/audit?target=ams-rdp-0003");
  const row = page.getByRole("row").filter({ hasText: "ams-rdp-0003" }).first();
  await expect(row).toContainText("Repair Entra sign-in settings");
  await expect(row).toContainText("Done");
});

test("[C11 B27] uninstalling names its consequences, asks for the name, sends one DELETE, and leaves the device object", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await quickOperations(control);
  await deployed(stack, control, "ams-app-0001");
  await control.clearRequests();
  await signIn(OLIVIA, await machinePage(stack, control, "ams-app-0001"));
  await expect(page.getByText("Entra joined by the extension")).toBeVisible();
  await page.getByRole("button", { name: "Uninstall" }).click();
  const dialog = page.getByRole("dialog", { name: "Uninstall AADLogin from ams-app-0001" });
  await expect(dialog).toContainText("People can no longer sign in with Entra accounts");
  await expect(dialog).toContainText("The device object in Entra stays");
  await expect(dialog).toContainText(/DELETE https:\/\/management\.azure\.com\/.*\/machines\/ams-app-0001\/extensions\/AADLogin/);
  const confirm = dialog.getByRole("button", { name: "Uninstall from ams-app-0001" });
  await dialog.getByRole("textbox").fill("AMS-APP-0001");
  await expect(confirm).toBeDisabled();
  await dialog.getByRole("textbox").fill("ams-app-0001");
  await confirm.click();
  await expect(page.getByText(/The extension is gone/)).toBeVisible({ timeout: 30_000 });
  const writes = await armWrites(control);
  expect(writes.map((exchange) => exchange.method)).toEqual(["DELETE"]);

  await page.getByRole("link", { name: "Open the machine" }).click();
  await expect(page.getByText("Not Entra joined")).toBeVisible();
  await expect(page.getByRole("link", { name: "Enable Entra sign-in" })).toBeVisible();
  const entries = (
    await callApi(stack, await apiToken(control), "GET", "/api/audit?action=extension.uninstall&target=ams-app-0001")
  ).json as { entries: { outcome: string }[] };
  expect(entries.entries.slice(0, 2).map((entry) => entry.outcome)).toEqual(["done", "intent"]);
});

test("an offline machine may be overruled: the deployment waits, says so, and ends when the agent is back", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await quickOperations(control);
  await signIn(OLIVIA, `${await machinePage(stack, control, "dub-app-0008")}/sign-in`);
  const check = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Agent connected", exact: true }) });
  await expect(check).toContainText("would wait in state Creating until the agent is back");
  await check.getByRole("checkbox", { name: "Overrule this check" }).check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("checkbox", { name: /becomes Entra joined/ }).check();
  const questions = page.getByRole("checkbox", { name: /points to confirm/ });
  if (await questions.isVisible()) await questions.check();
  const typed = page.getByRole("textbox", { name: /Type dub-app-0008/ });
  await typed.fill("dub-app-0009");
  await expect(page.getByText("This is not the machine's name.")).toBeVisible();
  await typed.fill("dub-app-0008");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Deploy to dub-app-0008" }).click();
  await expect(page.getByText(/Azure says /).first()).toBeVisible();
  await expect(page.getByText(/agent asks for work about every five minutes/)).toBeVisible();
  await expect(page.getByText(/Azure reports Succeeded/)).toHaveCount(0);
  await control.patchMachine("dub-app-0008", { offlineForMs: null });
  await expect(page.getByText(/Azure reports Succeeded/)).toBeVisible({ timeout: 45_000 });
});

test("a second change on the same machine is refused while the first one runs", async ({ stack, control }) => {
  await control.setOptions({ extensionQueuedMs: 1_000, extensionRunningMs: 20_000 });
  const ref = await machineRef(stack, control, "ams-w11-0046");
  const token = await apiToken(control);
  await control.clearRequests();
  const first = await forceDeployment(stack, token, ref);
  expect(first.status).toBeLessThan(300);
  const second = await forceDeployment(stack, token, ref);
  expect(second.status).toBe(409);
  const repeated = await forceDeployment(stack, token, ref, { operationId: first.json.id });
  expect(repeated.json.id).toBe(first.json.id);
  expect((await armWrites(control)).map((exchange) => exchange.method)).toEqual(["PUT"]);
  await control.advanceClock(60_000);
  await expect
    .poll(
      async () =>
        ((await callApi(stack, token, "GET", `/api/operations/${String(first.json.id)}`)).json as { state: string }).state,
      {
        timeout: 30_000,
      },
    )
    .toBe("succeeded");
});
