import type { Page } from "@playwright/test";
import { violationsIn } from "./axe.ts";

/** What axe finds in the content of a page, light and dark, and whether the page is wider than the screen. */
export async function violationsOn(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  // Colours that are still changing into the other theme have no contrast of their own.
  await page.emulateMedia({ reducedMotion: "reduce" });
  // The width moves boxes; it changes no colour.
  const themes = (page.viewportSize()?.width ?? 0) < 768 ? [false] : [true, false];
  for (const dark of themes) {
    const violations = await violationsIn(page, { dark, part: { include: "main" } });
    found.push(...violations.map((text) => `${name} ${text}`));
  }
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return tooWide > 0 ? [...found, `${name} is ${tooWide} px wider than the screen`] : found;
}
