import "server-only";
import type { PimRequestRow, PimStageRow } from "@/lib/azure/pim-ports";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import { minutesOfDuration } from "@/lib/domain/elevation/duration";
import type { ApprovalFacts, PimRequestFacts } from "@/lib/domain/elevation/history/from-requests";
import { isoTime } from "@/lib/domain/elevation/history/types";
import type { PimPrincipal } from "@/lib/domain/elevation/write-api";
import { principalKind } from "./names";

function endOf(row: PimRequestRow): string | null {
  if (row.endsAt !== null) return isoTime(row.endsAt);
  const minutes = row.duration === null ? null : minutesOfDuration(row.duration);
  const start = isoTime(row.startsAt);
  return minutes === null || start === null ? null : new Date(Date.parse(start) + minutes * 60_000).toISOString();
}

export function principalOfNames(row: Pick<PimRequestRow, "principalId" | "principalType" | "names">): PimPrincipal {
  const id = row.principalId.toLowerCase();
  const { principal, email } = row.names;
  return { id, kind: principalKind(row.principalType), name: principal ?? email ?? row.principalId, detail: email ?? "" };
}

/** A request as the history reads it; null without the time of its making, which every event of it hangs on. */
export function toRequestFacts(row: PimRequestRow): PimRequestFacts | null {
  const createdAt = isoTime(row.createdAt);
  if (createdAt === null) return null;
  const roleId = lastSegment(row.roleDefinitionId);
  return {
    name: row.name.toLowerCase(),
    id: row.id,
    family: row.kind === "activation" ? "assignment" : "eligibility",
    requestType: row.requestType,
    status: row.status,
    scope: normaliseScope(row.scope),
    scopeName: row.names.scope ?? "",
    role: { id: roleId, name: row.names.role ?? roleId },
    principal: principalOfNames(row),
    requestorId: row.requestorId?.toLowerCase() ?? null,
    createdAt,
    startsAt: isoTime(row.startsAt),
    endsAt: endOf(row),
    targetSchedule: row.scheduleId === null ? null : lastSegment(row.scheduleId),
    approvalId: row.approvalId,
    justification: row.justification,
    ticket: row.ticketNumber === "" && row.ticketSystem === "" ? null : { number: row.ticketNumber, system: row.ticketSystem },
    condition: null,
  };
}

/** The decision among the stages; null while nobody has decided or Azure names nobody. */
export function toApprovalFacts(stages: readonly PimStageRow[] | null): ApprovalFacts | null {
  for (const stage of stages ?? []) {
    const result = stage.reviewResult.toLowerCase();
    const at = isoTime(stage.reviewedAt);
    if (stage.reviewedBy === null || at === null || (result !== "approve" && result !== "deny")) continue;
    const { id, name, userPrincipalName } = stage.reviewedBy;
    const by: PimPrincipal = { id: id.toLowerCase(), kind: "user", name, detail: userPrincipalName };
    return { result, by, at, reason: stage.justification };
  }
  return null;
}
