import { describe, expect, it } from "vitest";
import { ACCESS_ROLES } from "./access-catalogue.ts";
import { certificateAt, DAY_MS } from "./certificate.ts";
import { createWorld } from "./create-world.ts";
import { shownMachineId } from "./ids.ts";
import { patchMachine } from "./mutate.ts";
import { personaId } from "./personas.ts";
import { subscriptionIdOf } from "./places.ts";
import { type Json, renderMachine } from "./render.ts";
import { SMALLEST_FLEET, SPECIAL_MACHINES } from "./special-machines.ts";
import { machineNamed, shownProperties, TEST_NOW, testWorld } from "./test-world.ts";
import type { World } from "./types.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "./types.ts";

const clock = { nowMs: () => TEST_NOW };
const wires = (world: World): Json[] => world.machines.map((spec) => renderMachine(world, spec, clock));
const statusOf = (wire: Json): unknown => (wire.properties as Json).status;

function inTenant(world: World, tenantId: string): number {
  const own = new Set(world.subscriptions.filter((sub) => sub.tenantId === tenantId).map((sub) => sub.id));
  return world.machines.filter((spec) => own.has(spec.subscriptionId)).length;
}

describe("a world", () => {
  it("is the same for the same seed, machine by machine", () => {
    expect(wires(testWorld(300))).toEqual(wires(testWorld(300)));
  });

  it("differs for another seed", () => {
    const other = createWorld({ seed: 2, machines: 300, nowMs: TEST_NOW });
    expect(wires(other)).not.toEqual(wires(testWorld(300)));
  });

  it.each([25, 26, 250, 1000])("of %d machines has exactly that many in Contoso and six in Fabrikam", (machines) => {
    const world = testWorld(machines);
    expect([inTenant(world, CONTOSO_TENANT_ID), inTenant(world, FABRIKAM_TENANT_ID)]).toEqual([machines, 6]);
  });

  it("gives every machine its own name, id, identity and hardware, clones apart", () => {
    const world = testWorld(2000);
    const unique = (values: unknown[]): number => new Set(values).size;
    expect(unique(world.machines.map((spec) => spec.name))).toBe(world.machines.length);
    expect(world.machineById.size).toBe(world.machines.length);
    const principals = world.machines.map((spec) => spec.principalId).filter((id) => id !== null);
    expect(unique(principals)).toBe(principals.length);
    const uuids = wires(world)
      .map((wire) => (wire.properties as Json).vmUuid)
      .filter((uuid) => typeof uuid === "string" && uuid !== "unknown");
    expect(uuids.length - unique(uuids)).toBe(2);
  });

  it("puts every machine into an existing subscription and group of its location's tenant", () => {
    const world = testWorld(500);
    const groups = new Set(world.resourceGroups.map((group) => `${group.subscriptionId}/${group.name}`));
    for (const spec of world.machines) expect(groups).toContain(`${spec.subscriptionId}/${spec.resourceGroup}`);
  });

  it("keeps about 78 in 100 machines healthy and connected", () => {
    const world = testWorld(5000);
    const healthy = world.machines.filter(
      (spec) => spec.offlineSinceMs === null && spec.renewalStuckSinceMs === null && spec.forcedStatus === null,
    );
    expect(healthy.length / 5000).toBeGreaterThan(0.74);
    expect(healthy.length / 5000).toBeLessThan(0.83);
  });

  it("spreads the expiries over every one of the next twelve weeks", () => {
    const world = testWorld(1000);
    const weeks = new Set<number>();
    for (const spec of world.machines) {
      const days = (certificateAt(spec, TEST_NOW).endMs - TEST_NOW) / DAY_MS;
      if (days >= 0) weeks.add(Math.floor(days / 7));
    }
    for (let week = 0; week < 12; week += 1) expect(weeks).toContain(week);
  });

  it("has five to twelve subscriptions in Contoso and two in Fabrikam", () => {
    const count = (machines: number, tenantId: string): number =>
      testWorld(machines).subscriptions.filter((sub) => sub.tenantId === tenantId).length;
    expect([count(25, CONTOSO_TENANT_ID), count(10_000, CONTOSO_TENANT_ID)]).toEqual([8, 12]);
    expect(count(25, FABRIKAM_TENANT_ID)).toBe(2);
  });

  it.each([
    ["public", "westeurope"],
    ["china", "chinaeast2"],
    ["usgov", "usgovvirginia"],
  ] as const)("of the %s cloud places Amsterdam's machines in %s", (cloud, region) => {
    const world = createWorld({ seed: 1, machines: 25, nowMs: TEST_NOW, cloud });
    expect(machineNamed(world, "ams-app-0001").location).toBe(region);
  });

  it("prints what it costs", () => {
    const before = performance.now();
    testWorld(250);
    const small = performance.now() - before;
    const big = createWorld({ seed: 1, machines: 100_000, nowMs: TEST_NOW });
    const large = performance.now() - before - small;
    const memory = Math.round(process.memoryUsage().rss / 1e6);
    console.info(`world: 250 machines ${small.toFixed(0)} ms, 100,000 machines ${large.toFixed(0)} ms, process ${memory} MB`);
    expect(big.machines.length).toBe(100_006);
  }, 60_000);
});

describe("the smallest fleet of 25", () => {
  const world = testWorld(25);
  const all = wires(world).filter((_, index) => index < 25);
  const count = (test: (wire: Json) => boolean): number => all.filter(test).length;
  const property = (wire: Json, name: string): unknown => (wire.properties as Json)[name];
  const agent = (wire: Json): Json => (property(wire, "agentConfiguration") ?? {}) as Json;
  const listed = (wire: Json, list: string): boolean => JSON.stringify(agent(wire)[list] ?? []).includes("AADLogin");

  it("is filled by the named machines alone, in order", () => {
    expect(SMALLEST_FLEET).toBe(25);
    expect(world.machines.slice(0, 25).map((spec) => spec.name)).toEqual(
      SPECIAL_MACHINES.slice(0, 25).map((special) => special.name),
    );
  });

  it.each(["Connected", "Disconnected", "Expired", "Error", "AwaitingConnection", "Paused"])(
    "has a machine that is %s",
    (status) => {
      expect(count((wire) => statusOf(wire) === status)).toBeGreaterThan(0);
    },
  );

  it.each([
    [
      "Windows Server 2025 with Desktop Experience",
      (w: Json) => property(w, "osSku") === "Windows Server 2025 Datacenter" && property(w, "osEdition") === "serverdatacenter",
    ],
    ["Server Core 2025", (w: Json) => property(w, "osEdition") === "serverdatacentercore"],
    ["Server 2022", (w: Json) => property(w, "osSku") === "Windows Server 2022 Datacenter"],
    ["Server 2019", (w: Json) => property(w, "osSku") === "Windows Server 2019 Datacenter"],
    ["Server 2016", (w: Json) => property(w, "osSku") === "Windows Server 2016 Standard"],
    [
      "Windows 11 24H2",
      (w: Json) => property(w, "osSku") === "Windows 11 Enterprise" && String(property(w, "osVersion")).startsWith("10.0.26100"),
    ],
    ["Windows 11 25H2", (w: Json) => String(property(w, "osVersion")).startsWith("10.0.26200")],
    ["Ubuntu", (w: Json) => String(property(w, "osSku")).startsWith("Ubuntu")],
    ["Red Hat", (w: Json) => String(property(w, "osSku")).startsWith("Red Hat")],
    ["no identity", (w: Json) => (w.identity as Json).type === "None" && !("principalId" in (w.identity as Json))],
    ["a user-assigned identity", (w: Json) => (w.identity as Json).type === "SystemAssigned, UserAssigned"],
    ["an identity of another tenant", (w: Json) => (w.identity as Json).tenantId !== CONTOSO_TENANT_ID],
    ["a domain", (w: Json) => property(w, "domainName") === "corp.contoso.example"],
    ["a key in the TPM", (w: Json) => property(w, "identityKeyStore") === "TPM"],
    ["monitor mode", (w: Json) => agent(w).configMode === "monitor"],
    ["an allow list with the sign-in extension", (w: Json) => listed(w, "extensionsAllowList")],
    [
      "an allow list without it",
      (w: Json) => ((agent(w).extensionsAllowList ?? []) as unknown[]).length > 0 && !listed(w, "extensionsAllowList"),
    ],
    [
      "a block list with a sign-in extension",
      (w: Json) => JSON.stringify(agent(w).extensionsBlockList ?? []).includes("AADSSHLogin"),
    ],
    ["extensions switched off", (w: Json) => agent(w).extensionsEnabled === "false"],
    ["an empty agent configuration", (w: Json) => JSON.stringify(property(w, "agentConfiguration")) === "{}"],
    ["no osType", (w: Json) => !("osType" in (w.properties as Json)) && property(w, "osName") === "windows"],
    ["lower-case id segments", (w: Json) => String(w.id).includes("/resourcegroups/")],
    ["a clone's reason", (w: Json) => property(w, "statusReason") === "Cloned"],
    ["a tier 0 tag", (w: Json) => (w.tags as Json).tier === "0"],
    ["error details", (w: Json) => ((property(w, "errorDetails") ?? []) as unknown[]).length > 0],
    [
      "only the five properties of a recorded newcomer, besides its status",
      (w: Json) => Object.keys(w.properties as Json).length <= 8,
    ],
    ["a name longer than 15 characters", (w: Json) => String(w.name).length > 15],
  ])("has a machine with %s", (_, test) => {
    expect(count(test)).toBeGreaterThan(0);
  });

  it("has two clones with one hardware id", () => {
    const uuids = all.filter((wire) => property(wire, "statusReason") === "Cloned").map((wire) => property(wire, "vmUuid"));
    expect([uuids.length, new Set(uuids).size]).toEqual([2, 1]);
  });

  it.each([
    ["dub-app-0008", 20 / 1440],
    ["dub-app-0016", 10],
    ["dub-app-0017", 50],
    ["dub-old-0018", 70],
    ["dub-crit-0019", 89],
  ])("has %s silent for %d days", (name, days) => {
    expect((TEST_NOW - (machineNamed(world, name).offlineSinceMs ?? 0)) / DAY_MS).toBeCloseTo(days, 6);
  });

  it("has extensions in every state that a seed can have", () => {
    const setting = (name: string): unknown => machineNamed(world, name).extensions?.get("aadlogin")?.settings;
    expect(setting("ams-app-0002")).toEqual({ mdmId: "" });
    expect(setting("ams-rdp-0003")).toEqual({});
    expect(setting("ams-mdm-0004")).toEqual({ mdmId: "0000000a-0000-0000-c000-000000000000" });
    expect(machineNamed(world, "dub-app-0016").extensions?.get("aadlogin")?.provisioningState).toBe("Creating");
  });

  it("has records whose two sources contradict each other", () => {
    const left = (name: string): number => (certificateAt(machineNamed(world, name), TEST_NOW).endMs - TEST_NOW) / DAY_MS;
    expect([shownProperties(world, "dub-exp-0021").status, left("dub-exp-0021")]).toEqual(["Disconnected", -3]);
    expect([shownProperties(world, "dub-exp-0022").status, left("dub-exp-0022")]).toEqual(["Expired", 9]);
    expect([shownProperties(world, "lon-ren-0024").status, left("lon-ren-0024")]).toEqual(["Connected", 40]);
  });
});

describe("when 90 days pass", () => {
  const world = testWorld(1000);
  const before = new Map(world.machines.map((spec) => [spec.name, shownProperties(world, spec.name).status]));
  world.settle(TEST_NOW + 90 * DAY_MS);
  const later = (spec: (typeof world.machines)[number]): unknown => shownProperties(world, spec.name).status;
  const clockDriven = world.machines.filter(
    (spec) => spec.forcedStatus === null && !("properties" in spec.overrides) && before.get(spec.name) !== null,
  );

  it("connected machines have renewed and hold at least 45 days", () => {
    const healthy = clockDriven.filter((spec) => spec.offlineSinceMs === null && spec.renewalStuckSinceMs === null);
    expect(healthy.length).toBeGreaterThan(700);
    for (const spec of healthy) {
      expect(later(spec)).toBe("Connected");
      expect(certificateAt(spec, world.time.nowMs).endMs - world.time.nowMs).toBeGreaterThan(45 * DAY_MS - 1);
    }
  });

  it("silent machines and those that cannot renew have expired", () => {
    const lost = clockDriven.filter(
      (spec) => spec.principalId !== null && (spec.offlineSinceMs !== null || spec.renewalStuckSinceMs !== null),
    );
    expect(lost.length).toBeGreaterThan(100);
    for (const spec of lost) expect([spec.name, later(spec)]).toEqual([spec.name, "Expired"]);
  });
});

it("takes odd machine records over from the recordings, word for word", () => {
  const world = testWorld(250);
  const old = shownProperties(world, "lon-rec-0051");
  expect([old.vmUuid, old.osSku, old.agentConfiguration]).toEqual(["unknown", "Amazon Linux 2", undefined]);
  expect(shownProperties(world, "lon-rec-0052").lastStatusChange).toBe("2020-08-09T21:56:24.65816");
  expect(Object.keys(shownProperties(world, "lon-rec-0053"))).toEqual([
    "provisioningState",
    "osName",
    "osProfile",
    "vmId",
    "clientPublicKey",
  ]);
});

it("gives the first machines a past in the activity log, in order and within 90 days", () => {
  const { activity } = testWorld(250);
  expect(activity.length).toBeGreaterThan(500);
  expect(activity.map((event) => event.at)).toEqual(activity.map((event) => event.at).toSorted());
  expect(Date.parse(activity[0]?.at ?? "")).toBeGreaterThan(TEST_NOW - 90 * DAY_MS);
});

it("lets a deployment that waits for a silent machine go on when it comes back", () => {
  const world = testWorld(25);
  const state = (): unknown => machineNamed(world, "dub-app-0016").extensions?.get("aadlogin")?.provisioningState;
  world.settle(TEST_NOW + DAY_MS);
  expect(state()).toBe("Creating");
  patchMachine(world, "dub-app-0016", { status: "Connected" });
  world.settle(TEST_NOW + DAY_MS + 1);
  world.settle(TEST_NOW + DAY_MS + 10_000);
  expect(state()).toBe("Succeeded");
});

describe("the directory", () => {
  const world = testWorld(250);

  it("registers one service principal per identity, linked to the machine by a lower-case group segment", () => {
    for (const spec of world.machines.filter((candidate) => candidate.principalId !== null)) {
      const principal = world.servicePrincipals.get(spec.principalId ?? "");
      expect(principal?.displayName).toBe(spec.name);
      expect(principal?.alternativeNames[1]?.toLowerCase()).toBe(shownMachineId(spec).toLowerCase());
      expect(principal?.alternativeNames[1]).toContain("/resourcegroups/");
    }
  });

  it("lets keyCredentials follow the settled time and survive a copy", () => {
    const spec = machineNamed(world, "ams-app-0001");
    const principal = world.servicePrincipals.get(spec.principalId ?? "");
    const before = principal?.keyCredentials[0]?.endDateTime;
    world.settle(TEST_NOW + 90 * DAY_MS);
    const copy = { ...principal };
    world.settle(TEST_NOW);
    expect(copy.keyCredentials?.[0]?.endDateTime).not.toBe(before);
    expect(principal?.keyCredentials[0]?.endDateTime).toBe(before);
  });

  it("holds a device of the same name for the duplicate host, with another device id", () => {
    const names = world.devices.filter((device) => device.displayName === "AMS-DUP-0042");
    expect(names.length).toBe(1);
    expect(machineNamed(world, "ams-dup-0042").extensions).toBeNull();
  });

  it("has disabled, synced and guest accounts besides the eleven personas", () => {
    const ordinary = world.users.filter((user) => user.persona === undefined);
    expect(ordinary.length).toBeGreaterThanOrEqual(60);
    expect(ordinary.some((user) => !user.accountEnabled && user.userType === "Member")).toBe(true);
    expect(ordinary.some((user) => user.onPremisesSyncEnabled === true)).toBe(true);
    expect(ordinary.some((user) => user.userType === "Guest")).toBe(true);
    expect(new Set(world.users.flatMap((user) => user.persona?.key ?? [])).size).toBe(11);
  });

  it("gives the guest another object id in Contoso than at home", () => {
    const rows = world.users.filter((user) => user.persona?.key === "gus.guest");
    expect(rows.map((user) => user.tenantId).toSorted()).toEqual([CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID]);
    expect(new Set(rows.map((user) => user.homeObjectId)).size).toBe(1);
    expect(new Set(rows.map((user) => user.id)).size).toBe(2);
  });

  it("nests groups, two of them in each other", () => {
    const cyclic = world.groups.filter((group) =>
      world.groups.some((other) => group.memberIds.includes(other.id) && other.memberIds.includes(group.id)),
    );
    expect(cyclic.length).toBe(2);
  });
});

describe("rights", () => {
  const world = testWorld(25);
  const scopesOf = (key: string): string[] =>
    world.roleAssignments.filter((row) => row.principalId === personaId(key)).map((row) => row.scope.toLowerCase());

  it("names every assigned role in the definitions, but for one that stands for a role nobody knows", () => {
    const known = new Set(world.roleDefinitions.map((role) => role.id));
    const unknown = world.roleAssignments.filter((row) => !known.has(row.roleDefinitionGuid));
    expect(unknown.map((row) => row.roleDefinitionGuid)).toEqual([ACCESS_ROLES.unknown]);
  });

  it("gives Nora nothing, Wade one subscription and Gus one group", () => {
    expect(scopesOf("nora.norights")).toEqual([]);
    expect(scopesOf("wade.wholesale")).toEqual([`/subscriptions/${subscriptionIdOf("nonProd1")}`]);
    expect(scopesOf("gus.guest")).toEqual([`/subscriptions/${subscriptionIdOf("nonProd2")}/resourcegroups/rg-shared-tools`]);
  });

  it("has an assignment whose principal is gone and one of a disabled account", () => {
    const principals = new Map(world.users.map((user) => [user.id, user]));
    const users = world.roleAssignments.filter((row) => row.principalType === "User");
    expect(users.some((row) => !principals.has(row.principalId))).toBe(true);
    expect(users.some((row) => principals.get(row.principalId)?.accountEnabled === false)).toBe(true);
  });

  it("lists custom roles first and each role once", () => {
    expect(world.roleDefinitions[0]?.type).toBe("CustomRole");
    expect(new Set(world.roleDefinitions.map((role) => role.id)).size).toBe(world.roleDefinitions.length);
  });

  it("carries addExtensions in the onboarding role, as the list of 2026 does", () => {
    const role = world.roleDefinitions.find((row) => row.id === "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7");
    expect(role?.permissions[0]?.actions.map((action) => action.toLowerCase())).toContain(
      "microsoft.hybridcompute/machines/addextensions/action",
    );
  });
});
