import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The other theme draws the same elements, so only the rules about colour can differ. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

const { resolve } = createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright"));
const SOURCE = readFileSync(resolve("axe-core/axe.min.js"), "utf8");

export type Theme = "light" | "dark";
/** The part of the page that is looked at. */
export type AxePart = { include?: string; exclude?: string };

type Axe = {
  run: (
    context: AxePart,
    options: { runOnly: { type: "tag" | "rule"; values: string[] }; resultTypes: ["violations"] },
  ) => Promise<{ violations: { id: string; nodes: { target: unknown[]; html: string }[] }[] }>;
};

/**
 * What axe finds in one theme, one sentence each. The library's own runner for Playwright reads its source into the page for
 * every theme and carries all that passed out of the page; both cost more than the rules.
 */
export async function violationsIn(page: Page, { theme, part }: { theme: Theme; part: AxePart }): Promise<string[]> {
  await page.evaluate((dark) => document.documentElement.classList.toggle("dark", dark), theme === "dark");
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  return page.evaluate(
    async ({ theme, part, runOnly }) => {
      const { axe } = window as unknown as { axe: Axe };
      const { violations } = await axe.run(part, { runOnly, resultTypes: ["violations"] });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${theme} ${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
      );
    },
    {
      theme,
      part,
      runOnly: theme === "dark" ? { type: "rule" as const, values: COLOUR_RULES } : { type: "tag" as const, values: TAGS },
    },
  );
}
