import { principalClosure } from "../arm/visibility.ts";
import type { Caller, EmulatorContext } from "../core/contract.ts";
import { approvalOf } from "../world/pim-life.ts";
import { ruleOf, rulesOf } from "../world/pim-rules.ts";
import type { PimRequest } from "../world/pim-types.ts";
import type { World } from "../world/types.ts";
import { NAMES } from "./request-view.ts";

/** Ids of people and groups who decide on requests like this one, by the policy in force now. */
export function approverIds(world: World, request: PimRequest): string[] {
  const eligibility = world.roleSchedules.find((row) => row.kind === "eligibility" && row.name === request.linkedEligibility);
  const rules = rulesOf(world, eligibility?.scope ?? request.scope, request.roleDefinitionGuid);
  const { setting } = ruleOf(rules, "Approval_EndUser_Assignment", "RoleManagementPolicyApprovalRule");
  return setting.approvalStages.flatMap((stage) => stage.primaryApprovers.map((one) => one.id.toLowerCase()));
}

/** Whether a person is asked to decide: named in the policy, or in a group that is. */
export function isApprover(world: World, objectId: string, request: PimRequest): boolean {
  if (approvalOf(world, request) === undefined) return false;
  const held = principalClosure(world, objectId);
  return approverIds(world, request).some((id) => held.has(id));
}

/** Whoever asked, whoever it is for, whoever decides, and readers at the scope. */
export function mayRead(ctx: EmulatorContext, caller: Caller, row: PimRequest): boolean {
  return (
    row.requestorId === caller.objectId ||
    principalClosure(ctx.world, caller.objectId).has(row.principalId.toLowerCase()) ||
    isApprover(ctx.world, caller.objectId, row) ||
    approvalOf(ctx.world, row)?.decision?.reviewerId === caller.objectId ||
    ctx.isAllowed(caller, `Microsoft.Authorization/${NAMES[row.kind].requests}/read`, row.scope)
  );
}
