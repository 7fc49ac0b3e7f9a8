// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { forgetTargets, handedTargets, handTargets, listedMachines } from "./rollout-targets";

const machine = (index: number, group = `rg-${index % 40}`) =>
  `/subscriptions/00000000-0000-0000-0000-00000000000${index % 5}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/ams-app-${index}`;

const machines = (count: number) => Array.from({ length: count }, (_, index) => machine(index));

/** As after a reload: the module is new, the tab's storage is not. */
async function afterReload() {
  vi.resetModules();
  const fresh = await import("./rollout-targets");
  return fresh.handedTargets();
}

beforeEach(() => {
  sessionStorage.clear();
  forgetTargets();
});

describe("targets handed to the wizard", () => {
  it("come back as they were given, in their order and spelling, also after a reload", async () => {
    const machineIds = [machine(7, "RG-Mixed"), machine(2), machine(1)];
    const handed = handTargets({ by: "machines", machineIds, describedAs: "3 selected" });
    expect(handedTargets()).toEqual(handed);
    expect(await afterReload()).toEqual({ id: handed.id, choice: { by: "machines", machineIds, describedAs: "3 selected" } });
  });

  it("keep 10,000 machines in less than a tenth of the room of a tab", async () => {
    const machineIds = machines(10_000);
    handTargets({ by: "machines", machineIds, describedAs: "all" });
    expect(JSON.stringify({ ...sessionStorage }).length).toBeLessThan(500_000);
    expect(await afterReload()).toMatchObject({ choice: { machineIds } });
  });

  it("name a machine once, however it is written", () => {
    const choice = handTargets({
      by: "machines",
      machineIds: [machine(1), machine(1).toUpperCase(), machine(2)],
      describedAs: "",
    }).choice;
    expect(choice).toMatchObject({ machineIds: [machine(1), machine(2)] });
  });

  it("may be a scope", async () => {
    const { id } = handTargets({ by: "scope", scope: "/subscriptions/s" });
    expect(await afterReload()).toEqual({ id, choice: { by: "scope", scope: "/subscriptions/s" } });
  });

  it("get a new id with every hand-over and are gone once forgotten", async () => {
    const first = handTargets({ by: "scope", scope: "/subscriptions/s" });
    expect(handTargets({ by: "scope", scope: "/subscriptions/s" }).id).not.toBe(first.id);
    forgetTargets();
    expect(handedTargets()).toBeNull();
    expect(await afterReload()).toBeNull();
  });

  it("last until the next load where the browser keeps nothing", () => {
    const refuse = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const handed = handTargets({ by: "machines", machineIds: machines(3), describedAs: "" });
    refuse.mockRestore();
    expect(handedTargets()).toEqual(handed);
  });

  it.each([null, 7, {}, { id: "x", describedAs: "", scope: null, parents: [1], of: [], names: "" }])(
    "are none where the stored text is %j",
    async (stored) => {
      sessionStorage.setItem("arcwarden.rolloutTargets", JSON.stringify(stored));
      expect(await afterReload()).toBeNull();
    },
  );

  it("drop what is no machine", async () => {
    sessionStorage.setItem(
      "arcwarden.rolloutTargets",
      JSON.stringify({ id: "x", describedAs: "", scope: null, parents: ["/evil/"], of: [0, 3], names: "a/b" }),
    );
    expect(await afterReload()).toMatchObject({ choice: { machineIds: [] } });
  });
});

it("reads name and place of a machine from its id", () => {
  expect(listedMachines([machine(3), "no id"])).toEqual([
    { id: machine(3), name: "ams-app-3", resourceGroup: "rg-3", subscriptionId: "00000000-0000-0000-0000-000000000003" },
  ]);
});
