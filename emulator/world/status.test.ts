import { describe, expect, it } from "vitest";
import { certificateAt, DAY_MS } from "./certificate.ts";
import { DISCONNECTED_AFTER_MS, isReachable, machineStateAt } from "./status.ts";
import { machineNamed, TEST_NOW, testWorld } from "./test-world.ts";
import type { MachineSpec } from "./types.ts";

function machine(change: Partial<MachineSpec> = {}): MachineSpec {
  return { ...machineNamed(testWorld(), "ams-app-0001"), certificateStartMs: TEST_NOW, ...change };
}

describe("the status that ARM shows", () => {
  const silent = machine({ offlineSinceMs: TEST_NOW });
  const silentAt = TEST_NOW + DISCONNECTED_AFTER_MS;
  const endMs = certificateAt(silent, TEST_NOW).endMs;

  it.each([
    ["Connected until 15 minutes have passed", silentAt - 1, "Connected"],
    ["Disconnected from 15 minutes on", silentAt, "Disconnected"],
    ["Disconnected to the last millisecond of the certificate", endMs - 1, "Disconnected"],
    ["Expired from the end of the certificate on", endMs, "Expired"],
  ])("is, for a silent machine, %s", (_, nowMs, status) => {
    expect(machineStateAt(silent, nowMs).status).toBe(status);
  });

  it("dates Disconnected to the missed heartbeats and Expired to the end of the certificate", () => {
    expect(machineStateAt(silent, silentAt + DAY_MS).changedAtMs).toBe(silentAt);
    expect(machineStateAt(silent, endMs + DAY_MS).changedAtMs).toBe(endMs);
  });

  it("becomes Expired when a connected machine cannot renew until the end", () => {
    const stuck = machine({ renewalStuckSinceMs: TEST_NOW });
    expect(machineStateAt(stuck, endMs - 1).status).toBe("Connected");
    expect(machineStateAt(stuck, endMs).status).toBe("Expired");
  });

  it("never becomes Expired without an identity, which has no certificate", () => {
    const spec = machine({ offlineSinceMs: TEST_NOW, principalId: null });
    expect(machineStateAt(spec, endMs + DAY_MS).status).toBe("Disconnected");
  });

  it("shows a forced text as it is", () => {
    expect(machineStateAt(machine({ forcedStatus: "Paused" }), TEST_NOW).status).toBe("Paused");
  });
});

describe("reachability", () => {
  it.each([
    ["a connected machine", {}, true],
    ["a machine with an unknown status text", { forcedStatus: "Paused" }, true],
    ["a machine without identity", { principalId: null }, true],
    ["a machine silent for a minute, though ARM still says Connected", { offlineSinceMs: TEST_NOW - 60_000 }, false],
    ["a machine that awaits its first connection", { forcedStatus: "AwaitingConnection" }, false],
    [
      "a machine whose certificate is over",
      { renewalStuckSinceMs: TEST_NOW - 90 * DAY_MS, certificateStartMs: TEST_NOW - 90 * DAY_MS },
      false,
    ],
  ] satisfies [string, Partial<MachineSpec>, boolean][])("of %s", (_, change, expected) => {
    expect(isReachable(machine(change), TEST_NOW)).toBe(expected);
  });
});
