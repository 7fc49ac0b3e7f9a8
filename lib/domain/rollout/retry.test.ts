import { describe, expect, it } from "vitest";
import { planErrors } from "./plan";
import { planFixture } from "./plan-fixture";
import { DEFAULT_RETRIES, MAX_RETRIES, NEVER_RETRIED, retryAt, retryDecision } from "./retry";
import { CAUSE_KINDS } from "./types";

const NOW = new Date("2026-11-21T12:00:00.000Z");

describe("trying again by itself", () => {
  it.each([
    ["endpointBlocked", 1, "retry"],
    ["endpointBlocked", 2, "retry"],
    ["endpointBlocked", 3, "end"],
    ["serviceError", 3, "retry"],
    ["serviceError", 4, "end"],
    ["timedOut", 1, "retry"],
    ["timedOut", 2, "end"],
    ["unsupportedSystem", 1, "end"],
    ["policy", 1, "end"],
    [null, 1, "end"],
  ] as const)("[C75] %s after %s attempts: %s", (cause, attempt, decision) => {
    expect(retryDecision({ retries: DEFAULT_RETRIES }, cause, attempt)).toBe(decision);
  });

  it("a cause that the plan does not name is not tried again", () => {
    expect(retryDecision({ retries: {} }, "serviceError", 1)).toBe("end");
    expect(retryDecision({ retries: { serviceError: 0 } }, "serviceError", 1)).toBe("end");
  });

  it.each(NEVER_RETRIED)("%s is never tried again, whatever the plan says", (cause) => {
    expect(retryDecision({ retries: { [cause]: 5 } }, cause, 1)).toBe("end");
    expect(DEFAULT_RETRIES[cause]).toBeUndefined();
  });

  it("never makes more than five further attempts, even if a stored plan asks for more", () => {
    expect(retryDecision({ retries: { other: 99 } }, "other", MAX_RETRIES)).toBe("retry");
    expect(retryDecision({ retries: { other: 99 } }, "other", MAX_RETRIES + 1)).toBe("end");
  });

  it("every cause either is never tried again or has a default", () => {
    expect(CAUSE_KINDS.filter((cause) => !NEVER_RETRIED.includes(cause) && DEFAULT_RETRIES[cause] === undefined)).toEqual([]);
    expect(planErrors(planFixture({ retries: DEFAULT_RETRIES }), 10, NOW)).toEqual([]);
  });
});

describe("the wait before the next attempt", () => {
  it.each([
    [5, 1, 5],
    [5, 2, 10],
    [5, 3, 20],
    [120, 4, 360],
    [600, 3, 600],
  ])("%s minutes, after attempt %s: %s minutes", (minutes, attempt, wait) => {
    expect(retryAt({ retryAfterMinutes: minutes }, attempt, NOW)).toEqual(new Date(NOW.getTime() + wait * 60_000));
  });
});
