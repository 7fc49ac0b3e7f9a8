import { describe, expect, it } from "vitest";
import { usesMachineIdentity } from "./extension-identity";

describe("extensions that rely on the machine's identity", () => {
  it.each([
    ["Microsoft.Azure.KeyVault", "KeyVaultForWindows", true],
    ["microsoft.azure.monitor", "AzureMonitorLinuxAgent", true],
    ["Microsoft.Azure.ActiveDirectory", "AADLoginForWindows", true],
    ["Microsoft.Compute", "CustomScriptExtension", false],
    ["Contoso", "KeyVaultForWindows", false],
  ])("[B02] %s/%s: %s", (publisher, type, uses) => {
    expect(usesMachineIdentity({ publisher, type })).toBe(uses);
  });
});
