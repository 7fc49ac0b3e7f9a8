import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { ControlClient } from "../emulator/testing/control-client.ts";
import { expect, test } from "./support/fixtures.ts";
import { callApi } from "./support/fleet.ts";
import type { Stack } from "./support/stack.ts";

const OPERATOR = "olivia\\.operator";
const ADMIN = "ada\\.admin";

async function settled(page: Page): Promise<void> {
  await expect(page.getByText(/^(Complete|Incomplete): 250 machines/)).toBeVisible({ timeout: 30_000 });
}

/** Capabilities that the machine's own page would give a person: read past the user interface, from ARM and not the fleet. */
async function machineHolders(stack: Stack, control: ControlClient, page: Page, capability: string): Promise<string[]> {
  const path = new URL(page.url()).pathname;
  const token = await control.token({ upn: "olivia.operator@contoso.example", resource: "api", capabilities: ["cp1"] });
  const { json } = await callApi(stack, token, "GET", `/api${path}`);
  const view = json as {
    access: {
      answers: Record<
        string,
        { holders: { principal: { displayName: string }; paths: { kind: { kind: string }; condition: { kind: string } }[] }[] }
      >;
    };
  };
  const holders = view.access.answers[capability]?.holders ?? [];
  return holders
    .filter(({ paths }) => paths.some(({ kind, condition }) => kind.kind !== "eligible" && condition.kind !== "depends"))
    .map(({ principal }) => principal.displayName)
    .sort();
}

test("a new user finds who can administer a machine within three clicks from the start page", async ({
  page,
  signIn,
  stack,
  control,
}) => {
  await signIn(OPERATOR);
  await page.getByRole("link", { name: "Access", exact: true }).first().click();
  await settled(page);
  await page.getByRole("searchbox", { name: "Search machines" }).fill("ams-app-0001");
  await expect(page.getByText("1 machine", { exact: true })).toBeVisible();
  const heads = await page.getByRole("columnheader").allTextContents();
  await page.locator(`[data-cell='0:${heads.indexOf("Administer, any way")}']`).click();
  const sheet = page.getByRole("dialog", { name: "Administer, any way on ams-app-0001" });
  await expect(sheet.getByText("Owner at Tenant Root Group")).toBeVisible();
  const holders = sheet.getByRole("list").first();
  const shown = (await holders.locator("a[href^='/access/people/']").allTextContents()).sort();
  await sheet.getByRole("link", { name: "All access to this machine" }).click();
  await expect(page).toHaveURL(/\/access$/);
  expect(shown).toEqual(await machineHolders(stack, control, page, "becomeIdentity"));
});

test("[A12] the blast radius of a person equals the machines beneath the scopes of their roles", async ({ page, signIn }) => {
  await signIn(OPERATOR, "/access?view=people");
  await settled(page);
  await page.getByRole("link", { name: "Ada Admin" }).click();
  await expect(page.getByText("of 250 · 100%")).toBeVisible();
  const grants = page.getByRole("table", { name: "Where it comes from" });
  await expect(grants.getByRole("row", { name: /Owner.*Tenant Root Group/ })).toContainText("250");
});

test("[A02] a person's page shows every machine and the chain of groups behind each role", async ({ page, signIn }) => {
  await signIn(OPERATOR, "/access?view=people&q=Hanna%20Lindqvist");
  await settled(page);
  await page.getByRole("link", { name: "Hanna Lindqvist" }).click();
  const grants = page.getByRole("table", { name: "Where it comes from" });
  await expect(grants).toContainText("External contractors › Windows platform team › Windows server administrators");
  await page.getByRole("combobox", { name: "Capability" }).selectOption({ label: "Sign in as admin" });
  await expect(page.getByRole("grid").getByText("Sign in as admin").first()).toBeVisible();
});

test("[A06] the tree of scopes goes from the management group to the machine by keyboard alone", async ({ page, signIn }) => {
  await signIn(OPERATOR, "/access?view=scopes");
  await settled(page);
  const focused = () => page.locator("tr:focus");
  await page
    .getByRole("row", { name: /^Close Whole tenant|Whole tenant/ })
    .first()
    .focus();
  await page.keyboard.type("Tier");
  await page.keyboard.press("Home");
  await expect(focused()).toContainText("Whole tenant");
  await page.keyboard.press("ArrowDown");
  await expect(focused()).toContainText("Tenant Root Group");
  await page.keyboard.press("End");
  await expect(focused()).toContainText("Tier 0");
  for (let level = 0; level < 6; level += 1) {
    if ((await focused().textContent())?.includes("Machine") && !(await focused().getAttribute("aria-expanded"))) break;
    const below = String(Number(await focused().getAttribute("aria-level")) + 1);
    await page.keyboard.press("ArrowRight");
    await expect(focused()).toHaveAttribute("aria-expanded", "true");
    // The machines of a group come with an answer of their own.
    await expect(page.locator("tr:focus + tr")).toHaveAttribute("aria-level", below);
    await page.keyboard.press("ArrowRight");
    await expect(focused()).toHaveAttribute("aria-level", below);
  }
  await expect(focused()).not.toHaveAttribute("aria-expanded");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "All access to this machine" })).toBeVisible();
});

test("[A20] [B23] [B24] [B31] the catalogue of roles computes capabilities, shows drift and compares", async ({
  page,
  signIn,
}) => {
  await signIn(OPERATOR, "/access?view=roles&q=Azure%20Connected%20Machine");
  await settled(page);
  await expect(page.getByRole("columnheader", { name: "Private link scopes" })).toBeVisible();
  const heads = await page.getByRole("columnheader").allTextContents();
  const row = page.getByRole("row", { name: /^Azure Connected Machine Resource Administrator/ });
  for (const capability of ["Deploy extensions", "Run command", "Licences", "Private link scopes"]) {
    await expect(row.getByRole("gridcell").nth(heads.indexOf(capability) - 1)).toContainText("Yes");
  }
  await expect(row.getByRole("gridcell").nth(heads.indexOf("Assign roles") - 1)).toContainText("No");
  await page.getByText("Azure Connected Machine Onboarding").click();
  const sheet = page.getByRole("dialog", { name: "Azure Connected Machine Onboarding" });
  await expect(sheet.getByText("Differs from its documentation")).toBeVisible();
  await expect(sheet.getByText("Microsoft.HybridCompute/machines/addExtensions/action").first()).toBeVisible();
  await sheet.getByRole("button", { name: "Compare" }).click();
  await page
    .getByRole("combobox", { name: "First role" })
    .selectOption({ label: "Azure Connected Machine Resource Administrator" });
  await page.getByRole("combobox", { name: "Second role" }).selectOption({ label: "Contributor" });
  await expect(page.getByRole("region", { name: "Capabilities" })).toContainText(
    "Only Azure Connected Machine Resource Administrator (0)",
  );
});

test("[A21] a custom role from a template reaches the preview with exactly its actions", async ({ page, signIn }) => {
  await signIn(ADMIN, "/access/roles/edit?template=runCommandOnly");
  const result = page.getByRole("region", { name: "What a holder could do" });
  await expect(result.getByText("Run command", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(result.getByText("Deploy extensions")).toHaveCount(0);
  await page.getByRole("textbox", { name: "Name" }).fill("Script runner for tests");
  await page.getByRole("checkbox", { name: /^Sandbox/ }).check();
  await result.getByRole("button", { name: "Preview the change" }).click();
  await expect(page).toHaveURL(/\/access\/change/);
  await expect(page.getByText("Script runner for tests").first()).toBeVisible();
});

test("[C19] a guest's sign-in role is a finding whose repair is the removal of that assignment", async ({ page, signIn }) => {
  await signIn(ADMIN, "/access?view=findings&rule=R24");
  await settled(page);
  const table = page.getByRole("table", { name: "Guest holds a sign-in role" });
  await expect(table.getByText("Guest", { exact: true }).first()).toBeVisible();
  await table
    .getByRole("button", { name: /^Repair:/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/access\/change\?preset=/);
});

test("a search over people in the palette leads to their page", async ({ page, signIn }) => {
  await signIn(OPERATOR);
  await expect(page.getByRole("heading", { name: "What needs you now" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("Hanna");
  await page.getByRole("option", { name: /Hanna Lindqvist/ }).click();
  await expect(page.getByRole("heading", { name: "Hanna Lindqvist" })).toBeVisible();
  await expect(page).toHaveTitle("Hanna Lindqvist - Arcwarden");
  await page.getByRole("navigation").getByRole("link", { name: "Overview" }).first().click();
  await expect(page).toHaveTitle("Overview - Arcwarden");
});

test("an export holds every machine, as of when, and what could not be read", async ({ page, signIn }) => {
  await signIn(OPERATOR, "/access");
  await settled(page);
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /^JSON/ }).click();
  const file = JSON.parse(readFileSync(await (await download).path(), "utf8")) as {
    export: { rows: number; asOf: string; complete: boolean; missing: unknown[] };
    rows: { name: string; signInUser: number }[];
  };
  expect(file.rows).toHaveLength(250);
  expect(file.export.rows).toBe(250);
  expect(file.export.complete).toBe(file.export.missing.length === 0);
  expect(Date.parse(file.export.asOf)).toBeGreaterThan(0);
});

test("says which permission is missing when Azure refuses to list role assignments", async ({ page, signIn, control }) => {
  const body = { error: { code: "AuthorizationFailed", message: "The client does not have authorization." } };
  await signIn(OPERATOR, "/settings");
  await control.addFault({ match: { face: "resourceGraph" }, effect: { kind: "respond", status: 403, body } });
  await page.getByRole("link", { name: "Access", exact: true }).first().click();
  await expect(page.getByText("The client does not have authorization.").first()).toBeVisible({ timeout: 30_000 });
});
