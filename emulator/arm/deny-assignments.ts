import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import type { DenyAssignment } from "../world/types.ts";
import { type FilterTerm, invalidFilter, parseFilter } from "./filters.ts";
import { pageOf } from "./paging.ts";
import { callerOf, type Json, param, queryOf } from "./request-reading.ts";
import { belowScope, scopeOf } from "./role-scopes.ts";
import { AUTHORIZATION } from "./versions.ts";
import { createRelation, type Relation } from "./visibility.ts";

function body(row: DenyAssignment): Json {
  return {
    properties: {
      denyAssignmentName: row.denyAssignmentName,
      description: row.description,
      permissions: row.permissions.map((entry) => ({ ...entry, condition: null, conditionVersion: null })),
      scope: row.scope,
      doNotApplyToChildScopes: row.doNotApplyToChildScopes,
      principals: row.principals,
      excludePrincipals: row.excludePrincipals,
      isSystemProtected: row.isSystemProtected,
      createdOn: row.createdOn,
      updatedOn: row.createdOn,
      createdBy: null,
      updatedBy: null,
    },
    id: belowScope(row.scope, `/providers/Microsoft.Authorization/denyAssignments/${row.name}`),
    type: "Microsoft.Authorization/denyAssignments",
    name: row.name,
  };
}

type Found = { row: DenyAssignment; relation: Relation };

function testOf(term: FilterTerm, filter: string): (found: Found) => boolean {
  if (term.kind === "call" && term.name === "atscope") return ({ relation }) => relation !== "below";
  if (term.kind === "eq") {
    const wanted = term.value.toLowerCase();
    const names = ({ row }: Found): boolean => row.principals.some(({ id }) => id.toLowerCase() === wanted);
    if (term.name === "denyassignmentname") return ({ row }) => row.denyAssignmentName.toLowerCase() === wanted;
    if (term.name === "principalid") return names;
    if (term.name === "gdprexportprincipalid") {
      return (found) => names(found) || found.row.excludePrincipals.some(({ id }) => id.toLowerCase() === wanted);
    }
  }
  throw invalidFilter(filter);
}

function list(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const filter = queryOf(request, "$filter");
  const tests = parseFilter(filter).map((term) => testOf(term, filter ?? ""));
  const relation = createRelation(ctx.world, scopeOf(request));
  const rows = ctx.world.denyAssignments
    .filter((row) => row.tenantId === callerOf(request).tenantId)
    .map((row): Found => ({ row, relation: relation(row.scope) }))
    .filter((found) => found.relation !== null && tests.every((test) => test(found)));
  return pageOf(request, ctx, rows, ({ row }) => body(row));
}

function get(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const name = param(request, "name").toLowerCase();
  const { tenantId } = callerOf(request);
  const row = ctx.world.denyAssignments.find((candidate) => candidate.name === name && candidate.tenantId === tenantId);
  if (row === undefined || createRelation(ctx.world, scopeOf(request))(row.scope) === null) {
    throw armError(404, "DenyAssignmentNotFound", `The deny assignment '${name}' is not found.`, {}, "service");
  }
  return { status: 200, body: body(row) };
}

const PATTERN = "/{+scope}/providers/microsoft.authorization/denyassignments";
const base = {
  face: "arm" as const,
  method: "GET",
  apiVersions: AUTHORIZATION,
  right: { action: "Microsoft.Authorization/denyAssignments/read", scope: scopeOf },
  source: "azure-apis.md 3.5; https://learn.microsoft.com/rest/api/authorization/deny-assignments",
};

export const denyAssignmentRoutes: Route[] = [
  { ...base, pattern: PATTERN, query: ["$filter", "$skiptoken"], handle: list },
  { ...base, pattern: `${PATTERN}/{name}`, query: [], handle: get },
];
