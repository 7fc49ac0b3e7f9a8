import { endOfExpiration, isOver, KEPT_MS } from "../world/pim-life.ts";
import { rulesOf } from "../world/pim-rules.ts";
import type { RoleSchedule } from "../world/types.ts";
import { adminPart, requireAdministrator } from "./admin.ts";
import { type Ask, draftOf, type Plan, requireSensibleTimes, roleAssignmentDoesNotExist, SHORTEST_MS, tooShort } from "./ask.ts";
import { eligibilitiesAt, heldAt } from "./held.ts";
import { requirePolicy } from "./policy-check.ts";
import { endSchedule, moveSchedule, removeAssignment } from "./provision.ts";
import { sameScope } from "./scopes.ts";

/** Present schedules that a request may mean: the one it names, or those of principal, role and scope. */
export function targetOf(ask: Ask): RoleSchedule | undefined {
  const { input, nowMs } = ask;
  const rows = ask.kind === "assignment" ? heldAt(ask) : eligibilitiesAt(ask).filter((row) => !isOver(row, nowMs));
  return rows.find((row) => input.targetSchedule === null || row.name === input.targetSchedule);
}

/** Schedules that are over stay renewable for 30 days (pim-facts.json, renew). */
export function overOf({ ctx, kind, input, scope, nowMs }: Ask): RoleSchedule | undefined {
  return ctx.world.roleSchedules.findLast(
    (row) =>
      row.kind === kind &&
      row.assignmentType === "Assigned" &&
      row.principalId.toLowerCase() === input.principalId &&
      row.roleDefinitionGuid === input.roleDefinitionGuid &&
      sameScope(row.scope, scope) &&
      (input.targetSchedule === null || row.name === input.targetSchedule) &&
      isOver(row, nowMs) &&
      (row.endMs ?? 0) > nowMs - KEPT_MS,
  );
}

/** AdminRemove: eligibilities, active and standing assignments; not within the first five minutes. */
export function planRemoval(ask: Ask): Plan {
  requireAdministrator(ask);
  const { ctx, nowMs } = ask;
  const target = targetOf(ask);
  if (target === undefined) throw roleAssignmentDoesNotExist();
  if (target.startMs <= nowMs && nowMs - target.startMs < SHORTEST_MS) throw tooShort();
  const { principalType } = target;
  const draft = draftOf(ask, { principalType, expiration: null, startMs: nowMs, targetSchedule: target.name });
  const isStanding = !ctx.world.roleSchedules.includes(target);
  return {
    draft,
    apply: () =>
      isStanding
        ? removeAssignment(ctx, target.name, draft.provisionedAtMs)
        : endSchedule(ctx, target, draft.provisionedAtMs, "Revoked"),
  };
}

/** AdminUpdate, AdminExtend and AdminRenew: other times for a schedule; only an ended one is renewed. */
export function planAdminChange(ask: Ask): Plan {
  requireAdministrator(ask);
  const { ctx, caller, input, nowMs } = ask;
  const target = input.requestType === "AdminRenew" ? overOf(ask) : targetOf(ask);
  if (target === undefined || !ctx.world.roleSchedules.includes(target)) throw roleAssignmentDoesNotExist();
  const keepsStart = input.requestType !== "AdminRenew" && input.startMs === null;
  const expiration = input.expiration ?? { type: "NoExpiration" as const };
  const { principalType } = target;
  const draft = draftOf(ask, {
    principalType,
    expiration,
    targetSchedule: target.name,
    linkedEligibility: target.linkedEligibility?.schedule ?? null,
    ...(keepsStart ? { startMs: target.startMs } : {}),
  });
  requireSensibleTimes(draft);
  requirePolicy(draft, rulesOf(ctx.world, target.scope, target.roleDefinitionGuid), adminPart(ask), caller);
  return {
    draft,
    apply: () => {
      // What waited for an administrator about the same schedule is decided by this.
      for (const row of ctx.world.pim.requests) {
        if (row.waitsFor !== "admin" || row.targetSchedule !== target.name || row.settled !== null) continue;
        row.settled = { status: "AdminApproved", atMs: nowMs };
      }
      delete target.endedEarly;
      // What runs goes on running; only its end moves.
      const runs = target.startMs <= nowMs && !isOver(target, nowMs) && (input.startMs ?? nowMs) <= nowMs;
      moveSchedule(ctx, target, runs ? target.startMs : draft.startMs, endOfExpiration(draft, draft.startMs));
    },
  };
}
