import "server-only";
import type { Database } from "@/lib/db/database";
import type { Observation } from "@/lib/db/rollout-budget";
import {
  claimOpenTasks,
  claimQueuedTasks,
  extendLeases,
  freeTaskLeases,
  nextOpenDue,
  sweepSubmitting,
} from "@/lib/db/rollout-claim";
import { openRollouts, type RolloutRow, type RolloutTaskRow, WAITING_FOR_OPERATOR } from "@/lib/db/rollouts";
import { insideWindow } from "@/lib/domain/rollout/window";
import type { RunnerLog } from "./operation-record";
import { restUntil } from "./operation-timing";
import { stepChecking, stepGranting } from "./rollout-check";
import { HeldTasks } from "./rollout-held";
import { inLanes } from "./rollout-lanes";
import { Presence } from "./rollout-presence";
import { afterMs, type RolloutDeps, type RolloutWork } from "./rollout-record";
import type { RolloutCarriers } from "./rollout-remote";
import { stepRemoving } from "./rollout-removal";
import { sendTask, setOfflineAside } from "./rollout-send";
import { stepProvisioning, stepUnknown } from "./rollout-steps";
import { ROLLOUT_TIMING, type RolloutTiming } from "./rollout-timing";
import { clearUnattended, decideWaves, markSignedOut, markUnattendedRollouts, planOf } from "./rollout-waves";
import { RoundLoop } from "./round-loop";

export type RolloutRunnerArgs = {
  db: Database;
  now: () => Date;
  log: RunnerLog;
  access: RolloutCarriers;
  /** Name of this process in leases and events; made up when absent. */
  instance?: string;
  timing?: Partial<RolloutTiming>;
};
export type RolloutListener = (rolloutId: string) => void;

/** Tasks on which this process works at the same time, besides requests on the wire: a few megabytes of rows. */
const MOST_OPEN = 2_000;
/** Questions about many machines at the same time: what falls due meanwhile is asked together with the next one. */
const MOST_ASKING = 4;
/** Steps of single machines at the same time. */
const STEP_LANES = 16;

/** Carries roll-outs from the store to their end. */
export class RolloutRunner {
  readonly instance: string;
  private readonly deps: RolloutDeps;
  private readonly access: RolloutCarriers;
  private readonly listeners = new Set<RolloutListener>();
  private readonly loop = new RoundLoop(() => this.round());
  private readonly held: HeldTasks;
  private readonly presence: Presence;
  private readonly running = new Set<Promise<void>>();
  private readonly dirty = new Set<string>();
  private readonly observed = new Map<string, Map<string, Observation>>();
  private sending = 0;
  private open = 0;
  private asking = 0;
  private heartbeat: NodeJS.Timeout | null = null;
  /** When the rare parts of a round are due: requests whose holder is gone, marks of what waits for a person. */
  private sparseDueAt = 0;

  constructor(args: RolloutRunnerArgs) {
    this.instance = args.instance ?? crypto.randomUUID();
    this.access = args.access;
    const changed = (rolloutId: string): void => {
      this.dirty.add(rolloutId);
      for (const listener of this.listeners) listener(rolloutId);
    };
    const timing = { ...ROLLOUT_TIMING, ...args.timing };
    this.deps = { db: args.db, now: args.now, log: args.log, instance: this.instance, timing, changed };
    this.held = new HeldTasks(this.deps);
    this.presence = new Presence(this.deps);
  }

  /** Frees what a killed process held, where that is safe to know, and begins to work. */
  async start(): Promise<void> {
    if (this.deps.db.engine === "embedded") await freeTaskLeases(this.deps.db, this.deps.now());
    this.heartbeat = setInterval(() => void this.beat(), this.deps.timing.leaseMs / 3);
    this.heartbeat.unref();
    this.loop.start();
  }

  /** Takes nothing new and returns when what runs has been saved. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await Promise.all(this.running);
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    this.heartbeat = null;
  }

  /** Something may be due now: a roll-out was started, an action taken, a person has returned. */
  nudge(): void {
    this.loop.nudge();
  }

  /** Told after each committed change of any roll-out by this process. Returns the way to stop listening. */
  onChange(listener: RolloutListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** One round to its end: decide, claim, work, decide. Gives the pause after it. Public for tests with a fake clock. */
  async tick(): Promise<number> {
    const pauseMs = await this.begin();
    await Promise.all(this.running);
    for (const id of this.takeDirty()) await decideWaves(this.deps, id);
    return pauseMs;
  }

  /** Starts what is due and returns the pause before the next round; the work itself goes on by itself. */
  private async begin(): Promise<number> {
    const { db, now, timing } = this.deps;
    const dirty = this.takeDirty();
    let rollouts = await openRollouts(db);
    const undecided = rollouts.filter((row) => dirty.has(row.id) || row.notBefore <= now());
    for (const row of undecided) await decideWaves(this.deps, row.id);
    if (undecided.length > 0) rollouts = await openRollouts(db);
    if (rollouts.length === 0) return timing.restMs;
    const nowMs = now().getTime();
    const isSparse = nowMs >= this.sparseDueAt;
    if (isSparse) {
      this.sparseDueAt = nowMs + timing.idleMs;
      for (const id of await sweepSubmitting(db, { now: now(), instance: this.instance })) this.deps.changed(id);
    }
    const carried = rollouts.flatMap((row) => this.workOf(row));
    await this.claimOpen(carried);
    for (const work of carried) await this.claimQueued(work);
    if (isSparse) await this.mark(rollouts, carried);
    if (dirty.size + this.dirty.size + this.running.size > 0) return timing.roundMs;
    return this.pauseUntilDue(carried);
  }

  /** Nothing is under way: what is due next is due by the clock, and an open roll-out may wait for hours. */
  private async pauseUntilDue(carried: readonly RolloutWork[]): Promise<number> {
    const { db, now, timing } = this.deps;
    const due = await nextOpenDue(
      db,
      carried.map(({ rollout }) => rollout.id),
    );
    return restUntil({ due, now: now(), beatMs: timing.roundMs, restMs: timing.idleMs });
  }

  private workOf(row: RolloutRow): RolloutWork[] {
    const remote = this.access.rolloutRemoteFor(row);
    if (remote === null) return [];
    const signedOut = (): void => {
      const demand = this.access.forgetRolloutCarrier(row, remote);
      this.watch(markSignedOut(this.deps, row.id, demand));
    };
    const observed = (subscriptionId: string, remaining: number): void => {
      const of = this.observed.get(row.id) ?? new Map<string, Observation>();
      of.set(subscriptionId, { remaining, at: this.deps.now() });
      this.observed.set(row.id, of);
    };
    return [{ rollout: row, plan: planOf(row), remote, signedOut, observed, maySend: (task) => this.held.maySend(task) }];
  }

  private holder() {
    return { instance: this.instance, now: this.deps.now(), leaseUntil: afterMs(this.deps, this.deps.timing.leaseMs) };
  }

  private async claimOpen(carried: readonly RolloutWork[]): Promise<void> {
    if (this.asking >= MOST_ASKING) return;
    const limit = Math.min(this.deps.timing.batch, MOST_OPEN - this.open);
    const byId = new Map(carried.map((work) => [work.rollout.id, work]));
    const rows = await claimOpenTasks(this.deps.db, { ...this.holder(), rolloutIds: [...byId.keys()], limit });
    for (const [id, mine] of Map.groupBy(rows, (row) => row.rolloutId)) {
      const work = byId.get(id);
      if (work === undefined) continue;
      for (const [state, group] of Map.groupBy(mine, (row) => row.state)) this.dispatch(work, state, group);
    }
  }

  private dispatch(work: RolloutWork, state: RolloutTaskRow["state"], rows: readonly RolloutTaskRow[]): void {
    const each = (step: (row: RolloutTaskRow) => Promise<void>) => inLanes(rows, STEP_LANES, step);
    const questions = state === "provisioning" || state === "checking" ? 1 : 0;
    this.open += rows.length;
    this.asking += questions;
    const done = () => {
      this.open -= rows.length;
      this.asking -= questions;
    };
    if (state === "provisioning") this.work(rows, () => stepProvisioning(this.deps, work, rows), done);
    else if (state === "checking") this.work(rows, () => stepChecking(this.deps, work, rows), done);
    else if (state === "unknown") this.work(rows, () => each((row) => stepUnknown(this.deps, work, row)), done);
    // One after the other where one role serves all, so that it is assigned once.
    else if (state === "granting")
      this.work(
        rows,
        () => inLanes(rows, work.plan.grant?.at.kind === "scope" ? 1 : STEP_LANES, (row) => stepGranting(this.deps, work, row)),
        done,
      );
    else this.work(rows, () => each((row) => stepRemoving(this.deps, work, row)), done);
  }

  private async claimQueued(work: RolloutWork): Promise<void> {
    const { rollout, plan } = work;
    if (rollout.state !== "running" || !insideWindow(plan.window, this.deps.now())) return;
    const seen = this.observed.get(rollout.id);
    this.observed.delete(rollout.id);
    const rows = await claimQueuedTasks(this.deps.db, {
      ...this.holder(),
      rolloutId: rollout.id,
      concurrency: plan.concurrency,
      slots: this.deps.timing.lanes - this.sending,
      ...(seen === undefined ? {} : { seen }),
    });
    if (rows.length === 0) return;
    this.sending += rows.length;
    this.work(
      rows,
      () => this.send(work, rows),
      () => undefined,
    );
    this.deps.changed(rollout.id);
  }

  /** A slot is free again with each request that has ended: the slowest of a batch does not hold up the others. */
  private async send(work: RolloutWork, rows: readonly RolloutTaskRow[]): Promise<void> {
    let taken = rows.length;
    const free = (count: number) => {
      taken -= count;
      this.sending -= count;
    };
    try {
      const offline = await this.presence.offline(work, rows);
      const absent = rows.filter((row) => offline.has(row.position));
      await setOfflineAside(this.deps, work, absent);
      free(absent.length);
      const online = rows.filter((row) => !offline.has(row.position));
      await inLanes(online, this.deps.timing.lanes, (row) =>
        sendTask(this.deps, work, row, { lookFirst: row.sends > 1 }).finally(() => free(1)),
      );
    } finally {
      free(taken);
    }
  }

  /** Holds tasks while somebody works on them; an error leaves them to their lease. */
  private work(rows: readonly RolloutTaskRow[], step: () => Promise<void>, done: () => void): void {
    this.held.take(rows);
    this.watch(
      step().finally(() => {
        this.held.release(rows);
        done();
      }),
    );
  }

  private watch(work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => this.deps.log.error("rollout.step_failed", error))
      .finally(() => this.running.delete(watched));
    this.running.add(watched);
  }

  private takeDirty(): Set<string> {
    const taken = new Set(this.dirty);
    this.dirty.clear();
    return taken;
  }

  private async mark(rollouts: readonly RolloutRow[], carried: readonly RolloutWork[]): Promise<void> {
    const here = new Set(carried.map((work) => work.rollout.id));
    for (const row of rollouts) {
      if (here.has(row.id) && row.waitingFor === WAITING_FOR_OPERATOR) await clearUnattended(this.deps, row.id);
    }
    await markUnattendedRollouts(
      this.deps,
      rollouts.flatMap((row) => (here.has(row.id) ? [] : [row.id])),
    );
  }

  private async beat(): Promise<void> {
    try {
      await this.held.extend((rows, until) => extendLeases(this.deps.db, rows, until));
    } catch (error) {
      this.deps.log.error("rollout.heartbeat_failed", error);
    }
  }

  private async round(): Promise<number> {
    try {
      return await this.begin();
    } catch (error) {
      this.deps.log.error("rollout.round_failed", error);
      return this.deps.timing.idleMs;
    }
  }
}
