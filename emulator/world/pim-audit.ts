import { endOfExpiration } from "./pim-life.ts";
import type { PimAudit, PimRequest } from "./pim-types.ts";
import { stableGuid } from "./random.ts";
import type { World } from "./types.ts";

/** What happened to a request. */
export type PimStep = "requested" | "completed" | "approved" | "denied" | "canceled" | "expired" | "timed out";

function subjectOf({ requestType, kind, expiration }: PimRequest): string {
  if (requestType === "SelfActivate") return "(PIM activation)";
  if (requestType === "SelfDeactivate") return "(PIM deactivate)";
  if (kind === "eligibility" && requestType === "AdminAssign") {
    return expiration?.type === "NoExpiration" ? "(permanent)" : "(timebound)";
  }
  return "(timebound)";
}

function verbOf({ requestType, kind }: PimRequest): string {
  const member = kind === "eligibility" ? "eligible member" : "member";
  const where = kind === "eligibility" ? "role in PIM" : "role";
  if (requestType === "SelfDeactivate" || requestType === "AdminRemove") return `Remove ${member} from ${where}`;
  if (requestType === "AdminUpdate") return `Update ${member} in ${where}`;
  if (requestType.endsWith("Extend")) return `Extend ${member} in ${where}`;
  if (requestType.endsWith("Renew")) return `Renew ${member} in ${where}`;
  return `Add ${member} to ${where}`;
}

function activityOf(request: PimRequest, step: PimStep): string {
  const subject = subjectOf(request);
  if (step === "expired") return `Remove member from role ${subject.replace(")", " expired)")}`;
  if (step === "approved") return `Add member to role request approved ${subject}`;
  if (step === "denied") return `Add member to role request denied ${subject}`;
  if (step === "timed out") return `Add member to role approval expired ${subject}`;
  return `${verbOf(request)} ${step} ${subject}`;
}

type Entry = { step: PimStep; atMs: number; actorId: string | null; reason?: string; correlationId?: string };

/** One entry of the audit log for one step of a request; the same step gives the same id. */
export function auditOf(world: World, request: PimRequest, { step, atMs, actorId, reason, correlationId }: Entry): PimAudit {
  const isRemoval = step === "expired" || activityOf(request, step).startsWith("Remove");
  return {
    id: `PIM_${stableGuid(world.seed, `audit:${request.name}:${step}`)}`,
    tenantId: request.tenantId,
    atMs,
    activity: activityOf(request, step),
    operationType: isRemoval ? "Delete" : step === "completed" || step === "requested" ? "Assign" : "Update",
    result: step === "denied" || step === "timed out" ? "failure" : "success",
    reason: reason ?? null,
    correlationId: correlationId ?? stableGuid(world.seed, `audit-correlation:${request.name}`),
    actorId,
    requestName: request.name,
    scope: request.scope,
    roleDefinitionGuid: request.roleDefinitionGuid,
    principalId: request.principalId,
    justification: request.justification,
    ticketNumber: request.ticketNumber,
    ticketSystem: request.ticketSystem,
    startMs: request.startMs,
    endMs: endOfExpiration(request, request.startMs),
  };
}

/** What the clock alone did: activations that ended by themselves and requests that nobody decided. */
export function auditsByClock(world: World, nowMs: number): PimAudit[] {
  const audits: PimAudit[] = [];
  const schedules = new Map(world.roleSchedules.map((row) => [row.requestName, row]));
  for (const request of world.pim.requests) {
    if (request.requestType !== "SelfActivate" || request.settled !== null) continue;
    const approval = world.pim.approvals.find((row) => row.id === request.approvalId);
    if (request.waitsFor === "approver" && approval !== undefined && approval.expiresMs <= nowMs) {
      audits.push(auditOf(world, request, { step: "timed out", atMs: approval.expiresMs, actorId: null }));
    }
    const schedule = schedules.get(request.name);
    if (schedule?.endMs == null || schedule.endMs > nowMs || schedule.endedEarly === true) continue;
    audits.push(auditOf(world, request, { step: "expired", atMs: schedule.endMs, actorId: null }));
  }
  return audits;
}
