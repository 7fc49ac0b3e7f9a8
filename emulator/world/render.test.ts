import { describe, expect, it } from "vitest";
import { windowsSignIn } from "./extension-seeds.ts";
import { machinesOfGroup, machinesOfSubscription } from "./lookup.ts";
import { extensionRow, type Json, machineRow, renderExtension, renderMachine } from "./render.ts";
import { removeMachine } from "./settle.ts";
import { machineNamed, TEST_NOW, testWorld } from "./test-world.ts";

const world = testWorld(250);
const clock = { nowMs: () => TEST_NOW };
const ready = machineNamed(world, "ams-app-0001");
const shown = (apiVersion: string, list = false): Json => renderMachine(world, ready, clock, { apiVersion, list });
const keys = (apiVersion: string): string[] => Object.keys(shown(apiVersion).properties as Json);

describe("a machine on the wire", () => {
  it("has the recorded key order of a GET and of a list item", () => {
    expect(Object.keys(shown("2023-10-03-preview"))).toEqual([
      "id",
      "name",
      "location",
      "tags",
      "identity",
      "type",
      "properties",
      "resources",
    ]);
    expect(Object.keys(shown("2025-01-13", true))).toEqual(["id", "name", "location", "type", "tags", "identity", "properties"]);
  });

  it("has the property set recorded in 2023 at that version, and one undocumented property later", () => {
    const recorded =
      "adFqdn,agentConfiguration,agentUpgrade,agentVersion,clientPublicKey,cloudMetadata,detectedProperties,displayName,dnsFqdn,domainName,errorDetails,lastStatusChange,licenseProfile,machineFqdn,mssqlDiscovered,networkProfile,osName,osProfile,osSku,osType,osVersion,provisioningState,serviceStatuses,status,vmId,vmUuid";
    expect(keys("2023-10-03-preview").toSorted().join()).toBe(recorded);
    expect(keys("2025-01-13")).toContain("osInstallDate");
  });

  it.each([
    ["2020-08-02", "detectedProperties", false],
    ["2021-05-20", "detectedProperties", true],
    ["2021-05-20", "agentConfiguration", false],
    ["2022-03-10", "agentConfiguration", true],
    ["2022-12-27", "osEdition", false],
    ["2024-07-10", "osEdition", true],
    ["2024-11-10-preview", "identityKeyStore", false],
    ["2025-01-13", "identityKeyStore", true],
  ])("at %s knows %s: %s", (version, key, known) => {
    expect(keys(version).includes(key)).toBe(known);
  });

  it("prints times with seven fraction digits and booleans of the agent as text", () => {
    const properties = shown("2025-01-13").properties as Json;
    expect(properties.lastStatusChange).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    expect((properties.agentConfiguration as Json).extensionsEnabled).toBe("true");
  });

  it("names creator and time of the onboarding", () => {
    expect((shown("2025-01-13").systemData as Json).createdBy).toBe("olivia.operator@contoso.example");
  });
});

describe("an extension on the wire", () => {
  it("never shows protected settings", () => {
    const extension = { ...windowsSignIn("westeurope"), protectedSettings: { secret: "s3cret" } };
    expect(JSON.stringify(renderExtension(ready, extension))).not.toContain("s3cret");
  });

  it("has no instanceView before the agent reported, and level Information after success", () => {
    const extension = windowsSignIn("westeurope");
    expect((renderExtension(ready, { ...extension, instanceView: null }).properties as Json).instanceView).toBeUndefined();
    const view = (renderExtension(ready, extension).properties as Json).instanceView as Json;
    expect(view.status).toMatchObject({ code: "0", level: "Information" });
  });
});

describe("a Resource Graph row", () => {
  it("has a lower-case type and group, and the same properties as ARM", () => {
    const row = machineRow(world, ready, clock);
    expect([row.type, row.resourceGroup, row.subscriptionId]).toEqual([
      "microsoft.hybridcompute/machines",
      "rg-app-ams",
      ready.subscriptionId,
    ]);
    expect(row.properties).toEqual(shown("9999").properties);
  });

  it("of an extension stands below its machine", () => {
    const row = extensionRow(world, ready, windowsSignIn("westeurope"));
    expect(String(row.id).startsWith(`${String(machineRow(world, ready, clock).id)}/extensions/`)).toBe(true);
    expect(row.type).toBe("microsoft.hybridcompute/machines/extensions");
  });
});

describe("the index of machines", () => {
  it("holds each machine once, ordered by id, and drops a deleted one", () => {
    const own = testWorld(250);
    const sub = machineNamed(own, "ams-app-0001").subscriptionId;
    const before = machinesOfSubscription(own, sub.toUpperCase());
    const ids = before.map((spec) => `${spec.resourceGroup}/${spec.name}`.toLowerCase());
    expect(ids).toEqual(ids.toSorted());
    removeMachine(own, machineNamed(own, "ams-app-0001"), TEST_NOW);
    expect(machinesOfSubscription(own, sub).length).toBe(before.length - 1);
  });

  it("finds a group's machines whatever the case", () => {
    const names = machinesOfGroup(world, ready.subscriptionId, "RG-APP-AMS").map((spec) => spec.name);
    expect(names).toContain("ams-app-0001");
    expect(machinesOfGroup(world, ready.subscriptionId, "rg-none")).toEqual([]);
  });

  it("is empty for an unknown subscription", () => {
    expect(machinesOfSubscription(world, "00000000-0000-0000-0000-000000000000")).toEqual([]);
  });
});
