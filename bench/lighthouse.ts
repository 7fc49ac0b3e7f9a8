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

type Result = NonNullable<Awaited<ReturnType<typeof lighthouse>>>["lhr"];

const RUNS = 5;

/** Chromium sometimes hands over a trace without the navigation; then nothing was measured, and it is done again. */
async function measured(page: Page, path: string): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const result = await lighthouse(
      stack.portal + path,
      { disableStorageReset: true, onlyCategories: [...CATEGORIES], logLevel: "error", output: "json" },
      desktopConfig,
      page,
    );
    if (result === undefined) throw new Error(`Lighthouse gave no result for ${path}`);
    if (result.lhr.categories.performance?.score !== null) return result.lhr;
    if (attempt === 3) throw new Error(`Lighthouse could not measure ${path}, three times in a row`);
    console.log(`${path}: nothing measured, once more`);
  }
}

const scoresOf = (lhr: Result) => {
  const score = (id: string) => Math.round((lhr.categories[id]?.score ?? 0) * 100);
  return [score("performance"), score("accessibility"), score("best-practices")] as const;
};

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
  // The address alone is there before the sign-in has ended.
  await page.waitForSelector("header button[aria-haspopup=menu]", { timeout: 30_000 });
  await page.goto(`${stack.portal}/machines`);
  await page.waitForSelector("[role=grid] a[href^='/machines/']", { timeout: 30_000 });
  const machine = await page.$eval("[role=grid] a[href^='/machines/']", (link) => (link as HTMLAnchorElement).pathname);

  mkdirSync(".lighthouse", { recursive: true });
  for (const path of ["/", "/machines", machine]) {
    const runs: Result[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await measured(page, path));
    // A machine that does something else for a second spoils one run; the middle one says what the page is like.
    runs.sort((a, b) => scoresOf(a)[0] - scoresOf(b)[0]);
    const lhr = runs[Math.floor(RUNS / 2)] as Result;
    const [performance, accessibility, practices] = scoresOf(lhr);
    const all = runs.map((run) => scoresOf(run)[0]).join(", ");
    const lcp = lhr.audits["largest-contentful-paint"]?.displayValue ?? "-";
    // Lighthouse's own measure of the computer. Scores of one that is slow at the moment are not those of another hour.
    const computer = runs.map((run) => Math.round(run.environment.benchmarkIndex)).join(", ");
    console.log(
      `${path.padEnd(70)} performance ${performance} (of ${all})  accessibility ${accessibility}  best practices ${practices}  LCP ${lcp}  computer ${computer}`,
    );
    for (const audit of Object.values(lhr.audits)) {
      if (audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative")
        console.log(`    ${audit.id}: ${audit.displayValue ?? audit.title}`);
    }
    if (scoresOf(lhr).some((score) => score < 95)) failed = true;
    writeFileSync(`.lighthouse/${path.replace(/\W+/g, "-")}.json`, JSON.stringify(lhr));
  }
} finally {
  await browser.close();
  await stack.close();
}
process.exit(failed ? 1 : 0);
