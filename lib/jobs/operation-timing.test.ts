import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/domain/errors";
import { pollDelayMs, restUntil } from "./operation-timing";
import { sendOutcome } from "./send-outcome";
import { azureError } from "./testing";

describe("poll delay", () => {
  it.each([
    [0, 2_000],
    [1, 2_600],
    [7, 12_550],
    [8, 15_000],
    [400, 15_000],
  ])("after %i polls is %i ms", (polls, ms) => {
    expect(pollDelayMs({ polls, ageMs: 0, retryAfterSeconds: null })).toBe(ms);
  });

  it("is what the service asked for", () => {
    expect(pollDelayMs({ polls: 9, ageMs: 0, retryAfterSeconds: 7 })).toBe(7_000);
    expect(pollDelayMs({ polls: 0, ageMs: 0, retryAfterSeconds: 0 })).toBe(2_000);
    expect(pollDelayMs({ polls: 0, ageMs: 0, retryAfterSeconds: 86_400 })).toBe(600_000);
  });

  it("grows to a minute after more than an hour", () => {
    expect(pollDelayMs({ polls: 50, ageMs: 3_600_000, retryAfterSeconds: null })).toBe(15_000);
    expect(pollDelayMs({ polls: 50, ageMs: 3_600_001, retryAfterSeconds: null })).toBe(60_000);
  });
});

describe("the pause of a runner that has nothing to do", () => {
  const now = new Date("2026-03-01T10:00:00.000Z");
  it.each([
    ["nothing is open", null, 5_000],
    ["something is due in an hour", 3_600_000, 5_000],
    ["something is due a moment before the rest ends", 4_999, 4_999],
    ["something is due in a second", 1_000, 1_000],
    ["something is due before the beat", 999, 1_000],
    ["something is due already, in other hands", -1, 1_000],
  ])("when %s", (_what, dueInMs, ms) => {
    const due = dueInMs === null ? null : new Date(now.getTime() + dueInMs);
    expect(restUntil({ due, now, beatMs: 1_000, restMs: 5_000 })).toBe(ms);
  });
});

describe("what an error of a write means", () => {
  it.each([400, 403, 404, 409, 412, 429, 499])("HTTP %i is a refusal", (status) => {
    expect(sendOutcome(azureError(status))).toBe("refused");
  });

  it.each([408, 500, 502, 503, 504, 200, null])("HTTP %s leaves open whether it arrived", (status) => {
    expect(sendOutcome(azureError(status))).toBe("unknown");
  });

  it("a refused sign-in means that nothing was accepted", () => {
    expect(sendOutcome(azureError(401, "unauthenticated", "e30="))).toBe("notSent");
    expect(sendOutcome(new AppError({ code: "unauthenticated", message: "expired" }))).toBe("notSent");
  });

  it("anything unexpected leaves open whether it arrived", () => {
    expect(sendOutcome(new TypeError("socket"))).toBe("unknown");
  });
});
