import { describe, expect, it } from "vitest";
import { compareReading, type KnownHolding } from "./compare";
import { commonWindows, gapsOf, isCovered, planReading } from "./coverage";
import { type AssignmentActivity, eventsOfActivity } from "./from-activity";
import { type DirectoryAuditFacts, eventOfDirectoryAudit } from "./from-directory";
import { holdingOfState, withKnownNames } from "./from-state";
import { weeklyReport } from "./report";
import { type Holding, historyEvent } from "./types";
import { rangeOfWeek, weekAfter, weekOf } from "./week";

const day = (number: number, hour = 0) => new Date(Date.UTC(2026, 2, number, hour)).toISOString();
const NAMES = { role: (id: string) => `role ${id}`, principal: () => null };

describe("the activity log", () => {
  const row = (over: Partial<AssignmentActivity> = {}): AssignmentActivity => ({
    id: "e1",
    at: day(2),
    kind: "write",
    assignment: "a1",
    assignmentId: "/x/a1",
    scope: "/subscriptions/s",
    caller: { id: "ada", kind: "user", name: "Ada", detail: "" },
    isPim: false,
    principal: { id: "ann", kind: "user" },
    roleId: "owner",
    ...over,
  });

  it("tells of an assignment that came and went between two readings", () => {
    const events = eventsOfActivity([row({ kind: "delete", id: "e2", at: day(3) }), row()], () => null, NAMES);
    expect(events.map(({ kind, key, principal }) => [kind, key, principal?.id])).toEqual([
      ["assigned", "active:a1:began", "ann"],
      ["removed", "active:a1:ended", "ann"],
    ]);
  });

  it.each([
    ["PIM wrote itself", { isPim: true }],
    ["does not say for whom", { principal: null }],
  ])("leaves what %s to the other sources", (_, over) => {
    expect(eventsOfActivity([row(over)], () => null, NAMES)).toEqual([]);
  });

  it("gives an end the name under which the beginning is known", () => {
    const begin = historyEvent({
      key: "k",
      kind: "assigned",
      at: day(1),
      source: "state",
      azureId: "x",
      role: { id: "owner", name: "Owner" },
    });
    const events = eventsOfActivity(
      [row({ kind: "delete" })],
      () => ({ holding: "active:schedule-9", begin, endedAt: null }),
      NAMES,
    );
    expect(events).toMatchObject([
      { kind: "removed", key: "active:schedule-9:ended", role: { name: "Owner" }, by: { name: "Ada" } },
    ]);
  });
});

describe("the directory's audit log", () => {
  const entry = (over: Partial<DirectoryAuditFacts> = {}): DirectoryAuditFacts => ({
    id: "d1",
    at: day(2),
    activity: "Add member to role request approved (PIM activation)",
    failed: false,
    reason: "looks fine",
    actor: { id: "boss", kind: "user", name: "Boss", detail: "" },
    requestName: "r1",
    principal: { id: "ann", kind: "user", name: "Ann", detail: "" },
    role: { id: "owner", name: "Owner" },
    scope: "/subscriptions/s",
    scopeName: "Prod",
    justification: "patch",
    ticket: null,
    ...over,
  });

  it("names who decided, under the same key as the request's own approval", () => {
    expect(eventOfDirectoryAudit(entry())).toMatchObject({
      kind: "approved",
      key: "request:r1:approved",
      decidedBy: { name: "Boss" },
      by: { name: "Ann" },
      reason: "looks fine",
    });
  });

  it.each([
    ["Add member to role request denied (PIM activation)", "denied"],
    ["Add member to role canceled (PIM activation)", "canceled"],
    ["Add member to role cancelled (PIM activation)", "canceled"],
    ["Update role setting in PIM", "settings"],
    ["Add member to role completed (PIM activation)", undefined],
    ["Remove member from role (PIM activation expired)", undefined],
    ["Something Microsoft adds next year", undefined],
  ])("%s is %s", (activity, kind) => {
    expect(eventOfDirectoryAudit(entry({ activity }))?.kind).toBe(kind);
  });

  it("says nothing about a decision that belongs to no request", () => {
    expect(eventOfDirectoryAudit(entry({ requestName: null }))).toBeNull();
  });
});

function held(id: string, over: Partial<Parameters<typeof holdingOfState>[0]> = {}): Holding {
  return holdingOfState({
    track: "active",
    schedule: id,
    assignmentName: id,
    activated: false,
    principal: { id: "ann", kind: "user", name: "Ann", detail: "" },
    role: { id: "owner", name: "Owner" },
    scope: "/subscriptions/s",
    scopeName: "",
    startsAt: day(1),
    endsAt: null,
    by: null,
    condition: null,
    azureId: id,
    ...over,
  });
}
const known = (holding: Holding, over: Partial<KnownHolding> = {}): KnownHolding => ({
  ...holding,
  lastSeen: day(4),
  missingSince: null,
  ...over,
});

describe("two readings compared", () => {
  const compare = (before: KnownHolding[], listed: Holding[], now = day(5)) =>
    compareReading({ known: before, listed, now, graceMs: 600_000 });

  it("yield what began, with the start that Azure names", () => {
    expect(compare([], [held("a")]).events).toMatchObject([{ kind: "assigned", at: day(1), key: "active:a:began" }]);
  });

  it("yield nothing for what stayed", () => {
    expect(compare([known(held("a"))], [held("a")]).events).toEqual([]);
  });

  it("yield a moved end, between the two readings", () => {
    const { events } = compare([known(held("a", { endsAt: day(9) }))], [held("a", { endsAt: day(12) })]);
    expect(events).toMatchObject([{ kind: "extended", earliestAt: day(4), at: day(5), endsAt: day(12) }]);
  });

  it("leave what the clock ended to the clock", () => {
    expect(compare([known(held("a", { endsAt: day(5) }))], [])).toMatchObject({ events: [], missing: [], ended: [] });
  });

  it("do not miss what has not begun", () => {
    expect(compare([known(held("a", { startsAt: day(8) }), { lastSeen: null })], [])).toMatchObject({ events: [], missing: [] });
  });

  it("wait exactly ten minutes for an explanation", () => {
    const since = (ms: number) => known(held("a"), { missingSince: new Date(Date.parse(day(5)) - ms).toISOString() });
    expect(compare([since(599_999)], []).events).toEqual([]);
    expect(compare([since(600_000)], []).events).toMatchObject([{ kind: "gone" }]);
  });
});

describe("names of holdings", () => {
  it("keep the one that the activity log gave first", () => {
    const byAssignment = new Map([["a", { id: "active:a-log", endedAt: null }]]);
    const [one] = withKnownNames([held("s", { assignmentName: "a" })], { byId: new Map(), byAssignment });
    expect(one).toMatchObject({ id: "active:a-log", begin: { holding: "active:a-log", key: "active:a-log:began" } });
  });

  it("leave out what Azure still lists after its end", () => {
    expect(withKnownNames([held("a")], { byId: new Map([["active:a", { endedAt: day(3) }]]), byAssignment: new Map() })).toEqual(
      [],
    );
  });
});

describe("coverage", () => {
  it("asks for what is kept, not a moment more, and closes up at exactly that age", () => {
    const now = new Date(day(31));
    expect(planReading([], "requests", now)).toMatchObject({ from: day(1), gap: null });
    expect(planReading([{ from: day(-9), to: day(1) }], "requests", now)).toMatchObject({
      gap: null,
      window: { from: day(-9), to: day(31) },
    });
    const late = new Date(Date.parse(day(1)) - 1).toISOString();
    expect(planReading([{ from: day(-9), to: late }], "requests", now).gap).toEqual({ from: late, to: day(1) });
  });

  it("never shrinks when a clock goes back", () => {
    expect(planReading([{ from: day(1), to: day(9) }], "requests", new Date(day(8))).window.to).toBe(day(9));
  });

  it("names the holes and what all places know together", () => {
    const a = [
      { from: day(1), to: day(5) },
      { from: day(8), to: day(20) },
    ];
    expect(gapsOf(a)).toEqual([{ from: day(5), to: day(8) }]);
    expect(commonWindows([a, [{ from: day(3), to: day(10) }]])).toEqual([
      { from: day(3), to: day(5) },
      { from: day(8), to: day(10) },
    ]);
    expect([isCovered(a, day(4), day(5)), isCovered(a, day(4), day(9))]).toEqual([true, false]);
  });
});

describe("weeks", () => {
  it.each([
    ["2026-W01", "2025-12-29T00:00:00.000Z"],
    ["2026-W53", "2026-12-28T00:00:00.000Z"],
    ["2027-W01", "2027-01-04T00:00:00.000Z"],
  ])("%s begins on Monday %s", (week, from) => {
    expect(rangeOfWeek(week)?.from).toBe(from);
    expect(weekOf(new Date(from))).toBe(week);
    expect(weekOf(new Date(Date.parse(from) - 1))).not.toBe(week);
  });

  it.each(["2026-W54", "2027-W53", "2026-W00", "2026-47", "", "2026-W5"])("%s is no week", (text) => {
    expect(rangeOfWeek(text)).toBeNull();
  });

  it("follow each other over the year's end", () => {
    expect([weekAfter("2026-W53", 1), weekAfter("2027-W01", -1)]).toEqual(["2027-W01", "2026-W53"]);
  });
});

it("reports the hours that lie in the week, also of what began before it", () => {
  const range = { from: day(9), to: day(16) };
  const start = historyEvent({
    key: "k",
    kind: "activated",
    at: day(8, 20),
    startsAt: day(8, 20),
    endsAt: day(9, 6),
    track: "active",
    holding: "active:a",
    principal: { id: "ann", kind: "user", name: "Ann", detail: "" },
    role: { id: "owner", name: "Owner" },
    source: "requests",
    azureId: "x",
  });
  const report = weeklyReport([], [start], range);
  expect(report.people).toMatchObject([
    { person: { id: "ann" }, activations: 1, hours: 6, roles: ["Owner"], withoutReason: 1, withoutTicket: 1 },
  ]);
  expect(report.counts.activated).toBe(0);
});
