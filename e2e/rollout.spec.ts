import type { Browser, BrowserContext, Page } from "@playwright/test";
import type { RolloutReport, TaskView } from "../lib/domain/rollout/api.ts";
import { expect, test } from "./support/fixtures.ts";
import { OPERATOR } from "./support/fleet.ts";
import { shownCount } from "./support/grid.ts";
import { heldByAzure, openStep, rolloutReport } from "./support/rollout.ts";
import { signInAs } from "./support/sign-in.ts";

/** 250 servers in each of two subscriptions, 50 of them behind a firewall, and 20 Linux servers. */
const GROUPS = ["arnhem", "bergen", "blocked", "cork", "delft", "espoo", "linux"].map((name) => `rg-branch-${name}`);
const BLOCKED = "rg-branch-blocked";
/** Servers of branch offices of which each has one trouble of its own (emulator/README.md). */
const NO_SIGN_IN = { "cor-brn-0101": "noDeviceObject", "cor-brn-0102": "joinConflict" };
const FAILING = ["cor-brn-0103", "cor-brn-0104", "cor-brn-0105"];

test.use({ actionTimeout: 20_000, stackOptions: { machines: 25, branches: 1_500 } });
test.setTimeout(240_000);

const main = (page: Page) => page.getByRole("main");
const stateOf = (page: Page, words: string) => main(page).getByText(words, { exact: true }).first();
/** "412 can sign in, 3 failed, ...": the counts in words below the bar. */
const countsOf = (page: Page) =>
  main(page)
    .getByRole("status")
    .filter({ hasText: /can sign in|queued|left out|failed/ })
    .first();

async function secondBrowser(
  browser: Browser,
  ...args: Parameters<typeof signInAs> extends [unknown, ...infer Rest] ? Rest : never
) {
  const context: BrowserContext = await browser.newContext();
  const page = await context.newPage();
  await signInAs(page, ...args);
  return page;
}

async function chooseInGrid(page: Page): Promise<void> {
  await expect(shownCount(page)).toHaveText("520 machines", { timeout: 30_000 });
  await page.getByRole("button", { name: "Roll out to all 520 machines shown…" }).click();
  await expect(page.getByRole("heading", { name: "New roll-out", level: 1 })).toBeVisible();
}

async function planWith(page: Page): Promise<void> {
  await page.getByLabel("Canary machines").fill("5");
  await page.getByLabel("Size of wave 2").fill("25");
  await page.getByLabel("Unit of wave 2").selectOption("percent");
  await page.getByLabel("Machines at the same time").fill("200");
  await page.getByLabel("Failures allowed in a wave").fill("10");
  await page.getByLabel("Unit of the failures").selectOption("percent");
  // Further tries wait for minutes; here a person decides.
  const retries = page.getByRole("region", { name: "Retries" }).getByRole("combobox");
  for (const choice of await retries.all()) await choice.selectOption("0");
}

/** Through the wizard, from the work to the live page. Gives the id of the roll-out. */
async function startInWizard(page: Page): Promise<string> {
  await openStep(page, "Checks");
  await page.getByRole("checkbox", { name: "Include the 500 machines to confirm" }).check();
  await expect(page.getByText("500 machines will be worked on")).toBeVisible();
  await openStep(page, "Plan");
  await planWith(page);
  await openStep(page, "Review");
  await page.getByLabel("Name of the roll-out").fill("Branch offices");
  await page.getByLabel("Type 500 to confirm the number of machines").fill("500");
  await page.getByRole("button", { name: "Start on 500 machines" }).click();
  await page.waitForURL(/\/rollouts\/[0-9a-f-]{36}$/);
  return page.url().slice(-36);
}

async function confirm(page: Page, button: string | RegExp): Promise<void> {
  await main(page).getByRole("button", { name: button }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: button }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

const namesOf = (tasks: readonly TaskView[], state: TaskView["state"]) =>
  tasks.filter((task) => task.state === state).map(({ machineName }) => machineName);

/** What the report claims of each machine is what Azure holds of it. */
function expectTrue(report: RolloutReport, held: Awaited<ReturnType<typeof heldByAzure>>): void {
  const wrong = report.tasks.flatMap((task) => {
    const record = held.get(task.machineId.toLowerCase());
    const extension = record?.extensions.find(({ type }) => type === "AADLoginForWindows");
    const devices = record?.devices.filter(({ trustType }) => trustType === "AzureAd") ?? [];
    const puts = record?.puts ?? 0;
    const twins = record?.devices.some(({ trustType }) => trustType === "ServerAd") === true;
    const isTrue = {
      ready: extension?.provisioningState === "Succeeded" && devices.length === 1 && devices[0]?.own === true && !twins,
      notReady: extension?.provisioningState === "Succeeded" && (devices.length !== 1 || twins),
      failed: extension?.provisioningState === "Failed",
      skipped: puts === 0 && extension === undefined,
    }[task.state as string];
    return isTrue === true && (record?.overlapping ?? 0) === 0 ? [] : [`${task.machineName} ${task.state}`];
  });
  expect(wrong).toEqual([]);
}

test("[C75] a roll-out to 500 machines holds itself at a blocked office, is carried on without it, and tells the truth", async ({
  page,
  browser,
  stack,
  control,
  signIn,
}) => {
  await control.setOptions({ extensionQueuedMs: 100, extensionRunningMs: 400 });
  await signIn("olivia\\.operator", `/machines?group=${GROUPS.join(",")}&signIn=notInstalled`);
  await chooseInGrid(page);
  const id = await startInWizard(page);

  // It holds itself in the second wave, and says why and where.
  await expect(stateOf(page, "Held")).toBeVisible({ timeout: 60_000 });
  const needs = page.getByRole("region", { name: "What it needs" });
  await expect(needs).toContainText(/of 125 machines of wave 2 failed or cannot be signed in to; the plan allows 12/);
  const causes = page.getByRole("region", { name: "What went wrong" });
  await expect(causes).toContainText("The server could not reach the device registration host of its cloud.");
  await expect(causes).toContainText(new RegExp(`${BLOCKED}: \\d+ machines.*more queued there`));

  // A second person sees the same in another browser.
  const second = await secondBrowser(browser, stack, "ada\\.admin", `/rollouts/${id}`);
  await expect(stateOf(second, "Held")).toBeVisible();
  await expect(countsOf(second)).toHaveText((await countsOf(page).innerText()).trim());

  // The cause is left out, the page is loaded anew, and it goes on.
  await confirm(page, `Leave out ${BLOCKED}`);
  await expect(page.getByText(/^Leave out rg-branch-blocked: \d+ machines changed\.$/)).toBeVisible();
  await page.reload();
  await expect(stateOf(page, "Held")).toBeVisible();
  await confirm(page, "Resume");
  await expect(stateOf(second, "Under way")).toBeVisible();
  await expect(stateOf(page, "Ended, some are not good")).toBeVisible({ timeout: 120_000 });
  await expect(stateOf(second, "Ended, some are not good")).toBeVisible();
  await expect(countsOf(second)).toHaveText((await countsOf(page).innerText()).trim());

  // The report says of each machine what Azure holds of it.
  const report = await rolloutReport(stack, control, id, OPERATOR);
  const before = await heldByAzure(control);
  expectTrue(report, before);
  expect(report.tasks).toHaveLength(500);
  const blocked = report.tasks.filter(({ resourceGroup }) => resourceGroup === BLOCKED);
  expect(namesOf(blocked, "failed").length + namesOf(blocked, "skipped").length).toBe(50);
  expect(namesOf(report.tasks, "failed").filter((name) => !name.startsWith("ber-"))).toEqual(FAILING);
  expect(namesOf(report.tasks, "notReady")).toEqual(Object.keys(NO_SIGN_IN));
  for (const [name, code] of Object.entries(NO_SIGN_IN)) {
    expect(report.tasks.find(({ machineName }) => machineName === name)?.outcome?.code).toBe(code);
  }
  expect(namesOf(report.tasks, "ready")).toHaveLength(445);
  expect(report.actions.map(({ action }) => action)).toEqual(["start", "exclude", "resume"]);
  await page.getByRole("link", { name: "Report" }).click();
  const figures = page.getByRole("region", { name: "Counts" });
  await expect(figures).toContainText("Installed, cannot sign in2");
  await expect(figures).toContainText("Can sign in445");
  await expect(page.getByRole("table", { name: "Every machine" }).getByRole("row")).toHaveCount(501);

  // A retry sends to what failed of that cause, and to nothing else.
  const failed = namesOf(blocked, "failed");
  for (const name of failed) await control.patchMachine(name, { registrationBlocked: false });
  await page.goBack();
  await confirm(page, `Retry these ${failed.length} machines`);
  await expect(second.getByText("475 can sign in")).toBeVisible({ timeout: 60_000 });
  const again = (await heldByAzure(control)).entries();
  const written = [...again].filter(([key, record]) => record.puts !== (before.get(key)?.puts ?? 0)).map(([, { name }]) => name);
  expect(written.toSorted()).toEqual(failed.toSorted());
  await second.context().close();
});
