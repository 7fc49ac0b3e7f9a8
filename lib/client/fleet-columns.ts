import { FLEET_TEXT_COLUMNS, type FleetTextColumn } from "@/lib/domain/fleet-wire";

/** Columns stored as one code per row into a dictionary: those of the wire, and those derived or joined in the browser. */
export const CODED_COLUMNS = [
  ...FLEET_TEXT_COLUMNS,
  "os",
  "tags",
  "certificateState",
  "extensionState",
  "extensionType",
  "extensionName",
  "extensionVersion",
  "extensionExitCode",
  "extensionMdmId",
] as const;
export type CodedColumn = FleetTextColumn | (typeof CODED_COLUMNS)[number];

/** Columns of Int32 minutes since the epoch, -1 = none. */
export const TIME_COLUMNS = ["lastStatusChange", "certificateEnd", "certificateStart", "estimateFrom", "estimateTo"] as const;
export type TimeColumn = (typeof TIME_COLUMNS)[number];

/** Azure treats these without case, so one value in two spellings is one facet entry; the first spelling is shown. */
export const CASELESS_COLUMNS: ReadonlySet<CodedColumn> = new Set<CodedColumn>([
  "subscriptionId",
  "resourceGroup",
  "location",
  "domainName",
]);

export const FACETS = [
  "status",
  "certificate",
  "signIn",
  "identity",
  "os",
  "join",
  "agent",
  "subscription",
  "group",
  "region",
] as const;
export type FacetId = (typeof FACETS)[number];

export const FACET_COLUMN: Readonly<Record<FacetId, CodedColumn>> = {
  status: "status",
  certificate: "certificateState",
  signIn: "extensionState",
  identity: "identityKind",
  os: "os",
  join: "joinState",
  agent: "agentVersion",
  subscription: "subscriptionId",
  group: "resourceGroup",
  region: "location",
};

export const GRID_COLUMNS = [
  "name",
  "status",
  "identity",
  "certificate",
  "os",
  "build",
  "signIn",
  "join",
  "domain",
  "agent",
  "subscription",
  "group",
  "region",
  "tags",
  "changed",
] as const;
export type GridColumn = (typeof GRID_COLUMNS)[number];

/** What a grid column sorts by. The name is sorted by itself: it has no dictionary. */
export const SORT_COLUMN: Readonly<Record<Exclude<GridColumn, "name">, CodedColumn | TimeColumn>> = {
  status: "status",
  identity: "identityKind",
  certificate: "certificateEnd",
  os: "os",
  build: "osVersion",
  signIn: "extensionState",
  join: "joinState",
  domain: "domainName",
  agent: "agentVersion",
  subscription: "subscriptionId",
  group: "resourceGroup",
  region: "location",
  tags: "tags",
  changed: "lastStatusChange",
};

/** Dictionary columns that the search box looks into, beside name, computer name, principal id and machine id. */
export const SEARCHED_COLUMNS: readonly CodedColumn[] = [
  "status",
  "os",
  "osVersion",
  "agentVersion",
  "subscriptionId",
  "resourceGroup",
  "location",
  "domainName",
  "tags",
];
