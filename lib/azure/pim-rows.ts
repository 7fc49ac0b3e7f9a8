import "server-only";
import type {
  ExpandedProperties,
  RoleAssignmentScheduleInstance,
  RoleAssignmentScheduleRequest,
  RoleEligibilityScheduleInstance,
  RoleEligibilityScheduleRequest,
} from "@azure/arm-authorization";
import { z } from "zod";
import type { PimNames, PimPolicyRow, PimRequestKind, PimRequestRow, PimScheduleRow, PimStageRow } from "./pim-ports";

const SUBSCRIPTION_PREFIX = /^\/providers\/Microsoft\.Subscription(?=\/subscriptions\/)/i;

/** An id or scope without the prefix that recorded answers put before subscriptions, and with a slash in front. */
export function plainId(text: string): string {
  const rooted = text.startsWith("/") ? text : `/${text}`;
  return rooted.replace(SUBSCRIPTION_PREFIX, "");
}

const optionalId = (text: string | null | undefined): string | null => (text == null || text === "" ? null : plainId(text));

function isoOf(date: Date | undefined | null): string | null {
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function namesOf(raw: ExpandedProperties | undefined): PimNames {
  return {
    scope: raw?.scope?.displayName ?? null,
    role: raw?.roleDefinition?.displayName ?? null,
    roleType: raw?.roleDefinition?.type ?? null,
    principal: raw?.principal?.displayName ?? null,
    email: raw?.principal?.email ?? null,
  };
}

/** A schedule instance of the SDK as a row; null when it lacks what makes it one. */
export function toScheduleRow(raw: RoleAssignmentScheduleInstance | RoleEligibilityScheduleInstance): PimScheduleRow | null {
  const active: RoleAssignmentScheduleInstance = raw;
  const eligible: RoleEligibilityScheduleInstance = raw;
  const { id, scope, principalId, roleDefinitionId } = raw;
  if (id == null || scope == null || principalId == null || roleDefinitionId == null) return null;
  return {
    id: plainId(id),
    name: raw.name ?? lastOf(id),
    scope: plainId(scope),
    roleDefinitionId: plainId(roleDefinitionId),
    principalId,
    principalType: raw.principalType ?? "Unknown",
    scheduleId: optionalId(eligible.roleEligibilityScheduleId ?? active.roleAssignmentScheduleId),
    startsAt: isoOf(raw.startDateTime),
    endsAt: isoOf(raw.endDateTime),
    memberType: raw.memberType ?? null,
    assignmentType: active.assignmentType ?? null,
    eligibleScheduleId: optionalId(active.linkedRoleEligibilityScheduleId),
    condition: raw.condition ?? null,
    conditionVersion: raw.conditionVersion ?? null,
    names: namesOf(raw.expandedProperties),
  };
}

/** A request of the SDK as a row; null when it lacks what makes it one. */
export function toRequestRow(
  kind: PimRequestKind,
  raw: RoleAssignmentScheduleRequest | RoleEligibilityScheduleRequest,
): PimRequestRow | null {
  const activation: RoleAssignmentScheduleRequest = raw;
  const eligibility: RoleEligibilityScheduleRequest = raw;
  const { id, principalId, roleDefinitionId } = raw;
  if (id == null || principalId == null || roleDefinitionId == null) return null;
  const ownId = plainId(id);
  const { scheduleInfo, ticketInfo } = raw;
  return {
    id: ownId,
    name: raw.name ?? lastOf(id),
    kind,
    scope: plainId(raw.scope ?? (ownId.replace(/\/providers\/Microsoft\.Authorization\/role\w+Requests\/[^/]+$/i, "") || "/")),
    roleDefinitionId: plainId(roleDefinitionId),
    principalId,
    principalType: raw.principalType ?? "Unknown",
    requestType: raw.requestType ?? "Unknown",
    status: raw.status ?? "Unknown",
    approvalId: optionalId(raw.approvalId),
    scheduleId: optionalId(activation.targetRoleAssignmentScheduleId ?? eligibility.targetRoleEligibilityScheduleId),
    eligibleScheduleId: optionalId(activation.linkedRoleEligibilityScheduleId),
    startsAt: isoOf(scheduleInfo?.startDateTime),
    endsAt: isoOf(scheduleInfo?.expiration?.endDateTime),
    duration: scheduleInfo?.expiration?.duration ?? null,
    justification: raw.justification ?? "",
    ticketNumber: ticketInfo?.ticketNumber ?? "",
    ticketSystem: ticketInfo?.ticketSystem ?? "",
    createdAt: isoOf(raw.createdOn),
    requestorId: raw.requestorId ?? null,
    names: namesOf(raw.expandedProperties),
  };
}

const text = z.string().nullish().catch(null);
const words = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? "");

const policyWireSchema = z.looseObject({
  properties: z.looseObject({
    scope: text,
    roleDefinitionId: z.string(),
    policyId: text,
    effectiveRules: z.array(z.unknown()).nullish().catch(null),
    policyAssignmentProperties: z
      .looseObject({
        policy: z
          .looseObject({
            lastModifiedDateTime: text,
            lastModifiedBy: z.looseObject({ displayName: text, id: text }).nullish().catch(null),
          })
          .nullish()
          .catch(null),
      })
      .nullish()
      .catch(null),
  }),
});

/** A policy assignment with its effective rules; null for what is none. Rules stay as Azure sent them. */
export function toPolicyRow(raw: unknown, scope: string): PimPolicyRow | null {
  const wire = policyWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const { properties } = wire.data;
  const policy = properties.policyAssignmentProperties?.policy;
  return {
    policyId: optionalId(properties.policyId) ?? "",
    scope: plainId(properties.scope ?? scope),
    roleDefinitionId: plainId(properties.roleDefinitionId),
    rules: properties.effectiveRules ?? [],
    lastModifiedAt: policy?.lastModifiedDateTime ?? null,
    lastModifiedBy: policy?.lastModifiedBy?.displayName ?? policy?.lastModifiedBy?.id ?? null,
  };
}

const stageWireSchema = z.looseObject({
  id: text,
  name: text,
  properties: z
    .looseObject({
      status: words,
      assignedToMe: z.boolean().nullish().catch(null),
      reviewResult: words,
      justification: words,
      reviewedDateTime: text,
      reviewedBy: z.looseObject({ principalId: text, principalName: text, userPrincipalName: text }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

/** A stage of an approval; null for what is none. A stage nobody has reviewed names nobody, whatever empty texts it carries. */
export function toStageRow(raw: unknown): PimStageRow | null {
  const wire = stageWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const { id, name, properties } = wire.data;
  const stageName = name ?? (id == null ? null : lastOf(id));
  if (stageName === null) return null;
  const by = properties?.reviewedBy;
  const isReviewed = by?.principalId != null && by.principalId !== "";
  return {
    id: optionalId(id),
    name: stageName,
    status: properties?.status || "Unknown",
    assignedToMe: properties?.assignedToMe ?? false,
    reviewResult: properties?.reviewResult || "NotReviewed",
    justification: properties?.justification ?? "",
    reviewedAt: properties?.reviewedDateTime || null,
    reviewedBy: isReviewed
      ? {
          id: by.principalId ?? "",
          name: by.principalName || by.userPrincipalName || by.principalId || "",
          userPrincipalName: by.userPrincipalName ?? "",
        }
      : null,
  };
}
