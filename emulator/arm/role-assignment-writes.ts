import { authorizationFailed } from "../core/authorise.ts";
import type { Attributes } from "../core/condition-evaluate.ts";
import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { decideAccess } from "../core/rbac.ts";
import { isForgotten, isKept } from "../world/assignment-life.ts";
import type { RoleAssignment } from "../world/types.ts";
import { logActivity } from "./activity.ts";
import { requirePrincipal } from "./principal-check.ts";
import { callerOf, param } from "./request-reading.ts";
import { type AssignmentInput, checkCondition, readAssignment, refuse } from "./role-assignment-body.ts";
import { requireRoom } from "./role-assignment-limit.ts";
import { assignmentBody } from "./role-assignment-view.ts";
import { requireRole } from "./role-check.ts";
import { belowScope, scopeOf } from "./role-scopes.ts";
import { requireScope } from "./scope-existence.ts";
import { trimScope } from "./visibility.ts";

const WRITE = "Microsoft.Authorization/roleAssignments/write";
const DELETE = "Microsoft.Authorization/roleAssignments/delete";
const ATTRIBUTE = "microsoft.authorization/roleassignments:";

function assignmentId(scope: string, name: string): string {
  return belowScope(scope, `/providers/Microsoft.Authorization/roleAssignments/${name}`);
}

type Facts = { roleDefinitionGuid: string; principalId: string; principalType: string | null };

function attributesOf(source: "request" | "resource", facts: Facts): Attributes {
  const prefix = `${source}:${ATTRIBUTE}`;
  return {
    [`${prefix}roledefinitionid`]: [facts.roleDefinitionGuid],
    [`${prefix}principalid`]: [facts.principalId],
    ...(facts.principalType === null ? {} : { [`${prefix}principaltype`]: [facts.principalType] }),
  };
}

/** 403 without the right; with attributes, also when the condition of the caller's own role does not let this one pass. */
function requireRight(request: WireRequest, ctx: EmulatorContext, action: string, attributes?: Attributes): void {
  const caller = callerOf(request);
  const scope = scopeOf(request);
  const question = { principal: caller, action, scope, ...(attributes === undefined ? {} : { attributes }) };
  const { outcome } = decideAccess(ctx.world, ctx.clock.nowMs(), question);
  if (outcome === "allowed" || (attributes === undefined && outcome === "depends")) return;
  throw authorizationFailed(caller, action, assignmentId(scope, param(request, "assignment")));
}

function isSame(row: RoleAssignment, scope: string, input: AssignmentInput): boolean {
  return (
    trimScope(row.scope) === trimScope(scope) &&
    row.principalId.toLowerCase() === input.principalId &&
    row.roleDefinitionGuid.toLowerCase() === input.roleDefinitionGuid
  );
}

/** Only description and condition of an assignment may change. */
function update(request: WireRequest, ctx: EmulatorContext, row: RoleAssignment, input: AssignmentInput): WireResponse {
  if (!isSame(row, scopeOf(request), input)) {
    const message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.";
    throw refuse(400, "RoleAssignmentUpdateNotPermitted", message);
  }
  row.condition = input.condition;
  row.conditionVersion = input.conditionVersion;
  row.description = input.description;
  row.updatedOn = timeText(ctx.clock.nowMs());
  row.updatedBy = callerOf(request).objectId;
  ctx.world.revision += 1;
  return { status: 200, body: assignmentBody(row) };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "0000Z");
}

function create(request: WireRequest, ctx: EmulatorContext, input: AssignmentInput): RoleAssignment {
  const caller = callerOf(request);
  const principalType = requirePrincipal(ctx, caller.tenantId, input);
  requireRoom(ctx, caller.tenantId, scopeOf(request));
  const nowMs = ctx.clock.nowMs();
  const { options } = ctx;
  const row: RoleAssignment = {
    ...input,
    tenantId: caller.tenantId,
    scope: scopeOf(request),
    principalType,
    createdOn: timeText(nowMs),
    createdBy: caller.objectId,
    effectiveFromMs: nowMs + options.replicationDelayMs,
    listedFromMs: nowMs + options.roleListDelayMs,
    indexedFromMs: nowMs + options.roleIndexDelayMs,
  };
  forget(ctx);
  ctx.world.roleAssignments.push(row);
  ctx.world.revision += 1;
  return row;
}

function forget(ctx: EmulatorContext): void {
  const nowMs = ctx.clock.nowMs();
  const { world } = ctx;
  if (!world.roleAssignments.some((row) => row.removed !== undefined && isForgotten(row, nowMs))) return;
  world.roleAssignments = world.roleAssignments.filter((row) => !isForgotten(row, nowMs));
}

/** PUT: 201 for a new assignment, 200 for the same one again. Sources: azure-apis.md 3.1 and 3.2. */
export function putAssignment(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireRight(request, ctx, WRITE);
  const input = readAssignment(request, param(request, "assignment"));
  requireRight(request, ctx, WRITE, attributesOf("request", input));
  const scope = scopeOf(request);
  requireScope(ctx, scope);
  requireRole(ctx, callerOf(request).tenantId, scope, input.roleDefinitionGuid);
  checkCondition(input.condition, input.conditionVersion);
  const { tenantId } = callerOf(request);
  const kept = ctx.world.roleAssignments.filter((row) => row.tenantId === tenantId && isKept(row, ctx.clock.nowMs()));
  const named = kept.find((row) => row.name === input.name);
  const resourceId = assignmentId(scope, input.name);
  if (named !== undefined) {
    const answer = update(request, ctx, named, input);
    logActivity(request, ctx, { resourceId, operationName: WRITE, status: "Succeeded" });
    return answer;
  }
  const twin = kept.find((row) => isSame(row, scope, input));
  if (twin !== undefined) {
    const message = `The role assignment already exists. The ID of the existing role assignment is ${twin.name.replaceAll("-", "")}.`;
    throw refuse(409, "RoleAssignmentExists", message);
  }
  const row = create(request, ctx, input);
  // The entry that begins the write carries what was asked for (recording role.test_role_assignment_audits).
  const properties = { requestbody: request.bodyText };
  logActivity(request, ctx, { resourceId, operationName: WRITE, status: "Started", properties });
  logActivity(request, ctx, { resourceId, operationName: WRITE, status: "Succeeded" });
  // The answer to a creation does not name its creator yet (recorded).
  return { status: 201, body: assignmentBody(row, { justCreated: true }) };
}

/** DELETE: 200 with the removed assignment, 204 when there is none. */
export function deleteAssignment(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireRight(request, ctx, DELETE);
  const { tenantId } = callerOf(request);
  const name = param(request, "assignment").toLowerCase();
  const nowMs = ctx.clock.nowMs();
  const row = ctx.world.roleAssignments.find(
    (candidate) =>
      candidate.name === name &&
      candidate.tenantId === tenantId &&
      isKept(candidate, nowMs) &&
      trimScope(candidate.scope) === trimScope(scopeOf(request)),
  );
  if (row === undefined) return { status: 204 };
  requireRight(request, ctx, DELETE, attributesOf("resource", row));
  const { options } = ctx;
  row.removed = {
    listedUntilMs: nowMs + options.roleListDelayMs,
    effectiveUntilMs: nowMs + options.replicationDelayMs,
    indexedUntilMs: nowMs + options.roleIndexDelayMs,
  };
  const body = assignmentBody(row);
  forget(ctx);
  ctx.world.revision += 1;
  const id = (guid: string) => guid.replaceAll("-", "");
  const properties = {
    id: id(row.name),
    principalId: id(row.principalId),
    roleDefinitionId: id(row.roleDefinitionGuid),
    scope: row.scope,
  };
  logActivity(request, ctx, { resourceId: String(body.id), operationName: DELETE, status: "Succeeded", properties });
  return { status: 200, body };
}
