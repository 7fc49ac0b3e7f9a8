import { describe, expect, it } from "vitest";
import { CLOUDS, cloudById } from "../clouds";
import type { MachineExtension } from "../machine";
import { extensionFixture } from "../machine-fixture";
import { deployRequest, uninstallRequest } from "../sign-in-extension";
import { compareVersions } from "./kinds/extension-work";
import { targetFixture } from "./plan-fixture";
import type { Work } from "./types";
import { WORK_KINDS } from "./types";
import { workKind, workRequest } from "./work-kinds";

const cloud = cloudById("public");
const INTUNE = "0000000a-0000-0000-c000-000000000000";
const NAME = "aaaaaaaa-aaaa-5aaa-8aaa-aaaaaaaaaaaa";
const PRINCIPAL = { id: "99999999-9999-9999-9999-999999999999", type: "Group", name: "Server people" } as const;
const ROLE = "fb879df8-f326-4884-b1cf-06f3ad86be52";

const WINDOWS: Work = { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null };
const LINUX: Work = { kind: "linuxSignIn.install", extensionName: "AADSSHLogin", version: null };
const SETTINGS: Work = { kind: "windowsSignIn.settings", mdmId: INTUNE };
const UPGRADE: Work = { kind: "windowsSignIn.upgrade", version: "2.2.0.0" };
const ASSIGN: Work = {
  kind: "role.assign",
  roleDefinitionId: `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
  roleName: "User Login",
  principal: PRINCIPAL,
};

function request(work: Work, part: { extensionName?: string; standing?: MachineExtension } = {}) {
  const target = targetFixture({ extensionName: part.extensionName ?? null });
  return workRequest({ cloud, target, work, standing: part.standing ?? null, assignmentName: NAME });
}

const MACHINE = targetFixture().machineId;
const EXTENSION_URL = (name: string) => `https://management.azure.com${MACHINE}/extensions/${name}?api-version=2025-01-13`;

describe("the request", () => {
  it("[C01] of an install is that of the single machine", () => {
    const target = targetFixture();
    for (const one of CLOUDS) {
      expect(workRequest({ cloud: one, target, work: WINDOWS, standing: null, assignmentName: NAME })).toEqual(
        deployRequest({ cloud: one, ref: target, location: target.location, extensionName: "AADLogin", mdmId: "" }),
      );
    }
  });

  it("of an install goes to the extension that stands there, whatever its name, and keeps other settings", () => {
    const sent = request(WINDOWS, {
      extensionName: "Other",
      standing: extensionFixture({ settings: { mdmId: INTUNE, more: 1 } }),
    });
    expect(sent.url).toBe(EXTENSION_URL("Other"));
    expect(sent.body).toMatchObject({ properties: { typeHandlerVersion: "2.1.0.0", settings: { mdmId: "", more: 1 } } });
  });

  it("of an install writes the version that the plan names", () => {
    const sent = request({ ...WINDOWS, version: "2.0.0.0" } as Work);
    expect(sent.body).toMatchObject({ properties: { typeHandlerVersion: "2.0.0.0" } });
  });

  it("[A09] of the Linux extension has no settings at all", () => {
    expect(request(LINUX)).toEqual({
      method: "PUT",
      url: EXTENSION_URL("AADSSHLogin"),
      body: {
        location: "westeurope",
        properties: {
          publisher: "Microsoft.Azure.ActiveDirectory",
          type: "AADSSHLoginForLinux",
          typeHandlerVersion: "1.0",
          autoUpgradeMinorVersion: true,
        },
      },
    });
  });

  it("of new settings keeps version, automatic upgrade and the settings that it does not name", () => {
    const standing = extensionFixture({
      typeHandlerVersion: "2.0.0.0",
      enableAutomaticUpgrade: false,
      autoUpgradeMinorVersion: false,
      settings: { mdmId: "", more: 1 },
    });
    expect(request(SETTINGS, { extensionName: "AADLogin", standing }).body).toEqual({
      location: "westeurope",
      properties: {
        publisher: "Microsoft.Azure.ActiveDirectory",
        type: "AADLoginForWindows",
        typeHandlerVersion: "2.0.0.0",
        autoUpgradeMinorVersion: false,
        enableAutomaticUpgrade: false,
        settings: { mdmId: INTUNE, more: 1 },
      },
    });
  });

  it.each([
    [UPGRADE, "AADLoginForWindows", "AADLogin"],
    [{ kind: "linuxSignIn.upgrade", version: "2.2.0.0" } as Work, "AADSSHLoginForLinux", "AADSSHLogin"],
  ])("of an upgrade touches the version only: %j", (work, type, name) => {
    expect(request(work)).toEqual({
      method: "PATCH",
      url: EXTENSION_URL(name),
      body: { properties: { publisher: "Microsoft.Azure.ActiveDirectory", type, typeHandlerVersion: "2.2.0.0" } },
    });
  });

  it("of a removal is that of the single machine, under the name that stands there", () => {
    const target = targetFixture();
    expect(request({ kind: "windowsSignIn.uninstall" })).toEqual(
      uninstallRequest({ cloud, ref: target, extensionName: "AADLogin" }),
    );
    expect(request({ kind: "linuxSignIn.uninstall" }, { extensionName: "Mine" }).url).toBe(EXTENSION_URL("Mine"));
  });

  it("of a role assignment names the role within the machine's subscription and carries the given name", () => {
    expect(request(ASSIGN)).toEqual({
      method: "PUT",
      url: `https://management.azure.com${MACHINE}/providers/Microsoft.Authorization/roleAssignments/${NAME}?api-version=2022-04-01`,
      body: {
        properties: {
          roleDefinitionId: `/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
          principalId: PRINCIPAL.id,
          principalType: "Group",
        },
      },
    });
  });
});

describe("whether nothing is left to do, and whether what stands there is ours", () => {
  const creating = extensionFixture({ provisioningState: "Creating" });
  it.each<[string, Work, MachineExtension | null, boolean, boolean]>([
    ["installed as wanted", WINDOWS, extensionFixture(), true, true],
    ["installed under another name", WINDOWS, extensionFixture({ name: "Mine" }), true, true],
    ["a newer minor version", WINDOWS, extensionFixture({ typeHandlerVersion: "2.3.0.0" }), true, true],
    ["on its way", WINDOWS, creating, false, true],
    ["failed", WINDOWS, extensionFixture({ provisioningState: "Failed" }), false, true],
    ["another mdmId", WINDOWS, extensionFixture({ settings: { mdmId: INTUNE } }), false, false],
    ["no mdmId", WINDOWS, extensionFixture({ settings: {} }), false, false],
    ["settings that cannot be read", WINDOWS, extensionFixture({ settings: null }), false, true],
    ["too old a version", { ...WINDOWS, version: "2.2.0.0" } as Work, extensionFixture(), false, false],
    ["nothing", WINDOWS, null, false, false],
    ["mdmId in capitals", SETTINGS, extensionFixture({ settings: { mdmId: INTUNE.toUpperCase() } }), true, true],
    ["mdmId not yet written", SETTINGS, extensionFixture(), false, false],
    ["upgrade reached", UPGRADE, extensionFixture({ typeHandlerVersion: "2.2.0.0" }), true, true],
    ["upgrade exceeded", UPGRADE, extensionFixture({ typeHandlerVersion: "2.10.0.0" }), true, true],
    ["upgrade not reached", UPGRADE, extensionFixture({ typeHandlerVersion: "2.1.9.9" }), false, false],
    ["upgrade without a version", UPGRADE, extensionFixture({ typeHandlerVersion: null }), false, false],
    ["removed", { kind: "windowsSignIn.uninstall" }, null, true, true],
    ["being removed", { kind: "windowsSignIn.uninstall" }, extensionFixture({ provisioningState: "Deleting" }), false, true],
    ["still there", { kind: "linuxSignIn.uninstall" }, extensionFixture(), false, false],
    ["Linux installed", LINUX, extensionFixture({ type: "AADSSHLoginForLinux", settings: null }), true, true],
    ["Linux nothing", LINUX, null, false, false],
  ])("%s", (_, work, standing, satisfied, ours) => {
    const kind = workKind(work.kind);
    expect(kind.satisfied({ extension: standing, assigned: null }, work)).toBe(satisfied);
    expect(kind.ours({ extension: standing, assigned: null }, work)).toBe(ours);
  });

  it.each([
    [true, true],
    [false, false],
    [null, false],
  ])("a role that is assigned (%s): %s", (assigned, expected) => {
    const kind = workKind("role.assign");
    expect(kind.satisfied({ extension: null, assigned }, ASSIGN)).toBe(expected);
    expect(kind.ours({ extension: null, assigned }, ASSIGN)).toBe(expected);
  });
});

it("every kind stands in its own row and names the action that it needs", () => {
  for (const id of WORK_KINDS) expect(workKind(id).id).toBe(id);
  expect(workKind("windowsSignIn.install").action).toBe("Microsoft.HybridCompute/machines/extensions/write");
  expect(workKind("linuxSignIn.uninstall").action).toBe("Microsoft.HybridCompute/machines/extensions/delete");
  expect(workKind("role.assign").action).toBe("Microsoft.Authorization/roleAssignments/write");
  expect(WORK_KINDS.filter((id) => workKind(id).checksSignIn)).toEqual(["windowsSignIn.install", "linuxSignIn.install"]);
});

it.each([
  ["2.1.0.0", "2.1", 0],
  ["2.10", "2.9", 1],
  ["1.9.9", "2", -1],
  ["x", "0", 0],
])("version %s against %s: %s", (a, b, order) => {
  expect(compareVersions(a, b)).toBe(order);
});
