import { describe, expect, it } from "vitest";
import { ITEM_MOVES, isFinalItem, stateOfPhase } from "./item-state";
import { REQUEST_PHASES } from "./request-status";
import { ITEM_STATES } from "./write-api";

describe("item states", () => {
  it("end with done, refused, canceled and failed, and with no other", () => {
    expect(ITEM_STATES.filter(isFinalItem)).toEqual(["done", "refused", "canceled", "failed"]);
  });

  it("are all reachable, and something is always sent from submitting only", () => {
    const reached = new Set(Object.values(ITEM_MOVES).flat());
    expect(ITEM_STATES.filter((state) => !reached.has(state))).toEqual([]);
    const intoDone = ITEM_STATES.filter((state) => ITEM_MOVES[state].includes("done"));
    expect(intoDone).toEqual(["submitting", "unknown", "waiting", "scheduled"]);
  });

  it("never go back to planned from where Azure may have the request", () => {
    for (const state of ["unknown", "waiting", "scheduled"] as const) expect(ITEM_MOVES[state]).not.toContain("planned");
  });
});

it("every phase of a request is a state that submitting may move to", () => {
  for (const phase of REQUEST_PHASES) expect(ITEM_MOVES.submitting).toContain(stateOfPhase(phase));
  expect(stateOfPhase("needsDecision")).toBe("waiting");
  expect(stateOfPhase("unknown")).toBe("waiting");
});
