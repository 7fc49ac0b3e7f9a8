import { expect } from "./expect.ts";
import { follow } from "./follow.ts";
import type { Walk } from "./walk.ts";

async function closeLayer({ page }: Walk): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.locator("[role=dialog], [role=menu]")).toHaveCount(0);
}

/** Every tab of the management of elevation, its dialogs, its states, and the page of a set of changes. */
export async function walkElevationManage(walk: Walk): Promise<void> {
  const { page, stack, control, look } = walk;
  const open = (query: string) => follow(page, `/elevation/manage${query}`);
  await open("");
  await expect(page.getByRole("table", { name: "Eligibilities and assignments with an end" })).toBeVisible({ timeout: 60_000 });
  await page.getByText("Ratio by scope, by role and over time").click();
  await look("manage-eligibilities");
  await page.getByRole("button", { name: "Give", exact: true }).click();
  await page.getByRole("radio", { name: "At a set time" }).check({ force: true });
  await page.getByLabel("Begins at (UTC)").fill("2020-01-01T08:00");
  await page.getByRole("button", { name: "Show what would change" }).click();
  await expect(page.getByText("Choose at least one person or group.")).toBeVisible();
  await expect(page.getByText("The start is in the past.")).toBeVisible();
  await look("manage-give");
  await closeLayer(walk);
  await page
    .getByRole("checkbox", { name: /^Choose / })
    .nth(1)
    .check();
  await page.getByRole("button", { name: "Bicep" }).click();
  await look("manage-bicep");
  await closeLayer(walk);
  await page.getByRole("button", { name: "Extend" }).click();
  await look("manage-extend");
  await page.getByRole("button", { name: "Show what would change" }).click();
  await expect(page.getByText(/^\d+ ready, /)).toBeVisible({ timeout: 60_000 });
  await page.getByText("Exact requests and commands").first().click();
  await look("manage-preview");
  await closeLayer(walk);

  await open("?tab=policies");
  const baseline = page.getByRole("combobox", { name: "Baseline" });
  await expect(baseline).toBeVisible({ timeout: 60_000 });
  await baseline.selectOption({ index: 1 });
  await expect(page.getByText(/differ from /)).toBeVisible();
  await look("manage-policies");
  await page
    .getByRole("button", { name: /^Edit the settings of / })
    .first()
    .click();
  await page.getByText("Mail notifications", { exact: true }).click();
  await look("manage-edit");
  await closeLayer(walk);
  await page.getByRole("button", { name: "Import JSON" }).click();
  await page.getByLabel("File").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await expect(page.getByText("The file cannot be used. Nothing was changed.")).toBeVisible();
  await look("manage-import");
  await closeLayer(walk);

  await open("?tab=convert");
  await expect(page.getByRole("table", { name: "Standing assignments" })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("checkbox", { name: "Convertible only" }).uncheck();
  await look("manage-convert");
  await open("?tab=changes");
  await expect(page.getByText("No changes yet")).toBeVisible();
  await look("manage-changes-empty");
  await follow(page, "/elevation/manage/changes/00000000-0000-4000-8000-000000000009");
  await expect(page.getByText(/^There is no such set of changes/).first()).toBeVisible({ timeout: 60_000 });
  await look("manage-set-missing");
  await control.addFault({
    match: { face: "arm", path: "roleManagementPolicyAssignments" },
    effect: { kind: "respond", status: 403, body: { error: { code: "AuthorizationFailed", message: "the walk says no" } } },
  });
  await page.goto(`${stack.portal}/elevation/manage?tab=policies`);
  await expect(page.getByText("This could not be read")).toBeVisible({ timeout: 60_000 });
  await look("manage-policies-forbidden");
  await control.clearFaults();
}
