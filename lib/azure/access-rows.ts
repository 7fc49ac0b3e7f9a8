import "server-only";
import type { DenyAssignmentRow, PimInstanceRow, RoleAssignmentRow, RolePermissionRow } from "./access-ports";
import { plainId } from "./pim-rows";

type Wire = Readonly<Record<string, unknown>>;

// Lists of tens of thousands of rows pass here, so fields are read one by one instead of through a schema.
function wireOf(value: unknown): Wire {
  return typeof value === "object" && value !== null ? (value as Wire) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function listOf(value: unknown): Wire[] {
  return Array.isArray(value) ? value.map(wireOf) : [];
}

/** Azure writes seven digits of a second and sometimes an offset; rows carry plain ISO times. */
function isoOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** A role assignment as Resource Manager sends it; null when it lacks what makes it one. Source: Authorization 2022-04-01. */
export function toAssignmentRow(raw: unknown): RoleAssignmentRow | null {
  const wire = wireOf(raw);
  const properties = wireOf(wire.properties);
  const [id, principalId, roleDefinitionId] = [wire.id, properties.principalId, properties.roleDefinitionId].map(textOf);
  if (id == null || principalId == null || roleDefinitionId == null) return null;
  return {
    id,
    name: textOf(wire.name) ?? id.slice(id.lastIndexOf("/") + 1),
    scope: textOf(properties.scope) ?? id.replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i, ""),
    principalId,
    principalType: textOf(properties.principalType) ?? "Unknown",
    roleDefinitionId,
    condition: textOf(properties.condition),
    conditionVersion: textOf(properties.conditionVersion),
    description: textOf(properties.description),
    createdAt: isoOf(properties.createdOn),
    createdBy: textOf(properties.createdBy),
    updatedAt: isoOf(properties.updatedOn),
  };
}

function toPermissionRow(wire: Wire): RolePermissionRow {
  return {
    actions: textsOf(wire.actions),
    notActions: textsOf(wire.notActions),
    dataActions: textsOf(wire.dataActions),
    notDataActions: textsOf(wire.notDataActions),
    condition: textOf(wire.condition),
    conditionVersion: textOf(wire.conditionVersion),
  };
}

function toPrincipals(value: unknown): { id: string; type: string }[] {
  return listOf(value).flatMap((wire) => {
    const id = textOf(wire.id);
    return id === null ? [] : [{ id, type: textOf(wire.type) ?? "Unknown" }];
  });
}

/** A deny assignment as Resource Manager sends it; null without id or scope. Source: Authorization 2022-04-01. */
export function toDenyRow(raw: unknown): DenyAssignmentRow | null {
  const wire = wireOf(raw);
  const properties = wireOf(wire.properties);
  const [id, scope] = [wire.id, properties.scope].map(textOf);
  if (id == null || scope == null) return null;
  return {
    id,
    name: textOf(properties.denyAssignmentName) ?? textOf(wire.name) ?? id,
    scope,
    doNotApplyToChildScopes: properties.doNotApplyToChildScopes === true,
    isSystemProtected: properties.isSystemProtected === true,
    principals: toPrincipals(properties.principals),
    excludePrincipals: toPrincipals(properties.excludePrincipals),
    permissions: listOf(properties.permissions).map(toPermissionRow),
    condition: textOf(properties.condition),
  };
}

/** Whether a raw schedule instance ends by itself; a standing assignment does not. */
export function hasEnd(raw: unknown): boolean {
  return isoOf(wireOf(wireOf(raw).properties).endDateTime) !== null;
}

/** An active or eligible schedule instance as Resource Manager sends it; null when it lacks what makes it one. Source: PIM 2020-10-01. */
export function toInstanceRow(raw: unknown): PimInstanceRow | null {
  const wire = wireOf(raw);
  const properties = wireOf(wire.properties);
  const [id, scope, principalId] = [wire.id, properties.scope, properties.principalId].map(textOf);
  const roleDefinitionId = textOf(properties.roleDefinitionId);
  if (id == null || scope == null || principalId == null || roleDefinitionId === null) return null;
  const origin = textOf(properties.originRoleAssignmentId);
  return {
    id,
    scope: plainId(scope),
    principalId,
    principalType: textOf(properties.principalType) ?? "Unknown",
    roleDefinitionId: plainId(roleDefinitionId),
    startsAt: isoOf(properties.startDateTime),
    endsAt: isoOf(properties.endDateTime),
    assignmentType: textOf(properties.assignmentType),
    memberType: textOf(properties.memberType),
    linkedEligibilityId:
      textOf(properties.linkedRoleEligibilityScheduleInstanceId) ?? textOf(properties.linkedRoleEligibilityScheduleId),
    originRoleAssignmentId: origin === null ? null : plainId(origin),
    condition: textOf(properties.condition),
    conditionVersion: textOf(properties.conditionVersion),
  };
}
