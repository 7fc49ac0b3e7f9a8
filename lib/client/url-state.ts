import { createParser, parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral } from "nuqs";
import { FACETS, type FacetId, GRID_COLUMNS, type GridColumn } from "./fleet-columns";
import type { FleetQuery, FleetSort, LapseRange } from "./fleet-types";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MINUTES = 1_440;

export const DEFAULT_COLUMNS: readonly GridColumn[] = [
  "name",
  "status",
  "identity",
  "certificate",
  "signIn",
  "os",
  "build",
  "join",
  "agent",
  "subscription",
  "group",
  "region",
  "tags",
  "changed",
];

export const DENSITIES = ["comfortable", "compact"] as const;
export type Density = (typeof DENSITIES)[number];

function isColumn(value: string): value is GridColumn {
  return (GRID_COLUMNS as readonly string[]).includes(value);
}

/** "-status,name": a leading minus sorts downwards. Unknown columns are left out, a column counts once. */
export function parseSort(text: string): FleetSort[] {
  const sort: FleetSort[] = [];
  for (const part of text.split(",")) {
    const column = part.replace(/^-/, "");
    if (isColumn(column) && !sort.some((item) => item.column === column)) sort.push({ column, descending: part.startsWith("-") });
  }
  return sort;
}

export function writeSort(sort: readonly FleetSort[]): string {
  return sort.map((item) => `${item.descending ? "-" : ""}${item.column}`).join(",");
}

/** Shown columns in the order of the address; the name always comes first and cannot be left out. */
export function parseColumns(text: string): GridColumn[] {
  const columns = text.split(",").filter(isColumn);
  return ["name", ...new Set(columns.filter((column) => column !== "name"))];
}

function dayToMinute(day: string | undefined): number | null {
  if (day === undefined || !DAY.test(day)) return null;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) ? null : time / 60_000;
}

/** "2026-11-23..2026-11-30": days in UTC, the second one excluded. Anything else is no range. */
export function parseLapse(text: string): LapseRange | null {
  const [from, to] = text.split("..").map(dayToMinute);
  if (from === null || to === null || from === undefined || to === undefined || to <= from) return null;
  return { fromMinute: from, toMinute: to };
}

export function writeLapse(range: LapseRange): string {
  const day = (minute: number) => new Date(Math.ceil(minute / DAY_MINUTES) * DAY_MINUTES * 60_000).toISOString().slice(0, 10);
  return `${day(range.fromMinute)}..${day(range.toMinute)}`;
}

const sortParser = createParser<FleetSort[]>({
  parse: (text) => parseSort(text),
  serialize: writeSort,
  eq: (a, b) => writeSort(a) === writeSort(b),
});

const columnsParser = createParser<GridColumn[]>({
  parse: (text) => parseColumns(text),
  serialize: (columns) => columns.join(","),
  eq: (a, b) => a.join() === b.join(),
});

const lapseParser = createParser<LapseRange>({
  parse: parseLapse,
  serialize: writeLapse,
  eq: (a, b) => writeLapse(a) === writeLapse(b),
});

const facetParser = parseAsArrayOf(parseAsString).withDefault([]);

const facetParsers = Object.fromEntries(FACETS.map((id) => [id, facetParser])) as Record<FacetId, typeof facetParser>;

/** Everything of the machines page that a link can carry. */
export const gridParsers = {
  ...facetParsers,
  q: parseAsString.withDefault(""),
  sort: sortParser.withDefault([]),
  columns: columnsParser.withDefault([...DEFAULT_COLUMNS]),
  density: parseAsStringLiteral(DENSITIES).withDefault("comfortable"),
  lapse: lapseParser,
  disagreement: parseAsBoolean.withDefault(false),
};

export type GridUrlState = Record<FacetId, string[]> & {
  q: string;
  sort: FleetSort[];
  columns: GridColumn[];
  density: Density;
  lapse: LapseRange | null;
  disagreement: boolean;
};

export function toQuery(state: GridUrlState, nowMs: number): FleetQuery {
  const filters: Partial<Record<FacetId, readonly string[]>> = {};
  for (const id of FACETS) if (state[id].length > 0) filters[id] = state[id];
  return { search: state.q, filters, lapse: state.lapse, disagreement: state.disagreement, sort: state.sort, nowMs };
}

/** Plain click sorts by one column and turns it on the second click; Shift adds a column, turns it, then removes it. */
export function nextSort(sort: readonly FleetSort[], column: GridColumn, add: boolean): FleetSort[] {
  const current = sort.find((item) => item.column === column);
  if (!add) return [{ column, descending: current !== undefined && sort.length === 1 ? !current.descending : false }];
  if (current === undefined) return [...sort, { column, descending: false }];
  if (current.descending) return sort.filter((item) => item.column !== column);
  return sort.map((item) => (item.column === column ? { column, descending: true } : item));
}
