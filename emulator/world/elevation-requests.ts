import { ordinaryPerson } from "./access-catalogue.ts";
import { elevationPolicies } from "./elevation-policies.ts";
import { sub } from "./elevation-seeds.ts";
import { personaId } from "./personas.ts";
import { auditOf } from "./pim-audit.ts";
import { APPROVAL_WINDOW_MS } from "./pim-life.ts";
import type { PimApproval, PimExpiration, PimRequest, PimState } from "./pim-types.ts";
import { stableGuid } from "./random.ts";
import { ROLE_IDS } from "./roles.ts";
import { scheduleName } from "./schedule-seeds.ts";
import type { RoleSchedule, World } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Waiting = {
  key: string;
  principalId: string;
  role: string;
  scope: string;
  agoMs: number;
  hours: number;
  why: string;
  ticket?: string;
};

/** Requests that wait for the approver: one of one's own, one that soon nobody can decide any more, one for a single server. */
function waiting(seed: number): Waiting[] {
  const person = (name: string): string => ordinaryPerson(seed, name);
  const server = `${sub("prodEu1")}/resourceGroups/rg-app-ams/providers/Microsoft.HybridCompute/machines/ams-app-0001`;
  return [
    {
      key: "elif",
      principalId: person("elif.moreau"),
      role: ROLE_IDS.adminLogin,
      scope: sub("tier0"),
      agoMs: 21 * HOUR_MS,
      hours: 1,
      why: "Time service of the domain controllers drifts",
      ticket: "INC-20417",
    },
    {
      key: "chiara",
      principalId: person("chiara.moreau"),
      role: ROLE_IDS.contributor,
      scope: sub("prodEu2"),
      agoMs: 50 * MINUTE_MS,
      hours: 2,
      why: "Move the database servers to the new resource group",
      ticket: "CHG-3308",
    },
    {
      key: "anton",
      principalId: personaId("anton.approver"),
      role: ROLE_IDS.contributor,
      scope: sub("prodEu1"),
      agoMs: 30 * MINUTE_MS,
      hours: 2,
      why: "Tidy up tags before the audit",
    },
    {
      key: "femke",
      principalId: person("femke.moreau"),
      role: ROLE_IDS.contributor,
      scope: server,
      agoMs: 5 * MINUTE_MS,
      hours: 1,
      why: "Application does not start after the update",
    },
  ];
}

type Facts = Pick<PimRequest, "name" | "scope" | "roleDefinitionGuid" | "principalId" | "requestType" | "createdMs">;

/** A request as it stands behind a seeded schedule or waits; whatever is not said is empty. */
export function seededRequest(facts: Facts & Partial<PimRequest>): PimRequest {
  return {
    kind: "assignment",
    tenantId: CONTOSO_TENANT_ID,
    principalType: "User",
    requestorId: facts.principalId,
    startMs: facts.createdMs,
    expiration: null,
    justification: null,
    ticketNumber: null,
    ticketSystem: null,
    linkedEligibility: null,
    targetSchedule: facts.name,
    condition: null,
    conditionVersion: null,
    approvalId: null,
    evaluatedAtMs: facts.createdMs,
    provisionedAtMs: facts.createdMs,
    waitsFor: null,
    settled: null,
    ...facts,
  };
}

export const hoursLong = (hours: number): PimExpiration => ({
  type: "AfterDuration",
  duration: `PT${hours}H`,
  durationMs: hours * HOUR_MS,
});

/** Every seeded schedule came from a request. */
function requestBehind(row: RoleSchedule): PimRequest {
  const isSelf = row.assignmentType === "Activated";
  return seededRequest({
    name: row.requestName,
    kind: row.kind,
    scope: row.scope,
    roleDefinitionGuid: row.roleDefinitionGuid,
    principalId: row.principalId,
    principalType: row.principalType,
    requestType: isSelf ? "SelfActivate" : "AdminAssign",
    requestorId: isSelf ? row.principalId : personaId("ada.admin"),
    createdMs: Date.parse(row.createdOn),
    startMs: row.startMs,
    expiration: row.endMs === null ? { type: "NoExpiration" } : { type: "AfterDateTime", endMs: row.endMs },
    justification: isSelf ? "Certificate of the web servers" : null,
    linkedEligibility: row.linkedEligibility?.schedule ?? null,
    targetSchedule: row.name,
    condition: row.condition,
    conditionVersion: row.conditionVersion,
  });
}

function addWaiting(state: PimState, seed: number, nowMs: number): void {
  for (const row of waiting(seed)) {
    const name = stableGuid(seed, `pim:waiting:${row.key}`);
    const approval: PimApproval = {
      id: stableGuid(seed, `pim:approval:${name}`),
      stageId: stableGuid(seed, `pim:stage:${name}`),
      tenantId: CONTOSO_TENANT_ID,
      requestName: name,
      scope: row.scope,
      createdMs: nowMs - row.agoMs,
      expiresMs: nowMs - row.agoMs + APPROVAL_WINDOW_MS,
      decision: null,
    };
    state.approvals.push(approval);
    state.requests.push(
      seededRequest({
        name,
        scope: row.scope,
        roleDefinitionGuid: row.role,
        principalId: row.principalId,
        requestType: "SelfActivate",
        createdMs: approval.createdMs,
        expiration: hoursLong(row.hours),
        justification: row.why,
        ticketNumber: row.ticket ?? null,
        ticketSystem: row.ticket === undefined ? null : "ServiceNow",
        linkedEligibility: scheduleName(seed, row.key),
        approvalId: approval.id,
        waitsFor: "approver",
      }),
    );
  }
}

/** Settings, requests and log entries of the seeded tenant; the schedules are in the world already. */
export function seedElevation(world: World, nowMs: number): PimState {
  const state: PimState = {
    requests: world.roleSchedules.map(requestBehind),
    approvals: [],
    policies: elevationPolicies(nowMs),
    audits: [],
  };
  addWaiting(state, world.seed, nowMs);
  for (const request of state.requests) {
    const actorId = request.requestorId;
    const reason = request.justification ?? undefined;
    const entry = { atMs: request.createdMs, actorId, ...(reason === undefined ? {} : { reason }) };
    state.audits.push(auditOf(world, request, { step: "requested", ...entry }));
    if (request.waitsFor === null) state.audits.push(auditOf(world, request, { step: "completed", ...entry }));
  }
  return state;
}
