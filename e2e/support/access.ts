import type { Page } from "@playwright/test";
import { expect } from "./expect.ts";

/** Reads the warnings of a preview, where it has any, and writes it. Ends on the page of the change. */
export async function confirmAndWrite(page: Page): Promise<string> {
  const write = page.getByRole("button", { name: /^Write \d+ change/ });
  await expect(write).toBeVisible();
  const tick = page.getByRole("checkbox", { name: "I have read the warnings and want this change." });
  if ((await tick.count()) > 0) await tick.check();
  const field = page.getByRole("textbox", { name: /^Type the number of machines it touches/ });
  if ((await field.count()) > 0) {
    const label = (await page.getByText(/^Type the number of machines it touches: /).textContent()) ?? "";
    await field.fill(/\d+$/.exec(label)?.[0] ?? "");
  }
  await expect(write).toBeEnabled();
  await write.click();
  await page.waitForURL(/\/access\/changes\/[0-9a-f-]{36}$/);
  return page.url().split("/").at(-1) ?? "";
}

/** Waits until every item of the change that is on the screen is done and seen in force. */
export async function expectEffective(page: Page): Promise<void> {
  await expect(page.getByText("Finished", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^In force after /).first()).toBeVisible({ timeout: 60_000 });
}
