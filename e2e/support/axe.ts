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
  configure: (spec: { rules: { id: string; selector: string }[] }) => void;
  run: (
    context: AxePart,
    options: { runOnly: { type: "tag" | "rule"; values: string[] }; resultTypes: ["violations"] },
  ) => Promise<{ violations: { id: string; nodes: { target: unknown[]; html: string }[] }[] }>;
};

/** Which rules are asked: all, or those about colour alone. */
type Asked = "all" | "colour";

/** How the texts that axe has looked at in this worker were drawn. */
const looked: Record<Theme, Set<string>> = { light: new Set(), dark: new Set() };

/**
 * What axe finds in one theme, one sentence each. The library's own runner for Playwright reads its source into the page for
 * every theme and carries all that passed out of the page; both cost more than the rules. Colours are the dearest of these: a
 * text that is drawn like one of an earlier look, by its own classes and states and by those of all around it, has that one's.
 */
export async function violationsIn(page: Page, args: { theme: Theme; part: AxePart; asked: Asked }): Promise<string[]> {
  const { theme } = args;
  const known = looked[theme];
  await page.evaluate((dark) => document.documentElement.classList.toggle("dark", dark), theme === "dark");
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  const { found, looks } = await page.evaluate(
    async ({ theme, part, asked, tags, colourRules, known }) => {
      const { axe } = window as unknown as { axe: Axe };
      const ASKED = "data-asked-by-axe";
      axe.configure({ rules: [{ id: "color-contrast", selector: `[${ASKED}]` }] });

      const drawn = new Map<Element, string>();
      const states = ({ attributes }: Element) =>
        [...attributes].filter(({ name, value }) => /^(aria|data)-|^(disabled|type)$/.test(name) && /^[a-z]{0,9}$/.test(value));
      const lookOf = (element: Element): string => {
        const memo = drawn.get(element);
        if (memo !== undefined) return memo;
        const text = [
          element.parentElement === null ? "" : lookOf(element.parentElement),
          element.tagName,
          element.getAttribute("class"),
          ...states(element).map(({ name, value }) => `${name}=${value}`),
          element.tagName === "LABEL" && element.querySelector(":checked") !== null ? "checked" : "",
        ].join(" ");
        let hash = 5381;
        for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 33) ^ text.charCodeAt(at)) >>> 0;
        const look = `${hash.toString(36)}.${text.length.toString(36)}`;
        drawn.set(element, look);
        return look;
      };
      const isLookedAt = (element: Element) =>
        (part.include === undefined || element.closest(part.include) !== null) &&
        (part.exclude === undefined || element.closest(part.exclude) === null);
      const hasText = (element: Element) =>
        element.matches("input, select, textarea") ||
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() !== "");
      const looks = new Set(known);
      for (const element of document.body.querySelectorAll("*")) {
        if (!hasText(element) || !isLookedAt(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
        const look = lookOf(element);
        if (!looks.has(look)) element.setAttribute(ASKED, "");
        looks.add(look);
      }
      if (asked === "colour" && looks.size === known.length) return { found: [], looks: [] };
      const runOnly = asked === "all" ? { type: "tag" as const, values: tags } : { type: "rule" as const, values: colourRules };
      const { violations } = await axe.run(part, { runOnly, resultTypes: ["violations"] });
      for (const element of document.querySelectorAll(`[${ASKED}]`)) element.removeAttribute(ASKED);
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${theme} ${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
      );
      return { found, looks: [...looks].slice(known.length) };
    },
    { ...args, tags: TAGS, colourRules: COLOUR_RULES, known: [...known] },
  );
  for (const look of looks) known.add(look);
  return found;
}
