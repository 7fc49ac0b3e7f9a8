import { describe, expect, it } from "vitest";
import { eventsOfRequest, holdingOf, needsApproval, type PimRequestFacts } from "./from-requests";

const CREATED = "2026-03-01T10:00:00.000Z";
const NOW = new Date("2026-03-01T12:00:00Z");
const boss = { id: "boss", kind: "user" as const, name: "Boss", detail: "" };

const request = (over: Partial<PimRequestFacts> = {}): PimRequestFacts => ({
  name: "r1",
  id: "/x/r1",
  family: "assignment",
  requestType: "SelfActivate",
  status: "Provisioned",
  scope: "/subscriptions/s",
  scopeName: "Prod",
  role: { id: "owner", name: "Owner" },
  principal: { id: "ann", kind: "user", name: "Ann", detail: "" },
  requestorId: "ann",
  createdAt: CREATED,
  startsAt: CREATED,
  endsAt: "2026-03-01T18:00:00.000Z",
  targetSchedule: "s1",
  approvalId: null,
  justification: "patch",
  ticket: { number: "1", system: "desk" },
  condition: null,
  ...over,
});
const told = (over: Partial<PimRequestFacts>, approval: Parameters<typeof eventsOfRequest>[1] = null, now = NOW) =>
  eventsOfRequest(request(over), approval, now).map(({ kind, key, at, earliestAt }) => [kind, key, at, earliestAt]);

describe("an activation", () => {
  it("without approval is one event, with its reason and ticket", () => {
    const [event, ...rest] = eventsOfRequest(request(), null, NOW);
    expect(rest).toEqual([]);
    expect(event).toMatchObject({
      kind: "activated",
      key: "active:s1:began",
      justification: "patch",
      ticket: { number: "1" },
      by: { name: "Ann" },
    });
    expect(event === undefined ? null : holdingOf(event)).toMatchObject({ id: "active:s1", endsAt: "2026-03-01T18:00:00.000Z" });
  });

  it("that waits has only been asked for", () => {
    expect(told({ status: "PendingApproval", approvalId: "a" })).toEqual([["requested", "request:r1:requested", CREATED, null]]);
  });

  it("that was approved was asked for, approved by somebody, and began when it began to count", () => {
    const at = "2026-03-01T11:00:00.000Z";
    const approval = { result: "approve" as const, by: boss, at, reason: "ok" };
    expect(told({ approvalId: "a", startsAt: at }, approval)).toEqual([
      ["requested", "request:r1:requested", CREATED, null],
      ["approved", "request:r1:approved", at, null],
      ["activated", "active:s1:began", at, null],
    ]);
  });

  it("that begins later has not happened yet", () => {
    expect(told({ status: "Granted", startsAt: "2026-03-02T10:00:00.000Z" })).toEqual([]);
  });

  it("has a status that nobody knows yet and tells nothing", () => {
    expect(told({ status: "SomethingNew" })).toEqual([]);
  });
});

describe("a refusal", () => {
  it("with a known decider is told once, exactly", () => {
    const at = "2026-03-01T11:00:00.000Z";
    const approval = { result: "deny" as const, by: boss, at, reason: "no" };
    expect(told({ status: "Denied", approvalId: "a" }, approval)).toEqual([
      ["requested", "request:r1:requested", CREATED, null],
      ["denied", "request:r1:denied", at, null],
    ]);
  });

  it("of which nobody is named waits 25 hours for the audit log, then is told with its bounds", () => {
    const before = new Date(Date.parse(CREATED) + 25 * 3_600_000 - 1);
    const after = new Date(Date.parse(CREATED) + 25 * 3_600_000);
    expect(told({ status: "Denied", approvalId: "a" }, null, before)).toHaveLength(1);
    expect(told({ status: "Denied", approvalId: "a" }, null, after)[1]).toEqual([
      "denied",
      "request:r1:denied",
      after.toISOString(),
      CREATED,
    ]);
  });

  it("by time happened 24 hours after the request", () => {
    expect(told({ status: "TimedOut", approvalId: "a" })[1]).toEqual([
      "timedOut",
      "request:r1:timedOut",
      "2026-03-02T10:00:00.000Z",
      null,
    ]);
  });

  it("by Azure lies between request and reading", () => {
    expect(told({ status: "FailedAsResourceIsLocked" })[1]).toEqual(["failed", "request:r1:failed", NOW.toISOString(), CREATED]);
  });
});

describe("administration", () => {
  it.each([
    ["AdminAssign", "assignment", "assigned", "active:s1:began"],
    ["AdminAssign", "eligibility", "eligible", "eligible:s1:began"],
    ["AdminRemove", "assignment", "removed", "active:s1:ended"],
    ["AdminRemove", "eligibility", "removed", "eligible:s1:ended"],
    ["SelfDeactivate", "assignment", "deactivated", "active:s1:ended"],
    ["AdminExtend", "eligibility", "extended", "eligible:s1:until:2026-03-01T18:00:00.000Z"],
    ["SelfRenew", "eligibility", "extended", "eligible:s1:until:2026-03-01T18:00:00.000Z"],
    ["AdminUpdate", "assignment", "extended", "active:s1:until:2026-03-01T18:00:00.000Z"],
  ] as const)("%s of an %s is %s", (requestType, family, kind, key) => {
    const status = requestType === "AdminRemove" || requestType === "SelfDeactivate" ? "Revoked" : "Provisioned";
    const [event] = eventsOfRequest(request({ requestType, family, status, requestorId: "admin" }), null, NOW);
    expect(event).toMatchObject({ kind, key, by: { id: "admin" } });
  });
});

it("asks for the stages of an approval only when there is a decision in them", () => {
  const of = (status: string, approvalId: string | null = "a") => needsApproval(request({ status, approvalId }));
  expect([of("PendingApproval"), of("Provisioned"), of("Denied"), of("Canceled"), of("Provisioned", null)]).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});
