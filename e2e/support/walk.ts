import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { ControlClient } from "../../emulator/testing/control-client.ts";
import { startDeployment } from "./deploy.ts";
import { expect } from "./expect.ts";
import { machinePage } from "./fleet.ts";
import { follow } from "./follow.ts";
import { signInAs } from "./sign-in.ts";
import type { Stack } from "./stack.ts";

/** Called once for every screen, dialog, menu, sheet and popover, with the page standing still. */
export type Look = (name: string) => Promise<void>;
export type Walk = {
  page: Page;
  stack: Stack;
  control: ControlClient;
  look: Look;
  /** Does what only a phone offers; the walk goes on at the width of a desk. */
  phone: (work: () => Promise<void>) => Promise<void>;
};

const OPERATOR = "olivia\\.operator";

async function go({ page }: Walk, path: string, heading: string | RegExp): Promise<void> {
  await follow(page, path);
  await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
}

async function closeLayer({ page }: Walk): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.locator("[role=dialog], [role=menu]")).toHaveCount(0);
}

/** The pages before a sign-in, and the ones that a refused sign-in leads to. Ends signed in. */
export async function walkSignIn(walk: Walk): Promise<void> {
  const { page, stack, control, look } = walk;
  await page.goto(`${stack.portal}/`);
  await expect(page.getByRole("button", { name: "Sign in with Microsoft" })).toBeEnabled();
  await look("landing");
  await page.goto(`${stack.portal}/signed-out`);
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await look("signed-out");
  await page.goto(`${stack.portal}/auth/redirect`);
  await expect(page.getByRole("heading", { name: /Completing the sign-in|could not/ })).toBeVisible();
  await look("entra-return");
  const denied = { error: "access_denied", error_description: "AADSTS50105: The user is not assigned.", error_codes: [50105] };
  await control.addFault({
    match: { face: "entra", method: "POST", path: "/oauth2/v2\\.0/token" },
    effect: { kind: "respond", status: 400, body: denied },
    times: 1,
  });
  await page.goto(`${stack.portal}/`);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: new RegExp(OPERATOR) }).click();
  await expect(page.getByRole("alert").filter({ hasText: "AADSTS50105" })).toBeVisible();
  await look("landing-refused");
  await control.clearFaults();
  await signInAs(page, stack, OPERATOR, "/");
  await expect(page.getByRole("heading", { name: "What needs you now" })).toBeVisible();
}

export async function walkShell(walk: Walk): Promise<void> {
  const { page, look, phone } = walk;
  await go(walk, "/", "What needs you now");
  await expect(page.getByText(/^All [\d,]+ loaded/).first()).toBeVisible({ timeout: 15_000 });
  await look("overview");
  await phone(async () => {
    await look("overview");
    await page.getByRole("button", { name: "More" }).click();
    await expect(page.getByRole("dialog").getByRole("link", { name: "Audit" })).toBeVisible();
    await look("more");
    await closeLayer(walk);
  });
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await look("account-menu");
  await closeLayer(walk);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("palette");
  await page.getByRole("combobox").fill("ams-app");
  await expect(page.getByRole("option", { name: /ams-app-0001/ })).toBeVisible();
  await look("palette-found");
  await page.getByRole("combobox").fill("zzzz");
  await expect(page.getByText("Nothing found for")).toBeVisible();
  await look("palette-nothing");
  await closeLayer(walk);
  await go(walk, "/settings", "Settings");
  await expect(page.getByText("Olivia").first()).toBeVisible();
  await look("settings");
  await go(walk, "/glossary", "Glossary");
  await look("glossary");
  await page.goto(`${page.url()}/nowhere`);
  await expect(page.getByRole("link", { name: /overview/i }).first()).toBeVisible();
  await look("not-found");
}

export async function walkMachines(walk: Walk): Promise<void> {
  const { page, look, phone } = walk;
  await go(walk, "/machines", "Machines");
  await expect(page.getByText(/^All [\d,]+ /).first()).toBeVisible();
  await look("machines");
  await page.getByRole("button", { name: "Export" }).click();
  await look("machines-export-menu");
  await closeLayer(walk);
  await phone(async () => {
    await page.getByRole("button", { name: "Filters" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await look("machines-filters");
    await closeLayer(walk);
  });
  await page.getByRole("button", { name: "Columns" }).click();
  await look("machines-columns-menu");
  await closeLayer(walk);
  await page.getByRole("checkbox", { name: "Select ams-app-0001" }).click();
  await page.getByRole("checkbox", { name: "Select ams-app-0002" }).click();
  await expect(page.getByText("2 selected")).toBeVisible();
  await look("machines-selection");
  await go(walk, "/machines?certificate=expired&status=Expired", "Machines");
  await expect(page.getByText("Expired").first()).toBeVisible();
  await look("machines-filtered");
  await go(walk, "/machines?q=zzzz", "Machines");
  await expect(page.getByText("No machine matches", { exact: true })).toBeVisible();
  await look("machines-nothing-found");
}

/** A fleet of which a part or everything is missing. */
export async function walkMachinesInTrouble(walk: Walk): Promise<void> {
  const { page, stack, control, look } = walk;
  const refuse = { error: { code: "AuthorizationFailed", message: "The client does not have authorization." } };
  await control.addFault({ match: { face: "graph" }, effect: { kind: "respond", status: 403, body: refuse } });
  await page.goto(`${stack.portal}/machines`);
  await page.getByRole("button", { name: /^Refresh/ }).click();
  await expect(page.getByText(/Certificate dates are incomplete/)).toBeVisible({ timeout: 30_000 });
  await look("machines-partial");
  await control.addFault({
    match: { face: "resourceGraph" },
    effect: { kind: "respond", status: 403, body: refuse },
  });
  await page.getByRole("button", { name: /^Refresh/ }).click();
  await expect(page.getByText("The client does not have authorization.").last()).toBeVisible({ timeout: 30_000 });
  await look("machines-refresh-failed");
  await control.clearFaults();
}

export async function walkMachine(walk: Walk): Promise<void> {
  const { page, stack, control, look } = walk;
  for (const name of ["ams-app-0001", "ams-rdp-0003", "dub-exp-0020", "fra-f51-0047", "lon-null-0026", "fra-mon-0030"]) {
    await go(walk, await machinePage(stack, control, name), name);
    await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();
    await look(`machine-${name}`);
  }
  await go(walk, await machinePage(stack, control, "fra-f51-0047"), "fra-f51-0047");
  await page.getByRole("button", { name: "Uninstall" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("uninstall-dialog");
  await closeLayer(walk);
  await go(walk, await machinePage(stack, control, "ams-noid-0014"), "ams-noid-0014");
  await page.getByRole("button", { name: "Switch on system-assigned identity" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("identity-dialog");
  await closeLayer(walk);
  const gone = (await machinePage(stack, control, "ams-app-0001")).replace("ams-app-0001", "ams-gone-9999");
  await go(walk, gone, /ams-gone-9999/);
  await expect(page.getByText(/ResourceNotFound/).first()).toBeVisible();
  await look("machine-gone");
}

export async function walkDeployment(walk: Walk): Promise<void> {
  const { page, stack, control, look } = walk;
  const path = await machinePage(stack, control, "ams-noid-0014");
  await go(walk, `${path}/sign-in`, "Checks before anything is sent");
  await expect(page.getByText(/At least one check blocks/)).toBeVisible();
  await look("flow-blocked");
  await go(walk, `${await machinePage(stack, control, "ams-app-0001")}/sign-in`, "Checks before anything is sent");
  await expect(page.getByText("Nothing is in the way.").or(page.getByText(/some points need your confirmation/))).toBeVisible();
  await look("flow-checks");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("radio", { name: /^Another product/ }).check();
  await look("flow-settings");
  await page.getByRole("radio", { name: /^Empty/ }).check();
  await page.getByRole("button", { name: "Next" }).click();
  await look("flow-consent");
  await page.getByRole("checkbox", { name: /becomes Entra joined/ }).check();
  const questions = page.getByRole("checkbox", { name: /points to confirm/ });
  if (await questions.isVisible()) await questions.check();
  await page.getByRole("button", { name: "Next" }).click();
  await look("flow-review");
  await control.setOptions({ extensionQueuedMs: 0, extensionRunningMs: 60_000 });
  await page.getByRole("button", { name: "Deploy to ams-app-0001" }).click();
  await expect(page.getByText(/Azure says (Queued|InProgress)/).first()).toBeVisible();
  await look("operation-running");
  await go(walk, "/", "What needs you now");
  await expect(page.getByRole("link", { name: /ams-app-0001/ }).first()).toBeVisible();
  await look("overview-running");
  await control.advanceClock(61_000);
  const done = page.getByText("Azure reports Succeeded. ams-app-0001 is Entra joined.");
  await page
    .getByRole("link", { name: /ams-app-0001/ })
    .first()
    .click();
  await expect(done).toBeVisible({ timeout: 30_000 });
  await look("operation-succeeded");
  await control.setOptions({ extensionQueuedMs: 0, extensionRunningMs: 0 });
  const failed = await startDeployment(stack, control, "ams-net-0015");
  await follow(page, `/operations/${failed}`);
  await expect(page.getByRole("region", { name: "What the failure means" })).toContainText("-2145648607", { timeout: 30_000 });
  await look("operation-failed");
  await follow(page, `/operations/${randomUUID()}`);
  await expect(page.getByText("There is no such operation, or you may not see it.").first()).toBeVisible();
  await look("operation-missing");
}

/** Certificates and the audit; the audit has entries when `walkDeployment` came before. */
export async function walkRecords(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await go(walk, "/certificates", "Certificate horizon");
  await expect(page.getByRole("table").first()).toBeVisible();
  await look("certificates");
  await go(walk, "/audit", "Audit");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await look("audit");
  await page.getByRole("button", { name: /^Chain holds/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("audit-chain");
  await closeLayer(walk);
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await look("audit-export-menu");
  await closeLayer(walk);
  await page
    .getByRole("button", { name: /^Open entry/ })
    .first()
    .click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("audit-entry");
  await closeLayer(walk);
}
