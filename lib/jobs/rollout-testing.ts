import type { Database } from "@/lib/db/database";
import { nextOpenDue } from "@/lib/db/rollout-claim";
import { taskPage } from "@/lib/db/rollout-read";
import { findRollout, openRollouts, type RolloutRow, type RolloutTaskRow, type SignInDemand } from "@/lib/db/rollouts";
import type { AppError } from "@/lib/domain/errors";
import { failedOutcome, namedOutcome } from "@/lib/domain/rollout/causes";
import type { RunnerLog } from "./operation-record";
import type { RolloutCarriers, RolloutRemote, TaskSighting, TaskStart, TaskVerdict } from "./rollout-remote";
import { RolloutRunner } from "./rollout-runner";
import type { RolloutTiming } from "./rollout-timing";
import { azureError, FakeClock, quietLog } from "./testing";

/** Pieces for tests of roll-outs: an Azure in memory on a clock that stands still, and a runner over it. */

export type FakeMachine = {
  puts: number;
  /** Requests that were accepted while an earlier one was still running: must stay 0. */
  overlaps: number;
  removals: number;
  startedAt: number | null;
  durationMs: number;
  end: "succeeded" | "failed";
  failure: string;
  ours: boolean;
  gone: boolean;
  connected: boolean;
  verdict: TaskVerdict["state"];
  /** Errors of the next requests, in order. `accepted` = Azure took it and the answer was lost. */
  sends: (AppError | "accepted")[];
};

const VERDICT_CODE = { ready: "canSignIn", notReady: "noSignInRole", failed: "effectMissing" } as const;

class FakeRolloutAzure implements RolloutRemote {
  readonly machines = new Map<string, FakeMachine>();
  readonly calls: string[] = [];
  /** Fails every call of that name while it is set. */
  readonly failing = new Map<string, Error>();
  /** What Resource Graph shows: the truth, nothing, or for ever that it runs. */
  graph: "true" | "blind" | "stale" = "true";
  grants: (ReturnType<typeof azureError>["azure"] | null)[] = [];
  remaining: number | null = null;
  beforeSend: (row: RolloutTaskRow) => Promise<void> | void = () => undefined;
  private readonly clock: FakeClock;

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  machine(name: string): FakeMachine {
    const known = this.machines.get(name);
    if (known !== undefined) return known;
    const fresh: FakeMachine = {
      puts: 0,
      overlaps: 0,
      removals: 0,
      startedAt: null,
      durationMs: 60_000,
      end: "succeeded",
      failure: "VMExtensionProvisioningError",
      ours: true,
      gone: false,
      connected: true,
      verdict: "ready",
      sends: [],
    };
    this.machines.set(name, fresh);
    return fresh;
  }

  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  async send(_rollout: RolloutRow, row: RolloutTaskRow): Promise<TaskStart> {
    this.called("send");
    await this.beforeSend(row);
    const machine = this.machine(row.machineName);
    const next = machine.sends.shift();
    if (next instanceof Error) throw next;
    if (machine.gone) throw azureError(404, "not_found");
    if (this.isRunning(machine)) machine.overlaps++;
    machine.puts++;
    machine.startedAt = this.clock.now().getTime();
    if (next === "accepted") throw azureError(500);
    return {
      operationUrl: `https://op/${row.position}`,
      locationUrl: null,
      retryAfterSeconds: null,
      requestId: "r",
      remaining: this.remaining,
    };
  }

  async statusOf(_rollout: RolloutRow, tasks: readonly RolloutTaskRow[]): Promise<Map<number, TaskSighting>> {
    this.called("statusOf");
    if (this.graph === "blind") return new Map();
    const stale: TaskSighting = { seen: "running", azureStatus: "Creating", ours: true };
    if (this.graph === "stale") return new Map(tasks.map((row) => [row.position, stale]));
    return new Map(tasks.map((row) => [row.position, this.sighting(row)]));
  }

  async look(_rollout: RolloutRow, row: RolloutTaskRow): Promise<TaskSighting> {
    this.called("look");
    return this.sighting(row);
  }

  async ended(): Promise<null> {
    this.called("ended");
    return null;
  }

  async connected(_rollout: RolloutRow, tasks: readonly RolloutTaskRow[]): Promise<Map<number, boolean>> {
    this.called("connected");
    return new Map(tasks.map((row) => [row.position, this.machine(row.machineName).connected]));
  }

  async grant(): ReturnType<RolloutRemote["grant"]> {
    this.called("grant");
    return this.grants.shift() ?? null;
  }

  async check(_rollout: RolloutRow, tasks: readonly RolloutTaskRow[]): Promise<Map<number, TaskVerdict>> {
    this.called("check");
    return new Map(
      tasks.map((row) => {
        const { verdict } = this.machine(row.machineName);
        return [row.position, { state: verdict, outcome: namedOutcome(VERDICT_CODE[verdict]), checks: [] }];
      }),
    );
  }

  async remove(_rollout: RolloutRow, row: RolloutTaskRow): Promise<TaskStart> {
    this.called("remove");
    const machine = this.machine(row.machineName);
    machine.removals++;
    machine.startedAt = null;
    return { operationUrl: null, locationUrl: null, retryAfterSeconds: null, requestId: "r", remaining: null };
  }

  private called(name: string): void {
    this.calls.push(name);
    const error = this.failing.get(name);
    if (error !== undefined) throw error;
  }

  private isRunning(machine: FakeMachine): boolean {
    return machine.startedAt !== null && this.clock.now().getTime() < machine.startedAt + machine.durationMs;
  }

  private sighting(row: RolloutTaskRow): TaskSighting {
    const machine = this.machine(row.machineName);
    if (machine.gone) return { seen: "gone" };
    if (machine.startedAt === null) return { seen: "nothing" };
    const { ours } = machine;
    if (this.isRunning(machine)) return { seen: "running", azureStatus: "Creating", ours };
    if (machine.end === "succeeded") return { seen: "succeeded", azureStatus: "Succeeded", ours };
    const azure = { ...azureError(200).azure, code: machine.failure, status: 200 };
    return { seen: "failed", azureStatus: "Failed", ours, outcome: failedOutcome(null, azure as NonNullable<AppError["azure"]>) };
  }
}

/** Sign-ins that live in this process, by person. */
class FakeCarriers implements RolloutCarriers {
  people = new Set(["ada"]);
  /** What Azure demands of the next sign-in of whoever it refuses. */
  demand: SignInDemand | null = null;
  readonly remote: RolloutRemote;
  constructor(remote: RolloutRemote) {
    this.remote = remote;
  }
  rolloutRemoteFor = (row: RolloutRow) => (this.people.has(row.carrierObjectId) ? this.remote : null);
  forgetRolloutCarrier = (row: RolloutRow): SignInDemand | null => {
    this.people.delete(row.carrierObjectId);
    return this.demand;
  };
}

export type RolloutBench = {
  db: Database;
  clock: FakeClock;
  azure: FakeRolloutAzure;
  carriers: FakeCarriers;
  runner: RolloutRunner;
  /** Rounds for this long on the fake clock; it jumps to the end once no roll-out is open. */
  run: (ms: number, stepMs?: number) => Promise<void>;
};

const LONGEST_STEP_MS = 60_000;

/** Milliseconds until something may be due in an open roll-out; a minute where it depends on more than the clock. Null: none is open. */
async function nextDue(db: Database, clock: FakeClock): Promise<number | null> {
  const ids = (await openRollouts(db)).map(({ id }) => id);
  if (ids.length === 0) return null;
  const at = await nextOpenDue(db, ids);
  return at === null ? LONGEST_STEP_MS : Math.min(LONGEST_STEP_MS, at.getTime() - clock.now().getTime());
}

export function rolloutBench(
  db: Database,
  over: Partial<Pick<RolloutBench, "clock" | "azure">> & {
    instance?: string;
    timing?: Partial<RolloutTiming>;
    log?: RunnerLog;
  } = {},
): RolloutBench {
  const clock = over.clock ?? new FakeClock();
  const azure = over.azure ?? new FakeRolloutAzure(clock);
  const carriers = new FakeCarriers(azure);
  const runner = new RolloutRunner({
    db,
    now: clock.now,
    log: over.log ?? quietLog,
    access: carriers,
    instance: over.instance ?? "p1",
    ...(over.timing === undefined ? {} : { timing: over.timing }),
  });
  const run = async (ms: number, stepMs = 10_000): Promise<void> => {
    await runner.tick();
    let passed = 0;
    for (let due = await nextDue(db, clock); passed < ms && due !== null; due = await nextDue(db, clock)) {
      const step = Math.min(Math.max(stepMs, due), ms - passed);
      clock.advance(step);
      passed += step;
      await runner.tick();
    }
    clock.advance(ms - passed);
  };
  return { db, clock, azure, carriers, runner, run };
}

/** How many tasks are in each state, those with any. */
export async function statesOf(db: Database, id: string): Promise<Record<string, number>> {
  const { tasks } = await taskPage(db, { rolloutId: id }, { after: null, limit: 20_000 });
  const counts: Record<string, number> = {};
  for (const task of tasks) counts[task.state] = (counts[task.state] ?? 0) + 1;
  return counts;
}

export async function rolloutOf(db: Database, id: string): Promise<RolloutRow> {
  const row = await findRollout(db, id);
  if (row === null) throw new Error(`no roll-out ${id}`);
  return row;
}
