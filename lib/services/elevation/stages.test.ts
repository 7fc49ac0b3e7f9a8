import { describe, expect, it } from "vitest";
import type { PimStageRow } from "@/lib/azure/pim-ports";
import { decisionOf, openStage, resultOf } from "./stages";

const stage = (over: Partial<PimStageRow> = {}): PimStageRow => ({
  id: null,
  name: "s",
  status: "InProgress",
  assignedToMe: true,
  reviewResult: "NotReviewed",
  justification: "",
  reviewedAt: null,
  reviewedBy: null,
  ...over,
});
const BOB = { id: "b", name: "Bob", userPrincipalName: "bob@contoso.example" };

it.each([
  ["Approve", "approve"],
  ["approved", "approve"],
  ["Deny", "deny"],
  ["Denied", "deny"],
  ["NotReviewed", "open"],
  ["", "open"],
  ["Deferred", "open"],
])("the result %j is %s", (reviewResult, result) => {
  expect(resultOf(stage({ reviewResult }))).toBe(result);
});

describe("openStage", () => {
  it.each([
    ["mine and in progress", stage(), "s"],
    ["somebody else's", stage({ assignedToMe: false }), null],
    ["not begun", stage({ status: "NotStarted" }), null],
    ["completed without a result yet", stage({ status: "Completed" }), null],
    ["run out", stage({ status: "Expired" }), null],
    ["decided", stage({ reviewResult: "Approve" }), null],
    ["in a status of another spelling", stage({ status: "INPROGRESS" }), "s"],
  ])("of a stage that is %s", (_, one, name) => {
    expect(openStage([one])?.name ?? null).toBe(name);
  });

  it("is the one of several that is mine now", () => {
    const stages = [
      stage({ name: "a", reviewResult: "Approve", status: "Completed" }),
      stage({ name: "b" }),
      stage({ name: "c", status: "NotStarted" }),
    ];
    expect(openStage(stages)?.name).toBe("b");
  });
});

describe("decisionOf", () => {
  it("names who decided, what, when and why", () => {
    const decided = stage({
      reviewResult: "Deny",
      reviewedBy: BOB,
      reviewedAt: "2026-11-21T10:00:00Z",
      justification: "no ticket",
    });
    expect(decisionOf([stage(), decided])).toEqual({
      person: { id: "b", kind: "user", name: "Bob", detail: "bob@contoso.example" },
      decision: "deny",
      at: "2026-11-21T10:00:00Z",
      reason: "no ticket",
    });
  });

  it("is nothing while nobody has, and a decision of nobody known stays a decision", () => {
    expect(decisionOf([stage(), stage({ status: "Initializing" })])).toBeNull();
    expect(decisionOf([stage({ reviewResult: "Approve" })])).toMatchObject({
      decision: "approve",
      person: { kind: "unknown", name: "" },
    });
  });
});
