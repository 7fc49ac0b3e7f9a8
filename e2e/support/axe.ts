import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The other theme draws the same elements, so only the rules about colour can differ. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

const { resolve } = createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright"));
const SOURCE = readFileSync(resolve("axe-core/axe.min.js"), "utf8");

type Axe = {
  run: (
    context: { include?: string; exclude?: string },
    options: { runOnly: { type: "tag" | "rule"; values: string[] }; resultTypes: ["violations"] },
  ) => Promise<{ violations: { id: string; nodes: { target: unknown[]; html: string }[] }[] }>;
};

/**
 * What axe finds in one theme, one sentence each. The library's own runner for Playwright reads its source into the page for
 * every theme and carries all that passed out of the page; both cost more than the rules.
 */
export async function violationsIn(
  page: Page,
  { dark, part }: { dark: boolean; part: { include?: string; exclude?: string } },
): Promise<string[]> {
  await page.evaluate((on) => document.documentElement.classList.toggle("dark", on), dark);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  return page.evaluate(
    async ({ dark, part, runOnly }) => {
      const { axe } = window as unknown as { axe: Axe };
      const { violations } = await axe.run(part, { runOnly, resultTypes: ["violations"] });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${dark ? "dark" : "light"} ${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
      );
    },
    { dark, part, runOnly: dark ? { type: "rule" as const, values: COLOUR_RULES } : { type: "tag" as const, values: TAGS } },
  );
}
