// Roll-outs over local Azure with its quotas: how fast requests are issued against what ARM's limits allow, what it costs, and
// how a script with the official SDK does beside it. `--runs 1000/embedded/1,1000/postgres/3,naive` for fewer; `/away` behind
// a run takes its store away for half a minute.
import { availableParallelism, loadavg } from "node:os";
import type { RolloutPreflight, RolloutView, StartRolloutInput } from "@/lib/domain/rollout/api";
import { PLAN_BOUNDS } from "@/lib/domain/rollout/plan";
import { planFixture } from "@/lib/domain/rollout/plan-fixture";
import type { Work } from "@/lib/domain/rollout/types";
import { startLocalAzure } from "../e2e/support/stack.ts";
import type { MachineRecord } from "../emulator/control/control-extensions.ts";
import type { TallyRow } from "../emulator/core/tally.ts";
import { type ControlClient, createControlClient } from "../emulator/testing/control-client.ts";
import { branchMachines, branchSubscriptionId } from "../emulator/world/branches.ts";
import { machineResourceId } from "../emulator/world/ids.ts";
import type { MachineSpec } from "../emulator/world/types.ts";
import { type Postgres, startPostgres } from "./lib/postgres.ts";
import { type Figure, quantile, report } from "./lib/report.ts";
import { runNaive } from "./lib/rollout-naive.ts";
import { cpuSeconds, forgetPeak, type Portal, peakMemory, startPortals } from "./lib/rollout-portals.ts";

const OPERATOR = "olivia.operator@contoso.example";
/** The first subscription of branch offices holds machines that fail; a measurement of pace leaves it out. */
const FIRST_SUBSCRIPTION = 2;
const PER_SUBSCRIPTION = 1_000;
/** ARM's bucket of writes for one principal and subscription: 200 at once, then 10 a second. */
const BUCKET = { size: 200, perSecond: 10 };
const TARGET_RATIO = 1.1;
const LIMIT_MS = 420_000;
/** Short, so that ARM's limits and not the machines decide the pace. */
const OPERATION = { extensionQueuedMs: 300, extensionRunningMs: 1_200 };

/** How long the store is away, once this part of the machines is done. */
const AWAY_MS = 30_000;
const AWAY_FROM = 0.4;

type Run = { machines: number; store: "embedded" | "postgres"; portals: number; away: boolean };
const USUAL_RUNS =
  "1000/embedded/1,1000/postgres/1,1000/postgres/3,5000/postgres/1,5000/postgres/3,1000/postgres/1/away,10000/embedded/1,naive";

function readRuns(): { runs: Run[]; naive: boolean } {
  const at = process.argv.indexOf("--runs");
  const parts = (at === -1 ? USUAL_RUNS : (process.argv[at + 1] ?? "")).split(",");
  const runs = parts
    .filter((part) => part !== "naive")
    .map((part): Run => {
      const [machines, store, portals, away] = part.split("/");
      if (store !== "embedded" && store !== "postgres")
        throw new Error(`--runs: '${part}' is not machines/embedded|postgres/portals.`);
      if (away !== undefined && store === "embedded") throw new Error(`--runs: '${part}': the embedded store cannot be away.`);
      return { machines: Number(machines), store, portals: Number(portals), away: away !== undefined };
    });
  return { runs, naive: parts.includes("naive") };
}

const figures: Figure[] = [];
function figure(of: string, name: string, value: number, unit: string, bounds: { target?: number; floor?: number } = {}): void {
  const { target = null, floor = null } = bounds;
  figures.push({ bench: "rollout", name: `${of}: ${name}`, value, unit, target, floor });
}

function targetsOf(machines: number): MachineSpec[] {
  const skipped = (FIRST_SUBSCRIPTION - 1) * PER_SUBSCRIPTION;
  const count = skipped + machines;
  const all = branchMachines({ seed: 1, cloud: "public", nowMs: Date.now(), count, firstIndex: 0 });
  return all.slice(skipped, count);
}

const subscriptionsOf = (machines: number) => Math.ceil(machines / PER_SUBSCRIPTION);
const floorSeconds = (machines: number) => Math.max(0, (Math.min(machines, PER_SUBSCRIPTION) - BUCKET.size) / BUCKET.perSecond);

async function startAzure(machines: number) {
  const branches = FIRST_SUBSCRIPTION * PER_SUBSCRIPTION - PER_SUBSCRIPTION + machines;
  const azure = await startLocalAzure({ machines: 25, branches });
  const control = createControlClient(azure.control);
  await control.setOptions({ ...OPERATION, recordBodyChars: 0 });
  const close = async () => {
    azure.child.kill("SIGTERM");
    if (azure.child.exitCode === null) await new Promise((resolve) => azure.child.once("exit", resolve));
  };
  return { origin: azure.origin, control, pid: azure.child.pid ?? -1, close };
}

const WORK: Work = { kind: "windowsSignIn.install", extensionName: "AADLoginForWindows", mdmId: "", version: null };
const PLAN = planFixture({
  concurrency: PLAN_BOUNDS.concurrency.most,
  threshold: { unit: "percent", value: 50 },
  retryAfterMinutes: 1,
});

type Ask = <Answer>(portal: Portal, path: string, body?: unknown) => Promise<Answer>;

function asking(token: string): Ask {
  return async (portal, path, body) => {
    const response = await fetch(portal.origin + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
}

type Sample = { atMs: number; done: number; etaMs: number | null; tookMs: number };

type Followed = { view: RolloutView; samples: Sample[] };
/** Called with the part of the machines that has ended; a promise is waited for by nobody. */
type Progress = (done: number) => void;

/**
 * Looks at the roll-out as a browser would, until it has ended. Every portal is asked, so that each holds the operator's sign-in;
 * a portal whose store is away answers with an error, and is asked again.
 */
async function follow(ask: Ask, portals: readonly Portal[], id: string, progress: Progress): Promise<Followed> {
  const limit = Date.now() + LIMIT_MS;
  const samples: Sample[] = [];
  let last = "nothing was answered";
  for (let round = 0; Date.now() < limit; round += 1) {
    const portal = portals[round % portals.length] as Portal;
    const askedMs = performance.now();
    const view = await ask<RolloutView>(portal, `/api/rollouts/${id}`).catch((error: unknown) => String(error));
    if (typeof view !== "string") {
      const { counts, total } = view;
      const done = (counts.ready + counts.notReady + counts.failed + counts.skipped + counts.canceled) / total;
      const etaMs = view.eta.at === null ? null : Date.parse(view.eta.at);
      samples.push({ atMs: Date.now(), done, etaMs, tookMs: performance.now() - askedMs });
      if (view.state === "finished" || view.state === "canceled") return { view, samples };
      progress(done);
    }
    last = typeof view === "string" ? view : JSON.stringify(view.counts);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error(`The roll-out did not end in ${LIMIT_MS / 1000} s: ${last}`);
}

/** Worst error of the announced end, against the whole time, from one fifth of the machines on. */
function etaError(samples: readonly Sample[], beganMs: number, endedMs: number): number {
  const told = samples.filter((sample) => sample.done >= 0.2 && sample.done < 1 && sample.etaMs !== null);
  const errors = told.map((sample) => Math.abs((sample.etaMs ?? 0) - endedMs) / (endedMs - beganMs));
  return errors.length === 0 ? Number.NaN : Math.max(...errors) * 100;
}

const isWrite = (row: TallyRow) => row.face === "arm" && row.method === "PUT" && row.about === "extensions";
const sum = (rows: readonly TallyRow[]) => rows.reduce((total, row) => total + row.count, 0);

/** Takes the store away when enough machines are done, and brings it back after its time. */
function takeAwayOnce(postgres: Postgres): Progress {
  let isTaken = false;
  return (done) => {
    if (isTaken || done < AWAY_FROM) return;
    isTaken = true;
    const bringBack = postgres.takeAway();
    setTimeout(bringBack, AWAY_MS);
  };
}

async function measure(run: Run, postgres: Postgres | null): Promise<void> {
  const stored = run.store === "embedded" ? "embedded" : "PostgreSQL";
  const of = `${run.machines.toLocaleString("en")} ${stored} x${run.portals}${run.away ? ", store away for 30 s" : ""}`;
  const azure = await startAzure(run.machines);
  const databaseUrl = run.store === "embedded" ? null : (postgres?.newDatabaseUrl() ?? null);
  if (run.store === "postgres" && databaseUrl === null) {
    console.log(`${of}: PostgreSQL is not installed here, left out`);
    await azure.close();
    return;
  }
  const portals = await startPortals({ count: run.portals, localAzure: azure.origin, databaseUrl });
  try {
    const token = await azure.control.token({ upn: OPERATOR, resource: "api", capabilities: ["cp1"] });
    const ask = asking(token);
    const [first] = portals;
    if (first === undefined) throw new Error("no portal");
    for (const portal of portals) await ask(portal, "/api/session");
    const pids = portals.map((portal) => portal.pid);
    figure(of, "most memory of a portal while it starts", Math.max(...pids.map(peakMemory)), "MB");
    for (const pid of pids) forgetPeak(pid);
    const storeCpu = () => (run.store === "postgres" && !run.away ? (postgres?.cpuSeconds() ?? Number.NaN) : Number.NaN);
    const began = { cpu: cpuSeconds(pids), azure: cpuSeconds([azure.pid]), store: storeCpu() };
    const targets = { by: "machines" as const, machineIds: targetsOf(run.machines).map(machineResourceId), describedAs: "bench" };
    const preflightBegan = performance.now();
    const preflight = await ask<RolloutPreflight>(first, "/api/rollouts/preflight", { work: WORK, targets, plan: PLAN });
    figure(of, "preflight", performance.now() - preflightBegan, "ms");
    const input: StartRolloutInput = {
      id: crypto.randomUUID(),
      name: of,
      work: WORK,
      targets,
      plan: PLAN,
      stamp: preflight.stamp,
      includeConfirm: true,
      typedCount: preflight.counts.ready + preflight.counts.confirm,
      actsAs: "operator",
    };
    await azure.control.clearRequests();
    const startMs = Date.now();
    await ask(first, "/api/rollouts", input);
    const away = run.away && postgres !== null ? takeAwayOnce(postgres) : null;
    const { view, samples } = await follow(ask, portals, input.id, (done) => away?.(done));
    const endMs = view.endedAt === null ? Date.now() : Date.parse(view.endedAt);
    await figuresOf(of, run, { control: azure.control, view, startMs, endMs });
    // Nobody can foresee that the store goes away.
    if (!run.away)
      figure(of, "worst error of the announced end, from a fifth on", etaError(samples, startMs, endMs), "%", { target: 10 });
    const took = samples.map(({ tookMs }) => tookMs);
    figure(of, "answer for the live page meanwhile, median", quantile(took, 0.5), "ms");
    figure(of, "answer for the live page meanwhile, 95 of 100", quantile(took, 0.95), "ms");
    const cpu = cpuSeconds(pids) - began.cpu;
    figure(of, "processor time of the portals", cpu, "s");
    figure(of, "processor time of the portals a machine", (cpu * 1000) / run.machines, "ms");
    if (!Number.isNaN(began.store))
      figure(of, "processor time of the store a machine", ((storeCpu() - began.store) * 1000) / run.machines, "ms");
    figure(of, "most memory of a portal", Math.max(...pids.map(peakMemory)), "MB");
    figure(of, "local Azure: share of a core", ((cpuSeconds([azure.pid]) - began.azure) * 100_000) / (endMs - startMs), "%");
  } finally {
    await Promise.all(portals.map((portal) => portal.close()));
    await azure.close();
  }
}

async function recordsOf(control: ControlClient, machines: number): Promise<MachineRecord[]> {
  const ids = Array.from({ length: subscriptionsOf(machines) }, (_, at) => branchSubscriptionId(FIRST_SUBSCRIPTION + at));
  return (await Promise.all(ids.map((subscriptionId) => control.extensions({ subscriptionId })))).flat();
}

async function standing(control: ControlClient, machines: number): Promise<number> {
  const records = await recordsOf(control, machines);
  return records.filter((row) => row.extensions.some((extension) => extension.provisioningState === "Succeeded")).length;
}

type Ended = { control: ControlClient; view: RolloutView; startMs: number; endMs: number };

/** What Azure itself saw; the portal's own counts stand beside it. */
async function figuresOf(of: string, run: Run, { control, view, startMs, endMs }: Ended): Promise<void> {
  const rows = (await control.tally()).filter((row) => row.face !== "entra");
  const accepted = rows.filter((row) => isWrite(row) && row.status === 202);
  const floor = floorSeconds(run.machines);
  const lastMs = Math.max(...accepted.map((row) => row.lastAtMs));
  const bounds = run.away ? { floor } : { floor, target: floor * TARGET_RATIO };
  figure(of, "issued", (lastMs - startMs) / 1000, "s", bounds);
  figure(of, "all done", (endMs - startMs) / 1000, "s", { floor });
  figure(of, "throttled answers of Azure", sum(rows.filter((row) => row.status === 429)), "", { target: 0 });
  figure(of, "requests a machine", sum(rows) / run.machines, "", { target: 3 });
  const records = await recordsOf(control, run.machines);
  figure(of, "machines ready, as the portal says", view.counts.ready, `of ${run.machines}`);
  figure(of, "extensions that Azure holds", await standing(control, run.machines), `of ${run.machines}`);
  figure(of, "machines written twice", records.filter((row) => row.puts > 1 || row.overlapping > 0).length, "", { target: 0 });
  const kinds = rows.slice(0, 8).map((row) => `${row.face} ${row.method} ${row.about} ${row.status}: ${row.count}`);
  console.log(`${of}: ${kinds.join("; ")}`);
}

/** Once with the 429 that was really seen, which has no Retry-After, and once with the documented one, which the SDK understands. */
async function measureNaive(throttleAnswer: "recorded" | "documented"): Promise<void> {
  const machines = PER_SUBSCRIPTION;
  const of = `1,000 by a script with the SDK, ${throttleAnswer} 429`;
  const azure = await startAzure(machines);
  try {
    await azure.control.setOptions({ throttleAnswer });
    const token = await azure.control.token({ upn: OPERATOR, resource: "arm" });
    await azure.control.clearRequests();
    const result = await runNaive(azure.origin, token, targetsOf(machines));
    const rows = (await azure.control.tally()).filter((row) => row.face !== "entra");
    figure(of, "all done", result.seconds, "s", { floor: floorSeconds(machines) });
    figure(of, "throttled answers of Azure", sum(rows.filter((row) => row.status === 429)), "");
    figure(of, "requests a machine that succeeded", sum(rows) / Math.max(1, result.succeeded), "");
    figure(of, "extensions that Azure holds", await standing(azure.control, machines), `of ${machines}`);
    figure(of, "machines that succeeded", result.succeeded, `of ${machines}`);
    figure(of, "machines given up with an error", result.failed, `of ${machines}`);
    figure(of, "processor time", result.cpuSeconds, "s");
    const reasons = [...result.reasons].map(([reason, count]) => `${reason}: ${count}`);
    console.log(`${of}: ${reasons.join("; ") || "no errors"}`);
  } finally {
    await azure.close();
  }
}

const { runs, naive } = readRuns();
const postgres = runs.some((run) => run.store === "postgres") ? await startPostgres() : null;
try {
  console.log(`load average ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores, Node ${process.version}`);
  for (const run of runs) {
    // One that does not end must not cost the figures of the others.
    await measure(run, postgres).catch((error: unknown) => {
      console.error(String(error));
      process.exitCode = 1;
    });
  }
  if (naive) for (const form of ["recorded", "documented"] as const) await measureNaive(form);
} finally {
  postgres?.stop();
  report(figures);
}
