import { describe, expect, it } from "vitest";
import { certificateAt, DAY_MS } from "./certificate.ts";
import { windowsSignIn } from "./extension-seeds.ts";
import { patchMachine, replaceWorld, restoreWorld, snapshotWorld } from "./mutate.ts";
import { removeMachine } from "./settle.ts";
import { machineNamed, shownProperties, TEST_NOW, testWorld } from "./test-world.ts";
import type { World } from "./types.ts";

const daysLeft = (world: World, name: string): number =>
  (certificateAt(machineNamed(world, name), world.time.nowMs).endMs - world.time.nowMs) / DAY_MS;

describe("patchMachine", () => {
  it("writes dotted overrides into what ARM shows, and removes properties", () => {
    const world = testWorld();
    const overrides = {
      "properties.agentConfiguration.configMode": "monitor",
      "properties.osType": { $remove: true },
      "properties.osSku": null,
    };
    expect(patchMachine(world, "AMS-APP-0001", { overrides })).toBe(true);
    const shown = shownProperties(world, "ams-app-0001");
    expect((shown.agentConfiguration as Record<string, unknown>).configMode).toBe("monitor");
    expect("osType" in shown).toBe(false);
    expect(shown.osSku).toBeNull();
  });

  it("leaves other machines with the same shared defaults alone", () => {
    const world = testWorld();
    patchMachine(world, "ams-app-0001", { overrides: { "properties.osSku": "X" } });
    expect(shownProperties(world, "ams-net-0015").osSku).toBe("Windows Server 2025 Datacenter");
  });

  it("answers false for a machine that is not there or deleted", () => {
    const world = testWorld();
    expect(patchMachine(world, "no-such", {})).toBe(false);
    removeMachine(world, machineNamed(world, "ams-app-0001"), TEST_NOW);
    expect(patchMachine(world, "ams-app-0001", {})).toBe(false);
  });

  it("moves the heartbeat for Disconnected and back for Connected", () => {
    const world = testWorld();
    patchMachine(world, "ams-app-0001", { status: "Disconnected" });
    expect(shownProperties(world, "ams-app-0001").status).toBe("Disconnected");
    patchMachine(world, "ams-app-0001", { status: "Connected" });
    expect(shownProperties(world, "ams-app-0001").status).toBe("Connected");
  });

  it("shows any other status as given, and lets the clock decide again for null", () => {
    const world = testWorld();
    patchMachine(world, "ams-app-0001", { status: "Quarantined" });
    expect(shownProperties(world, "ams-app-0001").status).toBe("Quarantined");
    patchMachine(world, "ams-app-0001", { status: null });
    expect(shownProperties(world, "ams-app-0001").status).toBe("Connected");
  });

  it("renews at once when a machine inside the window comes back, and not when it has more than 45 days", () => {
    const world = testWorld();
    patchMachine(world, "dub-app-0017", { status: "Connected" });
    expect(daysLeft(world, "dub-app-0017")).toBe(90);
    patchMachine(world, "dub-app-0016", { status: "Connected" });
    expect(daysLeft(world, "dub-app-0016")).toBe(60);
  });

  it.each([3, 45, 60, -1])("sets the certificate to %d days left", (days) => {
    const world = testWorld();
    patchMachine(world, "ams-app-0001", { certificateDaysLeft: days });
    expect(daysLeft(world, "ams-app-0001")).toBe(days);
  });

  it("stops and restarts renewal", () => {
    const world = testWorld();
    patchMachine(world, "ams-app-0001", { certificateDaysLeft: 50, renewalStuck: true });
    world.settle(TEST_NOW + 10 * DAY_MS);
    expect(daysLeft(world, "ams-app-0001")).toBe(40);
    patchMachine(world, "ams-app-0001", { renewalStuck: false });
    expect(daysLeft(world, "ams-app-0001")).toBe(90);
  });

  it("switches the identity off and on, with a new principal", () => {
    const world = testWorld();
    const before = machineNamed(world, "ams-app-0001").principalId ?? "";
    patchMachine(world, "ams-app-0001", { identity: "None" });
    expect(world.servicePrincipals.has(before)).toBe(false);
    patchMachine(world, "ams-app-0001", { identity: "SystemAssigned" });
    const after = machineNamed(world, "ams-app-0001").principalId ?? "";
    expect(after).not.toBe(before);
    expect(world.servicePrincipals.get(after)?.displayName).toBe("ams-app-0001");
  });
});

describe("a snapshot", () => {
  it("brings back machines, people, devices, principals and time, in place and more than once", () => {
    const world = testWorld();
    const before = JSON.stringify([world.machines, world.users, world.devices, world.time]);
    const principals = [...world.servicePrincipals.keys()].toSorted();
    const snapshot = snapshotWorld(world);
    for (let round = 0; round < 2; round += 1) {
      world.settle(TEST_NOW + DAY_MS);
      patchMachine(world, "ams-app-0001", { identity: "None", overrides: { "properties.osSku": "X" } });
      machineNamed(world, "ams-app-0002").extensions?.set("extra", windowsSignIn("westeurope"));
      removeMachine(world, machineNamed(world, "ams-rdp-0003"), TEST_NOW);
      world.devices.pop();
      restoreWorld(world, snapshot);
      expect(JSON.stringify([world.machines, world.users, world.devices, world.time])).toBe(before);
      expect([...world.servicePrincipals.keys()].toSorted()).toEqual(principals);
      expect(machineNamed(world, "ams-app-0002").extensions?.has("extra")).toBe(false);
    }
  });

  it("keeps keyCredentials living after a restore", () => {
    const world = testWorld();
    restoreWorld(world, snapshotWorld(world));
    const principal = world.servicePrincipals.get(machineNamed(world, "ams-app-0001").principalId ?? "");
    const before = principal?.keyCredentials[0]?.endDateTime;
    world.settle(TEST_NOW + 90 * DAY_MS);
    expect(principal?.keyCredentials[0]?.endDateTime).not.toBe(before);
  });

  it("remembers a disabled identity", () => {
    const world = testWorld();
    const id = machineNamed(world, "ams-app-0001").principalId ?? "";
    const principal = world.servicePrincipals.get(id);
    if (principal !== undefined) principal.accountEnabled = false;
    const snapshot = snapshotWorld(world);
    if (principal !== undefined) principal.accountEnabled = true;
    restoreWorld(world, snapshot);
    expect(world.servicePrincipals.get(id)?.accountEnabled).toBe(false);
  });

  it("raises the revision, so that caches of the replaced state are dropped", () => {
    const world = testWorld();
    const snapshot = snapshotWorld(world);
    const before = world.revision;
    restoreWorld(world, snapshot);
    expect(world.revision).toBeGreaterThan(before);
  });
});

it("replaces a world in place and settles the new one", () => {
  const world = testWorld(25);
  replaceWorld(world, testWorld(30));
  expect(world.machines.length).toBe(36);
  world.settle(TEST_NOW + 90 * DAY_MS);
  expect(world.time.nowMs).toBe(TEST_NOW + 90 * DAY_MS);
  const principal = world.servicePrincipals.get(machineNamed(world, "ams-app-0001").principalId ?? "");
  expect(Date.parse(principal?.keyCredentials[0]?.endDateTime ?? "")).toBeGreaterThan(TEST_NOW + 135 * DAY_MS);
});
