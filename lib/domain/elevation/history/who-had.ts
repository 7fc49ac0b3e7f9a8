import type { PimPrincipal, PimTicket } from "../write-api";
import { gapsOf, isCovered, type Window } from "./coverage";
import { heldIn, type Interval, intervalsOf, overlap, type Range } from "./intervals";
import type { HistoryEvent } from "./types";

export type HeldAccess = {
  principal: PimPrincipal;
  role: { id: string; name: string };
  scope: string;
  scopeName: string;
  /** The groups between the assignment and the person, the group with the assignment first. */
  via: { id: string; name: string }[];
  /** standing: given without end. limited: given with an end. activated: out of an eligibility. */
  kind: "standing" | "limited" | "activated";
  /** maybe: it began or ended between two readings, and the asked time lies in between. */
  certainty: "held" | "maybe";
  from: string;
  to: string | null;
  by: PimPrincipal | null;
  decidedBy: PimPrincipal | null;
  justification: string;
  ticket: PimTicket | null;
  condition: string | null;
  holding: string;
};

/** Why an answer may lack something. Words: messages/en/history.ts. */
export type AtLeastReason =
  | { id: "beforeFirst"; completeFrom: string | null }
  | { id: "afterLast"; completeTo: string }
  | { id: "gap"; from: string; to: string }
  | { id: "notRead"; source: "requests" | "activity" | "state" }
  | { id: "groupsBefore"; knownFrom: string | null }
  | { id: "groupUnknown"; group: string }
  | { id: "aboveSubscription" };

export type WhoHadAnswer = {
  rows: HeldAccess[];
  atLeast: AtLeastReason[];
  /** The stretch around the asked time in which nothing can be missing; null = the time lies in none. */
  complete: Window | null;
};

const MAX_DEPTH = 20;

function kindOf({ begin }: Interval): HeldAccess["kind"] {
  if (begin.kind === "activated") return "activated";
  return begin.endsAt === null ? "standing" : "limited";
}

type Membership = ReadonlyMap<string, readonly Interval[]>;

function membershipOf(intervals: readonly Interval[], range: Range): Membership {
  const byGroup = new Map<string, Interval[]>();
  for (const interval of intervals) {
    const group = interval.begin.group?.id;
    if (interval.track !== "member" || group === undefined || heldIn(interval, range) === "no") continue;
    const list = byGroup.get(group);
    if (list === undefined) byGroup.set(group, [interval]);
    else list.push(interval);
  }
  return byGroup;
}

type Walk = {
  range: Range;
  members: Membership;
  decisions: ReadonlyMap<string, HistoryEvent>;
  unknown: Set<string>;
  rows: HeldAccess[];
};

/** The person who decided an activation: its request has the name that its schedule has. */
function decisionOf(walk: Walk, begin: HistoryEvent): HistoryEvent | undefined {
  return (
    walk.decisions.get(begin.holding?.split(":")[1] ?? "") ??
    walk.decisions.get(begin.azureId.split("/").at(-1)?.toLowerCase() ?? "")
  );
}

function expand(walk: Walk, held: Interval, of: { principal: PimPrincipal; via: HeldAccess["via"] }): void {
  const certainty = heldIn(held, walk.range);
  if (certainty === "no") return;
  const { begin } = held;
  const { principal, via } = of;
  const members = principal.kind === "group" ? walk.members.get(principal.id) : undefined;
  if (principal.kind === "group" && members === undefined) walk.unknown.add(principal.name);
  if (members !== undefined && via.length < MAX_DEPTH) {
    const chain = [...via, { id: principal.id, name: principal.name }];
    for (const member of members) {
      const who = member.begin.principal;
      const both = overlap(held, member);
      if (who === null || both === null || chain.some(({ id }) => id === who.id)) continue;
      expand(walk, both, { principal: who, via: chain });
    }
    return;
  }
  if (begin.role === null) return;
  const decision = decisionOf(walk, begin);
  walk.rows.push({
    principal,
    role: begin.role,
    scope: begin.scope ?? "",
    scopeName: begin.scopeName,
    via,
    kind: kindOf(held),
    certainty,
    from: held.from,
    to: held.to,
    by: begin.by,
    decidedBy: decision?.decidedBy ?? begin.decidedBy,
    justification: begin.justification,
    ticket: begin.ticket,
    condition: begin.condition,
    holding: held.holding,
  });
}

/** What was read without a hole, for the machine's subscription and for groups. */
export type Coverage = {
  requests: readonly Window[];
  activity: readonly Window[];
  state: readonly Window[];
  groups: readonly Window[];
};

function coverageReasons(coverage: Coverage, common: readonly Window[], range: Range): AtLeastReason[] {
  const unread = (["requests", "activity", "state"] as const).filter((source) => coverage[source].length === 0);
  if (unread.length > 0) return unread.map((source) => ({ id: "notRead", source }));
  if (isCovered(common, range.from, range.to)) return [];
  const first = common.reduce<string | null>((least, one) => (least === null || one.from < least ? one.from : least), null);
  const last = common.reduce<string | null>((most, one) => (most === null || one.to > most ? one.to : most), null);
  const reasons: AtLeastReason[] = [];
  if (first === null || range.from < first) reasons.push({ id: "beforeFirst", completeFrom: first });
  if (last !== null && range.to > last) reasons.push({ id: "afterLast", completeTo: last });
  for (const gap of gapsOf(common)) {
    if (range.from < gap.to && range.to > gap.from) reasons.push({ id: "gap", ...gap });
  }
  return reasons;
}

/**
 * Who held a role that reached a place, at a moment or in a range. `chain`: every normalised scope whose assignments reach
 * it, itself included, by the hierarchy of today. `common`: the stretches in which requests, activity log and readings of
 * the state were all without a hole. Role definitions, conditions and deny assignments are not judged.
 */
export function whoHad(args: {
  events: readonly HistoryEvent[];
  chain: readonly string[];
  range: Range;
  coverage: Coverage;
  common: readonly Window[];
}): WhoHadAnswer {
  const { range, common, coverage } = args;
  const intervals = intervalsOf(args.events);
  const scopes = new Set(args.chain);
  const decisions = new Map(
    args.events.filter(({ kind }) => kind === "approved").map((event) => [event.key.split(":")[1] ?? "", event]),
  );
  const walk: Walk = { range, members: membershipOf(intervals, range), decisions, unknown: new Set(), rows: [] };
  for (const interval of intervals) {
    const { begin } = interval;
    if (interval.track !== "active" || begin.principal === null || begin.scope === null || !scopes.has(begin.scope)) continue;
    expand(walk, interval, { principal: begin.principal, via: [] });
  }
  const knownFrom = coverage.groups.reduce<string | null>(
    (least, one) => (least === null || one.from < least ? one.from : least),
    null,
  );
  const usesGroups = walk.rows.some(({ via }) => via.length > 0) || walk.unknown.size > 0;
  const groupsBefore: AtLeastReason[] =
    usesGroups && (knownFrom === null || range.from < knownFrom) ? [{ id: "groupsBefore", knownFrom }] : [];
  const atLeast: AtLeastReason[] = [
    ...coverageReasons(coverage, common, range),
    ...groupsBefore,
    ...[...walk.unknown].map((group): AtLeastReason => ({ id: "groupUnknown", group })),
  ];
  const rows = walk.rows.sort(
    (a, b) =>
      a.principal.name.localeCompare(b.principal.name) || a.role.name.localeCompare(b.role.name) || (a.from < b.from ? -1 : 1),
  );
  const complete = common.find((window) => window.from <= range.from && window.to >= range.to) ?? null;
  return { rows, atLeast, complete: atLeast.length === 0 ? complete : null };
}
