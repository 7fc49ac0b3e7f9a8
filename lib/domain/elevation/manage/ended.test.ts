import { describe, expect, it } from "vitest";
import { comingGrants, endedGrants, type GrantRequest, heldKey } from "./ended";

const NOW = new Date("2026-11-21T12:00:00.000Z");
const SCOPE = "/subscriptions/00000000-0000-4000-8000-000000000001";

function request(patch: Partial<GrantRequest> = {}): GrantRequest {
  return {
    ...{ name: "r-1", of: "eligible", requestType: "AdminAssign", status: "Provisioned", targetSchedule: "s-1" },
    ...{ principalId: "Ada", roleId: "role-1", scope: SCOPE },
    ...{ createdAt: "2026-09-01T12:00:00.000Z", startsAt: null, endsAt: "2026-11-20T12:00:00.000Z" },
    ...patch,
  };
}

const later = (patch: Partial<GrantRequest>) => request({ name: "r-2", createdAt: "2026-10-01T12:00:00.000Z", ...patch });

function ended(requests: GrantRequest[], held: GrantRequest[] = []) {
  return endedGrants({ requests, held: new Set(held.map(heldKey)), now: NOW }).map(({ row, endsAt, scheduleId }) => ({
    ...{ name: row.name, endsAt, scheduleId },
  }));
}

describe("endedGrants", () => {
  it.each([
    ["exactly now", "2026-11-21T12:00:00.000Z", 1],
    ["a millisecond from now", "2026-11-21T12:00:00.001Z", 0],
    ["a millisecond less than 30 days ago", "2026-10-22T12:00:00.001Z", 1],
    ["exactly 30 days ago", "2026-10-22T12:00:00.000Z", 0],
    ["at no readable time", "soon", 0],
    ["never", null, 0],
  ])("lists what ends from now back to 30 days, exclusive: %s", (_, endsAt, count) => {
    expect(ended([request({ endsAt })])).toHaveLength(count);
  });

  it("names end and schedule, and the request itself where Azure names no schedule", () => {
    expect(ended([request()])).toEqual([{ name: "r-1", endsAt: "2026-11-20T12:00:00.000Z", scheduleId: "s-1" }]);
    expect(ended([request({ targetSchedule: null })])).toMatchObject([{ scheduleId: "r-1" }]);
  });

  it("leaves out what is held again, whatever the case of its ids", () => {
    expect(ended([request()], [request({ principalId: "ADA", scope: SCOPE.toUpperCase() })])).toEqual([]);
  });

  it.each<[string, Partial<GrantRequest>]>([
    ["somebody else", { principalId: "Bob" }],
    ["another role", { roleId: "role-2" }],
    ["a scope below", { scope: `${SCOPE}/resourceGroups/rg` }],
    ["the same as an assignment", { of: "active" }],
  ])("still lists it while only this is held: %s", (_, other) => {
    expect(ended([request()], [request(other)])).toHaveLength(1);
  });

  it.each(["AdminUpdate", "AdminExtend", "AdminRenew"])(
    "takes the end of the last change, in whatever order Azure lists: %s",
    (type) => {
      const changed = later({ requestType: type, endsAt: "2026-11-19T12:00:00.000Z" });
      const expected = [{ name: "r-2", endsAt: "2026-11-19T12:00:00.000Z", scheduleId: "s-1" }];
      expect(ended([request(), changed])).toEqual(expected);
      expect(ended([changed, request()])).toEqual(expected);
    },
  );

  it("does not list what was prolonged beyond now, or without end", () => {
    expect(ended([request(), later({ requestType: "AdminExtend", endsAt: "2026-12-01T12:00:00.000Z" })])).toEqual([]);
    expect(ended([request(), later({ requestType: "AdminUpdate", endsAt: null })])).toEqual([]);
    expect(ended([request(), later({ status: "Granted", endsAt: "2027-01-01T00:00:00.000Z" })])).toEqual([]);
  });

  it("does not list what an administrator removed, seen at the removal or at what was removed", () => {
    expect(ended([request(), later({ requestType: "AdminRemove", status: "Revoked", endsAt: null })])).toEqual([]);
    expect(ended([request({ status: "Revoked" })])).toEqual([]);
  });

  it("lists what was given anew after a removal and then ended", () => {
    const removed = later({ requestType: "AdminRemove", status: "Revoked", endsAt: null });
    const again = request({ name: "r-3", createdAt: "2026-10-02T12:00:00.000Z", targetSchedule: "s-3" });
    expect(ended([request({ status: "Revoked" }), removed, again])).toMatchObject([{ name: "r-3", scheduleId: "s-3" }]);
  });

  it.each(["Denied", "Failed", "Canceled", "PendingApproval", "PendingProvisioning", "SomethingNew"])(
    "counts nothing for a request that Azure has as %s",
    (status) => {
      expect(ended([request({ status })])).toEqual([]);
      expect(ended([request(), later({ requestType: "AdminRemove", status, endsAt: null })])).toHaveLength(1);
    },
  );

  it("never takes an activation for something that an administrator gave", () => {
    const of = "active" as const;
    expect(ended([request({ of, requestType: "SelfActivate" })])).toEqual([]);
    expect(ended([request({ of, requestType: "SelfExtend" })])).toEqual([]);
    expect(ended([request({ of }), later({ of, requestType: "SelfExtend", targetSchedule: "other" })])).toMatchObject([
      { name: "r-1" },
    ]);
  });

  it("follows what a person had prolonged", () => {
    const own = later({ requestType: "SelfExtend", endsAt: "2026-11-21T11:00:00.000Z" });
    expect(ended([request(), own])).toMatchObject([{ name: "r-2", endsAt: "2026-11-21T11:00:00.000Z" }]);
  });

  it("has the latest end first", () => {
    const old = request({ name: "old", principalId: "Bob", endsAt: "2026-11-01T12:00:00.000Z" });
    expect(ended([old, request()]).map(({ name }) => name)).toEqual(["r-1", "old"]);
  });
});

describe("comingGrants", () => {
  const given = (patch: Partial<GrantRequest> = {}) =>
    request({ status: "Granted", startsAt: "2026-12-01T08:00:00.000Z", endsAt: "2026-12-31T08:00:00.000Z", ...patch });
  const coming = (requests: GrantRequest[], held: GrantRequest[] = []) =>
    comingGrants({ requests, held: new Set(held.map(heldKey)), now: NOW }).map(({ row, startsAt }) => [row.name, startsAt]);

  it.each([
    ["a millisecond from now", "2026-11-21T12:00:00.001Z", 1],
    ["exactly now", "2026-11-21T12:00:00.000Z", 0],
    ["at no readable time", "soon", 0],
    ["without a start", null, 0],
  ])("lists what begins after now: %s", (_, startsAt, count) => {
    expect(coming([given({ startsAt })])).toHaveLength(count);
  });

  it("names start, end and schedule, the soonest first", () => {
    const soon = given({ name: "r-0", principalId: "Bob", startsAt: "2026-11-22T08:00:00.000Z", endsAt: null });
    expect(comingGrants({ requests: [given(), soon], held: new Set(), now: NOW })).toEqual([
      { row: soon, startsAt: "2026-11-22T08:00:00.000Z", endsAt: null, scheduleId: "s-1" },
      { row: given(), startsAt: "2026-12-01T08:00:00.000Z", endsAt: "2026-12-31T08:00:00.000Z", scheduleId: "s-1" },
    ]);
  });

  it.each([
    ["removed since", "AdminRemove", "Revoked"],
    ["replaced by one that begins at once", "AdminAssign", "Provisioned"],
  ])("leaves out what was %s", (_, requestType, status) => {
    expect(coming([given(), later({ requestType, status })])).toEqual([]);
  });

  it.each(["Canceled", "Denied", "Failed", "Revoked"])("leaves out what Azure ended as %s", (status) => {
    expect(coming([given({ status })])).toEqual([]);
  });

  it("leaves out what is held already", () => {
    expect(coming([given()], [given()])).toEqual([]);
    expect(coming([given()], [given({ of: "active" })])).toHaveLength(1);
  });
});
