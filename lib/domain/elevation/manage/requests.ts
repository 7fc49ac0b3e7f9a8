import { roleDefinitionIdAt } from "../../access/write-request";
import type { ExactRequest } from "../../api";
import type { Cloud } from "../../clouds";
import { durationOfMinutes } from "../duration";
import type { PolicySettings } from "./policy-settings";
import type { EndChoice } from "./schedule-form";

export const ADMIN_REQUEST_TYPES = ["AdminAssign", "AdminUpdate", "AdminExtend", "AdminRenew", "AdminRemove"] as const;
export type AdminRequestType = (typeof ADMIN_REQUEST_TYPES)[number];

/**
 * One wanted change. Names of requests are GUIDs that the browser chooses: the same name is the same request at Azure,
 * however often it is sent.
 */
export type ManageRequest =
  | {
      kind: "schedule";
      requestName: string;
      of: "eligible" | "active";
      requestType: AdminRequestType;
      principalId: string;
      /** GUID of the role definition. */
      roleId: string;
      scope: string;
      /** Name (GUID) of the schedule that is changed; null for AdminAssign. */
      targetScheduleId: string | null;
      /** ISO 8601; null = now. */
      startsAt: string | null;
      end: EndChoice;
      justification: string;
      ticket: { number: string; system: string } | null;
    }
  | {
      /** Standing to eligible: the eligibility first, read back, only then the standing assignment goes. */
      kind: "convert";
      assignmentId: string;
      /** Name of the eligibility request. */
      requestName: string;
      principalId: string;
      roleId: string;
      scope: string;
      end: EndChoice;
      justification: string;
    }
  | {
      /** The undo of a conversion: the standing assignment first, read back, only then the eligibility goes. */
      kind: "restore";
      assignmentName: string;
      /** Name of the request that removes the eligibility. */
      requestName: string;
      principalId: string;
      principalType: string;
      roleId: string;
      scope: string;
      description: string | null;
      justification: string;
    }
  | { kind: "policy"; policyId: string; roleId: string; scope: string; settings: PolicySettings };
export type ManageKind = ManageRequest["kind"];
export type ScheduleRequest = Extract<ManageRequest, { kind: "schedule" }>;
export type ConvertRequest = Extract<ManageRequest, { kind: "convert" }>;
export type RestoreRequest = Extract<ManageRequest, { kind: "restore" }>;

const PIM_VERSION = "2020-10-01";
const RBAC_VERSION = "2022-04-01";
const AUTHORIZATION = "providers/Microsoft.Authorization";

const below = (scope: string): string => (scope === "/" ? "" : scope);

type Expiration =
  | { type: "NoExpiration" }
  | { type: "AfterDateTime"; endDateTime: string }
  | { type: "AfterDuration"; duration: string };

/** Body of a request, `properties` of it. */
export type ScheduleProperties = {
  principalId: string;
  roleDefinitionId: string;
  requestType: AdminRequestType;
  targetRoleEligibilityScheduleId?: string;
  targetRoleAssignmentScheduleId?: string;
  justification?: string;
  ticketInfo?: { ticketNumber: string; ticketSystem: string };
  scheduleInfo?: { startDateTime?: string; expiration: Expiration };
};

function expirationOf(end: EndChoice): Expiration {
  if (end.kind === "none") return { type: "NoExpiration" };
  if (end.kind === "at") return { type: "AfterDateTime", endDateTime: end.endsAt };
  const { minutes } = end;
  return { type: "AfterDuration", duration: minutes % 1_440 === 0 ? `P${minutes / 1_440}D` : durationOfMinutes(minutes) };
}

export function requestResource(of: "eligible" | "active"): string {
  return of === "eligible" ? "roleEligibilityScheduleRequests" : "roleAssignmentScheduleRequests";
}

/**
 * Properties of an administrator's request. `startsAt` null leaves the start to Azure's clock. Removal has no schedule.
 * Source: Role Eligibility Schedule Requests - Create and Role Assignment Schedule Requests - Create, 2020-10-01.
 */
export function scheduleProperties(request: ScheduleRequest): ScheduleProperties {
  const { of, requestType, principalId, roleId, scope, targetScheduleId, startsAt, end, justification, ticket } = request;
  const target = of === "eligible" ? "targetRoleEligibilityScheduleId" : "targetRoleAssignmentScheduleId";
  return {
    principalId,
    roleDefinitionId: roleDefinitionIdAt(scope, roleId),
    requestType,
    ...(targetScheduleId === null ? {} : { [target]: targetScheduleId }),
    ...(justification === "" ? {} : { justification }),
    ...(ticket === null ? {} : { ticketInfo: { ticketNumber: ticket.number, ticketSystem: ticket.system } }),
    ...(requestType === "AdminRemove"
      ? {}
      : { scheduleInfo: { ...(startsAt === null ? {} : { startDateTime: startsAt }), expiration: expirationOf(end) } }),
  };
}

/** The eligibility with which a conversion begins. */
export function eligibilityOfConversion(request: ConvertRequest): ScheduleRequest {
  const { requestName, principalId, roleId, scope, end, justification } = request;
  const common = { kind: "schedule", of: "eligible", requestType: "AdminAssign", targetScheduleId: null } as const;
  return { ...common, requestName, principalId, roleId, scope, startsAt: null, end, justification, ticket: null };
}

/** The removal with which the undo of a conversion ends. `scheduleId`: name of the eligibility schedule, null = by person and role. */
export function removalOfRestore(request: RestoreRequest, scheduleId: string | null): ScheduleRequest {
  const { requestName, principalId, roleId, scope, justification } = request;
  const common = { kind: "schedule", of: "eligible", requestType: "AdminRemove", end: { kind: "none" } } as const;
  return {
    ...common,
    ...{ requestName, principalId, roleId, scope, justification },
    targetScheduleId: scheduleId,
    startsAt: null,
    ticket: null,
  };
}

/** Id of the role assignment that an undo puts back. */
export function restoredAssignmentId({ scope, assignmentName }: RestoreRequest): string {
  return `${below(scope)}/${AUTHORIZATION}/roleAssignments/${assignmentName}`;
}

function scheduleExact(cloud: Cloud, request: ScheduleRequest): ExactRequest {
  const path = `${below(request.scope)}/${AUTHORIZATION}/${requestResource(request.of)}/${request.requestName}`;
  return {
    method: "PUT",
    url: `${cloud.arm}${path}?api-version=${PIM_VERSION}`,
    body: { properties: scheduleProperties(request) },
  };
}

/** What the server adds to a policy change: the rules that will be sent. */
export type PolicyRules = readonly Readonly<Record<string, unknown>>[];

/** Every request of a change in the order in which it is sent. */
export function exactRequests(cloud: Cloud, request: ManageRequest, rules: PolicyRules = []): ExactRequest[] {
  if (request.kind === "schedule") return [scheduleExact(cloud, request)];
  if (request.kind === "policy") {
    const url = `${cloud.arm}${request.policyId}?api-version=${PIM_VERSION}`;
    return [{ method: "PATCH", url, body: { properties: { rules } } }];
  }
  if (request.kind === "convert") {
    const removal: ExactRequest = {
      method: "DELETE",
      url: `${cloud.arm}${request.assignmentId}?api-version=${RBAC_VERSION}`,
      body: null,
    };
    return [scheduleExact(cloud, eligibilityOfConversion(request)), removal];
  }
  const { principalId, principalType, roleId, scope, description } = request;
  const properties = {
    roleDefinitionId: roleDefinitionIdAt(scope, roleId),
    principalId,
    principalType,
    ...(description === null ? {} : { description }),
  };
  const standing: ExactRequest = {
    method: "PUT",
    url: `${cloud.arm}${restoredAssignmentId(request)}?api-version=${RBAC_VERSION}`,
    body: { properties },
  };
  return [standing, scheduleExact(cloud, removalOfRestore(request, null))];
}

/** What the audit and the list of changes name. */
export function targetOf(request: ManageRequest): string {
  if (request.kind === "policy") return request.policyId;
  if (request.kind === "convert") return request.assignmentId;
  if (request.kind === "restore") return restoredAssignmentId(request);
  return `${below(request.scope)}/${AUTHORIZATION}/${requestResource(request.of)}/${request.requestName}`;
}

/** Actions of Azure that a change needs at its scope. Source: Azure permissions for Microsoft.Authorization. */
export function actionsOf(request: ManageRequest): string[] {
  const write = (type: string) => `Microsoft.Authorization/${type}/write`;
  if (request.kind === "policy") return [write("roleManagementPolicies")];
  if (request.kind === "schedule") return [write(requestResource(request.of))];
  const assignment = request.kind === "convert" ? "Microsoft.Authorization/roleAssignments/delete" : write("roleAssignments");
  return [write("roleEligibilityScheduleRequests"), assignment];
}
