import type { HoldingRow } from "@/lib/db/history-state";
import type { HistoryEvent, HistorySource, Holding } from "@/lib/domain/elevation/history/types";

/** One thing to read: a source at a place. `scope` is a subscription, or "tenant". */
export type SweepPlace = { source: HistorySource; scope: string; name: string };

/** What the history knows already; a reading asks it instead of Azure where it can. */
export type HistoryLookup = {
  /** Of these keys, the ones that are stored. */
  knownKeys(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** The newest holding behind each role assignment, by the assignment's name. */
  byAssignment(names: readonly string[]): Promise<ReadonlyMap<string, HoldingRow>>;
  open(): Promise<HoldingRow[]>;
  /** When a place was read without a hole for the last time; null = never. */
  lastRead(source: HistorySource, scope: string): Promise<string | null>;
};

/** Holdings at a place, whole: what is not among them is not there. */
export type Reading = {
  /** In the order in which they happened. */
  events: HistoryEvent[];
  /** null: the source lists events, not states. */
  lists: { seenFrom: string; holdings: Holding[] }[] | null;
};

/** Azure as one person, or the portal itself, may read it. Each call may throw AppError. */
export type HistoryRemote = {
  /** Azure's clock. */
  now(): Promise<Date>;
  places(): Promise<SweepPlace[]>;
  read(place: SweepPlace, range: { from: string; now: Date }, lookup: HistoryLookup): Promise<Reading>;
};

export type HistoryCarrier = { tenantId: string; objectId: string; name: string };

export type HistoryCarriers = {
  historyCarriers(): HistoryCarrier[];
  /** null when the carrier's rights are not here any more. */
  historyRemoteFor(carrier: HistoryCarrier): HistoryRemote | null;
};
