import { armWrites, forceDeployment, goToReview, jsonOf } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machinePage, machineRef } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";

const INTUNE = "0000000a-0000-0000-c000-000000000000";

test("[C27 C28 C30 C31 C32 C33] deploys with an empty mdmId: exact request, live progress, Succeeded, audit", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.clearRequests();
  const path = await machinePage(stack, control, "ams-app-0001");
  await signIn("olivia\\.operator", path);
  await page.getByRole("link", { name: "Enable Entra sign-in" }).click();
  await expect(page.getByText("Nothing is in the way.").or(page.getByText(/some points need your confirmation/))).toBeVisible();
  await goToReview(page);
  await expect(page.getByText(/machines\/ams-app-0001\/extensions\/AADLogin/).first()).toBeVisible();
  await page.getByRole("button", { name: "Deploy to ams-app-0001" }).click();
  await expect(page.getByText(/Azure says (Queued|InProgress)/).first()).toBeVisible();

  // The address names the operation, so a reload in the middle shows the same one.
  await page.reload();
  await expect(page.getByText("Azure reports Succeeded. ams-app-0001 is Entra joined.")).toBeVisible({ timeout: 45_000 });

  const puts = await armWrites(control);
  expect(puts).toHaveLength(1);
  const url = new URL(puts[0]?.url ?? "", "https://management.azure.com");
  expect(url.pathname).toMatch(/\/providers\/Microsoft\.HybridCompute\/machines\/ams-app-0001\/extensions\/AADLogin$/);
  expect((url.searchParams.get("api-version") ?? "") >= "2024-07-10").toBe(true);
  const body = jsonOf(puts[0]?.requestBody);
  expect(body).toMatchObject({
    location: "westeurope",
    properties: {
      publisher: "Microsoft.Azure.ActiveDirectory",
      type: "AADLoginForWindows",
      typeHandlerVersion: "2.1.0.0",
      autoUpgradeMinorVersion: true,
      settings: { mdmId: "" },
    },
  });

  await follow(page, "/audit");
  const row = page.getByRole("row").filter({ hasText: "ams-app-0001" });
  await expect(row.first()).toBeVisible();
  await expect(row.filter({ hasText: /done/i }).first()).toBeVisible();
});

test("[C32] sends the Intune id when the operator chooses it, on a client", async ({ page, stack, control, signIn }) => {
  const path = await machinePage(stack, control, "ams-w11-0046");
  await control.clearRequests();
  await signIn("olivia\\.operator", `${path}/sign-in`);
  await expect(page.getByRole("heading", { name: "Checks before anything is sent" })).toBeVisible();
  await goToReview(page, "Microsoft Intune");
  await page.getByRole("button", { name: "Deploy to ams-w11-0046" }).click();
  await expect(page.getByText("Azure reports Succeeded. ams-w11-0046 is Entra joined.")).toBeVisible({ timeout: 45_000 });
  const [put] = await armWrites(control);
  expect(jsonOf(put?.requestBody).properties).toMatchObject({ settings: { mdmId: INTUNE } });
});

test("[C60] a blocked endpoint ends in -2145648607, explained with what to do", async ({ page, stack, control, signIn }) => {
  const path = await machinePage(stack, control, "ams-net-0015");
  await signIn("olivia\\.operator", `${path}/sign-in`);
  const failure = page.getByRole("region", { name: "What the failure means" });
  if (!(await failure.isVisible().catch(() => false))) {
    await expect(page.getByRole("heading", { name: "Checks before anything is sent" })).toBeVisible();
    await goToReview(page);
    await page.getByRole("button", { name: "Deploy to ams-net-0015" }).click();
  }
  await expect(failure).toContainText("-2145648607", { timeout: 45_000 });
  await expect(failure).toContainText("0x801C0021");
  await expect(failure).toContainText("could not reach the device registration host");
});

test("[C63] exit code 51 is explained and offers to uninstall", async ({ page, stack, control, signIn }) => {
  await signIn("olivia\\.operator", await machinePage(stack, control, "fra-f51-0047"));
  const failure = page.getByRole("region", { name: "What the failure means" });
  await expect(failure).toContainText("51");
  await expect(failure).toContainText("does not support this operating system");
  await page.getByRole("button", { name: "Uninstall" }).first().click();
  const dialog = page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: "Uninstall from fra-f51-0047" });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole("textbox").fill("fra-f51-0047");
  await control.clearRequests();
  await confirm.click();
  await expect(page.getByText(/The extension is gone/)).toBeVisible({ timeout: 45_000 });
  expect((await control.requests({ face: "arm" })).filter((exchange) => exchange.method === "DELETE")).toHaveLength(1);
});

test("[C58 C59 C28] a machine without identity blocks, and switching it on is sent before the extension", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const path = await machinePage(stack, control, "ams-noid-0014");
  await control.clearRequests();
  await signIn("olivia\\.operator", `${path}/sign-in`);
  await expect(page.getByText(/At least one check blocks/)).toBeVisible();
  await page.getByRole("button", { name: "Switch the identity on" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /ams-noid-0014/ }).click();
  await expect(page.getByText("Nothing is in the way.").or(page.getByText(/some points need your confirmation/))).toBeVisible({
    timeout: 30_000,
  });
  await goToReview(page);
  await page.getByRole("button", { name: "Deploy to ams-noid-0014" }).click();
  await expect(page.getByText("Azure reports Succeeded. ams-noid-0014 is Entra joined.")).toBeVisible({ timeout: 45_000 });
  const writes = await armWrites(control);
  expect(writes.map((exchange) => exchange.method)).toEqual(["PATCH", "PUT"]);
  expect(jsonOf(writes[0]?.requestBody)).toEqual({ identity: { type: "SystemAssigned" } });
});

test("[A22] a reader sees every write off with the reason, and a forced call is refused by Azure", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const ref = await machineRef(stack, control, "ams-app-0001");
  const path = await machinePage(stack, control, "ams-app-0001");
  await signIn("rene\\.reader", `${path}/sign-in`);
  await expect(page.getByText("Microsoft.HybridCompute/machines/extensions/write").first()).toBeVisible();
  await page
    .getByRole("button", { name: /Review/ })
    .first()
    .click();
  await expect(page.getByRole("button", { name: "Deploy to ams-app-0001" })).toBeDisabled();
  await control.clearRequests();
  const token = await apiToken(control, "rene.reader@contoso.example");
  const forced = await forceDeployment(stack, token, ref);
  expect(forced.status).toBe(403);
  expect(forced.json).toMatchObject({ code: "forbidden" });
  expect(await armWrites(control)).toHaveLength(0);
});

test("[C10 C11] a domain-joined machine blocks until its name is typed, and the audit says so; uninstall undoes it", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const path = await machinePage(stack, control, "ams-dom-0045");
  await signIn("olivia\\.operator", `${path}/sign-in`);
  await expect(
    page.getByText(/The blocking checks may be overruled below/).or(page.getByText(/At least one check blocks/)),
  ).toBeVisible();
  await page.getByRole("checkbox", { name: /Overrule this check/ }).check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("checkbox", { name: /becomes Entra joined/ }).check();
  await page.getByRole("checkbox", { name: /points to confirm/ }).check();
  await page.getByRole("textbox", { name: /Type ams-dom-0045/ }).fill("ams-dom-0045");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Deploy to ams-dom-0045" }).click();
  await expect(page.getByText(/Succeeded|failed/).first()).toBeVisible({ timeout: 45_000 });
  const audit = await callApi(stack, await apiToken(control), "GET", "/api/audit");
  expect(JSON.stringify(audit.json)).toContain("domainJoined");
});
