import { describe, expect, it } from "vitest";
import { decodeFailure } from "../extension-failure";
import { extensionFixture } from "../machine-fixture";
import type { Work } from "./types";
import { type DeviceFact, type PostCheckFacts, postCheck } from "./verdict";

const WINDOWS: Work = { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null };
const LINUX: Work = { kind: "linuxSignIn.install", extensionName: "AADSSHLogin", version: null };

const joined: DeviceFact = { deviceId: "d1", trustType: "AzureAd" };

function facts(part: Partial<PostCheckFacts> = {}): PostCheckFacts {
  return {
    work: WINDOWS,
    machineName: "ams-app-0001",
    standing: { extension: extensionFixture(), assigned: null },
    failure: null,
    devices: [joined],
    signInHolders: { count: 2, complete: true },
    domainName: "WORKGROUP",
    ...part,
  };
}

function checks(part: Partial<PostCheckFacts>): string[] {
  return postCheck(facts(part)).checks.map((one) => `${one.id}:${one.verdict}`);
}

describe("a person can sign in", () => {
  it("when extension, device, role and join are all as they must be", () => {
    const verdict = postCheck(facts());
    expect(verdict.state).toBe("ready");
    expect(verdict.outcome).toEqual({
      code: "canSignIn",
      cause: null,
      values: { machine: "ams-app-0001" },
      failure: null,
      azure: null,
    });
    expect(verdict.checks.map((one) => [one.id, one.verdict, one.found])).toEqual([
      ["extension", "pass", "rollout.check.extension.succeeded"],
      ["joinConflict", "pass", "rollout.check.joinConflict.workgroup"],
      ["device", "pass", "rollout.check.device.joined"],
      ["signInRole", "pass", "rollout.check.signInRole.present"],
    ]);
  });

  it("also when access was read in part only, as long as somebody was found", () => {
    const verdict = postCheck(facts({ signInHolders: { count: 1, complete: false } }));
    expect(verdict.outcome.code).toBe("canSignIn");
    expect(verdict.checks.at(-1)?.found).toBe("rollout.check.signInRole.atLeast");
  });

  it("with a device of the same id listed twice, or one that is only registered beside the joined one", () => {
    expect(postCheck(facts({ devices: [joined, { ...joined, deviceId: "D1" }] })).outcome.code).toBe("canSignIn");
    expect(postCheck(facts({ devices: [joined, { deviceId: "d2", trustType: "Workplace" }] })).outcome.code).toBe("canSignIn");
  });
});

describe("installed, but nobody can sign in", () => {
  it.each<[string, Partial<PostCheckFacts>, string, string]>([
    ["no device", { devices: [] }, "noDeviceObject", "rollout.check.device.absent"],
    [
      "a device that is only registered",
      { devices: [{ deviceId: "d", trustType: "Workplace" }] },
      "noDeviceObject",
      "rollout.check.device.absent",
    ],
    [
      "a device of unknown trust",
      { devices: [{ deviceId: "d", trustType: null }] },
      "noDeviceObject",
      "rollout.check.device.absent",
    ],
    [
      "two joined devices",
      { devices: [joined, { deviceId: "d2", trustType: "AzureAD" }] },
      "deviceNameConflict",
      "rollout.check.device.several",
    ],
    [
      "a hybrid joined device",
      { devices: [{ deviceId: "d", trustType: "ServerAd" }] },
      "joinConflict",
      "rollout.check.device.hybrid",
    ],
    [
      "a hybrid joined device beside the joined one",
      { devices: [joined, { deviceId: "d2", trustType: "ServerAd" }] },
      "joinConflict",
      "rollout.check.device.hybrid",
    ],
    ["no role", { signInHolders: { count: 0, complete: true } }, "noSignInRole", "rollout.check.signInRole.nobody"],
    ["a domain", { domainName: "corp.contoso.com" }, "joinConflict", "rollout.check.joinConflict.domain"],
  ])("[C75] %s", (_, part, code, found) => {
    const verdict = postCheck(facts(part));
    expect([verdict.state, verdict.outcome.code]).toEqual(["notReady", code]);
    expect(verdict.checks.map((one) => one.found)).toContain(found);
  });

  it("names the gravest reason: a wrong join before a missing role", () => {
    const part = { domainName: "corp.contoso.com", devices: [], signInHolders: { count: 0, complete: true } };
    expect(postCheck(facts(part)).outcome.code).toBe("joinConflict");
    expect(checks(part)).toEqual(["extension:pass", "joinConflict:fail", "device:fail", "signInRole:fail"]);
  });
});

describe("what could not be read", () => {
  it.each<[string, Partial<PostCheckFacts>, string]>([
    ["devices", { devices: null }, "device:unknown"],
    ["access", { signInHolders: null }, "signInRole:unknown"],
    ["part of the access, and nobody found", { signInHolders: { count: 0, complete: false } }, "signInRole:unknown"],
    ["the domain", { domainName: null }, "joinConflict:unknown"],
  ])("[C75] %s: unknown, never a failure and never a claim that a person can sign in", (_, part, check) => {
    const verdict = postCheck(facts(part));
    expect([verdict.state, verdict.outcome.code, verdict.outcome.values.open]).toEqual(["ready", "installedNotAllChecked", 1]);
    expect(checks(part)).toContain(check);
  });

  it("does not hide what has failed", () => {
    expect(postCheck(facts({ devices: null, signInHolders: { count: 0, complete: true } })).outcome.code).toBe("noSignInRole");
  });
});

describe("the extension itself", () => {
  it("[C75] that has failed meanwhile is failed, with its decoded reason", () => {
    const failure = decodeFailure({ code: null, message: "Extension exit code: 51", extensionType: "AADLoginForWindows" });
    const standing = { extension: extensionFixture({ provisioningState: "Failed" }), assigned: null };
    const verdict = postCheck(facts({ standing, failure }));
    expect(verdict).toMatchObject({ state: "failed", outcome: { code: "unsupportedOs", cause: "unsupportedSystem" } });
    expect(verdict.checks.map((one) => one.found)).toEqual(["rollout.check.extension.notSucceeded"]);
  });

  it("that is gone is failed, whatever devices say", () => {
    const verdict = postCheck(facts({ standing: { extension: null, assigned: null } }));
    expect([verdict.state, verdict.outcome.code]).toEqual(["failed", "effectMissing"]);
  });
});

describe("[A09] Linux", () => {
  const standing = {
    extension: extensionFixture({ type: "AADSSHLoginForLinux", name: "AADSSHLogin", settings: null }),
    assigned: null,
  };

  it("joins nothing, so neither device nor domain is looked at", () => {
    const part = { work: LINUX, standing, devices: [], domainName: "corp.contoso.com" };
    expect(postCheck(facts(part)).outcome.code).toBe("canSignIn");
    expect(checks(part)).toEqual(["extension:pass", "signInRole:pass"]);
  });

  it("without a role nobody can sign in", () => {
    const verdict = postCheck(facts({ work: LINUX, standing, signInHolders: { count: 0, complete: true } }));
    expect([verdict.state, verdict.outcome.code]).toEqual(["notReady", "noSignInRole"]);
  });
});

describe("other kinds of work: the effect is the check", () => {
  const gone = { extension: null, assigned: null };
  const there = { extension: extensionFixture({ typeHandlerVersion: "2.2.0.0" }), assigned: true };
  const assign: Work = {
    kind: "role.assign",
    roleDefinitionId: "r",
    roleName: "r",
    principal: { id: "p", type: "Group", name: "g" },
  };

  it.each<[Work, PostCheckFacts["standing"], string, string]>([
    [{ kind: "windowsSignIn.uninstall" }, gone, "ready", "removed"],
    [{ kind: "linuxSignIn.uninstall" }, there, "failed", "effectMissing"],
    [{ kind: "windowsSignIn.upgrade", version: "2.2.0.0" }, there, "ready", "upgraded"],
    [{ kind: "windowsSignIn.upgrade", version: "2.3.0.0" }, there, "failed", "effectMissing"],
    [{ kind: "windowsSignIn.settings", mdmId: "" }, there, "ready", "settingsWritten"],
    [{ kind: "windowsSignIn.settings", mdmId: "x" }, there, "failed", "effectMissing"],
    [assign, there, "ready", "roleAssigned"],
    [assign, gone, "failed", "effectMissing"],
  ])("%j", (work, standing, state, code) => {
    const verdict = postCheck(facts({ work, standing, devices: [], signInHolders: null, domainName: "corp" }));
    expect([verdict.state, verdict.outcome.code, verdict.checks]).toEqual([state, code, []]);
  });
});
