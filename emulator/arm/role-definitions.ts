import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import type { RoleDefinition } from "../world/types.ts";
import { type FilterTerm, invalidFilter, parseFilter } from "./filters.ts";
import { callerOf, param, queryOf } from "./request-reading.ts";
import { definitionBody } from "./role-definition-view.ts";
import { deleteDefinition, putDefinition } from "./role-definition-writes.ts";
import { scopeOf } from "./role-scopes.ts";
import { AUTHORIZATION } from "./versions.ts";
import { relationOf } from "./visibility.ts";

/** Built-in roles are known everywhere; a custom role at, above and below the scopes it may be assigned at. */
function knownAt(ctx: EmulatorContext, role: RoleDefinition, tenantId: string, scope: string): boolean {
  if (role.tenantId === null) return true;
  if (role.tenantId !== tenantId) return false;
  return scope === "/" || role.assignableScopes.some((assignable) => relationOf(ctx.world, assignable, scope) !== null);
}

function testOf(term: FilterTerm, filter: string): (role: RoleDefinition) => boolean {
  if (term.kind === "call" && (term.name === "atscopeandbelow" || term.name === "atscope")) return () => true;
  if (term.kind === "eq" && term.name === "rolename") return (role) => role.roleName.toLowerCase() === term.value.toLowerCase();
  if (term.kind === "eq" && term.name === "type") return (role) => role.type.toLowerCase() === term.value.toLowerCase();
  throw invalidFilter(filter);
}

function listDefinitions(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const scope = scopeOf(request);
  const filter = queryOf(request, "$filter");
  const tests = parseFilter(filter).map((term) => testOf(term, filter ?? ""));
  const value = ctx.world.roleDefinitions
    .filter((role) => knownAt(ctx, role, callerOf(request).tenantId, scope))
    .filter((role) => tests.every((test) => test(role)))
    .map((role) => definitionBody(role, scope));
  return { status: 200, body: { value } };
}

function getDefinition(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const id = param(request, "definition").toLowerCase();
  const scope = scopeOf(request);
  const role = ctx.world.roleDefinitions.find((row) => row.id === id && knownAt(ctx, row, callerOf(request).tenantId, scope));
  if (role === undefined) {
    throw armError(
      404,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${id.replaceAll("-", "")}' does not exist.`,
      {},
      "service",
    );
  }
  return { status: 200, body: definitionBody(role, scope) };
}

const PATTERN = "/{+scope}/providers/microsoft.authorization/roledefinitions";
const base = {
  face: "arm" as const,
  method: "GET",
  apiVersions: AUTHORIZATION,
  right: null,
  source: "azure-apis.md 3.4; recording pysdk.authorization.test_role_definitions",
};

export const roleDefinitionRoutes: Route[] = [
  { ...base, pattern: PATTERN, query: ["$filter", "$skiptoken"], handle: listDefinitions },
  { ...base, pattern: `${PATTERN}/{definition}`, query: [], handle: getDefinition },
  // The right is needed at every assignable scope, so the handlers ask for it.
  { ...base, method: "PUT", pattern: `${PATTERN}/{definition}`, query: [], handle: putDefinition },
  { ...base, method: "DELETE", pattern: `${PATTERN}/{definition}`, query: [], handle: deleteDefinition },
];
