import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { machinePage } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";

test.use({ atEntra: true });

const PLACES = ["Overview", "Machines", "Certificates", "Audit", "Glossary", "Settings"];

/** The strip is the first thing on the page, in a colour of its own. */
async function expectStrip(page: Page, what: string): Promise<void> {
  const strip = page.getByText("Local Azure", { exact: true }).first();
  await expect(strip, what).toBeVisible();
  const seen = await strip.evaluate((element) => {
    const painted = element.closest("section, [role=note]") ?? element;
    return {
      top: element.getBoundingClientRect().top,
      strip: getComputedStyle(painted).backgroundColor,
      page: getComputedStyle(document.body).backgroundColor,
    };
  });
  expect(seen.top, what).toBeGreaterThanOrEqual(0);
  expect(seen.top, what).toBeLessThan(28);
  expect(seen.strip, what).not.toBe(seen.page);
  expect(seen.strip, what).not.toBe("rgba(0, 0, 0, 0)");
}

test("every page in both themes and on a phone says first of all that the data is invented", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(120_000);
  const machine = await machinePage(stack, control, "ams-app-0001");
  await page.goto(stack.portal);
  await expect(page.getByRole("button", { name: "Sign in with Microsoft" })).toBeVisible();
  await expectStrip(page, "landing");
  await signIn("olivia\\.operator", "/settings");
  for (const theme of ["Light", "Dark"]) {
    await page.getByRole("region", { name: "Appearance" }).getByText(theme, { exact: true }).click();
    // Text elsewhere on the page must not be able to scroll the shell itself away.
    expect(await page.evaluate(() => document.scrollingElement?.scrollHeight)).toBe(900);
    for (const place of PLACES) {
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place }).click();
      await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
      await expectStrip(page, `${theme} ${place}`);
    }
  }
  await follow(page, machine);
  await expect(page.getByRole("heading", { name: "ams-app-0001", level: 1 })).toBeVisible();
  await expectStrip(page, "machine");
  await page.getByRole("link", { name: "Enable Entra sign-in" }).click();
  await expectStrip(page, "sign-in flow");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectStrip(page, "on a phone");
  for (const path of ["/signed-out", "/no-such-page"]) {
    await page.goto(stack.portal + path);
    await expectStrip(page, path);
  }
});
