import { expect, test } from "./support/fixtures.ts";
import { machinePage } from "./support/fleet.ts";

test("every page in both themes and on a phone says first of all that the data is invented", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(120_000);
  const machine = await machinePage(stack, control, "ams-app-0001");
  const paths = ["/", "/machines", machine, `${machine}/sign-in`, "/certificates", "/audit", "/settings", "/glossary"];
  const strip = page.getByText("Local Azure", { exact: true }).first();
  const expectStrip = async (what: string) => {
    await expect(strip, what).toBeVisible();
    const box = await strip.boundingBox();
    const colours = await strip.evaluate((element) => {
      const painted = element.closest("section, [role=note]") ?? element;
      return { strip: getComputedStyle(painted).backgroundColor, page: getComputedStyle(document.body).backgroundColor };
    });
    expect(box?.y ?? 999, what).toBeLessThan(28);
    expect(colours.strip, what).not.toBe(colours.page);
    expect(colours.strip, what).not.toBe("rgba(0, 0, 0, 0)");
  };

  await page.goto(stack.portal);
  await expect(page.getByRole("button", { name: "Sign in with Microsoft" })).toBeVisible();
  await expectStrip("landing");
  await signIn("olivia\\.operator", "/");
  for (const theme of ["Light", "Dark"]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${stack.portal}/settings`);
    await page.getByRole("region", { name: "Appearance" }).getByText(theme, { exact: true }).click();
    // Text elsewhere on the page must not be able to scroll the shell itself away.
    expect(await page.evaluate(() => document.scrollingElement?.scrollHeight)).toBe(900);
    for (const path of paths) {
      await page.goto(stack.portal + path);
      await expect(page.getByRole("main")).toBeVisible();
      await expectStrip(`${theme} ${path}`);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await expectStrip(`${theme} on a phone`);
  }
  await page.goto(`${stack.portal}/signed-out`);
  await expectStrip("signed out");
  await page.goto(`${stack.portal}/no-such-page`);
  await expectStrip("not found");
});
