import type { ExactRequest } from "../api";
import type { Cloud } from "../clouds";
import { azPowershell, azRest } from "../templates";
import { durationOfMinutes } from "./duration";
import type { ElevationAction, ElevationCommands } from "./write-api";

const PIM_VERSION = "2020-10-01";
const APPROVAL_VERSION = "2021-01-01-preview";

/** Which of PIM's two request types carries an action. */
export type RequestPlace = { kind: "activation" | "eligibility"; scope: string; name: string };

/** Body of a request; text where the wire has text. Source: Role Assignment Schedule Requests - Create, 2020-10-01. */
export type RequestBody = {
  principalId: string;
  roleDefinitionId: string;
  requestType: string;
  justification?: string;
  ticketInfo?: { ticketNumber: string; ticketSystem: string };
  scheduleInfo?: {
    startDateTime?: string;
    expiration: { type: "AfterDuration" | "AfterDateTime" | "NoExpiration"; duration?: string; endDateTime?: string };
  };
  linkedRoleEligibilityScheduleId?: string;
  targetRoleAssignmentScheduleId?: string;
  targetRoleEligibilityScheduleId?: string;
  condition?: string;
  conditionVersion?: string;
};

/** What the action alone does not say. */
export type RequestFacts = {
  principalId: string;
  condition: string | null;
  conditionVersion: string | null;
  /** Stage of the approval that is decided; null for other actions. */
  stage: string | null;
};

const lastOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1);
const below = (scope: string): string => (scope === "/" ? "" : scope);

const REQUEST_ID = /^(.*)\/providers\/Microsoft\.Authorization\/role(Assignment|Eligibility)ScheduleRequests\/([^/]+)$/i;

/** Scope, kind and name in the full id of a request; null for another id. */
export function placeOfRequestId(id: string): RequestPlace | null {
  const match = REQUEST_ID.exec(id);
  const [, scope, kind, name] = match ?? [];
  if (scope === undefined || kind === undefined || name === undefined) return null;
  return { kind: kind.toLowerCase() === "assignment" ? "activation" : "eligibility", scope: scope === "" ? "/" : scope, name };
}

/** Where the action's own request lies; null for a decision, which has none. */
export function placeOf(action: ElevationAction): RequestPlace | null {
  if (action.kind === "decide") return null;
  if (action.kind === "cancel") return placeOfRequestId(action.requestId);
  const kind = action.kind === "extend" && action.of === "eligible" ? "eligibility" : "activation";
  return { kind, scope: action.scope, name: action.id };
}

/** Full id of a request. */
export function requestIdOf(place: RequestPlace): string {
  const type = place.kind === "activation" ? "roleAssignmentScheduleRequests" : "roleEligibilityScheduleRequests";
  return `${below(place.scope)}/providers/Microsoft.Authorization/${type}/${place.name}`;
}

type Putting = Extract<ElevationAction, { kind: "activate" | "deactivate" | "extend" }>;

/**
 * Body of the request. An activation that begins now names no start: Azure takes its own clock then, so that a difference
 * between the clocks moves nothing. A group's member sends the own id (PIM: activate Azure resource roles).
 */
export function requestBody(action: Putting, facts: RequestFacts): RequestBody {
  const base = { principalId: facts.principalId, roleDefinitionId: action.roleDefinitionId };
  const words = action.justification.trim() === "" ? {} : { justification: action.justification.trim() };
  if (action.kind === "deactivate") {
    const target = action.scheduleId === null ? {} : { targetRoleAssignmentScheduleId: lastOf(action.scheduleId) };
    return { ...base, requestType: "SelfDeactivate", ...words, ...target };
  }
  if (action.kind === "extend") {
    const target = {
      [action.of === "eligible" ? "targetRoleEligibilityScheduleId" : "targetRoleAssignmentScheduleId"]: lastOf(
        action.scheduleId,
      ),
    };
    const scheduleInfo = { expiration: { type: "AfterDateTime" as const, endDateTime: new Date(action.endsAt).toISOString() } };
    return { ...base, requestType: "SelfExtend", ...words, ...target, scheduleInfo };
  }
  const { ticket, startsAt } = action;
  const hasTicket = ticket !== null && ticket.number.trim() !== "";
  return {
    ...base,
    requestType: "SelfActivate",
    linkedRoleEligibilityScheduleId: lastOf(action.eligibleScheduleId),
    ...words,
    ...(hasTicket ? { ticketInfo: { ticketNumber: ticket.number.trim(), ticketSystem: ticket.system.trim() } } : {}),
    scheduleInfo: {
      ...(startsAt === null ? {} : { startDateTime: new Date(startsAt).toISOString() }),
      expiration: { type: "AfterDuration", duration: durationOfMinutes(action.minutes) },
    },
    ...(facts.condition === null ? {} : { condition: facts.condition, conditionVersion: facts.conditionVersion ?? "2.0" }),
  };
}

/** The request exactly as it will be sent. */
export function exactElevation(cloud: Cloud, action: ElevationAction, facts: RequestFacts): ExactRequest {
  if (action.kind === "decide") {
    const url = `${cloud.arm}${action.approvalId}/stages/${facts.stage ?? "?"}?api-version=${APPROVAL_VERSION}`;
    const reviewResult = action.decision === "approve" ? "Approve" : "Deny";
    return { method: "PATCH", url, body: { reviewResult, justification: action.reason.trim() } };
  }
  const place = placeOf(action);
  const id = place === null ? "" : requestIdOf(place);
  if (action.kind === "cancel") {
    return { method: "POST", url: `${cloud.arm}${id}/cancel?api-version=${PIM_VERSION}`, body: null };
  }
  return {
    method: "PUT",
    url: `${cloud.arm}${id}?api-version=${PIM_VERSION}`,
    body: { properties: requestBody(action, facts) },
  };
}

/** The same request for az, PowerShell, and as plain HTTP without a token. */
export function elevationCommands(cloud: Cloud, request: ExactRequest): ElevationCommands {
  const { host, pathname, search } = new URL(request.url);
  const body = request.body === null ? [] : ["Content-Type: application/json", "", JSON.stringify(request.body, null, 2)];
  return {
    azCli: azRest(cloud, request),
    powershell: azPowershell(cloud, request),
    http: [`${request.method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...body].join("\n"),
  };
}
