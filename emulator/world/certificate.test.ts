import { describe, expect, it } from "vitest";
import { CERTIFICATE_DAYS, certificateAt, DAY_MS, keyCredentialsOf } from "./certificate.ts";
import { machineNamed, TEST_NOW, testWorld } from "./test-world.ts";
import type { MachineSpec } from "./types.ts";

const START = TEST_NOW;

function machine(change: Partial<MachineSpec> = {}): MachineSpec {
  return { ...machineNamed(testWorld(), "ams-app-0001"), certificateStartMs: START, ...change };
}

const daysLeft = (spec: MachineSpec, atDays: number): number => {
  const nowMs = START + atDays * DAY_MS;
  return (certificateAt(spec, nowMs).endMs - nowMs) / DAY_MS;
};

describe("a connected machine", () => {
  it.each([
    [0, 90],
    [44.999, 45.001],
    [45, 90],
    [89.5, 45.5],
    [90, 90],
    [135, 90],
  ])("has after %d days %d days left, because it renews when exactly 45 are left", (atDays, left) => {
    expect(daysLeft(machine(), atDays)).toBeCloseTo(left, 6);
  });

  it("renews on the millisecond at which 45 days are left, not one before", () => {
    const edge = START + 45 * DAY_MS;
    expect(certificateAt(machine(), edge - 1).generation).toBe(0);
    expect(certificateAt(machine(), edge).generation).toBe(1);
  });

  it("never falls below 45 days in two years", () => {
    const spec = machine();
    for (let day = 0; day < 730; day += 0.7) expect(daysLeft(spec, day)).toBeGreaterThan(45 - 1e-6);
  });
});

describe("a silent machine", () => {
  it("keeps the certificate it had when the heartbeat stopped", () => {
    const spec = machine({ offlineSinceMs: START + 50 * DAY_MS });
    expect(certificateAt(spec, START + 400 * DAY_MS).startMs).toBe(START + 45 * DAY_MS);
  });

  it("expires between 45 and 90 days after its last heartbeat", () => {
    const base = machine();
    for (let silentAt = 0; silentAt < 200; silentAt += 3.3) {
      const spec = { ...base, offlineSinceMs: START + silentAt * DAY_MS };
      const lived = (certificateAt(spec, START + 1000 * DAY_MS).endMs - (spec.offlineSinceMs ?? 0)) / DAY_MS;
      expect(lived).toBeGreaterThan(45);
      expect(lived).toBeLessThanOrEqual(90);
    }
  });
});

it("stops renewing from the moment renewal is stuck, although it is connected", () => {
  const spec = machine({ renewalStuckSinceMs: START + 10 * DAY_MS });
  expect(daysLeft(spec, 50)).toBeCloseTo(40, 6);
});

describe("keyCredentials", () => {
  function keysAfter(days: number, change: Partial<MachineSpec> = {}) {
    const world = testWorld();
    world.settle(START + days * DAY_MS);
    return keyCredentialsOf(world, machine({ createdAtMs: START, ...change }), "app-id");
  }

  it("are valid for exactly 90 days", () => {
    const [key] = keysAfter(3);
    expect(Date.parse(key?.endDateTime ?? "") - Date.parse(key?.startDateTime ?? "")).toBe(CERTIFICATE_DAYS * DAY_MS);
  });

  it("hold one key before the first renewal, two for a week after it, one again later", () => {
    expect(keysAfter(44).length).toBe(1);
    expect(keysAfter(45).length).toBe(2);
    expect(keysAfter(45 + 7 - 0.001).length).toBe(2);
    expect(keysAfter(45 + 7).length).toBe(1);
  });

  it("put the newest key first and let the old one overlap it", () => {
    const [next, previous] = keysAfter(46);
    expect(Date.parse(next?.startDateTime ?? "")).toBeGreaterThan(Date.parse(previous?.startDateTime ?? ""));
    expect(Date.parse(previous?.endDateTime ?? "")).toBeGreaterThan(Date.parse(next?.startDateTime ?? ""));
  });

  it("have another id and thumbprint of 40 hexadecimal digits after a renewal", () => {
    const [before] = keysAfter(44);
    const [after] = keysAfter(45);
    expect(after?.keyId).not.toBe(before?.keyId);
    expect(after?.customKeyIdentifier).toMatch(/^[0-9A-F]{40}$/);
    expect(after?.customKeyIdentifier).not.toBe(before?.customKeyIdentifier);
  });

  it("are absent without an identity", () => {
    expect(keysAfter(1, { principalId: null })).toEqual([]);
  });
});
