import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { pimScopeOf } from "../pim/scopes.ts";
import { isListed } from "../world/assignment-life.ts";
import type { RoleAssignment, RoleSchedule } from "../world/types.ts";
import { invalidFilter, parseFilter } from "./filters.ts";
import { heldItems, pageOf } from "./paging.ts";
import { callerOf, param, queryOf } from "./request-reading.ts";
import { type MemberType, type ScheduleType, scheduleBody, standingSchedule } from "./role-schedule-view.ts";
import { createRelation, principalClosure, type Relation } from "./visibility.ts";

const TYPES: readonly ScheduleType[] = [
  "roleAssignmentSchedules",
  "roleAssignmentScheduleInstances",
  "roleEligibilitySchedules",
  "roleEligibilityScheduleInstances",
];
const PAGE = 500;

/** A standing assignment is a schedule too; it becomes one when it is shown, because most are only counted. */
type Listed = RoleSchedule | RoleAssignment;

function toSchedule(row: Listed): RoleSchedule {
  return "kind" in row ? row : standingSchedule(row);
}

/** Schedules of a kind that are not over, and standing assignments. Instances are those that count now. */
function schedulesOf(ctx: EmulatorContext, tenantId: string, type: ScheduleType): Listed[] {
  const nowMs = ctx.clock.nowMs();
  const kind = type.startsWith("roleAssignment") ? "assignment" : "eligibility";
  const planned = ctx.world.roleSchedules.filter(
    (row) =>
      row.tenantId === tenantId &&
      row.kind === kind &&
      (row.endMs === null || row.endMs > nowMs) &&
      (row.startMs <= nowMs || type.endsWith("Schedules")),
  );
  if (kind === "eligibility") return planned;
  const made = new Set(ctx.world.roleSchedules.map((row) => row.roleAssignmentName));
  const listed = ctx.world.roleAssignments.filter((row) => row.tenantId === tenantId && isListed(row, nowMs));
  const names = new Set(listed.flatMap((row) => (made.has(row.name) ? [row.name] : [])));
  return [
    // An active schedule whose assignment somebody deleted gives nothing any more.
    ...planned.filter((row) => row.startMs > nowMs || row.roleAssignmentName === null || names.has(row.roleAssignmentName)),
    ...listed.filter((row) => !made.has(row.name)),
  ];
}

type Terms = { atScope: boolean; asTarget: boolean; principals: ReadonlySet<string> | null };

function readTerms(request: WireRequest, ctx: EmulatorContext): Terms {
  const filter = queryOf(request, "$filter");
  const terms: Terms = { atScope: false, asTarget: false, principals: null };
  for (const term of parseFilter(filter)) {
    if (term.kind === "call" && term.name === "atscope") terms.atScope = true;
    else if (term.kind === "call" && term.name === "astarget") {
      terms.asTarget = true;
      terms.principals = principalClosure(ctx.world, callerOf(request).objectId);
    } else if (term.kind === "call" && term.name === "assignedto" && term.argument !== null) {
      terms.principals = principalClosure(ctx.world, term.argument);
    } else if (term.kind === "eq" && term.name === "principalid") terms.principals = new Set([term.value.toLowerCase()]);
    else throw invalidFilter(filter ?? "");
  }
  return terms;
}

/** Everybody may ask for the own rows; all others need the right to read. */
function requireReader(request: WireRequest, ctx: EmulatorContext, type: ScheduleType): void {
  const caller = callerOf(request);
  if (ctx.isAllowed(caller, `Microsoft.Authorization/${type}/read`, pimScopeOf(request))) return;
  const message = `The requestor ${caller.objectId} does not have permissions for this request. Use $filter=asTarget() to filter on the requestor's assignments.`;
  throw armError(403, "InsufficientPermissions", message, {}, "service");
}

function memberTypeOf(row: RoleSchedule, relation: Relation, terms: Terms, callerId: string): MemberType {
  if (terms.asTarget && row.principalId.toLowerCase() !== callerId) return "Group";
  return relation === "above" ? "Inherited" : "Direct";
}

function list(request: WireRequest, ctx: EmulatorContext, type: ScheduleType): WireResponse {
  const terms = readTerms(request, ctx);
  if (!terms.asTarget) requireReader(request, ctx, type);
  const caller = callerOf(request);
  const relation = createRelation(ctx.world, pimScopeOf(request));
  const rows = heldItems(request, ctx, () =>
    schedulesOf(ctx, caller.tenantId, type).filter((row) => {
      const place = relation(row.scope);
      if (place === null || (terms.atScope && place === "below")) return false;
      return terms.principals === null || terms.principals.has(row.principalId.toLowerCase());
    }),
  );
  const render = (listed: Listed) => {
    const row = toSchedule(listed);
    return scheduleBody(ctx.world, row, type, memberTypeOf(row, relation(row.scope), terms, caller.objectId));
  };
  return pageOf(request, ctx, rows, render, [PAGE]);
}

function get(request: WireRequest, ctx: EmulatorContext, type: ScheduleType): WireResponse {
  const caller = callerOf(request);
  const name = param(request, "name").toLowerCase();
  const relation = createRelation(ctx.world, pimScopeOf(request));
  const row = schedulesOf(ctx, caller.tenantId, type)
    .map(toSchedule)
    .find((candidate) => (type.endsWith("Instances") ? candidate.instanceName : candidate.name) === name);
  const isOwn = row !== undefined && principalClosure(ctx.world, caller.objectId).has(row.principalId.toLowerCase());
  if (!isOwn) requireReader(request, ctx, type);
  if (row === undefined || relation(row.scope) === null) {
    const kind = `${type.charAt(0).toUpperCase()}${type.slice(1, -1)}`;
    throw armError(404, `${kind}NotFound`, `The ${type.slice(0, -1)} '${name}' could not be found.`, {}, "service");
  }
  return { status: 200, body: scheduleBody(ctx.world, row, type, "Direct") };
}

/** Reads of Privileged Identity Management. The right depends on the filter, so the handlers ask for it. */
export const roleScheduleRoutes: Route[] = TYPES.flatMap((type): Route[] => {
  const pattern = `/{+scope}/providers/microsoft.authorization/${type.toLowerCase()}`;
  const base = {
    face: "arm" as const,
    method: "GET",
    apiVersions: ["2020-10-01", "preview"],
    right: null,
    source: `azure-apis.md 4.1 and 4.5; https://learn.microsoft.com/rest/api/authorization/${type.toLowerCase()}`,
  };
  return [
    { ...base, pattern, query: ["$filter", "$skiptoken"], handle: (request, ctx) => list(request, ctx, type) },
    { ...base, pattern: `${pattern}/{name}`, query: [], handle: (request, ctx) => get(request, ctx, type) },
  ];
});
