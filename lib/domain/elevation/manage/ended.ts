import { phaseOf } from "../request-status";
import { grantKey } from "./conversion-plan";

/** What ended stays renewable for this long. Source: PIM, renew or extend Azure resource role assignments. */
const RENEWABLE_MS = 30 * 86_400_000;

/** A request of Privileged Identity Management that gave, moved or took a grant. Times are ISO 8601. */
export type GrantRequest = {
  name: string;
  of: "eligible" | "active";
  requestType: string;
  status: string;
  principalId: string;
  roleId: string;
  scope: string;
  createdAt: string;
  /** null = Azure named none: it began when it was made. */
  startsAt: string | null;
  /** null = no end. */
  endsAt: string | null;
  /** Name of the schedule that the request is about; null when Azure named none. */
  targetSchedule: string | null;
};

export type EndedGrant<Row> = { row: Row; endsAt: string; scheduleId: string };
/** Given, and begins later. */
export type ComingGrant<Row> = { row: Row; startsAt: string; endsAt: string | null; scheduleId: string };

const GIVES = new Set(["adminassign", "adminupdate", "adminextend", "adminrenew"]);
const PROLONGS = new Set(["selfextend", "selfrenew"]);

/** Key of who holds which role where, apart for eligibilities and assignments: one does not replace the other. */
export function heldKey(grant: Pick<GrantRequest, "of" | "principalId" | "roleId" | "scope">): string {
  return `${grant.of}|${grantKey(grant)}`;
}

type Given<Row> = { row: Row; endsAt: string | null; scheduleId: string };

/** What the requests of one grant left behind, in the order in which they were made. null = nothing, or it was taken away. */
function afterRequest<Row extends GrantRequest>(given: Given<Row> | null, row: Row): Given<Row> | null {
  const phase = phaseOf(row.status);
  if (phase !== "done" && phase !== "scheduled") return given;
  const type = row.requestType.toLowerCase();
  const scheduleId = (row.targetSchedule ?? row.name).toLowerCase();
  if (type === "adminremove") return null;
  if (GIVES.has(type)) return row.status.toLowerCase() === "revoked" ? null : { row, endsAt: row.endsAt, scheduleId };
  // A person prolongs an activation in the same way: only a schedule that an administrator gave is meant here.
  return PROLONGS.has(type) && given?.scheduleId === scheduleId ? { row, endsAt: row.endsAt, scheduleId } : given;
}

/** What the requests of each grant left behind, by heldKey. */
function lastGiven<Row extends GrantRequest>(requests: readonly Row[]): Map<string, Given<Row> | null> {
  const given = new Map<string, Given<Row> | null>();
  const inOrder = [...requests].sort((left, right) => Date.parse(left.createdAt) - Date.parse(right.createdAt));
  for (const row of inOrder) {
    const key = heldKey(row);
    given.set(key, afterRequest(given.get(key) ?? null, row));
  }
  return given;
}

/**
 * What was given with a start after `now` and is not held already, the soonest start first. Azure lists it nowhere else before
 * it begins. `held` has the heldKey of everything that is held. Source: Role Eligibility Schedule Requests API 2020-10-01.
 */
export function comingGrants<Row extends GrantRequest>(args: {
  requests: readonly Row[];
  held: ReadonlySet<string>;
  now: Date;
}): ComingGrant<Row>[] {
  const nowMs = args.now.getTime();
  return [...lastGiven(args.requests)]
    .flatMap(([key, last]): ComingGrant<Row>[] => {
      const startsAt = last?.row.startsAt ?? null;
      if (last === null || startsAt === null || args.held.has(key) || !(Date.parse(startsAt) > nowMs)) return [];
      return [{ row: last.row, startsAt, endsAt: last.endsAt, scheduleId: last.scheduleId }];
    })
    .sort((left, right) => Date.parse(left.startsAt) - Date.parse(right.startsAt));
}

/**
 * What ended by its own date in the 30 days before `now` and is not held again, the latest end first. `held` has the heldKey of
 * everything that is held. What an administrator removed is not among it. Source: PIM, renew or extend; statuses of the
 * Role Eligibility Schedule Requests API 2020-10-01.
 */
export function endedGrants<Row extends GrantRequest>(args: {
  requests: readonly Row[];
  held: ReadonlySet<string>;
  now: Date;
}): EndedGrant<Row>[] {
  const nowMs = args.now.getTime();
  return [...lastGiven(args.requests)]
    .flatMap(([key, last]): EndedGrant<Row>[] => {
      if (last === null || last.endsAt === null || args.held.has(key)) return [];
      const endMs = Date.parse(last.endsAt);
      const isRenewable = endMs <= nowMs && endMs > nowMs - RENEWABLE_MS;
      return isRenewable ? [{ row: last.row, endsAt: last.endsAt, scheduleId: last.scheduleId }] : [];
    })
    .sort((left, right) => Date.parse(right.endsAt) - Date.parse(left.endsAt));
}
