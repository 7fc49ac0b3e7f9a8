import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundledScript } from "./kill-bundle";

/** Portal processes for tests that kill them. */

export type KillableEnd = { code: number | null; signal: NodeJS.Signals | null };

export type Killable = {
  /** Sends a signal to this process only. */
  signal: (name: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM") => void;
  /** Writes one line to its standard input. */
  tell: (line: string) => void;
  /** Comes when the process writes that line; fails when it ends before. */
  said: (line: string) => Promise<void>;
  /** Comes when the process has ended. Fails when it ended by itself with anything but 0. */
  ended: Promise<KillableEnd>;
};

function endOf(child: ChildProcess, errors: () => string): Promise<KillableEnd> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (signal !== null || code === 0) resolve({ code, signal });
      else reject(new Error(`the portal process ended with ${code}: ${errors()}`));
    });
  });
}

/**
 * A process that lives for a second gains nothing from machine code of the best kind for its store, and it calls a part of the
 * store only: each function is compiled when it is called.
 */
const SHORT_LIFE = ["--liftoff-only", "--wasm-lazy-compilation", "--wasm-lazy-validation"];

/** Starts a bundled script as a process of its own. `onLine` is told what it writes, line by line. */
export function spawnKillable(file: string, args: readonly string[], onLine: (line: string) => void = () => undefined): Killable {
  const child = spawn(process.execPath, [...SHORT_LIFE, file, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "arcwarden-compile-cache") },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A process that was killed no longer reads what it is told.
  child.stdin.on("error", () => undefined);
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    seen.add(line);
    waiting.get(line)?.();
    onLine(line);
  });
  const ended = endOf(child, () => errors);
  return {
    signal: (name) => void child.kill(name),
    tell: (line) => void child.stdin.write(`${line}\n`),
    said: (line) => {
      const written = new Promise<void>((resolve) => {
        if (seen.has(line)) resolve();
        else waiting.set(line, resolve);
      });
      const gone = ended.then(({ code, signal }) => {
        throw new Error(`the portal process ended (${signal ?? code}) before it wrote "${line}": ${errors}`);
      });
      // When the line came first nobody waits for the end here any more.
      gone.catch(() => undefined);
      return Promise.race([written, gone]);
    },
    ended,
  };
}

/** When a process is killed: this long after its `times`th `on` (the first when absent), a line of its own or an event told. */
export type KillMoment = { on: string; ms?: number; times?: number };

/**
 * Runs a script once and kills it at that moment, or lets it end. `tellOf` hands over the way to tell what else happens. False
 * when the process ended before the moment came.
 */
export async function runKilled(args: {
  script: string;
  args: readonly string[];
  moment: KillMoment | null;
  tellOf?: (told: (event: string) => void) => void;
}): Promise<boolean> {
  const { moment } = args;
  const file = await bundledScript(args.script);
  let left = moment?.times ?? 1;
  const happened = (event: string): void => {
    if (event !== moment?.on) return;
    left--;
    if (left > 0) return;
    if ((moment.ms ?? 0) === 0) child.signal("SIGKILL");
    else setTimeout(() => child.signal("SIGKILL"), moment.ms);
  };
  const child = spawnKillable(file, args.args, happened);
  args.tellOf?.(happened);
  return (await child.ended).signal === "SIGKILL";
}

/** Numbers between 0 and 1 that a seed repeats: a failing run can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
