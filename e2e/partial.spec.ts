import type { Page } from "@playwright/test";
import { forceDeployment } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { machinePage, machineRef } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";
import type { Stack } from "./support/stack.ts";

const ROLE = "Azure Connected Machine Resource Administrator";
const COMPLETE = /^All \d+ loaded · as of \d\d:\d\d UTC$/;

/** Names and subscriptions of the machines that this person gets from the portal's API. */
async function machinesOf(stack: Stack, token: string): Promise<string[]> {
  const response = await fetch(`${stack.portal}/api/fleet`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as { type: string; id?: string[] })
    .flatMap((message) => (message.type === "rows" ? (message.id ?? []) : []));
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
}

test("a contributor of one subscription sees its machines, is told where the list ends, and why another machine is closed", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const elsewhere = await machinePage(stack, control, "ams-app-0001");
  const ids = await machinesOf(stack, await control.token({ upn: "wade.wholesale@contoso.example", resource: "api" }));
  const subscriptions = new Set(ids.map((id) => id.split("/")[2]));
  expect(ids.length).toBeGreaterThan(0);
  expect(subscriptions.size).toBe(1);

  await signIn("wade\\.wholesale", "/machines");
  await expect(page.getByText(`All ${ids.length} loaded`)).toBeVisible();
  await expect(
    page.getByText("servers that you may read, in Non-production 01. Azure neither shows nor counts the others."),
  ).toBeVisible();
  await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", String(ids.length + 1));
  for (const place of ["Overview", "Certificates"]) {
    await choose(page, place);
    await expect(page.getByText(COMPLETE).first()).toBeVisible();
  }
  await choose(page, "Settings");
  await expect(page.getByRole("region", { name: "Subscriptions" })).toContainText("1 of 1 loaded");

  await page.goto(stack.portal + elsewhere);
  const problem = page.getByRole("alert").filter({ hasText: "AuthorizationFailed" });
  await expect(page.getByText("You may not read ams-app-0001.")).toBeVisible();
  await expect(problem).toContainText("Microsoft.HybridCompute/machines/read");
  await expect(problem).toContainText("Request id");
  await expect(page.getByRole("link", { name: "Back to the machines" })).toBeVisible();
});

test("a person without rights is told so with the next step on every address, and never that there are no machines", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const machine = await machinePage(stack, control, "ams-app-0001");
  await signIn("nora\\.norights", "/machines");
  for (const path of ["/machines", "/", "/certificates", machine]) {
    await page.goto(stack.portal + path);
    await expect(page.getByRole("heading", { name: "You have no access to Azure here" })).toBeVisible();
    await expect(page.getByText(/Ask an administrator for the role Reader/)).toBeVisible();
    await expect(page.getByText("10ca1a2e-1000-4000-8000-000000000008")).toBeVisible();
    await expect(page.getByText("No Arc-enabled servers here")).toHaveCount(0);
  }
});

test("a reader sees every write control switched off, with the action that is missing and the role that has it", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const withoutIdentity = await machinePage(stack, control, "ams-noid-0014");
  await signIn("rene\\.reader", withoutIdentity);
  await expect(page.getByRole("button", { name: "Switch on system-assigned identity" })).toBeDisabled();
  await expect(
    page.getByText(`You lack Microsoft.HybridCompute/machines/write on this machine. The role made for it is ${ROLE}.`),
  ).toBeVisible();

  await follow(page, `${await machinePage(stack, control, "ams-app-0001")}/sign-in`);
  const missing = "You lack Microsoft.HybridCompute/machines/extensions/write on this machine.";
  await expect(page.getByText(missing).first()).toBeVisible();
  await expect(page.getByText(ROLE).first()).toBeVisible();
  await page
    .getByRole("navigation", { name: "Steps" })
    .getByRole("button", { name: /Review/ })
    .click();
  await expect(page.getByRole("button", { name: "Deploy to ams-app-0001" })).toBeDisabled();
  await expect(page.getByText(missing).first()).toBeVisible();

  await follow(page, await machinePage(stack, control, "ams-rdp-0003"));
  await expect(page.getByRole("button", { name: "Uninstall" })).toBeDisabled();
  await expect(page.getByText("You lack Microsoft.HybridCompute/machines/extensions/delete on this machine.")).toBeVisible();
  const writes = (await control.requests({ face: "arm" })).filter((exchange) =>
    ["PUT", "PATCH", "DELETE"].includes(exchange.method),
  );
  expect(writes.filter((exchange) => exchange.caller?.upn.startsWith("rene"))).toEqual([]);
});

test("a write forced past the portal's checks is refused by Azure, and the page shows Azure's code and request id", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const ref = await machineRef(stack, control, "ams-app-0001");
  const token = await control.token({ upn: "rene.reader@contoso.example", resource: "api" });
  const stopped = await forceDeployment(stack, token, ref);
  expect(stopped).toMatchObject({
    status: 403,
    json: {
      detail: expect.stringContaining("Microsoft.HybridCompute/machines/extensions/write on ams-app-0001. Nothing was sent."),
    },
  });

  // Where Azure cannot say what the person may do, Azure decides when the request arrives.
  await control.addFault({
    match: { face: "arm", path: "/providers/Microsoft.Authorization/permissions" },
    effect: { kind: "respond", status: 400, body: { error: { code: "BadRequest", message: "not now" } } },
  });
  const sent = await forceDeployment(stack, token, ref);
  const operationId = (sent.json as { id?: string }).id ?? "";
  expect(operationId, JSON.stringify(sent.json)).not.toBe("");
  await signIn("rene\\.reader", `/operations/${operationId}`);
  await expect(page.getByRole("status").filter({ hasText: "Azure refused the request. Nothing was changed." })).toBeVisible();
  const problem = page.getByRole("alert").filter({ hasText: "AuthorizationFailed" });
  await expect(problem).toContainText("Microsoft.HybridCompute/machines/extensions/write");
  const puts = (await control.requests({ face: "arm", path: "/extensions/AADLogin" })).filter(
    (exchange) => exchange.method === "PUT" && exchange.caller?.upn.startsWith("rene") === true,
  );
  expect(puts.map((exchange) => exchange.status)).toEqual([403]);
  await expect(problem).toContainText(puts[0]?.responseHeaders["x-ms-request-id"] ?? "no request id");
});

test("an administrator of login roles reads everything and may not deploy", async ({ page, stack, control, signIn }) => {
  await signIn("lena\\.login", "/machines");
  await expect(page.getByText(/^All 2\d\d loaded/)).toBeVisible();
  await follow(page, `${await machinePage(stack, control, "ams-app-0001")}/sign-in`);
  await expect(
    page.getByText("You lack Microsoft.HybridCompute/machines/extensions/write on this machine.").first(),
  ).toBeVisible();
});
