import { type HistoryEvent, type Holding, historyEvent } from "./types";

/** A holding of the store with what the readings so far said about it. */
export type KnownHolding = Holding & { lastSeen: string | null; missingSince: string | null };

export type Comparison = {
  events: HistoryEvent[];
  /** Seen in this reading: known ones and new ones. */
  seen: Holding[];
  /** Not seen; `since` is the first reading that missed them. */
  missing: { id: string; since: string }[];
  ended: string[];
};

const NEVER = "never";

/** The end that the clock brings, exact; the portal need not have looked. */
export function expiryOf(holding: Holding): HistoryEvent | null {
  if (holding.endsAt === null) return null;
  const { begin } = holding;
  return {
    ...begin,
    key: `${holding.id}:ended`,
    kind: "expired",
    at: holding.endsAt,
    earliestAt: null,
    by: null,
    justification: "",
    ticket: null,
  };
}

function goneEvent(known: KnownHolding): HistoryEvent {
  const { begin } = known;
  const kind = begin.kind === "joined" ? "left" : "gone";
  const at = known.missingSince ?? begin.at;
  return historyEvent({
    ...begin,
    key: `${known.id}:ended`,
    kind,
    at,
    earliestAt: known.lastSeen ?? begin.at,
    by: null,
    justification: "",
    ticket: null,
    source: begin.track === "member" ? "groups" : "state",
  });
}

/** A moved end is a fact of its own: somebody extended or cut it. */
function movedEnd(known: KnownHolding, now: Holding, at: string): HistoryEvent | null {
  if (known.endsAt === now.endsAt) return null;
  return {
    ...now.begin,
    key: `${known.id}:until:${now.endsAt ?? NEVER}`,
    kind: "extended",
    at,
    earliestAt: known.lastSeen,
    by: null,
    justification: "",
    ticket: null,
  };
}

/**
 * Compares a complete reading with what was believed. New ones begin; ones that are missing at two readings in a row end
 * "between the last sight and the first miss", because a log entry that explains the end may follow minutes later. `graceMs`
 * is that wait. Members of groups need no wait: nothing else tells when they left.
 */
export function compareReading(args: {
  known: readonly KnownHolding[];
  listed: readonly Holding[];
  now: string;
  graceMs: number;
}): Comparison {
  const { known, listed, now } = args;
  const before = new Map(known.map((one) => [one.id, one]));
  const present = new Set(listed.map(({ id }) => id));
  const events: HistoryEvent[] = [];
  for (const holding of listed) {
    const was = before.get(holding.id);
    if (was === undefined) events.push(holding.begin);
    else {
      const moved = movedEnd(was, holding, now);
      if (moved !== null) events.push(moved);
    }
  }
  const missing: Comparison["missing"] = [];
  const ended: string[] = [];
  for (const one of known) {
    if (present.has(one.id)) continue;
    // What ends by the clock is ended by it; before that moment a missing one was taken away.
    if (one.endsAt !== null && one.endsAt <= now) continue;
    // Begins later: not listed yet.
    if (one.lastSeen === null && (one.begin.startsAt ?? one.begin.at) > now) continue;
    const since = one.missingSince ?? now;
    const waits = one.begin.kind !== "joined" && Date.parse(now) - Date.parse(since) < args.graceMs;
    if (waits) missing.push({ id: one.id, since });
    else {
      events.push(goneEvent({ ...one, missingSince: since }));
      ended.push(one.id);
    }
  }
  return { events, seen: [...listed], missing, ended };
}
