import { principalClosure } from "../arm/visibility.ts";
import { APPROVAL_WINDOW_MS, isActive, isPending, statusOf } from "../world/pim-life.ts";
import { ruleOf, rulesOf } from "../world/pim-rules.ts";
import type { PimRequest } from "../world/pim-types.ts";
import { stableGuid } from "../world/random.ts";
import type { RoleSchedule } from "../world/types.ts";
import {
  type Ask,
  draftOf,
  type Plan,
  requireSensibleTimes,
  roleAssignmentDoesNotExist,
  roleAssignmentExists,
  SHORTEST_MS,
  tooShort,
} from "./ask.ts";
import { heldAt } from "./held.ts";
import { policyFailed, requireContext, requirePolicy } from "./policy-check.ts";
import { endSchedule, provision } from "./provision.ts";
import { refuse } from "./request-body.ts";
import { covers, sameScope } from "./scopes.ts";

/** Nobody asks for somebody else by a Self request, not even for a group that holds the eligibility. */
export function requireSelf({ caller, input }: Ask): void {
  if (input.principalId === caller.objectId.toLowerCase()) return;
  const message = `The requestor ${caller.objectId} does not have permissions for this request.`;
  throw refuse(403, "InsufficientPermissions", message);
}

/** The eligibility, own or of a group, that lets the caller activate this role at this scope now. */
function eligibilityOf({ ctx, caller, input, scope, nowMs }: Ask): RoleSchedule {
  const principals = principalClosure(ctx.world, caller.objectId);
  const found = ctx.world.roleSchedules.find(
    (row) =>
      row.kind === "eligibility" &&
      row.tenantId === caller.tenantId &&
      row.roleDefinitionGuid === input.roleDefinitionGuid &&
      (input.linkedEligibility === null || row.name === input.linkedEligibility) &&
      isActive(row, nowMs) &&
      principals.has(row.principalId.toLowerCase()) &&
      covers(ctx.world, row.scope, scope),
  );
  if (found === undefined) throw policyFailed(["EligibilityRule"]);
  return found;
}

/** A request of the same kind for the same role that still waits for somebody. */
export function requireNonePending(ask: Ask): void {
  const { ctx, input, scope, nowMs } = ask;
  const twin = ctx.world.pim.requests.find(
    (row) =>
      row.kind === ask.kind &&
      row.requestType === input.requestType &&
      row.principalId === input.principalId &&
      row.roleDefinitionGuid === input.roleDefinitionGuid &&
      sameScope(row.scope, scope) &&
      isPending(statusOf(ctx.world, row, nowMs)),
  );
  if (twin === undefined) return;
  const message = "There is already an existing pending Role assignment request.";
  throw refuse(400, "PendingRoleAssignmentRequest", message);
}

function askApproval({ ctx, scope, nowMs, name }: Ask, draft: PimRequest): void {
  const id = stableGuid(ctx.world.seed, `pim:approval:${name}`);
  const stageId = stableGuid(ctx.world.seed, `pim:stage:${name}`);
  const expiresMs = nowMs + APPROVAL_WINDOW_MS;
  const { tenantId } = draft;
  ctx.world.pim.approvals.push({ id, stageId, tenantId, requestName: name, scope, createdMs: nowMs, expiresMs, decision: null });
}

/** SelfActivate: the settings are those of the role where the eligibility stands, also when the scope is narrower. */
export function planActivation(ask: Ask): Plan {
  requireSelf(ask);
  const { ctx, caller, name } = ask;
  const eligibility = eligibilityOf(ask);
  requireNonePending(ask);
  if (heldAt(ask).length > 0) throw roleAssignmentExists();
  const rules = rulesOf(ctx.world, eligibility.scope, eligibility.roleDefinitionGuid);
  const { setting } = ruleOf(rules, "Approval_EndUser_Assignment", "RoleManagementPolicyApprovalRule");
  const draft = draftOf(ask, {
    principalType: "User",
    linkedEligibility: eligibility.name,
    targetSchedule: name,
    // The condition of the eligibility goes with it, whatever the client sends.
    condition: eligibility.condition,
    conditionVersion: eligibility.conditionVersion,
    ...(setting.isApprovalRequired
      ? { waitsFor: "approver" as const, approvalId: stableGuid(ctx.world.seed, `pim:approval:${name}`) }
      : {}),
  });
  requireSensibleTimes(draft);
  requirePolicy(draft, rules, "EndUser_Assignment", caller);
  requireContext(rules, caller);
  const apply = (): void => {
    if (setting.isApprovalRequired) askApproval(ask, draft);
    else provision(ctx, draft);
  };
  return { draft, apply };
}

/** SelfDeactivate: not within the first five minutes. */
export function planDeactivation(ask: Ask): Plan {
  requireSelf(ask);
  const { ctx, input, nowMs } = ask;
  const active = heldAt(ask).find(
    (row) =>
      row.assignmentType === "Activated" &&
      row.startMs <= nowMs &&
      (input.targetSchedule === null || row.name === input.targetSchedule),
  );
  if (active === undefined) throw roleAssignmentDoesNotExist();
  if (nowMs - active.startMs < SHORTEST_MS) throw tooShort();
  const draft = draftOf(ask, {
    principalType: "User",
    expiration: null,
    startMs: nowMs,
    targetSchedule: active.name,
    linkedEligibility: active.linkedEligibility?.schedule ?? null,
  });
  return { draft, apply: () => endSchedule(ctx, active, draft.provisionedAtMs, "Revoked") };
}
