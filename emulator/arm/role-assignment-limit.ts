import type { EmulatorContext } from "../core/contract.ts";
import { isKept } from "../world/assignment-life.ts";
import { refuse } from "./role-assignment-body.ts";
import { trimScope } from "./visibility.ts";

/** https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits: fixed, not counted with the subscription. */
const PER_MANAGEMENT_GROUP = 500;

/** Refuses one assignment too many: per subscription everything at and below it counts, per management group only its own. */
export function requireRoom(ctx: EmulatorContext, tenantId: string, scope: string): void {
  const target = trimScope(scope);
  const nowMs = ctx.clock.nowMs();
  const subscription = /^\/subscriptions\/[^/]+/.exec(target)?.[0];
  const limit = subscription === undefined ? PER_MANAGEMENT_GROUP : ctx.options.roleAssignmentLimit;
  const counts = (at: string): boolean =>
    subscription === undefined ? at === target : at === subscription || at.startsWith(`${subscription}/`);
  let held = 0;
  for (const row of ctx.world.roleAssignments) {
    if (row.tenantId === tenantId && counts(trimScope(row.scope)) && isKept(row, nowMs)) held += 1;
  }
  if (held < limit) return;
  const place = subscription === undefined ? "management group" : "subscription";
  const message = `The role assignment limit for the ${place} has been exceeded. No more role assignments can be created for this ${place}.`;
  throw refuse(400, "RoleAssignmentLimitExceeded", message);
}
