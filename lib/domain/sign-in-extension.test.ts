import { describe, expect, it } from "vitest";
import { cloudById } from "./clouds";
import type { MachineExtension } from "./machine";
import {
  deployRequest,
  EXTENSION_API_VERSION,
  EXTENSION_RESOURCE_TYPE,
  enableIdentityRequest,
  extensionNameError,
  findSignInExtension,
  INTUNE_MDM_ID,
  isMdmIdMissing,
  mdmIdState,
  mdmKind,
  uninstallRequest,
  WINDOWS_SIGN_IN_NAME,
} from "./sign-in-extension";

const REF = { subscriptionId: "11111111-1111-1111-1111-111111111111", resourceGroup: "rg-prod", name: "ams-app-0001" };
const PUBLIC = cloudById("public");

function extension(part: Partial<MachineExtension>): MachineExtension {
  return {
    id: "x",
    name: "AADLogin",
    publisher: "Microsoft.Azure.ActiveDirectory",
    type: "AADLoginForWindows",
    typeHandlerVersion: null,
    autoUpgradeMinorVersion: null,
    enableAutomaticUpgrade: null,
    provisioningState: "Succeeded",
    settings: { mdmId: "" },
    instanceView: null,
    location: null,
    ...part,
  };
}

describe("the deployment request", () => {
  const request = deployRequest({
    cloud: PUBLIC,
    ref: REF,
    location: "westeurope",
    extensionName: WINDOWS_SIGN_IN_NAME,
    mdmId: "",
  });

  it("[C30] carries exactly the documented fields and nothing else", () => {
    expect(request.body).toEqual({
      location: "westeurope",
      properties: {
        publisher: "Microsoft.Azure.ActiveDirectory",
        type: "AADLoginForWindows",
        typeHandlerVersion: "2.1.0.0",
        autoUpgradeMinorVersion: true,
        settings: { mdmId: "" },
      },
    });
    expect(EXTENSION_RESOURCE_TYPE).toBe("Microsoft.HybridCompute/machines/extensions");
    expect(EXTENSION_API_VERSION >= "2024-07-10").toBe(true);
  });

  it("[C31] goes to AADLogin under the machine", () => {
    expect([request.method, request.url]).toEqual([
      "PUT",
      `https://management.azure.com/subscriptions/${REF.subscriptionId}/resourceGroups/rg-prod/providers/Microsoft.HybridCompute/machines/ams-app-0001/extensions/AADLogin?api-version=${EXTENSION_API_VERSION}`,
    ]);
  });

  it.each(["", INTUNE_MDM_ID, "22222222-2222-2222-2222-222222222222"])("[C32] always sends the key mdmId, here %s", (mdmId) => {
    const { body } = deployRequest({ cloud: PUBLIC, ref: REF, location: "l", extensionName: "A", mdmId });
    expect(body).toMatchObject({ properties: { settings: { mdmId } } });
    expect(JSON.stringify(body)).toContain('"mdmId":');
  });

  it.each([
    ["china", "https://management.chinacloudapi.cn/"],
    ["usgov", "https://management.usgovcloudapi.net/"],
  ] as const)("[C15] goes to the hosts of %s", (id, origin) => {
    expect(deployRequest({ cloud: cloudById(id), ref: REF, location: "l", extensionName: "A", mdmId: "" }).url).toContain(origin);
  });

  it("cannot be led to another resource by odd characters in a name", () => {
    const { url } = deployRequest({
      cloud: PUBLIC,
      ref: { ...REF, resourceGroup: "a/b?c#d" },
      location: "l",
      extensionName: "../x",
      mdmId: "",
    });
    expect(url).toContain("/resourceGroups/a%2Fb%3Fc%23d/");
    expect(url).toContain("/extensions/..%2Fx?");
  });
});

describe("the other requests", () => {
  it("[C11] removes the extension by name without a body", () => {
    expect(uninstallRequest({ cloud: PUBLIC, ref: REF, extensionName: "AADLogin" })).toMatchObject({
      method: "DELETE",
      body: null,
    });
  });

  it.each([
    ["None", "SystemAssigned"],
    ["", "SystemAssigned"],
    ["UserAssigned", "SystemAssigned, UserAssigned"],
  ])("[C28] [C77] from %s the identity becomes %s, and only the identity is sent", (currentIdentity, type) => {
    const request = enableIdentityRequest({ cloud: PUBLIC, ref: REF, currentIdentity });
    expect([request.method, request.body]).toEqual(["PATCH", { identity: { type } }]);
    expect(request.url).toMatch(/\/machines\/ams-app-0001\?api-version=/);
  });
});

describe("finding the extension", () => {
  it("goes by publisher and type in any case, never by name", () => {
    const custom = extension({ name: "AADLogin", publisher: "Contoso", type: "AADLoginForWindows" });
    const real = extension({ name: "my-login", publisher: "microsoft.azure.activedirectory", type: "aadloginforwindows" });
    expect(findSignInExtension([custom, real], "windows")?.name).toBe("my-login");
    expect(findSignInExtension([custom], "windows")).toBeNull();
  });

  it("prefers the one of the machine's operating system", () => {
    const linux = extension({ name: "ssh", type: "AADSSHLoginForLinux" });
    expect(findSignInExtension([extension({}), linux], "linux")?.name).toBe("ssh");
    expect(findSignInExtension([linux], "windows")?.name).toBe("ssh");
  });

  it("[C32] sees a missing mdmId on Windows only", () => {
    expect(isMdmIdMissing(extension({ settings: null }))).toBe(true);
    expect(isMdmIdMissing(extension({ settings: {} }))).toBe(true);
    expect(isMdmIdMissing(extension({ settings: { mdmId: "" } }))).toBe(false);
    expect(isMdmIdMissing(extension({ type: "AADSSHLoginForLinux", settings: null }))).toBe(false);
    expect(isMdmIdMissing(null)).toBe(false);
    expect([mdmIdState(null), mdmIdState({ mdmId: "" }), mdmIdState({ mdmId: "x" }), mdmIdState({ mdmId: 3 })]).toEqual([
      "missing",
      "empty",
      "set",
      "missing",
    ]);
  });
});

describe("values that an operator types", () => {
  it.each([
    ["AADLogin", null],
    ["a", null],
    ["my_login-1.2", null],
    ["x".repeat(64), null],
    ["x".repeat(65), "signIn.name.tooLong"],
    ["", "signIn.name.empty"],
    ["  ", "signIn.name.empty"],
    ["-login", "signIn.name.characters"],
    ["login.", "signIn.name.characters"],
    ["a/b", "signIn.name.characters"],
    ["a b", "signIn.name.characters"],
    ["login\n", "signIn.name.characters"],
  ])("[C31] extension name %s: %s", (name, error) => {
    expect(extensionNameError(name)).toBe(error);
  });

  it.each([
    ["", "empty"],
    [INTUNE_MDM_ID, "intune"],
    [INTUNE_MDM_ID.toUpperCase(), "intune"],
    ["22222222-2222-2222-2222-222222222222", "own"],
    ["intune", "invalid"],
    [" ", "invalid"],
  ])("[C32] mdmId %s is %s", (mdmId, kind) => {
    expect(mdmKind(mdmId)).toBe(kind);
  });
});
