import { createHash } from "node:crypto";
import type { Caller, EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import type { World } from "../world/types.ts";
import { answerFacet } from "./facets.ts";
import { currentIndex } from "./index-view.ts";
import { KqlError } from "./kql-errors.ts";
import { checkJoinLimits } from "./kql-join.ts";
import { parseQuery } from "./kql-parser.ts";
import { runQuery } from "./kql-run.ts";
import type { Stage } from "./kql-stage.ts";
import { columnTypeName, toWire } from "./kql-values.ts";
import { createReadableScopes } from "./readable-scopes.ts";
import { MAX_TOP, parseQueryRequest, type QueryRequest } from "./request.ts";
import { type QueryScope, resolveScope } from "./scope.ts";
import { readSkipToken, type SkipToken, writeSkipToken } from "./skip-token.ts";
import { createTableLoader } from "./tables.ts";
import { queryError, resourceGraphError } from "./wire-errors.ts";

type HeldResult = { stage: Stage; revision: number };
type PageState = { held: Map<string, HeldResult>; pages: number };

/** Results that pages are cut from, so that page 2 to 100 of a big fleet do not filter the fleet again. */
const MAX_HELD_RESULTS = 8;
const states = new WeakMap<World, PageState>();

export const resourceGraphRoutes: Route[] = [
  {
    face: "resourceGraph",
    method: "POST",
    pattern: "/providers/microsoft.resourcegraph/resources",
    apiVersions: ["2019-04-01", "2021-03-01", "2022-10-01", "2024-04-01"],
    right: null,
    source: "https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources",
    handle: handleQuery,
  },
];

function handleQuery(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const startedMs = performance.now();
  const { caller } = request;
  if (caller === null) throw new Error("the composition authenticates before it dispatches this route");
  const query = parseQueryRequest(request, ctx.clock.nowMs());
  try {
    const body = answer({ request, ctx, caller, query });
    return {
      status: 200,
      headers: { "x-ms-resource-graph-request-duration": durationText(performance.now() - startedMs) },
      body,
    };
  } catch (error) {
    if (error instanceof KqlError) throw queryError(error.failure, request, ctx.clock.nowMs());
    throw error;
  }
}

type QueryInput = { request: WireRequest; ctx: EmulatorContext; caller: Caller; query: QueryRequest };

function answer(input: QueryInput): object {
  const { ctx, query } = input;
  const state = states.get(ctx.world) ?? { held: new Map<string, HeldResult>(), pages: 0 };
  states.set(ctx.world, state);
  const binding = bindingOf(input);
  const token = readToken(input, binding);
  const { stage, resultId } = obtain(input, state, token?.resultId ?? null);
  const skip = token ? token.rowsToSkip : query.skip;
  const total = stage.sources.length;
  const canPage = stage.schema.has("id") && !stage.limited;
  const top = query.top ?? token?.pageSize ?? MAX_TOP;
  const size = canPage ? pageSize(ctx, state, top) : top;
  const end = Math.min(total, skip + size);
  const count = Math.max(0, end - skip);
  const more = end < total;
  return {
    totalRecords: total,
    count,
    data: renderPage(stage, skip, end, query.resultFormat),
    facets: query.facets.map((facet) => answerFacet(facet, stage, query.resultFormat, { nowMs: ctx.clock.nowMs() })),
    resultTruncated: more && !canPage ? "true" : "false",
    ...(more && canPage
      ? { $skipToken: writeSkipToken(ctx.world.seed, binding, { rowsToSkip: end, resultId, pageSize: top }) }
      : {}),
  };
}

function bindingOf({ caller, query }: QueryInput): string {
  const identity = [
    caller.tenantId,
    caller.objectId,
    query.query,
    query.subscriptions,
    query.managementGroups,
    query.scopeFilter,
  ];
  return createHash("sha256").update(JSON.stringify(identity)).digest("base64url");
}

function readToken({ ctx, query, request }: QueryInput, binding: string): SkipToken | null {
  if (query.skipToken === null) return null;
  const token = readSkipToken(ctx.world.seed, binding, query.skipToken);
  if (token) return token;
  const message = "The skip token is invalid. Send it with the identical query, scope and caller.";
  throw resourceGraphError(400, "BadRequest", [{ code: "InvalidSkipToken", message }], request, ctx.clock.nowMs());
}

/** A page of a known result, or a fresh run. A held result is dropped once the world has changed. */
function obtain(input: QueryInput, state: PageState, resultId: string | null): { stage: Stage; resultId: string } {
  const { ctx } = input;
  const held = resultId === null ? undefined : state.held.get(resultId);
  if (held && resultId !== null && held.revision === ctx.world.revision) return { stage: held.stage, resultId };
  const stage = run(input);
  const id = resultId ?? ctx.newGuid();
  state.held.set(id, { stage, revision: ctx.world.revision });
  for (const oldest of state.held.keys()) {
    if (state.held.size <= MAX_HELD_RESULTS) break;
    state.held.delete(oldest);
  }
  return { stage, resultId: id };
}

function run({ ctx, caller, query, request }: QueryInput): Stage {
  const parsed = parseQuery(query.query);
  checkJoinLimits(parsed);
  const readable = createReadableScopes(ctx, caller);
  const scope: QueryScope = resolveScope({ ctx, caller, query, readable, request });
  const load = createTableLoader({ ctx, scope, readable, index: currentIndex(ctx) });
  return runQuery(parsed, { nowMs: ctx.clock.nowMs(), load });
}

/** `$top`, or less: the service may cut a page short whenever it likes. */
function pageSize(ctx: EmulatorContext, state: PageState, top: number): number {
  const sizes = ctx.options.resourceGraphPageSizes ?? [];
  if (sizes.length === 0) return top;
  const size = sizes[state.pages % sizes.length] ?? top;
  state.pages += 1;
  return Math.max(1, Math.min(size, top));
}

function renderPage(stage: Stage, start: number, end: number, format: QueryRequest["resultFormat"]): unknown {
  const columns = [...stage.schema];
  const sources = stage.sources.slice(start, end);
  if (format === "table") {
    return {
      columns: columns.map(([name, { type }]) => ({ name, type: columnTypeName(type) })),
      rows: sources.map((source) => columns.map(([, { type, get }]) => toWire(get(source), type))),
    };
  }
  return sources.map((source) => Object.fromEntries(columns.map(([name, { type, get }]) => [name, toWire(get(source), type)])));
}

function durationText(ms: number): string {
  const ticks = Math.round(ms * 10_000);
  return `0:00:00:${String(Math.floor(ticks / 10_000_000)).padStart(2, "0")}.${String(ticks % 10_000_000).padStart(7, "0")}`;
}
