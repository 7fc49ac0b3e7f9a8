import type { Caller, EmulatorContext, WireRequest } from "../core/contract.ts";
import { endOfExpiration } from "../world/pim-life.ts";
import type { PimRequest } from "../world/pim-types.ts";
import type { RoleSchedule } from "../world/types.ts";
import { type RequestInput, refuse } from "./request-body.ts";

/** One request to Privileged Identity Management, read but not judged. */
export type Ask = {
  ctx: EmulatorContext;
  request: WireRequest;
  caller: Caller;
  kind: RoleSchedule["kind"];
  scope: string;
  name: string;
  input: RequestInput;
  nowMs: number;
};

/** What a request would do. Nothing has happened until `apply` runs, so that validate can stop before it. */
export type Plan = { draft: PimRequest; apply: () => void };

/** An assignment of any kind lasts this long at least (pim-facts.json, min-duration). */
export const SHORTEST_MS = 5 * 60_000;

/** A request as the service notes it: it never begins before the service has worked on it. */
export function draftOf(ask: Ask, facts: Partial<PimRequest> & Pick<PimRequest, "principalType">): PimRequest {
  const { ctx, input, nowMs } = ask;
  const evaluatedAtMs = nowMs + (ctx.options.pimEvaluationMs ?? 0);
  const provisionedAtMs = evaluatedAtMs + (ctx.options.pimProvisioningMs ?? 0);
  const { startMs: _asked, ...given } = input;
  return {
    ...given,
    name: ask.name,
    kind: ask.kind,
    tenantId: ask.caller.tenantId,
    scope: ask.scope,
    requestorId: ask.caller.objectId,
    createdMs: nowMs,
    startMs: Math.max(input.startMs ?? nowMs, provisionedAtMs),
    evaluatedAtMs,
    provisionedAtMs,
    approvalId: null,
    waitsFor: null,
    settled: null,
    ...facts,
  };
}

/** Refuses a schedule that ends before it begins. */
export function requireSensibleTimes(draft: PimRequest): void {
  const endMs = endOfExpiration(draft, draft.startMs);
  if (endMs !== null && endMs <= draft.startMs) {
    const message = "The schedule of the request is invalid: the end is not after the start.";
    throw refuse(400, "InvalidRoleAssignmentRequestSchedule", message);
  }
}

export function roleAssignmentExists(): Error {
  return refuse(400, "RoleAssignmentExists", "The Role assignment already exists.");
}

export function roleAssignmentDoesNotExist(): Error {
  return refuse(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.");
}

export function tooShort(): Error {
  return refuse(400, "ActiveDurationTooShort", "The active duration is too short, minimum required is 5 minutes.");
}
