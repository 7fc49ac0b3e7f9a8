import "server-only";
import type { PimNames, PimRequestRow, PimScheduleRow } from "@/lib/azure/pim-ports";
import { createScopeParents, lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { ScopeRef } from "@/lib/domain/access/types";
import type { PendingRow, PimRole } from "@/lib/domain/elevation/api";
import { minutesOfDuration } from "@/lib/domain/elevation/duration";
import { canCancel, decisionEndsAt, phaseOfActivation } from "@/lib/domain/elevation/request-status";
import type { PimPrincipal, PimTicket } from "@/lib/domain/elevation/write-api";

const parents = createScopeParents({ managementGroups: [], subscriptions: [] });

/** A scope in words: Azure's own name where it gave one, else the end of the id. */
export function scopeRefOf(scope: string, name: string | null): ScopeRef {
  const ref = parents.describe(normaliseScope(scope), scope);
  return name === null || name === "" ? ref : { ...ref, name };
}

export function roleRefOf(row: { roleDefinitionId: string; names: PimNames }): PimRole {
  const id = lastSegment(row.roleDefinitionId);
  return { id, definitionId: row.roleDefinitionId, name: row.names.role ?? id, type: row.names.roleType ?? "" };
}

function kindOfType(type: string): PimPrincipal["kind"] {
  const known = type.toLowerCase();
  if (known === "user" || known === "group") return known;
  return known === "serviceprincipal" ? "servicePrincipal" : "unknown";
}

export function principalRefOf(row: { principalId: string; principalType: string; names: PimNames }): PimPrincipal {
  return {
    id: row.principalId,
    kind: kindOfType(row.principalType),
    name: row.names.principal ?? row.principalId,
    detail: row.names.email ?? "",
  };
}

/** The group behind a row of mine: Azure then names the group where otherwise the person stands. */
export function viaGroupOf(row: PimScheduleRow, operatorId: string): PimPrincipal | null {
  const isMine = row.principalId.toLowerCase() === operatorId.toLowerCase();
  const isGroup = row.memberType?.toLowerCase() === "group" || row.principalType.toLowerCase() === "group";
  if (!isGroup || isMine) return null;
  return { ...principalRefOf(row), kind: "group" };
}

export function ticketOf(row: PimRequestRow): PimTicket | null {
  return row.ticketNumber === "" && row.ticketSystem === "" ? null : { number: row.ticketNumber, system: row.ticketSystem };
}

/** Role and scope in one text, so that rows of different lists find each other. */
export function placeKey(row: { roleDefinitionId: string; scope: string }): string {
  return `${lastSegment(row.roleDefinitionId)}|${normaliseScope(row.scope)}`;
}

/** Minutes that a request asked for; null when it asked for an end date or none. */
export function minutesOf(row: PimRequestRow): number | null {
  return row.duration === null ? null : minutesOfDuration(row.duration);
}

/** End of what a request asks for, by its end date or its length; null when neither is known. */
export function endOf(row: PimRequestRow): string | null {
  if (row.endsAt !== null) return row.endsAt;
  const minutes = minutesOf(row);
  if (minutes === null || row.startsAt === null) return null;
  return new Date(Date.parse(row.startsAt) + minutes * 60_000).toISOString();
}

export function pendingRowOf(row: PimRequestRow, azureNow: Date): PendingRow {
  return {
    id: row.name,
    requestId: row.id,
    kind: row.kind,
    requestType: row.requestType,
    role: roleRefOf(row),
    scope: scopeRefOf(row.scope, row.names.scope),
    phase: phaseOfActivation(row.status, row.startsAt, azureNow),
    status: row.status,
    createdAt: row.createdAt,
    startsAt: row.startsAt,
    minutes: minutesOf(row),
    endsAt: endOf(row),
    justification: row.justification,
    ticket: ticketOf(row),
    expiresAt: decisionEndsAt(row.status, row.createdAt),
    canCancel: canCancel(row.status),
  };
}
