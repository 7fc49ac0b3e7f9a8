import { logActivity } from "../arm/activity.ts";
import { callerOf } from "../arm/request-reading.ts";
import { belowScope } from "../arm/role-scopes.ts";
import { principalClosure } from "../arm/visibility.ts";
import type { EmulatorContext, WireRequest } from "../core/contract.ts";
import { auditOf } from "../world/pim-audit.ts";
import { endOfExpiration, isActive } from "../world/pim-life.ts";
import type { PimRequest } from "../world/pim-types.ts";
import type { Pair } from "./approvals.ts";
import { auditStep } from "./audit.ts";
import { provision } from "./provision.ts";

type Decision = { result: "Approve" | "Deny"; justification: string };

/** What was eligible when it was asked may be no longer. */
function isStillEligible(ctx: EmulatorContext, row: PimRequest, nowMs: number): boolean {
  const held = principalClosure(ctx.world, row.principalId);
  return ctx.world.roleSchedules.some(
    (one) =>
      one.kind === "eligibility" &&
      one.name === row.linkedEligibility &&
      isActive(one, nowMs) &&
      held.has(one.principalId.toLowerCase()),
  );
}

/** An approved activation begins with the decision when its own start has passed; its length stays. */
function carryOut(ctx: EmulatorContext, row: PimRequest, nowMs: number): void {
  row.waitsFor = null;
  row.evaluatedAtMs = nowMs + (ctx.options.pimEvaluationMs ?? 0);
  row.provisionedAtMs = row.evaluatedAtMs + (ctx.options.pimProvisioningMs ?? 0);
  row.startMs = Math.max(row.startMs, row.provisionedAtMs);
  const endMs = endOfExpiration(row, row.startMs);
  if (!isStillEligible(ctx, row, nowMs) || (endMs !== null && endMs <= row.startMs)) {
    row.settled = { status: "Failed", atMs: nowMs };
    return;
  }
  provision(ctx, row);
  const { requestorId: actorId } = row;
  ctx.world.pim.audits.push(auditOf(ctx.world, row, { step: "completed", atMs: row.provisionedAtMs, actorId }));
}

/** Records a decision and lets it take effect. */
export function decide(ctx: EmulatorContext, request: WireRequest, { approval, row }: Pair, decision: Decision): void {
  const nowMs = ctx.clock.nowMs();
  const { result, justification } = decision;
  approval.decision = { result, justification, reviewerId: callerOf(request).objectId, atMs: nowMs };
  auditStep(ctx, request, row, result === "Approve" ? "approved" : "denied", justification);
  if (result === "Deny") row.settled = { status: "Denied", atMs: nowMs };
  else carryOut(ctx, row, nowMs);
  ctx.world.revision += 1;
  const type = "Microsoft.Authorization/roleAssignmentApprovals";
  const resourceId = belowScope(row.scope, `/providers/${type}/${approval.id}/stages/${approval.stageId}`);
  logActivity(request, ctx, { resourceId, operationName: `${type}/stages/write`, status: "Succeeded" });
}
