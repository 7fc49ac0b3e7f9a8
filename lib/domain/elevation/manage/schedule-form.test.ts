import { describe, expect, it } from "vitest";
import { type EndChoice, longestEnd, type ScheduleForm, scheduleProblems } from "./schedule-form";

const NOW = new Date("2026-11-21T12:00:00Z");
const DAY = 1_440;
const RULE = { endRequired: true, maxMinutes: 30 * DAY, justification: false, ticket: false, mfa: false };
const FREE = { ...RULE, endRequired: false };

function problems(patch: Partial<ScheduleForm>, rule: typeof RULE | null = RULE): string[] {
  const form: ScheduleForm = {
    startsAt: null,
    end: { kind: "after", minutes: DAY },
    justification: "",
    ticketNumber: "",
    ...patch,
  };
  return scheduleProblems(form, rule, NOW).map(({ id }) => id);
}

const lasting = (minutes: number): EndChoice => ({ kind: "after", minutes });
const at = (endsAt: string): EndChoice => ({ kind: "at", endsAt });

describe("scheduleProblems", () => {
  it.each<[string, EndChoice, string[]]>([
    ["the longest", lasting(30 * DAY), []],
    ["one minute more", lasting(30 * DAY + 1), ["tooLong"]],
    ["the shortest", lasting(5), []],
    ["one minute less", lasting(4), ["tooShort"]],
    ["no end", { kind: "none" }, ["endRequired"]],
    ["the last date", at("2026-12-21T12:00:00Z"), []],
    ["a minute after the last date", at("2026-12-21T12:01:00Z"), ["tooLong"]],
    ["a date in the past", at("2026-11-20T12:00:00Z"), ["tooShort"]],
    ["no date", at("soon"), ["endUnreadable"]],
  ])("judges the end by the policy: %s", (_, end, ids) => {
    expect(problems({ end })).toEqual(ids);
  });

  it("counts from the start, not from now", () => {
    expect(problems({ startsAt: "2026-12-01T12:00:00Z", end: at("2026-12-31T12:00:00Z") })).toEqual([]);
    expect(problems({ startsAt: "2026-12-01T12:00:00Z", end: at("2026-12-31T12:01:00Z") })).toEqual(["tooLong"]);
  });

  it("takes any end where the policy asks for none: the maximum then counts for nothing", () => {
    expect(problems({ end: { kind: "none" } }, FREE)).toEqual([]);
    expect(problems({ end: lasting(400 * DAY) }, FREE)).toEqual([]);
  });

  it("lets a start lie five minutes back, as long as a form takes, and no more", () => {
    expect(problems({ startsAt: "2026-11-21T11:55:00Z" })).toEqual([]);
    expect(problems({ startsAt: "2026-11-21T11:54:59Z" })).toEqual(["startInPast"]);
    expect(problems({ startsAt: "noon" })).toEqual(["startUnreadable"]);
  });

  it("asks for a reason and a ticket where the policy does, blanks do not count", () => {
    expect(problems({ justification: "  ", ticketNumber: " " }, { ...RULE, justification: true, ticket: true })).toEqual([
      "justificationMissing",
      "ticketMissing",
    ]);
  });

  it("says that the policy is not known, and does not block for it", () => {
    const form: ScheduleForm = { startsAt: null, end: { kind: "none" }, justification: "", ticketNumber: "" };
    expect(scheduleProblems(form, null, NOW)).toEqual([{ id: "policyUnknown", field: "end", blocks: false, values: {} }]);
  });
});

describe("longestEnd", () => {
  it.each([
    ["none when the policy is not known", null, { kind: "none" }],
    ["none when no end is required", FREE, { kind: "none" }],
    ["the maximum", RULE, lasting(30 * DAY)],
    ["a year when an end is required without a maximum", { ...RULE, maxMinutes: null }, lasting(365 * DAY)],
  ] as const)("begins with %s", (_, rule, end) => {
    expect(longestEnd(rule)).toEqual(end);
  });
});
