import { requirePrincipal } from "../arm/principal-check.ts";
import { checkCondition } from "../arm/role-assignment-body.ts";
import { requireRoom } from "../arm/role-assignment-limit.ts";
import { requireRole } from "../arm/role-check.ts";
import { isOver } from "../world/pim-life.ts";
import { rulesOf } from "../world/pim-rules.ts";
import { type Ask, draftOf, type Plan, requireSensibleTimes, roleAssignmentExists } from "./ask.ts";
import { eligibilitiesAt, heldAt } from "./held.ts";
import { requirePolicy } from "./policy-check.ts";
import { provision } from "./provision.ts";
import { refuse } from "./request-body.ts";
import { NAMES } from "./request-view.ts";

/** Requests of administrators need the right to write them where they take effect. */
export function requireAdministrator({ ctx, caller, scope, kind }: Ask): void {
  if (ctx.isAllowed(caller, `Microsoft.Authorization/${NAMES[kind].requests}/write`, scope)) return;
  const message = `The requestor ${caller.objectId} does not have permissions for this request.`;
  throw refuse(403, "InsufficientPermissions", message);
}

export function adminPart(ask: Ask): "Admin_Assignment" | "Admin_Eligibility" {
  return ask.kind === "assignment" ? "Admin_Assignment" : "Admin_Eligibility";
}

/** AdminAssign: a new eligibility or a time-bound assignment. A standing assignment does not stand in the way of an eligibility. */
export function planAdmin(ask: Ask): Plan {
  requireAdministrator(ask);
  const { ctx, caller, input, scope, kind, nowMs } = ask;
  requireRole(ctx, caller.tenantId, scope, input.roleDefinitionGuid);
  checkCondition(input.condition, input.conditionVersion);
  const principalType = requirePrincipal(ctx, caller.tenantId, { principalId: input.principalId, principalType: null });
  if (kind === "eligibility" && principalType === "ServicePrincipal") {
    const message = "The subject of an eligible assignment must be a user or a group.";
    throw refuse(400, "InvalidPrincipalType", message);
  }
  const held = kind === "assignment" ? heldAt(ask) : eligibilitiesAt(ask).filter((row) => !isOver(row, nowMs));
  if (held.length > 0) throw roleAssignmentExists();
  if (kind === "assignment") requireRoom(ctx, caller.tenantId, scope);
  const expiration = input.expiration ?? { type: "NoExpiration" as const };
  const draft = draftOf(ask, { principalType, expiration, targetSchedule: ask.name, linkedEligibility: null });
  requireSensibleTimes(draft);
  requirePolicy(draft, rulesOf(ctx.world, scope, input.roleDefinitionGuid), adminPart(ask), caller);
  return { draft, apply: () => void provision(ctx, draft) };
}
