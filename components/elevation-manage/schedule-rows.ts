import type { ScopeRef } from "@/lib/domain/access/types";
import type { ScheduleRow } from "@/lib/domain/elevation/manage/api";
import type { AdminRequestType, ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { whoName } from "./who-cell";

/** False for what was given and begins later. */
export function hasBegun({ startsAt }: Pick<ScheduleRow, "startsAt">, nowMs: number): boolean {
  return startsAt === null || !(Date.parse(startsAt) > nowMs);
}

/** A change of one schedule that exists. */
export function changeOf(
  row: ScheduleRow,
  requestType: AdminRequestType,
  patch: Partial<Extract<ManageRequest, { kind: "schedule" }>> = {},
): ManageRequest {
  return {
    kind: "schedule",
    requestName: crypto.randomUUID(),
    of: row.of,
    requestType,
    principalId: row.principal.id,
    roleId: row.role.id,
    scope: row.scope.id,
    targetScheduleId: row.scheduleId,
    startsAt: null,
    end: { kind: "none" },
    justification: "",
    ticket: null,
    ...patch,
  };
}

/** Whether a row holds every word of a filter: who, role or scope. */
export function matches(row: { principal: ScheduleRow["principal"]; scope: ScopeRef }, role: string, text: string): boolean {
  if (text === "") return true;
  const words = [whoName(row.principal), row.principal.detail, role, row.scope.name, row.scope.id].join("\n").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.includes(part));
}
