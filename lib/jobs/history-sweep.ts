import "server-only";
import type { Database, DbSession } from "@/lib/db/database";
import { claimStep, finishStep, freeHistoryLeases, putSteps, type StepRow, stepsOf, windowsOf } from "@/lib/db/history-state";
import { planReading } from "@/lib/domain/elevation/history/coverage";
import { HISTORY_SOURCES, type HistoryEvent, type HistorySource } from "@/lib/domain/elevation/history/types";
import { AppError } from "@/lib/domain/errors";
import { commitReading, lookupOf } from "./history-commit";
import type { HistoryCarrier, HistoryCarriers, HistoryRemote, SweepPlace } from "./history-remote";
import type { RunnerLog } from "./operation-record";
import { RoundLoop } from "./round-loop";

const MINUTE_MS = 60_000;
/** How often each source is read while somebody with the right is here. Requests are what people wait for. */
export const EVERY_MS: Readonly<Record<HistorySource, number>> = {
  directory: 5 * MINUTE_MS,
  requests: 2 * MINUTE_MS,
  activity: 5 * MINUTE_MS,
  state: 15 * MINUTE_MS,
  groups: 60 * MINUTE_MS,
};
/** Longer than the longest reading; after it another process may read the same place again, which changes nothing twice. */
const LEASE_MS = 5 * MINUTE_MS;
const PLACES_KEPT_MS = 10 * MINUTE_MS;
/** Whoever cannot even say what there is to read is asked again after this. */
const REST_MS = 2 * MINUTE_MS;
const IDLE_MS = 15_000;
const LONGEST_PAUSE_MS = 30 * MINUTE_MS;

export type SweepArgs = {
  db: Database;
  carriers: HistoryCarriers;
  now: () => Date;
  log: RunnerLog;
  idleMs?: number;
  /** Told inside the transaction that stores new events; `azureNow` is Azure's clock. */
  onNew?(tx: DbSession, args: { tenantId: string; events: readonly HistoryEvent[]; azureNow: Date }): Promise<void>;
  /** After a transaction that stored something. */
  onStored?(): void;
};

type Round = { carrier: HistoryCarrier; remote: HistoryRemote; places: SweepPlace[]; skewMs: number };

const carrierKey = ({ tenantId, objectId }: HistoryCarrier): string => `${tenantId}/${objectId}`;
const order = (place: SweepPlace): number => HISTORY_SOURCES.indexOf(place.source);

/**
 * Copies what Azure forgets into the store. Each place of each source is a step of its own with its own transaction, so a
 * process may die at any moment: what was stored is whole, the rest is read again, and nothing is stored twice.
 */
export class HistorySweep {
  private readonly args: SweepArgs;
  private readonly known = new Map<string, { places: SweepPlace[]; at: number }>();
  /** Until when a carrier leaves a place to others, because Azure refused it there. */
  private readonly refused = new Map<string, number>();
  private readonly resting = new Map<string, number>();
  private readonly loop = new RoundLoop(() => this.round());
  private leaving = false;

  constructor(args: SweepArgs) {
    this.args = args;
  }

  async start(): Promise<void> {
    const { db, now } = this.args;
    if (db.engine === "embedded") await freeHistoryLeases(db, now());
    this.leaving = false;
    this.loop.start();
  }

  async stop(): Promise<void> {
    this.leaving = true;
    await this.loop.stop();
  }

  /** Looks at once, also for subscriptions that are new. */
  wake(): void {
    for (const memory of [this.known, this.refused, this.resting]) memory.clear();
    this.nudge();
  }

  /** Looks at once at what is due. */
  nudge(): void {
    this.loop.nudge();
  }

  /** One round over everything that is due and that somebody here may read. Gives back how many places were read. */
  async tick(): Promise<number> {
    let read = 0;
    for (const carrier of this.args.carriers.historyCarriers()) {
      const remote = this.args.carriers.historyRemoteFor(carrier);
      const key = carrierKey(carrier);
      if (remote === null || (this.resting.get(key) ?? 0) > this.args.now().getTime()) continue;
      try {
        const round = await this.begin(carrier, remote);
        if (round === null) continue;
        for (const place of round.places) {
          if (this.leaving) return read;
          if (await this.readPlace(round, place)) read++;
        }
      } catch (error) {
        this.resting.set(key, this.args.now().getTime() + REST_MS);
        this.args.log.warn("history.carrier_failed", { reason: error instanceof Error ? error.message : "unknown" });
      }
    }
    return read;
  }

  /** What this person may read and is due; null when nothing is, without asking Azure. */
  private async begin(carrier: HistoryCarrier, remote: HistoryRemote): Promise<Round | null> {
    const { db, now } = this.args;
    const key = carrierKey(carrier);
    const at = now().getTime();
    const known = this.known.get(key);
    const isFresh = known !== undefined && at - known.at < PLACES_KEPT_MS;
    const all = isFresh ? known.places : await remote.places();
    if (!isFresh) {
      this.known.set(key, { places: all, at });
      await putSteps(db.session, carrier.tenantId, all, now());
    }
    const places = all.filter((place) => !this.isRefused(carrier, place));
    if (!(await this.isAnyDue(carrier.tenantId, places))) return null;
    const azureNow = await remote.now();
    return {
      carrier,
      remote,
      places: [...places].sort((a, b) => order(a) - order(b)),
      skewMs: azureNow.getTime() - now().getTime(),
    };
  }

  private isRefused(carrier: HistoryCarrier, { source, scope }: Pick<SweepPlace, "source" | "scope">): boolean {
    return (this.refused.get(`${carrierKey(carrier)} ${source} ${scope}`) ?? 0) > this.args.now().getTime();
  }

  private async isAnyDue(tenantId: string, places: readonly SweepPlace[]): Promise<boolean> {
    const now = this.args.now();
    const due = new Set(
      (await stepsOf(this.args.db, tenantId)).filter((step) => step.due <= now).map(({ source, scope }) => `${source} ${scope}`),
    );
    return places.some(({ source, scope }) => due.has(`${source} ${scope}`));
  }

  private async readPlace(round: Round, place: SweepPlace): Promise<boolean> {
    const { db, now, log } = this.args;
    const { carrier } = round;
    const key = { tenantId: carrier.tenantId, source: place.source, scope: place.scope };
    const started = now();
    const step = await claimStep(db, key, started, new Date(started.getTime() + LEASE_MS));
    if (step === null) return false;
    const azureNow = new Date(started.getTime() + round.skewMs);
    const by = { carrierId: carrier.objectId, carrierName: carrier.name };
    try {
      const plan = planReading(await windowsOf(db.session, key), place.source, azureNow);
      if (plan.gap !== null) log.warn("history.gap", { source: place.source, from: plan.gap.from, to: plan.gap.to });
      const reading = await round.remote.read(place, { from: plan.from, now: azureNow }, lookupOf(db, carrier.tenantId));
      const result = { ...by, due: new Date(now().getTime() + EVERY_MS[place.source]), readAt: now(), problem: null, misses: 0 };
      const stored = await commitReading(db, {
        step,
        key,
        reading,
        window: plan.window,
        now: azureNow,
        recordedAt: now(),
        result,
        onNew: async (tx, events) => this.args.onNew?.(tx, { tenantId: carrier.tenantId, events, azureNow }),
      });
      if (stored) this.args.onStored?.();
      return stored;
    } catch (error) {
      await this.failed(step, carrier, error);
      return false;
    }
  }

  /** Whoever may not read it leaves it to the next one at once; whatever else went wrong is tried again, later each time. */
  private async failed(step: StepRow, carrier: HistoryCarrier, error: unknown): Promise<void> {
    const { db, now, log, carriers } = this.args;
    const place: SweepPlace = { source: step.source as HistorySource, scope: step.scope, name: step.scopeName };
    const problem = error instanceof Error ? error.message : "The reading failed.";
    if (!(error instanceof AppError)) log.error("history.reading_failed", error, { source: step.source });
    const isRefused = error instanceof AppError && (error.code === "forbidden" || error.code === "unauthenticated");
    const base = EVERY_MS[place.source] ?? MINUTE_MS;
    if (isRefused) this.refused.set(`${carrierKey(carrier)} ${place.source} ${place.scope}`, now().getTime() + base);
    const others = carriers
      .historyCarriers()
      .some((one) => one.tenantId === step.tenantId && one.objectId !== carrier.objectId && !this.isRefused(one, place));
    const pauseMs = isRefused ? (others ? 0 : base) : Math.min(MINUTE_MS * 2 ** step.misses, LONGEST_PAUSE_MS);
    const due = new Date(now().getTime() + pauseMs);
    const by = { carrierId: carrier.objectId, carrierName: carrier.name };
    await finishStep(db.session, step, { ...by, due, problem, misses: step.misses + 1 });
  }

  private async round(): Promise<number> {
    try {
      await this.tick();
    } catch (error) {
      this.args.log.error("history.round_failed", error);
    }
    return this.args.idleMs ?? IDLE_MS;
  }
}
