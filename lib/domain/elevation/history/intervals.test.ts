import { describe, expect, it } from "vitest";
import { heldIn, intervalsOf, LONG_AGO, overlap } from "./intervals";
import { type HistoryEvent, historyEvent } from "./types";

const day = (number: number, hour = 0) => new Date(Date.UTC(2026, 2, number, hour)).toISOString();
const moment = (at: string) => ({ from: at, to: at });

function event(kind: HistoryEvent["kind"], at: string, over: Partial<HistoryEvent> = {}): HistoryEvent {
  return historyEvent({
    key: `${kind}:${at}`,
    kind,
    at,
    track: "active",
    holding: "active:a",
    principal: { id: "p", kind: "user", name: "P", detail: "" },
    role: { id: "r", name: "R" },
    scope: "/subscriptions/s",
    source: "requests",
    azureId: "x",
    ...over,
  });
}
const one = (...events: HistoryEvent[]) => {
  const [first, ...rest] = intervalsOf(events);
  if (first === undefined || rest.length > 0) throw new Error(`${rest.length + 1} stretches`);
  return first;
};

describe("a stretch", () => {
  it("lasts from its start to its planned end, the end not included", () => {
    const held = one(event("activated", day(1), { startsAt: day(1), endsAt: day(2) }));
    expect(heldIn(held, moment(day(1)))).toBe("held");
    expect(heldIn(held, moment(new Date(Date.parse(day(1)) - 1).toISOString()))).toBe("no");
    expect(heldIn(held, moment(new Date(Date.parse(day(2)) - 1).toISOString()))).toBe("held");
    expect(heldIn(held, moment(day(2)))).toBe("no");
  });

  it("begins when it counts, not when it was given", () => {
    const held = one(event("assigned", day(1), { startsAt: day(3), endsAt: day(5) }));
    expect(heldIn(held, moment(day(2)))).toBe("no");
    expect(heldIn(held, moment(day(3)))).toBe("held");
  });

  it("ends early when somebody ended it", () => {
    const held = one(event("activated", day(1), { startsAt: day(1), endsAt: day(5) }), event("deactivated", day(2)));
    expect(held).toMatchObject({ to: day(2), earliestTo: day(2) });
  });

  it("that nobody ended goes on", () => {
    const held = one(event("assigned", day(1), { startsAt: day(1) }));
    expect(held.to).toBeNull();
    expect(heldIn(held, moment(day(300)))).toBe("held");
  });

  it("that was missed at a reading ended between two, and in between is perhaps", () => {
    const held = one(event("assigned", day(1), { startsAt: day(1) }), event("gone", day(9), { earliestAt: day(5) }));
    expect([day(5, -1), day(5), day(8), day(9)].map((at) => heldIn(held, moment(at)))).toEqual(["held", "maybe", "maybe", "no"]);
  });

  it("that was seen for the first time may have begun long before", () => {
    const held = one(event("joined", day(4), { earliestAt: LONG_AGO }));
    expect(heldIn(held, moment(day(1)))).toBe("maybe");
    expect(heldIn(held, moment(day(4)))).toBe("held");
  });

  it("moves its end with an extension and ends by the new one", () => {
    const held = one(
      event("assigned", day(1), { startsAt: day(1), endsAt: day(5) }),
      event("extended", day(4), { endsAt: day(9) }),
    );
    expect(held.to).toBe(day(9));
  });

  it("that is renewed after its end is a second one, with a hole between", () => {
    const events = [
      event("assigned", day(1), { startsAt: day(1), endsAt: day(3) }),
      event("expired", day(3)),
      event("extended", day(6), { endsAt: day(8) }),
    ];
    const stretches = intervalsOf(events);
    expect(stretches.map(({ from, to }) => [from, to])).toEqual([
      [day(1), day(3)],
      [day(6), day(8)],
    ]);
    expect(stretches.map((held) => heldIn(held, moment(day(4))))).toEqual(["no", "no"]);
  });

  it("of which only the end is known held for a time that nobody knows", () => {
    const held = one(event("removed", day(6)));
    expect(heldIn(held, moment(day(2)))).toBe("maybe");
    expect(heldIn(held, moment(day(6)))).toBe("no");
  });

  it("does not depend on the order in which events were copied", () => {
    const events = [event("deactivated", day(2)), event("activated", day(1), { startsAt: day(1), endsAt: day(5) })];
    expect(intervalsOf(events)).toEqual(intervalsOf(events.toReversed()));
  });
});

describe("a day", () => {
  const range = { from: day(10), to: day(11) };
  it.each([
    ["ended at its first moment", day(8), day(10), "no"],
    ["held for its first millisecond", day(8), new Date(Date.parse(day(10)) + 1).toISOString(), "held"],
    ["began at its end", day(11), day(12), "no"],
    ["lies inside", day(10, 3), day(10, 4), "held"],
    ["covers it", day(1), day(20), "held"],
  ])("what %s counts: %s to %s", (_, from, to, expected) => {
    expect(heldIn(one(event("activated", from, { startsAt: from, endsAt: to })), range)).toBe(expected);
  });
});

describe("two stretches", () => {
  const stretch = (from: string, to: string) => one(event("activated", from, { startsAt: from, endsAt: to }));
  it("share what both cover", () => {
    expect(overlap(stretch(day(1), day(5)), stretch(day(3), day(9)))).toMatchObject({ from: day(3), to: day(5) });
  });
  it("that only touch share nothing", () => {
    expect(overlap(stretch(day(1), day(3)), stretch(day(3), day(9)))).toBeNull();
  });
});
