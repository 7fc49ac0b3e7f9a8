import { requireNonePending, requireSelf } from "./activate.ts";
import { overOf, targetOf } from "./admin-change.ts";
import { type Ask, draftOf, type Plan, requireSensibleTimes, roleAssignmentDoesNotExist } from "./ask.ts";
import { policyFailed } from "./policy-check.ts";
import { refuse } from "./request-body.ts";

/** Extending is offered in the last 14 days (pim-facts.json, extend). */
const LAST_DAYS_MS = 14 * 86_400_000;

/** SelfExtend and SelfRenew: an administrator decides in the Azure portal; Resource Manager has no call for it. */
export function planSelfProlong(ask: Ask): Plan {
  requireSelf(ask);
  const { input, nowMs } = ask;
  // Held by the person: what a group holds is the group's to prolong.
  const target = input.requestType === "SelfRenew" ? overOf(ask) : targetOf(ask);
  if (target === undefined || target.assignmentType === "Activated") throw roleAssignmentDoesNotExist();
  requireNonePending(ask);
  if (input.requestType === "SelfExtend" && (target.endMs === null || target.endMs - nowMs > LAST_DAYS_MS)) {
    const message = "The schedule of the request is invalid: an assignment can be extended in its last 14 days.";
    throw refuse(400, "InvalidRoleAssignmentRequestSchedule", message);
  }
  if ((input.justification ?? "").trim() === "") throw policyFailed(["JustificationRule"]);
  const { principalType } = target;
  const draft = draftOf(ask, { principalType, targetSchedule: target.name, waitsFor: "admin" });
  requireSensibleTimes(draft);
  return { draft, apply: () => undefined };
}
