import type { PimApproval, PimRequest, PimRequestStatus } from "./pim-types.ts";
import type { RoleSchedule, World } from "./types.ts";

/** Requests, decisions and log entries of Privileged Identity Management are kept this long (pim-facts.json, audit-30). */
export const KEPT_MS = 30 * 86_400_000;
/** An approval must come within this time (pim-facts.json, approval-window). */
export const APPROVAL_WINDOW_MS = 24 * 3_600_000;

export function approvalOf(world: World, request: PimRequest): PimApproval | undefined {
  return world.pim.approvals.find((row) => row.id === request.approvalId);
}

/** Removals and changes take effect at once and end in a status of their own. */
function endStatus(request: PimRequest): PimRequestStatus {
  return request.requestType === "SelfDeactivate" || request.requestType === "AdminRemove" ? "Revoked" : "Provisioned";
}

/** The status that the service shows at a moment. It follows the clock; only decisions and cancellations are stored. */
export function statusOf(world: World, request: PimRequest, nowMs: number): PimRequestStatus {
  const { settled } = request;
  if (settled !== null && settled.atMs <= nowMs) return settled.status;
  const approval = approvalOf(world, request);
  const isApproved = approval?.decision?.result === "Approve";
  if (nowMs < request.evaluatedAtMs) return isApproved ? "PendingApprovalProvisioning" : "PendingEvaluation";
  if (request.waitsFor === "admin") return "PendingAdminDecision";
  if (request.waitsFor === "approver" && approval !== undefined) {
    return nowMs < approval.expiresMs ? "PendingApproval" : "TimedOut";
  }
  if (nowMs < request.provisionedAtMs) {
    if (endStatus(request) === "Revoked") return "PendingRevocation";
    return isApproved ? "PendingScheduleCreation" : "PendingProvisioning";
  }
  if (request.startMs > nowMs && endStatus(request) !== "Revoked") return isApproved ? "ScheduleCreated" : "Granted";
  return endStatus(request);
}

/** The moment after which nothing about a request changes any more; it is forgotten 30 days later. */
function lastChangeMs(request: PimRequest, schedule: RoleSchedule | undefined): number {
  const ends = [request.createdMs, request.settled?.atMs ?? 0, schedule === undefined ? 0 : (schedule.endMs ?? Infinity)];
  return Math.max(...ends);
}

/** Requests that the service still knows. */
export function keptRequests(world: World, nowMs: number): PimRequest[] {
  const schedules = new Map(world.roleSchedules.map((row) => [row.requestName, row]));
  const oldest = nowMs - KEPT_MS;
  return world.pim.requests.filter(
    (row) => row.createdMs <= nowMs && (row.createdMs > oldest || lastChangeMs(row, schedules.get(row.name)) > oldest),
  );
}

export function isPending(status: PimRequestStatus): boolean {
  return status.startsWith("Pending") || status === "Accepted" || status === "ProvisioningStarted";
}

export function isActive(row: RoleSchedule, nowMs: number): boolean {
  return row.startMs <= nowMs && (row.endMs === null || row.endMs > nowMs);
}

export function isOver(row: RoleSchedule, nowMs: number): boolean {
  return row.endMs !== null && row.endMs <= nowMs;
}

/** End of a schedule that begins at a moment; null = never. */
export function endOfExpiration(request: Pick<PimRequest, "expiration">, startMs: number): number | null {
  const { expiration } = request;
  if (expiration === null || expiration.type === "NoExpiration") return null;
  return expiration.type === "AfterDuration" ? startMs + expiration.durationMs : expiration.endMs;
}
