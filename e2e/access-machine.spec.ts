import type { Page } from "@playwright/test";
import type { ControlClient } from "../emulator/testing/control-client.ts";
import { confirmAndWrite, expectEffective } from "./support/access.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machinePage } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";
import { violationsOn } from "./support/look.ts";
import type { Stack } from "./support/stack.ts";

const ADA = "ada.admin@contoso.example";
const MACHINE = "ams-app-0001";

type Found = { principals: { id: string; displayName: string }[] };

async function principalId(stack: Stack, control: ControlClient, search: string): Promise<string> {
  const token = await apiToken(control, ADA);
  const { json } = await callApi(stack, token, "GET", `/api/principals?search=${encodeURIComponent(search)}`);
  const id = (json as Found).principals[0]?.id;
  if (id === undefined) throw new Error(`nobody is called ${search}`);
  return id;
}

/** A person who becomes an administrator through three groups, the outermost of which holds the role far above. */
async function nestPerson(stack: Stack, control: ControlClient): Promise<string> {
  const person = await principalId(stack, control, "nora.norights");
  const inner = await control.addGroup("Night shift", [person]);
  const middle = await control.addGroup("Shift leads", [inner]);
  await control.changeGroup(await principalId(stack, control, "Servers on call"), { add: [middle] });
  return person;
}

function capability(page: Page, name: RegExp) {
  return page.getByRole("navigation", { name: "What can be done" }).getByRole("button", { name });
}

/** Machines that a person may administer by signing in, as the person's page of the fleet counts them. */
async function administered(page: Page, stack: Stack, person: string): Promise<number> {
  await page.goto(`${stack.portal}/access/people/${person}`);
  await expect(page.getByText(/^as of /).first()).toBeVisible({ timeout: 30_000 });
  const figure = page
    .locator("dt", { hasText: /^Machines to sign in to as administrator$/ })
    .locator("xpath=following-sibling::dd");
  // Whom no assignment and no group names any more reaches nothing.
  const nowhere = page.getByText(/^No role assignment, activation, eligibility or group names /);
  await expect(figure.or(nowhere)).toBeVisible();
  // "≥" stands before a figure where something could not be read; who looks here cannot read everything.
  return (await nowhere.isVisible()) ? 0 : Number((await figure.textContent())?.replaceAll(/[^\d.]/g, ""));
}

test("[B26] an auditor removes a link through three groups and a management group; the fleet count falls as previewed, undo restores it", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(240_000);
  const person = await nestPerson(stack, control);
  const access = `${await machinePage(stack, control, MACHINE)}/access?search=nora.norights`;
  await signIn("rasmus.review", "/settings");
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  const before = await administered(page, stack, person);
  expect(before).toBeGreaterThan(0);

  await page.goto(`${stack.portal}${access}`);
  const row = page.getByRole("list", { name: "Holders of “Sign in as administrator”" }).getByRole("listitem").first();
  await expect(row).toContainText("Nora Norights");
  const path = page.getByRole("list", { name: /^Path: Person Nora Norights/ });
  await expect(path.getByRole("listitem")).toHaveText([
    /Nora Norights/,
    /Night shift/,
    /Shift leads/,
    /Servers on call/,
    /management group/,
    /Virtual Machine Administrator Login/,
    new RegExp(MACHINE),
  ]);
  await row.getByRole("button", { name: /^Remove Virtual Machine Administrator Login at Management group/ }).click();
  const lost = page.getByRole("region", { name: /^Lose \(\d+ people\)/ });
  const hers = lost
    .getByRole("listitem")
    .filter({ hasText: "Nora Norights" })
    .getByText(/^Sign in as administrator/);
  const line = (await hers.locator("xpath=ancestor::summary").textContent()) ?? "";
  const previewed = Number(/([\d,]+) machines/.exec(line)?.[1]?.replaceAll(",", ""));
  await expect(page.getByText(/^\d+ people can no longer sign in to \d+ machines$/)).toBeVisible();
  const people = (await lost.getByRole("heading").textContent()) ?? "";
  await confirmAndWrite(page);
  await expectEffective(page);
  const change = page.url();

  expect(before - (await administered(page, stack, person))).toBe(previewed);
  await page.goto(`${stack.portal}${access}`);
  await expect(page.getByText(/Nothing on this machine matches|Nobody\./).first()).toBeVisible();

  await page.goto(change);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("region", { name: people.replace("Lose", "Gain") })).toContainText("Nora Norights");
  await confirmAndWrite(page);
  await expectEffective(page);
  expect(await administered(page, stack, person)).toBe(before);
});

test("[C02] [C19] [C22] an auditor sees why people cannot sign in, and every control is off with its reason", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn("sofia.security", `${await machinePage(stack, control, MACHINE)}/access`);
  const whyNot = page.getByRole("region", { name: "Who cannot sign in, and why" });
  await expect(whyNot.getByText("Guest: servers accept only members of their own tenant.").first()).toBeVisible();
  await expect(whyNot.getByText(/they do not sign in to it. A login role is missing/).first()).toBeVisible();
  const give = page.getByRole("button", { name: "Give access" });
  await expect(give).toHaveAttribute("aria-disabled", "true");
  await expect(give).toHaveAttribute("title", /Microsoft\.Authorization\/roleAssignments\/write.*smallest role/);
});

test("[A22] [D12] [E04] a reader finds every control of the fleet's access off, with action and smallest role, before any preview", async ({
  page,
  signIn,
}) => {
  const needs = (action: string) => new RegExp(`Microsoft\\.Authorization/${action}.*The smallest role that has it: `);
  const expectOff = async (name: RegExp | string, action: string) => {
    const control = page.getByRole("button", { name }).first();
    await expect(control).toHaveAttribute("aria-disabled", "true", { timeout: 30_000 });
    await expect(control).toHaveAttribute("title", needs(action));
  };
  await signIn("rene.reader", "/access?view=findings&rule=R24");
  await expectOff(/^Repair: /, "roleAssignments/delete");
  await expect(page.getByText(/^Read only: nothing you hold/)).toBeVisible();
  const found = await violationsOn(page, "read only");
  await page.getByRole("link", { name: "Scopes" }).click();
  await page.getByRole("row", { name: /Tenant Root Group/ }).click();
  await expectOff("Assign a role here", "roleAssignments/write");
  await expectOff(/^Remove Owner from Ada Admin/, "roleAssignments/delete");
  await page.getByRole("link", { name: "Ada Admin" }).click();
  await expectOff("Assign a role", "roleAssignments/write");
  await expectOff(/^Remove Owner from Ada Admin/, "roleAssignments/delete");
  await follow(page, "/access?view=roles");
  await expectOff("Create a custom role", "roleDefinitions/write");
  await follow(page, "/access/roles/edit?template=runCommandOnly");
  await expectOff("Preview the change", "roleDefinitions/write");
  expect([...found, ...(await violationsOn(page, "editor of a reader"))]).toEqual([]);
});

test("[B25] [B28] people who may run commands or deploy extensions are indirect administrators", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn("ada.admin", `${await machinePage(stack, control, MACHINE)}/access`);
  await capability(page, /^Indirect administrator/).click();
  const holders = page.getByRole("list", { name: "Holders of “Indirect administrator”" });
  await expect(holders).toContainText("Lotte Novak");
  await expect(page.getByText(/their holders administer the server without a login role/)).toBeVisible();
});

test("a machine that the operator may not read is said so, with a way on", async ({ page, stack, control, signIn }) => {
  await signIn("wade.wholesale", `${await machinePage(stack, control, MACHINE)}/access`);
  const refused = page.getByText(`You may not read who has access to ${MACHINE}.`);
  await expect(refused.or(page.getByText(`Azure has no machine ${MACHINE} here.`, { exact: false }))).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
});

test("[A04] [D04] [D13] [D19] the graph leads from a person to the vault, and a recipe lets the identity read a secret", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(180_000);
  await signIn("ada.admin", `${await machinePage(stack, control, MACHINE)}/reach`);
  await page.getByRole("button", { name: /^Target: kv-contoso-prod/ }).click();
  for (const box of [
    /^How: Deploy extensions,/,
    /^Machine: ams-app-0001/,
    /^Identity: ams-app-0001/,
    /^Role: Key Vault Secrets User/,
  ]) {
    await expect(page.getByRole("button", { name: box })).not.toHaveClass(/opacity-40/);
  }

  const other = "ams-rdp-0003";
  const read = async () => {
    const token = await control.machineToken(other, "https://vault.azure.net");
    const headers = { "x-forwarded-host": "kv-contoso-prod.vault.azure.net", authorization: `Bearer ${token}` };
    return (await fetch(`${stack.localAzure}/secrets/sql-connection?api-version=7.4`, { headers })).status;
  };
  expect(await read()).toBe(403);
  await page.goto(`${stack.portal}${await machinePage(stack, control, other)}/reach`);
  await page.getByRole("searchbox", { name: /^Target, by a part of its name/ }).fill("contoso-pr");
  await expect(page.getByText(/^1 found, all that you may read, as of /)).toBeVisible();
  await page.getByRole("button", { name: "Choose kv-contoso-prod" }).click();
  await page.getByRole("button", { name: "Go on to the preview" }).click();
  await page.getByRole("button", { name: "Show what would change" }).click();
  await expect(page.getByText(`Assign Key Vault Secrets User to ${other} at Resource kv-contoso-prod`).first()).toBeVisible();
  await confirmAndWrite(page);
  await expectEffective(page);
  expect(await read()).toBe(200);
});
