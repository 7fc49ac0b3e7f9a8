import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import { type Answer, type AxePart, askAxe } from "./axe-page.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const { resolve } = createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright"));
const SOURCE = readFileSync(resolve("axe-core/axe.min.js"), "utf8");

/** How all that axe has looked at in this worker was drawn. */
const looked = new Set<string>();

/**
 * What axe finds in both themes, one sentence each. The library's own runner for Playwright reads its source into the page for
 * every run and carries all that passed out of the page; both cost more than the rules. Colours are the dearest of these: a
 * text that is drawn like one of an earlier look, by its own classes and states and by those of all around it, has that one's.
 */
export async function violationsIn(page: Page, part: AxePart, headings: string | null = null): Promise<Answer> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  const answer = await page.evaluate(askAxe, { part, tags: TAGS, known: [...looked].join(" "), headings });
  for (const look of answer.looks) looked.add(look);
  return answer;
}
