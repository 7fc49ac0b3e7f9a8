import type { CauseKind, RolloutPlan } from "./types";

/**
 * Causes that trying again cannot mend: somebody has to change the machine, the right, the policy or the plan first. A plan that
 * names one of them is refused. Source: reference data of extension failures, "fix" of each row.
 */
export const NEVER_RETRIED: readonly CauseKind[] = [
  "unsupportedSystem",
  "joinConflict",
  "settings",
  "deviceName",
  "denied",
  "policy",
  "machineGone",
  "changedByOthers",
];

/** Most further attempts that a plan may ask for. */
export const MAX_RETRIES = 5;

/**
 * Further attempts that a new plan starts with. What passes by itself is tried again: a host that a firewall blocks for the
 * moment, a busy service, an identity or an agent that comes back, another change that is just ending.
 */
export const DEFAULT_RETRIES: RolloutPlan["retries"] = {
  endpointBlocked: 2,
  serviceError: 3,
  timedOut: 1,
  identityMissing: 1,
  agent: 1,
  offline: 1,
  extensionConflict: 2,
  other: 1,
};

/**
 * Whether a machine that failed is tried again by itself. `attempt` counts the attempts that have ended, so 1 after the first
 * failure; the plan's number is that of further attempts. Throttled requests and refused sign-ins are no attempts: they never come
 * here. A person's "retry" does not ask this rule.
 */
export function retryDecision(plan: Pick<RolloutPlan, "retries">, cause: CauseKind | null, attempt: number): "retry" | "end" {
  if (cause === null || NEVER_RETRIED.includes(cause)) return "end";
  const further = Math.min(plan.retries[cause] ?? 0, MAX_RETRIES);
  return attempt <= further ? "retry" : "end";
}

/** Earliest time of the next attempt: the plan's wait, doubled for each attempt after the first, never more than six hours. */
export function retryAt(plan: Pick<RolloutPlan, "retryAfterMinutes">, attempt: number, now: Date): Date {
  const minutes = Math.min(plan.retryAfterMinutes * 2 ** Math.max(0, attempt - 1), 360);
  return new Date(now.getTime() + Math.max(plan.retryAfterMinutes, minutes) * 60_000);
}
