import { type ChildProcess, spawn } from "node:child_process";

export type Child = {
  process: ChildProcess;
  /** Everything it has written so far. */
  output: () => string;
  ended: Promise<number | null>;
  /** SIGTERM, then SIGKILL when it does not end in time. */
  stop: (limitMs?: number) => Promise<void>;
};

export type ChildOptions = { cwd: string; env: NodeJS.ProcessEnv; onLine?: (line: string) => void };

/** A Node program in a process group of its own, so that Ctrl+C reaches only us and we stop it in order. */
export function startChild(args: readonly string[], options: ChildOptions): Child {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const parts: string[] = [];
  let rest = "";
  const collect = (chunk: string) => {
    parts.push(chunk);
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) options.onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", collect);
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  // A parent that dies by an error must not leave a server behind.
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);
  ended.then(() => process.off("exit", killNow));

  async function stop(limitMs = 12_000): Promise<void> {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
    await ended;
    clearTimeout(timer);
  }
  return { process: child, output: () => parts.join(""), ended, stop };
}

/** Asks until the answer is not null. Throws the child's output when it ends or the time is over. */
export async function waitFor<T>(args: {
  what: string;
  child: Child;
  limitMs: number;
  ask: () => Promise<T | null>;
}): Promise<T> {
  const { what, child, limitMs, ask } = args;
  const limit = Date.now() + limitMs;
  while (Date.now() < limit) {
    const answer = await ask().catch(() => null);
    if (answer !== null) return answer;
    if (child.process.exitCode !== null || child.process.signalCode !== null) {
      await child.ended;
      throw new Error(child.output().trim() || `${what} ended without a word.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} was not ready after ${limitMs / 1000} s.\n${child.output().trim()}`);
}
