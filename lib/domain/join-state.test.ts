import { describe, expect, it } from "vitest";
import { identityMode } from "./identity-mode";
import { entraJoined, isDomainJoined, joinState } from "./join-state";
import type { SignInExtensionState } from "./machine";

describe("where a machine stands", () => {
  it.each([
    ["WORKGROUP", "windows", "notInstalled", "workgroup", "workgroup"],
    ["corp.local", "windows", "notInstalled", "domain", "domain"],
    ["WORKGROUP", "windows", "succeeded", "entra", "entra"],
    ["corp.local", "windows", "succeeded", "domain+entra", "both"],
    [null, "windows", "notInstalled", "unknown", "unknown"],
    ["", "windows", "notInstalled", "unknown", "unknown"],
    [null, "windows", "succeeded", "entra", "entra"],
    ["workgroup", "linux", "succeeded", "workgroup", "workgroup"],
  ] as const)("[A01] [A32] domain %s, %s, extension %s: %s", (domainName, osFamily, signIn, state, mode) => {
    expect(joinState({ domainName, osFamily, signIn })).toBe(state);
    expect(identityMode(state)).toBe(mode);
  });

  it("[A36] never calls a machine Entra joined before the extension has succeeded", () => {
    const others: SignInExtensionState[] = ["notInstalled", "creating", "updating", "deleting", "failed", "canceled", "unknown"];
    for (const signIn of others) {
      expect(joinState({ domainName: "WORKGROUP", osFamily: "windows", signIn })).toBe("workgroup");
      expect(entraJoined("windows", signIn)).not.toBe("yes");
    }
  });

  it("does not call a Linux machine joined: its extension only opens SSH", () => {
    expect(entraJoined("linux", "succeeded")).toBe("no");
  });

  it("leaves open what a running change or an unknown state means", () => {
    const open: SignInExtensionState[] = ["updating", "deleting", "canceled", "unknown"];
    expect(open.map((state) => entraJoined("windows", state))).toEqual(["unknown", "unknown", "unknown", "unknown"]);
    expect(entraJoined("unknown", "succeeded")).toBe("unknown");
  });

  it.each([
    ["WorkGroup", false],
    ["N/A", false],
    ["CONTOSO", true],
    ["corp.contoso.com", true],
    ["  ", null],
    [null, null],
  ])("domain name %s: joined %s", (name, joined) => {
    expect(isDomainJoined(name)).toBe(joined);
  });
});
