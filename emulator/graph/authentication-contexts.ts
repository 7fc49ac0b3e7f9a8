import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { AUTHENTICATION_CONTEXTS } from "../world/elevation-policies.ts";
import { callerOf } from "./collections.ts";
import { notFound } from "./errors.ts";
import { requireArea } from "./permissions.ts";
import { contextOf } from "./query.ts";

const SET = "identity/conditionalAccess/authenticationContextClassReferences";

const shown = (row: (typeof AUTHENTICATION_CONTEXTS)[number]) => ({ ...row, isAvailable: true });

function list(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireArea(ctx.world, callerOf(request), "conditionalAccess");
  return { status: 200, body: { "@odata.context": contextOf(request, SET, null), value: AUTHENTICATION_CONTEXTS.map(shown) } };
}

function get(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireArea(ctx.world, callerOf(request), "conditionalAccess");
  const id = request.params.id ?? "";
  const row = AUTHENTICATION_CONTEXTS.find((one) => one.id === id);
  if (row === undefined) throw notFound(id);
  return { status: 200, body: { "@odata.context": contextOf(request, SET, null, "/$entity"), ...shown(row) } };
}

const base = {
  face: "graph" as const,
  method: "GET",
  query: [],
  right: null,
  source: "https://learn.microsoft.com/graph/api/conditionalaccessroot-list-authenticationcontextclassreferences",
};
const PATTERN = `/v1.0/${SET.toLowerCase()}`;

/** Names of the contexts that policies ask for (azure-apis.md 6.11). */
export const authenticationContextRoutes: Route[] = [
  { ...base, pattern: PATTERN, handle: list },
  { ...base, pattern: `${PATTERN}/{id}`, handle: get },
];
