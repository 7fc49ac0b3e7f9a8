import { ENDS_SOON_MS } from "../elevation/clock";
import type { HistoryEvent } from "../elevation/history/types";
import type { Notice } from "./types";

const HOUR_MS = 3_600_000;
/** What is older than this when it is found is history, not news: a first reading must not send a month of notices. */
const NEWS_MS: Readonly<Record<"needsApproval" | "decided" | "activated", number>> = {
  needsApproval: 24 * HOUR_MS,
  decided: 24 * HOUR_MS,
  activated: HOUR_MS,
};

function base(event: HistoryEvent): Omit<Notice, "kind" | "fact" | "path"> {
  return {
    at: event.at,
    person: event.principal,
    role: event.role,
    scope: event.scope === null ? null : { id: event.scope, name: event.scopeName || event.scope },
    startsAt: event.startsAt,
    endsAt: event.endsAt,
    decision: null,
    decidedBy: event.decidedBy,
    reason: event.reason,
    justification: event.justification,
    ticket: event.ticket,
    dueAt: null,
    holding: null,
  };
}

const requestOf = (event: HistoryEvent): string => event.key.split(":")[1] ?? event.key;

function endNotice(event: HistoryEvent, nowMs: number): Notice[] {
  if (event.endsAt === null || event.track !== "active" || Date.parse(event.endsAt) <= nowMs) return [];
  const dueAt = new Date(Date.parse(event.endsAt) - ENDS_SOON_MS).toISOString();
  const fact = `endsSoon/${event.holding}/${event.endsAt}`;
  return [{ ...base(event), kind: "endsSoon", fact, dueAt, path: "/elevation", holding: event.holding }];
}

/**
 * The notices that new events ask for. `events` were stored together for the first time; `now` is Azure's clock. A request
 * that was decided in the same breath needs nobody's approval any more.
 */
export function noticesOf(events: readonly HistoryEvent[], now: Date): Notice[] {
  const nowMs = now.getTime();
  const isNews = (event: HistoryEvent, kind: keyof typeof NEWS_MS) => nowMs - Date.parse(event.at) <= NEWS_MS[kind];
  const over = new Set(
    events.filter(({ kind }) => ["approved", "denied", "canceled", "timedOut", "failed"].includes(kind)).map(requestOf),
  );
  return events.flatMap((event): Notice[] => {
    switch (event.kind) {
      case "requested": {
        const request = requestOf(event);
        if (over.has(request) || event.track !== "active" || !isNews(event, "needsApproval")) return [];
        return [{ ...base(event), kind: "needsApproval", fact: `needsApproval/${request}`, path: "/elevation/approvals" }];
      }
      case "approved":
      case "denied": {
        if (!isNews(event, "decided")) return [];
        const decided = { ...base(event), decision: event.kind } as const;
        return [{ ...decided, kind: "decided", fact: `decided/${requestOf(event)}`, path: "/elevation" }];
      }
      case "activated": {
        const begun: Notice[] = isNews(event, "activated")
          ? [{ ...base(event), kind: "activated", fact: `activated/${event.holding}`, path: "/history" }]
          : [];
        return [...begun, ...endNotice(event, nowMs)];
      }
      case "extended":
        return endNotice(event, nowMs);
      default:
        return [];
    }
  });
}
