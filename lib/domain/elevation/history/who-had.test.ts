import { describe, expect, it } from "vitest";
import { LONG_AGO } from "./intervals";
import { type HistoryEvent, historyEvent } from "./types";
import { type Coverage, whoHad } from "./who-had";

const SUB = "/subscriptions/s";
const MACHINE = `${SUB}/resourcegroups/g/providers/microsoft.hybridcompute/machines/srv-x`;
const CHAIN = [MACHINE, `${SUB}/resourcegroups/g`, SUB, "/providers/microsoft.management/managementgroups/root", "/"];
const day = (number: number) => new Date(Date.UTC(2026, 2, number)).toISOString();
const on = (number: number) => ({ from: day(number), to: day(number + 1) });
const WHOLE = [{ from: day(1), to: day(30) }];
const COVERAGE: Coverage = { requests: WHOLE, activity: WHOLE, state: WHOLE, groups: WHOLE };

function assigned(id: string, kind: "user" | "group", scope: string, over: Partial<HistoryEvent> = {}): HistoryEvent {
  return historyEvent({
    key: `active:${id}:began`,
    kind: "assigned",
    at: day(2),
    startsAt: day(2),
    track: "active",
    holding: `active:${id}`,
    principal: { id, kind, name: id, detail: "" },
    role: { id: "owner", name: "Owner" },
    scope,
    source: "state",
    azureId: id,
    ...over,
  });
}
function joined(
  group: string,
  member: string,
  kind: "user" | "group",
  at: string,
  over: Partial<HistoryEvent> = {},
): HistoryEvent {
  return historyEvent({
    key: `member:${group}/${member}~${at}:began`,
    kind: "joined",
    at,
    track: "member",
    holding: `member:${group}/${member}~${at}`,
    principal: { id: member, kind, name: member, detail: "" },
    group: { id: group, name: group },
    source: "groups",
    azureId: group,
    ...over,
  });
}
const ask = (events: HistoryEvent[], range = on(10), over: Partial<Parameters<typeof whoHad>[0]> = {}) =>
  whoHad({ events, chain: CHAIN, range, coverage: COVERAGE, common: WHOLE, ...over });
const who = (events: HistoryEvent[], range = on(10)) =>
  ask(events, range).rows.map(({ principal, certainty }) => `${principal.id} ${certainty}`);

describe("who had access", () => {
  it("are holders at the machine and at every scope above it, and nobody beside it", () => {
    const events = [
      ...CHAIN.map((scope, index) => assigned(`p${index}`, "user", scope)),
      assigned("other", "user", `${SUB}/resourcegroups/h`),
      assigned("longer", "user", `${MACHINE}-2`),
    ];
    expect(who(events)).toEqual(["p0 held", "p1 held", "p2 held", "p3 held", "p4 held"]);
  });

  it("are members of a group, and of a group in it, with the way between", () => {
    const events = [
      assigned("g", "group", SUB),
      joined("g", "h", "group", day(3)),
      joined("h", "ann", "user", day(3)),
      joined("g", "bob", "user", day(3)),
    ];
    const { rows } = ask(events);
    expect(rows.map(({ principal, via }) => [principal.id, ...via.map(({ id }) => id)])).toEqual([
      ["ann", "g", "h"],
      ["bob", "g"],
    ]);
  });

  it("are not members who had left, nor such as joined later", () => {
    const left = joined("g", "ann", "user", day(3));
    const events = [
      assigned("g", "group", SUB),
      left,
      { ...left, key: `${left.holding}:ended`, kind: "left" as const, at: day(6), earliestAt: day(5) },
      joined("g", "bob", "user", day(20), { earliestAt: day(19) }),
      joined("g", "cyd", "user", day(4)),
    ];
    expect(who(events)).toEqual(["cyd held"]);
    expect(who(events, { from: day(5), to: day(5) })).toEqual(["ann maybe", "cyd held"]);
  });

  it("are not held up by groups that contain each other", () => {
    const events = [
      assigned("g", "group", SUB),
      joined("g", "h", "group", day(3)),
      joined("h", "g", "group", day(3)),
      joined("h", "ann", "user", day(3)),
    ];
    expect(who(events)).toEqual(["ann held"]);
  });

  it("name who approved an activation, from the request that has the name of its schedule", () => {
    const events = [
      assigned("p", "user", SUB, { kind: "activated", holding: "active:req-1", endsAt: day(20) }),
      historyEvent({
        key: "request:req-1:approved",
        kind: "approved",
        at: day(2),
        track: "active",
        scope: SUB,
        decidedBy: { id: "boss", kind: "user", name: "Boss", detail: "" },
        source: "directory",
        azureId: "y",
      }),
    ];
    expect(ask(events).rows[0]).toMatchObject({ kind: "activated", decidedBy: { name: "Boss" } });
  });

  it("leave out eligibilities: the right to activate is no access", () => {
    expect(who([assigned("p", "user", SUB, { kind: "eligible", track: "eligible" })])).toEqual([]);
  });
});

describe("at least", () => {
  it("nothing is missing inside the stretch that was read without a hole", () => {
    expect(ask([assigned("p", "user", SUB)])).toMatchObject({ atLeast: [], complete: WHOLE[0] });
  });

  it.each([
    ["before the first reading reaches", day(0), WHOLE, { id: "beforeFirst", completeFrom: day(1) }],
    ["after the last reading", day(40), WHOLE, { id: "afterLast", completeTo: day(30) }],
    [
      "in a gap",
      day(12),
      [
        { from: day(1), to: day(11) },
        { from: day(14), to: day(30) },
      ],
      { id: "gap", from: day(11), to: day(14) },
    ],
  ])("says so %s", (_, at, common, reason) => {
    const answer = ask([], { from: at, to: at }, { common });
    expect(answer).toMatchObject({ atLeast: [reason], complete: null });
  });

  it("says which source was never read", () => {
    const answer = ask([], on(10), { coverage: { ...COVERAGE, activity: [] }, common: [] });
    expect(answer.atLeast).toEqual([{ id: "notRead", source: "activity" }]);
  });

  it("says that members were not known yet, and shows today's as perhaps", () => {
    const events = [assigned("g", "group", SUB), joined("g", "ann", "user", day(20), { earliestAt: LONG_AGO })];
    const answer = ask(events, on(10), { coverage: { ...COVERAGE, groups: [{ from: day(20), to: day(30) }] } });
    expect(answer.rows.map(({ principal, certainty }) => `${principal.id} ${certainty}`)).toEqual(["ann maybe"]);
    expect(answer.atLeast).toEqual([{ id: "groupsBefore", knownFrom: day(20) }]);
  });

  it("keeps a group whose members nobody could read, under its own name", () => {
    const answer = ask([assigned("g", "group", SUB)]);
    expect(answer.rows.map(({ principal }) => principal.id)).toEqual(["g"]);
    expect(answer.atLeast).toEqual([{ id: "groupUnknown", group: "g" }]);
  });
});
