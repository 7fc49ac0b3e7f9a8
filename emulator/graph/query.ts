import { z } from "zod";
import type { WireRequest } from "../core/contract.ts";
import type { Entity, Facts } from "./entity.ts";
import { badRequest, graphError, unknownProperty, unsupportedQuery } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import { parseSearch } from "./search.ts";

export const LIST_QUERY = ["$select", "$filter", "$search", "$top", "$count", "$orderby", "$skiptoken"] as const;
const MAX_PAGE = 999;
const DEFAULT_PAGE = 100;

/** Query options, read without regard to case. */
function option(request: WireRequest, name: string): string | null {
  for (const [key, value] of request.query) if (key.toLowerCase() === name) return value;
  return null;
}

/** Properties to render: those selected, else the defaults of the entity. */
export function selectOf<Row>(request: WireRequest, entity: Entity<Row>): { names: string[]; isExplicit: boolean } {
  const raw = option(request, "$select");
  if (raw === null || raw.trim() === "") return { names: entity.defaults, isExplicit: false };
  const names = raw.split(",").map((name) => name.trim());
  for (const name of names) if (!entity.properties.has(name)) throw unknownProperty(name, entity.type);
  return { names, isExplicit: true };
}

export function renderRow<Row>(
  row: Row,
  entity: Entity<Row>,
  names: readonly string[],
  facts: { selected: boolean; inList: boolean },
): Record<string, unknown> {
  const shared: Facts = { isSelected: facts.selected, inList: facts.inList };
  return Object.fromEntries(names.map((name) => [name, entity.properties.get(name)?.get(row, shared) ?? null]));
}

function pageSize(request: WireRequest): number {
  const raw = option(request, "$top");
  if (raw === null) return DEFAULT_PAGE;
  const size = Number(raw);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) {
    throw badRequest(`Invalid page size specified: '${raw}'. Must be between 1 and ${MAX_PAGE} inclusive.`);
  }
  return size;
}

const cursorSchema = z.union([z.strictObject({ after: z.string() }), z.strictObject({ skip: z.number().int().min(0) })]);
type Cursor = z.infer<typeof cursorSchema>;

function readCursor(request: WireRequest): Cursor | null {
  const raw = option(request, "$skiptoken");
  if (raw === null) return null;
  const cursor = cursorSchema.safeParse(parseJson(Buffer.from(raw, "base64url").toString("utf8")));
  if (cursor.success) return cursor.data;
  throw graphError(
    400,
    "Directory_ExpiredPageToken",
    "The specified page token value has expired and can no longer be included in your request.",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nextLink(request: WireRequest, cursor: Cursor): string {
  const query = new URLSearchParams(request.query);
  query.set("$skiptoken", Buffer.from(JSON.stringify(cursor)).toString("base64url"));
  const text = [...query]
    .map(([key, value]) => `${encodeURIComponent(key).replace("%24", "$")}=${encodeURIComponent(value)}`)
    .join("&");
  return `${request.origin}${request.path}?${text}`;
}

type Selection<Row> = {
  keep: ((row: Row) => boolean) | null;
  order: { name: string; descending: boolean } | null;
  counts: boolean;
};

function selectionOf<Row>(request: WireRequest, entity: Entity<Row>): Selection<Row> {
  const [filterText, searchText, orderText] = [
    option(request, "$filter"),
    option(request, "$search"),
    option(request, "$orderby"),
  ];
  const isEventual = request.headers.consistencylevel?.toLowerCase() === "eventual";
  const counts = option(request, "$count")?.toLowerCase() === "true";
  if (searchText !== null && !isEventual) {
    throw unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const filter = filterText === null ? null : parseFilter(filterText, entity);
  const isAdvanced = filter?.isAdvanced === true || (filter !== null && orderText !== null);
  if (isAdvanced && !(isEventual && counts))
    throw unsupportedQuery("Unsupported Query. The query needs the header ConsistencyLevel: eventual and $count=true.");
  const isAdvancedQuery = isEventual && counts;
  if (filter?.isLong === true && (!isAdvancedQuery || request.path.length + (filterText?.length ?? 0) > MAX_URL)) throw tooLong();
  if (counts && !isEventual) throw badRequest("$count is not currently supported.");
  const search = searchText === null ? null : parseSearch(searchText, entity);
  const keep = filter && search ? (row: Row) => filter.test(row) && search(row) : (filter?.test ?? search);
  return { keep, order: orderOf(orderText, entity), counts };
}

/** Page filter-query-parameter: 15 expressions by default, an address of 2,048 characters for advanced queries. */
const MAX_URL = 2_048;

function tooLong(): Error {
  return badRequest(
    "Too many child clauses specified in search filter expression containing 'OR' operators. Max allowed: 15, or an address of 2048 characters for advanced queries.",
  );
}

function orderOf<Row>(raw: string | null, entity: Entity<Row>): Selection<Row>["order"] {
  if (raw === null) return null;
  const [name = "", direction = "asc"] = raw.trim().split(/\s+/);
  const property = entity.properties.get(name);
  if (!property || property.kind === "complex" || property.kind === "texts" || !["asc", "desc"].includes(direction)) {
    throw badRequest(`Unsupported sort property '${name}' for '${entity.type}'.`);
  }
  return { name, descending: direction === "desc" };
}

export type ListInput<Row extends { id: string }> = {
  request: WireRequest;
  entity: Entity<Row>;
  /** Ordered by id. */
  rows: readonly Row[];
  /** Rendered rows name their type. */
  withType?: boolean;
};
export type ListBody = {
  "@odata.context": string;
  "@odata.count"?: number;
  "@odata.nextLink"?: string;
  value: Record<string, unknown>[];
};

/** One page of a collection. Without an order a page starts after the last id of the page before, so it costs only its own rows. */
export function listPage<Row extends { id: string }>({ request, entity, rows, withType = false }: ListInput<Row>): ListBody {
  const { names, isExplicit } = selectOf(request, entity);
  const size = pageSize(request);
  const cursor = readCursor(request);
  const { keep, order, counts } = selectionOf(request, entity);
  const ordered = order ? sortRows(rows, entity, order) : rows;
  const start = cursor === null ? 0 : "skip" in cursor ? cursor.skip : firstAfter(rows, cursor.after);
  const page: Row[] = [];
  let index = start;
  let skipped = start;
  for (; index < ordered.length && page.length < size; index += 1) {
    const row = ordered[index];
    if (row && (keep === null || keep(row))) page.push(row);
    skipped = index + 1;
  }
  const hasMore = hasAnother(ordered, skipped, keep);
  const last = page.at(-1);
  const next: Cursor = order || !last ? { skip: skipped } : { after: last.id };
  const type = withType ? { "@odata.type": `#microsoft.graph.${entity.type}` } : {};
  return {
    "@odata.context": contextOf(request, entity.set, isExplicit ? names : null),
    ...(counts && cursor === null ? { "@odata.count": keep ? rows.filter(keep).length : rows.length } : {}),
    ...(hasMore ? { "@odata.nextLink": nextLink(request, next) } : {}),
    value: page.map((row) => ({ ...type, ...renderRow(row, entity, names, { selected: isExplicit, inList: true }) })),
  };
}

function hasAnother<Row>(rows: readonly Row[], from: number, keep: ((row: Row) => boolean) | null): boolean {
  if (keep === null) return from < rows.length;
  for (let index = from; index < rows.length; index += 1) {
    const row = rows[index];
    if (row !== undefined && keep(row)) return true;
  }
  return false;
}

function firstAfter(rows: readonly { id: string }[], id: string): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.id ?? "") <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sortRows<Row>(rows: readonly Row[], entity: Entity<Row>, order: NonNullable<Selection<Row>["order"]>): Row[] {
  const property = entity.properties.get(order.name);
  const keyed = rows.map((row) => ({
    row,
    key: String(property?.get(row, { isSelected: false, inList: true }) ?? "").toLowerCase(),
  }));
  const sign = order.descending ? -1 : 1;
  keyed.sort((left, right) => sign * (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}

/** `$metadata` address of the answer, with the selected names as the service lists them. */
export function contextOf(request: WireRequest, target: string, names: readonly string[] | null, suffix = ""): string {
  const version = request.path.split("/")[1] ?? "v1.0";
  return `${request.origin}/${version}/$metadata#${target}${names ? `(${names.join(",")})` : ""}${suffix}`;
}
