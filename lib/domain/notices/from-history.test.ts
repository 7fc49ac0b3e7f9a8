import { describe, expect, it } from "vitest";
import { type HistoryEvent, historyEvent } from "../elevation/history/types";
import { jsonBody, teamsBody } from "./bodies";
import { noticesOf } from "./from-history";
import { GIVE_UP_AFTER_MS, judgeAnswer, waitBeforeAttempt } from "./retry";

const NOW = new Date("2026-03-01T12:00:00Z");
const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString();
const HOUR = 3_600_000;

const event = (kind: HistoryEvent["kind"], over: Partial<HistoryEvent> = {}): HistoryEvent =>
  historyEvent({
    key: `request:r1:${kind}`,
    kind,
    at: ago(1_000),
    track: "active",
    holding: "active:s1",
    principal: { id: "ann", kind: "user", name: "Ann [x](http://evil)", detail: "" },
    role: { id: "owner", name: "Owner" },
    scope: "/subscriptions/s",
    scopeName: "Prod",
    endsAt: ago(-8 * HOUR),
    source: "requests",
    azureId: "x",
    ...over,
  });
const kinds = (...events: HistoryEvent[]) => noticesOf(events, NOW).map(({ kind, fact }) => [kind, fact]);

describe("notices of new events", () => {
  it("ask for approval while a request waits, and not when it was decided in the same reading", () => {
    expect(kinds(event("requested"))).toEqual([["needsApproval", "needsApproval/r1"]]);
    expect(kinds(event("requested"), event("denied"))).toEqual([["decided", "decided/r1"]]);
  });

  it("tell of an activation now and of its end 15 minutes before", () => {
    const notices = noticesOf([event("activated")], NOW);
    expect(notices.map(({ kind }) => kind)).toEqual(["activated", "endsSoon"]);
    expect(notices[1]).toMatchObject({ dueAt: ago(-8 * HOUR + 15 * 60_000), holding: "active:s1" });
  });

  it("give a moved end a notice of its own", () => {
    const moved = event("extended", { endsAt: ago(-9 * HOUR) });
    expect(kinds(moved)).toEqual([["endsSoon", `endsSoon/active:s1/${ago(-9 * HOUR)}`]]);
  });

  it.each([
    ["activated", HOUR, 1],
    ["denied", 24 * HOUR, 1],
    ["requested", 24 * HOUR, 1],
    ["activated", HOUR + 1, 0],
    ["denied", 24 * HOUR + 1, 0],
    ["requested", 24 * HOUR + 1, 0],
  ] as const)("of %s %d ms ago are news: %d", (kind, ms, count) => {
    expect(noticesOf([event(kind, { at: ago(ms), endsAt: null })], NOW)).toHaveLength(count);
  });

  it("stay silent about the past: nothing is sent for what is over", () => {
    expect(
      kinds(event("activated", { at: ago(48 * HOUR), endsAt: ago(40 * HOUR) }), event("expired"), event("assigned")),
    ).toEqual([]);
  });
});

describe("bodies", () => {
  const [notice] = noticesOf([event("requested", { justification: "patch" })], NOW);
  if (notice === undefined) throw new Error("no notice");
  const body = jsonBody(notice, { id: "e1", tenantId: "t1", origin: "https://arc.example.com" });

  it("of the webhook carry id, type, version and where to go on", () => {
    expect(body).toMatchObject({
      id: "e1",
      type: "arcwarden.elevation.needsApproval",
      version: 1,
      justification: "patch",
      link: "https://arc.example.com/elevation/approvals",
    });
    expect(jsonBody(notice, { id: "e1", tenantId: "t1", origin: null }).link).toBeNull();
  });

  it("for Teams are one adaptive card in which a person's text is no link", () => {
    const text = JSON.stringify(teamsBody(body));
    expect(text).toContain("application/vnd.microsoft.card.adaptive");
    expect(text).not.toContain("[x](http");
    expect(text).toContain("Event e1");
  });
});

describe("retries", () => {
  it("double from 5 seconds to an hour, a fifth more or less", () => {
    const wait = (attempts: number, random: number) => waitBeforeAttempt({ attempts, random, retryAfterMs: null });
    expect([wait(1, 0.5), wait(2, 0.5), wait(3, 0.5), wait(40, 0.5)]).toEqual([5_000, 10_000, 20_000, HOUR]);
    expect([wait(1, 0), wait(1, 1)]).toEqual([4_000, 6_000]);
  });

  it("obey the receiver when it asks for longer, up to an hour", () => {
    expect(waitBeforeAttempt({ attempts: 1, random: 0.5, retryAfterMs: 60_000 })).toBe(60_000);
    expect(waitBeforeAttempt({ attempts: 1, random: 0.5, retryAfterMs: 10 * HOUR })).toBeLessThanOrEqual(1.2 * HOUR);
    expect(waitBeforeAttempt({ attempts: 5, random: 0.5, retryAfterMs: 1 })).toBe(80_000);
  });

  it.each([
    [200, "delivered"],
    [204, "delivered"],
    [299, "delivered"],
    [301, "never"],
    [308, "never"],
    [400, "again"],
    [429, "again"],
    [500, "again"],
  ])("HTTP %d means %s", (status, verdict) => {
    expect(judgeAnswer(status)).toBe(verdict);
  });

  it("go on for a day", () => {
    expect(GIVE_UP_AFTER_MS).toBe(24 * HOUR);
  });
});
