import { describe, expect, it } from "vitest";
import { recoveryStep } from "./recovery-step";

const step = (certificateState: string, agentVersion = "1.58.03086.2501") => recoveryStep({ certificateState, agentVersion });

describe("next step of an expired machine", () => {
  it.each(["1.70.03200.3000", "1.71.0.0", "2.0.0"])("names azcmagent reconnect for agent %s, which knows it", (version) => {
    expect(step("expired", version)).toContain("azcmagent reconnect");
  });

  it.each(["1.69.9.9", "1.41.02356.1601", "", "unknown"])("does not name it for agent %j", (version) => {
    expect(step("expired", version)).not.toContain("azcmagent reconnect");
    expect(step("expired", version)).toContain("inherits nothing");
  });
});

it("has a step for every state of the queue and none for a healthy machine", () => {
  for (const state of ["expired", "critical", "renewal-stuck", "at-risk"]) expect(step(state).length).toBeGreaterThan(20);
  expect(step("ok")).toBe("");
});
