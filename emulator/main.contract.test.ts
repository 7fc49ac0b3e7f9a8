import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const running: ChildProcess[] = [];

type Run = { child: ChildProcess; out: () => string; error: () => string; ended: Promise<number | null> };

function start(env: Record<string, string>, args: string[] = []): Run {
  const plain = { LOCAL_AZURE_MACHINES: "", LOCAL_AZURE_CLOUD: "", LOCAL_AZURE_TLS_PORT: "", LOCAL_AZURE_SEED: "" };
  const ports = { LOCAL_AZURE_PORT: "0", LOCAL_AZURE_CONTROL_PORT: "0" };
  // Half of a start is reading the same files again.
  const kept = { NODE_COMPILE_CACHE: join(tmpdir(), "arcwarden-compile-cache") };
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...plain, ...ports, ...kept, ...env } });
  running.push(child);
  let out = "";
  let error = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    error += chunk.toString();
  });
  return { child, out: () => out, error: () => error, ended: new Promise((resolve) => child.once("close", resolve)) };
}

type Ready = { localAzure: string; origin: string; control: string; tls: string | null; machines: number; startMs: number };

function ready(run: Run): Promise<Ready> {
  return new Promise((resolve, reject) => {
    run.child.stdout?.on("data", () => {
      if (run.out().includes("\n")) resolve(JSON.parse(run.out()) as Ready);
    });
    run.child.once("close", () => reject(new Error(run.error())));
  });
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

describe("node emulator/main.ts", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "prints one JSON line with its addresses, serves them, and ends with code 0 on %s",
    async (signal) => {
      const run = start({ LOCAL_AZURE_TLS_PORT: "0", LOCAL_AZURE_CLOUD: "china" });
      const line = await ready(run);
      expect(Object.keys(line)).toEqual(["localAzure", "origin", "control", "tls", "machines", "startMs"]);
      expect(line).toMatchObject({ localAzure: "ready", machines: 250 });
      expect(line.origin).toMatch(/^http:\/\/localhost:\d+$/);
      expect(line.control).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(line.tls).toMatch(/^https:\/\/localhost:\d+$/);
      expect((await fetch(`${line.origin}/common/v2.0/.well-known/openid-configuration`)).status).toBe(200);
      expect(await (await fetch(`${line.control}/state`)).json()).toMatchObject({ cloud: "china", machines: 250 });
      run.child.kill(signal);
      expect(await run.ended).toBe(0);
      expect(run.out().trim().split("\n")).toHaveLength(1);
      expect(run.error()).toBe("");
    },
  );

  it("takes the fleet from --machines before the environment", async () => {
    const line = await ready(start({ LOCAL_AZURE_MACHINES: "60" }, ["--machines", "25"]));
    expect(line.machines).toBe(25);
  });

  it("takes assignments, groups and replication from arguments and the environment", async () => {
    const env = { LOCAL_AZURE_MACHINES: "25", LOCAL_AZURE_GROUPS: "7", LOCAL_AZURE_REPLICATION: "500,2000,4000" };
    const line = await ready(start(env, ["--assignments=40"]));
    const { options } = (await (await fetch(`${line.control}/state`)).json()) as { options: Record<string, unknown> };
    expect(options).toMatchObject({ roleListDelayMs: 500, replicationDelayMs: 2_000, roleIndexDelayMs: 4_000 });
    const reset = (await (await fetch(`${line.control}/reset`, { method: "POST" })).json()) as Record<string, unknown>;
    expect(reset).toMatchObject({ assignments: 40, groups: 7 });
  });

  it.each<[string, Record<string, string>, string[], string]>([
    ["a fleet that is too small", {}, ["--machines", "24"], "--machines is '24'. It must be a whole number from 25 to 100000."],
    ["a fleet that is too large", { LOCAL_AZURE_MACHINES: "100001" }, [], "LOCAL_AZURE_MACHINES is '100001'."],
    ["a fleet that is no number", {}, ["--machines=many"], "--machines is 'many'."],
    ["--machines without a number", {}, ["--machines"], "--machines needs a number"],
    ["an unknown argument", {}, ["--fleet", "5"], "Unknown argument '--fleet'"],
    ["too many assignments", { LOCAL_AZURE_ASSIGNMENTS: "100001" }, [], "LOCAL_AZURE_ASSIGNMENTS is '100001'."],
    ["groups that are no number", {}, ["--groups", "few"], "--groups is 'few'."],
    ["two delays of three", { LOCAL_AZURE_REPLICATION: "1,2" }, [], "It must be three numbers of milliseconds"],
    ["an unknown cloud", { LOCAL_AZURE_CLOUD: "germany" }, [], "It must be public, usgov or china."],
    ["a port that is none", { LOCAL_AZURE_PORT: "70000" }, [], "LOCAL_AZURE_PORT is '70000'."],
  ])("refuses %s with a sentence and code 1", async (_name, env, args, sentence) => {
    const run = start(env, args);
    expect(await run.ended).toBe(1);
    expect(run.error()).toContain(sentence);
    expect(run.out()).toBe("");
  });

  it.each(["LOCAL_AZURE_PORT", "LOCAL_AZURE_CONTROL_PORT", "LOCAL_AZURE_TLS_PORT"])(
    "says that the port of %s is taken and ends with code 1",
    async (name) => {
      const blocker = createServer();
      await new Promise<void>((resolve) => {
        blocker.listen(0, "127.0.0.1", resolve);
      });
      const address = blocker.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const run = start({ [name]: String(port) });
      const code = await run.ended;
      blocker.close();
      expect(code).toBe(1);
      expect(run.error()).toContain(
        `Port ${port} is taken. Set LOCAL_AZURE_PORT, LOCAL_AZURE_CONTROL_PORT or LOCAL_AZURE_TLS_PORT`,
      );
    },
  );
});
