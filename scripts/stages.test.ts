import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { allSteps, quickSteps } from "./stage-list.ts";
import { playwrightCount, runStages, type Stage, vitestCount } from "./stages.ts";

const folder = mkdtempSync(`${tmpdir()}/stages-`);
const stage = (name: string, code: string, count?: Stage["count"]): Stage => ({
  name,
  command: [process.execPath, "-e", code],
  ...(count === undefined ? {} : { count }),
});
let printed: string;

beforeEach(() => {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe("reading counts", () => {
  it("reads vitest's summary with colours, failures and skips", () => {
    const esc = String.fromCharCode(27);
    expect(
      vitestCount(`Test Files  1 passed (1)\n${esc}[2m      Tests ${esc}[22m ${esc}[1m2 failed${esc}[39m | 83 passed (85)\n`),
    ).toEqual({ passed: 83, failed: 2 });
    expect(vitestCount("Tests  12 passed | 1 skipped (13)")).toEqual({ passed: 12, failed: 0 });
    expect(vitestCount("no tests")).toBeNull();
  });

  it("reads Playwright's summary", () => {
    expect(playwrightCount("  1 failed\n    [x] spec.ts\n  32 passed (1.5m)\n")).toEqual({ passed: 32, failed: 1 });
    expect(playwrightCount("  33 passed (95s)")).toEqual({ passed: 33, failed: 0 });
    expect(playwrightCount("Error: no tests found")).toBeNull();
  });
});

describe("running stages", () => {
  it("ends green with the sum of all counts on the last line", async () => {
    const code = await runStages([stage("a", "console.log('Tests  5 passed (5)')", vitestCount), stage("b", "")], folder);
    expect(code).toBe(0);
    expect(printed.trimEnd().split("\n").at(-1)).toBe("6 passed, 0 failed");
  });

  it("stops at the first red stage, names what was not run and still sums up", async () => {
    const code = await runStages([stage("good", ""), stage("bad", "process.exit(3)"), stage("later", "")], folder);
    expect(code).toBe(1);
    expect(printed).toMatch(/FAIL {2}bad/);
    expect(printed).toMatch(/-- {4}later\s+not run/);
    expect(printed.trimEnd().split("\n").at(-1)).toBe("1 passed, 1 failed");
  });

  it("is red when a stage breaks though none of its tests failed", async () => {
    const code = await runStages([stage("a", "console.log('Tests  5 passed (5)'); process.exit(1)", vitestCount)], folder);
    expect(code).toBe(1);
    expect(printed.trimEnd().split("\n").at(-1)).toBe("5 passed, 1 failed");
  });

  it("runs the stages of one step beside each other, and shows what each wrote under its own heading", async () => {
    const meets = (own: string, other: string) =>
      `const { existsSync, writeFileSync } = require("node:fs"); writeFileSync("${folder}/${own}", ""); console.log("${own} 1");
       const wait = () => existsSync("${folder}/${other}") ? console.log("${own} 2") : setTimeout(wait, 10); wait();`;
    const code = await runStages([[stage("x", meets("x", "y")), stage("y", meets("y", "x"))], stage("z", "")], folder);
    expect(code).toBe(0);
    expect(printed).toContain("== x\nx 1\nx 2\n");
    expect(printed).toContain("== y\ny 1\ny 2\n");
    expect(printed.indexOf("== z")).toBeGreaterThan(printed.indexOf("y 2"));
  });

  it("lets what runs beside a red stage end, and begins nothing after it", async () => {
    const code = await runStages(
      [[stage("bad", "process.exit(3)"), stage("good", "console.log('done')")], stage("later", "")],
      folder,
    );
    expect(code).toBe(1);
    expect(printed).toContain("== good\ndone\n");
    expect(printed).toMatch(/-- {4}later\s+not run/);
    expect(printed.trimEnd().split("\n").at(-1)).toBe("1 passed, 1 failed");
  });

  it("is red when the program of a stage does not exist", async () => {
    expect(await runStages([{ name: "x", command: ["/does/not/exist"] }], folder)).toBe(1);
  });
});

it("runs every check of verify before anything slow, and everything in the full run", () => {
  const quick = quickSteps()
    .flat()
    .map(({ name }) => name);
  const all = allSteps()
    .flat()
    .map(({ name }) => name);
  expect(all.slice(0, quick.length)).toEqual(quick);
  expect(all).toEqual(
    expect.arrayContaining([
      "format",
      "lint",
      "layers",
      "types",
      "document references",
      "unit tests",
      "component tests",
      "contract tests",
      "job tests",
      "build",
      "browser tests",
    ]),
  );
  rmSync(folder, { recursive: true, force: true });
});
