import type { PimPrincipal, PimTicket } from "../write-api";
import { requestKey } from "./from-requests";
import { type HistoryEvent, type HistoryKind, historyEvent } from "./types";

/** An entry of the directory's audit log, service PIM, with what its targets and details name. */
export type DirectoryAuditFacts = {
  id: string;
  at: string;
  activity: string;
  failed: boolean;
  reason: string;
  actor: PimPrincipal | null;
  /** Name (GUID) of the PIM request; null when the entry is about none. */
  requestName: string | null;
  principal: PimPrincipal | null;
  role: { id: string; name: string } | null;
  scope: string | null;
  scopeName: string;
  justification: string;
  ticket: PimTicket | null;
};

/** What the portal takes from the log: decisions and cancellations, which a request does not name, and changed settings. */
const KINDS: readonly { pattern: RegExp; kind: HistoryKind }[] = [
  { pattern: /\brequest approved\b/i, kind: "approved" },
  { pattern: /\brequest denied\b/i, kind: "denied" },
  { pattern: /\bcancel(l?ed)\b/i, kind: "canceled" },
  { pattern: /\brole setting/i, kind: "settings" },
];

/**
 * The event that an entry stands for; null for entries whose fact a request tells better (activated, expired, requested).
 * Source: directoryAudit resource of Microsoft Graph v1.0; PIM "View audit history for Azure resource roles".
 */
export function eventOfDirectoryAudit(entry: DirectoryAuditFacts): HistoryEvent | null {
  const kind = KINDS.find(({ pattern }) => pattern.test(entry.activity))?.kind;
  if (kind === undefined) return null;
  const isAboutRequest = kind !== "settings";
  if (isAboutRequest && entry.requestName === null) return null;
  const decides = kind === "approved" || kind === "denied";
  return historyEvent({
    key: entry.requestName !== null && isAboutRequest ? requestKey(entry.requestName, kind) : `audit:${entry.id}`,
    kind,
    at: entry.at,
    track: isAboutRequest ? "active" : null,
    principal: entry.principal,
    role: entry.role,
    scope: entry.scope,
    scopeName: entry.scopeName,
    by: decides ? entry.principal : entry.actor,
    decidedBy: decides ? entry.actor : null,
    reason: entry.reason,
    justification: entry.justification,
    ticket: entry.ticket,
    source: "directory",
    azureId: entry.id,
  });
}
