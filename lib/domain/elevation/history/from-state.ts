import type { PimPrincipal } from "../write-api";
import { holdingId } from "./from-requests";
import { LONG_AGO } from "./intervals";
import { type Holding, historyEvent } from "./types";

/** An assignment or instance as a reading shows it. `schedule` is its name (GUID); that of the assignment when PIM has none. */
export type StateRow = {
  track: "active" | "eligible";
  schedule: string;
  assignmentName: string | null;
  activated: boolean;
  principal: PimPrincipal;
  role: { id: string; name: string };
  scope: string;
  scopeName: string;
  startsAt: string;
  endsAt: string | null;
  by: PimPrincipal | null;
  condition: string | null;
  azureId: string;
};

/** What a row of the state says: an assignment that began and goes on. */
export function holdingOfState(row: StateRow): Holding {
  const id = holdingId(row.track, row.schedule);
  const kind = row.track === "eligible" ? "eligible" : row.activated ? "activated" : "assigned";
  const begin = historyEvent({
    key: `${id}:began`,
    kind,
    at: row.startsAt,
    track: row.track,
    holding: id,
    principal: row.principal,
    role: row.role,
    scope: row.scope,
    scopeName: row.scopeName,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    by: row.by,
    condition: row.condition,
    source: "state",
    azureId: row.azureId,
  });
  return { id, begin, assignmentName: row.assignmentName, endsAt: row.endsAt };
}

/**
 * A member of a group as a reading shows it. `openId`: the membership that goes on; null = it is new. `lastReadAt`: the
 * reading before, which did not show it; null = there was none.
 */
export function holdingOfMember(args: {
  group: { id: string; name: string };
  member: PimPrincipal;
  now: string;
  openId: string | null;
  lastReadAt: string | null;
}): Holding {
  const { group, member, now, lastReadAt } = args;
  // People join again, so a membership carries when it was first seen.
  const id = args.openId ?? `member:${group.id}/${member.id}~${now}`;
  const begin = historyEvent({
    key: `${id}:began`,
    kind: "joined",
    at: now,
    earliestAt: lastReadAt ?? LONG_AGO,
    track: "member",
    holding: id,
    principal: member,
    group,
    source: "groups",
    azureId: group.id,
  });
  return { id, begin, assignmentName: null, endsAt: null };
}

type Over = { endedAt: string | null };

/**
 * Gives what a reading lists the names under which the history knows it. The same assignment may have been told first by the
 * activity log, under the assignment's name; and a name may come back after its end, which is a new holding. What Azure still
 * lists although its end is known is left out: lists lag behind.
 */
export function withKnownNames(
  listed: readonly Holding[],
  known: { byId: ReadonlyMap<string, Over>; byAssignment: ReadonlyMap<string, Over & { id: string }> },
): Holding[] {
  return listed.flatMap((holding) => {
    const begin = holding.begin;
    const startsAt = begin.startsAt ?? begin.at;
    const own = known.byId.get(holding.id);
    const other = holding.assignmentName === null ? undefined : known.byAssignment.get(holding.assignmentName);
    if (own === undefined && other !== undefined && other.endedAt === null) return [renamed(holding, other.id)];
    const endedAt = own?.endedAt ?? null;
    if (endedAt === null) return [holding];
    if (startsAt <= endedAt) return [];
    const again = `${holding.id}~${startsAt}`;
    return known.byId.get(again)?.endedAt == null ? [renamed(holding, again)] : [];
  });
}

function renamed(holding: Holding, id: string): Holding {
  const key = holding.begin.key.replace(holding.id, id);
  return { ...holding, id, begin: { ...holding.begin, holding: id, key } };
}
