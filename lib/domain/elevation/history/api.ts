import type { Completeness } from "../../fleet-wire";
import type { Window } from "./coverage";
import type { WeeklyReport } from "./report";
import type { HistorySource, StoredHistoryEvent } from "./types";
import type { AtLeastReason, HeldAccess } from "./who-had";

/** How far one place of one source is read. */
export type SourceState = {
  source: HistorySource;
  scope: string;
  name: string;
  /** Oldest first; the last one goes on. Empty = never read. */
  windows: Window[];
  gaps: Window[];
  readAt: string | null;
  /** Whose rights the last reading had. */
  readBy: string | null;
  problem: string | null;
};

/** How far the whole history can be trusted. `from` null = some needed source was never read anywhere. */
export type HistoryCoverage = {
  from: string | null;
  to: string | null;
  gaps: Window[];
  sources: SourceState[];
  /** Names of people whose sign-in the sweep can use now; empty = it waits for somebody to sign in. */
  readers: string[];
  /** The portal's own identity, which reads while nobody is signed in; null = none is configured. */
  identity: HistoryIdentityState | null;
  /** True: places are not listed, because they may be ones that the operator may not see. */
  placesHidden: boolean;
  above: AboveCoverage;
};

/**
 * The activity logs of the root and of management groups. What they lack is not missing from the whole: assignments there show in
 * the readings of the subscriptions, without who ended them, and not at all when they came and went between two readings.
 */
export type AboveCoverage = {
  places: number;
  unreadPlaces: number;
  /** Names of those, where the operator may see them; "" is the root. */
  unread: string[];
  /** Since when those that are read are read without a hole; null = none is. */
  from: string | null;
};

/** How the portal's own identity gets on. `problem` null = nothing is known to be wrong. */
export type HistoryIdentityState = { kind: "managed" | "application"; problem: string | null; nextStep: string | null };

/** GET /api/history */
export type HistoryPage = {
  events: StoredHistoryEvent[];
  nextCursor: string | null;
  total: number;
  /** all: of the tenant. own: what concerns the operator. */
  scope: "all" | "own";
  coverage: HistoryCoverage;
  asOf: string;
};

/** GET /api/history/on: who held a role that reached a machine. */
export type HistoryOn = {
  machine: { id: string; name: string };
  from: string;
  to: string;
  rows: HeldAccess[];
  atLeast: AtLeastReason[];
  complete: Window | null;
  /** Whether the management groups above the machine's subscription are known. */
  hierarchy: Completeness["complete"];
  /** Places above the machine's subscription whose activity log was not read at the asked time; "" is the root. */
  aboveUnread: string[];
  asOf: string;
};

/** GET /api/history/report?week= */
export type HistoryReport = WeeklyReport & {
  week: string;
  from: string;
  to: string;
  total: number;
  coverage: HistoryCoverage;
  isWhole: boolean;
  asOf: string;
};

/** POST /api/history/sweep: everything is read again soon. */
export type HistorySweepStarted = { places: number; readers: string[] };
