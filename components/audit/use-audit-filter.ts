"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "@/lib/domain/api";

const MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

const parsers = {
  who: parseAsString.withDefault(""),
  action: parseAsStringLiteral(AUDIT_ACTIONS),
  outcome: parseAsStringLiteral(AUDIT_OUTCOMES),
  target: parseAsString.withDefault(""),
  operation: parseAsString.withDefault(""),
  /** Minutes in UTC as a datetime-local field writes them. */
  from: parseAsString.withDefault(""),
  to: parseAsString.withDefault(""),
};

export type AuditFilterState = {
  who: string;
  action: (typeof AUDIT_ACTIONS)[number] | null;
  outcome: (typeof AUDIT_OUTCOMES)[number] | null;
  target: string;
  operation: string;
  from: string;
  to: string;
};

export const NO_FILTER: AuditFilterState = { who: "", action: null, outcome: null, target: "", operation: "", from: "", to: "" };

/** The filter of the audit page; it lives in the address, so that a view can be sent to a colleague. */
export function useAuditFilter(): [AuditFilterState, (change: Partial<AuditFilterState>) => void] {
  const [filter, set] = useQueryStates(parsers, { clearOnDefault: true });
  return [filter, (change) => void set(change)];
}

export function isFiltered(filter: AuditFilterState): boolean {
  return Object.values(filter).some((value) => value !== null && value !== "");
}

/** Query text of the API for a filter. A half-typed time is left out instead of being refused. */
export function auditQueryText(filter: AuditFilterState, extra: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | null) => {
    if (value !== null && value.trim() !== "") query.set(name, value.trim());
  };
  put("who", filter.who);
  put("action", filter.action);
  put("outcome", filter.outcome);
  put("target", filter.target);
  put("operation", filter.operation);
  if (MINUTE.test(filter.from)) put("from", `${filter.from}:00Z`);
  if (MINUTE.test(filter.to)) put("to", `${filter.to}:59.999Z`);
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  return query.toString();
}
