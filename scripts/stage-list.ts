import { join } from "node:path";
import { playwrightCount, type Step, vitestCount } from "./stages.ts";

const node = process.execPath;
const bin = (path: string) => join(import.meta.dirname, "../node_modules", path);
const vitest = (project: string) => [node, bin("vitest/vitest.mjs"), "run", "--project", project];
const biome = bin("@biomejs/biome/bin/biome");

/** No network, no browser, no build: under a minute. */
export function quickSteps(): Step[] {
  return [
    { name: "node version", command: [node, "scripts/node-version.ts"] },
    [
      { name: "format", command: [node, biome, "format", "."] },
      { name: "lint", command: [node, biome, "lint", "--error-on-warnings", "."] },
      { name: "layers", command: [node, "scripts/check-boundaries.ts"] },
      {
        name: "types",
        // More checkers repeat each other's work, which two cores do not make up for.
        command: [node, bin("typescript/bin/tsc"), "--noEmit", "--checkers", "2"],
      },
      { name: "document references", command: [node, "scripts/check-doc-refs.ts"] },
    ],
    { name: "unit tests", command: vitest("unit"), count: vitestCount },
  ];
}

/** Everything. CI tells Playwright to write its report and to refuse focused tests. */
export function allSteps(): Step[] {
  return [
    ...quickSteps(),
    { name: "component tests", command: vitest("component"), count: vitestCount },
    { name: "contract tests", command: vitest("contract"), count: vitestCount },
    { name: "job tests", command: vitest("jobs"), count: vitestCount },
    { name: "build", command: [node, "scripts/build.ts"] },
    {
      name: "browser tests",
      command: [node, bin("@playwright/test/cli.js"), "test"],
      count: playwrightCount,
      env: { CI: process.env.CI ?? "true" },
    },
  ];
}
