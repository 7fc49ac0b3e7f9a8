// The fleet in a real browser at 1,000 / 10,000 / 100,000 machines. `--sizes 1000,10000` for fewer.
import { execFileSync } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { chromium, type Page } from "@playwright/test";
import { type Stack, startStack } from "../e2e/support/stack.ts";
import { type ControlClient, createControlClient } from "../emulator/testing/control-client.ts";
import { type Figure, quantile, report } from "./lib/report.ts";

const PAGE_ROWS = 1000;
const QUOTA = { queries: 15, windowMs: 5000 };
const sizesText = process.argv[process.argv.indexOf("--sizes") + 1];
const sizes =
  process.argv.includes("--sizes") && sizesText !== undefined ? sizesText.split(",").map(Number) : [1_000, 10_000, 100_000];
const executablePath = execFileSync(process.execPath, ["scripts/find-browser.ts"], { encoding: "utf8" }).trim();
const isRoot = process.getuid?.() === 0;

/** Least time Resource Graph's quota allows for so many queries: the first window is open at once. */
function quotaFloorMs(queries: number): number {
  return Math.max(0, Math.ceil(queries / QUOTA.queries) - 1) * QUOTA.windowMs;
}

/** The machines alone fill so many pages; extensions and certificates come on top, and what was really asked is counted. */
function leastQueries(machines: number): number {
  return Math.ceil(machines / PAGE_ROWS);
}

async function measure(stack: Stack, control: ControlClient, size: number): Promise<Figure[]> {
  const name = (text: string) => `${size.toLocaleString("en")}: ${text}`;
  const figures: Figure[] = [];
  const add = (text: string, value: number, unit: string, floor: number | null = null, target: number | null = null) =>
    figures.push({ bench: "fleet", name: name(text), value, unit, floor, target });
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: !isRoot,
    args: isRoot ? ["--no-sandbox", "--disable-gpu"] : [],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.dataReceived", (event) => {
      bytes += event.encodedDataLength;
    });
    // The settings read no fleet, so that the first visit of the machines is the first read.
    await page.goto(`${stack.portal}/settings`);
    await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
    await page.getByRole("button", { name: /olivia\.operator/i }).click();
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
    for (const run of ["cold", "warm"] as const) {
      bytes = 0;
      await control.clearRequests();
      const began = performance.now();
      await page.goto(`${stack.portal}/machines`);
      await page.locator("[role=grid] [role=row][data-row]").first().waitFor();
      add(`${run} first rows`, performance.now() - began, "ms", null, 1000);
      await page.getByText(/^All [\d,]+ loaded/).waitFor({ timeout: 300_000 });
      const took = performance.now() - began;
      const queries = (await control.requests({ face: "resourceGraph" })).length;
      const floor = run === "cold" ? quotaFloorMs(leastQueries(size)) : 0;
      add(`${run} complete`, took, "ms", floor === 0 ? null : floor, floor > 0 ? floor * 1.15 : null);
      if (run === "cold") {
        const asked = quotaFloorMs(queries);
        add(`${run} complete, floor of its ${queries} queries`, took, "ms", asked === 0 ? null : asked);
      }
      add(`${run} bytes`, bytes / 1024, "KB");
    }
    figures.push(...(await interaction(page, name)));
    const heap = (await session.send("Runtime.getHeapUsage")).usedSize / 1024 / 1024;
    add("main heap", heap, "MB");
  } finally {
    await browser.close();
  }
  return figures;
}

async function interaction(page: Page, name: (text: string) => string): Promise<Figure[]> {
  const figures: Figure[] = [];
  const add = (text: string, values: number[], target: number | null) => {
    figures.push({ bench: "fleet", name: name(`${text} median`), value: quantile(values, 0.5), unit: "ms", floor: null, target });
    figures.push({
      bench: "fleet",
      name: name(`${text} p95`),
      value: quantile(values, 0.95),
      unit: "ms",
      floor: null,
      target: null,
    });
  };
  const search = page.getByRole("searchbox").first();
  const grid = page.getByRole("grid");
  // The answer is painted in the frame after the last visible change: rows, their number, the counts beside the facets.
  const timed = async (act: () => Promise<void>): Promise<number> => {
    await page.evaluate(() => {
      const main = document.querySelector("main");
      const state = { began: 0, painted: 0 };
      (window as unknown as { bench: typeof state }).bench = state;
      const start = () => {
        state.began = performance.now();
      };
      addEventListener("keydown", start, { capture: true, once: true });
      addEventListener("pointerdown", start, { capture: true, once: true });
      const observer = new MutationObserver(() => {
        if (state.began === 0) return;
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => {
            state.painted = performance.now();
          };
          channel.port2.postMessage(0);
        });
      });
      // React writes name and type of every input again at each rendering; nobody sees that.
      observer.observe(main ?? document.body, {
        childList: true,
        subtree: true,
        characterData: true,
        attributeFilter: ["aria-rowcount", "aria-sort", "aria-selected", "class", "style", "title", "href", "width"],
      });
      setTimeout(() => observer.disconnect(), 1500);
    });
    await act();
    await page.waitForTimeout(700);
    return page.evaluate(() => {
      const { began, painted } = (window as unknown as { bench: { began: number; painted: number } }).bench;
      return painted === 0 ? 0 : painted - began;
    });
  };
  const keys: number[] = [];
  await search.click();
  for (const key of ["a", "m", "s", "-", "a", "p", "p"]) keys.push(await timed(() => page.keyboard.press(key)));
  for (let index = 0; index < 7; index += 1) keys.push(await timed(() => page.keyboard.press("Backspace")));
  const answered = keys.filter((ms) => ms > 0);
  add(`keystroke to paint (${answered.length} of ${keys.length} changed the page)`, answered, 50);
  const facet = page.getByRole("checkbox", { name: /^Connected/ }).first();
  const facets: number[] = [];
  for (let index = 0; index < 4; index += 1) facets.push(await timed(() => facet.click()));
  add("facet to paint", facets, 50);
  const header = grid.getByRole("columnheader").filter({ hasText: "Machine" }).getByRole("button").first();
  const sorts: number[] = [];
  for (let index = 0; index < 4; index += 1) sorts.push(await timed(() => header.click()));
  add("sort to paint", sorts, null);
  const frames = await page.evaluate(async () => {
    const scroller = [...document.querySelectorAll("[role=grid], [role=grid] *")].find(
      (node) => node.scrollHeight > node.clientHeight + 100,
    );
    const times: number[] = [];
    let last = performance.now();
    for (let index = 0; index < 120; index += 1) {
      scroller?.scrollBy(0, 144);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return times;
  });
  add("scroll frame", frames, null);
  return figures;
}

const all: Figure[] = [];
for (const size of sizes) {
  const stack = await startStack({ machines: size });
  const control = createControlClient(stack.control);
  await control.setOptions({ latencyMs: 150 });
  try {
    all.push(...(await measure(stack, control, size)));
  } finally {
    await stack.close();
  }
}
console.log(`load average before the table: ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`);
report(all);
