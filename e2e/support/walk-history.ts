import { expect } from "./expect.ts";
import { follow } from "./follow.ts";
import type { Walk } from "./walk.ts";

/** The history in all its views, the weekly report, and the notices of the settings page; needs a person who sees everybody's. */
export async function walkHistory({ page, look }: Walk): Promise<void> {
  await follow(page, "/history");
  await expect(page.getByText(/^Complete from/).first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Read Azure now" }).click();
  await expect(page.getByText(/of [\d,]+ events shown/)).toBeVisible({ timeout: 30_000 });
  await look("history-events");
  await page
    .getByRole("button", { name: /^Open event/ })
    .first()
    .click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look("history-event");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Chain holds" }).click();
  await look("history-chain");
  await page.keyboard.press("Escape");
  await follow(page, "/history?person=zzzz");
  await expect(page.getByText("No event matches these filters")).toBeVisible();
  await look("history-nothing");
  await follow(page, "/history?view=on");
  await expect(page.getByText("Choose a machine and a date")).toBeVisible();
  await look("history-date-empty");
  await page.getByRole("textbox", { name: "Date (UTC)" }).fill(new Date().toISOString().slice(0, 10));
  await page.getByRole("combobox", { name: "Machine" }).fill("ams-app-0001");
  await expect(page.getByRole("table", { name: /^People who held/ })).toBeVisible({ timeout: 30_000 });
  await look("history-date");
  await follow(page, "/history?view=coverage");
  await expect(page.getByRole("table", { name: "What is read of each place" })).toBeVisible();
  await look("history-coverage");
  await follow(page, "/history/report");
  await expect(page.getByRole("heading", { name: /^Elevation, week/ })).toBeVisible();
  await expect(page.getByRole("region", { name: "Who was elevated" })).toBeVisible({ timeout: 30_000 });
  await look("history-report");
  await follow(page, "/settings");
  await expect(page.getByRole("region", { name: "Notices" })).toBeVisible();
  await page.getByRole("region", { name: "Notices" }).scrollIntoViewIfNeeded();
  await look("settings-notices");
}
