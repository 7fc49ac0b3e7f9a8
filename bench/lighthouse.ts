// Prints Lighthouse scores of the start, machines and machine pages, signed in, against local Azure.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer, { type Page } from "puppeteer-core";
import { startStack } from "../e2e/support/stack.ts";

const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const executablePath = execFileSync(process.execPath, ["scripts/find-browser.ts"], { encoding: "utf8" }).trim();
const isRoot = process.getuid?.() === 0;

async function clickText(page: Page, selector: string, text: RegExp): Promise<void> {
  await page.waitForFunction(
    (css: string, source: string) =>
      [...document.querySelectorAll(css)].some((node) => new RegExp(source, "i").test(node.textContent ?? "")),
    { timeout: 30_000 },
    selector,
    text.source,
  );
  await Promise.all([
    page.waitForNavigation({ timeout: 30_000 }),
    page.evaluate(
      (css: string, source: string) => {
        const node = [...document.querySelectorAll<HTMLElement>(css)].find((item) =>
          new RegExp(source, "i").test(item.textContent ?? ""),
        );
        node?.click();
      },
      selector,
      text.source,
    ),
  ]);
}

const stack = await startStack({ machines: 250 });
const browser = await puppeteer.launch({
  executablePath,
  args: [
    ...(isRoot ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
  ],
});
let failed = false;
try {
  const page = await browser.newPage();
  await page.goto(stack.portal);
  await clickText(page, "button", /Sign in with Microsoft/);
  await clickText(page, "button", /olivia\.operator/);
  await page.waitForFunction(
    (origin: string) => location.origin === origin && location.pathname === "/",
    { timeout: 30_000 },
    stack.portal,
  );
  await page.goto(`${stack.portal}/machines`);
  await page.waitForSelector("[role=grid] a[href^='/machines/']", { timeout: 30_000 });
  const machine = await page.$eval("[role=grid] a[href^='/machines/']", (link) => (link as HTMLAnchorElement).pathname);

  mkdirSync(".lighthouse", { recursive: true });
  for (const path of ["/", "/machines", machine]) {
    const result = await lighthouse(
      stack.portal + path,
      { disableStorageReset: true, onlyCategories: [...CATEGORIES], logLevel: "error", output: "json" },
      desktopConfig,
      page,
    );
    if (result === undefined) throw new Error(`Lighthouse gave no result for ${path}`);
    const scores = CATEGORIES.map((id) => Math.round((result.lhr.categories[id]?.score ?? 0) * 100));
    const lcp = result.lhr.audits["largest-contentful-paint"]?.displayValue ?? "-";
    console.log(
      `${path.padEnd(70)} performance ${scores[0]}  accessibility ${scores[1]}  best practices ${scores[2]}  LCP ${lcp}`,
    );
    for (const audit of Object.values(result.lhr.audits)) {
      if (audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative")
        console.log(`    ${audit.id}: ${audit.displayValue ?? audit.title}`);
    }
    if (scores.some((score) => score < 95)) failed = true;
    writeFileSync(`.lighthouse/${path.replace(/\W+/g, "-")}.json`, JSON.stringify(result.lhr));
  }
} finally {
  await browser.close();
  await stack.close();
}
process.exit(failed ? 1 : 0);
