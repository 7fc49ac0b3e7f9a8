import { invalidFilter, parseFilter } from "../arm/filters.ts";
import { pageOf } from "../arm/paging.ts";
import { bodyOf, callerOf, isJson, type Json, param, queryOf } from "../arm/request-reading.ts";
import { belowScope } from "../arm/role-scopes.ts";
import { createRelation } from "../arm/visibility.ts";
import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { KEPT_MS, statusOf } from "../world/pim-life.ts";
import { ruleOf, rulesOf } from "../world/pim-rules.ts";
import type { PimApproval, PimRequest } from "../world/pim-types.ts";
import type { World } from "../world/types.ts";
import { decide } from "./decide.ts";
import { isApprover, mayRead } from "./readers.ts";
import { refuse } from "./request-body.ts";
import { pimScopeOf } from "./scopes.ts";

const TYPE = "Microsoft.Authorization/roleAssignmentApprovals";
const PAGE = 500;

export type Pair = { approval: PimApproval; row: PimRequest };

function pairs(ctx: EmulatorContext, tenantId: string): Pair[] {
  const { requests, approvals } = ctx.world.pim;
  const oldest = ctx.clock.nowMs() - KEPT_MS;
  return approvals.flatMap((approval) => {
    if (approval.tenantId !== tenantId || approval.createdMs < oldest) return [];
    const row = requests.find((one) => one.name === approval.requestName);
    return row === undefined ? [] : [{ approval, row }];
  });
}

function stageStatus(ctx: EmulatorContext, { approval, row }: Pair): string {
  if (approval.decision !== null) return "Completed";
  return statusOf(ctx.world, row, ctx.clock.nowMs()) === "PendingApproval" ? "InProgress" : "Expired";
}

function reviewer(world: World, id: string): Json {
  const user = world.users.find((one) => one.id === id);
  return {
    principalId: id,
    principalType: "user",
    principalName: user?.displayName ?? "",
    userPrincipalName: user?.userPrincipalName ?? "",
  };
}

function stageBody(ctx: EmulatorContext, pair: Pair, callerId: string): Json {
  const { approval, row } = pair;
  const { decision } = approval;
  return {
    id: belowScope(approval.scope, `/providers/${TYPE}/${approval.id}/stages/${approval.stageId}`),
    type: `${TYPE}/stages`,
    name: approval.stageId,
    properties: {
      displayName: "",
      status: stageStatus(ctx, pair),
      assignedToMe: isApprover(ctx.world, callerId, row),
      reviewedBy: decision === null ? null : reviewer(ctx.world, decision.reviewerId),
      reviewedDateTime: decision === null ? null : new Date(decision.atMs).toISOString(),
      reviewResult: decision?.result ?? "NotReviewed",
      justification: decision?.justification ?? "",
    },
  };
}

function approvalBody(ctx: EmulatorContext, pair: Pair, callerId: string): Json {
  return {
    id: belowScope(pair.approval.scope, `/providers/${TYPE}/${pair.approval.id}`),
    type: TYPE,
    name: pair.approval.id,
    properties: { stages: [stageBody(ctx, pair, callerId)] },
  };
}

/** The approval that a path names, with or without its scope; whoever may not read the request does not see it. */
function requirePair(request: WireRequest, ctx: EmulatorContext): Pair {
  const caller = callerOf(request);
  const id = param(request, "approval").toLowerCase();
  const relation = createRelation(ctx.world, pimScopeOf(request));
  const found = pairs(ctx, caller.tenantId).find(
    (pair) => pair.approval.id === id && ["at", "below"].includes(relation(pair.approval.scope) ?? ""),
  );
  if (found !== undefined && mayRead(ctx, caller, found.row)) return found;
  throw refuse(404, "RoleAssignmentApprovalNotFound", `The RoleAssignmentApproval '${id}' could not be found.`);
}

function requireStage(request: WireRequest, ctx: EmulatorContext): Pair {
  const pair = requirePair(request, ctx);
  const id = param(request, "stage").toLowerCase();
  if (pair.approval.stageId === id) return pair;
  throw refuse(404, "RoleAssignmentApprovalStageNotFound", `The stage '${id}' could not be found.`);
}

export function listApprovals(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const caller = callerOf(request);
  const filter = queryOf(request, "$filter");
  for (const term of parseFilter(filter)) {
    if (term.kind !== "call" || term.name !== "asapprover") throw invalidFilter(filter ?? "");
  }
  const relation = createRelation(ctx.world, pimScopeOf(request));
  // Without the filter too: what one is not asked to decide is read with the request.
  const rows = pairs(ctx, caller.tenantId).filter(
    (pair) => relation(pair.approval.scope) !== null && isApprover(ctx.world, caller.objectId, pair.row),
  );
  return pageOf(request, ctx, rows, (pair) => approvalBody(ctx, pair, caller.objectId), [PAGE]);
}

export function getApproval(request: WireRequest, ctx: EmulatorContext): WireResponse {
  return { status: 200, body: approvalBody(ctx, requirePair(request, ctx), callerOf(request).objectId) };
}

export function listStages(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const stage = stageBody(ctx, requirePair(request, ctx), callerOf(request).objectId);
  return { status: 200, body: { value: [stage] } };
}

export function getStage(request: WireRequest, ctx: EmulatorContext): WireResponse {
  return { status: 200, body: stageBody(ctx, requireStage(request, ctx), callerOf(request).objectId) };
}

function readDecision(request: WireRequest): { result: "Approve" | "Deny"; justification: string } {
  const body = bodyOf(request);
  // Flat as the description has it, wrapped as its examples have it (azure-apis.md 4.9).
  const fields = isJson(body.properties) ? body.properties : body;
  const result = (["Approve", "Deny"] as const).find((name) => name === fields.reviewResult);
  if (result === undefined) {
    throw refuse(400, "InvalidRequestContent", "The request content was invalid: 'reviewResult' must be Approve or Deny.");
  }
  return { result, justification: typeof fields.justification === "string" ? fields.justification.trim() : "" };
}

/** PATCH and PUT of a stage. The first decision settles it; nobody decides on an own request. */
export function decideStage(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const pair = requireStage(request, ctx);
  const { row } = pair;
  const caller = callerOf(request);
  const { result, justification } = readDecision(request);
  if (!isApprover(ctx.world, caller.objectId, row)) {
    throw refuse(403, "InsufficientPermissions", `The requestor ${caller.objectId} is not an approver of this request.`);
  }
  if (row.requestorId === caller.objectId || row.principalId === caller.objectId) {
    throw refuse(400, "SelfApprovalNotAllowed", "The requestor cannot approve or deny their own request.");
  }
  const status = stageStatus(ctx, pair);
  if (status !== "InProgress") {
    const message = `The approval stage is ${status}. It can no longer be approved or denied.`;
    throw refuse(409, "RequestConflict", message);
  }
  const eligibility = ctx.world.roleSchedules.find((one) => one.kind === "eligibility" && one.name === row.linkedEligibility);
  const rules = rulesOf(ctx.world, eligibility?.scope ?? row.scope, row.roleDefinitionGuid);
  const { setting } = ruleOf(rules, "Approval_EndUser_Assignment", "RoleManagementPolicyApprovalRule");
  if (justification === "" && setting.approvalStages[0]?.isApproverJustificationRequired === true) {
    throw refuse(400, "InvalidRequestContent", "The request content was invalid: 'justification' is required.");
  }
  decide(ctx, request, pair, { result, justification });
  return { status: 200, body: stageBody(ctx, pair, caller.objectId) };
}
