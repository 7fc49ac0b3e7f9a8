import { describe, expect, it } from "vitest";
import { OPERATION_STATES, type OperationState } from "./api";
import { canMove, isFinal, RUNNING_STATES } from "./operation-state";

const EDGES: readonly [OperationState, OperationState][] = [
  ["planned", "submitting"],
  ["planned", "canceled"],
  ["planned", "refused"],
  ["submitting", "planned"],
  ["submitting", "provisioning"],
  ["submitting", "unknown"],
  ["submitting", "refused"],
  ["submitting", "succeeded"],
  ["unknown", "submitting"],
  ["unknown", "provisioning"],
  ["unknown", "succeeded"],
  ["unknown", "failed"],
  ["unknown", "canceled"],
  ["provisioning", "succeeded"],
  ["provisioning", "failed"],
  ["provisioning", "canceled"],
];
const allowed = new Set(EDGES.map(([from, to]) => `${from}>${to}`));
const pairs = OPERATION_STATES.flatMap((from) => OPERATION_STATES.map((to) => [from, to] as const));

describe("operation states", () => {
  it.each(pairs)("%s to %s is allowed exactly when the table says so", (from, to) => {
    expect(canMove(from, to)).toBe(allowed.has(`${from}>${to}`));
  });

  it("never sends a request again once Azure accepted it", () => {
    expect(canMove("provisioning", "submitting")).toBe(false);
    expect(canMove("provisioning", "unknown")).toBe(false);
  });

  it.each(["succeeded", "failed", "canceled", "refused"] as const)("%s is final", (state) => {
    expect(isFinal(state)).toBe(true);
  });

  it("blocks a machine while an operation is planned, submitting, provisioning or unknown", () => {
    expect(RUNNING_STATES).toEqual(["planned", "submitting", "provisioning", "unknown"]);
  });
});
