import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { queryOf } from "./request-reading.ts";

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
