import { describe, expect, it } from "vitest";
import { lowerMachineId } from "./ids.ts";
import { subscriptionIdOf } from "./places.ts";
import { machineNamed, shownProperties, testWorld } from "./test-world.ts";
import { onboardWave } from "./wave.ts";

const wave = { subscriptionId: subscriptionIdOf("prodEu1"), resourceGroup: "rg-batch-ams", count: 40 };

describe("servers that are onboarded together", () => {
  it("stand alone in a new resource group, connected, each with an identity of its own", () => {
    const world = testWorld();
    const names = onboardWave(world, wave);
    expect(names).toHaveLength(40);
    expect(world.machines.filter((spec) => spec.resourceGroup === "rg-batch-ams").map(({ name }) => name)).toEqual(names);
    expect(shownProperties(world, "batch-ams-0040").status).toBe("Connected");
    const spec = machineNamed(world, "batch-ams-0040");
    expect(world.machines[world.machineById.get(lowerMachineId(spec)) ?? -1]).toBe(spec);
    expect(world.servicePrincipals.get(spec.principalId ?? "")?.displayName).toBe("batch-ams-0040");
  });

  it("are refused in a group that exists and in a subscription that does not, and nothing changes", () => {
    const world = testWorld();
    const before = world.machines.length;
    const revision = world.revision;
    expect(
      onboardWave(world, {
        ...wave,
        resourceGroup: world.machines[0]?.resourceGroup.toUpperCase() ?? "",
        subscriptionId: world.machines[0]?.subscriptionId ?? "",
      }),
    ).toBeNull();
    expect(onboardWave(world, { ...wave, subscriptionId: "nowhere" })).toBeNull();
    expect([world.machines.length, world.revision]).toEqual([before, revision]);
  });
});
