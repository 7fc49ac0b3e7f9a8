import { createInterface } from "node:readline";
import { type Database, openDatabase } from "@/lib/db/database";
import { findRollout, type RolloutTaskRow } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import { namedOutcome } from "@/lib/domain/rollout/causes";
import type { RolloutRemote, TaskSighting, TaskVerdict } from "./rollout-remote";
import { RolloutRunner } from "./rollout-runner";
import { azureError, quietLog } from "./testing";

/** A portal process for the kill test: opens the store when it is told to and carries one roll-out to its end. */

type ChildArgs = {
  dataDir?: string;
  databaseUrl?: string;
  origin: string;
  rolloutId: string;
  instance: string;
  /** Time runs faster by `speed` since `epoch`, the same in every process. */
  epoch: number;
  speed: number;
  leaseMs: number;
  /** False = whatever has no answer counts as never sent: the control run, which must show doubles. */
  look: boolean;
};

const args = JSON.parse(process.argv[2] ?? "{}") as ChildArgs;
const now = () => new Date(args.epoch + (Date.now() - args.epoch) * args.speed);

async function call<T>(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T; retryAfter: string | null }> {
  try {
    const answer = await fetch(`${args.origin}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T, retryAfter: answer.headers.get("retry-after") };
  } catch (cause) {
    throw new AppError({ code: "upstream", message: "no answer", cause });
  }
}

function sightingOf(state: string | undefined): TaskSighting {
  if (state === "running") return { seen: "running", azureStatus: "Creating", ours: true };
  if (state === "succeeded") return { seen: "succeeded", azureStatus: "Succeeded", ours: true };
  return { seen: "nothing" };
}

async function statesOf(tasks: readonly RolloutTaskRow[]): Promise<Map<number, string>> {
  const { body } = await call<Record<string, string>>(
    "POST",
    "states",
    tasks.map((task) => task.machineName),
  );
  return new Map(tasks.map((task) => [task.position, body[task.machineName] ?? "nothing"]));
}

const remote: RolloutRemote = {
  async send(_rollout, task) {
    const { status, retryAfter } = await call("PUT", task.machineName);
    if (status === 429) {
      const { azure, message } = azureError(429, "throttled");
      const failure = azure === undefined ? {} : { azure: { ...azure, retryAfterSeconds: Number(retryAfter) } };
      throw new AppError({ code: "throttled", message, ...failure });
    }
    if (status >= 400) throw azureError(status);
    return {
      operationUrl: `${args.origin}/op/${task.position}`,
      locationUrl: null,
      retryAfterSeconds: null,
      requestId: "r",
      remaining: null,
    };
  },
  async statusOf(_rollout, tasks) {
    return new Map([...(await statesOf(tasks))].map(([position, state]) => [position, sightingOf(state)]));
  },
  async look(_rollout, task) {
    if (!args.look && task.acceptedAt === null) return { seen: "nothing" };
    return sightingOf((await call<{ state: string }>("GET", task.machineName)).body.state);
  },
  ended: () => Promise.resolve(null),
  connected: (_rollout, tasks) => Promise.resolve(new Map(tasks.map((task) => [task.position, true]))),
  grant: () => Promise.resolve(null),
  async check(_rollout, tasks) {
    const states = await statesOf(tasks);
    const ready: TaskVerdict = { state: "ready", outcome: namedOutcome("canSignIn"), checks: [] };
    const not: TaskVerdict = { state: "notReady", outcome: namedOutcome("noDeviceObject"), checks: [] };
    return new Map([...states].map(([position, state]) => [position, state === "succeeded" ? ready : not]));
  },
  remove: () => Promise.reject(new Error("nothing is removed here")),
};

/** A store that is gone for a while says nothing. */
async function hasEnded(db: Database): Promise<boolean> {
  try {
    return (await findRollout(db, args.rolloutId))?.endedAt !== null;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const { dataDir, databaseUrl } = args;
  const db = await openDatabase({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  const access = { rolloutRemoteFor: () => remote, forgetRolloutCarrier: () => null };
  // Few lanes: the roll-out must outlast the kills.
  const timing = { leaseMs: args.leaseMs, sendMarginMs: args.leaseMs / 2, roundMs: 40, idleMs: 100, lanes: 4 };
  const runner = new RolloutRunner({ db, now, log: quietLog, access, instance: args.instance, timing });
  await runner.start();
  process.stdout.write("begin\n");
  while (!(await hasEnded(db))) await new Promise((resolve) => setTimeout(resolve, 50));
  await runner.stop();
  await db.close();
  process.exit(0);
}

process.stdout.write("loaded\n");
createInterface({ input: process.stdin }).once("line", () => void main());
