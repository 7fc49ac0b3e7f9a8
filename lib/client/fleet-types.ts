import type { Completeness } from "@/lib/domain/fleet-wire";
import type { FacetId, GridColumn } from "./fleet-columns";

export type FleetSort = { column: GridColumn; descending: boolean };

/** Half-open range of certificate lapse in minutes since the epoch. */
export type LapseRange = { fromMinute: number; toMinute: number };

export type FleetQuery = {
  search: string;
  filters: Partial<Record<FacetId, readonly string[]>>;
  /** Only machines whose identity lapses in this range when nothing changes. */
  lapse: LapseRange | null;
  /** Only machines where Azure's status and the certificate contradict each other. */
  disagreement: boolean;
  sort: readonly FleetSort[];
  nowMs: number;
};

export type FacetEntry = { value: string; count: number };

export type FleetKpis = { machines: number; connected: number; renewalStuck: number; critical: number; expired: number };

export type FleetView = {
  /** Changes whenever the rows of the view may have changed. */
  version: number;
  total: number;
  shown: number;
  facets: Record<FacetId, FacetEntry[]>;
  kpis: FleetKpis;
  selection: SelectionSummary;
  from: number;
  rows: FleetRow[];
};

export type SelectionSummary = {
  count: number;
  /** Selected rows that the present filter hides. */
  hidden: number;
  allShown: boolean;
  /** The one selected machine, when it is exactly one. */
  single: { id: string; name: string } | null;
};

/** One machine, decoded for display. Empty text means that Azure did not say. */
export type FleetRow = {
  index: number;
  selected: boolean;
  id: string;
  name: string;
  status: string;
  identityKind: string;
  principalId: string;
  osFamily: string;
  os: string;
  osVersion: string;
  agentVersion: string;
  subscriptionId: string;
  subscriptionName: string;
  resourceGroup: string;
  location: string;
  domainName: string;
  joinState: string;
  kind: string;
  configMode: string;
  computerName: string;
  tags: string;
  lastStatusChange: number;
  certificateState: string;
  certificateStart: number;
  certificateEnd: number;
  estimateFrom: number;
  estimateTo: number;
  /** Whole days, negative when over; null when no end is known. */
  daysLeft: number | null;
  disagreement: boolean;
  extensionState: string;
  extensionType: string;
  extensionName: string;
  extensionVersion: string;
  extensionExitCode: string;
  extensionMdmId: string;
};

export type FleetCompleteness = { machines: Completeness; certificates: Completeness; extensions: Completeness };

/** Counts over the whole fleet for the overview. */
export type FleetCounts = {
  machines: number;
  expired: number;
  critical: number;
  renewalStuck: number;
  atRisk: number;
  disagreement: number;
  identityMissing: number;
  signInFailed: number;
  signInInstalled: number;
  signInMissing: number;
  signInPending: number;
  disconnected: number;
  certificatesKnown: number;
};
