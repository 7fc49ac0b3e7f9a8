import { ordinaryPerson } from "./access-catalogue.ts";
import { hoursLong, seededRequest } from "./elevation-requests.ts";
import { sub } from "./elevation-seeds.ts";
import { personaId } from "./personas.ts";
import { auditOf } from "./pim-audit.ts";
import { APPROVAL_WINDOW_MS, endOfExpiration } from "./pim-life.ts";
import type { PimRequest, PimState } from "./pim-types.ts";
import { stableGuid } from "./random.ts";
import { ROLE_IDS } from "./roles.ts";
import { scheduleName } from "./schedule-seeds.ts";
import type { RoleSchedule, World } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Past = {
  who: string;
  role: string;
  scope: string;
  /** Keys of the eligibility and how many days ago. */
  eligibility: string;
  daysAgo: number;
  hours: number;
  why: string;
  /** Hours after the start at which it was given back; absent = it ended by itself. */
  backAfter?: number;
  decision?: "Approve" | "Deny" | "none";
};

const REASONS = ["Monthly patches", "Disk almost full", "Restart of the print service", "New certificate", "Support call"];

/** Four weeks of activations: the operator every other day, approvals that were given, denied and forgotten. */
function past(seed: number): Past[] {
  const operator = personaId("olivia.operator");
  const everyday = Array.from({ length: 13 }, (_, number): Past => {
    const inUs = number % 3 === 0;
    return {
      who: operator,
      role: inUs ? ROLE_IDS.logAnalyticsContributor : ROLE_IDS.adminLogin,
      scope: sub(inUs ? "prodUs1" : "nonProd1"),
      eligibility: inUs ? "operator:7" : "operator:8",
      daysAgo: 2 + number * 2,
      hours: 1 + (number % 4),
      why: REASONS[number % REASONS.length] ?? "",
      ...(number % 4 === 1 ? { backAfter: 0.5 } : {}),
    };
  });
  const decided = (who: string, key: string, daysAgo: number, decision: Past["decision"], why: string): Past => ({
    who: ordinaryPerson(seed, who),
    role: ROLE_IDS.contributor,
    scope: sub(key === "femke" ? "prodEu1" : "prodEu2"),
    eligibility: key,
    daysAgo,
    hours: 2,
    why,
    ...(decision === undefined ? {} : { decision }),
  });
  return [
    ...everyday,
    decided("femke.moreau", "femke", 20, "Approve", "Release 14"),
    decided("chiara.moreau", "chiara", 16, "Deny", "Look around"),
    decided("femke.moreau", "femke", 9, "Approve", "Release 15"),
    decided("chiara.moreau", "chiara", 6, "none", "Storage full, at night"),
  ];
}

function requestOf(seed: number, row: Past, nowMs: number): PimRequest {
  const name = stableGuid(seed, `pim:past:${row.eligibility}:${row.daysAgo}`);
  const createdMs = nowMs - row.daysAgo * DAY_MS;
  const startMs = row.decision === "Approve" ? createdMs + HOUR_MS / 2 : createdMs;
  const wasGiven = row.decision === undefined || row.decision === "Approve";
  const backMs = startMs + (row.backAfter ?? 0) * HOUR_MS;
  return seededRequest({
    name,
    scope: row.scope,
    roleDefinitionGuid: row.role,
    principalId: row.who,
    requestType: "SelfActivate",
    createdMs,
    startMs,
    expiration: hoursLong(row.hours),
    justification: row.why,
    linkedEligibility: scheduleName(seed, row.eligibility),
    approvalId: row.decision === undefined ? null : stableGuid(seed, `pim:approval:${name}`),
    waitsFor: wasGiven ? null : "approver",
    settled:
      row.decision === "Deny"
        ? { status: "Denied", atMs: createdMs + HOUR_MS / 2 }
        : row.backAfter === undefined
          ? null
          : { status: "Revoked", atMs: backMs },
  });
}

function scheduleOf(world: World, request: PimRequest): RoleSchedule {
  const linked = world.roleSchedules.find((row) => row.name === request.linkedEligibility);
  const wasEnded = request.settled?.status === "Revoked";
  return {
    name: request.name,
    kind: "assignment",
    tenantId: CONTOSO_TENANT_ID,
    requestName: request.name,
    instanceName: stableGuid(world.seed, `pim:instance:${request.name}`),
    scope: request.scope,
    roleDefinitionGuid: request.roleDefinitionGuid,
    principalId: request.principalId,
    principalType: "User",
    assignmentType: "Activated",
    startMs: request.startMs,
    endMs: wasEnded ? (request.settled?.atMs ?? null) : endOfExpiration(request, request.startMs),
    linkedEligibility: linked === undefined ? null : { schedule: linked.name, instance: linked.instanceName },
    roleAssignmentName: stableGuid(world.seed, `pim:assignment:${request.name}`),
    condition: null,
    conditionVersion: null,
    createdOn: new Date(request.createdMs).toISOString(),
    ...(wasEnded ? { endedEarly: true } : {}),
  };
}

function addApproval(state: PimState, seed: number, row: Past, request: PimRequest): void {
  if (request.approvalId === null || row.decision === undefined) return;
  const { createdMs } = request;
  const decided = row.decision === "none" ? null : row.decision;
  state.approvals.push({
    id: request.approvalId,
    stageId: stableGuid(seed, `pim:stage:${request.name}`),
    tenantId: CONTOSO_TENANT_ID,
    requestName: request.name,
    scope: request.scope,
    createdMs,
    expiresMs: createdMs + APPROVAL_WINDOW_MS,
    decision:
      decided === null
        ? null
        : {
            result: decided,
            reviewerId: personaId("anton.approver"),
            atMs: createdMs + HOUR_MS / 2,
            justification: decided === "Approve" ? "Agreed with the owner" : "No ticket, no reason",
          },
  });
}

function addAudits(state: PimState, world: World, row: Past, request: PimRequest): void {
  const { principalId: actorId, justification, createdMs, startMs } = request;
  const reason = justification ?? "";
  state.audits.push(auditOf(world, request, { step: "requested", atMs: createdMs, actorId, reason }));
  const decision = state.approvals.find((one) => one.requestName === request.name)?.decision ?? null;
  if (decision !== null) {
    const step = decision.result === "Approve" ? "approved" : "denied";
    const entry = { step, atMs: decision.atMs, actorId: decision.reviewerId, reason: decision.justification } as const;
    state.audits.push(auditOf(world, request, entry));
  }
  if (row.decision === "Deny" || row.decision === "none") return;
  state.audits.push(auditOf(world, request, { step: "completed", atMs: startMs, actorId, reason }));
}

/** The deactivation that ended an activation early is a request of its own. */
function givenBack(seed: number, request: PimRequest): PimRequest {
  const createdMs = request.settled?.atMs ?? request.startMs;
  const { scope, roleDefinitionGuid, principalId } = request;
  const name = stableGuid(seed, `pim:back:${request.name}`);
  const facts = { name, scope, roleDefinitionGuid, principalId, requestType: "SelfDeactivate" as const, createdMs };
  return seededRequest({ ...facts, targetSchedule: request.name, linkedEligibility: request.linkedEligibility });
}

/** Puts four weeks of requests, schedules, decisions and log entries behind the seeded tenant. */
export function addElevationHistory(world: World, state: PimState, nowMs: number): void {
  const { seed } = world;
  for (const row of past(seed)) {
    const request = requestOf(seed, row, nowMs);
    state.requests.push(request);
    addApproval(state, seed, row, request);
    if (request.waitsFor === null) world.roleSchedules.push(scheduleOf(world, request));
    addAudits(state, world, row, request);
    if (request.settled?.status !== "Revoked") continue;
    const back = givenBack(seed, request);
    state.requests.push(back);
    const { createdMs: atMs, principalId: actorId } = back;
    for (const step of ["requested", "completed"] as const) state.audits.push(auditOf(world, back, { step, atMs, actorId }));
  }
  state.requests.sort((a, b) => a.createdMs - b.createdMs);
}
