import { type FilterTerm, invalidFilter, parseFilter } from "../arm/filters.ts";
import { pageOf } from "../arm/paging.ts";
import { callerOf, queryOf } from "../arm/request-reading.ts";
import { createRelation, principalClosure, trimScope } from "../arm/visibility.ts";
import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { keptRequests, statusOf } from "../world/pim-life.ts";
import type { PimRequest } from "../world/pim-types.ts";
import type { RoleSchedule } from "../world/types.ts";
import { isApprover } from "./readers.ts";
import { refuse } from "./request-body.ts";
import { NAMES, requestBody } from "./request-view.ts";
import { pimScopeOf } from "./scopes.ts";

const PAGE = 500;
/** Filters that anybody may use: they show what concerns the caller and nothing else. */
const OWN = new Set(["astarget", "asrequestor", "asapprover"]);

type Test = (row: PimRequest) => boolean;

function equals(term: Extract<FilterTerm, { kind: "eq" }>, ctx: EmulatorContext): Test | null {
  const wanted = term.value.toLowerCase();
  if (term.name === "principalid") return (row) => row.principalId.toLowerCase() === wanted;
  if (term.name === "requestorid") return (row) => row.requestorId.toLowerCase() === wanted;
  if (term.name === "roledefinitionid") return (row) => row.roleDefinitionGuid === wanted.split("/").at(-1);
  if (term.name === "status") return (row) => statusOf(ctx.world, row, ctx.clock.nowMs()).toLowerCase() === wanted;
  return null;
}

function testOf(term: FilterTerm, request: WireRequest, ctx: EmulatorContext): Test {
  const { objectId } = callerOf(request);
  const { world } = ctx;
  if (term.kind === "eq") {
    const test = equals(term, ctx);
    if (test !== null) return test;
  } else if (term.name === "atscope") {
    const wanted = trimScope(pimScopeOf(request));
    const relation = createRelation(world, wanted);
    return (row) => relation(row.scope) !== "below";
  } else if (term.name === "asrequestor") return (row) => row.requestorId === objectId;
  else if (term.name === "astarget") {
    const held = principalClosure(world, objectId);
    return (row) => held.has(row.principalId.toLowerCase());
  } else if (term.name === "asapprover") return (row) => isApprover(world, objectId, row);
  throw invalidFilter(queryOf(request, "$filter") ?? "");
}

/** At, above and below the scope, the newest first; without a filter on the caller only for readers (azure-apis.md 4.1). */
export function listRequests(request: WireRequest, ctx: EmulatorContext, kind: RoleSchedule["kind"]): WireResponse {
  const caller = callerOf(request);
  const scope = pimScopeOf(request);
  const terms = parseFilter(queryOf(request, "$filter"));
  const isOwn = terms.some((term) => term.kind === "call" && OWN.has(term.name));
  if (!isOwn && !ctx.isAllowed(caller, `Microsoft.Authorization/${NAMES[kind].requests}/read`, scope)) {
    const message = `The requestor ${caller.objectId} does not have permissions for this request. Use $filter=asTarget() to filter on the requestor's assignments.`;
    throw refuse(403, "InsufficientPermissions", message);
  }
  const tests = terms.map((term) => testOf(term, request, ctx));
  const relation = createRelation(ctx.world, scope);
  const nowMs = ctx.clock.nowMs();
  const rows = keptRequests(ctx.world, nowMs)
    .filter((row) => row.kind === kind && row.tenantId === caller.tenantId && relation(row.scope) !== null)
    .filter((row) => tests.every((test) => test(row)))
    .toReversed();
  return pageOf(request, ctx, rows, (row) => requestBody(ctx.world, row, nowMs), [PAGE]);
}
