import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { isListed } from "../world/assignment-life.ts";
import type { RoleAssignment } from "../world/types.ts";
import { type FilterTerm, invalidFilter, parseFilter } from "./filters.ts";
import { heldItems, pageOf } from "./paging.ts";
import { callerOf, param, queryOf } from "./request-reading.ts";
import { assignmentBody } from "./role-assignment-view.ts";
import { deleteAssignment, putAssignment } from "./role-assignment-writes.ts";
import { scopeOf } from "./role-scopes.ts";
import { AUTHORIZATION } from "./versions.ts";
import { createRelation, principalClosure, relationOf } from "./visibility.ts";

type Test = (row: RoleAssignment) => boolean;

function testOf(term: FilterTerm, filter: string, request: WireRequest, ctx: EmulatorContext): Test {
  const { world } = ctx;
  if (term.kind === "call" && term.name === "atscope") {
    const relation = createRelation(world, scopeOf(request));
    return (row) => relation(row.scope) !== "below";
  }
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

/** Rows that the service returns at once; longer lists come in pages. */
const PAGE = 1_000;

/** At, above and below the scope; a filter narrows (azure-apis.md 3.1). */
function listAssignments(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const caller = callerOf(request);
  const filter = queryOf(request, "$filter");
  const tests = parseFilter(filter).map((term) => testOf(term, filter ?? "", request, ctx));
  const rows = heldItems(request, ctx, () => {
    const relation = createRelation(ctx.world, scopeOf(request));
    const nowMs = ctx.clock.nowMs();
    return ctx.world.roleAssignments.filter(
      (row) =>
        row.tenantId === caller.tenantId &&
        isListed(row, nowMs) &&
        relation(row.scope) !== null &&
        tests.every((test) => test(row)),
    );
  });
  return pageOf(request, ctx, rows, (row) => assignmentBody(row), [PAGE]);
}

function getAssignment(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const name = param(request, "assignment").toLowerCase();
  const tenantId = callerOf(request).tenantId;
  const nowMs = ctx.clock.nowMs();
  const row = ctx.world.roleAssignments.find(
    (candidate) => candidate.name === name && candidate.tenantId === tenantId && isListed(candidate, nowMs),
  );
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
  // The right depends on what is assigned, so the handler asks for it.
  { ...base, method: "PUT", right: null, pattern: `${PATTERN}/{assignment}`, query: [], handle: putAssignment },
  { ...base, method: "DELETE", right: null, pattern: `${PATTERN}/{assignment}`, query: ["tenantId"], handle: deleteAssignment },
];
