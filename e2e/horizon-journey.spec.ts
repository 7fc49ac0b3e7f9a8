import { armWrites, goToReview } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { fleetGrid } from "./support/grid.ts";

const DAY_MS = 86_400_000;

test("an operator finds a machine that lapses in the horizon, brings it back, deploys to it and sees it in the audit", async ({
  page,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  await control.setOptions({ extensionQueuedMs: 300, extensionRunningMs: 1_500 });
  // Alone in its week: offline since long, five days left.
  await control.patchMachine("ams-app-0001", { offlineForMs: 85 * DAY_MS, certificateDaysLeft: 5 });
  await control.clearRequests();

  await signIn("olivia\\.operator", "/");
  await page.getByRole("navigation").getByRole("link", { name: "Certificates" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Certificate horizon" })).toBeVisible();
  await expect(page.getByText(/^All \d+ loaded/).first()).toBeVisible();
  const first = page
    .getByRole("region", { name: /Identities that lapse/ })
    .getByRole("link")
    .first();
  expect(Number(/: (\d+) lapse for certain/.exec((await first.getAttribute("aria-label")) ?? "")?.[1])).toBeGreaterThan(0);
  await first.click();
  await page.waitForURL(/\/machines\?lapse=/);
  await expect(page.getByRole("button", { name: /^Remove filter Identity lapses/ })).toBeVisible();
  await fleetGrid(page).getByRole("link", { name: "ams-app-0001" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "ams-app-0001" })).toBeVisible();
  const certificate = page.getByRole("region", { name: "Certificate" });
  await expect(certificate).toContainText("Critical");
  await expect(certificate).toContainText(/4 days 2\d hours left/);
  await page.getByRole("link", { name: "Enable Entra sign-in" }).click();
  await expect(page.getByText(/The blocking checks may be overruled below/)).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Agent connected" })).toContainText("Blocks");

  // Somebody starts the server again: the agent renews by itself, and the checks see it.
  await control.patchMachine("ams-app-0001", { offlineForMs: null });
  await page.getByRole("button", { name: "Run the checks again" }).click();
  await expect(page.getByText("Nothing is in the way.").or(page.getByText(/some points need your confirmation/))).toBeVisible();
  await goToReview(page);
  await page.getByRole("button", { name: "Deploy to ams-app-0001" }).click();
  await expect(page.getByText("Azure reports Succeeded. ams-app-0001 is Entra joined.")).toBeVisible({ timeout: 45_000 });

  await page.getByRole("link", { name: "Back to ams-app-0001" }).click();
  await expect(page.getByText("Entra joined by the extension")).toBeVisible();
  await expect(page.getByRole("region", { name: "Certificate" })).toContainText("Valid");

  await page.getByRole("navigation").getByRole("link", { name: "Audit" }).first().click();
  const rows = page
    .getByRole("table", { name: /Audit entries/ })
    .getByRole("row")
    .filter({ hasText: "ams-app-0001" });
  await expect(rows.nth(0)).toContainText("Done");
  await expect(rows.nth(1)).toContainText("Intent");
  await expect(rows.nth(0)).toContainText("Olivia Operator");
  expect((await armWrites(control)).map(({ method }) => method)).toEqual(["PUT"]);
});
