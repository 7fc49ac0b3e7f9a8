import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect } from "./expect.ts";

/** The figure beside the search box: how many machines the filters leave. */
export function shownCount(page: Page): Locator {
  return page.getByText(/^\d[\d,]* machines?$/).first();
}

export function fleetGrid(page: Page): Locator {
  return page.getByRole("grid", { name: "Machines" });
}

/** The fleet is read to its end: the first answer of a second visit is the stored one and may be older. */
export async function fleetComplete(page: Page, machines = 250): Promise<void> {
  await expect(page.getByText(`All ${machines} loaded`)).toBeVisible({ timeout: 30_000 });
}

export function facet(page: Page, group: string, value: string): Locator {
  return page
    .getByRole("complementary", { name: "Filters" })
    .getByRole("group", { name: group, exact: true })
    .getByText(value, { exact: true });
}

/** Value and count of each entry of one group of filters. */
export async function facetCounts(page: Page, group: string): Promise<Map<string, number>> {
  const box = page.getByRole("complementary", { name: "Filters" }).getByRole("group", { name: group, exact: true });
  const more = box.getByRole("button", { name: /more$/ });
  if (await more.isVisible()) await more.click();
  const labels = await box.locator("label").all();
  const entries = await Promise.all(labels.map((label) => label.locator("span").allInnerTexts()));
  return new Map(
    entries.map((texts) => {
      const [words, count] = texts.filter((text) => text.trim() !== "");
      return [words ?? "", Number((count ?? "").replaceAll(",", ""))];
    }),
  );
}

export async function rowNames(page: Page): Promise<string[]> {
  return fleetGrid(page).getByRole("rowheader").allInnerTexts();
}

export type ExportedMachines = {
  export: { rows: number; which: string; asOf: string | null; complete: boolean; search: string; missing: unknown[] };
  machines: (Record<string, unknown> & { id: string; name: string })[];
};

/** Opens a menu, chooses an entry and gives the saved file. */
export async function exported(page: Page, menu: Locator, item: string | RegExp): Promise<{ name: string; text: string }> {
  await menu.click();
  const saved = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: item }).click();
  const download = await saved;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

/** Rows of a CSV as the writer's rules make them: cells in quotes may hold commas, quotes and line ends. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const body = text.replace(/^\uFEFF/, "");
  for (const [, quoted, plain, end] of body.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  return rows.filter((row) => row.length > 1 || (row[0] ?? "") !== "");
}
