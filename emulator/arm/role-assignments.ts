import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import type { RoleAssignment } from "../world/types.ts";
import { type FilterTerm, invalidFilter, parseFilter } from "./filters.ts";
import { callerOf, type Json, param, queryOf } from "./request-reading.ts";
import { belowScope, definitionId, scopeOf } from "./role-scopes.ts";
import { AUTHORIZATION } from "./versions.ts";
import { principalClosure, relationOf } from "./visibility.ts";

/** Wire form; absent values are null, never left out (recorded). */
export function assignmentBody(row: RoleAssignment): Json {
  return {
    properties: {
      roleDefinitionId: definitionId(row.scope, row.roleDefinitionGuid),
      principalId: row.principalId,
      principalType: row.principalType,
      scope: row.scope,
      condition: row.condition,
      conditionVersion: row.conditionVersion,
      createdOn: row.createdOn,
      updatedOn: row.createdOn,
      createdBy: row.createdBy,
      updatedBy: row.createdBy,
      delegatedManagedIdentityResourceId: null,
      description: row.description,
    },
    id: belowScope(row.scope, `/providers/Microsoft.Authorization/roleAssignments/${row.name}`),
    type: "Microsoft.Authorization/roleAssignments",
    name: row.name,
  };
}

type Test = (row: RoleAssignment) => boolean;

function testOf(term: FilterTerm, filter: string, request: WireRequest, ctx: EmulatorContext): Test {
  const { world } = ctx;
  if (term.kind === "call" && term.name === "atscope") return (row) => relationOf(world, row.scope, scopeOf(request)) !== "below";
  if (term.kind === "call" && term.name === "assignedto" && term.argument !== null) {
    const principals = principalClosure(world, term.argument);
    return (row) => principals.has(row.principalId.toLowerCase());
  }
  if (term.kind === "eq" && term.name === "principalid") {
    const wanted = term.value.toLowerCase();
    return (row) => row.principalId.toLowerCase() === wanted;
  }
  throw invalidFilter(filter);
}

/** At, above and below the scope; a filter narrows (azure-apis.md 3.1). */
function listAssignments(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const caller = callerOf(request);
  const scope = scopeOf(request);
  const filter = queryOf(request, "$filter");
  const tests = parseFilter(filter).map((term) => testOf(term, filter ?? "", request, ctx));
  const value = ctx.world.roleAssignments
    .filter((row) => row.tenantId === caller.tenantId && relationOf(ctx.world, row.scope, scope) !== null)
    .filter((row) => tests.every((test) => test(row)))
    .map(assignmentBody);
  return { status: 200, body: { value } };
}

function getAssignment(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const name = param(request, "assignment").toLowerCase();
  const tenantId = callerOf(request).tenantId;
  const row = ctx.world.roleAssignments.find((candidate) => candidate.name === name && candidate.tenantId === tenantId);
  if (row === undefined || relationOf(ctx.world, row.scope, scopeOf(request)) === null) {
    throw armError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`, {}, "service");
  }
  return { status: 200, body: assignmentBody(row) };
}

const right = { action: "Microsoft.Authorization/roleAssignments/read", scope: scopeOf };
const PATTERN = "/{+scope}/providers/microsoft.authorization/roleassignments";
const base = {
  face: "arm" as const,
  method: "GET",
  apiVersions: AUTHORIZATION,
  right,
  source: "azure-apis.md 3.1; recordings role.test_role_assignment_audits, role.test_create_for_rbac_password_with_assignment",
};

export const roleAssignmentRoutes: Route[] = [
  { ...base, pattern: PATTERN, query: ["$filter", "tenantId", "$skiptoken"], handle: listAssignments },
  { ...base, pattern: `${PATTERN}/{assignment}`, query: ["tenantId"], handle: getAssignment },
];
