import type { Page } from "@playwright/test";
import { armMachines, certificateEnds, type ExpectedHorizon, expectedHorizon } from "./support/azure.ts";
import { expect, test } from "./support/fixtures.ts";
import { type ExportedMachines, exported, fleetComplete, fleetGrid, shownCount } from "./support/grid.ts";

const OLIVIA = "olivia\\.operator";
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const WEEKS = 13;

const dayStart = (nowMs: number) => Math.floor(nowMs / DAY_MS) * DAY_MS;

/** Names of the machines of each week, the first beginning at 00:00 UTC today; the last one holds all that is later. */
function byWeek({ lapsing }: ExpectedHorizon, nowMs: number): string[][] {
  const weeks: string[][] = Array.from({ length: WEEKS }, () => []);
  for (const { machine, endsAt } of lapsing) {
    const week = Math.min(WEEKS - 1, Math.floor(((endsAt ?? 0) - dayStart(nowMs)) / WEEK_MS));
    weeks[week]?.push(machine.name);
  }
  return weeks;
}

const chart = (page: Page) => page.getByRole("region", { name: /Identities that lapse/ });
const bars = (page: Page) => chart(page).getByRole("link");
const figures = (page: Page) => page.getByRole("table", { name: "The same in figures" });
const queue = (page: Page) => page.getByRole("table", { name: "Recovery queue" });

async function tile(page: Page, name: string): Promise<number> {
  const text = await page.getByRole("term").filter({ hasText: name }).locator("..").getByRole("definition").innerText();
  return Number(text.split("\n")[0]?.replaceAll(",", ""));
}

async function allRead(page: Page): Promise<void> {
  await expect(page.getByText(/^All \d+ loaded/).first()).toBeVisible();
}

test("[B10] the horizon counts what Azure and Graph hold, week by week, in the chart and in the table", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const nowMs = Date.now();
  const expected = expectedHorizon(await armMachines(stack, control), await certificateEnds(stack, control), nowMs);
  const weeks = byWeek(expected, nowMs);
  await signIn(OLIVIA, "/certificates");
  await allRead(page);

  await expect(bars(page)).toHaveCount(WEEKS);
  const labels = await bars(page).evaluateAll((links) => links.map((link) => link.getAttribute("aria-label") ?? ""));
  expect(labels.map((label) => Number(/: (\d+) lapse for certain, 0 more possible/.exec(label)?.[1]))).toEqual(
    weeks.map((names) => names.length),
  );
  expect(await tile(page, "Beyond saving")).toBe(expected.beyond.length);
  expect(await tile(page, "Lapse in 13 weeks")).toBe(expected.lapsing.length);
  expect(await tile(page, "Lapse in 2 weeks")).toBe((weeks[0]?.length ?? 0) + (weeks[1]?.length ?? 0));
  expect(await tile(page, "Renewing")).toBe(expected.renews.length);
  expect(await tile(page, "Not known")).toBe(expected.unknown.length);

  const rows = await figures(page)
    .getByRole("row")
    .evaluateAll((all) => all.slice(1).map((row) => [...row.children].slice(1).map((cell) => cell.textContent)));
  let total = 0;
  expect(rows).toEqual(
    weeks.map((names) => {
      total += names.length;
      return [String(names.length), "0", String(total)];
    }),
  );
});

test("a bar opens the grid with exactly the machines of its week, and the link can be sent on", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const nowMs = Date.now();
  const expected = expectedHorizon(await armMachines(stack, control), await certificateEnds(stack, control), nowMs);
  const weeks = byWeek(expected, nowMs);
  const fullest = weeks.reduce((best, names, index) => (names.length > (weeks[best]?.length ?? 0) ? index : best), 0);
  expect(weeks[fullest]?.length).toBeGreaterThan(1);
  await signIn(OLIVIA, "/certificates");
  await allRead(page);

  for (const week of [fullest, WEEKS - 1]) {
    await bars(page).nth(week).click();
    await page.waitForURL(/\/machines\?lapse=/);
    await fleetComplete(page);
    const names = weeks[week] ?? [];
    if (names.length === 0) await expect(page.getByText("No machine matches", { exact: true })).toBeVisible();
    else {
      await expect(shownCount(page)).toHaveText(names.length === 1 ? "1 machine" : `${names.length} machines`);
      const { text } = await exported(page, page.getByRole("button", { name: "Export", exact: true }), /as JSON$/);
      const shown = (JSON.parse(text) as ExportedMachines).machines.map((machine) => machine.name);
      expect(shown.toSorted()).toEqual(names.toSorted());
    }
    await expect(page.getByRole("button", { name: /^Remove filter Identity lapses/ })).toBeVisible();
    await page.goBack();
    await expect(bars(page)).toHaveCount(WEEKS);
  }

  await bars(page).nth(fullest).click();
  await page.waitForURL(/\/machines\?lapse=/);
  await page.reload();
  await fleetComplete(page);
  await expect(shownCount(page)).toHaveText(`${weeks[fullest]?.length} machines`);
});

test("the chart is one tab stop: arrow keys go from week to week, Enter opens the week", async ({ page, signIn }) => {
  await signIn(OLIVIA, "/certificates");
  await allRead(page);
  await bars(page).first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(bars(page).nth(2)).toBeFocused();
  await page.keyboard.press("End");
  await expect(bars(page).nth(WEEKS - 1)).toBeFocused();
  await page.keyboard.press("Home");
  await expect(bars(page).first()).toBeFocused();
  expect(await bars(page).evaluateAll((links) => links.filter((link) => link.getAttribute("tabindex") === "0").length)).toBe(1);
  await page.keyboard.press("ArrowRight");
  const href = await bars(page).nth(1).getAttribute("href");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname + url.search === href);
});

test("[B09] the recovery queue names every machine in need, the expired first, each with its state and next step", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const nowMs = Date.now();
  const expected = expectedHorizon(await armMachines(stack, control), await certificateEnds(stack, control), nowMs);
  // Renewal opens 45 days before the end; until then an offline machine has time.
  const due = expected.lapsing.filter(({ endsAt }) => (endsAt ?? 0) <= nowMs + 45 * DAY_MS);
  const inNeed = expected.beyond.length + due.length;
  await signIn(OLIVIA, "/certificates");
  await allRead(page);
  const more = page.getByRole("link", { name: `Show all ${inNeed} machines in the grid` });
  await expect(more).toBeVisible();
  const row = (name: string) => queue(page).getByRole("row").filter({ hasText: name });

  await expect(row("dub-exp-0020")).toContainText("Expired");
  await expect(row("dub-exp-0020")).toContainText("a new identity inherits nothing");
  // Azure calls it Disconnected, its certificate is over: the date decides.
  await expect(row("dub-exp-0021")).toContainText("Expired");
  await expect(row("dub-exp-0021")).toContainText(/\d d ago/);
  // Azure calls it Expired although its certificate has days left: Azure's word decides, the days stay visible.
  await expect(row("dub-exp-0022")).toContainText("Expired");
  await expect(row("dub-exp-0022")).toContainText(/[89] d/);

  await more.click();
  await fleetComplete(page);
  await expect(shownCount(page)).toHaveText(`${inNeed} machines`);
  const { text } = await exported(page, page.getByRole("button", { name: "Export", exact: true }), /as JSON$/);
  const machines = (JSON.parse(text) as ExportedMachines).machines;
  const stateOf = (name: string) => (machines.find((item) => item.name === name)?.certificate as { state?: string })?.state;
  expect(stateOf("dub-crit-0019")).toBe("critical");
  expect(stateOf("lon-ren-0024")).toBe("renewal-stuck");
  expect(stateOf("dub-app-0017")).toBe("at-risk");
  // 10 hours in the window while connected is not stuck.
  expect(stateOf("lon-ren-0023")).toBeUndefined();
});

test("[B10] machines whose status and certificate disagree are found by one filter", async ({ page, stack, control, signIn }) => {
  const nowMs = Date.now();
  const machines = await armMachines(stack, control);
  const ends = await certificateEnds(stack, control);
  const disagree = machines.filter(({ identity, properties: { status } }) => {
    const end = ends.get(identity?.principalId ?? "");
    if (end === undefined) return false;
    return status === "Expired" ? end > nowMs : end <= nowMs && (status === "Connected" || status === "Disconnected");
  });
  expect(disagree.map((machine) => machine.name)).toEqual(expect.arrayContaining(["dub-exp-0021", "dub-exp-0022"]));
  await signIn(OLIVIA, "/machines?disagreement=true");
  await fleetComplete(page);
  await expect(shownCount(page)).toHaveText(`${disagree.length} machines`);
  for (const { name } of disagree) await expect(fleetGrid(page).getByRole("rowheader", { name })).toBeVisible();
});

test("a machine that comes back moves out of the queue after a refresh, and one that falls silent moves in", async ({
  page,
  control,
  signIn,
}) => {
  await control.patchMachine("ams-app-0001", { offlineForMs: 80 * DAY_MS, certificateDaysLeft: 3 });
  await control.patchMachine("dub-crit-0019", { offlineForMs: null });
  await signIn(OLIVIA, "/certificates");
  await allRead(page);
  await expect(queue(page).getByRole("row").filter({ hasText: "ams-app-0001" })).toContainText("Critical");
  await expect(queue(page).getByRole("row").filter({ hasText: "dub-crit-0019" })).toHaveCount(0);
});
