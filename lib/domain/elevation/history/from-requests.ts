import { phaseOf } from "../request-status";
import type { PimPrincipal, PimTicket } from "../write-api";
import { type HistoryEvent, type HistoryKind, type HistoryTrack, type Holding, historyEvent, namelessPrincipal } from "./types";

/** A schedule request as Azure lists it, in the words of the history. Ids of schedules are GUIDs in lower case. */
export type PimRequestFacts = {
  name: string;
  id: string;
  family: "assignment" | "eligibility";
  requestType: string;
  status: string;
  scope: string;
  scopeName: string;
  role: { id: string; name: string };
  principal: PimPrincipal;
  requestorId: string | null;
  createdAt: string;
  startsAt: string | null;
  /** From the expiration: start and duration, or the date; null = no end. */
  endsAt: string | null;
  targetSchedule: string | null;
  approvalId: string | null;
  justification: string;
  ticket: PimTicket | null;
  condition: string | null;
};

/** A decision that the stages of an approval name. */
export type ApprovalFacts = { result: "approve" | "deny"; by: PimPrincipal; at: string; reason: string };

/** An approval comes within 24 hours or not at all; one more for the audit log, which names who decided, to follow. */
const DECISION_KNOWN_AFTER_MS = 25 * 3_600_000;
const APPROVAL_WINDOW_MS = 24 * 3_600_000;

const STARTS: Readonly<Record<string, HistoryKind>> = { adminassign: "assigned", selfactivate: "activated" };
const ENDS: Readonly<Record<string, HistoryKind>> = { adminremove: "removed", selfdeactivate: "deactivated" };
const CHANGES = new Set(["adminupdate", "adminextend", "adminrenew", "selfextend", "selfrenew"]);

/** Key of one step of a request, whoever reports it. */
export function requestKey(name: string, kind: HistoryKind): string {
  return `request:${name.toLowerCase()}:${kind}`;
}

/** Names an assignment by its schedule, so that requests, instances and ends meet. */
export function holdingId(track: HistoryTrack, schedule: string): string {
  return `${track}:${schedule.toLowerCase()}`;
}

function common(row: PimRequestFacts, requestor: PimPrincipal | null): Omit<HistoryEvent, "key" | "kind" | "at"> {
  const track: HistoryTrack = row.family === "assignment" ? "active" : "eligible";
  return historyEvent({
    key: "",
    kind: "requested",
    at: row.createdAt,
    track,
    holding: holdingId(track, row.targetSchedule ?? row.name),
    principal: row.principal,
    role: row.role,
    scope: row.scope,
    scopeName: row.scopeName,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    by: requestor,
    justification: row.justification,
    ticket: row.ticket,
    condition: row.condition,
    source: "requests",
    azureId: row.id,
  });
}

function requestorOf(row: PimRequestFacts): PimPrincipal | null {
  if (row.requestorId === null) return null;
  return row.requestorId.toLowerCase() === row.principal.id ? row.principal : namelessPrincipal(row.requestorId);
}

const later = (a: string, b: string | null): string => (b !== null && b > a ? b : a);

/** What a fulfilled request did to the access itself. */
function effectOf(row: PimRequestFacts, base: Omit<HistoryEvent, "key" | "kind" | "at">): HistoryEvent[] {
  const type = row.requestType.toLowerCase();
  const end = ENDS[type];
  if (end !== undefined)
    return [{ ...base, key: `${base.holding}:ended`, kind: end, at: row.createdAt, startsAt: null, endsAt: null }];
  if (CHANGES.has(type)) {
    return [{ ...base, key: `${base.holding}:until:${row.endsAt ?? "never"}`, kind: "extended", at: row.createdAt }];
  }
  const start = STARTS[type];
  if (start === undefined) return [];
  const kind = row.family === "eligibility" ? "eligible" : start;
  // An activation happens when it begins to count; an assignment when somebody gives it.
  const at = kind === "activated" ? later(row.createdAt, row.startsAt) : row.createdAt;
  return [{ ...base, key: `${base.holding}:began`, kind, at }];
}

/** How a request ended without effect. Who denied it is known from the approval or the audit log only. */
function refusalOf(
  row: PimRequestFacts,
  base: Omit<HistoryEvent, "key" | "kind" | "at">,
  approval: ApprovalFacts | null,
  now: Date,
): HistoryEvent[] {
  const status = row.status.toLowerCase();
  const ended = (kind: HistoryKind, at: string, earliestAt: string | null): HistoryEvent[] => [
    { ...base, key: requestKey(row.name, kind), kind, at, earliestAt, holding: null },
  ];
  if (status === "timedout")
    return ended("timedOut", new Date(Date.parse(row.createdAt) + APPROVAL_WINDOW_MS).toISOString(), null);
  const kind = status === "canceled" ? "canceled" : status.endsWith("denied") ? "denied" : "failed";
  if (kind === "denied" && approval !== null) return [];
  const ageMs = now.getTime() - Date.parse(row.createdAt);
  if (kind !== "failed" && ageMs < DECISION_KNOWN_AFTER_MS) return [];
  return ended(kind, now.toISOString(), row.createdAt);
}

function decisionOf(
  row: PimRequestFacts,
  base: Omit<HistoryEvent, "key" | "kind" | "at">,
  approval: ApprovalFacts | null,
): HistoryEvent[] {
  if (approval === null) return [];
  const kind = approval.result === "approve" ? "approved" : "denied";
  const decided = { decidedBy: approval.by, reason: approval.reason, holding: null };
  return [{ ...base, ...decided, key: requestKey(row.name, kind), kind, at: approval.at }];
}

/**
 * What a request says has happened by `now` (Azure's clock). A request is listed with its present status only, so each
 * status yields the steps that lie behind it. Source: Role Assignment Schedule Requests API 2020-10-01.
 */
export function eventsOfRequest(row: PimRequestFacts, approval: ApprovalFacts | null, now: Date): HistoryEvent[] {
  const phase = phaseOf(row.status);
  const base = common(row, requestorOf(row));
  const isOver = phase === "refused" || phase === "canceled";
  const wasAsked = row.approvalId !== null || phase === "needsDecision" || isOver;
  const asked: HistoryEvent[] = wasAsked
    ? [{ ...base, key: requestKey(row.name, "requested"), kind: "requested", at: row.createdAt, holding: null }]
    : [];
  const decided = decisionOf(row, base, approval);
  if (isOver) return [...asked, ...decided, ...refusalOf(row, base, approval, now)];
  return [...asked, ...decided, ...(phase === "done" ? effectOf(row, base) : [])];
}

/** The assignment that an event begins; null for every other event. */
export function holdingOf(event: HistoryEvent, assignmentName: string | null = null): Holding | null {
  const begins = event.kind === "activated" || event.kind === "assigned" || event.kind === "eligible" || event.kind === "joined";
  if (!begins || event.holding === null) return null;
  return { id: event.holding, begin: event, assignmentName, endsAt: event.endsAt };
}

/** Whether an approval's stages must be read to know who decided: only after the request was decided. */
export function needsApproval(row: PimRequestFacts): boolean {
  const phase = phaseOf(row.status);
  return row.approvalId !== null && (phase === "done" || phase === "scheduled" || row.status.toLowerCase().endsWith("denied"));
}
