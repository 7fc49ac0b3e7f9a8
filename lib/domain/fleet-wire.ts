import type { CertificateStateId } from "./certificate";
import type { Problem } from "./errors";

/**
 * GET /api/fleet: a stream of JSON lines under this content type. `+json` makes Next compress it; one line per page.
 * Order: one head, then rows / certificates / extensions pages in any order, then one tail. A stream without a tail is
 * incomplete and must be shown as such.
 */
export const FLEET_CONTENT_TYPE = "application/vnd.arcwarden.fleet+json";

/** Completeness of a list: every list of the portal carries one. */
export type Completeness = {
  /** How many Azure said there are; null when it did not say. */
  expected: number | null;
  received: number;
  complete: boolean;
  /** Scopes or sources that could not be read, each with the reason. */
  missing: { source: string; label: string; problem: Problem }[];
  /** Server time at which reading began, ISO 8601. */
  asOf: string;
};

export type FleetHead = {
  type: "head";
  asOf: string;
  expected: number | null;
  subscriptions: { id: string; name: string }[];
  /** True when the rows come from the stored snapshot of this operator, refreshed afterwards. */
  fromSnapshot: boolean;
};

/**
 * A page of machines, columnar: dictionaries for repeated text, Int32 minutes since the epoch for times (-1 = none).
 * Row i of every column belongs to id[i]. Codes index the dictionary of the same page.
 */
export type FleetRowsPage = {
  type: "rows";
  page: number;
  count: number;
  /** ARM ids as Azure wrote them. */
  id: string[];
  name: string[];
  /** Text columns: dictionary plus one code per row. */
  columns: Record<FleetTextColumn, { dictionary: string[]; codes: number[] }>;
  /** Minutes since the epoch, -1 = none. */
  lastStatusChange: number[];
  /** JSON text of the tags, "" when none. */
  tags: { dictionary: string[]; codes: number[] };
};

export const FLEET_TEXT_COLUMNS = [
  "status",
  "identityKind",
  "osFamily",
  "osSku",
  "osVersion",
  "agentVersion",
  "subscriptionId",
  "resourceGroup",
  "location",
  "domainName",
  "joinState",
  "kind",
  "configMode",
  "principalId",
  "computerName",
] as const;
export type FleetTextColumn = (typeof FLEET_TEXT_COLUMNS)[number];

/** Certificate facts, joined to rows by lower-cased machine id. Sent when Graph has answered, or with `estimated` states when it may not. */
export type FleetCertificatesPage = {
  type: "certificates";
  machineId: string[];
  /** Minutes since the epoch of the newest key's end; -1 = not known. */
  endsAt: number[];
  startsAt: number[];
  state: { dictionary: CertificateStateId[]; codes: number[] };
  /** Earliest and latest possible end when estimated, minutes since the epoch, -1 = not estimated. */
  estimateFrom: number[];
  estimateTo: number[];
};

/** Sign-in extension facts, joined to rows by lower-cased machine id. Machines not named have none. */
export type FleetExtensionsPage = {
  type: "extensions";
  machineId: string[];
  name: string[];
  extensionType: { dictionary: string[]; codes: number[] };
  state: { dictionary: string[]; codes: number[] };
  version: { dictionary: string[]; codes: number[] };
  exitCode: { dictionary: string[]; codes: number[] };
  /** "set", "empty", "missing" */
  mdmId: { dictionary: string[]; codes: number[] };
};

/** Sent while waiting for a quota window or a retry, so that a slow list says why it is slow. */
export type FleetProgress = {
  type: "progress";
  received: number;
  expected: number | null;
  waitingForQuotaMs: number;
  source: string;
};

export type FleetTail = {
  type: "tail";
  machines: Completeness;
  certificates: Completeness;
  extensions: Completeness;
  /** Ids that were in the snapshot but are gone in the fresh read. */
  removed: string[];
};

export type FleetMessage = FleetHead | FleetRowsPage | FleetCertificatesPage | FleetExtensionsPage | FleetProgress | FleetTail;
