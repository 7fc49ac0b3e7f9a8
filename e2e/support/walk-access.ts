import { expect } from "./expect.ts";
import { follow } from "./follow.ts";
import type { Walk } from "./walk.ts";

const HEADING = "Who can get into your servers";

async function open({ page }: Walk, query: string): Promise<void> {
  await follow(page, `/access${query}`);
  await expect(page.getByRole("heading", { name: HEADING })).toBeVisible();
  await expect(page.getByText(/^(Complete|Incomplete): 250 machines/)).toBeVisible({ timeout: 30_000 });
}

async function closeLayer({ page }: Walk): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.locator("[role=dialog], [role=menu]")).toHaveCount(0);
}

/** Every view of access in the fleet, its sheets, menus and the editor of roles. */
export async function walkAccessFleet(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await open(walk, "");
  await expect(page.getByRole("link", { name: "ams-app-0001" })).toBeVisible();
  await look("access-machines");
  await page.locator("[data-cell='0:1']").click();
  await expect(page.getByRole("dialog").getByText(/^\d+ can$/)).toBeVisible();
  await look("access-holders");
  await closeLayer(walk);
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("dialog", { name: "Filter" })).toBeVisible();
  await look("access-filter");
  await closeLayer(walk);
  await open(walk, "?can=runCommand&test=none&q=zzzz");
  await expect(page.getByText("No row matches")).toBeVisible();
  await look("access-nothing-found");
  await open(walk, "?view=people");
  await expect(page.getByRole("link", { name: "Ada Admin" })).toBeVisible();
  await look("access-people");
  await page.getByRole("link", { name: "Ada Admin" }).click();
  await expect(page.getByRole("heading", { name: "Ada Admin" })).toBeVisible();
  await expect(page.getByRole("link", { name: "ams-app-0001" })).toBeVisible();
  await look("access-person");
  await open(walk, "?view=scopes");
  await page.getByRole("row", { name: /Tenant Root Group/ }).click();
  await expect(page.getByRole("region", { name: "Assigned at Tenant Root Group" }).getByRole("listitem").first()).toBeVisible();
  await look("access-scopes");
  await open(walk, "?view=roles");
  await expect(page.getByText("Azure Connected Machine Onboarding")).toBeVisible();
  await look("access-roles");
  await page.getByText("Azure Connected Machine Onboarding").click();
  await expect(page.getByText("Definition as Azure has it now")).toBeVisible();
  await look("access-role");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("combobox", { name: "Second role" }).selectOption({ label: "Contributor" });
  await expect(page.getByRole("region", { name: "Capabilities" })).toBeVisible();
  await look("access-compare");
  await follow(page, "/access/roles/edit?template=runCommandOnly");
  await expect(page.getByRole("region", { name: "What a holder could do" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Preview the change" }).click();
  await expect(page.getByText("Choose at least one scope.")).toBeVisible();
  await look("access-role-editor");
  await open(walk, "?view=findings&rule=R24");
  await expect(page.getByRole("table", { name: "Guest holds a sign-in role" })).toBeVisible();
  await look("access-findings");
}
