import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import type { World } from "../world/types.ts";
import { callerOf, queryOf } from "./request-reading.ts";

type Position = { offset: number; page: number };
const DEFAULT_PAGE_SIZE = 100;

/**
 * One page of a list. Sizes come from the option in turn, as the service varies them; nextLink repeats the request's
 * own URL with an opaque $skipToken and is absent on the last page.
 */
export function pageOf<T>(
  request: WireRequest,
  ctx: EmulatorContext,
  items: readonly T[],
  render: (item: T) => unknown,
  sizes: readonly number[] = ctx.options.armPageSizes,
): WireResponse {
  const { offset, page } = readPosition(request);
  const size = sizes[page % Math.max(1, sizes.length)] ?? DEFAULT_PAGE_SIZE;
  const value = items.slice(offset, offset + size).map(render);
  const end = offset + size;
  if (end >= items.length) return { status: 200, body: { value } };
  return { status: 200, body: { value, nextLink: nextLinkOf(request, { offset: end, page: page + 1 }) } };
}

type Held = { revision: number; items: readonly unknown[] };
const MOST_HELD = 64;
const heldLists = new WeakMap<World, Map<string, Held>>();

/**
 * The items of a list for all pages of one reading: made for its first page and kept while nothing is written, so that
 * thousands of rows are not searched again for every page.
 */
export function heldItems<T>(request: WireRequest, ctx: EmulatorContext, make: () => readonly T[]): readonly T[] {
  const lists = heldLists.get(ctx.world) ?? new Map<string, Held>();
  heldLists.set(ctx.world, lists);
  const query = [...request.query].filter(([name]) => name.toLowerCase() !== "$skiptoken");
  const key = JSON.stringify([callerOf(request).objectId, request.path.toLowerCase(), query]);
  const known = lists.get(key);
  const isLater = queryOf(request, "$skiptoken") !== null;
  // The path names the list, so what is kept under it has the type of this call.
  if (isLater && known?.revision === ctx.world.revision) return known.items as readonly T[];
  const items = make();
  lists.delete(key);
  lists.set(key, { revision: ctx.world.revision, items });
  const oldest = lists.keys().next();
  if (lists.size > MOST_HELD && !oldest.done) lists.delete(oldest.value);
  return items;
}

function nextLinkOf(request: WireRequest, position: Position): string {
  const query = new URLSearchParams();
  for (const [name, value] of request.query) if (name.toLowerCase() !== "$skiptoken") query.append(name, value);
  const token = Buffer.from(JSON.stringify(position)).toString("base64url");
  return `${request.origin}${encodeURI(request.path)}?${query.toString()}&%24skiptoken=${token}`;
}

function readPosition(request: WireRequest): Position {
  const token = queryOf(request, "$skiptoken");
  if (token === null) return { offset: 0, page: 0 };
  try {
    const read = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as Partial<Position>;
    if (Number.isInteger(read.offset) && Number.isInteger(read.page)) return { offset: read.offset ?? 0, page: read.page ?? 0 };
  } catch {
    // Falls through to the refusal: a damaged token is the caller's mistake.
  }
  throw armError(400, "InvalidSkipToken", "The provided skip token is invalid.");
}
