import { describe, expect, it } from "vitest";
import { CLOUDS, cloudById } from "./clouds";
import {
  agentCheckCommand,
  azurePortalLink,
  certificateFolders,
  dnsCommands,
  isGoodAnswer,
  signInEndpoints,
  tenantQueryCommand,
  testCommands,
} from "./endpoints";

const TENANT = "44444444-4444-4444-4444-444444444444";

describe("hosts for Entra sign-in", () => {
  it.each([
    [
      "public",
      ["enterpriseregistration.windows.net", "login.microsoftonline.com", "device.login.microsoftonline.com", "pas.windows.net"],
    ],
    [
      "usgov",
      [
        "enterpriseregistration.microsoftonline.us",
        "login.microsoftonline.us",
        "device.login.microsoftonline.us",
        "pasff.usgovcloudapi.net",
      ],
    ],
    [
      "china",
      [
        "enterpriseregistration.partner.microsoftonline.cn",
        "login.chinacloudapi.cn",
        "device.login.partner.microsoftonline.cn",
        "pas.chinacloudapi.cn",
      ],
    ],
  ] as const)("[C15] [C17] of %s, for Windows", (id, hosts) => {
    expect(signInEndpoints(cloudById(id), "windows", TENANT).map((row) => row.host)).toEqual(hosts);
  });

  it.each(CLOUDS.map((cloud) => [cloud.id, cloud] as const))("[C17] of %s all use https on the default port", (_id, cloud) => {
    for (const family of ["windows", "linux"] as const) {
      for (const row of signInEndpoints(cloud, family, TENANT))
        expect(new URL(row.url)).toMatchObject({ protocol: "https:", port: "" });
    }
  });

  it("[C55] [C61] puts the tenant id into the sign-in test", () => {
    expect(signInEndpoints(cloudById("public"), "windows", TENANT)[1]?.url).toBe(`https://login.microsoftonline.com/${TENANT}/`);
  });

  it("[C54] counts 404 as the good answer of registration, sign-in and role hosts, a PIN question too, and no answer never", () => {
    const [registration, login, device, rbac] = signInEndpoints(cloudById("public"), "windows", TENANT);
    if (!registration || !login || !device || !rbac) throw new Error("four hosts expected");
    expect([registration, login, rbac].map((row) => isGoodAnswer(row, 404))).toEqual([true, true, true]);
    expect([registration, login, rbac].map((row) => isGoodAnswer(row, 200))).toEqual([false, false, false]);
    expect([isGoodAnswer(rbac, 401), isGoodAnswer(registration, 401)]).toEqual([true, false]);
    expect([isGoodAnswer(device, 200), isGoodAnswer(device, 503), isGoodAnswer(device, 0)]).toEqual([true, true, false]);
    expect([registration, login, device, rbac].map((row) => isGoodAnswer(row, null))).toEqual([false, false, false, false]);
  });
});

describe("commands for the server", () => {
  const tests = signInEndpoints(cloudById("public"), "windows", TENANT);

  it("[C54] tests every host with one line", () => {
    const lines = testCommands(tests, "windows").split("\n");
    expect(lines[0]).toBe(
      'curl.exe -sS -o NUL -w "%{http_code}  enterpriseregistration.windows.net\\n" https://enterpriseregistration.windows.net/',
    );
    expect(lines).toHaveLength(4);
    expect(testCommands(tests, "linux")).toMatch(/^curl -sS -o \/dev\/null /);
  });

  it("[C62] looks every name up twice, the second time with a public resolver", () => {
    expect(dnsCommands(tests).split("\n").slice(0, 2)).toEqual([
      "nslookup enterpriseregistration.windows.net",
      "nslookup enterpriseregistration.windows.net 1.1.1.1",
    ]);
  });

  it.each([
    ["public", "AzureCloud"],
    ["usgov", "AzureUSGovernment"],
    ["china", "AzureChinaCloud"],
  ] as const)("[C18] names cloud and location in the agent's check for %s", (id, name) => {
    expect(agentCheckCommand(cloudById(id), "westeurope")).toBe(
      `azcmagent check --cloud ${name} --location westeurope --extensions all`,
    );
  });

  it("does not let a region's text become a second command", () => {
    expect(agentCheckCommand(cloudById("public"), 'x"; rm -rf $HOME `id`')).toContain('--location "x; rm -rf HOME id" --');
  });

  it("[C61] asks the local metadata service for the tenant", () => {
    expect(tenantQueryCommand("linux")).toContain("http://localhost:40342/metadata/identity/info?api-version=2018-02-01");
    expect(tenantQueryCommand("windows")).toContain("Metadata:true");
  });
});

describe("the Azure portal", () => {
  it.each([
    ["public", "https://portal.azure.com"],
    ["usgov", "https://portal.azure.us"],
    ["china", "https://portal.azure.cn"],
  ] as const)("[C15] is the one of %s, and the link names tenant and resource", (id, portal) => {
    const resource = "/subscriptions/s/resourceGroups/rg one/providers/Microsoft.HybridCompute/machines/m";
    expect(azurePortalLink(cloudById(id), "t", resource)).toBe(
      `${portal}/#@t/resource/subscriptions/s/resourceGroups/rg%20one/providers/Microsoft.HybridCompute/machines/m`,
    );
  });
});

describe("certificate folders", () => {
  it("[B12] [B13] names folder, readers and check for Windows and Linux", () => {
    expect(certificateFolders("windows")).toEqual([
      {
        path: "C:\\ProgramData\\AzureConnectedMachineAgent\\Certs\\",
        readers: ["Administrators", "NT SERVICE\\himds"],
        checkCommand: 'icacls "C:\\ProgramData\\AzureConnectedMachineAgent\\Certs"',
        alsoInStore: true,
      },
    ]);
    expect(certificateFolders("linux").map((folder) => [folder.path, folder.readers])).toEqual([
      ["/var/opt/azcmagent/certs", ["root", "himds"]],
    ]);
    expect(certificateFolders("unknown")).toHaveLength(2);
  });
});
