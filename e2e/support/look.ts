import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds in the content of a page, light and dark, and whether the page is wider than the screen. */
export async function violationsOn(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  // Colours that are still changing into the other theme have no contrast of their own.
  await page.emulateMedia({ reducedMotion: "reduce" });
  // The width moves boxes; it changes no colour.
  const themes = (page.viewportSize()?.width ?? 0) < 768 ? [false] : [true, false];
  for (const dark of themes) {
    await page.evaluate((on) => document.documentElement.classList.toggle("dark", on), dark);
    const builder = new AxeBuilder({ page }).include("main").setLegacyMode();
    // The other theme draws the same elements, so only the rules about colour can differ.
    if (dark) builder.withRules(["color-contrast", "link-in-text-block"]);
    else builder.withTags(TAGS);
    const { violations } = await builder.analyze();
    for (const { id, nodes } of violations) {
      found.push(...nodes.slice(0, 3).map((node) => `${name} ${id}: ${node.target.join(" ")} ${node.html.slice(0, 140)}`));
    }
  }
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return tooWide > 0 ? [...found, `${name} is ${tooWide} px wider than the screen`] : found;
}
