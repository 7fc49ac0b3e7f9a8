import { createParser, parseAsBoolean, parseAsInteger, parseAsString, parseAsStringLiteral } from "nuqs";
import { type AccessCapabilityId, CAPABILITY_IDS, isCapabilityId } from "@/lib/domain/access/capabilities";
import { ACCESS_LANES, DEFAULT_CAPABILITIES, MATRIX_TESTS, type MatrixQuery, type MatrixSort } from "./matrix-types";
import { PEOPLE_CAPABILITIES, PEOPLE_KINDS, type PeopleSort, type PeopleSortBy } from "./people-types";

export const ACCESS_VIEWS = ["machines", "people", "scopes", "roles", "findings"] as const;
export type AccessView = (typeof ACCESS_VIEWS)[number];

const MATRIX_TEXTS = ["name", "subscription", "group"] as const;
const isMatrixText = (text: string): text is (typeof MATRIX_TEXTS)[number] => MATRIX_TEXTS.some((one) => one === text);

/** "-runCommand" sorts downwards; what is no column is no sort. */
export function parseMatrixSort(text: string): MatrixSort | null {
  const by = text.replace(/^-/, "");
  return isMatrixText(by) || isCapabilityId(by) ? { by, descending: text.startsWith("-") } : null;
}

const PEOPLE_SORTS: readonly PeopleSortBy[] = ["name", "eligible", ...PEOPLE_CAPABILITIES];

export function parsePeopleSort(text: string): PeopleSort | null {
  const by = PEOPLE_SORTS.find((one) => one === text.replace(/^-/, ""));
  return by === undefined ? null : { by, descending: text.startsWith("-") };
}

export function writeAccessSort(sort: { by: string; descending: boolean }): string {
  return `${sort.descending ? "-" : ""}${sort.by}`;
}

const sameSort = (a: { by: string; descending: boolean }, b: { by: string; descending: boolean }) =>
  a.by === b.by && a.descending === b.descending;

/** Capabilities in the order of the table; unknown words are left out, none at all means the usual ones. */
export function parseCapabilities(text: string): AccessCapabilityId[] | null {
  const wanted = new Set(text.split(",").filter(isCapabilityId));
  return wanted.size === 0 ? null : CAPABILITY_IDS.filter((id) => wanted.has(id));
}

const capabilitiesParser = createParser<AccessCapabilityId[]>({
  parse: parseCapabilities,
  serialize: (ids) => ids.join(","),
  eq: (a, b) => a.join() === b.join(),
});

const matrixSortParser = createParser<MatrixSort>({ parse: parseMatrixSort, serialize: writeAccessSort, eq: sameSort });
const peopleSortParser = createParser<PeopleSort>({ parse: parsePeopleSort, serialize: writeAccessSort, eq: sameSort });

const capabilityParser = createParser<AccessCapabilityId>({
  parse: (text) => (isCapabilityId(text) ? text : null),
  serialize: (id) => id,
});

export const viewParser = { view: parseAsStringLiteral(ACCESS_VIEWS).withDefault("machines") };

export const laneParser = parseAsStringLiteral(ACCESS_LANES).withDefault("now");

/** Everything of the matrix that a link can carry. */
export const matrixParsers = {
  q: parseAsString.withDefault(""),
  lane: laneParser,
  columns: capabilitiesParser.withDefault([...DEFAULT_CAPABILITIES]),
  sort: matrixSortParser.withDefault({ by: "name", descending: false }),
  can: capabilityParser,
  test: parseAsStringLiteral(MATRIX_TESTS).withDefault("more"),
  than: parseAsInteger.withDefault(0),
  scope: parseAsString,
  incomplete: parseAsBoolean.withDefault(false),
};

export type MatrixUrl = {
  q: string;
  lane: (typeof ACCESS_LANES)[number];
  columns: AccessCapabilityId[];
  sort: MatrixSort;
  can: AccessCapabilityId | null;
  test: (typeof MATRIX_TESTS)[number];
  than: number;
  scope: string | null;
  incomplete: boolean;
};

export function toMatrixQuery(url: MatrixUrl): MatrixQuery {
  return {
    search: url.q,
    lane: url.lane,
    capabilities: url.columns,
    filter: url.can === null ? null : { capability: url.can, test: url.test, than: url.than },
    scope: url.scope,
    incomplete: url.incomplete,
    sort: url.sort,
  };
}

/** Everything of the list of people that a link can carry. */
export const peopleParsers = {
  q: parseAsString.withDefault(""),
  lane: laneParser,
  kind: parseAsStringLiteral(PEOPLE_KINDS).withDefault("people"),
  all: parseAsBoolean.withDefault(false),
  sort: peopleSortParser.withDefault({ by: "becomeIdentity", descending: true }),
};

/** Numbers fall on the first click, texts rise; the second click turns. */
export function nextAccessSort<S extends { by: string; descending: boolean }>(sort: S, by: S["by"], isText: boolean): S {
  return { ...sort, by, descending: sort.by === by ? !sort.descending : !isText };
}
