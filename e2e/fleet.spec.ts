import type { Page } from "@playwright/test";
import { armMachines, countBy } from "./support/azure.ts";
import { expect, test } from "./support/fixtures.ts";
import {
  type ExportedMachines,
  exported,
  facet,
  facetCounts,
  fleetComplete,
  fleetGrid,
  parseCsv,
  rowNames,
  shownCount,
} from "./support/grid.ts";

const OLIVIA = "olivia\\.operator";

const search = (page: Page) => page.getByRole("searchbox", { name: "Search machines" });
/** With several orders a sorted header also carries its place among them. */
const header = (page: Page, name: string) => fleetGrid(page).getByRole("columnheader", { name: new RegExp(`^${name}\\s?\\d?$`) });
const exportMenu = (page: Page) => page.getByRole("button", { name: "Export", exact: true });
const selection = (page: Page) => page.getByRole("region", { name: "Selected machines" });

async function exportedJson(page: Page): Promise<ExportedMachines> {
  const { text } = await exported(page, exportMenu(page), /as JSON$/);
  return JSON.parse(text) as ExportedMachines;
}

test("[B01] the whole fleet is loaded, said complete with its time, and every figure is Azure's", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const machines = await armMachines(stack, control);
  expect(machines).toHaveLength(250);
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  await expect(page.getByText(/as of \d\d:\d\d UTC/).first()).toBeVisible();
  await expect(shownCount(page)).toHaveText("250 machines");
  await expect(fleetGrid(page)).toHaveAttribute("aria-rowcount", "251");

  // The one status of more than one word is written as people write it.
  const words = (status: string) => (status === "AwaitingConnection" ? "Awaiting connection" : status);
  const byStatus = countBy(machines, (machine) => words(machine.properties.status ?? "Not reported"));
  const statuses = await facetCounts(page, "Arc status");
  for (const [status, count] of byStatus) expect(statuses.get(status), status).toBe(count);
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(250);
  await expect(page.getByRole("button", { name: /^Connected/ })).toContainText(String(byStatus.get("Connected")));

  const without = machines.filter((machine) => !(machine.identity?.type ?? "None").includes("Assigned"));
  expect(without.map((machine) => machine.name)).toContain("ams-noid-0014");
  expect((await facetCounts(page, "Managed identity")).get("Missing")).toBe(without.length);
  await facet(page, "Managed identity", "Missing").click();
  await expect(shownCount(page)).toHaveText(without.length === 1 ? "1 machine" : `${without.length} machines`);
  const { machines: filtered } = await exportedJson(page);
  expect(filtered.map((machine) => machine.name).sort()).toEqual(without.map((machine) => machine.name).sort());
});

test("search finds a machine by every word that names it, and all words must match", async ({ page, stack, control, signIn }) => {
  const machines = await armMachines(stack, control);
  const noted = machines.find((machine) => machine.name === "ams-app-0001");
  const ubuntu = machines.filter((machine) => String(machine.properties.osSku ?? "").includes("Ubuntu 24.04"));
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);

  await search(page).fill("APP-0001");
  await expect(shownCount(page)).toHaveText("1 machine");
  await expect.poll(() => rowNames(page)).toEqual(["ams-app-0001"]);

  await search(page).fill(noted?.identity?.principalId ?? "no principal");
  await expect(shownCount(page)).toHaveText("1 machine");
  await expect.poll(() => rowNames(page)).toEqual(["ams-app-0001"]);

  await search(page).fill(noted?.id ?? "no id");
  await expect(shownCount(page)).toHaveText("1 machine");

  await search(page).fill("certificate-authority");
  await expect(shownCount(page)).toHaveText("1 machine");
  await expect.poll(() => rowNames(page)).toEqual(["ams-pki-0040"]);

  await search(page).fill("ubuntu 24.04 ams-lnx");
  await expect(fleetGrid(page).getByRole("rowheader").first()).toHaveText("ams-lnx-0011");
  const { machines: found } = await exportedJson(page);
  expect(found.map((machine) => machine.name).sort()).toEqual(
    ubuntu
      .map((machine) => machine.name)
      .filter((name) => name.startsWith("ams-lnx"))
      .sort(),
  );

  await search(page).fill("ams-app-0001 windows-95");
  await expect(page.getByText("No machine matches", { exact: true })).toBeVisible();
  await expect(exportMenu(page)).toBeDisabled();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(shownCount(page)).toHaveText("250 machines");
  await expect(search(page)).toHaveValue("");
});

test("a click on a machine right after its name was typed opens it, and the way back leads to the same search", async ({
  page,
  signIn,
}) => {
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  await search(page).fill("d");
  await page.waitForURL(/q=d$/);
  // The address takes the next search up only after a pause; the page that is asked for meanwhile comes even later.
  await page.route(/dub-exp-0020\?_rsc=/, async (route) => {
    await page.waitForURL(/q=dub-exp-0020$/);
    await route.continue();
  });
  await search(page).fill("dub-exp-0020");
  await fleetGrid(page).getByRole("link", { name: "dub-exp-0020" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "dub-exp-0020" })).toBeVisible();
  await page.goBack();
  await expect(search(page)).toHaveValue("dub-exp-0020");
  await expect(shownCount(page)).toHaveText("1 machine");
  // What is typed now reaches the address as before.
  await search(page).fill("dub-exp");
  await page.waitForURL(/q=dub-exp$/);
});

test("[E07] an old product name finds the feature in the palette", async ({ page, signIn }) => {
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("Azure AD login");
  await expect(page.getByRole("option", { name: /Entra sign-in/i }).first()).toBeVisible();
});

test("headers sort up and down by pointer and by key, Shift adds a second order, and the address carries it", async ({
  page,
  signIn,
}) => {
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  await expect(header(page, "Machine")).toHaveAttribute("aria-sort", "ascending");

  await header(page, "Certificate").getByRole("button").click();
  await expect(header(page, "Certificate")).toHaveAttribute("aria-sort", "ascending");
  await expect(header(page, "Machine")).toHaveAttribute("aria-sort", "none");
  const ends = (await exportedJson(page)).machines.map((machine) => (machine.certificate as { endsAt: string | null }).endsAt);
  const known = ends.filter((end) => end !== null);
  expect(known.length).toBeGreaterThan(200);
  expect(known).toEqual(known.toSorted());
  expect(ends.slice(0, known.length)).toEqual(known);

  await header(page, "Certificate").getByRole("button").click();
  await expect(header(page, "Certificate")).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveURL(/sort=-certificate/);

  await header(page, "Arc status").focus();
  await page.keyboard.press("Enter");
  await expect(header(page, "Arc status")).toHaveAttribute("aria-sort", "ascending");
  await header(page, "Machine")
    .getByRole("button")
    .click({ modifiers: ["Shift"] });
  await header(page, "Machine")
    .getByRole("button")
    .click({ modifiers: ["Shift"] });
  await expect(header(page, "Machine")).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveURL(/sort=status,-name/);
  const { machines } = await exportedJson(page);
  const pairs = machines.map((machine) => [String(machine.status).toLowerCase(), machine.name.toLowerCase()] as const);
  const byRule = pairs.toSorted(([a, x], [b, y]) => (a === b ? (x < y ? 1 : -1) : a < b ? -1 : 1));
  expect(pairs.filter(([status]) => status !== "")).toEqual(byRule.filter(([status]) => status !== ""));
});

test("the address keeps search, filters, order, columns and density through reload, link and the back button", async ({
  page,
  signIn,
}) => {
  test.setTimeout(120_000);
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  await search(page).fill("ams");
  await facet(page, "Arc status", "Connected").click();
  await header(page, "Arc status").getByRole("button").click();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Tags" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Domain" }).click();
  await page.getByRole("menuitemradio", { name: "Compact" }).click();
  if (await page.getByRole("menu").isVisible()) await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/density=compact/);
  await expect(header(page, "Tags")).toHaveCount(0);
  await expect(header(page, "Domain")).toHaveCount(1);
  const count = await shownCount(page).innerText();
  const names = await rowNames(page);
  const height = (await fleetGrid(page).getByRole("row").nth(1).boundingBox())?.height ?? 0;
  expect(height).toBeLessThan(30);
  const address = page.url();

  const unchanged = async () => {
    await fleetComplete(page);
    await expect(search(page)).toHaveValue("ams");
    await expect(shownCount(page)).toHaveText(count);
    await expect(header(page, "Arc status")).toHaveAttribute("aria-sort", "ascending");
    await expect(header(page, "Tags")).toHaveCount(0);
    await expect(header(page, "Domain")).toHaveCount(1);
    expect((await rowNames(page)).slice(0, 10)).toEqual(names.slice(0, 10));
    await expect(page.getByRole("button", { name: "Remove filter Arc status: Connected" })).toBeVisible();
  };
  await page.reload();
  await unchanged();
  await fleetGrid(page)
    .getByRole("link", { name: names[0] ?? "" })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: names[0] ?? "" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(address);
  await unchanged();
  await page.getByRole("button", { name: "Remove filter Arc status: Connected" }).click();
  await expect(page).not.toHaveURL(/status=/);

  await page.goto("about:blank");
  await page.goto(address);
  await unchanged();
});

test("rows are selected one by one, as a range and all that are shown, and the count stays true under filters", async ({
  page,
  signIn,
}) => {
  await signIn(OLIVIA, "/machines?q=ams-");
  await fleetComplete(page);
  const total = Number((await shownCount(page).innerText()).split(" ")[0]);
  const names = await rowNames(page);
  const box = (name: string | undefined) => fleetGrid(page).getByRole("checkbox", { name: `Select ${name}`, exact: true });

  await box(names[1]).click();
  await expect(selection(page)).toContainText("1 selected");
  await expect(selection(page).getByRole("link", { name: "Open" })).toHaveAttribute("href", new RegExp(`${names[1]}$`));
  await box(names[5]).click({ modifiers: ["Shift"] });
  await expect(selection(page)).toContainText("5 selected");
  await expect(selection(page).getByRole("link", { name: "Open" })).toHaveCount(0);
  await expect(fleetGrid(page).getByRole("row", { selected: true })).toHaveCount(5);
  await box(names[3]).click();
  await expect(selection(page)).toContainText("4 selected");

  await search(page).fill(names[1] ?? "");
  await expect(shownCount(page)).toHaveText("1 machine");
  await expect(selection(page)).toContainText("4 selected");
  await expect(selection(page)).toContainText("3 of them hidden by the filters");
  await search(page).fill("ams-");
  await expect(shownCount(page)).toHaveText(`${total} machines`);
  await expect(selection(page)).not.toContainText("hidden");

  await fleetGrid(page).getByRole("checkbox", { name: "Select all machines shown" }).click();
  await expect(selection(page)).toContainText(`${total} selected`);
  await fleetGrid(page).getByRole("checkbox", { name: "Select all machines shown" }).click();
  await expect(selection(page)).toHaveCount(0);
});

test("exports hold exactly the rows and columns shown, or selected, with their time and completeness", async ({
  page,
  signIn,
}) => {
  test.setTimeout(120_000);
  await signIn(OLIVIA, "/machines?q=dub-&columns=name,status,certificate&sort=-name");
  await fleetComplete(page);
  const json = await exportedJson(page);
  const count = Number((await shownCount(page).innerText()).split(" ")[0]);
  expect(json.export).toMatchObject({ rows: count, which: "view", complete: true, missing: [], search: "dub-" });
  expect(Date.now() - Date.parse(json.export.asOf ?? "")).toBeLessThan(120_000);
  const names = json.machines.map((machine) => machine.name);
  expect(names).toHaveLength(count);
  expect(names).toEqual(names.toSorted().toReversed());
  expect(names.every((name) => name.includes("dub-"))).toBe(true);
  expect(Object.keys(json.machines[0] ?? {})).toEqual(["id", "name", "status", "certificate"]);

  const csv = await exported(page, exportMenu(page), `Export ${count} rows as CSV`);
  expect(csv.name).toMatch(/^arcwarden-machines-\d{4}-\d\d-\d\dT\d{6}Z\.csv$/);
  const rows = parseCsv(csv.text);
  const notes = rows.filter(([first]) => first?.startsWith("#")).map((cells) => cells.join(","));
  expect(notes[0]).toContain(`${count} rows (view), as of ${json.export.asOf}`);
  expect(notes).toContain("# Complete: yes");
  const [titles, ...lines] = rows.filter(([first]) => !first?.startsWith("#"));
  expect(titles).toEqual(["Machine", "Arc status", "Certificate", "Resource id"]);
  expect(lines.map(([name]) => name)).toEqual(names);
  expect(lines.map((cells) => cells[3])).toEqual(json.machines.map((machine) => machine.id));

  const shown = await rowNames(page);
  for (const name of [shown[0], shown[2]])
    await fleetGrid(page)
      .getByRole("checkbox", { name: `Select ${name}` })
      .click();
  const chosen = await exported(page, page.getByRole("button", { name: "Export selection" }), "Export selection as JSON");
  const selected = JSON.parse(chosen.text) as ExportedMachines;
  expect(selected.export).toMatchObject({ rows: 2, which: "selection" });
  expect(selected.machines.map((machine) => machine.name).sort()).toEqual([shown[0], shown[2]].sort());
});

test("the grid is one tab stop: arrows, Home, End, Space and Enter do everything without a pointer", async ({ page, signIn }) => {
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  const cell = async () =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-cell]")?.dataset.cell ?? "outside");
  await header(page, "Machine").focus();
  expect(await cell()).toBe("-1:1");
  await page.keyboard.press("ArrowDown");
  expect(await cell()).toBe("0:1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await cell()).toBe("1:2");
  await page.keyboard.press("Home");
  expect(await cell()).toBe("1:0");
  await page.keyboard.press("Space");
  await expect(selection(page)).toContainText("1 selected");
  await page.keyboard.press("End");
  expect(await cell()).toMatch(/^1:1[0-9]$/);
  await page.keyboard.press("Control+End");
  expect(await cell()).toMatch(/^249:/);
  await expect(fleetGrid(page).locator('[data-row="249"]')).toBeInViewport();
  await page.keyboard.press("Control+Home");
  expect(await cell()).toBe("0:0");
  await page.keyboard.press("PageDown");
  expect(Number((await cell()).split(":")[0])).toBeGreaterThan(5);
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Shift+Space");
  await expect(selection(page)).toContainText("2 selected");
  await page.keyboard.press("Control+a");
  await expect(selection(page)).toContainText("250 selected");
  await page.keyboard.press("ArrowRight");
  const first = (await rowNames(page))[0] ?? "";
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: first })).toBeVisible();
});

test("at 390 px the same machines, filters and selection are cards, and nothing runs off the screen", async ({
  page,
  signIn,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  await expect(fleetGrid(page)).toHaveCount(0);
  const cards = page.getByRole("region", { name: "Machines" }).getByRole("listitem");
  await expect(cards.first()).toHaveAttribute("aria-setsize", "250");
  await page.getByRole("button", { name: "Filters" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("group", { name: "Arc status" }).getByText("Expired", { exact: true }).click();
  const apply = sheet.getByRole("button", { name: /^\d+ machines?$/ });
  await expect(apply).not.toHaveText("250 machines");
  const words = await apply.innerText();
  await apply.click();
  await expect(shownCount(page)).toHaveText(words);
  await search(page).fill("dub-exp-0020");
  await expect(cards).toHaveCount(1);
  await expect(cards.first()).toContainText("Expired");
  await cards.first().getByRole("checkbox", { name: "Select dub-exp-0020" }).click();
  await expect(selection(page)).toContainText("1 selected");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await cards.first().getByRole("link", { name: "dub-exp-0020" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "dub-exp-0020" })).toBeVisible();
});
