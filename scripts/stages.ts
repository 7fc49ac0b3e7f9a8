import { spawn } from "node:child_process";

export type Stage = {
  name: string;
  command: readonly string[];
  /** Reads how many checks passed and failed from the stage's output; absent = the stage counts as one. */
  count?: (output: string) => { passed: number; failed: number } | null;
  env?: Record<string, string>;
};

export type StageResult = { name: string; ok: boolean; seconds: number; passed: number; failed: number };

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/** "Tests  3 failed | 42 passed (45)" of vitest. */
export function vitestCount(output: string): { passed: number; failed: number } | null {
  const line = output
    .replaceAll(ESCAPES, "")
    .split("\n")
    .findLast((text) => /^\s*Tests\s/.test(text));
  if (line === undefined) return null;
  return { passed: numberBefore(line, "passed"), failed: numberBefore(line, "failed") };
}

/** "3 failed" and "42 passed (1.2m)" of Playwright, each on its own line. */
export function playwrightCount(output: string): { passed: number; failed: number } | null {
  const text = output.replaceAll(ESCAPES, "");
  const passed = /^\s*(\d+) passed/m.exec(text)?.[1];
  const failed = /^\s*(\d+) failed/m.exec(text)?.[1];
  if (passed === undefined && failed === undefined) return null;
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
}

function numberBefore(line: string, word: string): number {
  return Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
}

/** Stages of one step run beside each other; where one waits the others use the cores. */
export type Step = Stage | readonly Stage[];

type Written = { from: "stdout" | "stderr"; chunk: Buffer };

function run(stage: Stage, cwd: string, write: (written: Written) => void): Promise<{ code: number | null; output: string }> {
  const [program, ...args] = stage.command;
  return new Promise((resolve) => {
    const child = spawn(program ?? "", args, { cwd, env: { ...process.env, ...stage.env }, stdio: ["ignore", "pipe", "pipe"] });
    const parts: string[] = [];
    for (const from of ["stdout", "stderr"] as const) {
      child[from].on("data", (chunk: Buffer) => {
        parts.push(chunk.toString("utf8"));
        write({ from, chunk });
      });
    }
    child.once("error", (error) => resolve({ code: 1, output: error.message }));
    child.once("close", (code) => resolve({ code, output: parts.join("") }));
  });
}

const print = ({ from, chunk }: Written) => void process[from].write(chunk);

/** `live`: what the stage writes is shown as it comes, and not in one piece when the stage has ended. */
async function runStage(stage: Stage, cwd: string, live: boolean): Promise<StageResult> {
  const heading = () => process.stdout.write(`\n== ${stage.name}\n`);
  const held: Written[] = [];
  if (live) heading();
  const startedMs = performance.now();
  const { code, output } = await run(stage, cwd, live ? print : (written) => void held.push(written));
  if (!live) {
    heading();
    for (const written of held) print(written);
  }
  const ok = code === 0;
  const counted = stage.count?.(output) ?? { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  // A stage that breaks outside its tests (a crash, an unhandled error) is a failure whatever its counts say.
  const failed = ok ? counted.failed : Math.max(1, counted.failed);
  return { name: stage.name, ok, seconds: (performance.now() - startedMs) / 1000, passed: counted.passed, failed };
}

function summary(results: readonly StageResult[], skipped: readonly Stage[]): string {
  const width = Math.max(...[...results, ...skipped].map(({ name }) => name.length));
  const lines = results.map(({ name, ok, seconds, passed, failed }) =>
    [ok ? "ok  " : "FAIL", name.padEnd(width), `${seconds.toFixed(1).padStart(7)} s`, `${passed} passed, ${failed} failed`].join(
      "  ",
    ),
  );
  return [...lines, ...skipped.map(({ name }) => `--    ${name.padEnd(width)}  not run`)].join("\n");
}

/** Runs the steps in order, stops at the first red one, prints time and counts. Returns the exit code. */
export async function runStages(steps: readonly Step[], cwd: string): Promise<number> {
  const stages = steps.flat();
  const results: StageResult[] = [];
  const startedMs = performance.now();
  for (const step of steps) {
    const beside = [step].flat();
    results.push(...(await Promise.all(beside.map((stage) => runStage(stage, cwd, beside.length === 1)))));
    if (results.some(({ ok }) => !ok)) break;
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const minutes = (performance.now() - startedMs) / 60_000;
  process.stdout.write(
    `\n${summary(results, stages.slice(results.length))}\n\n${minutes.toFixed(1)} min\n${passed} passed, ${failed} failed\n`,
  );
  return results.every(({ ok }) => ok) && results.length === stages.length ? 0 : 1;
}
