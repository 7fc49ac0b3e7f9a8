import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloudById } from "./clouds";
import { armText, bicepQuote, powershellQuote, shellQuote } from "./quoting";
import { signInExtensionBody } from "./sign-in-extension";
import { deployTemplates, identityTemplates, uninstallTemplates } from "./templates";

const ARGS = {
  cloud: cloudById("public"),
  ref: { subscriptionId: "s", resourceGroup: "rg", name: "srv01" },
  location: "westeurope",
  extensionName: "AADLogin",
  mdmId: "",
};

/** Reads one POSIX word of single-quoted and backslash-escaped pieces, as a shell does. */
function readShellWord(text: string): { word: string; rest: string } {
  let word = "";
  let at = 0;
  while (at < text.length && !/\s/.test(text[at] ?? "")) {
    if (text[at] === "'") {
      const end = text.indexOf("'", at + 1);
      word += text.slice(at + 1, end);
      at = end + 1;
    } else if (text[at] === "\\") {
      word += text[at + 1] ?? "";
      at += 2;
    } else {
      word += text[at];
      at += 1;
    }
  }
  return { word, rest: text.slice(at) };
}

function readPowershell(text: string): string | null {
  const inner = /^'((?:[^'\u2018\u2019\u201a\u201b]|(['\u2018\u2019\u201a\u201b])\2)*)'$/u.exec(text)?.[1];
  return inner === undefined ? null : inner.replace(/(['\u2018\u2019\u201a\u201b])\1/g, "$1");
}

function readBicep(text: string): string | null {
  const inner = /^'((?:[^'\\\n\r$]|\\['\\nrt$]|\$(?!\{))*)'$/.exec(text)?.[1];
  if (inner === undefined) return null;
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
  return inner.replace(/\\(.)/g, (_whole, character: string) => escapes[character] ?? character);
}

const anyText = fc.string({
  unit: fc.constantFrom("'", '"', "\\", "$", "{", "}", "`", "[", "]", " ", "\n", "\u2019", "a", ";", "&", "é"),
});

describe("quoting survives every text", () => {
  it("of a POSIX shell", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readShellWord(shellQuote(text))).toEqual({ word: text, rest: "" });
      }),
    );
  });
  it("of PowerShell, typographic quotes included", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readPowershell(powershellQuote(text))).toBe(text);
      }),
    );
  });
  it("of Bicep, with no interpolation left", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readBicep(bicepQuote(text))).toBe(text);
      }),
    );
  });
  it("of ARM templates, where a leading bracket would start an expression", () => {
    expect([armText("[concat('a')]"), armText("a[b]"), armText("")]).toEqual(["[[concat('a')]", "a[b]", ""]);
  });
});

describe("the four forms of the deployment", () => {
  it("[C30] [C31] the ARM template holds the documented resource", () => {
    expect(JSON.parse(deployTemplates(ARGS).armJson).resources).toEqual([
      {
        type: "Microsoft.HybridCompute/machines/extensions",
        apiVersion: "2025-01-13",
        name: "srv01/AADLogin",
        location: "westeurope",
        properties: {
          publisher: "Microsoft.Azure.ActiveDirectory",
          type: "AADLoginForWindows",
          typeHandlerVersion: "2.1.0.0",
          autoUpgradeMinorVersion: true,
          settings: { mdmId: "" },
        },
      },
    ]);
  });

  it("[C30] Bicep names the same resource with the key mdmId even when it is empty", () => {
    const { bicep } = deployTemplates(ARGS);
    expect(bicep).toContain("resource signIn 'Microsoft.HybridCompute/machines/extensions@2025-01-13' = {");
    expect(bicep).toContain("  name: 'AADLogin'\n  location: 'westeurope'");
    expect(bicep).toContain("      mdmId: ''\n");
  });

  it("az CLI and PowerShell carry the exact body for any names and values", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (name, extensionName, mdmId) => {
        const args = { ...ARGS, ref: { ...ARGS.ref, name }, extensionName, mdmId };
        const { azCli, powershell, armJson } = deployTemplates(args);
        const body = signInExtensionBody(args);
        const shellBody = readShellWord(azCli.slice(azCli.indexOf("--body ") + "--body ".length));
        expect([JSON.parse(shellBody.word), shellBody.rest]).toEqual([body, ""]);
        const payload = powershell.slice(powershell.indexOf("-Payload ") + "-Payload ".length);
        expect(JSON.parse(readPowershell(payload) ?? "")).toEqual(body);
        expect(JSON.parse(armJson).resources[0].properties.settings.mdmId).toBe(armText(mdmId));
      }),
    );
  });

  it.each([
    ["public", "AzureCloud", "https://management.azure.com/"],
    ["usgov", "AzureUSGovernment", "https://management.usgovcloudapi.net/"],
    ["china", "AzureChinaCloud", "https://management.chinacloudapi.cn/"],
  ] as const)("[C15] name the cloud %s", (id, cloudName, origin) => {
    const { azCli, powershell } = deployTemplates({ ...ARGS, cloud: cloudById(id) });
    expect(azCli).toContain(`az cloud set --name ${cloudName}\n`);
    expect(azCli).toContain(`--url '${origin}subscriptions/s/`);
    expect(powershell).toContain(`Connect-AzAccount -Environment ${cloudName}\n`);
    expect(powershell).toContain("-Path '/subscriptions/s/");
  });
});

describe("the forms of the other changes", () => {
  it("[C11] removal has commands but no template, because a template cannot remove one resource", () => {
    const templates = uninstallTemplates(ARGS);
    expect([templates.armJson, templates.bicep]).toEqual(["", ""]);
    expect(templates.azCli).toMatch(
      /^az cloud set --name AzureCloud\naz rest --method delete \\\n {2}--url '[^']+AADLogin\?api-version=[\d-]+'$/,
    );
    expect(templates.powershell).not.toContain("-Payload");
  });

  it("[C28] [C77] switching the identity on sends the identity and nothing else", () => {
    const templates = identityTemplates({ ...ARGS, currentIdentity: "None" });
    expect(templates.azCli).toContain(`--body '{"identity":{"type":"SystemAssigned"}}'`);
    expect(templates.powershell).toContain("Invoke-AzRestMethod -Method PATCH");
  });
});
