import { describe, expect, it } from "vitest";
import { BLOCKED_GROUP, branchSubscriptionId, LINUX_GROUP } from "./branches.ts";
import { createWorld } from "./create-world.ts";
import { seedExtension, windowsSignIn } from "./extension-seeds.ts";
import { decideOutcome } from "./outcome.ts";
import { computerNameOf } from "./render.ts";
import { machineNamed, TEST_NOW, testWorld } from "./test-world.ts";
import type { Extension } from "./types.ts";

const world = createWorld({ seed: 1, machines: 60, branches: 2_100, nowMs: TEST_NOW });
const windows = windowsSignIn("westeurope");
const linux = seedExtension("westeurope", {
  name: "SSH",
  publisher: "Microsoft.Azure.ActiveDirectory",
  type: "AADSSHLoginForLinux",
  version: "1.0",
});
const inSubscription = (number: number) =>
  world.machines.filter((spec) => spec.subscriptionId === branchSubscriptionId(number) && spec.resourceGroup !== LINUX_GROUP);

function outcome(name: string, extension: Extension): string {
  const result = decideOutcome(world, machineNamed(world, name), extension, TEST_NOW);
  return result.kind === "fail" ? String(result.exitCode) : result.kind;
}

function outcomes(names: string[], extension: Extension): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    const found = outcome(name, extension);
    counts[found] = (counts[found] ?? 0) + 1;
  }
  return counts;
}

describe("branch offices", () => {
  it("leave the usual fleet as it is", () => {
    const usual = testWorld(60);
    expect(world.machines.slice(0, usual.machines.length)).toEqual(usual.machines);
    expect(world.devices.slice(0, usual.devices.length)).toEqual(usual.devices);
    expect(testWorld(60).subscriptions.some((sub) => sub.displayName.startsWith("Branch"))).toBe(false);
  });

  it("fill a subscription with 1,000 servers in groups of 50, then the next", () => {
    expect([1, 2, 3].map((number) => inSubscription(number).length)).toEqual([1_000, 1_000, 100]);
    const sizes = new Map<string, number>();
    for (const spec of inSubscription(1)) sizes.set(spec.resourceGroup, (sizes.get(spec.resourceGroup) ?? 0) + 1);
    expect([...sizes.values()]).toEqual(Array.from({ length: 20 }, () => 50));
    expect([...sizes.keys()].toSorted().slice(0, 3)).toEqual(["rg-branch-arnhem", BLOCKED_GROUP, "rg-branch-cork"]);
  });

  it("have computer names of 15 characters at most, all different", () => {
    const names = [1, 2, 3].flatMap((number) => inSubscription(number).map(computerNameOf));
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(15);
    expect(new Set(names).size).toBe(names.length);
  });

  it("end a join as the table of the README says: one blocked group and five single cases in the first subscription", () => {
    const blocked = inSubscription(1).filter((spec) => spec.resourceGroup === BLOCKED_GROUP);
    expect(
      outcomes(
        blocked.map((spec) => spec.name),
        windows,
      ),
    ).toEqual({ "-2145648607": 50 });
    const others = inSubscription(1).filter((spec) => spec.resourceGroup !== BLOCKED_GROUP);
    expect(
      outcomes(
        others.map((spec) => spec.name),
        windows,
      ),
    ).toEqual({ succeed: 947, "-2145648509": 2, "-2145648574": 1 });
    expect(
      outcomes(
        inSubscription(2).map((spec) => spec.name),
        windows,
      ),
    ).toEqual({ succeed: 1_000 });
  });

  it.each([
    ["cor-brn-0101", "succeed", []],
    ["cor-brn-0102", "succeed", ["ServerAd"]],
    ["cor-brn-0103", "-2145648509", ["AzureAd"]],
    ["cor-brn-0104", "-2145648509", ["AzureAd", "AzureAd"]],
    ["cor-brn-0105", "-2145648574", []],
  ])("%s ends with %s beside devices %j", (name, expected, trustTypes) => {
    expect(outcome(name, windows)).toBe(expected);
    const twins = world.devices.filter((device) => device.displayName === name.toUpperCase());
    expect(twins.map((device) => device.trustType)).toEqual(trustTypes);
  });

  it.each([
    ["lin-brn-01", "succeed", "Ubuntu"],
    ["lin-brn-14", "succeed", "SUSE"],
    ["lin-brn-15", "22", "no identity in Azure"],
    ["lin-brn-16", "22", "an identity that the server does not get"],
    ["lin-brn-17", "23", "the retired extension"],
    ["lin-brn-18", "23", "the retired package alone"],
    ["lin-brn-19", "1", "512 MB of memory"],
    ["lin-brn-20", "1", "a proxy"],
  ])("the Linux server %s ends with %s (%s)", (name, expected) => {
    expect(outcome(name, linux)).toBe(expected);
  });

  it("hold 20 Linux servers, 14 of them sound, however many branches there are", () => {
    const few = createWorld({ seed: 1, machines: 25, branches: 1, nowMs: TEST_NOW });
    expect(few.machines.filter((spec) => spec.resourceGroup === LINUX_GROUP).length).toBe(20);
    const names = world.machines.filter((spec) => spec.resourceGroup === LINUX_GROUP).map((spec) => spec.name);
    expect(outcomes(names, linux)).toEqual({ succeed: 14, "22": 2, "23": 2, "1": 2 });
  });
});
