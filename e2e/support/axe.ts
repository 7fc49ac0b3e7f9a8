import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

const { resolve } = createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright"));
const SOURCE = readFileSync(resolve("axe-core/axe.min.js"), "utf8");

export type Theme = "light" | "dark";
/** The part of the page that is looked at. */
export type AxePart = { include?: string; exclude?: string };

type Axe = {
  run: (
    context: AxePart | Element[],
    options: {
      runOnly: { type: "tag" | "rule"; values: string[] };
      rules?: Record<string, { enabled: boolean }>;
      resultTypes: ["violations"];
    },
  ) => Promise<{ violations: { id: string; nodes: { target: unknown[]; html: string }[] }[] }>;
};

/** Which rules are asked: all, those about colour, or all with those about colour for what was not visible before. */
type Asked = "all" | "colour" | "colour of the new";

/**
 * What axe finds in one theme, one sentence each. The library's own runner for Playwright reads its source into the page for
 * every theme and carries all that passed out of the page; both cost more than the rules.
 */
export async function violationsIn(page: Page, args: { theme: Theme; part: AxePart; asked: Asked }): Promise<string[]> {
  const { theme } = args;
  await page.evaluate((dark) => document.documentElement.classList.toggle("dark", dark), theme === "dark");
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  return page.evaluate(
    async ({ theme, part, asked, tags, colourRules }) => {
      const { axe } = window as unknown as { axe: Axe };
      const SEEN = "data-seen-by-axe";
      const isLookedAt = (element: Element) =>
        (part.include === undefined || element.closest(part.include) !== null) &&
        (part.exclude === undefined || element.closest(part.exclude) === null);
      const texts = [...document.body.querySelectorAll("*")].filter(
        (element) =>
          [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() !== "") &&
          element.checkVisibility({ visibilityProperty: true }) &&
          isLookedAt(element),
      );
      const options = { resultTypes: ["violations"] as ["violations"] };
      const colour = { ...options, runOnly: { type: "rule" as const, values: colourRules } };
      const all = { ...options, runOnly: { type: "tag" as const, values: tags } };
      const withoutColour = { ...all, rules: Object.fromEntries(colourRules.map((rule) => [rule, { enabled: false }])) };
      const newOnes = texts.filter((element) => !element.hasAttribute(SEEN));
      const runs =
        asked === "all"
          ? [await axe.run(part, all)]
          : asked === "colour"
            ? [await axe.run(part, colour)]
            : [await axe.run(part, withoutColour), ...(newOnes.length === 0 ? [] : [await axe.run(newOnes, colour)])];
      for (const element of texts) element.setAttribute(SEEN, "");
      return runs.flatMap(({ violations }) =>
        violations.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${theme} ${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
        ),
      );
    },
    { ...args, tags: TAGS, colourRules: COLOUR_RULES },
  );
}
