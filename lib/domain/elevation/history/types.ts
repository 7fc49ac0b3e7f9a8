import type { PimPrincipal, PimTicket } from "../write-api";

/**
 * What can have happened. requested, approved, denied, canceled, timedOut, failed: to a request. eligible, assigned, activated:
 * something began. extended: its end moved. deactivated, removed, expired: it ended, and who or what ended it is known. gone: it
 * was there at one reading and not at the next, and no source says why. joined, left: of a group that holds roles.
 */
export const HISTORY_KINDS = [
  "requested",
  "approved",
  "denied",
  "canceled",
  "timedOut",
  "failed",
  "eligible",
  "assigned",
  "activated",
  "extended",
  "deactivated",
  "removed",
  "expired",
  "gone",
  "joined",
  "left",
  "settings",
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

/**
 * Where Azure says it. requests: PIM schedule requests and their approvals. activity: activity log of a subscription.
 * directory: audit log of the directory, service PIM. state: assignments and instances at the time of a reading. groups:
 * members of groups that hold roles, at the time of a reading.
 */
export const HISTORY_SOURCES = ["directory", "requests", "activity", "state", "groups"] as const;
export type HistorySource = (typeof HISTORY_SOURCES)[number];

/** Application that carries out what PIM decided. Unverified beyond its name. */
export const PIM_APPLICATION_ID = "01fc33a7-78ba-4d2f-a4b7-768e336e890e";

/** active: the rights themselves. eligible: the right to activate. member: of a group. */
export type HistoryTrack = "active" | "eligible" | "member";

/** One thing that happened, as it is stored. Times are ISO 8601 in UTC of Azure's clock. Scopes are normalised. */
export type HistoryEvent = {
  /** Names the fact, not the report of it: the same fact from two sources, or read twice, has the same key. */
  key: string;
  kind: HistoryKind;
  /** When it happened; the latest moment at which it can have happened when `earliestAt` is set. */
  at: string;
  /** The earliest moment; null = `at` is exact. */
  earliestAt: string | null;
  track: HistoryTrack | null;
  /** Ties the beginning, the changes and the end of one assignment together; null for what is about no assignment. */
  holding: string | null;
  /** Whose access. For `member`: who joined or left. */
  principal: PimPrincipal | null;
  role: { id: string; name: string } | null;
  /** For `member`: the group. */
  group: { id: string; name: string } | null;
  scope: string | null;
  scopeName: string;
  /** Of the access itself; null end = none planned. */
  startsAt: string | null;
  endsAt: string | null;
  /** Who asked for it or did it; null = not known, or Azure by itself. */
  by: PimPrincipal | null;
  decidedBy: PimPrincipal | null;
  /** Why it was decided so. */
  reason: string;
  /** Why it was asked for. */
  justification: string;
  ticket: PimTicket | null;
  condition: string | null;
  source: HistorySource;
  /** Azure's id of the request, log entry or assignment. */
  azureId: string;
};

export type StoredHistoryEvent = HistoryEvent & { seq: number; recordedAt: string; hash: string };

/** What is believed to hold now. `begin` is the event that began it. */
export type Holding = {
  id: string;
  begin: HistoryEvent;
  /** Name of the role assignment behind it; null when there is none or it is not known. */
  assignmentName: string | null;
  endsAt: string | null;
};

const NOBODY: Omit<HistoryEvent, "key" | "kind" | "at" | "source" | "azureId"> = {
  earliestAt: null,
  track: null,
  holding: null,
  principal: null,
  role: null,
  group: null,
  scope: null,
  scopeName: "",
  startsAt: null,
  endsAt: null,
  by: null,
  decidedBy: null,
  reason: "",
  justification: "",
  ticket: null,
  condition: null,
};

/** An event with everything that is not named left empty. */
export function historyEvent(
  fields: Pick<HistoryEvent, "key" | "kind" | "at" | "source" | "azureId"> & Partial<HistoryEvent>,
): HistoryEvent {
  return { ...NOBODY, ...fields };
}

/** ISO 8601 in UTC with milliseconds, which orders as text; null for what is no time. */
export function isoTime(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** A principal of whom only the id is known. */
export function namelessPrincipal(id: string): PimPrincipal {
  return { id: id.toLowerCase(), kind: "unknown", name: id, detail: "" };
}
