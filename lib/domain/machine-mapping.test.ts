import { describe, expect, it } from "vitest";
import {
  hasSystemAssigned,
  toBoolean,
  toIdentityKind,
  toMachineStatus,
  toOsFamily,
  toSignInState,
  toText,
} from "./machine-mapping";

describe("text of Azure to words of the portal", () => {
  it.each([
    ["Connected", "Connected"],
    ["disconnected", "Disconnected"],
    ["Expired", "Expired"],
    ["ERROR", "Error"],
    ["AwaitingConnection", "AwaitingConnection"],
    ["Paused", "Unknown"],
    ["", "Unknown"],
    [null, "Unknown"],
    [undefined, "Unknown"],
  ])("status %s is %s", (text, status) => {
    expect(toMachineStatus(text)).toBe(status);
  });

  it.each([
    ["SystemAssigned", "SystemAssigned"],
    ["systemassigned", "SystemAssigned"],
    ["UserAssigned", "UserAssigned"],
    ["SystemAssigned, UserAssigned", "SystemAssigned, UserAssigned"],
    ["SystemAssigned,UserAssigned", "SystemAssigned, UserAssigned"],
    ["UserAssigned, SystemAssigned", "SystemAssigned, UserAssigned"],
    ["None", "None"],
    ["", "None"],
    [null, "None"],
    ["Delegated", "Unknown"],
    ["SystemAssigned, Delegated", "Unknown"],
  ])("[D03] identity type %s is %s", (text, kind) => {
    expect(toIdentityKind(text)).toBe(kind);
  });

  it("tells apart a missing, a present and an unclear system-assigned identity", () => {
    const kinds = ["None", "UserAssigned", "SystemAssigned", "SystemAssigned, UserAssigned", "Unknown"] as const;
    expect(kinds.map(hasSystemAssigned)).toEqual([false, false, true, true, null]);
  });

  it.each([
    ["true", true],
    ["False", false],
    [true, true],
    [false, false],
    ["yes", null],
    ["", null],
    [1, null],
    [null, null],
  ])("boolean %s is %s", (value, result) => {
    expect(toBoolean(value)).toBe(result);
  });

  it.each([
    [{ osType: "windows" }, "windows"],
    [{ osType: "Linux" }, "linux"],
    [{ osType: "", osName: "windows" }, "windows"],
    [{ osName: null, osSku: "Windows Server 2022 Standard" }, "windows"],
    [{ osSku: "Ubuntu 24.04" }, "linux"],
    [{ osType: "solaris" }, "unknown"],
    [{}, "unknown"],
  ] as const)("family of %o is %s", (os, family) => {
    expect(toOsFamily(os)).toBe(family);
  });

  it.each([
    [null, "notInstalled"],
    ["Accepted", "creating"],
    ["Creating", "creating"],
    ["Updating", "updating"],
    ["Deleting", "deleting"],
    ["Deleted", "notInstalled"],
    ["Succeeded", "succeeded"],
    ["Failed", "failed"],
    ["Canceled", "canceled"],
    ["Transitioning", "unknown"],
  ])("[C33] provisioningState %s is %s", (text, state) => {
    expect(toSignInState(text)).toBe(state);
  });

  it("takes an empty text for none", () => {
    expect([toText(""), toText(" "), toText(3), toText("x")]).toEqual([null, null, null, "x"]);
  });
});
