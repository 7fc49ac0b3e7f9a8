import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";
import { hasRoomInMemory } from "./scripts/test-folder.ts";

// Each worker reads this file again; what the first reading has found is handed on.
process.env.E2E_BROWSER ??= execFileSync(process.execPath, ["scripts/find-browser.ts", "--shell"], { encoding: "utf8" }).trim();
const executablePath = process.env.E2E_BROWSER;
const isRoot = process.getuid?.() === 0;

/**
 * With a portal or a local Azure of their own kind, or with roll-outs that go on behind a test and would keep machines from
 * others. They come first: at the end the short files are left, which fill all workers.
 */
const APART = /\b(rollout|rollout-wizard|faults|fuzz|history|clouds|clouds-usgov)\.spec\.ts/;

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/support/global-setup.ts",
  outputDir: "test-results/artifacts",
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  // Pages wait for answers, as people do: two of them leave two cores idle, and a fourth takes from the others what it gains.
  workers: 3,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: process.env.CI === undefined ? [["list"]] : [["line"], ["json", { outputFile: "test-results/e2e.json" }]],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    // A frame that only moves something costs as much as one that shows something new.
    contextOptions: { reducedMotion: "reduce" },
    // Recording every page is dear on two cores: E2E_TRACE=1 turns it on to look into a failure.
    trace: process.env.E2E_TRACE === "1" ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      // Playwright's default keeps what processes share on the disk, for machines that have next to no room in memory.
      ignoreDefaultArgs: hasRoomInMemory() ? ["--disable-dev-shm-usage"] : [],
      executablePath,
      chromiumSandbox: !isRoot,
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        // A page is drawn in one piece: handing over two dozen small ones costs more than drawing them.
        "--default-tile-width=1440",
        "--default-tile-height=900",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "apart", testMatch: APART },
    { name: "portal", testMatch: /.*\.spec\.ts/, testIgnore: [/judge\.spec\.ts/, APART] },
    { name: "judge", testMatch: /judge\.spec\.ts/, dependencies: ["apart", "portal"] },
  ],
});
